//! Fields that name a row of another model: DRF's `relations`.

mod keys;

use belleville_db::json::Json;
use belleville_db::{
    Detail, ErrorDetail, Family, FieldKind, FieldMeta, ModelMeta, Relation, Result, Value, ValueRef, python,
    row_exists,
};

use crate::fields::read_only::{ReadOnly, write_shown};
use crate::fields::{Blank, FieldType};
use crate::{Context, RelatedRows};
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
) -> Box<dyn FieldType> {
    let (to, key) = ((relation.to)(), field.value_kind());
    let related = Related { to, by: relation.to_field.unwrap_or_else(|| to.pk_position()), key, queryset };
    let can_be_read = matches!(key.row().family, Family::Text | Family::Uuid | Family::Integer);
    if related.is_by_primary_key() || can_be_read {
        Box::new(related)
    } else {
        Box::new(ReadOnly { kind: key })
    }
}

impl FieldType for Related {
    fn name(&self) -> &'static str {
        "field"
    }

    fn blank(&self, text: &str) -> Blank {
        if text.is_empty() { Blank::Null } else { Blank::Value }
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        // Of what Python takes for a number or a text, DRF refuses this one as a primary key.
        let key = match given {
            Json::Bool(_) if self.is_by_primary_key() => Key::WrongType,
            given => keys::read(self.key.row().family, given),
        };
        match key {
            Key::Value(value) => Ok(value),
            Key::OfNoRow => Err(self.does_not_exist(given).into()),
            Key::WrongType => Err(self.incorrect_type(given.python_type_name()).into()),
            Key::Invalid(message) => Err(message.into()),
        }
    }

    /// Python's text of a file is its name.
    fn refuse_file(&self, name: &str) -> ErrorDetail {
        match self.key.row().family {
            Family::Text => self.does_not_exist(&Json::from(name)),
            Family::Uuid => keys::invalid_uuid(name),
            _ => self.incorrect_type("InMemoryUploadedFile"),
        }
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
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

    /// Whether a value names a row that the request may refer to.
    pub(crate) async fn may_name(&self, value: &Value, context: &Context<'_>) -> Result<bool> {
        match self.queryset {
            Some(queryset) => queryset(context)?.contains(context.db(), self.by, value).await,
            None => row_exists(context.db(), self.to, self.by, value, None).await,
        }
    }

    /// DRF's message for a value that names no row; `given` is what it was read from.
    pub(crate) fn does_not_exist(&self, given: &Json) -> ErrorDetail {
        let shown = python::str_of(given);
        let message = if self.is_by_primary_key() {
            format!("Invalid pk \"{shown}\" - object does not exist.")
        } else {
            format!("Object with {}={shown} does not exist.", self.to.fields[self.by].name)
        };
        ErrorDetail::new(message, "does_not_exist")
    }

    /// DRF's message for what can be no key.
    fn incorrect_type(&self, found: &str) -> ErrorDetail {
        if self.is_by_primary_key() {
            let message = format!("Incorrect type. Expected pk value, received {found}.");
            ErrorDetail::new(message, "incorrect_type")
        } else {
            ErrorDetail::new("Invalid value.", "invalid")
        }
    }
}
