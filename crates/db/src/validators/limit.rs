//! The bounds of values.

use crate::{Value, python};

/// A bound, as it is written in a declaration.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Limit {
    /// A whole number.
    Int(i64),
    /// A double.
    Float(f64),
    /// A decimal number, as a text: `0.01`.
    Decimal(&'static str),
    /// What is found out at each check: Django's callable.
    Computed(fn() -> Value),
}

impl From<i64> for Limit {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Limit {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<f64> for Limit {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

/// A decimal number, as a text.
impl From<&'static str> for Limit {
    fn from(number: &'static str) -> Self {
        Self::Decimal(number)
    }
}

impl Limit {
    /// The bound as a value. A text that is no decimal number is NULL.
    pub fn value(&self) -> Value {
        match self {
            Self::Int(number) => Value::Int(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Decimal(text) => python::parse_decimal(text).map_or(Value::Null, Value::Decimal),
            Self::Computed(value) => value(),
        }
    }
}
