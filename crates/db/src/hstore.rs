//! PostgreSQL's `hstore`: Django's `HStoreField`.

use std::collections::BTreeMap;

use crate::{FieldValue, Result, ValueRef};

/// Texts by their keys, of which each may be NULL.
pub type HStore = BTreeMap<String, Option<String>>;

impl FieldValue for HStore {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::HStore(pairs) => Ok(pairs.clone()),
            other => other.refused("an hstore"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::HStore(self)
    }
}
