//! Values as the texts that the server reads: what is made of several values is sent as one.

use std::fmt::Write as _;
use std::ops::Bound;

use super::parameter::{DAY, MICROS};
use crate::datetime::{stored, time_text};
use crate::{HStore, Range, Value};

/// The text of a value without quotes around it: `{1,NULL}`, `[1,5)`, `"a"=>NULL`.
pub(crate) fn postgres_text(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Decimal(number) => number.to_plain_string(),
        Value::Text(text) => text.clone(),
        Value::File(upload) => upload.name().to_owned(),
        Value::DateTime(at) => format!("{}+00", stored(*at)),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time_text(*time),
        Value::Duration(length) => {
            let (micros, day) = (length.as_micros(), i128::from(DAY * MICROS));
            format!("{} days {} microseconds", micros.div_euclid(day), micros.rem_euclid(day))
        }
        Value::Uuid(uuid) => uuid.to_string(),
        Value::IpAddress(address) => address.to_string(),
        // Every document can be written.
        Value::Json(json) => json.dumps().unwrap_or_default(),
        Value::Bytes(bytes) => bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }),
        Value::Array(items) => array(items),
        Value::Range(range) => range_text(range),
        Value::HStore(pairs) => hstore(pairs),
    }
}

fn array(items: &[Value]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|item| match item {
            Value::Null => "NULL".to_owned(),
            Value::Array(items) => array(items),
            item => element(item),
        })
        .collect();
    format!("{{{}}}", items.join(","))
}

fn range_text(range: &Range<Value>) -> String {
    let (Some(lower), Some(upper)) = (range.lower(), range.upper()) else { return "empty".to_owned() };
    let lower = match lower {
        Bound::Included(value) => format!("[{}", element(value)),
        Bound::Excluded(value) => format!("({}", element(value)),
        Bound::Unbounded => "(".to_owned(),
    };
    let upper = match upper {
        Bound::Included(value) => format!("{}]", element(value)),
        Bound::Excluded(value) => format!("{})", element(value)),
        Bound::Unbounded => ")".to_owned(),
    };
    format!("{lower},{upper}")
}

fn hstore(pairs: &HStore) -> String {
    let value = |value: &Option<String>| value.as_deref().map_or_else(|| "NULL".to_owned(), quoted);
    let pairs: Vec<String> =
        pairs.iter().map(|(key, text)| format!("{}=>{}", quoted(key), value(text))).collect();
    pairs.join(",")
}

/// A value inside of an array or a range: in quotes where something in it would have a meaning there.
fn element(value: &Value) -> String {
    let text = postgres_text(value);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".+-:".contains(&byte);
    let needs_quotes = text.is_empty() || text.eq_ignore_ascii_case("null") || !text.bytes().all(is_plain);
    if needs_quotes { quoted(&text) } else { text }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
