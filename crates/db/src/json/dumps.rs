//! JSON as Python's `json.dumps(value, separators=(",", ":"))` writes it: compact, and ASCII throughout.

use super::{Dict, Json, Unencodable, write_constant, write_i64};
use crate::python::float_repr;

impl Json {
    /// The value as `json.dumps` writes it with compact separators.
    ///
    /// # Errors
    /// [`Unencodable`] when the key of an object had lone surrogates, which are not kept.
    pub fn dumps(&self) -> Result<String, Unencodable> {
        let mut out = Vec::with_capacity(128);
        dump(self, &mut out)?;
        Ok(ascii(out))
    }
}

impl Json {
    /// The value as `json.dumps` writes it where no separators are named, with a space after each: Django's text in a
    /// column.
    ///
    /// # Errors
    /// As [`Json::dumps`].
    pub fn dumps_spaced(&self) -> Result<String, Unencodable> {
        let compact = self.dumps()?;
        let mut spaced = String::with_capacity(compact.len() + compact.len() / 8);
        let (mut in_text, mut escaped) = (false, false);
        for c in compact.chars() {
            spaced.push(c);
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = !in_text,
                ',' | ':' if !in_text => spaced.push(' '),
                _ => {}
            }
        }
        Ok(spaced)
    }
}

impl Dict {
    /// As [`Json::dumps`].
    ///
    /// # Errors
    /// As [`Json::dumps`].
    pub fn dumps(&self) -> Result<String, Unencodable> {
        let mut out = Vec::with_capacity(256);
        dump_dict(self, &mut out)?;
        Ok(ascii(out))
    }
}

/// What was written is ASCII.
fn ascii(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

fn dump(value: &Json, out: &mut Vec<u8>) -> Result<(), Unencodable> {
    match value {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Int(n) => write_i64(out, *n),
        Json::BigInt(digits) => out.extend_from_slice(digits.as_bytes()),
        Json::Float(x) if x.is_finite() => out.extend_from_slice(float_repr(*x).as_bytes()),
        Json::Float(x) => write_constant(out, *x),
        Json::Str(text) => dump_points(text.chars().map(u32::from), out),
        Json::Surrogates(points) => dump_points(points.iter().copied(), out),
        Json::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                dump(item, out)?;
            }
            out.push(b']');
        }
        Json::Dict(dict) => dump_dict(dict, out)?,
    }
    Ok(())
}

fn dump_dict(dict: &Dict, out: &mut Vec<u8>) -> Result<(), Unencodable> {
    if dict.is_unencodable() {
        return Err(Unencodable);
    }
    out.push(b'{');
    for (index, (key, value)) in dict.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        dump_points(key.chars().map(u32::from), out);
        out.push(b':');
        dump(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// A text in quotes; whatever is not printable ASCII is escaped, by two surrogates from U+10000 on.
fn dump_points(points: impl Iterator<Item = u32>, out: &mut Vec<u8>) {
    out.push(b'"');
    for point in points {
        match point {
            0x22 => out.extend_from_slice(b"\\\""),
            0x5c => out.extend_from_slice(b"\\\\"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x20..=0x7e => out.push(point as u8),
            0x1_0000.. => {
                let rest = point - 0x1_0000;
                escape(0xd800 + (rest >> 10), out);
                escape(0xdc00 + (rest & 0x3ff), out);
            }
            _ => escape(point, out),
        }
    }
    out.push(b'"');
}

fn escape(unit: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
}

#[cfg(test)]
mod tests {
    use crate::json::loads;

    #[test]
    fn documents_are_written_as_python_writes_them() {
        // Each row is what `json.dumps(json.loads(text), separators=(",", ":"))` of Python 3.11 answers.
        for (text, expected) in [
            ("{ \"a\" : [1, 2.0, 1e20, null, true] }", "{\"a\":[1,2.0,1e+20,null,true]}"),
            ("[NaN, Infinity, -Infinity]", "[NaN,Infinity,-Infinity]"),
            ("\"\u{e9}\u{1f600}\u{7f}\"", "\"\\u00e9\\ud83d\\ude00\\u007f\""),
            ("\"\\ud800 \\\" \\\\ \\/ \\n\\u0001\"", "\"\\ud800 \\\" \\\\ / \\n\\u0001\""),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("{\"b\":1,\"a\":2,\"b\":3}", "{\"b\":3,\"a\":2}"),
        ] {
            let value = loads(text).expect(text);
            assert_eq!(value.dumps().as_deref(), Ok(expected), "{text}");
        }
    }
}
