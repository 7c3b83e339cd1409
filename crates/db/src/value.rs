//! A field's value on its way between Rust and a column.

use std::net::IpAddr;
use std::num::NonZeroU64;
use std::str::FromStr as _;
use std::sync::Arc;

use bigdecimal::RoundingMode;

use crate::arrays::Items;
use crate::choices::Choice;
use crate::files::UploadedFile;
use crate::hstore::HStore;
use crate::json::Json;
use crate::ranges::{Bounds, Range};
use crate::{Date, DateTime, Decimal, Duration, Error, Numeric, Result, Time, Uuid, parse_stored};

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
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A length of time.
    Duration(Duration),
    /// A decimal number of any length.
    Decimal(Decimal),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document.
    Json(Json),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An address of the internet.
    IpAddress(IpAddr),
    /// An array (PostgreSQL).
    Array(Vec<Value>),
    /// A range (PostgreSQL).
    Range(Box<Range<Value>>),
    /// Texts by their keys (PostgreSQL).
    HStore(HStore),
    /// A new upload of a file field, in whose place saving the row puts the name that it is stored under.
    File(Arc<UploadedFile>),
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
    /// Text. SQLite reports datetimes, dates, times, UUIDs and JSON as text too.
    Text(&'a str),
    /// A point in time.
    DateTime(DateTime),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A length of time. SQLite reports it as [`ValueRef::Int`], in microseconds.
    Duration(Duration),
    /// A decimal number. SQLite reports it as [`ValueRef::Int`] or [`ValueRef::Float`].
    Decimal(&'a Decimal),
    /// A decimal number as PostgreSQL sends it.
    Numeric(Numeric<'a>),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document that was read already.
    Json(&'a Json),
    /// Bytes.
    Bytes(&'a [u8]),
    /// An address of the internet. SQLite reports it as text.
    IpAddress(IpAddr),
    /// An array, whose values are borrowed one by one.
    Array(&'a dyn Items),
    /// A range, whose bounds are borrowed.
    Range(&'a dyn Bounds),
    /// Texts by their keys.
    HStore(&'a HStore),
    /// A new upload of an object that is not saved yet.
    File(&'a Arc<UploadedFile>),
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
            Self::Date(date) => ValueRef::Date(*date),
            Self::Time(time) => ValueRef::Time(*time),
            Self::Duration(length) => ValueRef::Duration(*length),
            Self::Decimal(number) => ValueRef::Decimal(number),
            Self::Uuid(uuid) => ValueRef::Uuid(*uuid),
            Self::Json(json) => ValueRef::Json(json),
            Self::Bytes(bytes) => ValueRef::Bytes(bytes),
            Self::IpAddress(address) => ValueRef::IpAddress(*address),
            Self::Array(items) => ValueRef::Array(items),
            Self::Range(range) => ValueRef::Range(&**range),
            Self::HStore(pairs) => ValueRef::HStore(pairs),
            Self::File(upload) => ValueRef::File(upload),
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
            Self::Date(date) => Value::Date(date),
            Self::Time(time) => Value::Time(time),
            Self::Duration(length) => Value::Duration(length),
            Self::Decimal(number) => Value::Decimal(number.clone()),
            // What is no number (NaN, Infinity) has only a text.
            Self::Numeric(number) => {
                number.to_decimal().map_or_else(|| Value::Text(number.to_string()), Value::Decimal)
            }
            Self::Uuid(uuid) => Value::Uuid(uuid),
            Self::Json(json) => Value::Json(json.clone()),
            Self::Bytes(bytes) => Value::Bytes(bytes.to_owned()),
            Self::IpAddress(address) => Value::IpAddress(address),
            Self::Array(items) => Value::Array(items.iter().map(ValueRef::to_owned).collect()),
            Self::Range(range) => Value::Range(Box::new(Range::of(
                range.bounds().map(|ends| ends.map(|end| end.map(ValueRef::to_owned))),
            ))),
            Self::HStore(pairs) => Value::HStore(pairs.clone()),
            Self::File(upload) => Value::File(Arc::clone(upload)),
        }
    }

    /// The error has the kind of the value and not the value: it goes to the log, and the value may be a secret.
    pub(crate) fn refused<T>(self, expected: &str) -> Result<T> {
        let found = match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "text",
            Self::DateTime(_) => "a datetime",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::Duration(_) => "a duration",
            Self::Decimal(_) | Self::Numeric(_) => "a decimal",
            Self::Uuid(_) => "a UUID",
            Self::Json(_) => "JSON",
            Self::Bytes(_) => "bytes",
            Self::IpAddress(_) => "an IP address",
            Self::Array(_) => "an array",
            Self::Range(_) => "a range",
            Self::HStore(_) => "an hstore",
            Self::File(_) => "a new upload",
        };
        Err(Error::Decode(format!("expected {expected}, found {found}")))
    }
}

/// A Rust type that a model's field may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    note = "use bool, i16, i32, i64, u16, u32, f64, String, DateTime, Date, Time, Duration, Decimal, Uuid, Json, Vec<u8>, \
            IpAddr, FieldFile, ForeignKey<Model>, an enum with #[derive(Choices)] or an Option of one of them; on PostgreSQL also a Vec of \
            them, a Range or an HStore"
)]
pub trait FieldValue: Sized {
    /// The same type with NULL allowed; an `Option` itself.
    type Optional: FieldValue;

    /// Another type, optional where this one is: what a function of the value returns.
    type With<U: FieldValue>: FieldValue;

    /// The least and the greatest whole number that the type holds; `None` for a type that is no number of a fixed size.
    const RANGE: Option<(i64, i64)> = None;

    /// NULL is one of its values.
    const IS_OPTIONAL: bool = false;

    /// NULL may stand inside of an array of it.
    const HAS_NULL_INSIDE: bool = false;

    /// The values that the type has, or the values in an array of it, where these are few and have names: see [`Choices`](crate::FieldChoices).
    const CHOICES: &'static [Choice] = &[];

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

    /// What is written where an `Option` of the type has nothing.
    fn nothing() -> ValueRef<'static> {
        ValueRef::Null
    }

    /// Whether an `Option` of the type has nothing, where the column has this value.
    fn is_nothing(value: ValueRef<'_>) -> bool {
        matches!(value, ValueRef::Null)
    }
}

impl FieldValue for bool {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

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
    type With<U: FieldValue> = U;

    const RANGE: Option<(i64, i64)> = Some((Self::MIN, Self::MAX));

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Int(n) => Ok(n),
            // PostgreSQL's sum of large numbers.
            ValueRef::Numeric(n) => n.to_string().parse().or_else(|_| value.refused("an integer")),
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
            type With<U: FieldValue> = U;

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
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Float(x) => Ok(x),
            // SQLite keeps 1.0 in a `real` column as a float, but a driver may have written an integer.
            ValueRef::Int(n) => Ok(n as f64),
            // PostgreSQL's average of whole numbers.
            ValueRef::Numeric(n) => n.to_string().parse().or_else(|_| value.refused("a number")),
            other => other.refused("a number"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Float(*self)
    }
}

impl FieldValue for String {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

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
    type With<U: FieldValue> = U;

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

macro_rules! values {
    ($($variant:ident($type:ty), $expected:literal, |$value:ident| $parsed:expr;)*) => {$(
        impl FieldValue for $type {
            type Optional = Option<Self>;
            type With<U: FieldValue> = U;

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let parsed = match value {
                    ValueRef::$variant(found) => return Ok(found),
                    $value => $parsed,
                };
                parsed.map_or_else(|| value.refused($expected), Ok)
            }

            fn to_ref(&self) -> ValueRef<'_> {
                ValueRef::$variant(*self)
            }
        }
    )*};
}

values! {
    Date(Date), "a date", |value| if let ValueRef::Text(text) = value { text.parse().ok() } else { None };
    Time(Time), "a time", |value| if let ValueRef::Text(text) = value { text.parse().ok() } else { None };
    Duration(Duration), "a duration", |value| if let ValueRef::Int(n) = value { Some(Self::from_micros(n)) } else { None };
    IpAddress(IpAddr), "an IP address", |value| if let ValueRef::Text(text) = value { text.parse().ok() } else { None };
    Uuid(Uuid), "a UUID", |value| if let ValueRef::Text(text) = value { Self::parse_str(text).ok() } else { None };
}

impl FieldValue for Decimal {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let parsed = match value {
            ValueRef::Decimal(number) => Some(number.clone()),
            ValueRef::Numeric(number) => number.to_decimal(),
            ValueRef::Int(n) => Some(Self::from(n)),
            ValueRef::Float(x) => decimal_of_float(x),
            ValueRef::Text(text) => Self::from_str(text).ok(),
            _ => None,
        };
        parsed.map_or_else(|| value.refused("a decimal"), Ok)
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Decimal(self)
    }
}

/// A decimal that SQLite keeps or computes as a float, as Django's converter reads it: to its first 15 digits.
fn decimal_of_float(x: f64) -> Option<Decimal> {
    let exact = Decimal::try_from(x).ok()?;
    Some(match NonZeroU64::new(15) {
        Some(digits) if exact.digits() > digits.get() => {
            exact.with_precision_round(digits, RoundingMode::HalfEven)
        }
        _ => exact,
    })
}

/// A decimal of a column with this many places.
///
/// # Errors
/// [`Error::Decode`] when the value is no number.
pub fn decimal_with_places(value: ValueRef<'_>, places: u16) -> Result<Decimal> {
    Ok(Decimal::from_value(value)?.with_scale_round(i64::from(places), RoundingMode::HalfEven))
}

impl FieldValue for Json {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let parsed = match value {
            ValueRef::Json(json) => Some(json.clone()),
            ValueRef::Text(text) => crate::json::loads(text).ok(),
            _ => None,
        };
        parsed.map_or_else(|| value.refused("JSON"), Ok)
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Json(self)
    }
}

impl FieldValue for Vec<u8> {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bytes(bytes) => Ok(bytes.to_owned()),
            ValueRef::Text(text) => Ok(text.as_bytes().to_owned()),
            other => other.refused("bytes"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Bytes(self)
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    type Optional = Self;
    type With<U: FieldValue> = U::Optional;

    const RANGE: Option<(i64, i64)> = T::RANGE;
    const IS_OPTIONAL: bool = true;
    const HAS_NULL_INSIDE: bool = T::HAS_NULL_INSIDE;
    const CHOICES: &'static [Choice] = T::CHOICES;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        if T::is_nothing(value) { Ok(None) } else { T::from_value(value).map(Some) }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        match self {
            Some(value) => value.to_ref(),
            None => T::nothing(),
        }
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
