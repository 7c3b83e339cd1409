//! A JSON value with everything that Python keeps: the order of keys, whole numbers of any size, lone surrogates.

use super::{Dict, Text};

/// A JSON value. It is 24 bytes large, and a value takes at least two bytes of a document (`1,`), so that no flat list
/// takes more than twelve times its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// A longer whole number: its digits, with a minus sign before a negative one.
    BigInt(Box<str>),
    /// Any other number.
    Float(f64),
    /// A text.
    Str(Text),
    /// A text with lone surrogates, which UTF-8 cannot hold: its code points.
    Surrogates(Box<[u32]>),
    /// An array.
    List(Box<[Json]>),
    /// An object.
    Dict(Dict),
}

const _: () = assert!(size_of::<Json>() == 24);

impl Json {
    /// The value of a key, when this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Dict(dict) => dict.get(key),
            _ => None,
        }
    }

    /// The name of Python's type, as DRF's messages have it.
    pub fn python_type_name(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) | Self::Surrogates(_) => "str",
            Self::List(_) => "list",
            Self::Dict(_) => "dict",
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::BigInt(number.to_string().into()), Self::Int)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::Str(text.as_str().into())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items.into())
    }
}

impl From<bool> for Json {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}
