//! CPython 3.11's `json.loads` as DRF's `JSONParser` calls it: what it accepts, what it refuses, and in which words.

mod tokens;

use std::fmt;

use super::dict::{Dict, FEW, Indexed, Member};
use super::{Json, Text, make_room};

/// How deep a document may be nested. CPython gives up (and Django answers 500) a little below 1000.
const DEEPEST: usize = 900;

/// Why a document is no JSON, in CPython's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<str>);

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
    Parser::new(text, false).document()
}

/// Reads a document as Python's own `json.loads`, which also takes `NaN`, `Infinity` and `-Infinity`.
///
/// # Errors
/// As [`parse`].
pub fn loads(text: &str) -> Result<Json> {
    Parser::new(text, true).document()
}

/// A list or an object whose end is not read yet.
#[derive(Clone, Copy)]
struct Open {
    kind: Kind,
    /// Where its values begin in [`Parser::items`], or in [`Parser::members`].
    start: usize,
}

/// The keys of the last object at a depth, in their order: the next one often has the same.
#[derive(Default)]
struct UsualKeys<'a> {
    /// Each with what stands around it in the document: from the brace or the comma before it to its value.
    keys: Vec<(&'a str, Text)>,
    /// How many of them, from the first on, are known to differ.
    differing: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    LongList,
    Dict,
    /// An object with many keys, or with one that had lone surrogates.
    LongDict,
}

impl Kind {
    fn is_list(self) -> bool {
        matches!(self, Self::List | Self::LongList)
    }
}

/// From how many values on a list is not short. A short one is made when it closes, at once and in its size; a long one
/// grows where it stays, so that nothing large is copied.
const LONG: usize = 64;

/// At how many depths keys are compared with those of the last object: those of lists in lists of objects.
const USUAL_DEPTHS: usize = 8;

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Numbers that JSON does not have are taken.
    constants: bool,
    /// Where the next byte stands. Positions are byte offsets until an error is worded.
    at: usize,
    /// What is open, outermost first: the depth of a document is the client's choice, the thread's stack is not.
    open: Vec<Open>,
    /// The document's value, and those of the lists that are open, up to the last long one and what stands in it.
    items: Vec<Json>,
    /// The members of the objects that are open. The last one's value may be what is read now.
    members: Vec<Member>,
    /// The value that is read now is that of a member.
    is_in_dict: bool,
    /// The keys of the last object at each of the outer depths.
    usual: [UsualKeys<'a>; USUAL_DEPTHS],
    /// For each long list that is open, the values of the lists around it.
    around: Vec<Vec<Json>>,
    /// For each long object that is open, all but its latest members.
    long_dicts: Vec<Indexed>,
    /// A text with escapes as it grows.
    unescaped: String,
}

/// Whether a value is complete, or the first one of its own comes next.
#[derive(PartialEq, Eq)]
enum Value {
    Complete,
    Begun,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, constants: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            constants,
            at: 0,
            open: Vec::new(),
            items: Vec::new(),
            members: Vec::new(),
            is_in_dict: false,
            usual: Default::default(),
            around: Vec::new(),
            long_dicts: Vec::new(),
            unescaped: String::new(),
        }
    }

    fn document(mut self) -> Result<Json> {
        if self.text.starts_with('\u{feff}') {
            return Err(self.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
        }
        self.skip_space();
        self.value()?;
        self.skip_space();
        if self.at < self.text.len() {
            return Err(self.error("Extra data", self.at));
        }
        self.items.pop().ok_or_else(|| self.error("Expecting value", 0))
    }

    #[cold]
    fn error(&self, message: &str, at: usize) -> ParseError {
        let before = &self.text[..at.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let char = before.chars().count();
        ParseError(format!("{message}: line {line} column {column} (char {char})").into())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn next(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn skip_space(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Behind a bracket, a comma or a colon.
    fn step(&mut self) {
        self.at += 1;
        self.skip_space();
    }

    /// Reads the value that begins here, with all that it holds.
    fn value(&mut self) -> Result<()> {
        loop {
            let mut value = match self.next() {
                Some(b'[') => self.begin_list()?,
                Some(b'{') => self.begin_dict()?,
                _ => self.scalar()?,
            };
            // A value may be the last of its container, which then is a value itself.
            while value == Value::Complete {
                let Some(container) = self.open.last().copied() else { return Ok(()) };
                let is_list = container.kind.is_list();
                self.skip_space();
                value = match self.next() {
                    Some(b',') if is_list => self.next_item(container),
                    Some(b',') => self.next_member(container)?,
                    Some(b']') if is_list => self.close_list(container),
                    Some(b'}') if !is_list => self.close_dict(container),
                    _ => return Err(self.error("Expecting ',' delimiter", self.at)),
                };
            }
        }
    }

    /// A complete value. Memory is asked for many at a time, but for no more than what is left of the text can hold.
    #[inline(always)]
    fn push(&mut self, value: impl FnOnce() -> Json) {
        if self.is_in_dict {
            if let Some((_, place)) = self.members.last_mut() {
                *place = value();
            }
            return;
        }
        if self.items.len() == self.items.capacity() {
            make_room(&mut self.items, 8, (self.bytes.len() - self.at) / "1,".len());
        }
        self.items.extend(std::iter::once_with(value));
    }

    /// A key whose value comes next.
    #[inline(always)]
    fn push_key(&mut self, key: Text) {
        if self.members.len() == self.members.capacity() {
            make_room(&mut self.members, 8, (self.bytes.len() - self.at) / "\"\":1,".len());
        }
        self.members.push((key, Json::Null));
    }

    /// A text is copied right to where it stays: a value that was just written is slow to move.
    #[inline(always)]
    fn push_text(&mut self, text: &str) {
        self.push(|| Json::Str(Text::default()));
        let last = match self.is_in_dict {
            true => self.members.last_mut().map(|(_, value)| value),
            false => self.items.last_mut(),
        };
        if let Some(Json::Str(place)) = last {
            place.set(text);
        }
    }

    fn begin_list(&mut self) -> Result<Value> {
        self.step();
        if self.next() == Some(b']') {
            self.at += 1;
            self.push(|| Json::List(Box::default()));
            return Ok(Value::Complete);
        }
        self.begin(Open { kind: Kind::List, start: self.items.len() }, self.at)
    }

    fn begin_dict(&mut self) -> Result<Value> {
        let (brace, start, depth) = (self.at, self.members.len(), self.open.len());
        if let Some(key) = self.usual_key(depth, 0) {
            self.begin(Open { kind: Kind::Dict, start }, brace)?;
            return Ok(self.usual_members(depth, 0, key));
        }
        self.step();
        if self.next() == Some(b'}') {
            self.at += 1;
            self.push(|| Json::Dict(Dict::new()));
            return Ok(Value::Complete);
        }
        let had_surrogates = self.key(brace, depth, 0)?;
        self.begin(Open { kind: Kind::Dict, start }, brace)?;
        if had_surrogates {
            self.set_unencodable();
        }
        Ok(Value::Begun)
    }

    fn begin(&mut self, container: Open, at: usize) -> Result<Value> {
        if self.open.len() >= DEEPEST {
            return Err(self.error("The document is nested too deeply", at));
        }
        self.open.push(container);
        self.is_in_dict = !container.kind.is_list();
        Ok(Value::Begun)
    }

    /// Behind a comma in a list.
    fn next_item(&mut self, list: Open) -> Value {
        if list.kind == Kind::List && self.items.len() - list.start >= LONG {
            let items = self.items.split_off(list.start);
            self.around.push(std::mem::replace(&mut self.items, items));
            self.open.pop();
            self.open.push(Open { kind: Kind::LongList, start: 0 });
        }
        self.step();
        Value::Begun
    }

    fn close_list(&mut self, list: Open) -> Value {
        let items = match list.kind {
            Kind::LongList => std::mem::replace(&mut self.items, self.around.pop().unwrap_or_default()),
            _ => self.items.split_off(list.start),
        };
        self.close(Json::List(items.into()))
    }

    /// Behind a comma in an object.
    fn next_member(&mut self, dict: Open) -> Result<Value> {
        let count = self.members.len() - dict.start;
        if count > FEW {
            self.settle(dict, (self.bytes.len() - self.at) / "\"\":1,".len());
        }
        let (comma, depth) = (self.at, self.open.len() - 1);
        if let Some(key) = self.usual_key(depth, count) {
            return Ok(self.usual_members(depth, count, key));
        }
        self.step();
        if self.key(comma, depth, count)? {
            self.set_unencodable();
        }
        Ok(Value::Begun)
    }

    /// The key at a position of the last object at this depth, if it stands here again, between the same brace or comma and
    /// its value; it then is behind.
    #[inline(always)]
    fn usual_key(&mut self, depth: usize, position: usize) -> Option<Text> {
        let (shown, key) = self.usual.get(depth)?.keys.get(position)?;
        let end = self.at + shown.len();
        if self.bytes.get(self.at..end)? != shown.as_bytes() {
            return None;
        }
        let key = key.clone();
        self.at = end;
        self.skip_space();
        Some(key)
    }

    /// Reads members from a key on that was read, as long as their keys are those of the last object at this depth and their values are
    /// texts and numbers that stand there as they are.
    fn usual_members(&mut self, depth: usize, mut position: usize, mut key: Text) -> Value {
        loop {
            self.push_key(key);
            if !self.plain_scalar() {
                return Value::Begun;
            }
            self.skip_space();
            if self.next() != Some(b',') {
                return Value::Complete;
            }
            position += 1;
            match self.usual_key(depth, position) {
                Some(next) => key = next,
                None => return Value::Complete,
            }
        }
    }

    fn close_dict(&mut self, dict: Open) -> Value {
        let value = if dict.kind == Kind::Dict && self.has_few_keys(dict) {
            Dict::of_few(self.members.split_off(dict.start).into())
        } else {
            self.settle(dict, 0);
            self.long_dicts.pop().map(Indexed::finish).unwrap_or_default()
        };
        self.close(Json::Dict(value))
    }

    /// Whether the members of the innermost container, an object, are few and no key comes twice.
    fn has_few_keys(&mut self, dict: Open) -> bool {
        let members = &self.members[dict.start..];
        // The object's own keys are the usual ones by now.
        let usual = self.usual.get_mut(self.open.len() - 1);
        if usual.as_ref().is_some_and(|usual| members.len() <= usual.differing) {
            return true;
        }
        let is_so = members.len() <= FEW && all_differ(members);
        if let Some(usual) = usual
            && is_so
        {
            usual.differing = members.len().min(usual.keys.len());
        }
        is_so
    }

    /// The latest members of an object join those that have left the stack before. No more than `most` can follow.
    fn settle(&mut self, dict: Open, most: usize) {
        self.lengthen();
        if let Some(long) = self.long_dicts.last_mut() {
            long.extend(self.members.drain(dict.start..), most);
        }
    }

    /// The innermost container, an object, is a long one from now on.
    fn lengthen(&mut self) {
        if let Some(dict @ Open { kind: Kind::Dict, .. }) = self.open.last_mut() {
            dict.kind = Kind::LongDict;
            self.long_dicts.push(Indexed::default());
        }
    }

    fn set_unencodable(&mut self) {
        self.lengthen();
        if let Some(long) = self.long_dicts.last_mut() {
            long.unencodable = true;
        }
    }

    fn close(&mut self, container: Json) -> Value {
        self.at += 1;
        self.open.pop();
        self.is_in_dict = self.open.last().is_some_and(|around| !around.kind.is_list());
        self.push(|| container);
        Value::Complete
    }

    /// Reads a key, before which the object has some others, and its colon. What stands around it begins with a brace or a
    /// comma. One with lone surrogates can name no field: each of them becomes U+FFFD, and the answer is true.
    fn key(&mut self, before: usize, depth: usize, position: usize) -> Result<bool> {
        if self.next() != Some(b'"') {
            return Err(self.error("Expecting property name enclosed in double quotes", self.at));
        }
        let mut had_surrogates = false;
        let plain = self.plain_string();
        match plain {
            Some(key) => self.push_key(key.into()),
            None => match self.string_with_escapes()? {
                Json::Str(key) => self.push_key(key),
                Json::Surrogates(points) => {
                    self.push_key(without_surrogates(&points).into());
                    had_surrogates = true;
                }
                _ => {}
            },
        }
        self.skip_space();
        if self.next() != Some(b':') {
            return Err(self.error("Expecting ':' delimiter", self.at));
        }
        self.step();
        let shown = plain.and(self.text.get(before..self.at));
        self.remember(depth, position, shown);
        Ok(had_surrogates)
    }

    /// Makes the key that was read, the last one, the usual one at its depth and position, where it stands there as it is.
    fn remember(&mut self, depth: usize, position: usize, shown: Option<&'a str>) {
        let Some(usual) = self.usual.get_mut(depth) else { return };
        // Those behind it were the keys of another object.
        usual.keys.truncate(position);
        usual.differing = usual.differing.min(position);
        if let (Some(shown), Some((key, _))) = (shown, self.members.last())
            && usual.keys.len() == position
            && position < FEW
        {
            usual.keys.push((shown, key.clone()));
        }
    }
}

/// Whether no key comes twice.
fn all_differ(members: &[Member]) -> bool {
    members.iter().enumerate().all(|(at, (key, _))| members[..at].iter().all(|(known, _)| known != key))
}

fn without_surrogates(points: &[u32]) -> String {
    points.iter().map(|point| char::from_u32(*point).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
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
            ("\"\\u0041", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"),
            ("\"\\ud83d\\ude00", "Invalid \\uXXXX escape: line 1 column 9 (char 8)"),
            ("\"\\u0041 ", "Unterminated string starting at: line 1 column 1 (char 0)"),
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
            ("[]", Json::List([].into())),
        ] {
            assert_eq!(parse(document).expect(document), expected, "{document}");
        }
        let twice = parse("{\"a\":1,\"b\":2,\"a\":3}").expect("an object");
        let Json::Dict(dict) = twice else { panic!("an object") };
        let items: Vec<_> = dict.iter().collect();
        assert_eq!(items, [("a", &Json::Int(3)), ("b", &Json::Int(2))]);
    }

    #[test]
    fn containers_of_every_size_hold_what_was_written() {
        // As `json.dumps` would write them: what is read and written again is the same text.
        for count in (0..20).chain(60..70).chain([1000]) {
            let list: Vec<_> = (0..count).map(|n| format!("[{n},\"{n}\",{{\"k\":[{n}]}}]")).collect();
            let members: Vec<_> = (0..count).map(|n| format!("\"k{n}\":[{n},{{}},[]]")).collect();
            let (list, dict) = (format!("[{}]", list.join(",")), format!("{{{}}}", members.join(",")));
            let twice = format!("{{{}}}", [&members[..], &members[..]].concat().join(","));
            for (document, expected) in [
                (&list, &list),
                (&dict, &dict),
                (&twice, &dict),
                (
                    &format!("[0,{list},{{\"a\":{dict},\"b\":{list}}},1]"),
                    &format!("[0,{list},{{\"a\":{dict},\"b\":{list}}},1]"),
                ),
            ] {
                assert_eq!(parse(document).expect(document).dumps().as_ref(), Ok(expected));
            }
        }
    }

    #[test]
    fn objects_with_the_keys_of_the_one_before_have_their_own() {
        // Each row is what `json.dumps(json.loads(text), separators=(",", ":"))` of Python answers.
        for (document, expected) in [
            (r#"[{"a":1,"b":2},{"a":3,"b":4},{"b":5,"a":6}]"#, None),
            (r#"[{"a":1,"b":2},{"a":3,"ab":4},{"a":5,"b":6},{"a":7}]"#, None),
            (r#"[{"a":1,"b":2},{"a":3,"a":4},{"a":5,"a":6}]"#, Some(r#"[{"a":1,"b":2},{"a":4},{"a":6}]"#)),
            (r#"[{"ab":1},{"a\u0062":2},{"ab":3},{"a":4}]"#, Some(r#"[{"ab":1},{"ab":2},{"ab":3},{"a":4}]"#)),
            (r#"[{"a":{"b":1,"c":2},"b":3},{"a":{"b":4,"c":5},"b":6}]"#, None),
            (r#"[{"a\"b":1},{"a\"b":2},{"a":3}]"#, None),
        ] {
            let expected = expected.unwrap_or(document);
            assert_eq!(parse(document).expect(document).dumps().as_deref(), Ok(expected), "{document}");
        }
        parse(r#"[{"a":1},{"a"b":2}]"#).expect_err("a quote in a key");
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
