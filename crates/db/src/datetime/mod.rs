//! Points in time as Django stores them: UTC, with microseconds. Dates, times and lengths of time as Python, Django and Django
//! REST framework read and write them.

mod duration;
mod iso_format;
pub(crate) mod local;
mod parse;
mod strftime;
mod strptime;
mod zone;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

pub use duration::{
    TooLong, duration_iso_string, duration_string, parse_duration, timedelta_text, total_seconds,
};
pub use local::LocalDateTime;
pub use parse::{NotATime, parse_date, parse_datetime, parse_time, usual_date};
pub use strftime::strftime;
pub use strptime::{BadFormat, InputFormat};
pub use zone::{TimeZone, UnknownTimeZone};

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
    let (text, length) = digits(at, b' ');
    String::from_utf8_lossy(&text[..length]).into_owned()
}

/// Python's `isoformat()` of a time, which is also Django's text of it in a SQLite column: `03:04:05.678901`, without a
/// fraction when it is zero.
pub fn time_text(time: Time) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    match time.subsec_nanosecond() / 1000 {
        0 => format!("{hour:02}:{minute:02}:{second:02}"),
        micros => format!("{hour:02}:{minute:02}:{second:02}.{micros:06}"),
    }
}

/// A date from year 1 to 9999.
fn new_date(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn new_time(hour: u32, minute: u32, second: u32, microsecond: u32) -> Option<Time> {
    let [hour, minute, second] = [hour, minute, second].map(|part| i8::try_from(part).ok());
    let second = second.filter(|second| *second < 60);
    Time::new(hour?, minute?, second?, i32::try_from(microsecond).ok()?.checked_mul(1000)?).ok()
}

/// DRF's text of a datetime in JSON: `2026-01-02T03:04:05.678901Z`, without a fraction when it is zero.
pub fn iso_8601(at: DateTime) -> String {
    let (text, length) = digits(at, b'T');
    text[..length].iter().chain(b"Z").map(|byte| char::from(*byte)).collect()
}

/// Writes [`iso_8601`] as JSON.
pub fn write_iso_8601(out: &mut Vec<u8>, at: DateTime) {
    let (text, length) = digits(at, b'T');
    out.reserve(LONGEST + 3);
    out.push(b'"');
    out.extend_from_slice(&text[..length]);
    out.extend_from_slice(b"Z\"");
}

/// The length of a text with a fraction.
const LONGEST: usize = 26;

/// The digits of a datetime with a separator between date and time, and how many of the bytes they are.
fn digits(at: DateTime, separator: u8) -> ([u8; LONGEST], usize) {
    let mut text = *b"0000-00-00 00:00:00.000000";
    // A part of a date or a time is not negative, and has two digits at most.
    let mut pair = |index: usize, number: u32| {
        text[index] = b'0' + (number / 10 % 10) as u8;
        text[index + 1] = b'0' + (number % 10) as u8;
    };
    let (year, micros) = (u32::from(at.year().unsigned_abs()), at.subsec_nanosecond().unsigned_abs() / 1000);
    pair(0, year / 100);
    pair(2, year % 100);
    pair(5, at.month().unsigned_abs().into());
    pair(8, at.day().unsigned_abs().into());
    pair(11, at.hour().unsigned_abs().into());
    pair(14, at.minute().unsigned_abs().into());
    pair(17, at.second().unsigned_abs().into());
    pair(20, micros / 10_000);
    pair(22, micros / 100 % 100);
    pair(24, micros % 100);
    text[10] = separator;
    (text, if micros == 0 { 19 } else { LONGEST })
}

/// Reads the text of a SQLite datetime column.
///
/// # Errors
/// [`Error::Decode`] when the text is not `YYYY-MM-DD HH:MM:SS[.ffffff]` (a `T` and an offset are accepted as well,
/// for rows that another program wrote).
pub fn parse_stored(text: &str) -> Result<DateTime> {
    if let Some(at) = parse_plain(text.as_bytes()) {
        return Ok(at);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Offset::UTC.to_datetime(at));
    }
    text.parse().map_err(|_| Error::Decode("expected a datetime, found other text".to_owned()))
}

/// Reads what [`stored`] writes, which nearly all texts in a database are.
fn parse_plain(text: &[u8]) -> Option<DateTime> {
    let (date, time) = text.split_at_checked(10)?;
    let [b' ', time @ ..] = time else { return None };
    let [year @ .., b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let [h1, h2, b':', n1, n2, b':', s1, s2, fraction @ ..] = time else { return None };
    let nanos = match fraction {
        [] => 0,
        [b'.', micros @ ..] if micros.len() == 6 => number(micros)? * 1000,
        _ => return None,
    };
    let two = |one: &u8, two: &u8| i8::try_from(number(&[*one, *two])?).ok();
    let year = i16::try_from(number(year)?).ok()?;
    DateTime::new(year, two(m1, m2)?, two(d1, d2)?, two(h1, h2)?, two(n1, n2)?, two(s1, s2)?, nanos).ok()
}

/// The number that at most six digits make.
fn number(digits: &[u8]) -> Option<i32> {
    let (number, is_wrong) = digits.iter().fold((0, false), |(number, is_wrong), byte| {
        let digit = byte.wrapping_sub(b'0');
        (number * 10 + i32::from(digit), is_wrong | (digit > 9))
    });
    (!is_wrong).then_some(number)
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
            let mut json = Vec::new();
            write_iso_8601(&mut json, at);
            assert_eq!(String::from_utf8_lossy(&json), format!("\"{iso}\""));
        }
        for text in
            ["yesterday", "", "2026-02-30 03:04:05", "2026-01-02 03:60:05", "2\u{e9}26-01-02 03:04:05"]
        {
            assert!(parse_stored(text).is_err(), "{text}");
        }
    }
}
