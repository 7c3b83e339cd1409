//! A UUID: DRF's `UUIDField`.

use belleville_db::json::{Json, write_str};
use belleville_db::{FieldValue, Result, Uuid, ValueRef, python};

use super::{Field, Messages, Shape, ValidationError};
use crate::value::Validated;

/// A UUID, of which input has the text in any form, or the number.
#[derive(Clone, Debug, Default)]
pub struct UUIDField {
    format: UuidFormat,
}

/// How the output has a UUID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UuidFormat {
    /// `5ce0e9a5-5ffa-654b-cee0-1238041fb31a`
    #[default]
    HexVerbose,
    /// `5ce0e9a55ffa654bcee01238041fb31a`
    Hex,
    /// `123456789012312313134124512351145145114`
    Int,
    /// `urn:uuid:5ce0e9a5-5ffa-654b-cee0-1238041fb31a`
    Urn,
}

impl UUIDField {
    /// A field.
    pub fn new() -> Self {
        Self::default()
    }

    /// How the output has it.
    #[must_use]
    pub const fn format(self, format: UuidFormat) -> Self {
        Self { format }
    }
}

impl Field for UUIDField {
    fn error_messages(&self) -> Messages {
        &[("invalid", "Must be a valid UUID.")]
    }

    fn shape(&self) -> Shape {
        Shape::new("string").format("uuid")
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let uuid = match data {
            Json::Str(text) => python::parse_uuid(text),
            Json::Int(number) => u128::try_from(*number).ok().map(Uuid::from_u128),
            // Python's booleans are numbers.
            Json::Bool(value) => Some(Uuid::from_u128((*value).into())),
            Json::BigInt(digits) => digits.parse().ok().map(Uuid::from_u128),
            _ => None,
        };
        uuid.map(Validated::from).ok_or(ValidationError::of("invalid"))
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let uuid = Uuid::from_value(value)?;
        match self.format {
            UuidFormat::HexVerbose => write_str(out, &uuid.hyphenated().to_string()),
            UuidFormat::Hex => write_str(out, &uuid.simple().to_string()),
            UuidFormat::Int => out.extend_from_slice(uuid.as_u128().to_string().as_bytes()),
            UuidFormat::Urn => write_str(out, &uuid.urn().to_string()),
        }
        Ok(())
    }
}
