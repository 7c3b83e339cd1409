//! Fields that name a row of another model: DRF's `relations`.

use belleville_db::json::Json;
use belleville_db::{
    ErrorDetail, Family, FieldKind, ModelMeta, Result, Uuid, Value, ValueRef, python, row_exists,
};

use crate::fields::{Blank, FieldType, write_shown};
use crate::{Context, RelatedRows};

/// The primary key of another model's row.
#[derive(Debug)]
pub struct PrimaryKeyRelated {
    /// That model.
    pub to: &'static ModelMeta,
    /// The kind of the key.
    pub(crate) key: FieldKind,
    /// The rows of it that input may name; all of them when there is none.
    pub(crate) queryset: Option<RelatedRows>,
}

impl FieldType for PrimaryKeyRelated {
    fn name(&self) -> &'static str {
        "field"
    }

    fn blank(&self, text: &str) -> Blank {
        if text.is_empty() { Blank::Null } else { Blank::Value }
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, ErrorDetail> {
        match self.to.key_kind().row().family {
            Family::Text => text_key(given),
            Family::Uuid => uuid_key(given),
            _ => whole_key(given),
        }
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        incorrect_type("InMemoryUploadedFile")
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        write_shown(out, self.key, value)
    }

    fn relation(&self) -> Option<&Self> {
        Some(self)
    }
}

impl PrimaryKeyRelated {
    /// Whether a row exists and the request may refer to it.
    pub(crate) async fn may_name(&self, pk: &Value, context: &Context<'_>) -> Result<bool> {
        match self.queryset {
            Some(queryset) => queryset(context)?.contains(context.db(), pk).await,
            None => row_exists(context.db(), self.to, self.to.pk_position(), pk, None).await,
        }
    }
}

pub(crate) fn does_not_exist(given: &Json) -> ErrorDetail {
    let message = format!("Invalid pk \"{}\" - object does not exist.", python::str_of(given));
    ErrorDetail::new(message, "does_not_exist")
}

fn incorrect_type(found: &str) -> ErrorDetail {
    let message = format!("Incorrect type. Expected pk value, received {found}.");
    ErrorDetail::new(message, "incorrect_type")
}

/// A value that may be a text as a primary key. Python makes a text of whatever is no text, but DRF refuses booleans.
fn text_key(given: &Json) -> Result<Value, ErrorDetail> {
    match given {
        Json::Bool(_) | Json::Surrogates(_) => Err(incorrect_type(given.python_type_name())),
        other => Ok(Value::Text(python::str_of(other))),
    }
}

/// A value that may be a UUID as a primary key, in each way that Django's `UUIDField` reads; its message where it is none.
fn uuid_key(given: &Json) -> Result<Value, ErrorDetail> {
    let uuid = match given {
        Json::Bool(_) => return Err(incorrect_type(given.python_type_name())),
        Json::Int(number) => u128::try_from(*number).ok().map(Uuid::from_u128),
        Json::Str(text) => python::parse_uuid(text),
        _ => None,
    };
    let invalid = || format!("“{}” is not a valid UUID.", python::str_of(given));
    uuid.map(Value::Uuid).ok_or_else(|| ErrorDetail::new(invalid(), "invalid"))
}

/// A value that may be a number as a primary key.
fn whole_key(given: &Json) -> Result<Value, ErrorDetail> {
    let number = match given {
        Json::Int(n) => Some(*n),
        Json::BigInt(_) => None,
        // Python's int() cuts the fraction off; a float cast saturates, and no key is that large.
        Json::Float(x) => Some(*x as i64),
        Json::Str(text) => match python::parse_int(text) {
            Some(n) => Some(n),
            None if python::is_int(text) => None,
            None => return Err(incorrect_type(given.python_type_name())),
        },
        _ => return Err(incorrect_type(given.python_type_name())),
    };
    // No row has a key that a column cannot hold.
    number.map(Value::Int).ok_or_else(|| does_not_exist(given))
}
