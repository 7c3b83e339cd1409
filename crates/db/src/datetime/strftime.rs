//! Python's `strftime`, in the C locale and with the C library of GNU: CPython leaves most directives to it.

use std::borrow::Cow;

use jiff::civil::Date;

use super::local::{OffsetParts, offset_text};
use super::{Duration, LocalDateTime};

pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The text of a datetime by a format: Python's `datetime.strftime`. `zone` is the name of its time zone (`CET`), if it has
/// one; without it `%Z` is `UTC+01:00`, as Python says of a fixed offset. A directive that there is not stays as it is.
pub fn strftime(format: &str, at: &LocalDateTime, zone: Option<&str>) -> String {
    let mut text = String::with_capacity(format.len() * 2);
    Formatter { at, zone }.write(&mut text, format);
    text
}

/// How a directive's text is filled up and cased: `%-d`, `%_H`, `%010Y`, `%^a`.
#[derive(Clone, Copy, Default)]
struct Flags {
    pad: Option<char>,
    width: usize,
    upper: bool,
    swap: bool,
}

/// A number with its usual width and padding, or a text.
enum Piece<'a> {
    Number(i64, usize, char),
    Text(Cow<'a, str>),
    /// Made of other directives, in this format.
    Format(&'static str),
}

impl Piece<'static> {
    const fn two(number: i64) -> Self {
        Self::Number(number, 2, '0')
    }
}

struct Formatter<'a> {
    at: &'a LocalDateTime,
    zone: Option<&'a str>,
}

impl Formatter<'_> {
    fn write(&self, out: &mut String, format: &str) {
        let mut rest = format;
        while let Some(start) = rest.find('%') {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let (length, flags, directive) = directive(rest);
            let (whole, after) = rest.split_at(length);
            rest = after;
            let piece = directive.and_then(|c| self.piece(c, whole));
            self.push(out, piece.unwrap_or(Piece::Text(whole.into())), flags);
        }
        out.push_str(rest);
    }

    fn push(&self, out: &mut String, piece: Piece<'_>, flags: Flags) {
        let mut text = match piece {
            Piece::Number(number, width, pad) => return push_number(out, number, width, pad, flags),
            Piece::Text(text) => text.into_owned(),
            Piece::Format(format) => {
                let mut text = String::new();
                self.write(&mut text, format);
                text
            }
        };
        if flags.upper {
            text = text.to_uppercase();
        } else if flags.swap {
            let is_upper = !text.chars().any(char::is_lowercase);
            text = if is_upper { text.to_lowercase() } else { text.to_uppercase() };
        }
        let pad = if flags.pad == Some('0') { '0' } else { ' ' };
        let missing = flags.width.saturating_sub(text.chars().count());
        out.extend(std::iter::repeat_n(pad, missing));
        out.push_str(&text);
    }

    /// What a directive stands for; `whole` is its text.
    fn piece(&self, directive: char, whole: &str) -> Option<Piece<'_>> {
        // Python's own, which take no flags.
        let is_plain = whole.len() == 2;
        Some(match directive {
            'f' if is_plain => Piece::Text(format!("{:06}", self.micros()).into()),
            'z' => Piece::Text(self.at.offset.map(offset_digits).unwrap_or_default().into()),
            'Z' => Piece::Text(self.zone_name()),
            _ => return self.of_date(directive).or_else(|| self.of_time(directive)),
        })
    }

    fn of_date(&self, directive: char) -> Option<Piece<'static>> {
        let date = self.at.at.date();
        let (year, month, day) =
            (i64::from(date.year()), usize::from(date.month().unsigned_abs()), date.day());
        let weekday = i64::from(date.weekday().to_monday_zero_offset());
        let iso = date.iso_week_date();
        let name = |names: &[&'static str], index: usize, length: usize| {
            Piece::Text(names.get(index).map_or("", |name| name.get(..length).unwrap_or(name)).into())
        };
        Some(match directive {
            'a' => name(&WEEKDAYS, weekday as usize, 3),
            'A' => name(&WEEKDAYS, weekday as usize, usize::MAX),
            'b' | 'h' => name(&MONTHS, month - 1, 3),
            'B' => name(&MONTHS, month - 1, usize::MAX),
            'd' => Piece::two(day.into()),
            'e' => Piece::Number(day.into(), 2, ' '),
            'm' => Piece::two(month as i64),
            'y' => Piece::two(year % 100),
            'Y' => Piece::Number(year, 1, '0'),
            'C' => Piece::Number(year / 100, 1, '0'),
            'G' => Piece::Number(iso.year().into(), 1, '0'),
            'g' => Piece::two(i64::from(iso.year()).rem_euclid(100)),
            'V' => Piece::two(iso.week().into()),
            'j' => Piece::Number(date.day_of_year().into(), 3, '0'),
            'u' => Piece::Number(weekday + 1, 1, '0'),
            'w' => Piece::Number((weekday + 1) % 7, 1, '0'),
            'U' => Piece::two(week(date, (weekday + 1) % 7)),
            'W' => Piece::two(week(date, weekday)),
            'D' | 'x' => Piece::Format("%m/%d/%y"),
            'F' => Piece::Format("%Y-%m-%d"),
            'c' => Piece::Format("%a %b %e %H:%M:%S %Y"),
            _ => return None,
        })
    }

    fn of_time(&self, directive: char) -> Option<Piece<'static>> {
        let time = self.at.at.time();
        let hour = i64::from(time.hour());
        let hour_of_12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        Some(match directive {
            'H' => Piece::two(hour),
            'k' => Piece::Number(hour, 2, ' '),
            'I' => Piece::two(hour_of_12),
            'l' => Piece::Number(hour_of_12, 2, ' '),
            'M' => Piece::two(time.minute().into()),
            'S' => Piece::two(time.second().into()),
            'p' => Piece::Text(if hour < 12 { "AM" } else { "PM" }.into()),
            'P' => Piece::Text(if hour < 12 { "am" } else { "pm" }.into()),
            'T' | 'X' => Piece::Format("%H:%M:%S"),
            'R' => Piece::Format("%H:%M"),
            'r' => Piece::Format("%I:%M:%S %p"),
            's' => Piece::Number(self.seconds_since_1970(), 1, '0'),
            'n' => Piece::Text("\n".into()),
            't' => Piece::Text("\t".into()),
            '%' => Piece::Text("%".into()),
            _ => return None,
        })
    }

    fn micros(&self) -> i32 {
        self.at.at.subsec_nanosecond() / 1000
    }

    fn zone_name(&self) -> Cow<'_, str> {
        match (self.zone, self.at.offset) {
            (Some(name), _) => name.into(),
            (None, None) => "".into(),
            (None, Some(Duration::ZERO)) => "UTC".into(),
            (None, Some(offset)) => format!("UTC{}", offset_text(offset)).into(),
        }
    }

    fn seconds_since_1970(&self) -> i64 {
        let epoch = Date::constant(1970, 1, 1).at(0, 0, 0, 0);
        let offset = self.at.offset.unwrap_or_default();
        (self.at.at.duration_since(epoch) - offset).as_secs()
    }
}

/// The directive that a text begins with: its length in bytes, its flags, and its letter if it has one.
fn directive(text: &str) -> (usize, Flags, Option<char>) {
    let mut flags = Flags::default();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((_, c)) = chars.next_if(|(_, c)| matches!(c, '_' | '-' | '0' | '+' | '^' | '#')) {
        match c {
            '^' => flags.upper = true,
            '#' => flags.swap = true,
            pad => flags.pad = Some(pad),
        }
    }
    while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
        // No text is longer than that.
        flags.width = (flags.width * 10 + (u32::from(c) - u32::from('0')) as usize).min(1000);
    }
    // The modifiers for other calendars and digits change nothing in the C locale.
    let modifier = chars.next_if(|(_, c)| matches!(c, 'E' | 'O')).map(|(_, c)| c);
    let Some((at, c)) = chars.next() else { return (text.len(), flags, None) };
    let takes_modifier = match modifier {
        None => true,
        Some('E') => "cCxXyY".contains(c),
        Some(_) => "deHImMSuUVwWy".contains(c),
    };
    (at + c.len_utf8(), flags, takes_modifier.then_some(c))
}

fn push_number(out: &mut String, number: i64, width: usize, pad: char, flags: Flags) {
    let (pad, width) = match flags.pad {
        Some('-') => (' ', 0),
        Some('_') => (' ', width),
        Some(_) => ('0', width),
        None => (pad, width),
    };
    let digits = number.to_string();
    let missing = width.max(flags.width).saturating_sub(digits.len());
    out.extend(std::iter::repeat_n(pad, missing));
    out.push_str(&digits);
}

/// The week of the year, of which the first begins with the first day that is 0 of a week; `weekday` is the date's.
fn week(date: Date, weekday: i64) -> i64 {
    (i64::from(date.day_of_year()) - 1 + 7 - weekday) / 7
}

/// `+0200`, with seconds and microseconds where there are some.
fn offset_digits(offset: Duration) -> String {
    let OffsetParts { sign, hours, minutes, seconds, micros } = OffsetParts::of(offset);
    let mut text = format!("{sign}{hours:02}{minutes:02}");
    if seconds != 0 || micros != 0 {
        text.push_str(&format!("{seconds:02}"));
    }
    if micros != 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    text
}
