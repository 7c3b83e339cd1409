//! Nested serializers that are saved with the object around them, by declaration.

use belleville_db::{Database, Detail, Error, ErrorDetail, Model, Result, Rows, Value, Way, WayKind, python};

use crate::key::Key;
use crate::methods::BoxFuture;
use crate::nested::NestedField;
use crate::plan::{PlannedField, Role};
use crate::serializer::{save_changed, save_new};
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};

/// What becomes of the rows of a nested serializer when the object around it is saved, in one transaction. A row that input
/// names by its primary key is changed, and one without a key is made.
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
            let [name] = field.source.names() else { return None };
            let (writes, way) = (nested.writes?, Way::find(class.meta(), name, nested.class.meta())?);
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

    /// Saves the rows that belong to the object with this primary key.
    pub(crate) async fn save_after(self, object: &Value, context: &Context<'_>) -> Result<()> {
        let db = context.db();
        let there = keys(&self.way.rows([object.clone()]).0, db).await?;
        let (field, is_many) = (self.field, self.nested.many);
        let items = match self.value {
            Validated::List(items) => items,
            one @ Validated::Dict(_) => vec![one],
            Validated::Value(_) => Vec::new(),
        };
        let mut kept = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let Validated::Dict(mut data) = item else { continue };
            let class = &self.nested.class;
            let named = class.named_rows(&data);
            let key = self.nested.take_key(&mut data, is_many, &there);
            let saved = match key {
                Ok(key) => save_item(class, self.way, key, data, object, context).await,
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
                let merged = there.iter().filter(|_| self.writes == NestedWrites::Merge).cloned();
                let all: Vec<Value> = merged.chain(kept).collect();
                self.way.set(db, object, &all).await
            }
            _ if self.writes == NestedWrites::Replace || !is_many => {
                let kept: Vec<Key> = kept.iter().map(Key::of).collect();
                let left = there.into_iter().filter(|key| !kept.contains(&Key::of(key)));
                Rows::all(self.way.to()).with_keys(left).delete(db).await.map(drop)
            }
            _ => Ok(()),
        }
    }
}

impl NestedField {
    /// The key by which input names a row, which must be one of those that are there.
    fn take_key(&self, data: &mut ValidatedData, is_many: bool, there: &[Value]) -> Result<Option<Value>> {
        if !is_many {
            return Ok(there.first().cloned());
        }
        let pk = self.class.meta().pk().name;
        let Some(Validated::Value(key)) = data.take(pk).filter(|key| !key.is_null()) else { return Ok(None) };
        if there.iter().any(|known| Key::of(known) == Key::of(&key)) {
            return Ok(Some(key));
        }
        let shown = match &key {
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Uuid(uuid) => uuid.to_string(),
            other => python::repr_of(&belleville_db::json::Json::from(format!("{other:?}"))),
        };
        let text = format!("Invalid pk \"{shown}\" - object does not exist.");
        let detail = Detail::message(ErrorDetail::new(text, "does_not_exist"));
        Err(Error::Invalid(Detail::Dict(vec![(pk.to_owned(), detail)])))
    }
}

/// Saves one row, and gives its key.
async fn save_item(
    class: &SerializerClass,
    way: Way,
    key: Option<Value>,
    mut data: ValidatedData,
    object: &Value,
    context: &Context<'_>,
) -> Result<Value> {
    if let Some(back) = way.back_key() {
        data.set(way.to().fields[back].name, Validated::Value(object.clone()));
    }
    match key {
        Some(key) => (class.saver.update)(class, key.clone(), data, context).await.map(|()| key),
        None => (class.saver.create)(class, data, context).await,
    }
}

async fn keys(rows: &Rows, db: &Database) -> Result<Vec<Value>> {
    let mut keys = Vec::new();
    let pk = rows.meta().pk_position();
    rows.for_each(db, &[pk], &mut |row| {
        keys.push(row.get(0)?.to_owned());
        Ok(())
    })
    .await?;
    Ok(keys)
}

/// The error of one of several items, in DRF's place for it.
fn at_index(index: usize, error: Error) -> Error {
    match error {
        Error::Invalid(detail) => {
            let mut details = vec![Detail::Dict(Vec::new()); index];
            details.push(detail);
            Error::Invalid(Detail::List(details))
        }
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
