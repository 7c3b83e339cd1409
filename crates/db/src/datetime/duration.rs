//! Lengths of time as Django reads and writes them: `parse_duration`, `duration_string` and `duration_iso_string`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Duration;
use crate::python::parse_float;

const SECOND: i128 = 1_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// The days of Python's longest `timedelta`; the shortest has as many below zero.
const MOST_DAYS: i128 = 999_999_999;

/// A length of time that has the form of one and more days than Python's `timedelta` can: Python raises `OverflowError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// `3 days, 04:05:06.7` with everything but the seconds left out or not. Python looks ahead for the minutes after the hours.
static STANDARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?:(?P<days>-?\d+) (?:days?, )?)?(?P<sign>-?)(?:(?P<hours>\d+):(?P<minutes>\d+):|(?P<only_minutes>\d+):)?(?P<seconds>\d+)(?:[.,](?P<microseconds>\d{1,6})\d{0,6})?",
    )
});

/// `-P3DT4H5M6.7S`.
static ISO_8601: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?P<sign>[-+]?)P(?:(?P<days>\d+(?:[.,]\d+)?)D)?(?:T(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?",
    )
});

/// `3 days -04:05:06.7`: PostgreSQL's interval of days and time.
static POSTGRESQL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?:(?P<days>-?\d+) (?:days? ?))?(?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<microseconds>\d{1,6}))?)?",
    )
});

/// A pattern for a whole text. Python's end of one is also before a last newline.
fn pattern(inside: &str) -> Option<Regex> {
    Regex::new(&format!(r"\A(?:{inside})\n?\z")).ok()
}

/// Django's `parse_duration`: its own form, that of ISO 8601 and PostgreSQL's. `None` for a text that has none of them.
///
/// # Errors
/// [`TooLong`] when it is no `timedelta`.
pub fn parse_duration(text: &str) -> Result<Option<Duration>, TooLong> {
    let matched = |pattern: &'static LazyLock<Option<Regex>>| pattern.as_ref()?.captures(text);
    if let Some(found) = matched(&STANDARD) {
        return length(&found, false).map(Some);
    }
    if let Some(found) = matched(&ISO_8601) {
        return length(&found, true).map(Some);
    }
    matched(&POSTGRESQL).map(|found| length(&found, false)).transpose()
}

/// What the groups of a pattern add up to. The sign of ISO 8601 is also that of the days.
fn length(found: &Captures<'_>, sign_of_days: bool) -> Result<Duration, TooLong> {
    let number = |name: &str| {
        let text = found.name(name)?.as_str().replace(',', ".");
        // A text of digits, so that it is a number.
        let padded = if name == "microseconds" { format!("{text:0<6}") } else { text };
        parse_float(&padded)
    };
    let sign = if found.name("sign").is_some_and(|sign| sign.as_str() == "-") { -1 } else { 1 };
    let days = timedelta(&[(number("days"), DAY)])?;
    let minutes =
        number("minutes").or_else(|| found.name("only_minutes").and_then(|_| number("only_minutes")));
    let rest = timedelta(&[
        (number("microseconds"), 1),
        (number("seconds"), SECOND),
        (minutes, MINUTE),
        (number("hours"), HOUR),
    ])?;
    let days = if sign_of_days { in_range(sign * days)? } else { days };
    let micros = in_range(days + in_range(sign * rest)?)?;
    Ok(Duration::from_micros_i128(micros))
}

/// Python's `timedelta(..)` of floats, in microseconds: what is less than one is added up, and rounded to the even one.
fn timedelta(parts: &[(Option<f64>, i128)]) -> Result<i128, TooLong> {
    let (mut sum, mut less) = (0, 0.0);
    for (number, unit) in parts {
        let Some(number) = number else { continue };
        if number.trunc().abs() > 1e20 {
            return Err(TooLong);
        }
        sum += number.trunc() as i128 * unit;
        let fraction = number.fract() * *unit as f64;
        sum += fraction.trunc() as i128;
        less += fraction.fract();
    }
    let mut rounded = less.round();
    if (rounded - less).abs() == 0.5 {
        let odd = if sum % 2 == 0 { 0.0 } else { 1.0 };
        rounded = 2.0 * ((less + odd) * 0.5).round() - odd;
    }
    in_range(sum + rounded as i128)
}

fn in_range(micros: i128) -> Result<i128, TooLong> {
    let days = micros.div_euclid(DAY);
    if (-MOST_DAYS..=MOST_DAYS).contains(&days) { Ok(micros) } else { Err(TooLong) }
}

/// Django's `duration_string`: `3 04:05:06.000007`, and days below zero for a negative length.
pub fn duration_string(length: Duration) -> String {
    let Parts { days, hours, minutes, seconds, micros } = Parts::of(length.as_micros());
    let days = if days == 0 { String::new() } else { format!("{days} ") };
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

/// Django's `duration_iso_string`: `-P0DT00H00M01.500000S`.
pub fn duration_iso_string(length: Duration) -> String {
    let sign = if length.is_negative() { "-" } else { "" };
    let Parts { days, hours, minutes, seconds, micros } = Parts::of(length.as_micros().abs());
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{sign}P{days}DT{hours:02}H{minutes:02}M{seconds:02}{fraction}S")
}

/// Python's `str` of a `timedelta`: `3 days, 4:05:06.000007`.
pub fn timedelta_text(length: Duration) -> String {
    let Parts { days, hours, minutes, seconds, micros } = Parts::of(length.as_micros());
    let days = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        days => format!("{days} days, "),
    };
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{days}{hours}:{minutes:02}:{seconds:02}{fraction}")
}

/// Python's `total_seconds()`.
pub fn total_seconds(length: Duration) -> f64 {
    // Python divides whole microseconds by a million, and rounds once.
    let (sign, micros) = (if length.is_negative() { "-" } else { "" }, length.as_micros().abs());
    let digits = format!("{sign}{}.{:06}", micros / SECOND, micros % SECOND);
    digits.parse().unwrap_or_default()
}

/// Python's days, which may be negative, and the time of day that is left.
struct Parts {
    days: i128,
    hours: i128,
    minutes: i128,
    seconds: i128,
    micros: i128,
}

impl Parts {
    fn of(micros: i128) -> Self {
        let rest = micros.rem_euclid(DAY);
        Self {
            days: micros.div_euclid(DAY),
            hours: rest / HOUR,
            minutes: rest / MINUTE % 60,
            seconds: rest / SECOND % 60,
            micros: rest % SECOND,
        }
    }
}
