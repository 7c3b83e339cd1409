//! Time zones by the names of the IANA: Python's `zoneinfo`.

use std::cell::Cell;
use std::fmt;
use std::sync::Mutex;

use jiff::tz::{AmbiguousOffset, Offset, TimeZone as Rules};
use jiff::{Timestamp, civil};

use super::local::shifted;
use super::{DateTime, Duration, LocalDateTime};
use crate::suggest::did_you_mean;

/// A time zone. The rules are the machine's, where it has a database of them, and otherwise those that the program was built
/// with. It is read once a process.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeZone(
    /// `None` for UTC, which needs no rules.
    Option<&'static Zone>,
);

#[derive(PartialEq, Eq)]
struct Zone {
    name: String,
    rules: Rules,
}

/// Those that were asked for. There are some hundred at most, so that they are kept.
static KNOWN: Mutex<Vec<&'static Zone>> = Mutex::new(Vec::new());

thread_local! {
    static CURRENT: Cell<TimeZone> = const { Cell::new(TimeZone::UTC) };
}

/// The name of a time zone that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTimeZone(String);

impl fmt::Display for UnknownTimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let meant = did_you_mean(&self.0, known.iter().map(String::as_str));
        write!(f, "there is no time zone `{}`{meant}", self.0)
    }
}

impl std::error::Error for UnknownTimeZone {}

impl TimeZone {
    /// Coordinated Universal Time, the default of every program.
    pub const UTC: Self = Self(None);

    /// The time zone of a name: `Europe/Berlin`.
    ///
    /// # Errors
    /// [`UnknownTimeZone`] when there is none of that name.
    pub fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        if name == "UTC" {
            return Ok(Self::UTC);
        }
        let mut known = KNOWN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(zone) = known.iter().find(|zone| zone.name == name) {
            return Ok(Self(Some(*zone)));
        }
        let unknown = || UnknownTimeZone(name.to_owned());
        let rules = Rules::get(name).map_err(|_| unknown())?;
        // Python's names are those of files, whose case counts.
        let name = rules.iana_name().filter(|known| *known == name).ok_or_else(unknown)?.to_owned();
        let zone: &'static Zone = Box::leak(Box::new(Zone { name, rules }));
        known.push(zone);
        Ok(Self(Some(zone)))
    }

    /// The time zone of what this thread does now, which is UTC where nothing else was said: Django's `get_current_timezone`.
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Does something that does not wait, with this as the [`current`](Self::current) time zone.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        struct Restore(TimeZone);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _before = Restore(CURRENT.replace(self));
        work()
    }

    /// Its name: `Europe/Berlin`.
    pub fn name(self) -> &'static str {
        self.0.map_or("UTC", |zone| &zone.name)
    }

    /// Whether it is UTC itself.
    pub fn is_utc(self) -> bool {
        self.0.is_none()
    }

    /// What clocks show at a point in time, which is in UTC. `None` before year 1 and after 9999.
    pub fn to_local(self, utc: DateTime) -> Option<LocalDateTime> {
        let offset = self.offset_at(utc);
        Some(LocalDateTime { at: shifted(utc, offset)?, offset: Some(offset) })
    }

    /// The abbreviation of the time that clocks show at a point in time: `CET` or `CEST`.
    pub fn abbreviation(self, utc: DateTime) -> String {
        match self.0 {
            None => "UTC".to_owned(),
            Some(zone) => zone.rules.to_offset_info(timestamp(utc)).abbreviation().to_owned(),
        }
    }

    /// Which point in time a local date and time is: Django's `make_aware`. Of two, because clocks were set back, it is the
    /// first (Python's `fold=0`); one that clocks skip has the offset from before. Django REST framework takes both, too: its
    /// message about an "invalid datetime for the timezone" is not for time zones of `zoneinfo`.
    pub fn make_aware(self, local: DateTime) -> LocalDateTime {
        let offset = match self.0 {
            None => Offset::UTC,
            Some(zone) => match zone.rules.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset: before }
                | AmbiguousOffset::Gap { before, .. }
                | AmbiguousOffset::Fold { before, .. } => before,
            },
        };
        LocalDateTime { at: local, offset: Some(duration(offset)) }
    }

    fn offset_at(self, utc: DateTime) -> Duration {
        self.0.map_or(Duration::ZERO, |zone| duration(zone.rules.to_offset(timestamp(utc))))
    }
}

fn duration(offset: Offset) -> Duration {
    Duration::from_secs(offset.seconds().into())
}

/// The point in time for the rules; the last day of 9999, which it has no place for, has the rules of the day before.
fn timestamp(utc: civil::DateTime) -> Timestamp {
    Offset::UTC.to_timestamp(utc).unwrap_or(if utc.year() > 0 { Timestamp::MAX } else { Timestamp::MIN })
}

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimeZone({})", self.name())
    }
}
