//! A point in time: DRF's `DateTimeField`.

use belleville_db::datetime::{LocalDateTime, TimeZone, parse_datetime, strftime};
use belleville_db::json::{Json, write_str};
use belleville_db::{DateTime, FieldValue as _, Result, Value, ValueRef, parse_stored, write_iso_8601};

use super::formats::{self, InputFormats, OutputFormat, format_options};
use super::{AsIs, Field, Messages, Shape, ValidationError, cannot_show};
use crate::field_defaults::FieldDefaults;
use crate::value::{Note, Validated};
use crate::{Context, Given};

/// What messages say of ISO 8601.
pub(crate) const ISO_8601: &str = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]";

/// A point in time. Input without an offset is of the field's time zone, in which it is also shown: that of the program, where
/// the field has none of its own. Of names of time zones (`%Z`) its input formats take `UTC` and `GMT`.
#[derive(Clone, Debug, Default)]
pub struct DateTimeField {
    format: Option<OutputFormat>,
    input_formats: Option<InputFormats>,
    default_timezone: Option<TimeZone>,
}

impl DateTimeField {
    /// A field that reads and shows what the settings say: ISO 8601.
    pub const fn new() -> Self {
        Self { format: None, input_formats: None, default_timezone: None }
    }

    /// The time zone of the field.
    #[must_use]
    pub fn default_timezone(self, time_zone: TimeZone) -> Self {
        Self { default_timezone: Some(time_zone), ..self }
    }

    fn time_zone(&self) -> TimeZone {
        self.default_timezone.unwrap_or_else(TimeZone::current)
    }

    /// The point in time, with what a clock of the field shows then, where that does not follow from it. It has a date in UTC
    /// and in the field's time zone. DRF's `enforce_timezone`.
    fn value(&self, given: LocalDateTime) -> Option<Validated> {
        let zone = self.time_zone();
        let aware = given.in_time_zone(zone);
        let utc = aware.in_utc()?;
        let local = zone.to_local(utc)?;
        // A time that clocks skip is kept as it is.
        let shown = if given.offset.is_some() { local } else { aware };
        let is_kept =
            shown != local || (matches!(self.output(), OutputFormat::Unformatted) && !zone.is_utc());
        Some(match is_kept {
            true => Validated::noted(Value::DateTime(utc), Note::Local(shown)),
            false => Validated::Value(Value::DateTime(utc)),
        })
    }

    /// Writes what a clock of a time zone shows at a point in time.
    fn show(&self, local: &LocalDateTime, zone: TimeZone, utc: DateTime, out: &mut Vec<u8>) {
        match self.output() {
            OutputFormat::Strftime(format) => {
                write_str(out, &strftime(format, local, Some(&zone.abbreviation(utc))));
            }
            OutputFormat::Iso8601 | OutputFormat::Unformatted => write_str(out, &local.iso_8601()),
        }
    }
}

format_options!(
    DateTimeField,
    datetime,
    " It is shown as DRF's renderer shows a `datetime`: one of a row in UTC, and one of input in the field's time zone. DRF's"
    " `format=None`."
);

impl Field for DateTimeField {
    fn error_messages(&self) -> Messages {
        &[
            ("invalid", "Datetime has wrong format. Use one of these formats instead: {format}."),
            ("date", "Expected a datetime but got a date."),
            ("make_aware", "Invalid datetime for the timezone \"{timezone}\"."),
            ("overflow", "Datetime value out of range."),
        ]
    }

    fn shape(&self) -> Shape {
        Shape::new("datetime").format("date-time")
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let Json::Str(text) = data else { return Err(self.wrong_format()) };
        let iso_8601 = |text: &str| parse_datetime(text).ok();
        let local = formats::read(self.input(), text, iso_8601, |local| local);
        self.value(local.ok_or_else(|| self.wrong_format())?).ok_or(ValidationError::of("overflow"))
    }

    fn refuse(&self, _: &Given<'_>) -> ValidationError {
        self.wrong_format()
    }

    fn as_is(&self) -> AsIs {
        if self.format.is_none() && self.default_timezone.is_none() { AsIs::DateTime } else { AsIs::Nothing }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let zone = self.time_zone();
        let is_utc = zone.is_utc() || matches!(self.output(), OutputFormat::Unformatted);
        match (value, self.output()) {
            (ValueRef::Text(text), OutputFormat::Iso8601 | OutputFormat::Unformatted) if is_utc => {
                return write_stored_datetime(out, text);
            }
            (ValueRef::DateTime(at), OutputFormat::Iso8601 | OutputFormat::Unformatted) if is_utc => {
                write_iso_8601(out, at);
                return Ok(());
            }
            _ => {}
        }
        let utc = DateTime::from_value(value)?;
        let local = zone.to_local(utc).ok_or_else(cannot_show)?;
        self.show(&local, zone, utc, out);
        Ok(())
    }

    fn represent(&self, value: &Validated, _: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        if let Validated::Noted(noted) = value
            && let (Value::DateTime(utc), Note::Local(local)) = (&noted.value, &noted.note)
        {
            let zone = self.time_zone();
            self.show(local, zone, before_skipped(local, zone, *utc), out);
            return Ok(());
        }
        let value = value.value().ok_or_else(cannot_show)?;
        self.to_representation(value.as_ref(), out)
    }
}

/// A point in time at which a time zone has the name that it has at one that its clocks show; of one that they skip, the name
/// from before.
fn before_skipped(local: &LocalDateTime, zone: TimeZone, utc: DateTime) -> DateTime {
    let shown = zone.to_local(utc).filter(|shown| shown.offset != local.offset);
    shown.and_then(|shown| utc.checked_sub(shown.at.duration_since(local.at)).ok()).unwrap_or(utc)
}

/// Writes SQLite's text of a datetime, which differs from JSON's by a `T` and a `Z`.
fn write_stored_datetime(out: &mut Vec<u8>, text: &str) -> Result<()> {
    if !write_plain_datetime(out, text.as_bytes()) {
        write_iso_8601(out, parse_stored(text)?);
    }
    Ok(())
}

/// The same of a text that is `YYYY-MM-DD HH:MM:SS`, or the same with six digits of a second that are not all zero; whether it was.
pub(crate) fn write_plain_datetime(out: &mut Vec<u8>, text: &[u8]) -> bool {
    if let Ok(text) = <&[u8; LONGEST_DATETIME]>::try_from(text) {
        if !WITH_MICROSECONDS.is_of(text) || text[19..] == *b".000000" {
            return false;
        }
        let mut json = *b"\"0000-00-00T00:00:00.000000Z\"";
        json[1..27].copy_from_slice(text);
        json[11] = b'T';
        out.extend_from_slice(&json);
        return true;
    }
    let Ok(text) = <&[u8; 19]>::try_from(text) else { return false };
    if !WITH_SECONDS.is_of(text) {
        return false;
    }
    let mut json = *b"\"0000-00-00T00:00:00Z\"";
    json[1..20].copy_from_slice(text);
    json[11] = b'T';
    out.extend_from_slice(&json);
    true
}

const LONGEST_DATETIME: usize = 26;

static WITH_MICROSECONDS: Form<LONGEST_DATETIME> = Form::new(*b"0000-00-00 00:00:00.000000");
static WITH_SECONDS: Form<19> = Form::new(*b"0000-00-00 00:00:00");

/// How texts of one length are written: digits where the form has zeros, and otherwise the same bytes.
pub(super) struct Form<const N: usize> {
    bytes: [u8; N],
    /// The bits in which a digit may differ from a zero.
    digits: [u8; N],
}

impl<const N: usize> Form<N> {
    /// A form of eight bytes or more.
    pub(super) const fn new(bytes: [u8; N]) -> Self {
        assert!(N >= 8);
        let mut digits = [0; N];
        let mut at = 0;
        while at < N {
            if bytes[at] == b'0' {
                digits[at] = 0x7f;
            }
            at += 1;
        }
        Self { bytes, digits }
    }

    /// Whether a text has this form. Eight bytes are compared at once.
    pub(super) fn is_of(&self, text: &[u8; N]) -> bool {
        let word = |bytes: &[u8; N], at: usize| {
            bytes.get(at..at + 8).and_then(|word| word.try_into().ok()).map_or(0, u64::from_le_bytes)
        };
        let wrong = |at: usize| {
            // A digit becomes its number, and any other byte of the form nothing.
            let rest = word(text, at) ^ word(&self.bytes, at);
            let above_nine =
                (rest.wrapping_add(u64::from_le_bytes([0x76; 8])) | rest) & u64::from_le_bytes([0x80; 8]);
            above_nine | (rest & !word(&self.digits, at))
        };
        let whole = (0..N / 8).fold(0, |found, at| found | wrong(at * 8));
        (whole | wrong(N - 8)) == 0
    }
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
            ("2026-01-02T03:04:05", "\"2026-01-02T03:04:05Z\""),
            ("2026-01-02T03:04:05+01:00", "\"2026-01-02T02:04:05Z\""),
        ] {
            let mut out = Vec::new();
            write_stored_datetime(&mut out, stored).expect(stored);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn a_text_is_plain_where_it_has_digits_and_the_signs_between_them() {
        for plain in ["2026-01-02 03:04:05.678901", "2026-01-02 03:04:05", "9999-99-99 99:99:99"] {
            let mut out = Vec::new();
            assert!(write_plain_datetime(&mut out, plain.as_bytes()));
            assert_eq!(String::from_utf8_lossy(&out), format!("\"{}Z\"", plain.replace(' ', "T")));
            for at in 0..plain.len() {
                let is_digit = plain.as_bytes()[at].is_ascii_digit();
                for other in 0..=u8::MAX {
                    let mut text = plain.as_bytes().to_vec();
                    text[at] = other;
                    let is_plain =
                        if is_digit { other.is_ascii_digit() } else { other == plain.as_bytes()[at] };
                    assert_eq!(write_plain_datetime(&mut Vec::new(), &text), is_plain, "{text:?}");
                }
            }
        }
    }
}
