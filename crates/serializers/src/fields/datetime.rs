//! A point in time: DRF's `DateTimeField`.

use belleville_db::datetime::{LocalDateTime, TimeZone, parse_datetime, strftime};
use belleville_db::json::{Json, write_str};
use belleville_db::{DateTime, FieldValue as _, Result, Value, ValueRef, parse_stored, write_iso_8601};

use super::formats::{self, InputFormats, OutputFormat};
use super::{Field, Invalid, Messages, Shape, cannot_show};
use crate::field_defaults::FieldDefaults;
use crate::value::{Note, Validated};
use crate::{Context, Given};

/// What messages say of ISO 8601.
pub(crate) const ISO_8601: &str = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]";

/// A point in time. Input without an offset is of the field's time zone, in which it is also shown: that of the program, where
/// the field has none of its own.
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

    /// How it is shown: a format of Python's `strftime`, or `iso-8601`.
    #[must_use]
    pub fn format(self, format: &'static str) -> Self {
        Self { format: Some(OutputFormat::of(format)), ..self }
    }

    /// It is shown as DRF's renderer shows a `datetime`: one of a row in UTC, and one of input in the field's time zone. DRF's
    /// `format=None`.
    #[must_use]
    pub fn unformatted(self) -> Self {
        Self { format: Some(OutputFormat::Unformatted), ..self }
    }

    /// What input may look like: formats of Python's `strptime`, or `iso-8601`. The first that fits counts. Of names of time
    /// zones (`%Z`) they take `UTC` and `GMT`.
    ///
    /// # Panics
    /// At start, when one of them is no format.
    #[must_use]
    pub fn input_formats(self, formats: impl IntoIterator<Item = &'static str>) -> Self {
        Self { input_formats: Some(InputFormats::new(formats, ISO_8601)), ..self }
    }

    /// The time zone of the field.
    #[must_use]
    pub fn default_timezone(self, time_zone: TimeZone) -> Self {
        Self { default_timezone: Some(time_zone), ..self }
    }

    fn time_zone(&self) -> TimeZone {
        self.default_timezone.unwrap_or_else(TimeZone::current)
    }

    fn wrong_format(&self) -> Invalid {
        Invalid::of("invalid").with("format", formats::shown(self.input(), ISO_8601))
    }

    /// How it is shown.
    fn output(&self) -> &OutputFormat {
        self.format.as_ref().unwrap_or_else(|| &FieldDefaults::current().datetime().output)
    }

    /// What input may look like.
    fn input(&self) -> Option<&InputFormats> {
        self.input_formats.as_ref().or_else(|| FieldDefaults::current().datetime().input.as_ref())
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
            true => Validated::Noted(Value::DateTime(utc), Note::Local(shown)),
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

    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        let Json::Str(text) = data else { return Err(self.wrong_format()) };
        let iso_8601 = |text: &str| parse_datetime(text).ok();
        let local = formats::read(self.input(), text, iso_8601, |local| local);
        self.value(local.ok_or_else(|| self.wrong_format())?).ok_or(Invalid::of("overflow"))
    }

    fn refuse(&self, _: &Given<'_>) -> Invalid {
        self.wrong_format()
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
        match value {
            Validated::Noted(Value::DateTime(utc), Note::Local(local)) => {
                let zone = self.time_zone();
                self.show(local, zone, before_skipped(local, zone, *utc), out);
                Ok(())
            }
            value => {
                let value = value.value().ok_or_else(cannot_show)?;
                self.to_representation(value.as_ref(), out)
            }
        }
    }
}

/// A point in time at which a time zone has the name that it has at one that its clocks show; of one that they skip, the name
/// from before.
fn before_skipped(local: &LocalDateTime, zone: TimeZone, utc: DateTime) -> DateTime {
    let shown = zone.to_local(utc).filter(|shown| shown.offset != local.offset);
    shown.and_then(|shown| utc.checked_sub(shown.at.duration_since(local.at)).ok()).unwrap_or(utc)
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
