//! What holds no other values: texts, numbers and words.

use super::super::{Json, scan};
use super::{ParseError, Parser, Result, Value};

/// How many digits a whole number of 64 bits can always have.
const SAFE_DIGITS: usize = 18;

/// CPython's limit on the digits of a whole number.
const MOST_DIGITS: usize = 4300;

impl<'a> Parser<'a> {
    /// A value that holds no others.
    pub(super) fn scalar(&mut self) -> Result<Value> {
        match self.next() {
            Some(b'"') => self.text()?,
            Some(b'0'..=b'9') => self.number()?,
            Some(b'n') if self.skip("null") => self.push(|| Json::Null),
            Some(b't') if self.skip("true") => self.push(|| Json::Bool(true)),
            Some(b'f') if self.skip("false") => self.push(|| Json::Bool(false)),
            _ if self.skip("NaN") => self.constant("NaN", f64::NAN)?,
            _ if self.skip("Infinity") => self.constant("Infinity", f64::INFINITY)?,
            _ if self.skip("-Infinity") => self.constant("-Infinity", f64::NEG_INFINITY)?,
            _ => self.number()?,
        }
        Ok(Value::Complete)
    }

    /// Whether the value of the last member is a text that stands here as it is, or a short whole number. It then is behind.
    #[inline(always)]
    pub(super) fn plain_scalar(&mut self) -> bool {
        match self.next() {
            Some(b'"') => match self.plain_string() {
                Some(text) => self.push_text(text),
                None => return false,
            },
            Some(b'1'..=b'9') => {
                let (number, end) = self.digits(self.at);
                if end - self.at > SAFE_DIGITS || matches!(self.byte(end), Some(b'.' | b'e' | b'E')) {
                    return false;
                }
                self.at = end;
                self.push(|| Json::Int(number));
            }
            _ => return false,
        }
        true
    }

    /// Whether a word stands here, which then is behind.
    fn skip(&mut self, word: &str) -> bool {
        let is_there = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }

    fn text(&mut self) -> Result<()> {
        match self.plain_string() {
            Some(text) => self.push_text(text),
            None => {
                let value = self.string_with_escapes()?;
                self.push(|| value);
            }
        }
        Ok(())
    }

    fn constant(&mut self, name: &str, value: f64) -> Result<()> {
        if !self.constants {
            return Err(not_compliant(name));
        }
        self.push(|| Json::Float(value));
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        let start = self.at;
        let is_negative = self.byte(start) == Some(b'-');
        let whole = start + usize::from(is_negative);
        let (number, at) = match self.byte(whole) {
            Some(b'0') => (0, whole + 1),
            Some(b'1'..=b'9') => self.digits(whole),
            _ => return Err(self.error("Expecting value", start)),
        };
        self.at = at;
        if matches!(self.byte(at), Some(b'.' | b'e' | b'E')) || at - whole > SAFE_DIGITS {
            return self.longer_number(start);
        }
        self.push(|| Json::Int(if is_negative { -number } else { number }));
        Ok(())
    }

    /// A number whose whole part ends here, and which is no short one.
    fn longer_number(&mut self, start: usize) -> Result<()> {
        let end = self.end_of_fraction(self.at);
        let text = &self.text[start..end];
        let value = if end > self.at { float(text) } else { whole_number(text)? };
        self.at = end;
        self.push(|| value);
        Ok(())
    }

    /// The digits from an offset on as a number, right when there are not more than [`SAFE_DIGITS`], and their end.
    fn digits(&self, at: usize) -> (i64, usize) {
        let (mut number, mut end) = (0_i64, at);
        for byte in self.bytes.get(at..).unwrap_or_default() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
            end += 1;
        }
        (number, end)
    }

    /// The end of a number whose whole part ends at an offset.
    fn end_of_fraction(&self, mut at: usize) -> usize {
        if self.byte(at) == Some(b'.') && self.byte(at + 1).is_some_and(|byte| byte.is_ascii_digit()) {
            at = self.skip_digits(at + 1);
        }
        if matches!(self.byte(at), Some(b'e' | b'E')) {
            let digits = at + 1 + usize::from(matches!(self.byte(at + 1), Some(b'+' | b'-')));
            let end = self.skip_digits(digits);
            if end > digits {
                at = end;
            }
        }
        at
    }

    fn skip_digits(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
            at += 1;
        }
        at
    }

    /// The text that begins here, when it stands there as it is.
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = scan::end_of_plain(self.bytes, start);
        if self.byte(end) != Some(b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    pub(super) fn string_with_escapes(&mut self) -> Result<Json> {
        let start = self.at + 1;
        let mut text = Unescaped { utf8: std::mem::take(&mut self.unescaped), points: None };
        let mut at = start;
        loop {
            let run = scan::end_of_plain(self.bytes, at);
            text.push_str(&self.text[at..run]);
            at = run;
            match self.byte(at) {
                Some(b'"') => break,
                Some(b'\\') => at = self.escape(at + 1, start, &mut text)?,
                Some(_) => return Err(self.error("Invalid control character at", at)),
                None => return Err(self.error("Unterminated string starting at", start - 1)),
            }
        }
        self.at = at + 1;
        let value = match text.points {
            Some(points) => Json::Surrogates(points.into()),
            None => Json::from(text.utf8.as_str()),
        };
        text.utf8.clear();
        self.unescaped = text.utf8;
        Ok(value)
    }

    /// What stands behind a backslash; returns the offset behind it.
    fn escape(&self, at: usize, start: usize, text: &mut Unescaped) -> Result<usize> {
        let plain = match self.byte(at) {
            None => return Err(self.error("Unterminated string starting at", start - 1)),
            Some(b'u') => return self.unicode_escape(at + 1, text),
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(_) => return Err(self.error("Invalid \\escape", at - 1)),
        };
        text.push(u32::from(plain));
        Ok(at + 1)
    }

    fn unicode_escape(&self, at: usize, text: &mut Unescaped) -> Result<usize> {
        let first = self.four_digits(at).ok_or_else(|| self.error("Invalid \\uXXXX escape", at - 1))?;
        if (0xD800..0xDC00).contains(&first) && self.bytes[at + 4..].starts_with(b"\\u") {
            // A low half that is no half, or no number, stands for itself and is looked at again.
            if let Some(second) = self.four_digits(at + 6).filter(|low| (0xDC00..0xE000).contains(low)) {
                text.push(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                return Ok(at + 10);
            }
        }
        text.push(first);
        Ok(at + 4)
    }

    /// Four hexadecimal digits; CPython finds none at the very end of a document.
    fn four_digits(&self, at: usize) -> Option<u32> {
        let (_, digits) = self.bytes.get(at..at + 5)?.split_last()?;
        digits.iter().try_fold(0, |number, byte| Some(number * 16 + char::from(*byte).to_digit(16)?))
    }
}

fn not_compliant(name: &str) -> ParseError {
    ParseError(format!("Out of range float values are not JSON compliant: '{name}'").into())
}

fn float(text: &str) -> Json {
    // The grammar was checked: what Rust reads here is what Python reads, infinity for 1e999 included.
    Json::Float(text.parse().unwrap_or(f64::NAN))
}

fn whole_number(text: &str) -> Result<Json> {
    let digits = text.trim_start_matches('-').len();
    if digits <= SAFE_DIGITS + 1
        && let Ok(number) = text.parse()
    {
        return Ok(Json::Int(number));
    }
    if digits > MOST_DIGITS {
        let message = format!(
            "Exceeds the limit ({MOST_DIGITS} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        );
        return Err(ParseError(message.into()));
    }
    Ok(Json::BigInt(text.into()))
}

/// A text as it grows: UTF-8 until a lone surrogate appears.
struct Unescaped {
    utf8: String,
    points: Option<Vec<u32>>,
}

impl Unescaped {
    fn push_str(&mut self, run: &str) {
        match &mut self.points {
            Some(points) if run.is_ascii() => points.extend(run.bytes().map(u32::from)),
            Some(points) => points.extend(run.chars().map(u32::from)),
            None => self.utf8.push_str(run),
        }
    }

    fn push(&mut self, point: u32) {
        match (&mut self.points, char::from_u32(point)) {
            (Some(points), _) => points.push(point),
            (None, Some(c)) => self.utf8.push(c),
            (None, None) => {
                let mut points: Vec<u32> = self.utf8.chars().map(u32::from).collect();
                points.push(point);
                self.points = Some(points);
            }
        }
    }
}
