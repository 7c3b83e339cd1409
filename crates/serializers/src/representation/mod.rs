//! From rows, objects and validated values to JSON bytes.

mod children;
mod data;
mod named;
mod output;
mod render;
mod row;

use std::collections::HashMap;
use std::sync::Arc;

use belleville_db::{
    ColumnPath, Database, Error, FieldValue as _, Model, Result, Row, RowBatches, Rows, Value, ValueRef, Way,
};

use crate::Context;
use crate::SerializerClass;
use crate::key::Key;
use crate::method::AnyObject;

pub(crate) use named::Named;
pub(crate) use output::{Output, ReadText};
use render::Frame;

impl SerializerClass {
    /// The representations of a query's rows, as a compact JSON array: from the columns to the bytes. What belongs to them on
    /// the other side of a relation is read with them, or in one more query for each relation.
    ///
    /// # Errors
    /// Any database error, and any error of a method.
    pub async fn represent_all(&self, rows: impl Into<Rows>, context: &Context<'_>) -> Result<Vec<u8>> {
        render::rows(self.output(), &rows.into(), Frame::List, context).await
    }

    /// The same in batches of so many rows, so that they are never all in memory. See
    /// [`QuerySet::iterator`](belleville_db::QuerySet::iterator) for what is held meanwhile.
    ///
    /// # Errors
    /// Any database error.
    pub async fn represent_batches(
        self: &Arc<Self>,
        rows: &Rows,
        context: &Context<'_>,
        size: usize,
    ) -> Result<RepresentedBatches> {
        let rows = rows.batches(context.db(), self.output().selection(), size).await?;
        Ok(RepresentedBatches { class: Arc::clone(self), rows })
    }

    /// The representation of a query's one row, from its columns; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::MultipleObjectsReturned`] when there is another one, and as [`SerializerClass::represent_all`].
    pub async fn represent_one(&self, rows: &Rows, context: &Context<'_>) -> Result<Option<Vec<u8>>> {
        let bytes = render::rows(self.output(), rows, Frame::One(self.meta().name), context).await?;
        Ok(if bytes.is_empty() { None } else { Some(bytes) })
    }

    /// An object's representation, as compact JSON. What is not in the object itself is read from the database.
    ///
    /// # Errors
    /// When a column has a value that its field cannot show, and as [`SerializerClass::represent_all`].
    pub async fn represent<M: Model>(&self, object: &M, context: &Context<'_>) -> Result<Vec<u8>> {
        let output = self.output();
        let others = others(output, std::slice::from_ref(object), context.db()).await?;
        let row = ObjectRow::of(object, output, &others)?;
        let given: Option<&AnyObject> = Some(object);
        render::object(output, &row, given, context).await
    }

    /// The representations of objects, as a compact JSON array. What belongs to them on the other side of a relation is read in
    /// one more query for each relation.
    ///
    /// # Errors
    /// As [`SerializerClass::represent`].
    pub async fn represent_objects<M: Model>(&self, objects: &[M], context: &Context<'_>) -> Result<Vec<u8>> {
        let output = self.output();
        let others = others(output, objects, context.db()).await?;
        let mut list = render::Objects::new(output, context)?;
        for object in objects {
            list.add(&ObjectRow::of(object, output, &others)?, object)?;
        }
        list.finish().await
    }
}

/// The representations of a query's rows, batch by batch: [`SerializerClass::represent_batches`].
#[derive(Debug)]
pub struct RepresentedBatches {
    class: Arc<SerializerClass>,
    rows: RowBatches,
}

impl RepresentedBatches {
    /// Whether there may be rows that were not read yet.
    pub fn has_more(&self) -> bool {
        self.rows.has_more()
    }

    /// The next batch, as a compact JSON array. What belongs to its rows on the other side of a relation is read with it, in
    /// one more query for each relation. The last batch may be empty.
    ///
    /// # Errors
    /// As [`SerializerClass::represent_all`].
    pub async fn next(&mut self, context: &Context<'_>) -> Result<Vec<u8>> {
        render::batch(self.class.output(), &mut self.rows, context).await
    }
}

/// What is selected of objects' rows, by their keys.
type Others = HashMap<Key, Vec<Value>>;

/// What is selected of objects' rows, for what the objects themselves do not have.
async fn others<M: Model>(output: &Output, objects: &[M], db: &Database) -> Result<Others> {
    let mut found = Others::new();
    if output.is_own() {
        return Ok(found);
    }
    let selection = output.selection();
    let mut with_key = selection.clone();
    let key = with_key.column(ColumnPath::field(M::meta().pk_position()));
    for objects in objects.chunks(Way::MOST_KEYS) {
        let each = &mut |row: &dyn Row| {
            let values = (0..selection.len()).map(|at| Ok(row.get(at)?.to_owned()));
            let key = Key::of(&M::Pk::from_value(row.get(key)?)?.to_value());
            found.insert(key, values.collect::<Result<Vec<_>>>()?);
            Ok(())
        };
        let keys = objects.iter().map(|object| object.pk().to_value());
        Rows::all(M::meta()).with_keys(keys).select(db, &with_key, each).await?;
    }
    Ok(found)
}

/// An object as a row of what a serializer selects.
struct ObjectRow<'a, M> {
    object: &'a M,
    /// The model's field of each column, where it is one of the object's own.
    positions: &'a [Option<usize>],
    others: Option<&'a Vec<Value>>,
}

impl<'a, M: Model> ObjectRow<'a, M> {
    /// # Errors
    /// When the object has no row.
    fn of(object: &'a M, output: &'a Output, others: &'a Others) -> Result<Self> {
        let found = others.get(&Key::of(&object.pk().to_value()));
        if found.is_none() && !output.is_own() {
            return Err(Error::DoesNotExist(M::meta().name));
        }
        Ok(Self { object, positions: output.positions(), others: found })
    }
}

impl<M: Model> Row for ObjectRow<'_, M> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        match (self.positions.get(index), &self.others) {
            (Some(Some(field)), _) => Ok(self.object.value_ref(*field)),
            (_, Some(others)) => others.get(index),
            _ => Err(Error::Decode(format!("the row has no column {index}"))),
        }
    }
}
