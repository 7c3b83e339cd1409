//! Which rows the items of a list are about.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use belleville_db::{Detail, ErrorDetail, Model, Value};

use super::ListSerializerClass;
use crate::key::Key;
use crate::nested_writes::no_such_row;
use crate::plan::PlannedField;
use crate::reading::About;
use crate::uniqueness::Object;
use crate::validation::{ItemSource, Source};
use crate::value::{Validated, ValidatedData};

/// The rows that a list changes, by the values that name them.
pub(crate) struct Found<'a> {
    list: &'a ListSerializerClass,
    /// `None` where only saving finds them.
    by_key: Option<HashMap<Key, Arc<Object>>>,
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

    /// Whether what names a row is a value that the row is given too.
    pub(crate) fn key_is_value(&self) -> bool {
        self.key.is_some()
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

    /// The value by which validated input names a row. A primary key is none of the values that the row is given.
    pub(crate) fn take_key(&self, data: &mut ValidatedData) -> Option<Value> {
        let name = self.child()?.model()?.fields.get(self.key_position()?)?.name;
        match self.key_is_value() {
            true => data.get(name).and_then(Validated::value).cloned(),
            false => data.take(name).as_ref().and_then(Validated::value).cloned(),
        }
    }
}

impl<'a> Found<'a> {
    /// These objects.
    pub(crate) fn of_objects<M: Model>(list: &'a ListSerializerClass, objects: &[M]) -> Self {
        let mut by_key = HashMap::new();
        if let (Some(at), Some(class), Some(_)) = (list.key_position(), list.child(), list.key_field()) {
            let object = |object: &M| (Key::of(&object.value(at)), Arc::new(class.validators.object(object)));
            by_key = objects.iter().map(object).collect();
        }
        Self { list, by_key: Some(by_key) }
    }

    /// What the database has said of each item's key.
    pub(crate) fn of_answers(
        list: &'a ListSerializerClass,
        answers: impl IntoIterator<Item = (Value, Option<Arc<Object>>)>,
    ) -> Self {
        let found = answers.into_iter().filter_map(|(key, object)| Some((Key::of(&key), object?)));
        Self { list, by_key: Some(found.collect()) }
    }

    /// It is not known which rows there are.
    pub(crate) fn unknown(list: &'a ListSerializerClass) -> Self {
        Self { list, by_key: None }
    }

    /// What an item is about: the row that it names, or a new one, in which nothing is left out.
    pub(crate) fn about(&self, source: &Source<'_>, is_partial: bool) -> About {
        let Some(field) = self.list.key_field() else {
            return About { object: None, is_unknown: true, is_partial };
        };
        let Some(key) = source.value(field).filter(|key| !key.is_null()) else { return About::default() };
        match &self.by_key {
            None if self.list.key_is_value() => About { object: None, is_unknown: true, is_partial },
            None => About { object: Some(Arc::new(Object::of_key(key))), is_unknown: false, is_partial },
            Some(by_key) => {
                let object = by_key.get(&Key::of(&key)).cloned();
                About { is_partial: is_partial && object.is_some(), object, is_unknown: false }
            }
        }
    }

    /// The items that name no row by its primary key, or the same as an item before them.
    pub(crate) fn refused(&self, keys: &[Option<Value>]) -> Vec<(usize, Detail)> {
        let Some(field) = self.list.key_field() else { return Vec::new() };
        let name = field.bound.name;
        let is_missing = |key: &Key| self.by_key.as_ref().is_some_and(|known| !known.contains_key(key));
        let mut seen = HashSet::new();
        let mut refused = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let Some(value) = key else { continue };
            let key = Key::of(value);
            if !self.list.key_is_value() && is_missing(&key) {
                refused.push((index, no_such_row(name, value)));
            } else if !seen.insert(key) {
                let message = ErrorDetail::new("Another item has the same value.", "unique");
                refused.push((index, Detail::Dict(vec![(name.to_owned(), Detail::message(message))])));
            }
        }
        refused
    }
}
