//! A page of rows and the number of all of them.
//!
//! As Django does it, these are two statements, each of which looks at every row. Where texts are searched that is most of what both
//! cost, so that SQLite is then asked once for the number and the keys of the page, and the rows are read by their keys.

use std::ops::Range;

use super::node::{
    Aggregate, AggregateFunction, Case, Compare, Lookup, Node, OrderNode, Right, Window, WindowFunction,
};
use super::path::Path;
use super::queryset::count;
use super::rows::Rows;
use super::select::{Distinct, Part, Query};
use super::statement::Asked;
use crate::dialect::Dialect;
use crate::{Database, FieldValue, Result, Row, Value};

impl Rows {
    /// How many rows there are, and only those of a range, counted from 0 in the query's order.
    ///
    /// # Errors
    /// Any database error.
    pub async fn counted_slice(&self, db: &Database, range: Range<u64>) -> Result<(u64, Self)> {
        if db.dialect() == Dialect::Sqlite && is_plain_search(self.query()) {
            // Boxed, so that other lists do not take its memory.
            let found = Box::pin(searched(self.query(), db, range.clone())).await?;
            if let Some((count, rows)) = found {
                return Ok((count, rows));
            }
        }
        Ok((count(self.query(), db).await?, self.clone().slice(range)))
    }
}

/// Whether texts are searched in the rows of a query that has filters and an order alone.
fn is_plain_search(query: &Query) -> bool {
    query.combined.is_empty()
        && query.groups.is_empty()
        && query.distinct == Distinct::No
        && query.lock.is_none()
        && !query.is_sliced()
        && query.parts.iter().all(|part| matches!(part, Part::Filter(_)))
        && query.filters().any(|node| node.any(&searches))
        && !repeats_rows(query)
}

/// Whether a relation to many rows, in a filter or in the order, finds a row several times.
fn repeats_rows(query: &Query) -> bool {
    let is_to_many = |node: &Node| matches!(node, Node::Column(path) if path.is_to_many());
    let mut repeats = query.filters().any(|node| node.any(&is_to_many));
    query.each_order(|by| repeats = repeats || by.node.any(&is_to_many));
    repeats
}

/// Whether a text is looked at, for which no index helps.
fn searches(node: &Node) -> bool {
    let Node::Compare(compare) = node else { return false };
    match (compare.lookup, &compare.right) {
        (
            Lookup::IExact
            | Lookup::Contains
            | Lookup::IContains
            | Lookup::StartsWith
            | Lookup::IStartsWith
            | Lookup::EndsWith
            | Lookup::IEndsWith
            | Lookup::Regex
            | Lookup::IRegex,
            _,
        ) => true,
        (_, Right::Query(query)) => query.filters().any(|node| node.any(&searches)),
        _ => false,
    }
}

/// The number of rows and those of a range; `None` where the range has none.
async fn searched(query: &Query, db: &Database, range: Range<u64>) -> Result<Option<(u64, Rows)>> {
    let pk = Path::field(query.meta.pk_position());
    let all = Aggregate { function: AggregateFunction::Count, of: None, distinct: false, filter: None };
    let count =
        Window { function: WindowFunction::Aggregate(all), partition_by: Vec::new(), order_by: Vec::new() };
    let mut keys = query.clone();
    keys.slice(range.start, range.end);
    keys.selected = Some(vec![Node::Column(pk), Node::Window(Box::new(count))]);
    let (mut count, mut found) = (0, Vec::new());
    let each = &mut |row: &dyn Row| {
        found.push(row.get(0)?.to_owned());
        count = i64::from_value(row.get(1)?)?;
        Ok(())
    };
    keys.select(db, Asked::Rows, each).await?;
    if found.is_empty() {
        return Ok(None);
    }
    Ok(Some((u64::try_from(count).unwrap_or_default(), in_order(query, pk, found))))
}

/// The rows with some keys, in their order: rows that are equal in the query's order stay as they were found.
fn in_order(query: &Query, pk: Path, keys: Vec<Value>) -> Rows {
    let is_it = |key: &Value| {
        let right = Right::One(Node::Value(key.clone()));
        Node::Compare(Box::new(Compare { left: Node::Column(pk), lookup: Lookup::Exact, right }))
    };
    let place = |(place, key): (i64, &Value)| (is_it(key), Node::Value(Value::Int(place)));
    let case = Case { when: (0..).zip(&keys).map(place).collect(), otherwise: None };
    let order = OrderNode { node: Node::Case(Box::new(case)), descending: false, nulls_first: None };
    let mut rows = Query::new(query.meta);
    rows.filter(Node::is_in(pk, keys));
    rows.order = Some(vec![order]);
    Rows::of(rows)
}
