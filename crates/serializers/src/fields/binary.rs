//! Bytes. Django REST framework has no field of them: its `ModelField` leaves input and output to the model's field,
//! `BinaryField.to_python` and `value_to_string`, which have them in base 64. It answers 500 to what is none.

use belleville_db::json::{Json, write_str};
use belleville_db::validators::{Rule, Validator};
use belleville_db::{Result, Value, ValueRef, python};

use super::{Field, ValidationError, cannot_show};
use crate::Given;
use crate::value::Validated;

/// Bytes, which input and output have in base 64.
#[derive(Debug)]
pub(super) struct Binary {
    /// The most bytes.
    pub(super) max_length: Option<u32>,
}

impl Field for Binary {
    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let bytes = match data {
            Json::Str(text) => python::base64_decode(text.as_bytes()),
            _ => None,
        };
        bytes.map(|bytes| Validated::Value(Value::Bytes(bytes))).ok_or(ValidationError::of("invalid"))
    }

    fn validate(&self, value: &Validated, _: &Given<'_>) -> Vec<ValidationError> {
        let (Some(most), Some(value)) = (self.max_length, value.value()) else { return Vec::new() };
        let checked = Validator::new(Rule::MaxLength(most)).check(value.as_ref());
        checked.err().map(ValidationError::from).into_iter().collect()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let ValueRef::Bytes(bytes) = value else { return Err(cannot_show()) };
        write_str(out, &python::base64_encode(bytes));
        Ok(())
    }
}
