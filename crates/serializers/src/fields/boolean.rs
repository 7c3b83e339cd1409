//! True or false: DRF's `BooleanField`.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::{Detail, ErrorDetail, Result, Value, ValueRef};

use super::{FieldType, cannot_show};
use crate::Given;

#[derive(Debug)]
pub(super) struct Boolean {
    pub(super) allow_null: bool,
}

impl FieldType for Boolean {
    fn name(&self) -> &'static str {
        "boolean"
    }

    fn initial(&self) -> Json {
        Json::Bool(false)
    }

    fn absent_in_form(&self) -> Given<'static> {
        if self.allow_null { Given::Null } else { Given::Value(Cow::Owned(Json::Bool(false))) }
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        match given {
            Json::Bool(b) => Ok(Value::Bool(*b)),
            Json::Int(n @ (0 | 1)) => Ok(Value::Bool(*n == 1)),
            Json::Float(x) if *x == 1.0 || *x == 0.0 => Ok(Value::Bool(*x == 1.0)),
            Json::Str(text) => match text.to_lowercase().as_str() {
                "t" | "y" | "yes" | "true" | "on" | "1" => Ok(Value::Bool(true)),
                "f" | "n" | "no" | "false" | "off" | "0" => Ok(Value::Bool(false)),
                "null" | "" if self.allow_null => Ok(Value::Null),
                _ => Err(invalid().into()),
            },
            _ => Err(invalid().into()),
        }
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        invalid()
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        match value {
            ValueRef::Int(n) => write_bool(out, n != 0),
            ValueRef::Bool(b) => write_bool(out, b),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

fn invalid() -> ErrorDetail {
    ErrorDetail::new("Must be a valid boolean.", "invalid")
}

pub(super) fn write_bool(out: &mut Vec<u8>, b: bool) {
    out.extend_from_slice(if b { b"true" } else { b"false" });
}
