//! A whole number: DRF's `IntegerField`.

use belleville_db::json::{Json, write_i64};
use belleville_db::validators::Limit;
use belleville_db::{FieldMeta, FieldValue, Result, Value, ValueRef, python};

use super::{Field, Invalid, Messages, Shape};
use crate::value::Validated;

/// Longer texts are not tried as numbers: DRF's `MAX_STRING_LENGTH`.
pub(super) const LONGEST_NUMBER: usize = 1000;

/// A whole number of 64 bits.
#[derive(Clone, Debug, Default)]
pub struct IntegerField {
    min_value: Option<i64>,
    max_value: Option<i64>,
}

impl IntegerField {
    /// Any number.
    pub const fn new() -> Self {
        Self { min_value: None, max_value: None }
    }

    /// The least number.
    #[must_use]
    pub const fn min_value(self, least: i64) -> Self {
        Self { min_value: Some(least), ..self }
    }

    /// The greatest number.
    #[must_use]
    pub const fn max_value(self, greatest: i64) -> Self {
        Self { max_value: Some(greatest), ..self }
    }

    /// The numbers that a model's field holds, and that its validators allow.
    pub(super) fn of(field: &FieldMeta) -> Self {
        let (least, greatest) = field.integer_range();
        let kwargs = field.field_kwargs();
        let bound = |limit| if let Some(Limit::Int(number)) = limit { Some(number) } else { None };
        let least = bound(kwargs.min_value).map_or(least, |own| own.max(least));
        let greatest = bound(kwargs.max_value).map_or(greatest, |own| own.min(greatest));
        Self::new().min_value(least).max_value(greatest)
    }

    fn too_small(&self) -> Invalid {
        Invalid::of("min_value").with("min_value", self.min_value.unwrap_or(i64::MIN))
    }

    fn too_great(&self) -> Invalid {
        Invalid::of("max_value").with("max_value", self.max_value.unwrap_or(i64::MAX))
    }
}

impl Field for IntegerField {
    fn error_messages(&self) -> Messages {
        &[
            ("invalid", "A valid integer is required."),
            ("max_value", "Ensure this value is less than or equal to {max_value}."),
            ("min_value", "Ensure this value is greater than or equal to {min_value}."),
            ("max_string_length", "String value too large."),
        ]
    }

    fn shape(&self) -> Shape {
        Shape {
            min_value: self.min_value.map(Json::from),
            max_value: self.max_value.map(Json::from),
            ..Shape::new("integer")
        }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        let text = match data {
            Json::Int(number) => return self.checked(*number),
            Json::Str(text) if text.chars().count() > LONGEST_NUMBER => {
                return Err(Invalid::of("max_string_length"));
            }
            Json::Str(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(data),
            _ => return Err(Invalid::of("invalid")),
        };
        let digits = without_zero_fraction(&text);
        match python::parse_int(digits) {
            Some(number) => self.checked(number),
            // A number of more than 64 bits.
            None if python::is_int(digits) => {
                let is_negative = python::str_strip(&text).starts_with('-');
                Err(if is_negative { self.too_small() } else { self.too_great() })
            }
            None => Err(Invalid::of("invalid")),
        }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        write_i64(out, shown(value)?);
        Ok(())
    }
}

impl IntegerField {
    fn checked(&self, number: i64) -> Result<Validated, Invalid> {
        if self.min_value.is_some_and(|least| number < least) {
            return Err(self.too_small());
        }
        if self.max_value.is_some_and(|greatest| number > greatest) {
            return Err(self.too_great());
        }
        Ok(Validated::Value(Value::Int(number)))
    }
}

/// DRF's `int()` of a column's value: SQLite keeps other numbers and texts in a column of whole numbers too.
fn shown(value: ValueRef<'_>) -> Result<i64> {
    match value {
        ValueRef::Int(n) => Ok(n),
        ValueRef::Float(x) if x.abs() < 1e15 => Ok(x.trunc() as i64),
        ValueRef::Text(text) => python::parse_int(text).map_or_else(|| i64::from_value(value), Ok),
        _ => i64::from_value(value),
    }
}

/// `5.0` and `5.` are whole.
fn without_zero_fraction(text: &str) -> &str {
    let trimmed = python::str_strip(text);
    match trimmed.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}
