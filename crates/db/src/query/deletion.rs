//! Deletes rows and the rows that depend on them. Django's tables have no `ON DELETE`, so that our code follows the
//! foreign keys, in one transaction.

use std::collections::HashSet;

use super::node::Node;
use super::path::Path;
use super::select::Query;
use super::statement::Asked;
use super::write;
use crate::{Database, Error, ModelMeta, OnDelete, Result, Value};

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

pub(crate) async fn delete(db: &Database, query: &Query) -> Result<Deleted> {
    db.atomic(async || {
        let pks = keys(db, query).await?;
        let mut plan = Plan::default();
        plan.collect(db, query.meta, pks).await?;
        plan.carry_out(db).await
    })
    .await
}

/// The primary keys of the rows selected.
async fn keys(db: &Database, query: &Query) -> Result<Vec<Value>> {
    let mut keys = Vec::new();
    let fields = [query.meta.pk_position()];
    db.select(&query.statement(db.dialect(), Asked::Fields(&fields))?, &mut |row| {
        keys.push(row.get(0)?.to_owned());
        Ok(())
    })
    .await?;
    Ok(keys)
}

/// The rows to delete and to change, found before anything is written.
#[derive(Default)]
struct Plan {
    set_null: Vec<(&'static ModelMeta, usize, Vec<Value>)>,
    /// Rows that refer to others come after them, so the plan is executed from its end.
    delete: Vec<(&'static ModelMeta, Vec<Value>)>,
    /// The rows in `delete`, by table and key.
    planned: HashSet<(&'static str, Key)>,
}

/// A primary key as a set can hold it.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Key {
    Int(i64),
    Text(String),
}

impl Key {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Int(n) => Self::Int(*n),
            Value::Text(text) => Self::Text(text.clone()),
            other => Self::Text(format!("{other:?}")),
        }
    }
}

impl Plan {
    async fn collect(&mut self, db: &Database, meta: &'static ModelMeta, pks: Vec<Value>) -> Result<()> {
        let mut waiting = vec![(meta, pks)];
        while let Some((meta, pks)) = waiting.pop() {
            let pks = self.not_yet_planned(meta, pks);
            if pks.is_empty() {
                continue;
            }
            for (model, field, relation) in db.registry().referring_to(meta) {
                for chunk in pks.chunks(CHUNK) {
                    let related = keys(db, &referring(model, field, chunk)).await?;
                    if related.is_empty() {
                        continue;
                    }
                    match relation.on_delete {
                        OnDelete::Cascade => waiting.push((model, related)),
                        OnDelete::SetNull => self.set_null.push((model, field, related)),
                        OnDelete::DoNothing => {}
                        OnDelete::SetDefault | OnDelete::Set(_) => {
                            return Err(Error::Database("SET is being written".to_owned()));
                        }
                        OnDelete::Protect | OnDelete::Restrict => {
                            return Err(Error::Protected {
                                model: model.name,
                                field: model.fields[field].name,
                            });
                        }
                    }
                }
            }
            self.delete.push((meta, pks));
        }
        Ok(())
    }

    /// Rows that are found twice, or refer to each other in a circle, are planned once.
    fn not_yet_planned(&mut self, meta: &ModelMeta, mut pks: Vec<Value>) -> Vec<Value> {
        let table = meta.db_table;
        pks.retain(|pk| self.planned.insert((table, Key::of(pk))));
        pks
    }

    async fn carry_out(self, db: &Database) -> Result<Deleted> {
        for (meta, field, pks) in &self.set_null {
            for chunk in pks.chunks(CHUNK) {
                let rows = referring(meta, meta.pk_position(), chunk);
                let null = [(*field, Node::Value(Value::Null))];
                db.execute(&rows.update(db.dialect(), &null)?).await?;
            }
        }
        let mut deleted = Deleted::default();
        for (meta, pks) in self.delete.iter().rev() {
            for chunk in pks.chunks(CHUNK) {
                let statement = write::delete_in(db.dialect(), meta, meta.pk(), chunk)?;
                deleted.add(meta, db.execute(&statement).await?);
            }
        }
        Ok(deleted)
    }
}

impl Deleted {
    fn add(&mut self, meta: &ModelMeta, rows: u64) {
        self.total += rows;
        let label = meta.label();
        match self.by_model.iter_mut().find(|(model, _)| *model == label) {
            Some((_, count)) => *count += rows,
            None => self.by_model.push((label, rows)),
        }
    }
}

/// The rows of a model in which a field has one of these values.
fn referring(meta: &'static ModelMeta, field: usize, values: &[Value]) -> Query {
    let mut query = Query::new(meta);
    query.filter(Node::is_in(Path::field(field), values.iter().cloned()));
    query.order = Some(Vec::new());
    query
}
