//! Queries that find nothing whatever the rows are: the database need not be asked. Django's `EmptyResultSet`.

use super::node::{Aggregate, AggregateFunction, Compare, Function, Lookup, Node, Right};
use super::select::Query;
use super::statement::Asked;
use crate::{Database, Result, Row, Value};

impl Query {
    /// Calls `each` with each row of the answer.
    pub(crate) async fn select(
        &self,
        db: &Database,
        asked: Asked<'_>,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        if self.finds_nothing() {
            return match asked {
                Asked::Rows | Asked::AtMost(_) | Asked::Fields(_) | Asked::Exists => Ok(()),
                Asked::Count => each(&vec![Value::Int(0)]),
                Asked::Aggregates(nodes) => {
                    match nodes.iter().map(Node::of_no_rows).collect::<Option<Vec<Value>>>() {
                        Some(values) => each(&values),
                        None => db.select(&self.statement(db.target(), asked)?, each).await,
                    }
                }
            };
        }
        db.select(&self.statement(db.target(), asked)?, each).await
    }

    /// Whether it finds nothing, as far as that can be seen without looking at the rows.
    pub(super) fn finds_nothing(&self) -> bool {
        self.limit == Some(0)
            || (self.combined.is_empty() && self.filters().any(|node| node.truth() == Some(false)))
    }
}

impl Node {
    /// Whether a condition holds for every row or for none, as far as that can be seen.
    fn truth(&self) -> Option<bool> {
        match self {
            Self::All(nodes) => every(nodes, true),
            Self::Any(nodes) => every(nodes, false),
            Self::Odd(nodes) if every(nodes, false) == Some(false) => Some(false),
            Self::Not(node) => node.truth().map(|holds| !holds),
            Self::Compare(compare) => compare.truth(),
            Self::Exists(query) if query.finds_nothing() => Some(false),
            _ => None,
        }
    }

    /// The value of an aggregate, or of what is made of aggregates, where there are no rows.
    fn of_no_rows(&self) -> Option<Value> {
        match self {
            Self::Aggregate(aggregate) => match **aggregate {
                Aggregate { function: AggregateFunction::Count, .. } => Some(Value::Int(0)),
                _ => Some(Value::Null),
            },
            Self::Value(value) => Some(value.clone()),
            Self::Call(Function::Coalesce, nodes) => {
                let values = nodes.iter().map(Self::of_no_rows).collect::<Option<Vec<Value>>>()?;
                Some(values.into_iter().find(|value| !value.is_null()).unwrap_or(Value::Null))
            }
            _ => None,
        }
    }
}

impl Compare {
    fn truth(&self) -> Option<bool> {
        match (self.lookup, &self.right) {
            (Lookup::In, Right::List(nodes)) if nodes.is_empty() => Some(false),
            (Lookup::In, Right::Query(query)) if query.finds_nothing() => Some(false),
            _ => None,
        }
    }
}

/// `neutral` when all of the conditions are so, the opposite when one of them is.
fn every(nodes: &[Node], neutral: bool) -> Option<bool> {
    let mut all = Some(neutral);
    for node in nodes {
        match node.truth() {
            Some(holds) if holds != neutral => return Some(holds),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}
