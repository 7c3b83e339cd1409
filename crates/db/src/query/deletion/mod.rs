//! Deletes rows and the rows that depend on them. Django's tables have no `ON DELETE`, so that our code follows the
//! foreign keys, in one transaction.

mod collector;
mod objects;
mod unknown;

use super::node::Node;
use super::path::Path;
use super::select::Query;
use super::statement::Asked;
use crate::{Database, ModelMeta, Result, Row, Value};

pub(crate) use unknown::UnknownKey;

/// How many values one `IN` holds: below SQLite's oldest limit on a statement's parameters.
pub(crate) const CHUNK: usize = 900;

/// How many rows were deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// In all.
    pub total: u64,
    /// By model, as `projects.Task`, in the order of deletion.
    pub by_model: Vec<(String, u64)>,
}

impl Deleted {
    fn add(&mut self, meta: &ModelMeta, rows: u64) {
        if rows == 0 {
            return;
        }
        self.total += rows;
        let label = meta.label();
        match self.by_model.iter_mut().find(|(model, _)| *model == label) {
            Some((_, count)) => *count += rows,
            None => self.by_model.push((label, rows)),
        }
    }
}

pub(crate) async fn delete(db: &Database, query: &Query) -> Result<Deleted> {
    if query.finds_nothing() {
        return Ok(Deleted::default());
    }
    let mut rows = query.clone();
    rows.related.clear();
    if !rows.is_sliced() {
        rows.order = Some(Vec::new());
    }
    db.atomic(async || collector::delete(db, rows).await).await
}

/// A value as a set can hold it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Int(i64),
    Text(String),
}

impl Key {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Int(n) => Self::Int(*n),
            Value::Text(text) => Self::Text(text.clone()),
            other => Self::Text(format!("{other:?}")),
        }
    }
}

/// The values of some fields in the rows of a query.
async fn values(db: &Database, query: &Query, fields: &[usize]) -> Result<Vec<Vec<Value>>> {
    let mut rows = Vec::new();
    let each = &mut |row: &dyn Row| {
        let values = (0..fields.len()).map(|index| Ok(row.get(index)?.to_owned()));
        rows.push(values.collect::<Result<_>>()?);
        Ok(())
    };
    query.select(db, Asked::Fields(fields), each).await?;
    Ok(rows)
}

/// The rows of a model in which one of some fields has one of these values.
fn referring(meta: &'static ModelMeta, fields: &[(usize, Vec<Value>)]) -> Query {
    let mut query = Query::new(meta);
    let conditions =
        fields.iter().map(|(field, values)| Node::is_in(Path::field(*field), values.iter().cloned()));
    query.filter(Node::Any(conditions.collect()));
    query.order = Some(Vec::new());
    query
}
