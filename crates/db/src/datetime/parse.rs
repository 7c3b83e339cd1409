//! Dates and times as input writes them: Django's `parse_date`, `parse_time` and `parse_datetime`. Each is Python's
//! `fromisoformat` and, for what that refuses, a looser form with digits of any script.

use super::local::LocalDateTime;
use super::{Date, DateTime, Time, iso_format, new_date, new_time};
use crate::python::{decimal_digit, is_space};

/// Why a text is no date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotATime {
    /// It does not have the form of one. Django's functions return `None`.
    Format,
    /// It has the form, and there is no such day or time. Django's functions raise `ValueError`.
    Value,
}

/// Django's `parse_date`.
///
/// # Errors
/// [`NotATime`] tells what is wrong.
pub fn parse_date(text: &str) -> Result<Date, NotATime> {
    if let Some(date) = usual_date(text.as_bytes()) {
        return Ok(date);
    }
    let chars = chars(text)?;
    iso_format::date(&chars).map_or_else(|| looser_date(&chars), Ok)
}

/// Django's `parse_time`: an offset that ISO 8601 allows is read and dropped.
///
/// # Errors
/// [`NotATime`] tells what is wrong.
pub fn parse_time(text: &str) -> Result<Time, NotATime> {
    let chars = chars(text)?;
    iso_format::time(&chars).map_or_else(|| looser_time(&chars), Ok)
}

/// Django's `parse_datetime`: with the offset that the text has, or none.
///
/// # Errors
/// [`NotATime`] tells what is wrong.
pub fn parse_datetime(text: &str) -> Result<LocalDateTime, NotATime> {
    let chars = chars(text)?;
    iso_format::datetime(&chars).map_or_else(|| looser_datetime(&chars), Ok)
}

/// A date as nearly all are written: `2026-01-02`. [`parse_date`] reads others too.
pub fn usual_date(text: &[u8]) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let number = |digits: &[u8]| {
        let digit =
            |number, digit: &u8| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'));
        digits.iter().try_fold(0, digit)
    };
    new_date(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?)
}

fn chars(text: &str) -> Result<Vec<char>, NotATime> {
    // Python's own functions end a text at this character.
    if text.contains('\0') { Err(NotATime::Format) } else { Ok(text.chars().collect()) }
}

/// `2026-1-2`.
fn looser_date(chars: &[char]) -> Result<Date, NotATime> {
    let mut rest = Rest(chars);
    let [year, month, day] = rest.date().filter(|_| rest.is_at_end()).ok_or(NotATime::Format)?;
    new_date(year, month, day).ok_or(NotATime::Value)
}

/// `3:4:5.6`.
fn looser_time(chars: &[char]) -> Result<Time, NotATime> {
    let mut rest = Rest(chars);
    let clock = rest.clock().filter(|_| rest.is_at_end()).ok_or(NotATime::Format)?;
    clock.time()
}

/// `2026-1-2 3:04:05.6 +02:00`.
fn looser_datetime(chars: &[char]) -> Result<LocalDateTime, NotATime> {
    let (date, clock, offset) = Rest(chars).datetime().ok_or(NotATime::Format)?;
    let [year, month, day] = date;
    let date = new_date(year, month, day).ok_or(NotATime::Value)?;
    LocalDateTime::with_offset(DateTime::from_parts(date, clock.time()?), offset).ok_or(NotATime::Value)
}

/// Hours, minutes, seconds and microseconds as they are written.
struct Clock([u32; 4]);

impl Clock {
    fn time(&self) -> Result<Time, NotATime> {
        let [hour, minute, second, microsecond] = self.0;
        new_time(hour, minute, second, microsecond).ok_or(NotATime::Value)
    }
}

/// What of a text is left to be read.
struct Rest<'a>(&'a [char]);

impl Rest<'_> {
    fn one_of(&mut self, expected: &[char]) -> Option<char> {
        let (first, rest) = self.0.split_first()?;
        expected.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn count_digits(&self, most: usize) -> usize {
        self.0.iter().take(most).take_while(|c| decimal_digit(**c).is_some()).count()
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.count_digits(most);
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        let number = digits.iter().fold(0, |number, c| number * 10 + decimal_digit(*c).unwrap_or_default());
        (count >= least).then_some(number)
    }

    /// Year, month and day.
    fn date(&mut self) -> Option<[u32; 3]> {
        let year = self.number(4, 4)?;
        self.one_of(&['-'])?;
        let month = self.number(1, 2)?;
        self.one_of(&['-'])?;
        Some([year, month, self.number(1, 2)?])
    }

    fn clock(&mut self) -> Option<Clock> {
        let hour = self.number(1, 2)?;
        self.one_of(&[':'])?;
        let minute = self.number(1, 2)?;
        let (mut second, mut microsecond) = (0, 0);
        if self.one_of(&[':']).is_some() {
            second = self.number(1, 2)?;
            if self.one_of(&['.', ',']).is_some() {
                microsecond = self.fraction()?;
            }
        }
        Some(Clock([hour, minute, second, microsecond]))
    }

    /// The numbers of the date, the time of day, and the microseconds of the offset.
    fn datetime(&mut self) -> Option<([u32; 3], Clock, Option<i64>)> {
        let date = self.date()?;
        self.one_of(&['T', ' '])?;
        let clock = self.clock()?;
        let offset = self.offset();
        self.is_at_end().then_some((date, clock, offset?))
    }

    /// The patterns end also before a last newline.
    fn is_at_end(&self) -> bool {
        matches!(self.0, [] | ['\n'])
    }

    /// Six digits, or less; up to six more are cut off.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.count_digits(6);
        let fraction = self.number(1, 6)? * 10_u32.pow(6 - u32::try_from(count).ok()?);
        self.number(0, 6)?;
        Some(fraction)
    }

    /// `Z`, `+02`, `+0200`, `+02:00` or nothing, after white space.
    fn offset(&mut self) -> Option<Option<i64>> {
        // A last newline may also be such white space.
        while self.0.first().is_some_and(|c| is_space(*c)) {
            self.0 = &self.0[1..];
        }
        Some(match self.one_of(&['Z', '+', '-']) {
            None => None,
            Some('Z') => Some(0),
            Some(sign) => {
                let hours = self.number(2, 2)?;
                let has_colon = self.one_of(&[':']).is_some();
                let minutes = if has_colon || self.count_digits(2) == 2 { self.number(2, 2)? } else { 0 };
                let minutes = i64::from(hours * 60 + minutes) * 60_000_000;
                Some(if sign == '-' { -minutes } else { minutes })
            }
        })
    }
}
