//! SQL with its parameters.

use std::sync::Arc;

use crate::dialect::Dialect;
use crate::{Result, Row, Value, ValueRef};

/// SQL with its parameters, of which the text refers to each by its number, from 1.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sql: Arc<str>,
    pub(crate) params: Vec<Value>,
    pub(crate) returns: Returns,
}

/// What a statement answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returns {
    /// The rows that its text says, if any.
    Rows,
    /// The first of them, which is the only one that is read.
    FirstRow,
    /// One row with the key that the database has made for the row inserted, which its connection knows without
    /// `RETURNING`.
    NewKey,
}

/// What is asked of the rows of a query.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// What the query selects: the columns of the model, those of related models, annotations; or only what `values`
    /// names.
    Rows,
    /// The same of so many rows at most.
    AtMost(u64),
    /// Columns of the model itself by position.
    Fields(&'a [usize]),
    /// The number of rows.
    Count,
    /// One row if there is any.
    Exists,
    /// Functions of all the rows.
    Aggregates(&'a [super::node::Node]),
}

impl Statement {
    pub(crate) fn new(sql: impl Into<Arc<str>>, params: Vec<Value>) -> Self {
        Self { sql: sql.into(), params, returns: Returns::Rows }
    }

    /// The question what the database would do for this statement.
    pub(crate) fn explained(self, dialect: Dialect) -> Self {
        let words = match dialect {
            Dialect::Sqlite => "EXPLAIN QUERY PLAN ",
            Dialect::Postgres => "EXPLAIN ",
        };
        Self::new(format!("{words}{}", self.sql), self.params)
    }
}

/// One line of a plan: SQLite's numbers and text, PostgreSQL's text.
pub(crate) fn plan_line(row: &dyn Row) -> Result<String> {
    let mut line = Vec::new();
    for index in 0.. {
        match row.get(index) {
            Ok(ValueRef::Text(text)) => line.push(text.to_owned()),
            Ok(ValueRef::Int(n)) => line.push(n.to_string()),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    Ok(line.join(" "))
}
