//! A point in time: DRF's `DateTimeField`.

use belleville_db::datetime::parse_datetime;
use belleville_db::json::Json;
use belleville_db::{Detail, ErrorDetail, Result, Value, ValueRef, parse_stored, write_iso_8601};

use super::{FieldType, cannot_show};

/// DRF's message about a text that is no point in time, and its code.
type Refusal = (&'static str, &'static str);

/// What is no point in time.
const WRONG_FORMAT: Refusal = (
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
    "invalid",
);

/// A point in time that is none in UTC: before the year 1 or after 9999.
const OUT_OF_RANGE: Refusal = ("Datetime value out of range.", "overflow");

#[derive(Debug)]
pub(super) struct DateTime;

impl FieldType for DateTime {
    fn name(&self) -> &'static str {
        "datetime"
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        match given {
            Json::Str(text) => read(text).map(Value::DateTime).map_err(|wrong| message(wrong).into()),
            _ => Err(message(WRONG_FORMAT).into()),
        }
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        message(WRONG_FORMAT)
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        match value {
            ValueRef::Text(text) => write_stored_datetime(out, text)?,
            ValueRef::DateTime(at) => write_iso_8601(out, at),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

/// A time without an offset is UTC.
fn read(text: &str) -> Result<belleville_db::DateTime, Refusal> {
    parse_datetime(text).map_err(|_| WRONG_FORMAT)?.in_utc().ok_or(OUT_OF_RANGE)
}

fn message((text, code): (&str, &'static str)) -> ErrorDetail {
    ErrorDetail::new(text, code)
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
    use belleville_db::stored;

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

    #[test]
    fn points_in_time_are_djangos() {
        // Each row is what DRF 3.18's `DateTimeField` makes of the text, on Python 3.11 and with the time zone UTC.
        for (text, expected) in [
            ("2020-01-02", Ok("2020-01-02 00:00:00")),
            ("20200102", Ok("2020-01-02 00:00:00")),
            ("2020-W01-5", Ok("2020-01-03 00:00:00")),
            ("2020W015", Ok("2020-01-03 00:00:00")),
            ("2020W01", Ok("2019-12-30 00:00:00")),
            ("2020-01-02T03:04:05", Ok("2020-01-02 03:04:05")),
            ("2020-01-02 03:04:05.678901", Ok("2020-01-02 03:04:05.678901")),
            ("2020-01-02T03:04", Ok("2020-01-02 03:04:00")),
            ("2020-01-02T03", Ok("2020-01-02 03:00:00")),
            ("20200102T030405", Ok("2020-01-02 03:04:05")),
            ("2020-01-02T03:04:05Z", Ok("2020-01-02 03:04:05")),
            ("2020-01-02T03:04:05+02:00", Ok("2020-01-02 01:04:05")),
            ("2020-01-02T03:04:05-0230", Ok("2020-01-02 05:34:05")),
            ("2020-01-02T03:04:05.1+02:00:30.5", Ok("2020-01-02 01:03:34.600000")),
            ("2020-1-2 3:4", Ok("2020-01-02 03:04:00")),
            ("2020-1-2T3:4:5,6 +02", Ok("2020-01-02 01:04:05.600000")),
            ("2020-01-02 03:04:05.1234567890 -05:30", Ok("2020-01-02 08:34:05.123456")),
            ("0001-01-01T00:00:00+01:00", Err(OUT_OF_RANGE)),
            ("9999-12-31T23:59:59-01:00", Err(OUT_OF_RANGE)),
            ("2020-02-30T00:00:00Z", Err(WRONG_FORMAT)),
            ("2020-01-02T24:00:00", Err(WRONG_FORMAT)),
            ("2020-01-02T23:60", Err(WRONG_FORMAT)),
            ("2020-01-02T23:59:60", Err(WRONG_FORMAT)),
            ("2020-01-02T03:04:05+24:00", Err(WRONG_FORMAT)),
            ("2020-01-02T03:04:05+23:59", Ok("2020-01-01 03:05:05")),
            ("2020-01-02T03:04:05z", Err(WRONG_FORMAT)),
            ("2020-01-02x03:04:05", Ok("2020-01-02 03:04:05")),
            ("٢٠٢٠-٠١-٠٢ ٠٣:٠٤:٠٥", Ok("2020-01-02 03:04:05")),
            ("2021-W53-1", Err(WRONG_FORMAT)),
            ("2020-01-02T03:04:05.123456789", Ok("2020-01-02 03:04:05.123456")),
            ("2020-01-02 03:04:05 Z\n", Ok("2020-01-02 03:04:05")),
            ("0000-01-01", Err(WRONG_FORMAT)),
            ("", Err(WRONG_FORMAT)),
            ("2020-01-02T10:+00:00", Ok("2020-01-02 10:00:00")),
            ("2020-01-02é10:00", Ok("2020-01-02 10:00:00")),
            ("1-1-1 1:1", Err(WRONG_FORMAT)),
        ] {
            assert_eq!(read(text).map(stored).as_deref().map_err(|message| *message), expected, "{text}");
        }
    }
}
