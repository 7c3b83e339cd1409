//! The database engines, and all that the rest of the crate asks of them: to connect, to run a statement and hand over
//! its rows, to begin, commit and undo, and to say in our words what went wrong. Nothing above this module knows which
//! engine it is; the dialect alone says which SQL to write.

pub(crate) mod client;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod url;

pub(crate) use postgres::Position;

use crate::database::OpenError;
use crate::dialect::Dialect;
use crate::query::statement::Statement;
use crate::transaction::Begin;
use crate::{Result, Row};

/// What is called with each row of a result.
pub(crate) type Each<'a> = &'a mut (dyn FnMut(&dyn Row) -> Result<()> + Send);

/// A statement, and what is called with each of its rows.
pub(crate) type Asked<'a> = (&'a Statement, Each<'a>);

/// A database outside of transactions: every statement is by itself.
///
/// The futures of PostgreSQL are boxed: they are large, and those of SQLite, which never wait for a network, should not be.
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// An open transaction, which has a connection to itself. It is rolled back when it is dropped.
pub(crate) enum Session {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

/// A query outside of transactions whose rows are read a batch at a time. It ends when it is dropped.
pub(crate) enum Cursor {
    Sqlite(sqlite::Cursor),
    Postgres(postgres::Cursor),
}

impl Cursor {
    /// Calls `each` with each row of the next batch; whether there may be another one.
    pub(crate) async fn next(&mut self, each: Each<'_>) -> Result<bool> {
        match self {
            Self::Sqlite(cursor) => cursor.next(each).await,
            Self::Postgres(cursor) => Box::pin(cursor.next(each)).await,
        }
    }
}

/// Why a URL names no database that can be used.
fn unsupported(scheme: &str) -> OpenError {
    OpenError::new(format!(
        "a database of kind `{scheme}` is not supported; DATABASE_URL should be like {} or {}",
        url::SQLITE_EXAMPLE,
        url::POSTGRES_EXAMPLE
    ))
}

impl Engine {
    /// The engine that a URL names. A file is opened here; a server is asked for the first time by [`Engine::check`] or
    /// by the first statement.
    pub(crate) fn open(url: &str) -> Result<Self, OpenError> {
        match url::scheme(url) {
            "sqlite" => sqlite::open(url).map(Self::Sqlite),
            "postgres" | "postgresql" => postgres::open(url).map(Self::Postgres),
            other => Err(unsupported(other)),
        }
    }

    /// Whether the database can be used, with the reason and what to do when it cannot.
    pub(crate) async fn check(&self) -> Result<(), OpenError> {
        match self {
            // Its file was opened with the engine.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(postgres) => Box::pin(postgres.check()).await,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn select(&self, statement: &Statement, each: Each<'_>) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.select(statement, each).await,
            Self::Postgres(postgres) => Box::pin(postgres.select(statement, each)).await,
        }
    }

    /// Independent queries, one after the other or at once.
    pub(crate) async fn select_all(&self, batch: &mut [Asked<'_>]) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => {
                for (statement, each) in batch {
                    sqlite.select(statement, each).await?;
                }
                Ok(())
            }
            Self::Postgres(postgres) => Box::pin(postgres.select_all(batch)).await,
        }
    }

    /// Opens a query that is read in batches of so many rows; `None` where the database has one connection, which would be held.
    pub(crate) async fn cursor(&self, statement: Statement, size: usize) -> Result<Option<Cursor>> {
        Ok(match self {
            Self::Sqlite(sqlite) => sqlite.cursor(statement, size).await?.map(Cursor::Sqlite),
            Self::Postgres(postgres) => {
                Box::pin(postgres.cursor(&statement, size)).await?.map(Cursor::Postgres)
            }
        })
    }

    /// Runs a statement that writes; the number is how many rows it changed.
    pub(crate) async fn write(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(statement, each).await,
            Self::Postgres(postgres) => Box::pin(postgres.write(statement, each)).await,
        }
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch(sql).await,
            Self::Postgres(postgres) => Box::pin(postgres.batch(sql)).await,
        }
    }

    pub(crate) async fn begin(&self, how: &Begin) -> Result<Session> {
        match self {
            Self::Sqlite(sqlite) => sqlite.begin(how).await.map(Session::Sqlite),
            Self::Postgres(postgres) => Box::pin(postgres.begin(how)).await.map(Session::Postgres),
        }
    }
}

impl Session {
    /// Declares a query that is read in batches of so many rows by [`Session::fetch`]; `None` where there is no such thing.
    pub(crate) async fn declare(&self, statement: &Statement, size: usize) -> Result<Option<Position>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(postgres) => {
                let (position, declaration) = Position::declare(statement, size);
                Box::pin(postgres.run_once(&declaration, &mut |_| Ok(()))).await?;
                Ok(Some(position))
            }
        }
    }

    /// Calls `each` with each row of the next batch; whether there may be another one.
    pub(crate) async fn fetch(&self, position: &Position, each: Each<'_>) -> Result<bool> {
        match self {
            Self::Sqlite(_) => Ok(false),
            Self::Postgres(postgres) => {
                let fetched = Box::pin(postgres.run_once(&position.fetch(), each)).await?;
                Ok(position.has_more(fetched))
            }
        }
    }

    /// Runs a statement; the number is how many rows it changed.
    pub(crate) async fn run(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        match self {
            Self::Sqlite(sqlite) => sqlite.run(statement, each),
            Self::Postgres(postgres) => Box::pin(postgres.run(statement, each)).await,
        }
    }

    pub(crate) async fn select_all(&self, batch: &mut [Asked<'_>]) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => {
                batch.iter_mut().try_for_each(|(statement, each)| sqlite.run(statement, each).map(drop))
            }
            Self::Postgres(postgres) => Box::pin(postgres.select_all(batch)).await,
        }
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch(sql),
            Self::Postgres(postgres) => Box::pin(postgres.batch(sql)).await,
        }
    }

    /// Marks a place to which [`Session::undo_savepoint`] returns.
    pub(crate) fn savepoint(&self) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch("SAVEPOINT atomic"),
            Self::Postgres(postgres) => postgres.savepoint(),
        }
    }

    pub(crate) async fn release_savepoint(&self) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch("RELEASE atomic"),
            Self::Postgres(postgres) => Box::pin(postgres.release_savepoint()).await,
        }
    }

    /// Undoes everything since the last savepoint. It does not wait, because it is also called when a future is dropped:
    /// what follows on this connection comes after it.
    pub(crate) fn undo_savepoint(&self) {
        match self {
            // The only failure is that SQLite has rolled back already, which is what is wanted.
            Self::Sqlite(sqlite) => drop(sqlite.batch("ROLLBACK TO atomic; RELEASE atomic")),
            Self::Postgres(postgres) => postgres.undo_savepoint(),
        }
    }

    pub(crate) async fn commit(&self) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.commit().await,
            Self::Postgres(postgres) => Box::pin(postgres.commit()).await,
        }
    }

    /// Rolls back and waits for it. A session that is only dropped is rolled back as well.
    pub(crate) async fn rollback(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.rollback(),
            Self::Postgres(postgres) => Box::pin(postgres.rollback()).await,
        }
    }
}
