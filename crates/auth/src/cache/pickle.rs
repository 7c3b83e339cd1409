//! Values as Python pickles them, so that Django reads what is written here, and the other way round. Only plain values are
//! read: nothing in a pickle is ever called. What else Python can write is not read at all.

use belleville_db::json::{Dict, Json};

/// The newest of Python's formats.
const PROTOCOL: u8 = 5;

/// How many values are read at most for one byte: a pickle may name one value many times over.
const GROWTH: usize = 64;

/// How deep values may be inside of each other.
const DEEPEST: usize = 200;

/// A value that can be in a cache.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain {
    Json(Json),
    Bytes(Vec<u8>),
}

pub(super) fn dumps(value: &Plain) -> Vec<u8> {
    let mut out = vec![0x80, PROTOCOL];
    match value {
        Plain::Json(json) => write(json, &mut out),
        Plain::Bytes(bytes) => sized(bytes, b'C', b'B', &mut out),
    }
    out.push(b'.');
    out
}

fn write(json: &Json, out: &mut Vec<u8>) {
    match json {
        Json::Null => out.push(b'N'),
        Json::Bool(true) => out.push(0x88),
        Json::Bool(false) => out.push(0x89),
        Json::Int(number) => match i32::try_from(*number) {
            Ok(small) => {
                out.push(b'J');
                out.extend(small.to_le_bytes());
            }
            Err(_) => {
                out.extend([0x8a, 8]);
                out.extend(number.to_le_bytes());
            }
        },
        Json::BigInt(digits) => out.extend(format!("L{digits}L\n").bytes()),
        Json::Float(number) => {
            out.push(b'G');
            out.extend(number.to_be_bytes());
        }
        Json::Str(text) => sized(text.as_bytes(), 0x8c, b'X', out),
        Json::Surrogates(points) => sized(&with_surrogates(points), 0x8c, b'X', out),
        Json::List(items) => {
            out.extend(b"](");
            items.iter().for_each(|item| write(item, out));
            out.push(b'e');
        }
        Json::Dict(dict) => {
            out.extend(b"}(");
            for (key, value) in dict.iter() {
                sized(key.as_bytes(), 0x8c, b'X', out);
                write(value, out);
            }
            out.push(b'u');
        }
    }
}

/// Bytes with their length before them, in one byte if it fits.
fn sized(bytes: &[u8], short: u8, long: u8, out: &mut Vec<u8>) {
    match u8::try_from(bytes.len()) {
        Ok(length) => out.extend([short, length]),
        Err(_) => {
            out.push(long);
            out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
    }
    out.extend(bytes);
}

/// UTF-8 that has lone surrogates, too, as Python writes it.
fn with_surrogates(points: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for point in points {
        match char::from_u32(*point) {
            Some(letter) => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
            None => bytes.extend([
                0xe0 | (point >> 12) as u8,
                0x80 | (point >> 6 & 0x3f) as u8,
                0x80 | (point & 0x3f) as u8,
            ]),
        }
    }
    bytes
}

fn text(bytes: &[u8]) -> Option<Json> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Json::from(text)),
        Err(_) => points(bytes).map(|points| Json::Surrogates(points.into())),
    }
}

/// The code points of UTF-8 with lone surrogates.
fn points(bytes: &[u8]) -> Option<Vec<u32>> {
    let mut points = Vec::new();
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let surrogate = match rest {
            [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
                Some(0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f))
            }
            _ => None,
        };
        if let Some(point) = surrogate {
            points.push(point);
            rest = &rest[3..];
            continue;
        }
        let length = match first {
            0..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let letter = std::str::from_utf8(rest.get(..length)?).ok()?;
        points.extend(letter.chars().map(u32::from));
        rest = &rest[length..];
    }
    Some(points)
}

/// The value in a pickle, if it is a plain one.
pub(super) fn loads(pickle: &[u8]) -> Option<Plain> {
    let mut machine = Machine { rest: pickle, ..Machine::default() };
    machine.run()?;
    let root = machine.stack.pop()?;
    if let Node::Bytes(bytes) = machine.nodes.get(root)? {
        return Some(Plain::Bytes(bytes.clone()));
    }
    let mut budget = pickle.len().saturating_mul(GROWTH);
    machine.json(root, DEEPEST, &mut budget).map(Plain::Json)
}

/// Where a node is. Lists and objects are filled after they were named, so that values refer to each other.
type At = usize;

enum Node {
    Value(Json),
    Bytes(Vec<u8>),
    List(Vec<At>),
    Dict(Vec<(At, At)>),
}

/// Python's machine for pickles, as far as plain values need it.
#[derive(Default)]
struct Machine<'a> {
    rest: &'a [u8],
    nodes: Vec<Node>,
    stack: Vec<At>,
    marks: Vec<usize>,
    memo: Vec<Option<At>>,
}

impl<'a> Machine<'a> {
    fn run(&mut self) -> Option<()> {
        loop {
            match self.take(1)?[0] {
                b'.' => return Some(()),
                0x80 => drop(self.take(1)?),
                0x95 => drop(self.take(8)?),
                b'(' => self.marks.push(self.stack.len()),
                b'0' => drop(self.stack.pop()?),
                b'N' => self.push(Node::Value(Json::Null)),
                0x88 => self.push(Node::Value(Json::Bool(true))),
                0x89 => self.push(Node::Value(Json::Bool(false))),
                b'J' => {
                    let number = i32::from_le_bytes(self.array()?);
                    self.push(Node::Value(Json::Int(number.into())));
                }
                b'K' => {
                    let number = self.take(1)?[0];
                    self.push(Node::Value(Json::Int(number.into())));
                }
                b'M' => {
                    let number = u16::from_le_bytes(self.array()?);
                    self.push(Node::Value(Json::Int(number.into())));
                }
                0x8a => {
                    let length = self.take(1)?[0];
                    let number = small_integer(self.take(length.into())?)?;
                    self.push(Node::Value(Json::Int(number)));
                }
                b'I' | b'L' => {
                    let value = decimal(self.line()?)?;
                    self.push(Node::Value(value));
                }
                b'G' => {
                    let number = f64::from_be_bytes(self.array()?);
                    self.push(Node::Value(Json::Float(number)));
                }
                0x8c => self.text(1)?,
                b'X' => self.text(4)?,
                0x8d => self.text(8)?,
                b'C' => self.bytes(1)?,
                b'B' => self.bytes(4)?,
                0x8e => self.bytes(8)?,
                b']' | b')' => self.push(Node::List(Vec::new())),
                b'}' => self.push(Node::Dict(Vec::new())),
                b'a' => {
                    let item = self.stack.pop()?;
                    self.list()?.push(item);
                }
                b'e' => {
                    let items = self.marked()?;
                    self.list()?.extend(items);
                }
                b's' => {
                    let (value, key) = (self.stack.pop()?, self.stack.pop()?);
                    self.dict()?.push((key, value));
                }
                b'u' => {
                    let items = self.marked()?;
                    let pairs = items.chunks_exact(2).map(|pair| (pair[0], pair[1]));
                    let pairs: Vec<_> = pairs.collect();
                    self.dict()?.extend(pairs);
                }
                b't' => {
                    let items = self.marked()?;
                    self.push(Node::List(items));
                }
                many @ 0x85..=0x87 => {
                    let from = self.stack.len().checked_sub(usize::from(many - 0x84))?;
                    let items = self.stack.split_off(from);
                    self.push(Node::List(items));
                }
                0x94 => {
                    let top = *self.stack.last()?;
                    self.memo.push(Some(top));
                }
                b'q' => {
                    let at = self.take(1)?[0];
                    self.memoize(at.into())?;
                }
                b'r' => {
                    let at = self.size(4)?;
                    self.memoize(at)?;
                }
                b'h' => {
                    let at = self.take(1)?[0];
                    self.recall(at.into())?;
                }
                b'j' => {
                    let at = self.size(4)?;
                    self.recall(at)?;
                }
                // A class, a call, or something as rare.
                _ => return None,
            }
        }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn size(&mut self, bytes: usize) -> Option<usize> {
        let size = self.take(bytes)?.iter().rev().fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
        usize::try_from(size).ok()
    }

    fn line(&mut self) -> Option<&'a str> {
        let length = self.rest.iter().position(|byte| *byte == b'\n')?;
        let line = self.take(length)?;
        self.take(1)?;
        std::str::from_utf8(line).ok()
    }

    fn push(&mut self, node: Node) {
        self.stack.push(self.nodes.len());
        self.nodes.push(node);
    }

    fn text(&mut self, bytes: usize) -> Option<()> {
        let length = self.size(bytes)?;
        let value = text(self.take(length)?)?;
        self.push(Node::Value(value));
        Some(())
    }

    fn bytes(&mut self, bytes: usize) -> Option<()> {
        let length = self.size(bytes)?;
        let value = self.take(length)?.to_vec();
        self.push(Node::Bytes(value));
        Some(())
    }

    /// What lies above the last mark.
    fn marked(&mut self) -> Option<Vec<At>> {
        let from = self.marks.pop()?;
        (from <= self.stack.len()).then(|| self.stack.split_off(from))
    }

    fn list(&mut self) -> Option<&mut Vec<At>> {
        match self.nodes.get_mut(*self.stack.last()?)? {
            Node::List(items) => Some(items),
            _ => None,
        }
    }

    fn dict(&mut self) -> Option<&mut Vec<(At, At)>> {
        match self.nodes.get_mut(*self.stack.last()?)? {
            Node::Dict(items) => Some(items),
            _ => None,
        }
    }

    fn memoize(&mut self, at: usize) -> Option<()> {
        let top = *self.stack.last()?;
        // Python numbers them one by one.
        if at > self.memo.len() + self.nodes.len() {
            return None;
        }
        if self.memo.len() <= at {
            self.memo.resize(at + 1, None);
        }
        self.memo[at] = Some(top);
        Some(())
    }

    fn recall(&mut self, at: usize) -> Option<()> {
        self.stack.push((*self.memo.get(at)?)?);
        Some(())
    }

    fn json(&self, at: At, depth: usize, budget: &mut usize) -> Option<Json> {
        *budget = budget.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        match self.nodes.get(at)? {
            Node::Value(value) => Some(value.clone()),
            Node::Bytes(_) => None,
            Node::List(items) => {
                let items = items.iter().map(|item| self.json(*item, depth, budget));
                items.collect::<Option<Vec<_>>>().map(Json::from)
            }
            Node::Dict(items) => {
                let mut dict = Dict::new();
                for (key, value) in items {
                    let Node::Value(Json::Str(key)) = self.nodes.get(*key)? else { return None };
                    dict.insert(key.clone(), self.json(*value, depth, budget)?);
                }
                Some(Json::Dict(dict))
            }
        }
    }
}

/// A whole number of up to 64 bits, the lowest byte first, in two's complement.
fn small_integer(bytes: &[u8]) -> Option<i64> {
    if bytes.len() > 8 {
        return None;
    }
    let fill = if bytes.last().is_some_and(|last| last & 0x80 != 0) { 0xff } else { 0 };
    let mut whole = [fill; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    Some(i64::from_le_bytes(whole))
}

/// A number as old pickles have it.
fn decimal(line: &str) -> Option<Json> {
    match line {
        "00" => return Some(Json::Bool(false)),
        "01" => return Some(Json::Bool(true)),
        _ => {}
    }
    let digits = line.strip_suffix('L').unwrap_or(line);
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().map_or_else(|_| Json::BigInt(digits.into()), Json::Int))
}

#[cfg(test)]
mod tests {
    use belleville_db::json;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect(hex)).collect()
    }

    #[test]
    fn values_come_back() {
        for text in [
            "null",
            "true",
            "false",
            "0",
            "-1",
            "255",
            "65536",
            "2147483648",
            "-9223372036854775808",
            "123456789012345678901234567890",
            "-123456789012345678901234567890",
            "1.5",
            r#""""#,
            r#""é\u20ac𝄞""#,
            r#""\ud800a""#,
            "[]",
            "{}",
            r#"[1,[2,{"a":[null]}],"x"]"#,
            r#"{"b":1,"a":{"c":[]}}"#,
        ] {
            let value = Plain::Json(json::loads(text).expect(text));
            assert_eq!(loads(&dumps(&value)), Some(value), "{text}");
        }
        for length in [0, 1, 255, 256, 70_000] {
            let value = Plain::Bytes(vec![7; length]);
            assert_eq!(loads(&dumps(&value)), Some(value), "{length}");
        }
    }

    include!("pickles.rs");

    #[test]
    fn what_python_writes_is_read() {
        for (value, pickle) in PICKLES {
            let expected = Plain::Json(json::loads(value).expect(value));
            assert_eq!(loads(&bytes(pickle)), Some(expected), "{value}");
        }
    }

    #[test]
    fn nothing_is_called() {
        for pickle in OF_CLASSES {
            assert_eq!(loads(&bytes(pickle)), None);
        }
    }

    #[test]
    fn damaged_pickles_are_none() {
        for (_, pickle) in PICKLES {
            let whole = bytes(pickle);
            for length in 0..whole.len() {
                assert_eq!(loads(&whole[..length]), None);
            }
            for at in 0..whole.len() {
                for value in [0, b'(', b'e', b'u', b'h', b'r', 0x94, 0xff] {
                    let mut damaged = whole.clone();
                    damaged[at] = value;
                    let _ = loads(&damaged);
                }
            }
        }
        // Thirty lists, each of which is twice in the next one; and a list that is in itself.
        let mut bomb = b"\x80\x05]q\x00".to_vec();
        (0..30).for_each(|at: u8| bomb.extend([b'h', at, b'h', at, 0x86, b'q', at + 1]));
        bomb.push(b'.');
        assert_eq!(loads(&bomb), None);
        assert_eq!(loads(b"\x80\x05]q\x00h\x00a."), None);
    }
}
