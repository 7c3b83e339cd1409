//! Saves the items of a list together.

use std::collections::HashMap;

use belleville_db::{
    Error, Model, Result, Rows, Value, Way, change_all, create_rows, missing_field, saves_in_bulk,
};

use super::ListSerializerClass;
use super::methods::{CreateAll, UpdateAll};
use crate::fields::cannot_show;
use crate::key::Key;
use crate::nested_writes::{NestedWrites, at_index};
use crate::serializer::{Parts, of_another_model, save_changed, save_new};
use crate::value::ValidatedData;
use crate::{Context, SerializerClass};

/// An item of a list, with the object that it changes.
#[derive(Clone)]
struct Change<M> {
    object: Option<M>,
    data: ValidatedData,
}

impl<M: Model> Change<M> {
    /// Whether it may give an object another primary key, which makes it another row.
    fn sets_key(&self) -> bool {
        self.object.is_some() && self.data.get(M::meta().pk().name).is_some()
    }
}

impl ListSerializerClass {
    /// Whether it changes rows.
    pub(super) fn updates(&self) -> bool {
        self.methods.update.is_some() || self.writes.is_some()
    }

    /// Makes an object of each item.
    pub(super) async fn create<M: Model>(
        &self,
        items: Vec<ValidatedData>,
        context: &Context<'_>,
    ) -> Result<Vec<M>> {
        let class = self.child().ok_or_else(cannot_show)?;
        if let Some(create) = &self.methods.create {
            let create = create.downcast_ref::<CreateAll<M>>().ok_or_else(|| of_another_model(class))?;
            return create(items, context).await;
        }
        let changes = items.into_iter().map(|data| Change { object: None, data }).collect();
        save_all(class, changes, context).await
    }

    /// Changes the objects that items name, makes those that they do not name, and deletes those that are left out, where that
    /// is declared.
    pub(super) async fn update<M: Model>(
        &self,
        objects: Vec<M>,
        items: Vec<ValidatedData>,
        context: &Context<'_>,
    ) -> Result<Vec<M>> {
        let class = self.child().ok_or_else(cannot_show)?;
        if let Some(update) = &self.methods.update {
            let update = update.downcast_ref::<UpdateAll<M>>().ok_or_else(|| of_another_model(class))?;
            return update(objects, items, context).await;
        }
        let key = self.key_position().ok_or_else(cannot_show)?;
        let mut left_out: HashMap<Key, M> =
            objects.into_iter().map(|object| (Key::of(&object.value(key)), object)).collect();
        let change = |mut data: ValidatedData| {
            let named = self.take_key(&mut data);
            Change { object: named.and_then(|named| left_out.remove(&Key::of(&named))), data }
        };
        let changes: Vec<Change<M>> = items.into_iter().map(change).collect();
        let db = context.db();
        db.atomic(async || {
            let saved = save_all(class, changes, context).await?;
            if self.writes == Some(NestedWrites::Replace) {
                let keys: Vec<Value> =
                    left_out.values().map(|object| object.value(M::meta().pk_position())).collect();
                for keys in keys.chunks(Way::MOST_KEYS) {
                    Rows::all(M::meta()).with_keys(keys.iter().cloned()).delete(db).await?;
                }
            }
            Ok(saved)
        })
        .await
    }
}

/// Saves items in one transaction. What the database refuses of many rows is looked for row by row, so that it is said of the
/// right one.
async fn save_all<M: Model>(
    class: &SerializerClass,
    changes: Vec<Change<M>>,
    context: &Context<'_>,
) -> Result<Vec<M>> {
    let db = context.db();
    db.atomic(async || {
        if changes.len() > 1 && class.saves_in_bulk() && !changes.iter().any(Change::sets_key) {
            let together = db.atomic(async || save_together(class, changes.clone(), context).await).await;
            match together {
                Err(Error::Integrity(_) | Error::DoesNotExist(_)) => {}
                outcome => return outcome,
            }
        }
        let mut saved = Vec::with_capacity(changes.len());
        for (index, Change { object, data }) in changes.into_iter().enumerate() {
            let named = class.named_rows(&data);
            let outcome = match object {
                None => save_new(class, data, context).await,
                Some(object) => save_changed(class, object, data, context).await,
            };
            match outcome {
                Ok(object) => saved.push(object),
                Err(error) => return Err(at_index(index, class.explained(error, &named, db).await)),
            }
        }
        Ok(saved)
    })
    .await
}

impl SerializerClass {
    /// Whether nothing happens when one of its rows is saved that does not happen when many are.
    fn saves_in_bulk(&self) -> bool {
        let has_methods = self.methods.create.is_some() || self.methods.update.is_some();
        !has_methods && !self.has_nested_writes() && saves_in_bulk(self.meta())
    }
}

/// The keys of the rows that relations lead to, of each item that says them.
type RelatedOfAll = Vec<(Way, Vec<(usize, Vec<Value>)>)>;

/// Saves items with a few statements for all of them.
async fn save_together<M: Model>(
    class: &SerializerClass,
    changes: Vec<Change<M>>,
    context: &Context<'_>,
) -> Result<Vec<M>> {
    let db = context.db();
    let (mut new, mut changed, mut related) = (Vec::new(), Vec::new(), RelatedOfAll::new());
    let mut is_new = Vec::with_capacity(changes.len());
    for (index, Change { object, data }) in changes.into_iter().enumerate() {
        let parts = Parts::of(class, data)?;
        is_new.push(object.is_none());
        for (way, keys) in parts.related {
            match related.iter_mut().find(|(known, _)| known.is(way)) {
                Some((_, all)) => all.push((index, keys)),
                None => related.push((way, vec![(index, keys)])),
            }
        }
        match object {
            Some(object) => changed.push((object, parts.columns)),
            None => match missing_field(M::meta(), &parts.columns) {
                None => new.push(parts.columns),
                Some(field) => return Err(Error::refused(class.missing(field))),
            },
        }
    }
    let mut new = create_rows(db, M::meta(), new).await?.into_iter();
    let mut changed = change_all(db, changed).await?.into_iter();
    let mut saved: Vec<M> = Vec::with_capacity(is_new.len());
    for is_new in is_new {
        saved.extend(match is_new {
            true => new.next().map(|row| M::from_row(&row, 0)).transpose()?,
            false => changed.next(),
        });
    }
    for (way, all) in related {
        let key = |index: usize| saved.get(index).map(|object| object.value(M::meta().pk_position()));
        let wanted: Vec<(Value, Vec<Value>)> =
            all.into_iter().filter_map(|(index, keys)| Some((key(index)?, keys))).collect();
        way.set_all(db, &wanted).await?;
    }
    Ok(saved)
}
