//! Values as a migration is written.

use std::fmt;
use std::ops::Bound;

use crate::Value;

/// A value as Rust writes it.
pub(crate) struct Literal<'a>(pub(crate) &'a Value);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("Value::Null"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(n) => write!(f, "{n}"),
            Value::Float(x) => write!(f, "{x:?}"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::File(upload) => write!(f, "{:?}", upload.name()),
            Value::Decimal(number) => write!(f, "{:?}.parse::<Decimal>().unwrap()", number.to_string()),
            Value::Uuid(uuid) => write!(f, "{:?}.parse::<Uuid>().unwrap()", uuid.to_string()),
            Value::DateTime(at) => write!(f, "{:?}.parse::<DateTime>().unwrap()", at.to_string()),
            Value::Date(date) => write!(f, "{:?}.parse::<Date>().unwrap()", date.to_string()),
            Value::Time(time) => write!(f, "{:?}.parse::<Time>().unwrap()", time.to_string()),
            Value::IpAddress(address) => {
                write!(f, "{:?}.parse::<std::net::IpAddr>().unwrap()", address.to_string())
            }
            Value::Duration(length) => write!(f, "Duration::from_micros({})", length.as_micros()),
            Value::Json(json) => write!(f, "json::loads({:?}).unwrap()", json.dumps().unwrap_or_default()),
            Value::Bytes(bytes) => write!(f, "b\"{}\".to_vec()", bytes.escape_ascii()),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| Literal(item).to_string()).collect();
                write!(f, "vec![{}]", items.join(", "))
            }
            Value::Range(range) => match (range.lower(), range.upper()) {
                (Some(lower), Some(upper)) => {
                    write!(f, "Range::new({}, {})", bound(lower), bound(upper))
                }
                _ => f.write_str("Range::empty()"),
            },
            Value::HStore(pairs) => {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|(key, value)| match value {
                        Some(value) => format!("({key:?}.to_owned(), Some({value:?}.to_owned()))"),
                        None => format!("({key:?}.to_owned(), None)"),
                    })
                    .collect();
                write!(f, "HStore::from([{}])", pairs.join(", "))
            }
        }
    }
}

fn bound(bound: Bound<&Value>) -> String {
    match bound {
        Bound::Included(value) => format!("Bound::Included({})", Literal(value)),
        Bound::Excluded(value) => format!("Bound::Excluded({})", Literal(value)),
        Bound::Unbounded => "Bound::Unbounded".to_owned(),
    }
}
