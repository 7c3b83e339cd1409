//! The keys of a section: the names of its fields, as its own `Deserialize` says them.

use serde::de::{Deserializer, Error as _, Visitor, value};
use serde::forward_to_deserialize_any;

use super::Section;

/// The keys of a section, in the order of its fields.
pub(super) fn of<T: Section>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // It ends with an error, because there is no value to be read.
    let _ = T::deserialize(Asking(&mut keys));
    keys
}

/// Is asked for a struct, and remembers its fields.
struct Asking<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asking<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(value::Error::custom("a section is a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(value::Error::custom("only the names are wanted"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
