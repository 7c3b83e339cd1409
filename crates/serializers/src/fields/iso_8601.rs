//! Dates and points in time as input writes them: Django's `parse_date` and `parse_datetime`, which are Python's `fromisoformat`
//! and, for what that refuses, a looser form. A time without an offset is UTC.

use belleville_db::DateTime;
use belleville_db::python::decimal_digit;
use jiff::SignedDuration;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// DRF's message about a text that is no point in time, and its code.
type Refusal = (&'static str, &'static str);

/// What is no point in time.
pub(super) const WRONG_FORMAT: Refusal = (
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
    "invalid",
);

/// A point in time that is none in UTC: before the year 1 or after 9999.
const OUT_OF_RANGE: Refusal = ("Datetime value out of range.", "overflow");

/// Microseconds of a day: an offset is less.
const DAY: i64 = 86_400_000_000;

/// Reads a point in time.
pub(super) fn parse(text: &str) -> Result<DateTime, Refusal> {
    let chars = chars(text).ok_or(WRONG_FORMAT)?;
    let looser = || from_looser_format(&chars).flatten();
    from_iso_format(&chars).or_else(looser).ok_or(WRONG_FORMAT)?.in_utc()
}

/// What a text is that is no value: a model field tells apart what a serializer's field does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Format,
    /// It has the form of a date, and there is no such day.
    Date,
    /// It has the form of a point in time, and there is none such.
    Moment,
}

/// Reads a date as Django's `DateField.to_python` does.
pub(super) fn parse_date(text: &str) -> Result<Date, Wrong> {
    let chars = chars(text).ok_or(Wrong::Format)?;
    iso_date(&chars).map_or_else(|| looser_date(&chars), Ok)
}

/// Reads a point in time, or the beginning of a day, as Django's `DateTimeField.to_python` does.
pub(super) fn parse_moment(text: &str) -> Result<DateTime, Wrong> {
    let chars = chars(text).ok_or(Wrong::Format)?;
    let local = match from_iso_format(&chars) {
        Some(local) => Some(local),
        None => match from_looser_format(&chars) {
            Some(local) => local,
            None => return parse_date(text).map(|date| date.at(0, 0, 0, 0)),
        },
    };
    local.and_then(|local| local.in_utc().ok()).ok_or(Wrong::Moment)
}

fn chars(text: &str) -> Option<Vec<char>> {
    // Python's own functions end a text at this character.
    if text.contains('\0') { None } else { Some(text.chars().collect()) }
}

/// A date and a time of day with its offset in microseconds, if it states one.
struct Local {
    at: DateTime,
    offset: Option<i64>,
}

impl Local {
    fn new(date: Date, time: Clock, offset: Option<i64>) -> Option<Self> {
        let offset_is_good = offset.is_none_or(|offset| offset.abs() < DAY);
        let [hour, minute, second] = time.parts.map(|part| i8::try_from(part).ok());
        let nanoseconds = i32::try_from(time.microsecond * 1000).ok()?;
        let at = DateTime::new(
            date.year(),
            date.month(),
            date.day(),
            hour?,
            minute?,
            second.filter(|second| *second < 60)?,
            nanoseconds,
        );
        at.ok().filter(|_| offset_is_good).map(|at| Self { at, offset })
    }

    fn in_utc(&self) -> Result<DateTime, Refusal> {
        let offset = SignedDuration::from_micros(self.offset.unwrap_or_default());
        let utc = self.at.checked_sub(offset).map_err(|_| OUT_OF_RANGE)?;
        if (1..=9999).contains(&utc.year()) { Ok(utc) } else { Err(OUT_OF_RANGE) }
    }
}

/// A time of day, or the size of an offset.
struct Clock {
    /// Hours, minutes and seconds.
    parts: [u32; 3],
    microsecond: u32,
}

impl Clock {
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

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `datetime.fromisoformat` of CPython 3.11: most of ISO 8601, with any character between the date and the time.
fn from_iso_format(chars: &[char]) -> Option<Local> {
    if chars.len() < 7 {
        return None;
    }
    let separator = separator(chars)?;
    let date = iso_date(&chars[..separator.min(chars.len())])?;
    let midnight = Clock { parts: [0; 3], microsecond: 0 };
    match chars.get(separator + 1..) {
        Some(time) => {
            let (time, offset) = iso_time(time)?;
            Local::new(date, time, offset)
        }
        None => Local::new(date, midnight, None),
    }
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

/// `2026-01-02`, `20260102`, `2026-W01-5`, `2026W015` and, for a Monday, both without the day.
fn iso_date(chars: &[char]) -> Option<Date> {
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
    (chars.len() == at + 4 + dash).then(|| date(year, month, day))?
}

fn week_date(year: u32, chars: &[char], at: usize, dash: usize) -> Option<Date> {
    let week = digits(chars, at, 2)?;
    let day = match chars.get(at + 2) {
        None => 1,
        Some(c) if dash == 1 && *c != '-' => return None,
        Some(_) => digits(chars, at + 2 + dash, 1)?,
    };
    let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    let weekday = Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
    let date = ISOWeekDate::new(year, i8::try_from(week).ok()?, weekday).ok()?.date();
    (1..=9999).contains(&date.year()).then_some(date)
}

/// A time of day with its offset. CPython looks at what follows the last number only where there is no offset.
fn iso_time(chars: &[char]) -> Option<(Clock, Option<i64>)> {
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

/// Django's own pattern of a date: `2026-1-2`, with digits of any script.
fn looser_date(chars: &[char]) -> Result<Date, Wrong> {
    let mut rest = Looser(chars);
    let [year, month, day] = rest.date().ok_or(Wrong::Format)?;
    // The pattern's end is also before a last newline.
    if !matches!(rest.0, [] | ['\n']) {
        return Err(Wrong::Format);
    }
    date(year, month, day).ok_or(Wrong::Date)
}

/// Django's own pattern: `2026-1-2 3:04:05.6 +02:00`, with digits of any script. `None` of a text that does not have it, and
/// inside of that of one that is no point in time.
fn from_looser_format(chars: &[char]) -> Option<Option<Local>> {
    let mut rest = Looser(chars);
    let [year, month, day] = rest.date()?;
    rest.one_of(&['T', ' '])?;
    let hour = rest.number(1, 2)?;
    rest.one_of(&[':'])?;
    let minute = rest.number(1, 2)?;
    let mut time = Clock { parts: [hour, minute, 0], microsecond: 0 };
    if rest.one_of(&[':']).is_some() {
        time.parts[2] = rest.number(1, 2)?;
        if rest.one_of(&['.', ',']).is_some() {
            time.microsecond = rest.fraction()?;
        }
    }
    let offset = rest.offset()?;
    Some(date(year, month, day).and_then(|date| Local::new(date, time, offset)))
}

/// What of a text is left to be read.
struct Looser<'a>(&'a [char]);

impl Looser<'_> {
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

    /// Six digits, or less; up to six more are cut off.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.count_digits(6);
        let fraction = self.number(1, 6)? * 10_u32.pow(6 - u32::try_from(count).ok()?);
        self.number(0, 6)?;
        Some(fraction)
    }

    /// `Z`, `+02`, `+0200`, `+02:00` or nothing, to the text's end.
    fn offset(&mut self) -> Option<Option<i64>> {
        let is_space = |c: &char| c.is_whitespace() || ('\x1c'..='\x1f').contains(c);
        while self.0.first().is_some_and(is_space) {
            self.0 = &self.0[1..];
        }
        let offset = match self.one_of(&['Z', '+', '-']) {
            None => None,
            Some('Z') => Some(0),
            Some(sign) => {
                let hours = self.number(2, 2)?;
                let has_colon = self.one_of(&[':']).is_some();
                let minutes = if has_colon || self.count_digits(2) == 2 { self.number(2, 2)? } else { 0 };
                let minutes = i64::from(hours * 60 + minutes) * 60_000_000;
                Some(if sign == '-' { -minutes } else { minutes })
            }
        };
        // The pattern's end is also before a last newline.
        matches!(self.0, [] | ['\n']).then_some(offset)
    }
}

#[cfg(test)]
mod tests {
    use belleville_db::stored;

    use super::*;

    #[test]
    fn points_in_time_are_djangos() {
        // Each row is what DRF 3.18's `DateTimeField` makes of the text, on Python 3.11 and with the time zone UTC.
        for (text, expected) in [
            ("2020-01-02", Ok("2020-01-02 00:00:00")),
            ("20200102", Ok("2020-01-02 00:00:00")),
            ("2020-W01-5", Ok("2020-01-03 00:00:00")),
            ("2020W015", Ok("2020-01-03 00:00:00")),
            ("2020W01", Ok("2019-12-30 00:00:00")),
            ("2020-01-02T03:04:05", Ok("2020-01-02 03:04:05")),
            ("2020-01-02 03:04:05.678901", Ok("2020-01-02 03:04:05.678901")),
            ("2020-01-02T03:04", Ok("2020-01-02 03:04:00")),
            ("2020-01-02T03", Ok("2020-01-02 03:00:00")),
            ("20200102T030405", Ok("2020-01-02 03:04:05")),
            ("2020-01-02T03:04:05Z", Ok("2020-01-02 03:04:05")),
            ("2020-01-02T03:04:05+02:00", Ok("2020-01-02 01:04:05")),
            ("2020-01-02T03:04:05-0230", Ok("2020-01-02 05:34:05")),
            ("2020-01-02T03:04:05.1+02:00:30.5", Ok("2020-01-02 01:03:34.600000")),
            ("2020-1-2 3:4", Ok("2020-01-02 03:04:00")),
            ("2020-1-2T3:4:5,6 +02", Ok("2020-01-02 01:04:05.600000")),
            ("2020-01-02 03:04:05.1234567890 -05:30", Ok("2020-01-02 08:34:05.123456")),
            ("0001-01-01T00:00:00+01:00", Err(OUT_OF_RANGE)),
            ("9999-12-31T23:59:59-01:00", Err(OUT_OF_RANGE)),
            ("2020-02-30T00:00:00Z", Err(WRONG_FORMAT)),
            ("2020-01-02T24:00:00", Err(WRONG_FORMAT)),
            ("2020-01-02T23:60", Err(WRONG_FORMAT)),
            ("2020-01-02T23:59:60", Err(WRONG_FORMAT)),
            ("2020-01-02T03:04:05+24:00", Err(WRONG_FORMAT)),
            ("2020-01-02T03:04:05+23:59", Ok("2020-01-01 03:05:05")),
            ("2020-01-02T03:04:05z", Err(WRONG_FORMAT)),
            ("2020-01-02x03:04:05", Ok("2020-01-02 03:04:05")),
            ("٢٠٢٠-٠١-٠٢ ٠٣:٠٤:٠٥", Ok("2020-01-02 03:04:05")),
            ("2021-W53-1", Err(WRONG_FORMAT)),
            ("2020-01-02T03:04:05.123456789", Ok("2020-01-02 03:04:05.123456")),
            ("2020-01-02 03:04:05 Z\n", Ok("2020-01-02 03:04:05")),
            ("0000-01-01", Err(WRONG_FORMAT)),
            ("", Err(WRONG_FORMAT)),
            ("2020-01-02T10:+00:00", Ok("2020-01-02 10:00:00")),
            ("2020-01-02é10:00", Ok("2020-01-02 10:00:00")),
            ("1-1-1 1:1", Err(WRONG_FORMAT)),
        ] {
            assert_eq!(parse(text).map(stored).as_deref().map_err(|message| *message), expected, "{text}");
        }
    }
}
