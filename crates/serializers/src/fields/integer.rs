//! A whole number: DRF's `IntegerField` and `BigIntegerField`.

use belleville_db::json::{Json, write_i64, write_str};
use belleville_db::{Dialect, FieldMeta, FieldValue, Result, Value, ValueRef, python};

use super::{AsIs, Bind, Field, Messages, Shape, ValidationError};
use crate::Given;
use crate::field_defaults::FieldDefaults;
use crate::value::{Validated, too_large};

/// Longer texts are not tried as numbers: DRF's `MAX_STRING_LENGTH`.
pub(super) const LONGEST_NUMBER: usize = 1000;

/// A whole number, of an [`IntegerField`] or of a [`BigIntegerField`]. One of more than 64 bits is validated as
/// [`Json::BigInt`], and no column holds it.
#[derive(Clone, Debug, Default)]
pub struct WholeNumber<const BIG: bool> {
    pub(super) min_value: Option<i64>,
    pub(super) max_value: Option<i64>,
    pub(super) coerce_to_string: Option<bool>,
    /// The column that it sets holds 64 bits, and it has no limits of its own.
    pub(super) is_column: bool,
}

/// A whole number: DRF's `IntegerField`.
pub type IntegerField = WholeNumber<false>;

/// A whole number that JavaScript may be unable to hold: DRF's `BigIntegerField`.
pub type BigIntegerField = WholeNumber<true>;

impl BigIntegerField {
    /// Whether the output has it as a text; as the settings say, without this.
    #[must_use]
    pub const fn coerce_to_string(self, coerce_to_string: bool) -> Self {
        Self { coerce_to_string: Some(coerce_to_string), ..self }
    }
}

impl<const BIG: bool> WholeNumber<BIG> {
    /// Any number.
    pub const fn new() -> Self {
        Self { min_value: None, max_value: None, coerce_to_string: None, is_column: false }
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

    fn too_small(&self) -> ValidationError {
        ValidationError::of("min_value").with("min_value", self.min_value.unwrap_or(i64::MIN))
    }

    fn too_great(&self) -> ValidationError {
        ValidationError::of("max_value").with("max_value", self.max_value.unwrap_or(i64::MAX))
    }
}

/// The messages of a whole number, after that about what is none.
macro_rules! messages {
    ($invalid:literal) => {
        &[
            ("invalid", $invalid),
            ("max_value", "Ensure this value is less than or equal to {max_value}."),
            ("min_value", "Ensure this value is greater than or equal to {min_value}."),
            ("max_string_length", "String value too large."),
        ]
    };
}

impl<const BIG: bool> Field for WholeNumber<BIG> {
    fn bind(&mut self, options: &Bind<'_>) {
        let holds_64_bits = |field: &FieldMeta| field.kind.integer_range(Dialect::Sqlite).is_some();
        self.is_column = options.model_field.is_some_and(holds_64_bits)
            && self.min_value.is_none()
            && self.max_value.is_none();
        if let (Some(least), Some(greatest)) = (self.min_value, self.max_value) {
            assert!(
                least <= greatest,
                "a field takes no value: its min_value {least} is above its max_value {greatest}"
            );
        }
    }

    fn error_messages(&self) -> Messages {
        if BIG {
            messages!("A valid biginteger is required.")
        } else {
            messages!("A valid integer is required.")
        }
    }

    fn shape(&self) -> Shape {
        Shape {
            min_value: self.min_value.map(Json::from),
            max_value: self.max_value.map(Json::from),
            ..Shape::new("integer")
        }
    }

    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        let Json::Int(number) = data else { return None };
        let is_good = self.min_value.is_none_or(|least| *number >= least)
            && self.max_value.is_none_or(|greatest| *number <= greatest);
        is_good.then_some(Validated::Value(Value::Int(*number)))
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let text = match data {
            Json::Int(number) => return Ok(Validated::from(*number)),
            Json::Str(text) if text.chars().count() > LONGEST_NUMBER => {
                return Err(ValidationError::of("max_string_length"));
            }
            Json::Str(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(data),
            _ => return Err(ValidationError::of("invalid")),
        };
        match python::int(without_zero_fraction(&text)) {
            Some(Json::Int(number)) => Ok(Validated::from(number)),
            Some(large) => Ok(Validated::Value(Value::Json(large))),
            None => Err(ValidationError::of("invalid")),
        }
    }

    fn takes_names_of_files(&self) -> bool {
        true
    }

    fn validate(&self, value: &Validated, _: &Given<'_>) -> Vec<ValidationError> {
        let (is_small, is_great) = match value.value() {
            Some(Value::Int(number)) => (
                self.min_value.is_some_and(|least| *number < least),
                self.max_value.is_some_and(|greatest| *number > greatest),
            ),
            Some(Value::Json(Json::BigInt(digits))) => {
                if self.is_column {
                    return vec![too_large(digits).into()];
                }
                let is_negative = digits.starts_with('-');
                (is_negative && self.min_value.is_some(), !is_negative && self.max_value.is_some())
            }
            _ => return Vec::new(),
        };
        let broken = [is_great.then(|| self.too_great()), is_small.then(|| self.too_small())];
        broken.into_iter().flatten().collect()
    }

    fn as_is(&self) -> AsIs {
        match self.coerce_to_string {
            Some(true) => AsIs::Nothing,
            None if BIG => AsIs::BigWhole,
            Some(false) | None => AsIs::Whole,
        }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let is_text =
            self.coerce_to_string.unwrap_or_else(|| BIG && FieldDefaults::current().coerces_big_integers());
        match value {
            ValueRef::Json(Json::BigInt(digits)) if is_text => write_str(out, digits),
            ValueRef::Json(Json::BigInt(digits)) => out.extend_from_slice(digits.as_bytes()),
            value if is_text => write_str(out, &python::str_of_value(value)),
            value => write_i64(out, shown(value)?),
        }
        Ok(())
    }
}

/// DRF's `int()` of a column's value: SQLite keeps other numbers and texts in a column of whole numbers too.
fn shown(value: ValueRef<'_>) -> Result<i64> {
    match value {
        ValueRef::Int(n) => Ok(n),
        ValueRef::Bool(b) => Ok(b.into()),
        ValueRef::Float(x) if x.abs() < 1e15 => Ok(x.trunc() as i64),
        ValueRef::Text(text) => python::parse_int(text).map_or_else(|| i64::from_value(value), Ok),
        _ => i64::from_value(value),
    }
}

/// `5.0` and `5.` are whole.
fn without_zero_fraction(text: &str) -> &str {
    let trimmed = text.trim_end_matches(python::is_space);
    match trimmed.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What DRF 3.18 says.
    #[test]
    fn what_stands_before_a_number_is_looked_at() {
        for (text, expected) in [
            (" 5.0 ", Some(5)),
            ("5.00\u{1c}", Some(5)),
            ("\u{1c}5.00", None),
            ("\u{1c}5", None),
            ("5\u{1c}", None),
            ("\u{a0}5.", Some(5)),
        ] {
            let read = IntegerField::new().to_internal_value(&Json::from(text)).ok();
            let number = read.as_ref().and_then(Validated::value);
            assert_eq!(number, expected.map(Value::Int).as_ref(), "{text:?}");
        }
    }
}
