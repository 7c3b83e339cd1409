//! A number: DRF's `FloatField`.

use belleville_db::json::{Json, write_constant, write_f64};
use belleville_db::{FieldValue as _, Result, Value, ValueRef, python};

use super::integer::LONGEST_NUMBER;
use super::{Field, Messages, Shape, ValidationError};
use crate::field_defaults::FieldDefaults;
use crate::value::Validated;

/// A double.
#[derive(Clone, Debug, Default)]
pub struct FloatField {
    min_value: Option<Limit>,
    max_value: Option<Limit>,
}

/// A limit as it was given, whole or not, which is what messages show.
#[derive(Clone, Debug)]
struct Limit {
    given: Json,
    number: f64,
}

impl Limit {
    fn of(given: Json) -> Self {
        let number = match &given {
            Json::Int(number) => *number as f64,
            Json::Float(number) => *number,
            _ => panic!("the limit of a FloatField is a number"),
        };
        Self { given, number }
    }
}

impl FloatField {
    /// Any number.
    pub const fn new() -> Self {
        Self { min_value: None, max_value: None }
    }

    /// The least number: `1` or `0.5`.
    ///
    /// # Panics
    /// At start, when it is no number.
    #[must_use]
    pub fn min_value(self, least: impl Into<Json>) -> Self {
        Self { min_value: Some(Limit::of(least.into())), ..self }
    }

    /// The greatest number.
    ///
    /// # Panics
    /// At start, when it is no number.
    #[must_use]
    pub fn max_value(self, greatest: impl Into<Json>) -> Self {
        Self { max_value: Some(Limit::of(greatest.into())), ..self }
    }

    fn checked(&self, number: f64) -> Vec<ValidationError> {
        let too_great = self.max_value.as_ref().filter(|greatest| number > greatest.number);
        let too_small = self.min_value.as_ref().filter(|least| number < least.number);
        let message =
            |code, limit: &Limit| ValidationError::of(code).with(code, python::str_of(&limit.given));
        let great = too_great.map(|greatest| message("max_value", greatest));
        great.into_iter().chain(too_small.map(|least| message("min_value", least))).collect()
    }
}

impl Field for FloatField {
    fn error_messages(&self) -> Messages {
        &[
            ("invalid", "A valid number is required."),
            ("max_value", "Ensure this value is less than or equal to {max_value}."),
            ("min_value", "Ensure this value is greater than or equal to {min_value}."),
            ("max_string_length", "String value too large."),
            ("overflow", "Integer value too large to convert to float"),
        ]
    }

    fn shape(&self) -> Shape {
        let given = |limit: &Option<Limit>| limit.as_ref().map(|limit| limit.given.clone());
        Shape {
            min_value: given(&self.min_value),
            max_value: given(&self.max_value),
            ..Shape::new("float").format("double")
        }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let number = match data {
            Json::Bool(value) => Some(if *value { 1.0 } else { 0.0 }),
            Json::Int(number) => Some(*number as f64),
            Json::Float(number) => Some(*number),
            Json::BigInt(digits) => match digits.parse::<f64>() {
                Ok(number) if number.is_infinite() => return Err(ValidationError::of("overflow")),
                parsed => parsed.ok(),
            },
            Json::Str(text) if text.chars().count() > LONGEST_NUMBER => {
                return Err(ValidationError::of("max_string_length"));
            }
            Json::Str(text) => python::parse_float(text),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite()).ok_or(ValidationError::of("invalid"))?;
        Ok(Validated::Value(Value::Float(number)))
    }

    fn refuse(&self, _: &crate::Given<'_>) -> ValidationError {
        ValidationError::of("invalid")
    }

    fn validate(&self, value: &Validated, _: &crate::Given<'_>) -> Vec<ValidationError> {
        match value.value() {
            Some(Value::Float(number)) => self.checked(*number),
            _ => Vec::new(),
        }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let number = f64::from_value(value)?;
        if number.is_finite() || FieldDefaults::current().is_strict() {
            write_f64(out, number);
        } else {
            write_constant(out, number);
        }
        Ok(())
    }
}
