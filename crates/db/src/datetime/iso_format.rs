//! ISO 8601 as `fromisoformat` of CPython 3.11 reads it.

use jiff::civil::{ISOWeekDate, Weekday};

use super::local::LocalDateTime;
use super::{Date, DateTime, Time, new_date, new_time};

/// `datetime.datetime.fromisoformat`: most of ISO 8601, with any character between the date and the time.
pub(super) fn datetime(chars: &[char]) -> Option<LocalDateTime> {
    if chars.len() < 7 {
        return None;
    }
    let separator = separator(chars)?;
    let date = date(&chars[..separator.min(chars.len())])?;
    let Some(time) = chars.get(separator + 1..) else {
        return Some(LocalDateTime::naive(date.at(0, 0, 0, 0)));
    };
    let (clock, offset) = clock_with_offset(time)?;
    LocalDateTime::with_offset(DateTime::from_parts(date, clock.time()?), offset)
}

/// `datetime.time.fromisoformat`, of which Django drops the offset.
pub(super) fn time(chars: &[char]) -> Option<Time> {
    let chars = chars.strip_prefix(&['T']).unwrap_or(chars);
    let (clock, offset) = clock_with_offset(chars)?;
    let time = clock.time()?;
    LocalDateTime::with_offset(Date::MIN.to_datetime(time), offset).map(|_| time)
}

/// A time of day, or the size of an offset.
struct Clock {
    /// Hours, minutes and seconds.
    parts: [u32; 3],
    microsecond: u32,
}

impl Clock {
    fn time(&self) -> Option<Time> {
        let [hour, minute, second] = self.parts;
        new_time(hour, minute, second, self.microsecond)
    }

    fn microseconds(&self) -> i64 {
        let [hours, minutes, seconds] = self.parts.map(i64::from);
        ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + i64::from(self.microsecond)
    }
}

/// The number that exactly `count` ASCII digits at a position make.
fn digits(chars: &[char], at: usize, count: usize) -> Option<u32> {
    let digits = chars.get(at..at + count)?;
    digits.iter().try_fold(0, |number, c| Some(number * 10 + c.to_digit(10)?))
}

/// Where the date ends, which its first characters tell.
fn separator(chars: &[char]) -> Option<usize> {
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    if chars.len() == 7 {
        return Some(7);
    }
    match (chars[4], chars[5]) {
        ('-', 'W') if chars.get(8) == Some(&'-') => match chars.len() {
            9 => None,
            _ if is_digit(10) => Some(8),
            _ => Some(10),
        },
        ('-', 'W') => Some(8),
        ('-', _) => Some(10),
        ('W', _) => {
            let digits_end = (7..chars.len()).find(|at| !is_digit(*at)).unwrap_or(chars.len());
            Some(match digits_end {
                end if end < 9 => end,
                end if end % 2 == 0 => 7,
                _ => 8,
            })
        }
        _ => Some(8),
    }
}

/// The length of `2026-01-02`. CPython reads a date without dashes that has two bytes more, whatever they are.
const LONGEST_DATE: usize = 10;

/// `datetime.date.fromisoformat`: `2026-01-02`, `20260102`, `2026-W01-5`, `2026W015` and, for a Monday, both without the day.
pub(super) fn date(chars: &[char]) -> Option<Date> {
    let year = digits(chars, 0, 4)?;
    let dash = usize::from(chars.get(4) == Some(&'-'));
    let at = 4 + dash;
    if chars.get(at) == Some(&'W') {
        return week_date(year, chars, at + 1, dash);
    }
    let month = digits(chars, at, 2)?;
    if dash == 1 && chars.get(at + 2) != Some(&'-') {
        return None;
    }
    let day = digits(chars, at + 2 + dash, 2)?;
    let is_whole = chars.len() == at + 4 + dash || dash == 0 && length(chars) == LONGEST_DATE;
    is_whole.then(|| new_date(year, month, day))?
}

/// How many bytes UTF-8 has of them.
fn length(chars: &[char]) -> usize {
    chars.iter().map(|c| c.len_utf8()).sum()
}

fn week_date(year: u32, chars: &[char], at: usize, dash: usize) -> Option<Date> {
    let week = digits(chars, at, 2)?;
    let day = match chars.get(at + 2..)? {
        [] => 1,
        ['-', _] if dash == 1 => digits(chars, at + 3, 1)?,
        [_] if dash == 0 => digits(chars, at + 2, 1)?,
        [_, _, ..] if dash == 0 && length(chars) == LONGEST_DATE => digits(chars, at + 2, 1)?,
        _ => return None,
    };
    let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    let weekday = Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
    let date = ISOWeekDate::new(year, i8::try_from(week).ok()?, weekday).ok()?.date();
    (1..=9999).contains(&date.year()).then_some(date)
}

/// A time of day with its offset. CPython looks at what follows the last number only where there is no offset.
fn clock_with_offset(chars: &[char]) -> Option<(Clock, Option<i64>)> {
    let end = chars.iter().position(|c| matches!(c, '+' | '-' | 'Z')).unwrap_or(chars.len());
    let (time, rest) = chars.split_at(end);
    let (time, is_whole) = clock(time)?;
    let Some((sign, offset)) = rest.split_first() else { return is_whole.then_some((time, None)) };
    if *sign == 'Z' {
        return offset.is_empty().then_some((time, Some(0)));
    }
    let (offset, is_whole) = clock(offset)?;
    let offset = if *sign == '-' { -offset.microseconds() } else { offset.microseconds() };
    is_whole.then_some((time, Some(offset)))
}

/// `HH[:?MM[:?SS[.,ffffff]]]`, and whether nothing is left over.
fn clock(chars: &[char]) -> Option<(Clock, bool)> {
    let mut clock = Clock { parts: [0; 3], microsecond: 0 };
    let mut at = 0;
    let mut has_colons = true;
    for (index, part) in clock.parts.iter_mut().enumerate() {
        *part = digits(chars, at, 2)?;
        at += 2;
        let next = chars.get(at).copied();
        if index == 0 {
            has_colons = next == Some(':');
        }
        match next {
            None => return Some((clock, true)),
            // One byte more, whatever it is.
            Some(last) if at + 1 == chars.len() && last.is_ascii() => return Some((clock, false)),
            Some(':') if has_colons => at += 1,
            Some('.' | ',') => {
                at += 1;
                break;
            }
            Some(_) if !has_colons => {}
            Some(_) => return None,
        }
    }
    let count = (chars.len() - at).min(6);
    let fraction = digits(chars, at, count)?;
    clock.microsecond = fraction * 10_u32.pow(6 - u32::try_from(count).ok()?);
    let rest = &chars[at + count..];
    Some((clock, rest.iter().all(char::is_ascii_digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CPython 3.11 says.
    #[test]
    fn two_bytes_behind_a_date_without_dashes_are_not_looked_at() {
        for (text, expected) in [
            ("20170710ab", Some("2017-07-10")),
            ("20170710\u{17f}", Some("2017-07-10")),
            ("20170710a", None),
            ("20170710abc", None),
            ("2017W011ab", Some("2017-01-02")),
            ("2017W011\u{17f}", Some("2017-01-02")),
            ("2017W0112", None),
            ("2017W01\u{20ac}", None),
            ("2017-071\u{17f}", None),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(date(&chars).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }
}
