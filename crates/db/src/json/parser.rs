//! CPython 3.11's `json.loads` as DRF's `JSONParser` calls it: what it accepts, what it refuses, and in which words.

use std::fmt;

use super::{Dict, Json};

/// How deep a document may be nested. CPython gives up (and Django answers 500) a little below 1000.
const DEEPEST: usize = 900;

/// CPython's limit on the digits of a whole number.
const MOST_DIGITS: usize = 4300;

/// Why a document is no JSON, in CPython's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(String);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

type Result<T> = std::result::Result<T, ParseError>;

/// Reads a document.
///
/// # Errors
/// [`ParseError`] with CPython's text and position: lines are counted at `\n`, columns and characters are code points.
pub fn parse(text: &str) -> Result<Json> {
    document(Parser { text, bytes: text.as_bytes(), constants: false })
}

/// Reads a document as Python's own `json.loads`, which also takes `NaN`, `Infinity` and `-Infinity`.
///
/// # Errors
/// As [`parse`].
pub fn loads(text: &str) -> Result<Json> {
    document(Parser { text, bytes: text.as_bytes(), constants: true })
}

fn document(parser: Parser<'_>) -> Result<Json> {
    let text = parser.text;
    if text.starts_with('\u{feff}') {
        return Err(parser.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
    }
    let (value, end) = parser.value(parser.skip_space(0))?;
    let end = parser.skip_space(end);
    if end == text.len() { Ok(value) } else { Err(parser.error("Extra data", end)) }
}

/// A list or an object whose end is not read yet; an object with the key of the value that comes next.
enum Open {
    List(Vec<Json>),
    Dict(Dict, Json),
}

/// What an opening bracket begins: nothing, or a container with the offset of its first value.
enum Begun {
    Empty(Json, usize),
    Open(Open, usize),
}

impl Open {
    fn take(&mut self, value: Json) {
        match self {
            Self::List(items) => items.push(value),
            Self::Dict(dict, key) => dict.insert_parsed(std::mem::replace(key, Json::Null), value),
        }
    }

    /// The offset of the value behind a comma.
    fn next(&mut self, parser: &Parser<'_>, at: usize) -> Result<usize> {
        match self {
            Self::List(_) => Ok(at),
            Self::Dict(_, key) => {
                let (next, value) = parser.key(at)?;
                *key = next;
                Ok(value)
            }
        }
    }

    fn closing(&self) -> u8 {
        match self {
            Self::List(_) => b']',
            Self::Dict(..) => b'}',
        }
    }

    fn finish(self) -> Json {
        match self {
            Self::List(items) => Json::List(items),
            Self::Dict(dict, _) => Json::Dict(dict),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Numbers that JSON does not have are taken.
    constants: bool,
}

/// Positions are byte offsets until an error is worded.
impl Parser<'_> {
    fn error(&self, message: &str, at: usize) -> ParseError {
        let before = &self.text[..at.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let char = before.chars().count();
        ParseError(format!("{message}: line {line} column {column} (char {char})"))
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// The value at an offset, and the offset behind it. What is open stands on a stack of its own: the depth of a
    /// document is the client's choice, the thread's stack is not.
    fn value(&self, start: usize) -> Result<(Json, usize)> {
        let mut open: Vec<Open> = Vec::new();
        let mut at = start;
        loop {
            let (mut value, mut end) = match self.byte(at) {
                Some(b'[') => match self.begin_list(at) {
                    Begun::Empty(value, end) => (value, end),
                    Begun::Open(container, first) => {
                        self.push(&mut open, container, first)?;
                        at = first;
                        continue;
                    }
                },
                Some(b'{') => match self.begin_dict(at)? {
                    Begun::Empty(value, end) => (value, end),
                    Begun::Open(container, first) => {
                        self.push(&mut open, container, at)?;
                        at = first;
                        continue;
                    }
                },
                _ => self.scalar(at)?,
            };
            // The value may be the last of its container, which then is a value itself.
            loop {
                let Some(container) = open.last_mut() else { return Ok((value, end)) };
                container.take(value);
                let after = self.skip_space(end);
                match self.byte(after) {
                    Some(b',') => {
                        at = container.next(self, self.skip_space(after + 1))?;
                        break;
                    }
                    Some(close) if close == container.closing() => {
                        end = after + 1;
                        value = match open.pop() {
                            Some(container) => container.finish(),
                            None => Json::Null,
                        };
                    }
                    _ => return Err(self.error("Expecting ',' delimiter", after)),
                }
            }
        }
    }

    fn push(&self, open: &mut Vec<Open>, container: Open, at: usize) -> Result<()> {
        if open.len() >= DEEPEST {
            return Err(self.error("The document is nested too deeply", at));
        }
        open.push(container);
        Ok(())
    }

    fn begin_list(&self, at: usize) -> Begun {
        let first = self.skip_space(at + 1);
        if self.byte(first) == Some(b']') {
            return Begun::Empty(Json::List(Vec::new()), first + 1);
        }
        Begun::Open(Open::List(Vec::new()), first)
    }

    fn begin_dict(&self, at: usize) -> Result<Begun> {
        let first = self.skip_space(at + 1);
        if self.byte(first) == Some(b'}') {
            return Ok(Begun::Empty(Json::Dict(Dict::new()), first + 1));
        }
        let (key, value) = self.key(first)?;
        Ok(Begun::Open(Open::Dict(Dict::new(), key), value))
    }

    /// A key with its colon, and the offset of the value behind it.
    fn key(&self, at: usize) -> Result<(Json, usize)> {
        if self.byte(at) != Some(b'"') {
            return Err(self.error("Expecting property name enclosed in double quotes", at));
        }
        let (key, after_key) = self.string(at + 1)?;
        let colon = self.skip_space(after_key);
        if self.byte(colon) != Some(b':') {
            return Err(self.error("Expecting ':' delimiter", colon));
        }
        Ok((key, self.skip_space(colon + 1)))
    }

    /// A value that holds no others.
    fn scalar(&self, at: usize) -> Result<(Json, usize)> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.first() {
            Some(b'"') => self.string(at + 1),
            _ if rest.starts_with(b"null") => Ok((Json::Null, at + 4)),
            _ if rest.starts_with(b"true") => Ok((Json::Bool(true), at + 4)),
            _ if rest.starts_with(b"false") => Ok((Json::Bool(false), at + 5)),
            _ if rest.starts_with(b"NaN") => self.constant("NaN", f64::NAN, at),
            _ if rest.starts_with(b"Infinity") => self.constant("Infinity", f64::INFINITY, at),
            _ if rest.starts_with(b"-Infinity") => self.constant("-Infinity", f64::NEG_INFINITY, at),
            _ => self.number(at),
        }
    }

    fn constant(&self, name: &str, value: f64, at: usize) -> Result<(Json, usize)> {
        if self.constants { Ok((Json::Float(value), at + name.len())) } else { Err(not_compliant(name)) }
    }

    fn number(&self, start: usize) -> Result<(Json, usize)> {
        let whole = start + usize::from(self.byte(start) == Some(b'-'));
        let mut at = match self.byte(whole) {
            Some(b'0') => whole + 1,
            Some(b'1'..=b'9') => self.skip_digits(whole),
            _ => return Err(self.error("Expecting value", start)),
        };
        let mut is_float = false;
        if self.byte(at) == Some(b'.') && self.byte(at + 1).is_some_and(|byte| byte.is_ascii_digit()) {
            at = self.skip_digits(at + 1);
            is_float = true;
        }
        if matches!(self.byte(at), Some(b'e' | b'E')) {
            let digits = at + 1 + usize::from(matches!(self.byte(at + 1), Some(b'+' | b'-')));
            let end = self.skip_digits(digits);
            if end > digits {
                at = end;
                is_float = true;
            }
        }
        let text = &self.text[start..at];
        let value = if is_float { float(text) } else { whole_number(text)? };
        Ok((value, at))
    }

    fn skip_digits(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
            at += 1;
        }
        at
    }

    /// The text whose first character stands at an offset, behind the quote.
    fn string(&self, start: usize) -> Result<(Json, usize)> {
        let mut text = Text::default();
        let mut at = start;
        loop {
            let run = self.plain_run(at);
            text.push_str(&self.text[at..run]);
            at = run;
            match self.byte(at) {
                Some(b'"') => return Ok((text.finish(), at + 1)),
                Some(b'\\') => at = self.escape(at + 1, start, &mut text)?,
                Some(_) => return Err(self.error("Invalid control character at", at)),
                None => return Err(self.error("Unterminated string starting at", start - 1)),
            }
        }
    }

    /// The end of the characters that stand for themselves.
    fn plain_run(&self, at: usize) -> usize {
        let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
        self.bytes[at..].iter().position(special).map_or(self.bytes.len(), |length| at + length)
    }

    /// What stands behind a backslash; returns the offset behind it.
    fn escape(&self, at: usize, start: usize, text: &mut Text) -> Result<usize> {
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

    fn unicode_escape(&self, at: usize, text: &mut Text) -> Result<usize> {
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

    fn four_digits(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |number, byte| Some(number * 16 + char::from(*byte).to_digit(16)?))
    }
}

fn not_compliant(name: &str) -> ParseError {
    ParseError(format!("Out of range float values are not JSON compliant: '{name}'"))
}

fn float(text: &str) -> Json {
    // The grammar was checked: what Rust reads here is what Python reads, infinity for 1e999 included.
    Json::Float(text.parse().unwrap_or(f64::NAN))
}

fn whole_number(text: &str) -> Result<Json> {
    if let Ok(number) = text.parse() {
        return Ok(Json::Int(number));
    }
    let digits = text.trim_start_matches('-').len();
    if digits > MOST_DIGITS {
        return Err(ParseError(format!(
            "Exceeds the limit ({MOST_DIGITS} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    Ok(Json::BigInt(text.into()))
}

/// A text as it grows: UTF-8 until a lone surrogate appears.
#[derive(Default)]
struct Text {
    utf8: String,
    points: Option<Vec<u32>>,
}

impl Text {
    fn push_str(&mut self, run: &str) {
        match &mut self.points {
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

    fn finish(self) -> Json {
        match self.points {
            Some(points) => Json::Surrogates(points.into()),
            None => Json::Str(self.utf8),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_worded_as_cpython_words_them() {
        // Each row is what `json.loads` of CPython 3.11 says, through DRF's strict parser.
        for (document, expected) in [
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            ("{\"a\":1,}", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"),
            ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
            ("[1,]", "Expecting value: line 1 column 4 (char 3)"),
            ("[", "Expecting value: line 1 column 2 (char 1)"),
            ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("{}x", "Extra data: line 1 column 3 (char 2)"),
            ("01", "Extra data: line 1 column 2 (char 1)"),
            ("{\"a\":01}", "Expecting ',' delimiter: line 1 column 7 (char 6)"),
            ("{\"a\":\"\n\"}", "Invalid control character at: line 1 column 7 (char 6)"),
            ("{\"a\":\"b", "Unterminated string starting at: line 1 column 6 (char 5)"),
            ("{\"a\":\"\\x\"}", "Invalid \\escape: line 1 column 7 (char 6)"),
            ("{\"a\":\"\\u12\"}", "Invalid \\uXXXX escape: line 1 column 8 (char 7)"),
            ("\u{feff}{}", "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"),
            ("NaN", "Out of range float values are not JSON compliant: 'NaN'"),
            ("[-Infinity]", "Out of range float values are not JSON compliant: '-Infinity'"),
            ("{\n\"é\": tru}", "Expecting value: line 2 column 6 (char 7)"),
            ("-", "Expecting value: line 1 column 1 (char 0)"),
            ("1.", "Extra data: line 1 column 2 (char 1)"),
        ] {
            assert_eq!(parse(document).expect_err(document).to_string(), expected, "{document:?}");
        }
    }

    #[test]
    fn documents_are_read_as_cpython_reads_them() {
        for (document, expected) in [
            (" 1 ", Json::Int(1)),
            ("-0", Json::Int(0)),
            ("1E2", Json::Float(100.0)),
            ("1e999", Json::Float(f64::INFINITY)),
            ("12345678901234567890", Json::BigInt("12345678901234567890".into())),
            ("\"\\ud83d\\ude00\"", Json::from("😀")),
            ("\"a\\ud800b\"", Json::Surrogates([0x61, 0xD800, 0x62].into())),
            ("\"\\u00e9\\/\\n\"", Json::from("é/\n")),
            ("[]", Json::List(vec![])),
        ] {
            assert_eq!(parse(document).expect(document), expected, "{document}");
        }
        let twice = parse("{\"a\":1,\"b\":2,\"a\":3}").expect("an object");
        let Json::Dict(dict) = twice else { panic!("an object") };
        let items: Vec<_> = dict.iter().collect();
        assert_eq!(items, [("a", &Json::Int(3)), ("b", &Json::Int(2))]);
    }

    #[test]
    fn deep_documents_are_refused_without_a_stack_overflow() {
        for open in ["[", "{\"a\":"] {
            let document = open.repeat(100_000);
            assert!(
                parse(&document)
                    .expect_err("too deep")
                    .to_string()
                    .starts_with("The document is nested too deeply")
            );
        }
    }
}
