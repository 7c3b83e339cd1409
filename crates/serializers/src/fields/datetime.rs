//! A point in time: DRF's `DateTimeField`.

use belleville_db::json::Json;
use belleville_db::{ErrorDetail, Result, Value, ValueRef, parse_stored, write_iso_8601};

use super::{Field, Invalid, Shape, cannot_show, iso_8601};
use crate::Given;
use crate::value::Validated;

/// A point in time.
#[derive(Clone, Debug, Default)]
pub struct DateTimeField;

impl DateTimeField {
    /// A field.
    pub const fn new() -> Self {
        Self
    }
}

impl Field for DateTimeField {
    fn shape(&self) -> Shape {
        Shape::new("datetime").format("date-time")
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        match data {
            Json::Str(text) => {
                let at = iso_8601::parse(text).map_err(message)?;
                Ok(Validated::Value(Value::DateTime(at)))
            }
            _ => Err(message(iso_8601::WRONG_FORMAT)),
        }
    }

    fn refuse(&self, _: &Given<'_>) -> Invalid {
        message(iso_8601::WRONG_FORMAT)
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            ValueRef::Text(text) => write_stored_datetime(out, text)?,
            ValueRef::DateTime(at) => write_iso_8601(out, at),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

fn message((text, code): (&str, &'static str)) -> Invalid {
    ErrorDetail::new(text, code).into()
}

/// SQLite's text of a datetime differs from JSON's by a `T` and a `Z`.
fn write_stored_datetime(out: &mut Vec<u8>, text: &str) -> Result<()> {
    match plain(text.as_bytes()) {
        Some((length, mut json)) => {
            json[10 + 1] = b'T';
            json[length + 1..][..2].copy_from_slice(b"Z\"");
            out.extend_from_slice(&json[..length + 3]);
        }
        None => write_iso_8601(out, parse_stored(text)?),
    }
    Ok(())
}

/// A text that is `YYYY-MM-DD HH:MM:SS`, or the same with six digits of a second that are not all zero: its length, and
/// the text after a quotation mark.
fn plain(text: &[u8]) -> Option<(usize, [u8; LONGEST_DATETIME + 3])> {
    let mut json = *b"\"0000-00-00 00:00:00.000000  ";
    let length = text.len();
    if (length != 19 && length != LONGEST_DATETIME) || text.ends_with(b".000000") {
        return None;
    }
    json[1..=length].copy_from_slice(text);
    // Without a branch for each byte.
    let wrong = json[1..].iter().zip(LEAST.iter().zip(MOST));
    let wrong = wrong.fold(false, |wrong, (byte, (least, most))| wrong | (byte < least) | (byte > most));
    (!wrong).then_some((length, json))
}

const LONGEST_DATETIME: usize = 26;
const LEAST: &[u8; LONGEST_DATETIME] = b"0000-00-00 00:00:00.000000";
const MOST: &[u8; LONGEST_DATETIME] = b"9999-99-99 99:99:99.999999";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_datetimes_become_drfs() {
        for (stored, expected) in [
            ("2026-01-02 03:04:05.678901", "\"2026-01-02T03:04:05.678901Z\""),
            ("2026-01-02 03:04:05", "\"2026-01-02T03:04:05Z\""),
            // Rows that another program wrote.
            ("2026-01-02 03:04:05.000000", "\"2026-01-02T03:04:05Z\""),
            ("2026-01-02 03:04:05.5", "\"2026-01-02T03:04:05.500000Z\""),
            ("2026-01-02T03:04:05", "\"2026-01-02T03:04:05Z\""),
            ("2026-01-02T03:04:05+01:00", "\"2026-01-02T02:04:05Z\""),
        ] {
            let mut out = Vec::new();
            write_stored_datetime(&mut out, stored).expect(stored);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
