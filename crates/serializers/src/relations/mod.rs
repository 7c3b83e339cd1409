//! Fields that name a row of another model: DRF's `relations`.

mod keys;

use belleville_db::json::Json;
use belleville_db::{Family, FieldKind, FieldMeta, ModelMeta, Relation, Result, ValueRef, python};

use crate::fields::read_only::{ReadOnly, write_shown};
use crate::fields::{Blank, Field, Invalid, Messages, Reading, Shape};
use crate::reading::NamedRows;
use crate::value::Validated;
use crate::{Given, RelatedRows};
use keys::Key;

/// The row of another model, by the field that a foreign key refers to. As in DRF this is a `PrimaryKeyRelatedField`, or a
/// `SlugRelatedField` where that is another field than the primary key.
#[derive(Debug)]
pub struct Related {
    /// The model.
    pub to: &'static ModelMeta,
    /// The position of the field whose values name its rows.
    pub by: usize,
    /// The kind of these values.
    key: FieldKind,
    /// The rows that input may name; all of them when there is none.
    queryset: Option<RelatedRows>,
}

/// The field of a foreign key.
pub(crate) fn field_of(
    field: &'static FieldMeta,
    relation: &'static Relation,
    queryset: Option<RelatedRows>,
) -> Box<dyn Field> {
    let (to, key) = ((relation.to)(), field.value_kind());
    let related = Related { to, by: relation.to_field.unwrap_or_else(|| to.pk_position()), key, queryset };
    let can_be_read = matches!(key.row().family, Family::Text | Family::Uuid | Family::Integer);
    if related.is_by_primary_key() || can_be_read {
        Box::new(related)
    } else {
        Box::new(ReadOnly { kind: key })
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

    fn shape(&self) -> Shape {
        Shape::new("field")
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
            given => return Err(self.refuse(given)),
        };
        let key = self.key_of(data)?;
        let rows = NamedRows { to: self.to, queryset: self.queryset, by: self.by };
        match reading.row(rows, &key) {
            Some(_) => Ok(Validated::Value(key)),
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
        self.by == self.to.pk_position()
    }

    fn key_of(&self, data: &Json) -> Result<belleville_db::Value, Invalid> {
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
            invalid.with("slug_name", self.to.fields[self.by].name).with("value", shown)
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
