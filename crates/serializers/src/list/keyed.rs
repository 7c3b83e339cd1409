//! Which rows the items of a list are about.

use std::collections::{HashMap, HashSet};

use belleville_db::{Detail, ErrorDetail, Model, Value};

use super::ListSerializerClass;
use crate::key::Key;
use crate::nested_writes::no_such_row;
use crate::plan::PlannedField;
use crate::reading::About;
use crate::uniqueness::Object;
use crate::validation::{ItemSource, Source};

/// The rows that a list changes, by the values that name them.
pub(crate) struct Found<'a, M> {
    list: &'a ListSerializerClass,
    objects: Vec<M>,
    by_key: HashMap<Key, Object>,
}

impl ListSerializerClass {
    /// The model's field by which input names a row.
    pub(crate) fn key_position(&self) -> Option<usize> {
        let meta = self.child()?.model()?;
        match self.key {
            Some(key) => meta.position(key),
            None => Some(meta.pk_position()),
        }
    }

    /// The same as input has it; nothing where input names no rows.
    fn key_field(&self) -> Option<&PlannedField> {
        let class = self.child()?;
        let name = class.model()?.fields.get(self.key_position()?)?.name;
        class.writable_fields().find(|field| field.source.is(name))
    }

    /// The value by which each item names a row, where it does.
    pub(crate) fn keys_of(&self, sources: &[ItemSource<'_>]) -> Vec<Option<Value>> {
        let key = |source: &ItemSource<'_>| match (source, self.key_field()) {
            (ItemSource::Object(source), Some(field)) => source.value(field).filter(|key| !key.is_null()),
            _ => None,
        };
        sources.iter().map(key).collect()
    }
}

impl<'a, M: Model> Found<'a, M> {
    pub(crate) fn new(list: &'a ListSerializerClass, objects: Vec<M>) -> Self {
        let mut by_key = HashMap::new();
        if let (Some(at), Some(class), Some(_)) = (list.key_position(), list.child(), list.key_field()) {
            let object = |object: &M| (Key::of(&object.value(at)), class.validators.object(object));
            by_key = objects.iter().map(object).collect();
        }
        Self { list, objects, by_key }
    }

    /// What an item is about: the row that it names, or a new one, in which nothing is left out.
    pub(crate) fn about(&self, source: &Source<'_>, is_partial: bool) -> About {
        let Some(field) = self.list.key_field() else {
            return About { object: None, is_unknown: true, is_partial };
        };
        let key = source.value(field);
        let object = key.and_then(|key| self.by_key.get(&Key::of(&key)).cloned());
        About { is_partial: is_partial && object.is_some(), object, is_unknown: false }
    }

    /// The items that name no row by its primary key, or the same as an item before them.
    pub(crate) fn refused(&self, keys: &[Option<Value>]) -> Vec<(usize, Detail)> {
        let Some(field) = self.list.key_field() else { return Vec::new() };
        let name = field.bound.name;
        let mut seen = HashSet::new();
        let mut refused = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let Some(value) = key else { continue };
            let key = Key::of(value);
            if self.list.key.is_none() && !self.by_key.contains_key(&key) {
                refused.push((index, no_such_row(name, value)));
            } else if !seen.insert(key) {
                let message = ErrorDetail::new("Another item has the same value.", "unique");
                refused.push((index, Detail::Dict(vec![(name.to_owned(), Detail::message(message))])));
            }
        }
        refused
    }

    pub(crate) fn into_objects(self) -> Vec<M> {
        self.objects
    }
}
