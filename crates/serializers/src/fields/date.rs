//! A date: DRF's `DateField`.

use belleville_db::datetime::{LocalDateTime, parse_date, strftime};
use belleville_db::json::{Json, write_str};
use belleville_db::{Date, FieldValue as _, Result, Value, ValueRef};

use super::formats::{self, InputFormats, OutputFormat};
use super::{Field, Invalid, Messages, Shape};
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

    /// How it is shown: a format of Python's `strftime`, or `iso-8601`.
    #[must_use]
    pub fn format(self, format: &'static str) -> Self {
        Self { format: Some(OutputFormat::of(format)), ..self }
    }

    /// It is shown as DRF's renderer shows a `date`: DRF's `format=None`.
    #[must_use]
    pub fn unformatted(self) -> Self {
        Self { format: Some(OutputFormat::Unformatted), ..self }
    }

    /// What input may look like: formats of Python's `strptime`, or `iso-8601`. The first that fits counts.
    ///
    /// # Panics
    /// At start, when one of them is no format.
    #[must_use]
    pub fn input_formats(self, formats: impl IntoIterator<Item = &'static str>) -> Self {
        Self { input_formats: Some(InputFormats::new(formats, ISO_8601)), ..self }
    }

    fn wrong_format(&self) -> Invalid {
        Invalid::of("invalid").with("format", formats::shown(self.input(), ISO_8601))
    }

    /// How it is shown.
    fn output(&self) -> &OutputFormat {
        self.format.as_ref().unwrap_or_else(|| &FieldDefaults::current().date().output)
    }

    /// What input may look like.
    fn input(&self) -> Option<&InputFormats> {
        self.input_formats.as_ref().or_else(|| FieldDefaults::current().date().input.as_ref())
    }
}

/// Whether a text is a date as it is shown: `YYYY-MM-DD`.
fn is_iso_8601(text: &[u8]) -> bool {
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0')))
    };
    let [year @ .., b'-', month_10, month_1, b'-', day_10, day_1] = text else { return false };
    let (year, month, day) = (number(year), number(&[*month_10, *month_1]), number(&[*day_10, *day_1]));
    match (year, month, day) {
        (Some(year @ 1..), Some(month), Some(day)) if text.len() == 10 => {
            Date::new(year, month as i8, day as i8).is_ok()
        }
        _ => false,
    }
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

    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        let Json::Str(text) = data else { return Err(self.wrong_format()) };
        let iso_8601 = |text: &str| parse_date(text).ok();
        let date = formats::read(self.input(), text, iso_8601, |local| local.at.date());
        date.map(|date| Validated::Value(Value::Date(date))).ok_or_else(|| self.wrong_format())
    }

    fn refuse(&self, _: &Given<'_>) -> Invalid {
        self.wrong_format()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        if let (ValueRef::Text(text), OutputFormat::Iso8601 | OutputFormat::Unformatted) =
            (value, self.output())
            && is_iso_8601(text.as_bytes())
        {
            write_str(out, text);
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
