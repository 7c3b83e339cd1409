//! PostgreSQL's `hstore`: Django's `HStoreField`.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::{FieldValue, Result, ValueRef};

/// Texts by their keys, of which each may be NULL.
pub type HStore = BTreeMap<String, Option<String>>;

/// A key of a document, whose values are texts or null.
fn text(key: &str, json: &Json, document: ValueRef<'_>) -> Result<(String, Option<String>)> {
    match json {
        Json::Null => Ok((key.to_owned(), None)),
        Json::Str(text) => Ok((key.to_owned(), Some(text.to_string()))),
        _ => document.refused("an hstore"),
    }
}

impl FieldValue for HStore {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::HStore(pairs) => Ok(pairs.clone()),
            ValueRef::Json(Json::Dict(dict)) => {
                dict.iter().map(|(key, json)| text(key, json, value)).collect()
            }
            other => other.refused("an hstore"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::HStore(self)
    }
}
