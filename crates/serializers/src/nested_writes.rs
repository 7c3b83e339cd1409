//! Nested serializers that are saved with the object around them, by declaration.

use belleville_db::{Database, Detail, Error, ErrorDetail, Model, Result, Rows, Value, Way, WayKind, python};

use crate::fields::of_column;
use crate::key::Key;
use crate::methods::BoxFuture;
use crate::nested::{NestedField, Saved};
use crate::plan::{PlannedField, Role};
use crate::serializer::{save_changed, save_new};
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};

/// What becomes of the rows of a nested serializer when the object around it is saved, in one transaction. A row that input
/// names by its primary key, or by the field that `key` says, is changed, and an item that names none is a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NestedWrites {
    /// Rows that input leaves out stay as they are.
    Merge,
    /// Rows that input leaves out are deleted; those of a many-to-many field are only taken out.
    Replace,
}

/// Saves objects of a serializer's model, without their type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saver {
    /// Makes an object and gives its primary key.
    pub(crate) create:
        for<'a> fn(&'a SerializerClass, ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<Value>>,
    /// Changes the object with a primary key.
    pub(crate) update:
        for<'a> fn(&'a SerializerClass, Value, ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<()>>,
}

impl Saver {
    pub(crate) fn of<M: Model>() -> Self {
        Self {
            create: |class, data, context| {
                Box::pin(async move {
                    let object: M = save_new(class, data, context).await?;
                    Ok(object.value(M::meta().pk_position()))
                })
            },
            update: |class, pk, data, context| {
                Box::pin(async move {
                    let pk = <M::Pk as belleville_db::FieldValue>::from_value(pk.as_ref())?;
                    let object = M::objects().filter_pk(pk).get(context.db()).await?;
                    save_changed(class, object, data, context).await.map(drop)
                })
            },
        }
    }

    /// Of a serializer without a model.
    pub(crate) fn none() -> Self {
        Self {
            create: |class, _, _| Box::pin(std::future::ready(Err(not_saved(class)))),
            update: |class, _, _, _| Box::pin(std::future::ready(Err(not_saved(class)))),
        }
    }
}

fn not_saved(class: &SerializerClass) -> Error {
    Error::refused(format!("{} has no model, and cannot be saved", class.name()))
}

/// A nested field's values, taken from those of the serializer around it.
pub(crate) struct NestedValues<'a> {
    field: &'a PlannedField,
    nested: &'a NestedField,
    writes: NestedWrites,
    way: Way,
    value: Validated,
}

impl<'a> NestedValues<'a> {
    /// Takes the values of the nested serializers that are saved by declaration.
    pub(crate) fn take(class: &'a SerializerClass, data: &mut ValidatedData) -> Vec<Self> {
        let of = |field: &'a PlannedField| {
            let Role::Nested(nested) = &field.role else { return None };
            let (Saved { writes, way }, name) = (nested.saved?, field.source.names().first()?);
            Some(Self { field, nested, writes, way, value: data.take(name)? })
        };
        class.writable_fields().filter_map(of).collect()
    }

    /// The position of the foreign key that refers to it.
    pub(crate) fn key(&self) -> Option<usize> {
        match self.way.kind() {
            WayKind::Key(at) => Some(at),
            _ => None,
        }
    }

    /// Whether it is saved before the object that refers to it.
    pub(crate) fn is_before(&self) -> bool {
        self.key().is_some()
    }

    /// Saves the row that the object refers to by a foreign key, and gives the position of the key and its value. `before` is
    /// the key that the object has.
    pub(crate) async fn save_before(
        self,
        before: Option<Value>,
        context: &Context<'_>,
    ) -> Result<(usize, Value)> {
        let at = self.key().ok_or_else(|| Error::refused("the row is saved after the object"))?;
        let Validated::Dict(data) = self.value else { return Ok((at, Value::Null)) };
        let class = &self.nested.class;
        let named = class.named_rows(&data);
        let saved = match before.filter(|key| !key.is_null()) {
            Some(key) => (class.saver.update)(class, key.clone(), data, context).await.map(|()| key),
            None => (class.saver.create)(class, data, context).await,
        };
        match saved {
            Ok(key) => Ok((at, key)),
            Err(error) => Err(self.field.around(class.explained(error, &named, context.db()).await)),
        }
    }

    /// Saves the rows that belong to an object.
    pub(crate) async fn save_after<M: Model>(self, object: &M, context: &Context<'_>) -> Result<()> {
        let (db, pk) = (context.db(), object.value(M::meta().pk_position()));
        let there = There::of(&self.way.rows([pk.clone()]).0, self.nested, db).await?;
        let owner = self.way.back_key().map(|back| (back, object.value(self.way.referred(back))));
        let (field, is_many) = (self.field, self.nested.is_many());
        let items = match self.value {
            Validated::List(items) => items,
            one @ Validated::Dict(_) => vec![one],
            Validated::Value(_) | Validated::Noted(_) => Vec::new(),
        };
        let mut kept = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let Validated::Dict(mut data) = item else { continue };
            let class = &self.nested.class;
            let named = class.named_rows(&data);
            let key = self.nested.take_key(&mut data, &there);
            let saved = match key {
                Ok(key) => save_item(class, key, data, owner.clone(), context).await,
                Err(error) => Err(error),
            };
            let placed = |error| field.around(if is_many { at_index(index, error) } else { error });
            match saved {
                Ok(key) => kept.push(key),
                Err(error) => return Err(placed(class.explained(error, &named, db).await)),
            }
        }
        match self.way.kind() {
            WayKind::Many(_) | WayKind::ManyBack(_) => {
                let merged = there.into_keys().filter(|_| self.writes == NestedWrites::Merge);
                let all: Vec<Value> = merged.chain(kept).collect();
                self.way.set(db, &pk, &all).await
            }
            _ if self.writes == NestedWrites::Replace || !is_many => {
                let kept: Vec<Key> = kept.iter().map(Key::of).collect();
                let left = there.into_keys().filter(|key| !kept.contains(&Key::of(key)));
                Rows::all(self.way.to()).with_keys(left).delete(db).await.map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// The rows that belong to an object already: what names each of them, and its primary key.
struct There(Vec<(Key, Value)>);

impl There {
    async fn of(rows: &Rows, nested: &NestedField, db: &Database) -> Result<Self> {
        let meta = rows.meta();
        let pk = meta.pk_position();
        let by = nested.list.as_ref().and_then(|list| list.key_position()).unwrap_or(pk);
        let mut there = Vec::new();
        rows.for_each(db, &[by, pk], &mut |row| {
            let name = of_column(&meta.fields[by], row.get(0)?)?;
            there.push((Key::of(&name), row.get(1)?.to_owned()));
            Ok(())
        })
        .await?;
        Ok(Self(there))
    }

    fn first(&self) -> Option<&Value> {
        self.0.first().map(|(_, pk)| pk)
    }

    /// The row that has this name.
    fn named(&self, name: &Value) -> Option<&Value> {
        let name = Key::of(name);
        self.0.iter().find(|(known, _)| *known == name).map(|(_, pk)| pk)
    }

    fn into_keys(self) -> impl Iterator<Item = Value> {
        self.0.into_iter().map(|(_, pk)| pk)
    }
}

impl NestedField {
    /// The primary key of the row that input names, which must be one of those that are there.
    fn take_key(&self, data: &mut ValidatedData, there: &There) -> Result<Option<Value>> {
        let Some(list) = &self.list else { return Ok(there.first().cloned()) };
        let Some(named) = list.take_key(data).filter(|key| !key.is_null()) else { return Ok(None) };
        match there.named(&named) {
            Some(pk) => Ok(Some(pk.clone())),
            // The value is the new row's own.
            None if list.key_is_value() => Ok(None),
            None => Err(Error::Invalid(no_such_row(self.class.meta().pk().name, &named))),
        }
    }
}

/// What is said of a key that input names and no row has.
pub(crate) fn no_such_row(name: &str, key: &Value) -> Detail {
    let shown = match key {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Uuid(uuid) => uuid.to_string(),
        other => python::repr_of(&belleville_db::json::Json::from(format!("{other:?}"))),
    };
    let text = format!("Invalid pk \"{shown}\" - object does not exist.");
    let detail = Detail::message(ErrorDetail::new(text, "does_not_exist"));
    Detail::Dict(vec![(name.to_owned(), detail)])
}

/// Saves one row, and gives its key. `owner` is the position of its foreign key to the object around it, and the value.
async fn save_item(
    class: &SerializerClass,
    key: Option<Value>,
    mut data: ValidatedData,
    owner: Option<(usize, Value)>,
    context: &Context<'_>,
) -> Result<Value> {
    if let Some((back, value)) = owner {
        data.set(class.meta().fields[back].name, Validated::Value(value));
    }
    match key {
        Some(key) => (class.saver.update)(class, key.clone(), data, context).await.map(|()| key),
        None => (class.saver.create)(class, data, context).await,
    }
}

/// The error of one of several items, in DRF's place for it.
pub(crate) fn at_index(index: usize, error: Error) -> Error {
    match error {
        Error::Invalid(detail) => Error::Invalid(Detail::Dict(vec![(index.to_string(), detail)])),
        other => other,
    }
}

impl PlannedField {
    /// The error of what is inside of the field.
    fn around(&self, error: Error) -> Error {
        match error {
            Error::Invalid(detail) => {
                Error::Invalid(Detail::Dict(vec![(self.bound.name.to_owned(), detail)]))
            }
            other => other,
        }
    }
}
