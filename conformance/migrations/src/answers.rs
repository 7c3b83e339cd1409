//! The answers to what the models do not say. `django/oracle.py` has the same.

use belleville_db::migrations::autodetector::{Questioner, Refused};
use belleville_db::{FieldMeta, Value};

/// The names, of models or fields, that became others.
const RENAMED: &[(&str, &str)] = &[
    ("name", "title"),
    ("code", "sign"),
    ("pieces", "units"),
    ("maker", "author"),
    ("tags", "labels"),
    ("Thing", "Item"),
];

/// What the rows that are there get, by the names of fields.
const DEFAULTS: &[(&str, &str)] = &[
    ("label", "it's \\new"),
    ("since", "2024-05-06"),
    ("made", "2024-05-06 07:08:09Z"),
    ("maker", "1"),
    ("owner", "1"),
    ("weight", "7"),
    ("tags", "1"),
];

/// Answers by the names alone.
pub(crate) struct Table;

impl Table {
    fn is_renamed(before: &str, after: &str) -> bool {
        let last = |text: &str| text.rsplit('.').next().unwrap_or_default().to_owned();
        RENAMED.contains(&(&last(before), &last(after)))
    }

    fn default(model: &str, field: &FieldMeta) -> Result<Value, Refused> {
        let found = DEFAULTS.iter().find(|(name, _)| *name == field.name);
        let Some((_, text)) = found else {
            return Err(Refused(format!("{model}.{}: no answer", field.name)));
        };
        field.value_of_text(text).map_err(|error| Refused(format!("{model}.{}: {error}", field.name)))
    }
}

impl Questioner for Table {
    fn is_renamed_model(&mut self, before: &str, after: &str) -> Result<bool, Refused> {
        Ok(Self::is_renamed(before, after))
    }

    fn is_renamed_field(&mut self, _: &str, before: &str, after: &str) -> Result<bool, Refused> {
        Ok(Self::is_renamed(before, after))
    }

    fn default_of_added(
        &mut self,
        model: &str,
        field: &FieldMeta,
        _: Option<Value>,
    ) -> Result<Value, Refused> {
        Self::default(model, field)
    }

    fn default_of_required(&mut self, model: &str, field: &FieldMeta) -> Result<Option<Value>, Refused> {
        if field.name == "ignored" { Ok(None) } else { Self::default(model, field).map(Some) }
    }
}
