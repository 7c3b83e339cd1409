//! A query that a program makes at almost every request: what it reads and its text are made once.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::output::{Layout, Objects, Output, Reading};
use super::queryset::QuerySet;
use super::select::Query;
use super::statement::{Asked, Returns, Statement};
use crate::dialect::{Dialect, Target};
use crate::{Database, Error, Model, Result, Row, TimeZone, Value};

/// A queryset that is made once, and run with other values each time.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Database, Model, Prepared, Value};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "projects")]
/// # struct Project { #[field(primary_key)] id: i64, #[field(max_length = 100, unique)] code: String }
/// static BY_CODE: Prepared<Project> = Prepared::new(|| Project::objects().filter(Project::CODE.eq("")));
///
/// # async fn example(db: &Database) -> belleville_db::Result<()> {
/// let project = BY_CODE.first(db, vec![Value::Text("B-7".to_owned())]).await?;
/// # Ok(()) }
/// ```
pub struct Prepared<M, Out = Objects> {
    make: fn() -> QuerySet<M, Out>,
    query: OnceLock<(Query, Layout)>,
    /// For each dialect the text, how many parameters it has, and the time zone that it was written for.
    texts: [OnceLock<(Arc<str>, usize, TimeZone)>; 2],
}

impl<M, Out> fmt::Debug for Prepared<M, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = self.query.get().map(|(query, _)| query);
        f.debug_struct("Prepared").field("query", &query).finish_non_exhaustive()
    }
}

impl<M: Model, Out: Output<M>> Prepared<M, Out> {
    /// The queryset that `make` makes. The values in it only stand for others, of the same kinds.
    pub const fn new(make: fn() -> QuerySet<M, Out>) -> Self {
        Self { make, query: OnceLock::new(), texts: [const { OnceLock::new() }; 2] }
    }

    /// The first of its rows with these values, which stand for those in the queryset in the order of their SQL. The
    /// queryset should find one row at most: a server sends all that it finds.
    ///
    /// # Errors
    /// Any database error, a column value that is not of its field's type, or another number of values.
    pub async fn first(&self, db: &Database, values: Vec<Value>) -> Result<Option<Out::Item>> {
        let (query, layout) = self.query.get_or_init(|| {
            let query = (self.make)().into_query();
            let layout = Layout::of(&query);
            (query, layout)
        });
        let statement = self.statement(query, db.target(), values)?;
        let reading = Reading::known(query, layout);
        let mut found = None;
        let each = &mut |row: &dyn Row| {
            if found.is_none() {
                found = Some(Out::read(row, &reading)?);
            }
            Ok(())
        };
        db.select(&statement, each).await?;
        Ok(found)
    }

    fn statement(&self, query: &Query, target: Target, values: Vec<Value>) -> Result<Statement> {
        let text = &self.texts[usize::from(target.dialect == Dialect::Postgres)];
        let (sql, count) = match text.get().filter(|(_, _, zone)| *zone == target.time_zone) {
            Some((sql, count, _)) => (Arc::clone(sql), *count),
            None => {
                let Statement { sql, params, .. } = query.statement(target, Asked::Rows)?;
                // Of a program with databases in several time zones, the first one's text is kept.
                text.get_or_init(|| (Arc::clone(&sql), params.len(), target.time_zone));
                (sql, params.len())
            }
        };
        if values.len() != count {
            let text = format!("a prepared query of {count} values was given {}", values.len());
            return Err(Error::Database(text));
        }
        Ok(Statement { returns: Returns::FirstRow, ..Statement::new(sql, values) })
    }
}
