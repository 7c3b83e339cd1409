//! A time of day: DRF's `TimeField`.

use belleville_db::datetime::{LocalDateTime, parse_time, strftime, time_text};
use belleville_db::json::{Json, write_str};
use belleville_db::{Date, FieldValue as _, Result, Time, Value, ValueRef};

use super::formats::{self, InputFormats, OutputFormat, format_options};
use super::{Field, Messages, Shape, ValidationError};
use crate::Given;
use crate::field_defaults::FieldDefaults;
use crate::value::Validated;

/// What messages say of ISO 8601.
pub(crate) const ISO_8601: &str = "hh:mm[:ss[.uuuuuu]]";

/// The day that Python formats a time of day with.
const FIRST_DAY: Date = Date::constant(1900, 1, 1);

/// A time of day. An offset in ISO 8601 is read and dropped.
#[derive(Clone, Debug, Default)]
pub struct TimeField {
    format: Option<OutputFormat>,
    input_formats: Option<InputFormats>,
}

impl TimeField {
    /// A field that reads and shows what the settings say: ISO 8601.
    pub const fn new() -> Self {
        Self { format: None, input_formats: None }
    }
}

format_options!(TimeField, time, " It is shown as DRF's renderer shows a `time`: DRF's `format=None`.");

impl Field for TimeField {
    fn error_messages(&self) -> Messages {
        &[("invalid", "Time has wrong format. Use one of these formats instead: {format}.")]
    }

    fn shape(&self) -> Shape {
        Shape::new("time").format("time")
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let Json::Str(text) = data else { return Err(self.wrong_format()) };
        let iso_8601 = |text: &str| parse_time(text).ok();
        let time = formats::read(self.input(), text, iso_8601, |local| local.at.time());
        time.map(|time| Validated::Value(Value::Time(time))).ok_or_else(|| self.wrong_format())
    }

    fn refuse(&self, _: &Given<'_>) -> ValidationError {
        self.wrong_format()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let time = Time::from_value(value)?;
        match self.output() {
            OutputFormat::Iso8601 | OutputFormat::Unformatted => write_str(out, &time_text(time)),
            OutputFormat::Strftime(format) => {
                write_str(out, &strftime(format, &LocalDateTime::naive(FIRST_DAY.to_datetime(time)), None));
            }
        }
        Ok(())
    }
}
