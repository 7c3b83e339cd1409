//! A field's value on its way between Rust and a column.

use crate::{DateTime, Error, Result, parse_stored};

/// A value that is owned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// A boolean.
    Bool(bool),
    /// Any whole number.
    Int(i64),
    /// A double.
    Float(f64),
    /// Text.
    Text(String),
    /// A point in time.
    DateTime(DateTime),
}

/// A value that is borrowed from a row or a model.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL's NULL.
    Null,
    /// A boolean. SQLite reports it as [`ValueRef::Int`].
    Bool(bool),
    /// Any whole number.
    Int(i64),
    /// A double.
    Float(f64),
    /// Text. SQLite reports a datetime as text too.
    Text(&'a str),
    /// A point in time.
    DateTime(DateTime),
}

impl Value {
    /// The value, borrowed.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(b) => ValueRef::Bool(*b),
            Self::Int(n) => ValueRef::Int(*n),
            Self::Float(x) => ValueRef::Float(*x),
            Self::Text(text) => ValueRef::Text(text),
            Self::DateTime(at) => ValueRef::DateTime(*at),
        }
    }

    /// Whether the value is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl ValueRef<'_> {
    /// The value, owned.
    pub fn to_owned(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Int(n) => Value::Int(n),
            Self::Float(x) => Value::Float(x),
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::DateTime(at) => Value::DateTime(at),
        }
    }

    /// The error has the kind of the value and not the value: it goes to the log, and the value may be a secret.
    fn refused<T>(self, expected: &str) -> Result<T> {
        let found = match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "text",
            Self::DateTime(_) => "a datetime",
        };
        Err(Error::Decode(format!("expected {expected}, found {found}")))
    }
}

/// A Rust type that a model's field may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    note = "use bool, i16, i32, i64, u16, u32, f64, String, DateTime, ForeignKey<Model> or an Option of one of them"
)]
pub trait FieldValue: Sized {
    /// The same type with NULL allowed; an `Option` itself.
    type Optional: FieldValue;

    /// The least and the greatest whole number that the type holds; `None` for a type that is no number of a fixed size.
    const RANGE: Option<(i64, i64)> = None;

    /// Reads a column's value.
    ///
    /// # Errors
    /// [`Error::Decode`] when the column holds a value of another type.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;

    /// What is written to the column, borrowed.
    fn to_ref(&self) -> ValueRef<'_>;

    /// What is written to the column.
    fn to_value(&self) -> Value {
        self.to_ref().to_owned()
    }
}

impl FieldValue for bool {
    type Optional = Option<Self>;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bool(b) => Ok(b),
            ValueRef::Int(n) => Ok(n != 0),
            other => other.refused("a boolean"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Bool(*self)
    }
}

impl FieldValue for i64 {
    type Optional = Option<Self>;

    const RANGE: Option<(i64, i64)> = Some((Self::MIN, Self::MAX));

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Int(n) => Ok(n),
            other => other.refused("an integer"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Int(*self)
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl FieldValue for $type {
            type Optional = Option<Self>;

            const RANGE: Option<(i64, i64)> = Some((Self::MIN as i64, Self::MAX as i64));

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let n = i64::from_value(value)?;
                Self::try_from(n).or_else(|_| value.refused(concat!("an integer of type ", stringify!($type))))
            }

            fn to_ref(&self) -> ValueRef<'_> {
                ValueRef::Int(i64::from(*self))
            }
        }
    )*};
}

integers!(i16 i32 u16 u32);

impl FieldValue for f64 {
    type Optional = Option<Self>;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Float(x) => Ok(x),
            // SQLite keeps 1.0 in a `real` column as a float, but a driver may have written an integer.
            ValueRef::Int(n) => Ok(n as f64),
            other => other.refused("a number"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Float(*self)
    }
}

impl FieldValue for String {
    type Optional = Option<Self>;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(text) => Ok(text.to_owned()),
            other => other.refused("text"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl FieldValue for DateTime {
    type Optional = Option<Self>;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::DateTime(at) => Ok(at),
            ValueRef::Text(text) => parse_stored(text),
            other => other.refused("a datetime"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::DateTime(*self)
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    type Optional = Self;

    const RANGE: Option<(i64, i64)> = T::RANGE;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, T::to_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_tell_the_value() {
        let secret = ValueRef::Text("a secret");
        for (error, text) in [
            (i64::from_value(secret).map(drop), "expected an integer, found text"),
            (DateTime::from_value(secret).map(drop), "expected a datetime, found other text"),
        ] {
            assert_eq!(error.expect_err("no such value").to_string(), text);
        }
    }
}
