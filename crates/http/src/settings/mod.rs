//! Reads settings: `belleville.toml`, then the environment. Each module declares a struct with the keys that it reads
//! ([`Section`]); a [`Reader`] fills them and refuses what none of them knows.
//!
//! A key is named once, as the field of a struct: the environment has it in upper case, behind the name of its table if
//! it is in one (`REST_FRAMEWORK__NUM_PROXIES`), and the field's type says how the text is read.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use http::header::HeaderName;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::suggest::{did_you_mean, nearest};

mod environment;
mod keys;
mod values;

pub use values::{number_or_false, text_or_false};

/// The keys that one module reads. The fields are the keys; their defaults are Django's where Django has the setting.
///
/// ```
/// use belleville_http::settings::Section;
/// use serde::Deserialize;
///
/// #[derive(Clone, Default, Deserialize)]
/// #[serde(default, deny_unknown_fields)]
/// struct SearchSettings {
///     search_url: String,
/// }
///
/// impl Section for SearchSettings {}
/// ```
pub trait Section: Clone + Default + DeserializeOwned + Any + Send + Sync {
    /// The table of the keys; none for keys at the top of the file.
    const TABLE: Option<&'static str> = None;

    /// Refuses values that cannot work.
    ///
    /// # Errors
    /// When there is one; the text names the key and says how to fix it.
    fn check(&self) -> Result<(), SettingsError> {
        Ok(())
    }
}

/// A setting that cannot be used, and how to fix it.
#[derive(Debug)]
pub struct SettingsError(String);

impl SettingsError {
    /// An error about a setting: what is wrong and what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

/// Reads sections from the text of a file and a set of environment variables. [`declare`](Reader::declare) every
/// section, then [`refuse_unknown`](Reader::refuse_unknown), then [`read`](Reader::read) each of them.
pub struct Reader<'a> {
    text: &'a str,
    document: DeTable<'a>,
    /// The same without places, for sections that the environment changes.
    values: toml::Table,
    environment: &'a BTreeMap<String, String>,
    declared: Vec<Declared>,
}

/// The keys of a section.
struct Declared {
    table: Option<&'static str>,
    keys: &'static [&'static str],
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    /// A reader of a file's text and of environment variables.
    ///
    /// # Errors
    /// When the text is no TOML.
    pub fn new(text: &'a str, environment: &'a BTreeMap<String, String>) -> Result<Self, SettingsError> {
        let document = DeTable::parse(text).map_err(|error| in_file(text, &error))?.into_inner();
        let values = text.parse().map_err(|error| in_file(text, &error))?;
        Ok(Self { text, document, values, environment, declared: Vec::new() })
    }

    /// Declares the keys of a section.
    pub fn declare<T: Section>(&mut self) {
        self.declared.push(Declared { table: T::TABLE, keys: keys::of::<T>() });
    }

    /// Refuses keys and variables that no declared section has. Of the variables those are meant for this program that
    /// begin with the name of a table and two underlines.
    ///
    /// # Errors
    /// When there is one; the text says what may have been meant, or what is known.
    pub fn refuse_unknown(&self) -> Result<(), SettingsError> {
        let known = self.top_keys();
        for key in self.document.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                return Err(self.unknown_key(key.get_ref(), key.span(), &known));
            }
        }
        let mistakes: Vec<String> =
            self.environment.keys().filter_map(|variable| self.unknown_variable(variable)).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(SettingsError(mistakes.join("\n"))) }
    }

    /// Every key at the top of the file, tables among them.
    fn top_keys(&self) -> Vec<&'static str> {
        let of_section = |declared: &Declared| match declared.table {
            Some(table) => vec![table],
            None => declared.keys.to_vec(),
        };
        self.declared.iter().flat_map(of_section).collect()
    }

    fn unknown_key(&self, key: &str, span: Range<usize>, known: &[&str]) -> SettingsError {
        let meant = match nearest(key, known.iter().copied()) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => ".".to_owned(),
        };
        let (line, known) = (line_of(self.text, Some(span)), known.join("`, `"));
        SettingsError(format!(
            "belleville.toml, line {line}: unknown field `{key}`{meant} Known are `{known}`"
        ))
    }

    /// What is wrong with a variable of one of the tables: a misspelt one would be ignored silently.
    fn unknown_variable(&self, variable: &str) -> Option<String> {
        let (table, key) = variable.split_once("__")?;
        let of_table =
            |declared: &&Declared| declared.table.is_some_and(|known| known.to_uppercase() == table);
        let sections = self.declared.iter().filter(of_table);
        let known: Vec<&str> = sections.flat_map(|section| section.keys.iter().copied()).collect();
        if known.is_empty() || known.iter().any(|known| known.to_uppercase() == key) {
            return None;
        }
        let whole = |key: &str| format!("{table}__{}", key.to_uppercase());
        let end = match nearest(key, known.iter().copied()) {
            Some(meant) => format!("did you mean `{}`?", whole(meant)),
            None => format!("known are {}", known.into_iter().map(whole).collect::<Vec<_>>().join(", ")),
        };
        Some(format!("the environment has {variable}, which is no setting; {end}"))
    }

    /// Reads a section.
    ///
    /// # Errors
    /// When a value is of the wrong type; the text names the line or the variable.
    pub fn read<T: Section>(&mut self) -> Result<T, SettingsError> {
        let of_file: T = self.read_file::<T>()?;
        let section = environment::Overlay::new::<T>(&self.values, self.environment);
        if section.is_empty() { Ok(of_file) } else { section.read() }
    }

    fn read_file<T: Section>(&mut self) -> Result<T, SettingsError> {
        let own: DeTable<'a> = match T::TABLE {
            None => keys::of::<T>().iter().filter_map(|key| self.document.remove_entry(*key)).collect(),
            Some(table) => match self.document.remove_entry(table) {
                None => return Ok(T::default()),
                Some((key, value)) => match value.into_inner() {
                    DeValue::Table(own) => own,
                    _ => {
                        return Err(SettingsError(format!(
                            "belleville.toml, line {}: `{table}` is a table: write [{table}], and its keys below",
                            line_of(self.text, Some(key.span()))
                        )));
                    }
                },
            },
        };
        let deserializer = toml::de::Deserializer::from(Spanned::new(0..0, own));
        T::deserialize(deserializer).map_err(|error| in_file(self.text, &error))
    }
}

/// The environment variable of a key.
fn variable_of(table: Option<&str>, key: &str) -> String {
    match table {
        Some(table) => format!("{table}__{key}").to_uppercase(),
        None => key.to_uppercase(),
    }
}

/// A header by the name that WSGI gives it: `HTTP_X_TOKEN` for `X-Token`.
///
/// # Errors
/// When it is not written so.
pub fn wsgi_header(setting: &str, name: &str) -> Result<HeaderName, SettingsError> {
    name.strip_prefix("HTTP_")
        .and_then(|name| HeaderName::try_from(name.to_ascii_lowercase().replace('_', "-")).ok())
        .ok_or_else(|| {
            SettingsError(format!("{setting} has `{name}`; write it as WSGI does: HTTP_X_TOKEN for X-Token"))
        })
}

fn in_file(text: &str, error: &toml::de::Error) -> SettingsError {
    let message = error.message();
    // serde's words: unknown field `a`, expected one of `b`, `c`.
    let mut quoted = message.split('`').skip(1).step_by(2);
    let meant = match quoted.next() {
        Some(field) if message.starts_with("unknown field") => did_you_mean(field, quoted),
        _ => String::new(),
    };
    SettingsError(format!("belleville.toml, line {}: {message}{meant}", line_of(text, error.span())))
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let end = span.map_or(0, |span| span.start).min(text.len());
    text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
}
