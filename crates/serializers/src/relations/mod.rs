//! Fields that name a row of another model: DRF's `relations`.

mod declared;
mod hyperlinked;
mod keys;
mod many;
mod text;

use belleville_db::json::Json;
use belleville_db::{Family, FieldKind, ModelMeta, Result, Rows, Value, ValueRef, python};

use crate::fields::read_only::{self, write_shown};
use crate::fields::{AsIs, Blank, Field, Invalid, Messages, Reading};
use crate::reading::NamedRows;
use crate::value::Validated;
use crate::{Given, RelatedRows};
use keys::Key;

pub use declared::{
    HyperlinkedIdentityField, HyperlinkedRelatedField, PrimaryKeyRelatedField, SlugRelatedField,
    StringRelatedField,
};
pub(crate) use declared::{Link, Related as DeclaredRelation, Shows};
pub(crate) use hyperlinked::Hyperlink;
pub(crate) use many::ManyRelated;
pub(crate) use text::TextRelated;

/// The row of another model, by one of its fields: DRF's `PrimaryKeyRelatedField`, and `SlugRelatedField` where that is another
/// field than the primary key.
#[derive(Debug)]
pub struct Related {
    /// The rows that input may name.
    rows: NamedRows,
    /// The kind of the values that name them.
    key: FieldKind,
}

impl Related {
    /// The rows of a model by the field at a position; `wanted` is the one whose value is kept.
    pub(crate) fn new(
        to: &'static ModelMeta,
        by: usize,
        wanted: usize,
        queryset: Option<RelatedRows>,
    ) -> Self {
        Self { rows: NamedRows { to, queryset, by, wanted }, key: to.fields[by].value_kind() }
    }

    /// The rows that input may name.
    pub(super) fn rows(&self) -> &NamedRows {
        &self.rows
    }

    /// The model.
    pub fn to(&self) -> &'static ModelMeta {
        self.rows.to
    }

    /// The position of the field whose values name its rows.
    pub fn by(&self) -> usize {
        self.rows.by
    }

    /// Whether input of this kind can be read.
    pub(crate) fn can_be_read(&self) -> bool {
        let is_known = matches!(self.key.row().family, Family::Text | Family::Uuid | Family::Integer);
        self.is_by_primary_key() || is_known
    }
}

impl Field for Related {
    fn error_messages(&self) -> Messages {
        if self.is_by_primary_key() {
            &[
                ("does_not_exist", "Invalid pk \"{pk_value}\" - object does not exist."),
                ("incorrect_type", "Incorrect type. Expected pk value, received {data_type}."),
            ]
        } else {
            &[
                ("does_not_exist", "Object with {slug_name}={value} does not exist."),
                ("invalid", "Invalid value."),
            ]
        }
    }

    fn blank(&self, text: &str) -> Blank {
        if text.is_empty() { Blank::Null } else { Blank::Value }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        self.key_of(data).map(Validated::Value)
    }

    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, Invalid> {
        let data = match given {
            Given::Value(json) => json,
            // One of several: Django looks for no row with it.
            Given::Null => return Err(self.does_not_exist(&Json::Null)),
            given => return Err(self.refuse(given)),
        };
        let key = self.key_of(data)?;
        match reading.row(&self.rows, &key) {
            Some(value) => Ok(Validated::Value(value)),
            None => Err(self.does_not_exist(data)),
        }
    }

    /// Python's text of a file is its name.
    fn refuse(&self, given: &Given<'_>) -> Invalid {
        match (given, self.key.row().family) {
            (Given::File(name), Family::Text) => self.does_not_exist(&Json::from(*name)),
            (Given::File(name), Family::Uuid) => keys::invalid_uuid(name).into(),
            (given, _) => self.incorrect_type(given.python_type_name()),
        }
    }

    fn as_is(&self) -> AsIs {
        read_only::as_is(self.key)
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        write_shown(out, self.key, value)
    }

    fn relation(&self) -> Option<&Related> {
        Some(self)
    }
}

impl Related {
    /// Whether the rows are named by their primary keys.
    pub fn is_by_primary_key(&self) -> bool {
        self.rows.by == self.rows.to.pk_position()
    }

    /// The row that a validated value names.
    ///
    /// # Errors
    /// None of the database's.
    pub(crate) fn kept(&self, key: &Value) -> Result<Rows> {
        Rows::all(self.rows.to).with_values([(self.rows.wanted, key.clone())])
    }

    /// What is said of a validated value whose row is deleted by now; `None` where input has named it by another field.
    pub(crate) fn vanished(&self, key: &Value) -> Option<Invalid> {
        let json = match key {
            _ if self.rows.by != self.rows.wanted => return None,
            Value::Int(number) => Json::from(*number),
            Value::Text(text) => Json::from(&**text),
            Value::Uuid(uuid) => Json::from(uuid.to_string()),
            _ => return None,
        };
        Some(self.does_not_exist(&json))
    }

    pub(super) fn key_of(&self, data: &Json) -> Result<Value, Invalid> {
        // Of what Python takes for a number or a text, DRF refuses this one as a primary key.
        let key = match data {
            Json::Bool(_) if self.is_by_primary_key() => Key::WrongType,
            data => keys::read(self.key.row().family, data),
        };
        match key {
            Key::Value(value) => Ok(value),
            Key::OfNoRow => Err(self.does_not_exist(data)),
            Key::WrongType => Err(self.incorrect_type(data.python_type_name())),
            Key::Invalid(message) => Err(message.into()),
        }
    }

    /// What is said of a value that names no row.
    fn does_not_exist(&self, data: &Json) -> Invalid {
        let shown = python::str_of(data);
        let invalid = Invalid::of("does_not_exist");
        if self.is_by_primary_key() {
            invalid.with("pk_value", shown)
        } else {
            invalid.with("slug_name", self.rows.to.fields[self.rows.by].name).with("value", shown)
        }
    }

    /// What is said of what can be no key.
    fn incorrect_type(&self, found: &str) -> Invalid {
        if self.is_by_primary_key() {
            Invalid::of("incorrect_type").with("data_type", found)
        } else {
            Invalid::of("invalid")
        }
    }
}
