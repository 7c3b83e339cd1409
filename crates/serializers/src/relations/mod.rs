//! Fields that name a row of another model: DRF's `relations`.

mod declared;
mod hyperlinked;
mod keys;
mod many;
mod text;

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::{ColumnPath, Family, FieldMeta, ModelMeta, Result, Rows, Value, ValueRef, python};

use crate::fields::read_only::{self, write_shown};
use crate::fields::{AsIs, Blank, Field, Messages, Reading, ValidationError};
use crate::plan::{Column, Source};
use crate::value::{Slug, Validated};
use crate::{Given, RelatedRows};
use keys::Key;

pub use declared::{
    HyperlinkedIdentityField, HyperlinkedRelatedField, PrimaryKeyRelatedField, SlugRelatedField,
    StringRelatedField,
};
pub(crate) use declared::{Link, Related as DeclaredRelation};
pub(crate) use hyperlinked::{Hyperlink, ViewUrl};
pub(crate) use many::ManyRelated;
pub(crate) use text::TextRelated;

use crate::reading::Found;
pub(crate) use crate::reading::NamedRows;

/// The row of another model, by its primary key or another field: DRF's `PrimaryKeyRelatedField` and `SlugRelatedField`.
#[derive(Debug)]
pub struct Related {
    /// The rows that input may name.
    rows: NamedRows,
    names: Names,
    /// The field whose values name them.
    field: &'static FieldMeta,
    /// The model that has it.
    holder: &'static ModelMeta,
    /// They are named by whole numbers, which are what is kept of them.
    are_numbers: bool,
}

/// What rows are named by.
#[derive(Debug)]
enum Names {
    /// Their primary keys, which a field may read and show in its own way: DRF's `pk_field`.
    Key(Option<Box<dyn Field>>),
    /// A field, by its name; or one of a row that they refer to: `target__name`.
    Slug(&'static str),
}

impl Related {
    /// The rows of a model by their primary keys; `wanted` is the field whose value is kept.
    pub(crate) fn by_key(to: &'static ModelMeta, wanted: usize, queryset: Option<RelatedRows>) -> Self {
        let by = to.pk_position();
        let rows = NamedRows { to, queryset, by: ColumnPath::field(by), wanted };
        let field = &to.fields[by];
        let are_numbers = by == wanted && field.value_kind().row().family == Family::Integer;
        Self { rows, names: Names::Key(None), field, holder: to, are_numbers }
    }

    /// The same by another field; `None` when there is no such field.
    pub(crate) fn by_slug(
        to: &'static ModelMeta,
        slug: &'static str,
        wanted: usize,
        queryset: Option<RelatedRows>,
    ) -> Option<Self> {
        let Column { path, field, model, is_display: false } = Source::of_lookup(slug).column(to)? else {
            return None;
        };
        let rows = NamedRows { to, queryset, by: path, wanted };
        Some(Self { rows, names: Names::Slug(slug), field, holder: model, are_numbers: false })
    }

    /// With a field that reads and shows the keys.
    fn with_pk_field(self, field: Option<Box<dyn Field>>) -> Self {
        Self { are_numbers: self.are_numbers && field.is_none(), names: Names::Key(field), ..self }
    }

    /// The rows that input may name.
    pub(crate) fn rows(&self) -> &NamedRows {
        &self.rows
    }

    /// The model.
    pub fn to(&self) -> &'static ModelMeta {
        self.rows.to
    }

    /// The column whose values name its rows.
    pub(crate) fn by(&self) -> ColumnPath {
        self.rows.by
    }

    /// The table and the column that the values are in.
    pub(crate) fn column(&self) -> (&'static ModelMeta, &'static str) {
        (self.holder, self.field.column)
    }

    /// Whether whole numbers name them, which are what is kept of them.
    pub(crate) fn are_numbers(&self) -> bool {
        self.are_numbers
    }

    /// Whether what names a row is what is kept of it.
    pub(crate) fn is_kept(&self) -> bool {
        self.rows.are_by_wanted()
    }

    /// Whether input of this kind can be read.
    pub(crate) fn can_be_read(&self) -> bool {
        self.is_by_primary_key() || matches!(self.family(), Family::Text | Family::Uuid | Family::Integer)
    }

    fn family(&self) -> Family {
        self.field.value_kind().row().family
    }
}

impl Field for Related {
    fn error_messages(&self) -> Messages {
        match self.names {
            Names::Key(_) => &[
                ("does_not_exist", "Invalid pk \"{pk_value}\" - object does not exist."),
                ("incorrect_type", "Incorrect type. Expected pk value, received {data_type}."),
            ],
            Names::Slug(_) => &[
                ("does_not_exist", "Object with {slug_name}={value} does not exist."),
                // Django REST framework fails at it.
                ("not_unique", "More than one object has {slug_name}={value}."),
                ("invalid", "Invalid value."),
            ],
        }
    }

    fn blank(&self, text: &str) -> Blank {
        if text.is_empty() { Blank::Null } else { Blank::Value }
    }

    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        match data {
            Json::Int(number) if self.are_numbers => Some(Validated::Value(Value::Int(*number))),
            _ => None,
        }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let data = self.prepared(data)?;
        self.key_of(&data).map(Validated::Value)
    }

    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let data = match given {
            Given::Value(json) => self.prepared(json)?,
            Given::Null => self.prepared(&Json::Null)?,
            // Python's text of a file is its name.
            Given::File(file) if self.family() == Family::Text => Cow::Owned(Json::from(file.name())),
            given => return Err(self.refuse(given)),
        };
        // One of several: Django looks for no row with it.
        if *data == Json::Null {
            return Err(self.does_not_exist(&data));
        }
        let key = self.key_of(&data)?;
        match reading.row(&self.rows, key) {
            Found::One(value) => Ok(Validated::Value(value)),
            Found::None => Err(self.does_not_exist(&data)),
            Found::Several => Err(self.named("not_unique", &data)),
        }
    }

    /// Django takes Python's text of whatever it is given, which of a file is its name, where the key is a text.
    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        let text = match given {
            Given::File(file) => Cow::Borrowed(file.name()),
            Given::Form(form) => Cow::Owned(form.python_str()),
            given => return self.incorrect_type(given.python_type_name()),
        };
        match self.family() {
            Family::Text => self.does_not_exist(&Json::from(&*text)),
            Family::Uuid => keys::invalid_uuid(&text).into(),
            _ => self.incorrect_type(given.python_type_name()),
        }
    }

    fn as_is(&self) -> AsIs {
        match &self.names {
            Names::Key(Some(field)) => field.as_is(),
            Names::Key(None) | Names::Slug(_) => read_only::as_is(self.field.value_kind()),
        }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match &self.names {
            Names::Key(Some(field)) => field.to_representation(value, out),
            Names::Key(None) | Names::Slug(_) => write_shown(out, self.field.value_kind(), value),
        }
    }

    fn relation(&self) -> Option<&Related> {
        Some(self)
    }
}

impl Related {
    /// Whether the rows are named by their primary keys.
    pub fn is_by_primary_key(&self) -> bool {
        matches!(self.names, Names::Key(_))
    }

    /// The row that a validated value names.
    ///
    /// # Errors
    /// None of the database's.
    pub(crate) fn kept(&self, key: &Value) -> Result<Rows> {
        Rows::all(self.rows.to).with_values([(self.rows.wanted, key.clone())])
    }

    /// What is said of a validated value whose row is deleted by now; `None` where it is not known what input has named it by.
    pub(crate) fn vanished(&self, key: &Value, slugs: &[Slug]) -> Option<ValidationError> {
        let json = match key {
            _ if !self.is_kept() => slugs.iter().find(|slug| slug.key == *key)?.given.clone(),
            Value::Int(number) => Json::from(*number),
            Value::Text(text) => Json::from(&**text),
            Value::Uuid(uuid) => Json::from(uuid.to_string()),
            _ => return None,
        };
        Some(self.does_not_exist(&json))
    }

    /// Input as the field of the keys reads it, where there is one.
    fn prepared<'a>(&self, data: &'a Json) -> Result<Cow<'a, Json>, ValidationError> {
        let Names::Key(Some(field)) = &self.names else { return Ok(Cow::Borrowed(data)) };
        let refused =
            |invalid: ValidationError| ValidationError::from(invalid.detail(&[], field.error_messages()));
        let key = field.to_internal_value(data).map_err(refused)?;
        let json = match key {
            Validated::Value(Value::Uuid(uuid)) => Ok(Json::from(uuid.to_string())),
            key => key.into_json(),
        };
        json.map(Cow::Owned).map_err(|_| self.incorrect_type(data.python_type_name()))
    }

    fn key_of(&self, data: &Json) -> Result<Value, ValidationError> {
        // Of what Python takes for a number or a text, DRF refuses this one as a primary key.
        let key = match data {
            Json::Bool(_) if self.is_by_primary_key() => Key::WrongType,
            data => keys::read(self.family(), data),
        };
        match key {
            Key::Value(value) => Ok(value),
            Key::OfNoRow => Err(self.does_not_exist(data)),
            Key::WrongType => Err(self.incorrect_type(data.python_type_name())),
            Key::Invalid(message) => Err(message.into()),
        }
    }

    /// What is said of a value that names no row.
    fn does_not_exist(&self, data: &Json) -> ValidationError {
        self.named("does_not_exist", data)
    }

    /// A message with the value in it.
    fn named(&self, code: &'static str, data: &Json) -> ValidationError {
        let (invalid, shown) = (ValidationError::of(code), python::str_of(data));
        match self.names {
            Names::Key(_) => invalid.with("pk_value", shown),
            Names::Slug(slug) => invalid.with("slug_name", slug).with("value", shown),
        }
    }

    /// What is said of what can be no key.
    fn incorrect_type(&self, found: &str) -> ValidationError {
        match self.names {
            Names::Key(_) => ValidationError::of("incorrect_type").with("data_type", found),
            Names::Slug(_) => ValidationError::of("invalid"),
        }
    }
}
