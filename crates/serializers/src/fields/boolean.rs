//! True or false: DRF's `BooleanField`.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::{Result, Value, ValueRef, python};

use super::{AsIs, Bind, Field, Messages, Shape, ValidationError, cannot_show};
use crate::Given;
use crate::value::Validated;

/// True or false.
#[derive(Debug, Default)]
pub struct BooleanField {
    allow_null: bool,
}

impl BooleanField {
    /// A field.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Field for BooleanField {
    fn bind(&mut self, options: &Bind<'_>) {
        self.allow_null = options.allow_null;
    }

    fn error_messages(&self) -> Messages {
        &[("invalid", "Must be a valid boolean.")]
    }

    fn shape(&self) -> Shape {
        Shape::new("boolean")
    }

    fn initial_value(&self) -> Json {
        if self.allow_null { Json::Null } else { Json::Bool(false) }
    }

    fn absent_in_form(&self) -> Given<'static> {
        if self.allow_null { Given::Null } else { Given::Value(Cow::Owned(Json::Bool(false))) }
    }

    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        let Json::Bool(b) = data else { return None };
        Some(Validated::Value(Value::Bool(*b)))
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let value = match data {
            Json::Bool(b) => Some(*b),
            Json::Int(n @ (0 | 1)) => Some(*n == 1),
            Json::Float(x) if *x == 1.0 || *x == 0.0 => Some(*x == 1.0),
            Json::Str(text) => match text.to_lowercase().as_str() {
                "t" | "y" | "yes" | "true" | "on" | "1" => Some(true),
                "f" | "n" | "no" | "false" | "off" | "0" => Some(false),
                "null" | "" if self.allow_null => return Ok(Validated::NULL),
                _ => None,
            },
            _ => None,
        };
        value
            .map(|value| Validated::Value(Value::Bool(value)))
            .ok_or_else(|| ValidationError::of("invalid").with("input", python::str_of(data)))
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("invalid").with("input", given.python_str().unwrap_or_default())
    }

    fn as_is(&self) -> AsIs {
        AsIs::Truth
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            ValueRef::Int(n) => write_bool(out, n != 0),
            ValueRef::Bool(b) => write_bool(out, b),
            ValueRef::Float(x) => write_bool(out, x != 0.0),
            ValueRef::Text(text) => match self.to_internal_value(&Json::from(text)) {
                Ok(Validated::Value(Value::Bool(b))) => write_bool(out, b),
                Ok(_) => out.extend_from_slice(b"null"),
                Err(_) => write_bool(out, !text.is_empty()),
            },
            ValueRef::Json(json) => write_bool(out, python::is_truthy(json)),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

pub(crate) fn write_bool(out: &mut Vec<u8>, b: bool) {
    out.extend_from_slice(if b { b"true" } else { b"false" });
}
