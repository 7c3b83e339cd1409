//! Values by which rows are found in memory.

use belleville_db::{FieldValue, Uuid, Value, ValueRef};

/// A value that can be compared with others of its kind, whatever form a database gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Int(i64),
    Uuid(Uuid),
    Text(String),
    Null,
}

impl Key {
    pub(crate) fn of(value: &Value) -> Self {
        Self::of_ref(value.as_ref())
    }

    pub(crate) fn of_ref(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Int(number) => Self::Int(number),
            ValueRef::Uuid(uuid) => Self::Uuid(uuid),
            // SQLite has UUIDs as text.
            ValueRef::Text(text) if text.len() == 32 => {
                Uuid::from_value(value).map_or_else(|_| Self::Text(text.to_owned()), Self::Uuid)
            }
            ValueRef::Text(text) => Self::Text(text.to_owned()),
            other => Self::Text(format!("{other:?}")),
        }
    }

    /// The value of a primary key.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Int(number) => Value::Int(*number),
            Self::Uuid(uuid) => Value::Uuid(*uuid),
            Self::Text(text) => Value::Text(text.clone()),
            Self::Null => Value::Null,
        }
    }
}
