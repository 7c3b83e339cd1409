//! The primary key of a user, of whatever type the user model has it.

use std::fmt;

use belleville_db::json::Json;
use belleville_db::{Dialect, Family, FieldValue, Result, Uuid, Value, ValueRef, python};

use super::key_kind;

/// The primary key of a user: a number, a text or a UUID.
#[derive(Clone, PartialEq)]
pub struct UserPk(Value);

impl UserPk {
    /// The key that no user has.
    pub const NOBODY: Self = Self(Value::Null);

    pub(super) fn of(value: ValueRef<'_>) -> Self {
        Self(value.to_owned())
    }

    /// The key that a text means, as `to_python` of the key's field reads it; `None` when the field cannot hold it.
    pub fn parse(text: &str) -> Option<Self> {
        match key_kind().row().family {
            Family::Integer => Self::from_number(python::parse_int(text)?),
            Family::Uuid => python::parse_uuid(text).map(|uuid| Self(Value::Uuid(uuid))),
            Family::Text => Some(Self(Value::Text(text.to_owned()))),
            _ => None,
        }
    }

    /// The key with this number; `None` when the user model has none with it.
    pub fn from_number(number: i64) -> Option<Self> {
        match key_kind().row().family {
            Family::Integer => {
                let range = crate::user::meta().pk().integer_range(Dialect::Sqlite);
                (range.0..=range.1).contains(&number).then_some(Self(Value::Int(number)))
            }
            Family::Uuid => {
                u128::try_from(number).ok().map(|number| Self(Value::Uuid(Uuid::from_u128(number))))
            }
            Family::Text => Some(Self(Value::Text(number.to_string()))),
            _ => None,
        }
    }

    /// As JSON has it: a number, or a text.
    pub fn to_json(&self) -> Json {
        match &self.0 {
            Value::Null => Json::Null,
            Value::Int(number) => Json::Int(*number),
            _ => Json::from(self.to_string()),
        }
    }

    /// The value in the column.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

/// As Python's `str()` writes it.
impl fmt::Display for UserPk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Int(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::Uuid(uuid) => uuid.fmt(f),
            _ => f.write_str("None"),
        }
    }
}

impl fmt::Debug for UserPk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FieldValue for UserPk {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match key_kind().row().family {
            Family::Integer => i64::from_value(value).map(|number| Self(Value::Int(number))),
            Family::Uuid => Uuid::from_value(value).map(|uuid| Self(Value::Uuid(uuid))),
            _ => String::from_value(value).map(|text| Self(Value::Text(text))),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        self.0.as_ref()
    }
}
