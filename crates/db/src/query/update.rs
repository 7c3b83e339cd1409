//! Columns set in many rows at once, in the tables that have them.

use super::deletion::CHUNK;
use super::node::Node;
use super::path::Path;
use super::select::Query;
use super::statement::Asked;
use crate::{Database, Error, ModelMeta, Result, Row, Value};

/// Sets columns of the rows of a query, and answers how many rows there were.
pub(super) async fn update(db: &Database, query: &Query, assignments: &[(usize, Node)]) -> Result<u64> {
    let meta = query.meta;
    if assignments.iter().all(|(field, _)| meta.is_own(*field)) {
        return own(db, query, assignments).await;
    }
    let of_table = |table: &'static ModelMeta| {
        let assignments = assignments.iter().filter(|(field, _)| table.own_positions().contains(field));
        assignments.cloned().collect()
    };
    in_tables(db, query, of_table).await
}

/// The same for a child, some of whose columns are in its parents' tables: the keys of the rows are found first, because
/// what is set may be what they were found by.
pub(super) async fn in_tables(
    db: &Database,
    query: &Query,
    assignments: impl Fn(&'static ModelMeta) -> Vec<(usize, Node)> + Send,
) -> Result<u64> {
    db.atomic(async || {
        let keys = keys(db, query).await?;
        for table in query.meta.lineage() {
            let assignments = assignments(table);
            refuse_joined(table, &assignments)?;
            for keys in keys.chunks(CHUNK).filter(|_| !assignments.is_empty()) {
                let mut rows = Query::new(table);
                rows.filter(Node::is_in(Path::field(table.pk_position()), keys.iter().cloned()));
                own(db, &rows, &assignments).await?;
            }
        }
        Ok(u64::try_from(keys.len()).unwrap_or(u64::MAX))
    })
    .await
}

async fn own(db: &Database, query: &Query, assignments: &[(usize, Node)]) -> Result<u64> {
    let changed = db.execute(&query.update(db.target(), assignments)?).await;
    changed.map_err(|error| error.in_table(query.meta.db_table))
}

async fn keys(db: &Database, query: &Query) -> Result<Vec<Value>> {
    let mut query = query.clone();
    query.related.clear();
    if !query.is_sliced() {
        query.order = Some(Vec::new());
    }
    let mut keys = Vec::new();
    let each = &mut |row: &dyn Row| {
        keys.push(row.get(0)?.to_owned());
        Ok(())
    };
    query.select(db, Asked::Fields(&[query.meta.pk_position()]), each).await?;
    Ok(keys)
}

/// One table's columns are computed of its own alone.
fn refuse_joined(table: &ModelMeta, assignments: &[(usize, Node)]) -> Result<()> {
    let is_joined = |node: &Node| matches!(node, Node::Column(path) if !(path.is_local() && table.own_positions().contains(&path.last())));
    match assignments.iter().any(|(_, node)| node.any(&is_joined)) {
        true => Err(Error::Database("joined columns are not permitted in this query".to_owned())),
        false => Ok(()),
    }
}
