//! The parts of the settings. In the file and the environment all keys are flat, as in Django; in the program they
//! are grouped by purpose. Each part reads its own keys.

use std::hash::Hash;

use serde::de::{Deserialize, Deserializer, Error as _};
use toml::Spanned;
use toml::de::DeTable;
use toml::map::Map;

use super::environment::{self, Key};
use crate::suggest::nearest;

use super::{Settings, SettingsError, cookies, in_file, line_of, security, uploads};

/// The keys of each part.
pub(super) const ALL: [&[Key]; 4] = [environment::KEYS, security::KEYS, cookies::KEYS, uploads::KEYS];

impl Settings {
    /// Reads a file's text. A key that nobody knows is refused, with the known ones.
    pub(super) fn of_document(text: &str) -> Result<Self, SettingsError> {
        let document = DeTable::parse(text).map_err(|error| in_file(text, &error))?;
        let mut table = document.into_inner();
        for key in table.keys() {
            if !known().any(|known| known == key.get_ref()) {
                let meant = match nearest(key.get_ref(), self::known()) {
                    Some(meant) => format!("; did you mean `{meant}`?"),
                    None => ".".to_owned(),
                };
                let (line, known) =
                    (line_of(text, Some(key.span())), known().collect::<Vec<_>>().join("`, `"));
                return Err(SettingsError(format!(
                    "belleville.toml, line {line}: unknown field `{}`{meant} Known are `{known}`",
                    key.get_ref()
                )));
            }
        }
        let part = |keys: &[Key]| {
            let own = taken(&mut table, keys);
            toml::de::Deserializer::from(Spanned::new(0..0, own))
        };
        Self::of_parts(part).map_err(|error| in_file(text, &error))
    }

    /// Reads a table.
    pub(super) fn of_table(mut table: toml::Table) -> Result<Self, toml::de::Error> {
        Self::of_parts(|keys| taken(&mut table, keys))
    }

    fn of_parts<'de, D: Deserializer<'de>>(mut part: impl FnMut(&[Key]) -> D) -> Result<Self, D::Error> {
        let security = Deserialize::deserialize(part(security::KEYS))?;
        let cookies = Deserialize::deserialize(part(cookies::KEYS))?;
        let uploads = Deserialize::deserialize(part(uploads::KEYS))?;
        let rest = Self::deserialize(part(environment::KEYS))?;
        Ok(Self { security, cookies, uploads, ..rest })
    }
}

/// Every key at the top of the file; the tables are among them.
fn known() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    ALL.into_iter().flatten().filter_map(move |(key, _)| {
        let (first, is_table) = key.split_once('.').map_or((*key, false), |(table, _)| (table, true));
        let again = is_table && first == last;
        last = first;
        (!again).then_some(first)
    })
}

/// Takes the keys of one part out of a table.
fn taken<K: Ord + Hash + std::borrow::Borrow<str>, V>(table: &mut Map<K, V>, keys: &[Key]) -> Map<K, V> {
    keys.iter().filter_map(|(key, _)| table.remove_entry(key.split('.').next().unwrap_or(key))).collect()
}

/// A value, or none of it, which is written `false`: where Django's setting may be `None` or `False`.
pub(super) fn or_false<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    match toml::Value::deserialize(deserializer)? {
        toml::Value::Boolean(false) => Ok(None),
        value => T::deserialize(value).map(Some).map_err(|error| D::Error::custom(error.message())),
    }
}

/// A text, or none, which is written `false` or as an empty one.
pub(super) fn text_or_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(or_false(deserializer)?.filter(|text: &String| !text.is_empty()))
}
