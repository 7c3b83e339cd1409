//! A section as the file and the environment have it together: a variable wins over the file.

use std::collections::BTreeMap;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Expected, IntoDeserializer, Visitor, value};
use serde::forward_to_deserialize_any;

use super::{Section, SettingsError, keys, variable_of};

/// The values of a section, where at least one is from the environment.
pub(super) struct Overlay<'a>(Vec<(&'static str, Source<'a>)>);

/// Where a value is from.
#[derive(Clone)]
enum Source<'a> {
    File(&'a toml::Value),
    Variable(String, &'a str),
}

impl<'a> Overlay<'a> {
    pub(super) fn new<T: Section>(file: &'a toml::Table, environment: &'a BTreeMap<String, String>) -> Self {
        let file = match T::TABLE {
            None => Some(file),
            Some(table) => file.get(table).and_then(toml::Value::as_table),
        };
        let of_key = |key: &&'static str| {
            let variable = variable_of(T::TABLE, key);
            match environment.get(&variable) {
                Some(text) => Some((*key, Source::Variable(variable, text))),
                None => Some((*key, Source::File(file?.get(*key)?))),
            }
        };
        Self(keys::of::<T>().iter().filter_map(of_key).collect())
    }

    /// Whether no variable changes the section.
    pub(super) fn is_empty(&self) -> bool {
        !self.0.iter().any(|(_, source)| matches!(source, Source::Variable(..)))
    }

    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, SettingsError> {
        T::deserialize(MapDeserializer::<_, value::Error>::new(self.0.into_iter()))
            .map_err(|error| SettingsError::new(error.to_string()))
    }
}

impl<'de, 'a: 'de> IntoDeserializer<'de, value::Error> for Source<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Hands a question to the value of the file, or reads the variable as the wanted type.
macro_rules! read_as {
    ($($method:ident => $read:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self {
                Self::File(value) => of_file(value.clone().$method(visitor)),
                Self::Variable(name, text) => Text(text).$read(visitor).map_err(|wanted| in_variable(&name, text, wanted)),
            }
        }
    )*};
}

impl<'de, 'a: 'de> Deserializer<'de> for Source<'a> {
    type Error = value::Error;

    read_as! {
        deserialize_any => any,
        deserialize_bool => boolean,
        deserialize_u8 => number, deserialize_u16 => number, deserialize_u32 => number, deserialize_u64 => number,
        deserialize_i8 => number, deserialize_i16 => number, deserialize_i32 => number, deserialize_i64 => number,
        deserialize_f32 => float, deserialize_f64 => float,
        deserialize_str => text, deserialize_string => text,
        deserialize_option => option,
        deserialize_seq => list,
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

fn of_file<T>(outcome: Result<T, toml::de::Error>) -> Result<T, value::Error> {
    outcome.map_err(|error| value::Error::custom(error.message()))
}

/// What is wrong with a text: what it should be, or what the field says of it.
enum Wrong {
    Wanted(String),
    Refused(value::Error),
}

impl From<value::Error> for Wrong {
    fn from(error: value::Error) -> Self {
        Self::Refused(error)
    }
}

fn in_variable(name: &str, text: &str, wrong: Wrong) -> value::Error {
    value::Error::custom(match wrong {
        Wrong::Wanted(wanted) => format!("{name} is `{text}`; it should be {wanted}"),
        Wrong::Refused(error) => format!("{name} is `{text}`: {error}"),
    })
}

/// What a field for a number wants, in words: serde's own say a type of Rust.
fn whole_number<'de>(visitor: &impl Visitor<'de>) -> String {
    let said = (visitor as &dyn Expected).to_string();
    if said.contains(' ') { said } else { "a whole number".to_owned() }
}

/// The text of a variable.
#[derive(Clone, Copy)]
struct Text<'a>(&'a str);

impl<'de, 'a: 'de> Text<'a> {
    /// One of several types: a list where there is a comma.
    fn any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.contains(',') { self.list(visitor) } else { self.text(visitor) }
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        Ok(visitor.visit_borrowed_str::<value::Error>(self.0)?)
    }

    fn boolean<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let value = match self.0.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => true,
            "0" | "false" | "no" | "off" | "" => false,
            _ => return Err(Wrong::Wanted("1 or 0".to_owned())),
        };
        Ok(visitor.visit_bool::<value::Error>(value)?)
    }

    /// `false` is for the fields that may be none.
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let wanted = whole_number(&visitor);
        if self.0.eq_ignore_ascii_case("false") {
            return visitor.visit_bool::<value::Error>(false).map_err(|_| Wrong::Wanted(wanted));
        }
        let number = self.0.trim().parse::<i64>().map_err(|_| Wrong::Wanted(wanted))?;
        Ok(visitor.visit_i64::<value::Error>(number)?)
    }

    fn float<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let number = self.0.trim().parse().map_err(|_| Wrong::Wanted("a number".to_owned()))?;
        Ok(visitor.visit_f64::<value::Error>(number)?)
    }

    fn option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        Ok(visitor.visit_some(self)?)
    }

    /// A list is written with commas.
    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let items = self.0.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Text);
        Ok(visitor.visit_seq(SeqDeserializer::new(items))?)
    }
}

impl<'de, 'a: 'de> IntoDeserializer<'de, value::Error> for Text<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// An item of a list, or the value of an option.
macro_rules! item_as {
    ($($method:ident => $read:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.$read(visitor).map_err(|wrong| match wrong {
                Wrong::Wanted(wanted) => value::Error::custom(format!("it should be {wanted}")),
                Wrong::Refused(error) => error,
            })
        }
    )*};
}

impl<'de, 'a: 'de> Deserializer<'de> for Text<'a> {
    type Error = value::Error;

    item_as! {
        deserialize_any => any,
        deserialize_bool => boolean,
        deserialize_u8 => number, deserialize_u16 => number, deserialize_u32 => number, deserialize_u64 => number,
        deserialize_i8 => number, deserialize_i16 => number, deserialize_i32 => number, deserialize_i64 => number,
        deserialize_f32 => float, deserialize_f64 => float,
        deserialize_str => text, deserialize_string => text,
        deserialize_option => option,
        deserialize_seq => list,
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map struct enum
        identifier ignored_any
    }
}
