//! Writes JSON objects and lists piece by piece, compact, without a value of them in memory.

use super::Json;
use super::writer::{write_i64, write_str};

/// The place of one value.
///
/// ```
/// use belleville_db::json::JsonWriter;
///
/// let written = JsonWriter::object_of(|object| {
///     object.key("name").text("A");
///     object.key("sizes").list(|list| {
///         list.item().number(1);
///         list.item().boolean(true);
///     });
/// });
/// assert_eq!(written, br#"{"name":"A","sizes":[1,true]}"#);
/// ```
#[derive(Debug)]
pub struct JsonWriter<'a>(&'a mut Vec<u8>);

/// An object that is being written.
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

/// A list that is being written.
#[derive(Debug)]
pub struct ListWriter<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> JsonWriter<'a> {
    /// Writes a value at the end of these bytes.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self(out)
    }

    /// The bytes of an object.
    pub fn object_of(members: impl FnOnce(&mut ObjectWriter<'_>)) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        JsonWriter(&mut out).object(members);
        out
    }

    /// A text.
    pub fn text(self, text: &str) {
        write_str(self.0, text);
    }

    /// A whole number.
    pub fn number(self, number: i64) {
        write_i64(self.0, number);
    }

    /// `true` or `false`.
    pub fn boolean(self, value: bool) {
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// A value; null where it has no form in JSON, such as a text with lone surrogates.
    pub fn json(self, value: &Json) {
        let begin = self.0.len();
        if value.write(self.0).is_err() {
            self.0.truncate(begin);
            self.0.extend_from_slice(b"null");
        }
    }

    /// An object.
    pub fn object(self, members: impl FnOnce(&mut ObjectWriter<'_>)) {
        self.0.push(b'{');
        members(&mut ObjectWriter { out: self.0, is_empty: true });
        self.0.push(b'}');
    }

    /// A list.
    pub fn list(self, items: impl FnOnce(&mut ListWriter<'_>)) {
        self.0.push(b'[');
        items(&mut ListWriter { out: self.0, is_empty: true });
        self.0.push(b']');
    }
}

impl ObjectWriter<'_> {
    /// The next member: writes its key, and gives the place of its value.
    pub fn key(&mut self, key: &str) -> JsonWriter<'_> {
        separate(self.out, &mut self.is_empty);
        write_str(self.out, key);
        self.out.push(b':');
        JsonWriter(self.out)
    }
}

impl ListWriter<'_> {
    /// The place of the next item.
    pub fn item(&mut self) -> JsonWriter<'_> {
        separate(self.out, &mut self.is_empty);
        JsonWriter(self.out)
    }
}

/// Writes a comma, except before the first.
fn separate(out: &mut Vec<u8>, is_empty: &mut bool) {
    if !std::mem::take(is_empty) {
        out.push(b',');
    }
}
