//! A request as random input: its parts, as a text that a file can hold, and changed a little.

use belleville::http::{HeaderName, HeaderValue, Request, Uri};

use super::random::Random;

/// The longest part: what is longer is refused for its length.
const LONGEST: usize = 20_000;

/// A request. Its parts need not be what a request may have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Input {
    pub(super) method: String,
    pub(super) path: Vec<u8>,
    pub(super) query: Vec<u8>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

/// The part that a target is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Path,
    Query,
    Header(&'static str),
    Body,
}

impl Input {
    /// Reads `METHOD /path?query`, lines of headers, an empty line and the body. It is what [`Input::written`] writes.
    pub(super) fn read(text: &[u8]) -> Self {
        let (head, body) = split(text, b"\n\n");
        let mut lines = head.split(|byte| *byte == b'\n');
        let (method, target) = split(lines.next().unwrap_or_default(), b" ");
        let (path, query) = split(target, b"?");
        let headers = lines.map(|line| {
            let (name, value) = split(line, b": ");
            (String::from_utf8_lossy(name).into_owned(), value.to_vec())
        });
        Self {
            method: String::from_utf8_lossy(method).into_owned(),
            path: path.to_vec(),
            query: query.to_vec(),
            headers: headers.collect(),
            body: body.to_vec(),
        }
    }

    pub(super) fn written(&self) -> Vec<u8> {
        let mut text = format!("{} ", self.method).into_bytes();
        text.extend_from_slice(&self.path);
        if !self.query.is_empty() {
            text.push(b'?');
            text.extend_from_slice(&self.query);
        }
        for (name, value) in &self.headers {
            text.extend_from_slice(format!("\n{name}: ").as_bytes());
            text.extend_from_slice(value);
        }
        text.extend_from_slice(b"\n\n");
        text.extend_from_slice(&self.body);
        text
    }

    pub(super) fn part(&mut self, part: Part) -> &mut Vec<u8> {
        match part {
            Part::Path => &mut self.path,
            Part::Query => &mut self.query,
            Part::Body => &mut self.body,
            Part::Header(name) => {
                let at = self.headers.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                    self.headers.push((name.to_owned(), Vec::new()));
                    self.headers.len() - 1
                });
                &mut self.headers[at].1
            }
        }
    }

    /// The request, with what cannot be sent left out: what is no target or no header is refused before it is a request.
    pub(super) fn request(&self) -> Request<bytes::Bytes> {
        let target = match self.query.is_empty() {
            true => self.path.clone(),
            false => [&self.path[..], &self.query[..]].join(&b'?'),
        };
        let uri =
            Uri::try_from(target).ok().filter(|uri| uri.path().starts_with('/') && uri.scheme().is_none());
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(uri.unwrap_or(Uri::from_static("/read/")))
            .header("host", "testserver");
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value))
            {
                request = request.header(name, value);
            }
        }
        if !self.body.is_empty() {
            request = request.header("content-length", self.body.len());
        }
        request.body(self.body.clone().into()).unwrap_or_default()
    }
}

fn split<'a>(text: &'a [u8], at: &[u8]) -> (&'a [u8], &'a [u8]) {
    match text.windows(at.len()).position(|window| window == at) {
        Some(found) => (&text[..found], &text[found + at.len()..]),
        None => (text, &[]),
    }
}

/// The bytes with others in the place of some.
pub(super) fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let (mut done, mut rest) = (Vec::new(), bytes);
    while let Some(at) = rest.windows(from.len().max(1)).position(|window| window == from) {
        done.extend_from_slice(&rest[..at]);
        done.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    [&done[..], rest].concat()
}

/// Numbers and the like at which code does something else.
const LIMITS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "00",
    "127",
    "255",
    "256",
    "65536",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999999999999999",
    "0.1",
    "1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
];

/// Changes bytes a little. `words` are what they are made of, and `other` is what another input has in their place.
pub(super) fn changed(random: &mut Random, bytes: &[u8], other: &[u8], words: &[&str]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = (at + 1 + random.below(16)).min(bytes.len());
        match random.below(10) {
            0..=2 => put(&mut bytes, at, at, random.pick(words).as_bytes()),
            3 => put(&mut bytes, at, end, random.pick(words).as_bytes()),
            4 => put(&mut bytes, at, end, &[]),
            5 => {
                let again = bytes[at..end].repeat(1 + random.below(40));
                put(&mut bytes, at, end, &again);
            }
            6 => put(&mut bytes, at, end.min(at + 1), &[random.next() as u8]),
            7 => {
                let from = random.below(other.len() + 1);
                let piece = &other[from..(from + random.below(200)).min(other.len())];
                put(&mut bytes, at, at, piece);
            }
            8 => {
                let digits = |byte: &u8| byte.is_ascii_digit();
                let start = bytes.iter().skip(at).position(digits).map_or(at, |found| at + found);
                let length = bytes.iter().skip(start).take_while(|byte| digits(byte)).count();
                put(&mut bytes, start, start + length, random.pick(LIMITS).as_bytes());
            }
            _ => put(&mut bytes, at, at, &[random.next() as u8].repeat(random.below(400))),
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

fn put(bytes: &mut Vec<u8>, from: usize, to: usize, piece: &[u8]) {
    bytes.splice(from..to, piece.iter().copied());
}

#[test]
fn the_key_of_a_session_is_replaced() {
    assert_eq!(replaced(b"a={s}; b={s}", b"{s}", b"x"), b"a=x; b=x");
    assert_eq!(replaced(b"a", b"", b"x"), b"a");
}

#[test]
fn an_input_is_read_as_it_was_written() {
    for text in ["GET /\n\n", "POST /a?b=%20\nAccept: */*\nCookie: \n\nx\n\ny", "PUT /?\n\n\u{e9}"] {
        let input = Input::read(text.as_bytes());
        assert_eq!(Input::read(&input.written()), input, "{text}");
    }
}
