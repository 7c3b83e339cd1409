//! A point in time: DRF's `DateTimeField`.

use belleville_db::json::{Json, write_str};
use belleville_db::{ErrorDetail, Result, Value, ValueRef, parse_stored};

use super::{FieldType, iso_8601, write_plain};

#[derive(Debug)]
pub(super) struct DateTime;

impl FieldType for DateTime {
    fn name(&self) -> &'static str {
        "datetime"
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, ErrorDetail> {
        match given {
            Json::Str(text) => iso_8601::parse(text).map(Value::DateTime).map_err(message),
            _ => Err(message(iso_8601::WRONG_FORMAT)),
        }
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        message(iso_8601::WRONG_FORMAT)
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        match value {
            ValueRef::Text(text) => write_stored_datetime(out, text),
            other => write_plain(out, other),
        }
    }
}

fn message((text, code): (&str, &'static str)) -> ErrorDetail {
    ErrorDetail::new(text, code)
}

/// SQLite's text of a datetime differs from JSON's by a `T` and a `Z`.
fn write_stored_datetime(out: &mut Vec<u8>, text: &str) -> Result<()> {
    if !is_plain(text.as_bytes()) {
        write_str(out, &belleville_db::iso_8601(parse_stored(text)?));
        return Ok(());
    }
    let (date, time) = text.split_at(10);
    out.push(b'"');
    out.extend_from_slice(date.as_bytes());
    out.push(b'T');
    out.extend_from_slice(&time.as_bytes()[1..]);
    out.extend_from_slice(b"Z\"");
    Ok(())
}

/// Whether a text is `YYYY-MM-DD HH:MM:SS` or the same with six digits of a second that are not all zero.
fn is_plain(text: &[u8]) -> bool {
    const SHAPE: &[u8; 26] = b"0000-00-00 00:00:00.000000";
    let fits = text.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    });
    fits && (text.len() == 19 || (text.len() == 26 && &text[20..] != b"000000"))
}

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
            ("2026-01-02T03:04:05+01:00", "\"2026-01-02T02:04:05Z\""),
        ] {
            let mut out = Vec::new();
            write_stored_datetime(&mut out, stored).expect(stored);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
