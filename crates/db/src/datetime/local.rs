//! A datetime that says how far it is from UTC, or does not: Python's aware and naive `datetime`.

use super::{DateTime, Duration, TimeZone, time_text};

/// Microseconds of a day: an offset is less.
const DAY: i64 = 86_400_000_000;

/// A date and a time of day, and how far it is ahead of UTC where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalDateTime {
    /// The date and the time of day.
    pub at: DateTime,
    /// How far it is ahead of UTC: less than a day, in whole microseconds. `None` where that is not said.
    pub offset: Option<Duration>,
}

impl LocalDateTime {
    /// One that does not say how far it is from UTC.
    pub const fn naive(at: DateTime) -> Self {
        Self { at, offset: None }
    }

    /// One that is so many microseconds ahead of UTC. `None` where it is a day or more, as Python has it.
    pub(super) fn with_offset(at: DateTime, micros: Option<i64>) -> Option<Self> {
        let is_good = micros.is_none_or(|micros| micros.abs() < DAY);
        is_good.then(|| Self { at, offset: micros.map(Duration::from_micros) })
    }

    /// With an offset: its own, or that of a time zone.
    #[must_use]
    pub fn in_time_zone(self, zone: TimeZone) -> Self {
        if self.offset.is_some() { self } else { zone.make_aware(self.at) }
    }

    /// The same point in time in UTC; a datetime without an offset is taken as one. `None` before year 1 and after 9999.
    pub fn in_utc(&self) -> Option<DateTime> {
        shifted(self.at, -self.offset.unwrap_or_default())
    }

    /// Python's `isoformat()`: `2026-01-02T03:04:05.678901+02:00`, without a fraction where it is zero.
    pub fn isoformat(&self) -> String {
        let (date, time) = (self.at.date(), time_text(self.at.time()));
        format!("{date}T{time}{}", self.offset.map(offset_text).unwrap_or_default())
    }

    /// What Django REST framework shows of it: [`isoformat`](Self::isoformat), with `Z` for UTC.
    pub fn iso_8601(&self) -> String {
        let text = self.isoformat();
        match text.strip_suffix("+00:00") {
            Some(text) => format!("{text}Z"),
            None => text,
        }
    }
}

/// A datetime that is later by a length of time, from year 1 to 9999.
pub(crate) fn shifted(at: DateTime, length: Duration) -> Option<DateTime> {
    at.checked_add(length).ok().filter(|at| (1..=9999).contains(&at.year()))
}

/// Python's text of an offset: `+02:00`, with seconds and microseconds where there are some.
pub(super) fn offset_text(offset: Duration) -> String {
    let OffsetParts { sign, hours, minutes, seconds, micros } = OffsetParts::of(offset);
    let mut text = format!("{sign}{hours:02}:{minutes:02}");
    if seconds != 0 || micros != 0 {
        text.push_str(&format!(":{seconds:02}"));
    }
    if micros != 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    text
}

/// The numbers that an offset is written with.
pub(super) struct OffsetParts {
    pub(super) sign: char,
    pub(super) hours: i64,
    pub(super) minutes: i64,
    pub(super) seconds: i64,
    pub(super) micros: i64,
}

impl OffsetParts {
    pub(super) fn of(offset: Duration) -> Self {
        let micros = i64::try_from(offset.as_micros().abs()).unwrap_or_default();
        let seconds = micros / 1_000_000;
        Self {
            sign: if offset.is_negative() { '-' } else { '+' },
            hours: seconds / 3600,
            minutes: seconds / 60 % 60,
            seconds: seconds % 60,
            micros: micros % 1_000_000,
        }
    }
}
