//! Python's `strptime` in the C locale, by the rules of CPython 3.11: a format becomes a regular expression, and what its groups
//! have found is put together.

use std::fmt;

use jiff::civil::Date;
use regex::Regex;

use super::strftime::{MONTHS, WEEKDAYS};
use super::{DateTime, LocalDateTime, new_date, new_time};
use crate::python::parse_int;

/// A format of input, prepared once: `%d.%m.%Y %H:%M`.
#[derive(Clone, Debug)]
pub struct InputFormat {
    pattern: Regex,
    /// The directives in the order of the pattern's groups.
    groups: Vec<char>,
}

/// A format that Python would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadFormat {
    /// It has a directive that there is not.
    Directive(String),
    /// It ends with a `%`.
    Stray,
    /// It has a directive twice, perhaps inside of another one (`%c`, `%x`, `%X`).
    Twice(char),
}

impl fmt::Display for BadFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directive(directive) => write!(f, "`%{directive}` is no directive of strptime"),
            Self::Stray => f.write_str("it ends with a `%`; write `%%` for a percent sign"),
            Self::Twice(directive) => write!(f, "it has `%{directive}` twice"),
        }
    }
}

impl std::error::Error for BadFormat {}

impl InputFormat {
    /// Prepares a format. `zones` are the names that `%Z` takes beside `UTC` and `GMT`: those of the program's own time zone.
    ///
    /// # Errors
    /// [`BadFormat`] where Python takes it for no text.
    pub fn new(format: &str, zones: &[&str]) -> Result<Self, BadFormat> {
        let mut writer = PatternWriter { pattern: r"(?i)\A(?:".to_owned(), groups: Vec::new(), zones };
        writer.format(format)?;
        writer.pattern.push(')');
        let pattern = Regex::new(&writer.pattern).map_err(|_| BadFormat::Directive(format.to_owned()))?;
        Ok(Self { pattern, groups: writer.groups })
    }

    /// What a text is by the format: Python's `datetime.strptime`. `None` where Python raises `ValueError`.
    pub fn parse(&self, text: &str) -> Option<LocalDateTime> {
        let found = self.pattern.captures(text)?;
        // As in Python, the first match counts, even where another one would reach the end.
        if found.get(0)?.end() != text.len() {
            return None;
        }
        let mut parts = Parts::default();
        for (index, directive) in self.groups.iter().enumerate() {
            if let Some(group) = found.get(index + 1) {
                parts.read(*directive, group.as_str())?;
            }
        }
        parts.datetime()
    }
}

struct PatternWriter<'a> {
    pattern: String,
    groups: Vec<char>,
    zones: &'a [&'a str],
}

impl PatternWriter<'_> {
    fn format(&mut self, format: &str) -> Result<(), BadFormat> {
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if crate::python::is_space(c) {
                while chars.next_if(|c| crate::python::is_space(*c)).is_some() {}
                self.pattern.push_str(r"[\s\x1c-\x1f]+");
            } else if c == '%' {
                self.directive(chars.next().ok_or(BadFormat::Stray)?)?;
            } else {
                self.pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
            }
        }
        Ok(())
    }

    fn directive(&mut self, directive: char) -> Result<(), BadFormat> {
        let alternatives = |names: &[&str], length: usize| {
            let names = names.iter().map(|name| name.get(..length).unwrap_or(name));
            names.collect::<Vec<_>>().join("|")
        };
        let group = match directive {
            '%' => {
                self.pattern.push('%');
                return Ok(());
            }
            'c' => return self.format("%a %b %d %H:%M:%S %Y"),
            'x' => return self.format("%m/%d/%y"),
            'X' => return self.format("%H:%M:%S"),
            'd' => r"3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]".to_owned(),
            'f' => "[0-9]{1,6}".to_owned(),
            'H' => r"2[0-3]|[0-1]\d|\d".to_owned(),
            'I' | 'm' => "1[0-2]|0[1-9]|[1-9]".to_owned(),
            'j' => r"36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]".to_owned(),
            'M' => r"[0-5]\d|\d".to_owned(),
            'S' => r"6[0-1]|[0-5]\d|\d".to_owned(),
            'U' | 'W' => r"5[0-3]|[0-4]\d|\d".to_owned(),
            'w' => "[0-6]".to_owned(),
            'u' => "[1-7]".to_owned(),
            'V' => r"5[0-3]|0[1-9]|[1-4]\d|\d".to_owned(),
            'y' => r"\d\d".to_owned(),
            'Y' | 'G' => r"\d\d\d\d".to_owned(),
            'z' => r"[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|(?-i:Z)".to_owned(),
            'A' => alternatives(&WEEKDAYS, usize::MAX),
            'a' => alternatives(&WEEKDAYS, 3),
            'B' => alternatives(&MONTHS, usize::MAX),
            'b' => alternatives(&MONTHS, 3),
            'p' => "am|pm".to_owned(),
            'Z' => self.zone_names(),
            other => return Err(BadFormat::Directive(other.to_string())),
        };
        if self.groups.contains(&directive) {
            return Err(BadFormat::Twice(directive));
        }
        self.groups.push(directive);
        self.pattern.push_str(&format!("({group})"));
        Ok(())
    }

    /// The longest first, so that none hides another one.
    fn zone_names(&self) -> String {
        let mut names: Vec<String> =
            ["utc", "gmt"].iter().chain(self.zones).map(|name| regex::escape(name)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.join("|")
    }
}

/// What the groups have found.
#[derive(Default)]
struct Parts {
    year: Option<i64>,
    iso_year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: i64,
    hour_of_12: Option<i64>,
    is_afternoon: bool,
    minute: i64,
    second: i64,
    micros: i64,
    /// From 0 for Monday.
    weekday: Option<i64>,
    day_of_year: Option<i64>,
    /// The week, and whether weeks begin on Monday.
    week: Option<(i64, bool)>,
    iso_week: Option<i64>,
    /// In microseconds.
    offset: Option<i64>,
}

impl Parts {
    fn read(&mut self, directive: char, found: &str) -> Option<()> {
        let number = || parse_int(found);
        match directive {
            'y' => self.year = number().map(|year| if year <= 68 { year + 2000 } else { year + 1900 }),
            'Y' => self.year = number(),
            'G' => self.iso_year = number(),
            'm' => self.month = number(),
            'B' => self.month = Some(position(&MONTHS, usize::MAX, found)? + 1),
            'b' => self.month = Some(position(&MONTHS, 3, found)? + 1),
            'd' => self.day = number(),
            'H' => {
                self.hour = number()?;
                self.hour_of_12 = None;
            }
            'I' => self.hour_of_12 = number(),
            'p' => self.is_afternoon = found.eq_ignore_ascii_case("pm"),
            'M' => self.minute = number()?,
            'S' => self.second = number()?,
            'f' => self.micros = parse_int(&format!("{found:0<6}"))?,
            'A' => self.weekday = Some(position(&WEEKDAYS, usize::MAX, found)?),
            'a' => self.weekday = Some(position(&WEEKDAYS, 3, found)?),
            'w' => self.weekday = number().map(|day| (day + 6) % 7),
            'u' => self.weekday = number().map(|day| day - 1),
            'j' => self.day_of_year = number(),
            'U' => self.week = Some((number()?, false)),
            'W' => self.week = Some((number()?, true)),
            'V' => self.iso_week = number(),
            'z' => self.offset = Some(offset(found)?),
            _ => {}
        }
        Some(())
    }

    fn datetime(&self) -> Option<LocalDateTime> {
        let part = |number: i64| u32::try_from(number).ok();
        let hour = match self.hour_of_12 {
            Some(hour) => hour % 12 + if self.is_afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let time = new_time(part(hour)?, part(self.minute)?, part(self.second)?, part(self.micros)?)?;
        LocalDateTime::with_offset(DateTime::from_parts(self.date()?, time), self.offset)
    }

    fn date(&self) -> Option<Date> {
        if self.has_half_an_iso_week() {
            return None;
        }
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        // Python computes a 29 February without a year in a leap year, and then finds that 1900 was none.
        let has_leap_day = self.year.is_none() && (month, day) == (2, 29);
        let year = self.year.unwrap_or(if has_leap_day { 1904 } else { 1900 });
        let date = match self.by_day_of_year(year)? {
            Some(date) => date,
            None => {
                new_date(u32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?
            }
        };
        if has_leap_day {
            return new_date(1900, date.month().unsigned_abs().into(), date.day().unsigned_abs().into());
        }
        Some(date)
    }

    /// The year of ISO 8601, its week and a day of it belong together.
    fn has_half_an_iso_week(&self) -> bool {
        if self.year.is_none() && self.iso_year.is_some() {
            return self.iso_week.is_none() || self.weekday.is_none() || self.day_of_year.is_some();
        }
        self.week.is_none() && self.iso_week.is_some()
    }

    /// The date by the day of the year, or by a week and its day, where there are some.
    fn by_day_of_year(&self, year: i64) -> Option<Option<Date>> {
        let (mut year, mut days) = (year, self.day_of_year);
        if let (None, Some(weekday)) = (days, self.weekday) {
            if let Some((week, begins_on_monday)) = self.week {
                days = Some(day_of_week(year, week, weekday, begins_on_monday)?);
            } else if let (Some(iso_year), Some(week)) = (self.iso_year, self.iso_week) {
                let (of_year, day) = day_of_iso_week(iso_year, week, weekday + 1)?;
                (year, days) = (of_year, Some(day));
            }
            if let Some(day) = days.as_mut().filter(|day| **day <= 0) {
                year -= 1;
                *day += i64::from(first_of(year)?.days_in_year());
            }
        }
        let Some(days) = days else { return Some(None) };
        let days = jiff::Span::new().try_days(days - 1).ok()?;
        let date = first_of(year)?.checked_add(days).ok()?;
        (1..=9999).contains(&date.year()).then_some(Some(date))
    }
}

/// The place of a name among others, of which `length` letters count.
fn position(names: &[&str], length: usize, found: &str) -> Option<i64> {
    let is_it = |name: &&str| name.get(..length).unwrap_or(name).eq_ignore_ascii_case(found);
    names.iter().position(is_it).and_then(|place| i64::try_from(place).ok())
}

fn first_of(year: i64) -> Option<Date> {
    new_date(u32::try_from(year).ok()?, 1, 1)
}

/// The day of the year of a day in a week. Week 0 is what comes before the first whole one, so that the day may be of the
/// year before.
fn day_of_week(year: i64, week: i64, weekday: i64, begins_on_monday: bool) -> Option<i64> {
    let first = i64::from(first_of(year)?.weekday().to_monday_zero_offset());
    let (first, weekday) =
        if begins_on_monday { (first, weekday) } else { ((first + 1) % 7, (weekday + 1) % 7) };
    Some(match week {
        0 => 1 + weekday - first,
        week => 1 + (7 - first) % 7 + 7 * (week - 1) + weekday,
    })
}

/// The year and the day in it of a day in a week of ISO 8601.
fn day_of_iso_week(iso_year: i64, week: i64, weekday: i64) -> Option<(i64, i64)> {
    let first = i64::from(first_of(iso_year)?.weekday().to_monday_zero_offset());
    // The fourth of January is always in the first week.
    let correction = (first + 3) % 7 + 1 + 3;
    let day = week * 7 + weekday - correction;
    if day >= 1 {
        return Some((iso_year, day));
    }
    let year = iso_year - 1;
    Some((year, day + i64::from(first_of(year)?.days_in_year())))
}

/// The microseconds of `+0200`, `+02:00:30.5` or `Z`. Colons stand everywhere or nowhere.
fn offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) = (if text.starts_with('-') { -1 } else { 1 }, text.get(1..)?);
    let (clock, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let colons: Vec<usize> = clock.chars().enumerate().filter(|(_, c)| *c == ':').map(|(at, _)| at).collect();
    let digits = clock.chars().filter(|c| *c != ':').collect::<Vec<_>>();
    let has_good_colons = match digits.len() {
        4 => matches!(colons[..], [] | [2]),
        _ => matches!(colons[..], [] | [2, 5]),
    };
    if !has_good_colons {
        return None;
    }
    let pair = |at: usize| digits.get(at..at + 2).map_or(Some(0), |pair| parse_int(&String::from_iter(pair)));
    let seconds = (pair(0)? * 60 + pair(2)?) * 60 + pair(4)?;
    Some(sign * (seconds * 1_000_000 + parse_int(&format!("{fraction:0<6}"))?))
}
