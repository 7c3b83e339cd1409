//! JSON as Python's `json.dump(value, ensure_ascii=False)` writes it: texts as they are, on one line or over several.

use super::{Json, Unencodable, write_constant, write_i64};
use crate::python::float_repr;

/// What stands between the values of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One line: `{"a": 1, "b": 2}`.
    Line,
    /// One line without a space after the commas, as Django's JSON Lines: `{"a": 1,"b": 2}`.
    Packed,
    /// A line for each value, with this many spaces for each level.
    Indented(usize),
}

impl Json {
    /// Writes the value. A number that is not finite is `NaN` or `Infinity`, as Python has it.
    ///
    /// # Errors
    /// [`Unencodable`] when a text or a key has lone surrogates.
    pub fn write_as(&self, layout: Layout, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        Writer { layout, out }.value(self, 0)
    }
}

struct Writer<'a> {
    layout: Layout,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json, level: usize) -> Result<(), Unencodable> {
        match value {
            Json::Null => self.push(b"null"),
            Json::Bool(true) => self.push(b"true"),
            Json::Bool(false) => self.push(b"false"),
            Json::Int(n) => write_i64(self.out, *n),
            Json::BigInt(digits) => self.push(digits.as_bytes()),
            Json::Float(x) if x.is_finite() => self.push(float_repr(*x).as_bytes()),
            Json::Float(x) => write_constant(self.out, *x),
            Json::Str(text) => self.text(text),
            Json::Surrogates(_) => return Err(Unencodable),
            Json::List(items) if items.is_empty() => self.push(b"[]"),
            Json::List(items) => {
                self.push(b"[");
                for (index, item) in items.iter().enumerate() {
                    self.next(index, level + 1);
                    self.value(item, level + 1)?;
                }
                self.end_line(level);
                self.push(b"]");
            }
            Json::Dict(dict) if dict.is_unencodable() => return Err(Unencodable),
            Json::Dict(dict) if dict.iter().len() == 0 => self.push(b"{}"),
            Json::Dict(dict) => {
                self.push(b"{");
                for (index, (key, value)) in dict.iter().enumerate() {
                    self.next(index, level + 1);
                    self.text(key);
                    self.push(b": ");
                    self.value(value, level + 1)?;
                }
                self.end_line(level);
                self.push(b"}");
            }
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// What comes before a value of a list or an object.
    fn next(&mut self, index: usize, level: usize) {
        if index > 0 {
            self.push(if self.layout == Layout::Line { b", " } else { b"," });
        }
        self.end_line(level);
    }

    fn end_line(&mut self, level: usize) {
        if let Layout::Indented(spaces) = self.layout {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + level * spaces, b' ');
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push(b'"');
        let mut written = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.push(&text.as_bytes()[written..at]);
            self.escape(byte);
            written = at + 1;
        }
        self.push(&text.as_bytes()[written..]);
        self.out.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'\n' => self.push(b"\\n"),
            b'\r' => self.push(b"\\r"),
            b'\t' => self.push(b"\\t"),
            0x08 => self.push(b"\\b"),
            0x0c => self.push(b"\\f"),
            b'"' | b'\\' => self.push(&[b'\\', byte]),
            control => self.push(format!("\\u{control:04x}").as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::json::loads;

    // What `json.dumps(json.loads(text), ensure_ascii=False, ..)` of Python 3.11 answers.
    #[test]
    fn documents_are_laid_out_as_python_does() {
        let text = "{\"a\":[1,2.0,{}],\"\u{e9}\":\"\u{2028}\\u0001\\\"\\n\u{7f}\",\"b\":[],\"c\":NaN}";
        for (layout, expected) in [
            (
                Layout::Line,
                "{\"a\": [1, 2.0, {}], \"\u{e9}\": \"\u{2028}\\u0001\\\"\\n\u{7f}\", \"b\": [], \"c\": NaN}",
            ),
            (
                Layout::Packed,
                "{\"a\": [1,2.0,{}],\"\u{e9}\": \"\u{2028}\\u0001\\\"\\n\u{7f}\",\"b\": [],\"c\": NaN}",
            ),
            (
                Layout::Indented(1),
                "{\n \"a\": [\n  1,\n  2.0,\n  {}\n ],\n \"\u{e9}\": \"\u{2028}\\u0001\\\"\\n\u{7f}\",\n \"b\": [],\n \"c\": NaN\n}",
            ),
        ] {
            let mut out = Vec::new();
            loads(text).expect(text).write_as(layout, &mut out).expect(text);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
        let lone = loads("\"\\ud800\"").expect("a surrogate");
        assert!(lone.write_as(Layout::Line, &mut Vec::new()).is_err());
    }
}
