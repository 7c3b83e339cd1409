//! Any document: DRF's `JSONField`.

use belleville_db::json::{Json, parse, write_str};
use belleville_db::{FieldValue, Result, Value, ValueRef};

use super::{Field, Messages, Reading, Shape, ValidationError, cannot_show};
use crate::Context;
use crate::field_defaults::FieldDefaults;
use crate::input::{Form, FormValue, Given};
use crate::value::Validated;

/// Any document of JSON. A form has its text.
#[derive(Clone, Debug, Default)]
pub struct JSONField {
    binary: bool,
}

impl JSONField {
    /// A field.
    pub const fn new() -> Self {
        Self { binary: false }
    }

    /// Input and output have the text of the document instead of the document.
    #[must_use]
    pub const fn binary(self, binary: bool) -> Self {
        Self { binary }
    }

    fn write(&self, json: &Json, out: &mut Vec<u8>) -> Result<()> {
        if self.binary {
            write_str(out, &json.dumps_spaced().map_err(|_| cannot_show())?);
            return Ok(());
        }
        FieldDefaults::current().write(json, out)
    }
}

impl Field for JSONField {
    fn error_messages(&self) -> Messages {
        &[("invalid", "Value must be valid JSON.")]
    }

    fn shape(&self) -> Shape {
        Shape::new("field")
    }

    fn is_document(&self) -> bool {
        true
    }

    fn in_form<'a>(&self, name: &str, form: &Form<'a>, _: bool) -> Option<Given<'a>> {
        Some(match form.get(name) {
            Some(FormValue::Text(text)) => Given::Document(text),
            Some(FormValue::File(file)) => Given::Document(file.name()),
            None => Given::Missing,
        })
    }

    fn read(&self, given: &Given<'_>, _: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        match given {
            Given::Value(json) => self.to_internal_value(json),
            Given::Document(text) => document(text),
            given => Err(self.refuse(given)),
        }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        match data {
            Json::Str(text) if self.binary => document(text),
            _ if self.binary || !data.is_encodable() => Err(ValidationError::of("invalid")),
            data => Ok(Validated::Value(Value::Json(data.clone()))),
        }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let owned;
        let json = match value {
            ValueRef::Json(json) => json,
            value => {
                owned = Json::from_value(value)?;
                &owned
            }
        };
        self.write(json, out)
    }

    /// What was validated is a document already, and no text of one.
    fn represent(&self, value: &Validated, _: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Validated::Value(Value::Json(json)) => self.write(json, out),
            value => self.write(&value.clone().into_json()?, out),
        }
    }
}

/// A number such as `1e999` is infinite in Python and has no text in JSON, nor has a lone surrogate one in UTF-8.
fn document(text: &str) -> Result<Validated, ValidationError> {
    match parse(text) {
        Ok(Json::Null) => Ok(Validated::NULL),
        Ok(json) if !json.is_encodable() => Err(ValidationError::of("invalid")),
        Ok(json) => Ok(Validated::Value(Value::Json(json))),
        Err(_) => Err(ValidationError::of("invalid")),
    }
}
