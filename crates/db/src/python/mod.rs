//! Python's rules for texts and numbers, where the contract depends on them.

mod decimal;
mod float;
mod regex;
mod shown;
mod words;

use std::sync::LazyLock;

use crate::Uuid;
use crate::json::Json;

pub use self::regex::{Regex, RegexError};
pub use self::shown::str_of_value;
pub use decimal::{DecimalParts, DigitCount, Rounding, decimal_of_float, parse_decimal};
pub use float::{float_repr, parse_float};

/// Python's `str.isspace()` of a character: Unicode's white space and the four separators of ASCII.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// Python's `str.strip()`.
pub fn str_strip(text: &str) -> &str {
    match text.as_bytes() {
        // Most texts have none.
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim_matches(is_space),
    }
}

/// What Python's `int` and `float` skip around a number, which is less than `str.strip` does.
fn is_number_space(c: char) -> bool {
    c.is_whitespace()
}

/// Python's `str.isalnum()` of a character: a letter or a number. A mark, as a vowel sign, is none.
pub fn is_alnum(c: char) -> bool {
    static PATTERN: LazyLock<Option<::regex::Regex>> =
        LazyLock::new(|| ::regex::Regex::new(r"^[\p{L}\p{N}]").ok());
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { matches(&PATTERN, c) }
}

/// Python's `str.isprintable()` of a character: no control, no format character, nothing unassigned, and no space but the usual
/// one.
pub fn is_printable(c: char) -> bool {
    static PATTERN: LazyLock<Option<::regex::Regex>> =
        LazyLock::new(|| ::regex::Regex::new(r"^[^\p{C}\p{Z}]").ok());
    if c.is_ascii() { !c.is_ascii_control() } else { matches(&PATTERN, c) }
}

fn matches(pattern: &LazyLock<Option<::regex::Regex>>, c: char) -> bool {
    let mut buffer = [0; 4];
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(c.encode_utf8(&mut buffer)))
}

/// Python's `str.title()` of a name: a capital after anything that is no letter, so that `X-CSRFToken` is `X-Csrftoken`.
pub fn title(name: &str) -> String {
    let mut after_letter = false;
    let cased = name.chars().map(|c| {
        let cased = if after_letter { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
        after_letter = c.is_alphabetic();
        cased
    });
    cased.collect()
}

/// Django's `capfirst`: the first letter in upper case.
pub fn capfirst(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Python's `int(text)`, when it fits 64 bits.
pub fn parse_int(text: &str) -> Option<i64> {
    // The usual key of a URL.
    if (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    ascii_integer(text)?.parse().ok()
}

/// Python's `int(text)`, of any size.
pub fn int(text: &str) -> Option<Json> {
    if let Some(number) = parse_int(text) {
        return Some(Json::Int(number));
    }
    let number = ascii_integer(text)?;
    let (sign, digits) = number.strip_prefix('-').map_or(("", &*number), |digits| ("-", digits));
    Some(match digits.trim_start_matches('0') {
        "" => Json::Int(0),
        digits => {
            let digits = format!("{sign}{digits}");
            digits.parse().map_or_else(|_| Json::BigInt(digits.into()), Json::Int)
        }
    })
}

/// Python's `uuid.UUID(hex=text)`: 32 hexadecimal digits, with hyphens and braces anywhere, perhaps after `urn:uuid:`. Some
/// of the 32 characters may be others that Python takes in a number: a sign, `0x`, underscores between digits.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    let bare = text.replace("urn:", "").replace("uuid:", "");
    let digits: String = bare.trim_matches(['{', '}']).chars().filter(|c| *c != '-').collect();
    if digits.chars().count() != 32 {
        return None;
    }
    u128::from_str_radix(&hexadecimal(&digits)?, 16).ok().map(Uuid::from_u128)
}

/// The digits of Python's `int(text, 16)`, of a number that is not negative.
fn hexadecimal(text: &str) -> Option<String> {
    let digit = |c| decimal_digit(c).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c);
    let text: String = text.trim_matches(is_number_space).chars().map(digit).collect();
    let unsigned = text.strip_prefix('+').unwrap_or(&text);
    let prefixed = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    let digits = prefixed.map_or(unsigned, |rest| rest.strip_prefix('_').unwrap_or(rest));
    let are_digits =
        digits.split('_').all(|run| !run.is_empty() && run.bytes().all(|b| b.is_ascii_hexdigit()));
    are_digits.then(|| digits.replace('_', ""))
}

/// Whether Python's `int(text)` accepts the text, of whatever size.
pub fn is_int(text: &str) -> bool {
    ascii_integer(text).is_some()
}

/// A whole number in ASCII digits: white space around it, a sign, single underscores between digits and the decimal
/// digits of every script are what Python takes.
fn ascii_integer(text: &str) -> Option<String> {
    let text = text.trim_matches(is_number_space);
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let mut number = String::with_capacity(text.len());
    number.push_str(sign);
    let mut after_digit = false;
    for c in digits.chars() {
        if c == '_' && after_digit {
            after_digit = false;
            continue;
        }
        number.push(char::from_digit(decimal_digit(c)?, 10)?);
        after_digit = true;
    }
    after_digit.then_some(number)
}

/// The zeros of the scripts whose digits Python 3.11 knows.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
    0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
    0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script (Unicode's Nd): its zero begins a run of ten.
pub fn decimal_digit(c: char) -> Option<u32> {
    let point = u32::from(c);
    let zero = ZEROS.iter().rev().find(|zero| **zero <= point)?;
    Some(point - zero).filter(|digit| *digit < 10)
}

/// Whether a character is one of Python's `\w`: a letter, a number or the underscore.
pub fn is_word(c: char) -> bool {
    let point = u32::from(c);
    if point < 128 {
        return c == '_' || c.is_ascii_alphanumeric();
    }
    words::EDGES.partition_point(|edge| *edge <= point) % 2 == 1
}

/// Python's `bool()` of a value.
pub fn is_truthy(json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::Bool(b) => *b,
        Json::Int(n) => *n != 0,
        Json::Float(x) => *x != 0.0,
        Json::Str(text) => !text.is_empty(),
        Json::List(items) => !items.is_empty(),
        Json::Dict(dict) => dict.iter().len() > 0,
        Json::BigInt(_) | Json::Surrogates(_) => true,
    }
}

/// Python's `str()` of a value. A lone surrogate, which UTF-8 cannot hold, is U+FFFD.
pub fn str_of(json: &Json) -> String {
    match json {
        Json::Str(text) => text.to_string(),
        Json::Surrogates(points) => {
            points.iter().map(|point| char::from_u32(*point).unwrap_or('\u{fffd}')).collect()
        }
        other => repr_of(other),
    }
}

/// Python's `repr()` of a value.
pub fn repr_of(json: &Json) -> String {
    match json {
        Json::Null => "None".to_owned(),
        Json::Bool(b) => if *b { "True" } else { "False" }.to_owned(),
        Json::Int(n) => n.to_string(),
        Json::BigInt(digits) => digits.to_string(),
        Json::Float(x) => float_repr(*x),
        Json::Str(text) => str_repr(text),
        Json::Surrogates(_) => str_repr(&str_of(json)),
        Json::List(items) => {
            let items: Vec<String> = items.iter().map(repr_of).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Dict(dict) => {
            let items: Vec<String> =
                dict.iter().map(|(key, value)| format!("{}: {}", str_repr(key), repr_of(value))).collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

/// Python's `repr()` of a text.
fn str_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut repr = String::with_capacity(text.len() + 2);
    repr.push(quote);
    for c in text.chars() {
        match c {
            '\\' => repr.push_str("\\\\"),
            '\n' => repr.push_str("\\n"),
            '\r' => repr.push_str("\\r"),
            '\t' => repr.push_str("\\t"),
            c if c == quote => repr.extend(['\\', c]),
            c if is_printable(c) => repr.push(c),
            c => repr.push_str(&match u32::from(c) {
                point @ ..0x100 => format!("\\x{point:02x}"),
                point @ ..0x1_0000 => format!("\\u{point:04x}"),
                point => format!("\\U{point:08x}"),
            }),
        }
    }
    repr.push(quote);
    repr
}

/// Python's `base64.b64decode`: bytes outside the alphabet are skipped, what follows complete padding is ignored, and
/// missing padding is an error.
pub fn base64_decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut digits, mut padding, mut rest) = (0, 0, 0_u8);
    for byte in bytes {
        if *byte == b'=' && digits >= 2 {
            padding += 1;
            if digits + padding >= 4 {
                return Some(decoded);
            }
        }
        let Some(digit) = base64_digit(*byte) else { continue };
        padding = 0;
        match digits {
            0 => {}
            1 => decoded.push(rest << 2 | digit >> 4),
            2 => decoded.push(rest << 4 | digit >> 2),
            _ => decoded.push(rest << 6 | digit),
        }
        rest = digit;
        digits = (digits + 1) % 4;
    }
    (digits == 0).then_some(decoded)
}

/// Python's `base64.b64encode`.
pub fn base64_encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) as usize & 63;
            text.push(if at <= group.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    text
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The last name of a type, Python's `__name__`: `ProjectViewSet` of `tracker::views::ProjectViewSet`.
pub fn class_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_lenient_as_pythons() {
        // Each row is what `base64.b64decode` of Python 3.11 answers.
        for (text, expected) in [
            ("YTpi", Some("a:b")),
            ("!YTpi", Some("a:b")),
            ("YTo=", Some("a:")),
            ("YTo", None),
            ("YTo=junk", Some("a:")),
            ("Y*To=", Some("a:")),
            ("YTpi==", Some("a:b")),
            ("", Some("")),
            ("Y=Tpi", Some("a:b")),
            ("YT=pi", Some("a:b")),
            ("YQ=x=", Some("a\u{c}")),
            ("YQ=xyz", None),
            ("Y", None),
        ] {
            let decoded = base64_decode(text.as_bytes());
            assert_eq!(decoded.as_deref(), expected.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn texts_are_written_as_pythons_repr_writes_them() {
        for (text, expected) in [
            ("a é \u{1f701}", "'a é \u{1f701}'"),
            ("it's", "\"it's\""),
            ("it's \"it\"", r#"'it\'s "it"'"#),
            ("\\\n\r\t\0\u{1b}\u{7f}\u{85}\u{a0}\u{ad}", r"'\\\n\r\t\x00\x1b\x7f\x85\xa0\xad'"),
            ("\u{200b}\u{2003}\u{2028}\u{feff}\u{e000}", r"'\u200b\u2003\u2028\ufeff\ue000'"),
            ("\u{e0001}\u{10ffff}", r"'\U000e0001\U0010ffff'"),
        ] {
            assert_eq!(repr_of(&Json::from(text)), expected);
        }
    }

    #[test]
    fn whole_numbers_are_pythons() {
        for (text, expected) in [
            ("1", Some(1)),
            (" +1_000\n", Some(1000)),
            ("-٣", Some(-3)),
            ("𝟙𝟚", Some(12)),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("", None),
            ("-", None),
            ("1.0", None),
            ("0x1", None),
            ("²", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_int(text), expected, "{text}");
        }
        assert!(is_int("99999999999999999999"));
    }
}
