//! Code and SQL of a migration.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::{Database, Dialect, Result};

type Text = Cow<'static, str>;
type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Code that a migration may run: an `async fn(&Database) -> Result<()>`, or such a closure,
/// `async |db: &Database| { .. }`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a step of a migration",
    label = "write an `async fn step(db: &Database) -> belleville::db::Result<()>`, or an async closure with `db: &Database`"
)]
pub trait Code<'a>: Send + Sync {
    /// Runs it.
    #[doc(hidden)]
    fn run(&self, db: &'a Database) -> Running<'a>;
}

impl<'a, F, R> Code<'a> for F
where
    F: Fn(&'a Database) -> R + Send + Sync,
    R: Future<Output = Result<()>> + Send + 'a,
{
    fn run(&self, db: &'a Database) -> Running<'a> {
        Box::pin(self(db))
    }
}

/// Code of a migration: it moves rows where SQL alone cannot say how.
#[derive(Clone)]
pub struct Step {
    code: Arc<dyn for<'a> Code<'a>>,
    kind: TypeId,
}

impl Step {
    /// The code.
    pub fn new<C: for<'a> Code<'a> + 'static>(code: C) -> Self {
        Self { code: Arc::new(code), kind: TypeId::of::<C>() }
    }

    pub(crate) async fn run(&self, db: &Database) -> Result<()> {
        self.code.run(db).await
    }
}

/// Every function has a type of its own, by which steps are told from each other.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Step").field(&self.kind).finish()
    }
}

/// What undoes a step of which nothing must be undone: Django's `RunPython.noop`.
///
/// # Errors
/// None.
pub async fn noop(_: &Database) -> Result<()> {
    Ok(())
}

/// SQL of a migration. A text is the same for both databases; an empty one does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    sqlite: Text,
    postgres: Text,
}

/// SQL that is another one for each database: `.run_sql(by_database("VACUUM", ""))`.
pub fn by_database(sqlite: impl Into<Cow<'static, str>>, postgres: impl Into<Cow<'static, str>>) -> Sql {
    Sql { sqlite: sqlite.into(), postgres: postgres.into() }
}

impl Sql {
    pub(crate) fn of(&self, dialect: Dialect) -> &str {
        match dialect {
            Dialect::Sqlite => &self.sqlite,
            Dialect::Postgres => &self.postgres,
        }
    }
}

impl<T: Into<Text>> From<T> for Sql {
    fn from(sql: T) -> Self {
        let sql = sql.into();
        Self { sqlite: sql.clone(), postgres: sql }
    }
}

/// The SQL as a migration is written.
impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sqlite, postgres } = self;
        if sqlite == postgres {
            write!(f, "{sqlite:?}")
        } else {
            write!(f, "by_database({sqlite:?}, {postgres:?})")
        }
    }
}
