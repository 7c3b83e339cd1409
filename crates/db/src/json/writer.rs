//! JSON as DRF writes it: compact, UTF-8 as it is, numbers as Python's `repr` has them.

use super::{Json, scan};
use crate::python::float_repr;

/// A text with lone surrogates, which cannot be written as UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unencodable;

/// What becomes of a number that is not finite.
#[derive(Clone, Copy)]
enum NotFinite {
    Refused,
    /// Python's constant for it, which JSON does not have.
    Written,
}

impl Json {
    /// Writes the value, compact.
    ///
    /// # Errors
    /// [`Unencodable`] when a text has lone surrogates or a number is not finite.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        self.write_with(out, NotFinite::Refused)
    }

    /// Whether [`Json::write`] can write it.
    pub fn is_encodable(&self) -> bool {
        match self {
            Self::Float(number) => number.is_finite(),
            Self::Surrogates(_) => false,
            Self::List(items) => items.iter().all(Self::is_encodable),
            Self::Dict(dict) => !dict.is_unencodable() && dict.iter().all(|(_, value)| value.is_encodable()),
            _ => true,
        }
    }

    /// The same, with `NaN`, `Infinity` and `-Infinity` for numbers that are not finite, as Python writes them.
    ///
    /// # Errors
    /// [`Unencodable`] when a text has lone surrogates.
    pub fn write_with_constants(&self, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        self.write_with(out, NotFinite::Written)
    }

    fn write_with(&self, out: &mut Vec<u8>, not_finite: NotFinite) -> Result<(), Unencodable> {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Int(n) => write_i64(out, *n),
            Self::BigInt(digits) => out.extend_from_slice(digits.as_bytes()),
            Self::Float(x) if x.is_finite() => write_f64(out, *x),
            Self::Float(x) if matches!(not_finite, NotFinite::Written) => write_constant(out, *x),
            Self::Float(_) | Self::Surrogates(_) => return Err(Unencodable),
            Self::Dict(dict) if dict.is_unencodable() => return Err(Unencodable),
            Self::Str(text) => write_utf8(out, text.as_bytes()),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write_with(out, not_finite)?;
                }
                out.push(b']');
            }
            Self::Dict(dict) => {
                out.push(b'{');
                for (index, (key, value)) in dict.members().iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    write_utf8(out, key.as_bytes());
                    out.push(b':');
                    value.write_with(out, not_finite)?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }
}

/// Writes a text in quotes. Runs without anything to escape are copied whole.
pub fn write_str(out: &mut Vec<u8>, text: &str) {
    write_utf8(out, text.as_bytes());
}

/// Writes a text in quotes where all of it is ASCII that needs no escape; whether it was.
pub fn write_plain_ascii(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    if !scan::is_plain_ascii(bytes) {
        return false;
    }
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    out.extend_from_slice(bytes);
    out.push(b'"');
    true
}

fn write_utf8(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut written = 0;
    let mut at = scan::end_of_plain_script(bytes, 0);
    while at < bytes.len() {
        let length = match &bytes[at..] {
            // U+2028 and U+2029 end a line in JavaScript.
            [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
            [0xe2, ..] => 0,
            _ => 1,
        };
        if length > 0 {
            out.extend_from_slice(&bytes[written..at]);
            write_escape(out, &bytes[at..at + length]);
            written = at + length;
        }
        at = scan::end_of_plain_script(bytes, at + length.max(1));
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

fn write_escape(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match bytes[0] {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        0xe2 => {
            out.extend_from_slice(if bytes[2] == 0xa8 { b"\\u2028" } else { b"\\u2029" });
            return;
        }
        control => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(control >> 4)]);
            out.push(HEX[usize::from(control & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Writes a whole number.
pub fn write_i64(out: &mut Vec<u8>, number: i64) {
    // Most keys and counts are small.
    let digit = |number: i64| b'0' + (number % 10) as u8;
    match number {
        0..10 => return out.push(digit(number)),
        10..100 => return out.extend_from_slice(&[digit(number / 10), digit(number)]),
        100..1000 => {
            return out.extend_from_slice(&[digit(number / 100), digit(number / 10), digit(number)]);
        }
        _ => {}
    }
    // The longest has 19 digits and a sign.
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a number as Python's `repr` does: `1.0`, `1e+20`. A number that is not finite becomes `null`.
pub fn write_f64(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        out.extend_from_slice(float_repr(number).as_bytes());
    } else {
        out.extend_from_slice(b"null");
    }
}

/// Writes a number that is not finite as Python does: `NaN`, `Infinity` or `-Infinity`. It is no JSON.
pub fn write_constant(out: &mut Vec<u8>, number: f64) {
    out.extend_from_slice(match number {
        f64::INFINITY => b"Infinity",
        f64::NEG_INFINITY => b"-Infinity",
        _ => b"NaN",
    });
}

/// Indents compact JSON, as Python's `indent` does.
pub fn reindent(compact: &[u8], spaces: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(compact.len() * 2);
    let mut level = 0;
    let mut at = 0;
    while let Some(byte) = compact.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(compact, at);
                out.extend_from_slice(&compact[at..end]);
                at = end;
                continue;
            }
            b'{' | b'[' => {
                out.push(*byte);
                if let Some(close @ (b'}' | b']')) = compact.get(at + 1) {
                    out.push(*close);
                    at += 2;
                    continue;
                }
                level += 1;
                break_line(&mut out, level * spaces);
            }
            b'}' | b']' => {
                level -= 1;
                break_line(&mut out, level * spaces);
                out.push(*byte);
            }
            b',' => {
                out.push(b',');
                break_line(&mut out, level * spaces);
            }
            b':' => out.extend_from_slice(b": "),
            other => out.push(*other),
        }
        at += 1;
    }
    out
}

/// Puts a space behind each comma and colon of compact JSON, as Python does by itself.
pub fn spaced(compact: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(compact.len() + compact.len() / 8);
    let mut at = 0;
    while let Some(byte) = compact.get(at) {
        if *byte == b'"' {
            let end = end_of_string(compact, at);
            out.extend_from_slice(&compact[at..end]);
            at = end;
            continue;
        }
        out.push(*byte);
        if matches!(byte, b',' | b':') {
            out.push(b' ');
        }
        at += 1;
    }
    out
}

/// JSON in ASCII alone: other letters are escaped, as Python does by itself.
pub fn in_ascii(json: Vec<u8>) -> Vec<u8> {
    let is_kept = |byte: u8| byte < 0x7F;
    if json.iter().all(|byte| is_kept(*byte)) {
        return json;
    }
    let mut out = Vec::with_capacity(json.len() * 2);
    for letter in String::from_utf8_lossy(&json).chars() {
        if let Ok(byte) = u8::try_from(letter)
            && is_kept(byte)
        {
            out.push(byte);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
        }
    }
    out
}

fn break_line(out: &mut Vec<u8>, spaces: usize) {
    out.push(b'\n');
    out.resize(out.len() + spaces, b' ');
}

/// The offset behind the closing quote.
fn end_of_string(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_drf_escapes_them() {
        for (text, expected) in [
            ("", "\"\""),
            ("é€😀</script>&\u{7f}", "\"é€😀</script>&\u{7f}\""),
            ("a\"b\\c/", "\"a\\\"b\\\\c/\""),
            ("\u{8}\u{c}\n\r\t\0\u{1f}", "\"\\b\\f\\n\\r\\t\\u0000\\u001f\""),
            ("\u{2027}\u{2028}\u{2029}", "\"\u{2027}\\u2028\\u2029\""),
        ] {
            let mut out = Vec::new();
            write_str(&mut out, text);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn a_text_is_plain_where_it_is_ascii_without_escapes() {
        for length in 0..40 {
            let plain = "a b~\u{7f}/".repeat(10)[..length].to_owned();
            let mut out = Vec::new();
            assert!(write_plain_ascii(&mut out, plain.as_bytes()));
            assert_eq!(String::from_utf8_lossy(&out), format!("\"{plain}\""));
            for at in 0..length {
                for special in *b"\"\\\n\0\x1f\x80\xe2\xff" {
                    let mut bytes = plain.clone().into_bytes();
                    bytes[at] = special;
                    let mut out = Vec::new();
                    assert!(!write_plain_ascii(&mut out, &bytes) && out.is_empty(), "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_written_whole() {
        for number in [0, 7, -7, 10, 99, 100, 907, 999, 1000, -10, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            write_i64(&mut out, number);
            assert_eq!(String::from_utf8_lossy(&out), number.to_string());
        }
    }

    #[test]
    fn indents_are_pythons() {
        let compact = br#"{"a":[1,{"b":"x,\"y:"}],"c":[],"d":{}}"#;
        let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,\\\"y:\"\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}";
        assert_eq!(String::from_utf8_lossy(&reindent(compact, 2)), expected);
    }
}
