//! Values that may be none, which is written `false`: where Django's setting may be `None` or `False`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// A text, or none, which is written `false` or as an empty one.
///
/// # Errors
/// When it is something else.
pub fn text_or_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_str(TextOrFalse)
}

struct TextOrFalse;

impl Visitor<'_> for TextOrFalse {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or false for none")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        if value { Err(E::invalid_type(Unexpected::Bool(value), &self)) } else { Ok(None) }
    }

    /// An environment variable has `false` as a text.
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("false")))
    }
}

/// A whole number, or none, which is written `false`.
///
/// # Errors
/// When it is something else, or too large or too small.
pub fn number_or_false<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    deserializer.deserialize_i64(NumberOrFalse(PhantomData))
}

struct NumberOrFalse<T>(PhantomData<T>);

impl<T: TryFrom<i64>> Visitor<'_> for NumberOrFalse<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or false for none")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        if value { Err(E::invalid_type(Unexpected::Bool(value), &self)) } else { Ok(None) }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        T::try_from(number).map(Some).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }
}
