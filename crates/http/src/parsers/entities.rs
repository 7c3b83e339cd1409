//! Characters that HTML writes as references (`&amp;`, `&#233;`), as Python's `html.unescape` reads them. Browsers send the names of
//! files so.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::charset::cp1252;

/// The names of HTML 5 with what each stands for, one a line. A few may be written without their semicolon.
static NAMES: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("entities.txt").lines().filter_map(|line| line.split_once(' ')).collect());

/// The most characters of a name.
const LONGEST: usize = 32;

/// The text without references. What is none stays as it is.
pub(super) fn unescape(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        unescaped.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let read = match behind.strip_prefix('#') {
            Some(number) => numeric(number).map(|(c, length)| (c.to_string(), length + 1)),
            None => named(behind),
        };
        let (written, length) = read.unwrap_or_else(|| ("&".to_owned(), 0));
        unescaped.push_str(&written);
        rest = &behind[length..];
    }
    unescaped + rest
}

/// The character of a number, and how long it is written.
fn numeric(text: &str) -> Option<(char, usize)> {
    let hexadecimal = text.strip_prefix(['x', 'X']);
    let (digits, base) = hexadecimal.map_or((text, 10), |digits| (digits, 16));
    let count = digits.len() - digits.trim_start_matches(|c: char| c.is_digit(base)).len();
    if count == 0 {
        return None;
    }
    let number = u32::from_str_radix(&digits[..count], base).unwrap_or(u32::MAX);
    let semicolon = usize::from(digits[count..].starts_with(';'));
    let character = match number {
        0 => '\u{fffd}',
        // Old pages mean the letters of Windows.
        0x80..=0x9f => match cp1252(number as u8) {
            '\u{fffd}' => char::from(number as u8),
            letter => letter,
        },
        number => char::from_u32(number).unwrap_or('\u{fffd}'),
    };
    Some((character, text.len() - digits.len() + count + semicolon))
}

/// What the longest name at the beginning stands for, and how long that is.
fn named(text: &str) -> Option<(String, usize)> {
    let ends = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | ' ' | '<' | '&' | '#' | ';');
    let name = text.char_indices().take_while(|(_, c)| !ends(*c)).take(LONGEST);
    let length = name.last().map_or(0, |(at, c)| at + c.len_utf8());
    let whole = length + usize::from(text[length..].starts_with(';'));
    let known = |length: usize| Some((NAMES.get(text.get(..length)?)?.to_string(), length));
    known(whole).or_else(|| (2..whole).rev().find_map(known))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn references_are_read_as_python_reads_them() {
        // What `html.unescape` of Python 3.11 answers.
        for (text, expected) in [
            ("a&amp;b", "a&b"),
            ("a&ampb", "a&b"),
            ("&eacute;&eacute", "éé"),
            ("&notit; &notin;", "¬it; ∉"),
            ("&NotEqualTilde;", "≂̸"),
            ("&nothing; &; & &", "¬hing; &; & &"),
            ("&#65;&#x42;&#X43&#68", "ABCD"),
            ("&#47;&#92;", "/\\"),
            ("&#128;&#x9f;&#0;", "€Ÿ\u{fffd}"),
            ("&#xd800;&#x110000;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}"),
            ("&#;&#x;&#xg;", "&#;&#x;&#xg;"),
            ("&é;&lt", "&é;<"),
            ("&CounterClockwiseContourIntegral;", "∳"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }
}
