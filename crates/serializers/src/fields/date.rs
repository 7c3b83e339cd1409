//! A date: DRF's `DateField`.

use belleville_db::datetime::{LocalDateTime, parse_date, strftime, usual_date};
use belleville_db::json::{Json, write_str};
use belleville_db::{Date, FieldValue as _, Result, Value, ValueRef};

use super::datetime::Form;
use super::formats::{self, InputFormats, OutputFormat, format_options};
use super::{AsIs, Field, Messages, Reading, Shape, ValidationError};
use crate::Given;
use crate::field_defaults::FieldDefaults;
use crate::value::Validated;

/// What messages say of ISO 8601.
pub(crate) const ISO_8601: &str = "YYYY-MM-DD";

/// A date.
#[derive(Clone, Debug, Default)]
pub struct DateField {
    format: Option<OutputFormat>,
    input_formats: Option<InputFormats>,
}

impl DateField {
    /// A field that reads and shows what the settings say: ISO 8601.
    pub const fn new() -> Self {
        Self { format: None, input_formats: None }
    }

    /// The date that a text is.
    fn value_of(&self, text: &str) -> Result<Validated, ValidationError> {
        let iso_8601 = |text: &str| parse_date(text).ok();
        let date = formats::read(self.input(), text, iso_8601, |local| local.at.date());
        date.map(|date| Validated::Value(Value::Date(date))).ok_or_else(|| self.wrong_format())
    }
}

format_options!(DateField, date, " It is shown as DRF's renderer shows a `date`: DRF's `format=None`.");

static DATE: Form<10> = Form::new(*b"0000-00-00");

/// Writes a text that is a date as it is shown, `YYYY-MM-DD`; whether it is one.
pub(crate) fn write_iso_date(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let Ok(text) = <&[u8; 10]>::try_from(text) else { return false };
    if !DATE.is_of(text) {
        return false;
    }
    let pair = |at: usize| (text[at] - b'0') * 10 + (text[at + 1] - b'0');
    let (century, year, month, day) = (pair(0), pair(2), pair(5).cast_signed(), pair(8).cast_signed());
    let year = i16::from(century) * 100 + i16::from(year);
    // Every month has 28 days.
    let is_plain = year > 0 && (1..=12).contains(&month) && (1..=28).contains(&day);
    if !is_plain && (year == 0 || Date::new(year, month, day).is_err()) {
        return false;
    }
    let mut json = [b'"'; 12];
    json[1..11].copy_from_slice(text);
    out.extend_from_slice(&json);
    true
}

impl Field for DateField {
    fn error_messages(&self) -> Messages {
        &[
            ("invalid", "Date has wrong format. Use one of these formats instead: {format}."),
            ("datetime", "Expected a date but got a datetime."),
        ]
    }

    fn shape(&self) -> Shape {
        Shape::new("date").format("date")
    }

    fn read_text(
        &self,
        text: &str,
        given: &Given<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Validated, ValidationError> {
        match given {
            Given::Value(_) => self.value_of(text),
            given => self.read(given, reading),
        }
    }

    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        let Json::Str(text) = data else { return None };
        let is_read = self.input().is_none_or(InputFormats::begin_with_iso_8601);
        let date = is_read.then(|| usual_date(text.as_bytes())).flatten()?;
        Some(Validated::Value(Value::Date(date)))
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        match data {
            Json::Str(text) => self.value_of(text),
            _ => Err(self.wrong_format()),
        }
    }

    fn refuse(&self, _: &Given<'_>) -> ValidationError {
        self.wrong_format()
    }

    fn as_is(&self) -> AsIs {
        if self.format.is_none() { AsIs::Date } else { AsIs::Nothing }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        if let (ValueRef::Text(text), OutputFormat::Iso8601 | OutputFormat::Unformatted) =
            (value, self.output())
            && write_iso_date(out, text.as_bytes())
        {
            return Ok(());
        }
        let date = Date::from_value(value)?;
        match self.output() {
            OutputFormat::Iso8601 | OutputFormat::Unformatted => write_str(out, &date.to_string()),
            OutputFormat::Strftime(format) => {
                write_str(out, &strftime(format, &LocalDateTime::naive(date.at(0, 0, 0, 0)), None));
            }
        }
        Ok(())
    }
}
