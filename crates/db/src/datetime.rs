//! Points in time as Django stores them: UTC, with microseconds.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

use crate::{Error, Result};

/// A point in time, in UTC, from year 1 to the end of year 9999. It is stored with microseconds, as in Django.
pub type DateTime = civil::DateTime;

/// A date from year 1 to year 9999.
pub type Date = civil::Date;

/// A time of day, with microseconds.
pub type Time = civil::Time;

/// A length of time, with microseconds; Python's `timedelta`.
pub type Duration = jiff::SignedDuration;

/// The present time, cut to whole microseconds so that a value reads back from the database as it was written.
pub fn now() -> DateTime {
    let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond());
    Offset::UTC.to_datetime(now.unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Django's text of a datetime in a SQLite column: `2026-01-02 03:04:05.678901`, without a fraction when it is zero.
pub fn stored(at: DateTime) -> String {
    text(at, ' ', "")
}

/// Django's text of a time in a SQLite column: `03:04:05.678901`, without a fraction when it is zero.
pub(crate) fn stored_time(time: Time) -> String {
    let (hour, minute, second, micros) =
        (time.hour(), time.minute(), time.second(), time.subsec_nanosecond() / 1000);
    if micros == 0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}.{micros:06}")
    }
}

/// DRF's text of a datetime in JSON: `2026-01-02T03:04:05.678901Z`, without a fraction when it is zero.
pub fn iso_8601(at: DateTime) -> String {
    text(at, 'T', "Z")
}

fn text(at: DateTime, separator: char, zone: &str) -> String {
    let micros = at.subsec_nanosecond() / 1000;
    let (year, month, day) = (at.year(), at.month(), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    if micros == 0 {
        format!("{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}{zone}")
    } else {
        format!("{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}.{micros:06}{zone}")
    }
}

/// Reads the text of a SQLite datetime column.
///
/// # Errors
/// [`Error::Decode`] when the text is not `YYYY-MM-DD HH:MM:SS[.ffffff]` (a `T` and an offset are accepted as well,
/// for rows that another program wrote).
pub fn parse_stored(text: &str) -> Result<DateTime> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Offset::UTC.to_datetime(at));
    }
    text.parse().map_err(|_| Error::Decode("expected a datetime, found other text".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes_are_written_and_read_as_django_does() {
        for (text, iso) in [
            ("2026-01-02 03:04:05.678901", "2026-01-02T03:04:05.678901Z"),
            ("2026-01-02 03:04:05", "2026-01-02T03:04:05Z"),
            ("0001-01-01 00:00:00.000001", "0001-01-01T00:00:00.000001Z"),
            ("9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999Z"),
        ] {
            let at = parse_stored(text).expect(text);
            assert_eq!(stored(at), text);
            assert_eq!(iso_8601(at), iso);
        }
        assert!(parse_stored("yesterday").is_err());
    }
}
