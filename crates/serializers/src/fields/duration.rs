//! A length of time: DRF's `DurationField`.

use belleville_db::datetime::{
    duration_iso_string, duration_string, parse_duration, timedelta_text, total_seconds,
};
use belleville_db::json::{Json, write_str};
use belleville_db::validators::Limit;
use belleville_db::{Duration, FieldValue as _, Result, Value, ValueRef, python};

use super::{Field, Messages, Shape, ValidationError};
use crate::Given;
use crate::field_defaults::FieldDefaults;
use crate::value::Validated;

/// The days of Python's longest length of time.
const MOST_DAYS: i64 = 999_999_999;

/// A length of time. Input may be Django's form, ISO 8601 or PostgreSQL's, or a number of seconds.
#[derive(Clone, Debug, Default)]
pub struct DurationField {
    /// The program's setting, where there is none.
    format: Option<DurationFormat>,
    min_value: Option<Bound>,
    max_value: Option<Bound>,
}

/// The shortest or the longest length.
#[derive(Clone, Copy, Debug)]
enum Bound {
    Fixed(Duration),
    /// That of a model's validator, which is computed at each check.
    Computed(Limit),
}

impl Bound {
    fn length(self) -> Option<Duration> {
        match self {
            Self::Fixed(length) => Some(length),
            Self::Computed(limit) => Duration::from_value(limit.value().as_ref()).ok(),
        }
    }
}

/// How a length is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DurationFormat {
    Django,
    Iso8601,
    /// As DRF's renderer shows a `timedelta`: its seconds.
    Unformatted,
}

impl DurationFormat {
    /// The format of this name, in letters of any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "django" => Some(Self::Django),
            "iso-8601" => Some(Self::Iso8601),
            _ => None,
        }
    }
}

impl DurationField {
    /// A field that shows Django's form, `3 04:05:06.000007`, unless the setting `duration_format` says another.
    pub const fn new() -> Self {
        Self { format: None, min_value: None, max_value: None }
    }

    /// How it is shown: `django` or `iso-8601`.
    ///
    /// # Panics
    /// At start, when it is neither.
    #[must_use]
    pub fn format(self, format: &'static str) -> Self {
        let Some(known) = DurationFormat::named(format) else {
            panic!("the duration format `{format}`: it is `django` or `iso-8601`")
        };
        Self { format: Some(known), ..self }
    }

    /// It is shown as its seconds, in a text: DRF's `format=None`.
    #[must_use]
    pub const fn unformatted(self) -> Self {
        Self { format: Some(DurationFormat::Unformatted), ..self }
    }

    /// The shortest length.
    #[must_use]
    pub const fn min_value(self, shortest: Duration) -> Self {
        Self { min_value: Some(Bound::Fixed(shortest)), ..self }
    }

    /// The longest length.
    #[must_use]
    pub const fn max_value(self, longest: Duration) -> Self {
        Self { max_value: Some(Bound::Fixed(longest)), ..self }
    }

    /// The bounds of a model's validators.
    pub(super) fn limited(self, shortest: Option<Limit>, longest: Option<Limit>) -> Self {
        Self { min_value: shortest.map(Bound::Computed), max_value: longest.map(Bound::Computed), ..self }
    }

    fn wrong_format() -> ValidationError {
        ValidationError::of("invalid").with("format", "[DD] [HH:[MM:]]ss[.uuuuuu]")
    }
}

impl Field for DurationField {
    fn error_messages(&self) -> Messages {
        &[
            ("invalid", "Duration has wrong format. Use one of these formats instead: {format}."),
            ("max_value", "Ensure this value is less than or equal to {max_value}."),
            ("min_value", "Ensure this value is greater than or equal to {min_value}."),
            ("overflow", "The number of days must be between {min_days} and {max_days}."),
        ]
    }

    fn shape(&self) -> Shape {
        let text = |bound: Option<Bound>| Some(Json::from(timedelta_text(bound?.length()?)));
        Shape {
            min_value: text(self.min_value),
            max_value: text(self.max_value),
            ..Shape::new("duration").format("duration")
        }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        match parse_duration(&python::str_of(data)) {
            Ok(Some(length)) => Ok(Validated::Value(Value::Duration(length))),
            Ok(None) => Err(Self::wrong_format()),
            Err(_) => {
                Err(ValidationError::of("overflow").with("min_days", -MOST_DAYS).with("max_days", MOST_DAYS))
            }
        }
    }

    fn takes_names_of_files(&self) -> bool {
        true
    }

    fn refuse(&self, _: &Given<'_>) -> ValidationError {
        Self::wrong_format()
    }

    fn validate(&self, value: &Validated, _: &Given<'_>) -> Vec<ValidationError> {
        let Some(Value::Duration(length)) = value.value() else { return Vec::new() };
        let too_long = self.max_value.and_then(Bound::length).filter(|longest| length > longest);
        let too_short = self.min_value.and_then(Bound::length).filter(|shortest| length < shortest);
        let message = |code, limit| ValidationError::of(code).with(code, timedelta_text(limit));
        let long = too_long.map(|longest| message("max_value", longest));
        long.into_iter().chain(too_short.map(|shortest| message("min_value", shortest))).collect()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let length = Duration::from_value(value)?;
        let text = match self.format.unwrap_or_else(|| FieldDefaults::current().duration()) {
            DurationFormat::Django => duration_string(length),
            DurationFormat::Iso8601 => duration_iso_string(length),
            DurationFormat::Unformatted => python::float_repr(total_seconds(length)),
        };
        write_str(out, &text);
        Ok(())
    }
}
