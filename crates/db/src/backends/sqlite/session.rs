//! A transaction, which has a connection to itself until its end.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::runtime::Handle;

use super::{Readers, Writer, keep, statement};
use crate::backends::Each;
use crate::query::statement::Statement;
use crate::transaction::Begin;
use crate::{Error, Result};

/// An open transaction. It is rolled back when it is dropped.
pub(crate) struct Session {
    /// `None` after its end.
    held: Mutex<Option<Held>>,
    waits_for_disk: bool,
}

enum Held {
    Writing { writer: Writer, how: Begin },
    Reading { reader: Connection, readers: Readers },
}

impl Session {
    pub(super) fn writing(writer: Writer, waits_for_disk: bool, how: &Begin) -> Result<Self> {
        let held = Held::Writing { writer, how: *how };
        let session = Self { held: Mutex::new(Some(held)), waits_for_disk };
        if how.read_only {
            session.batch("PRAGMA query_only = ON")?;
        }
        Ok(session)
    }

    pub(super) fn reading(reader: Connection, readers: &Readers) -> Result<Self> {
        let held = Held::Reading { reader, readers: Arc::clone(readers) };
        let session = Self { held: Mutex::new(Some(held)), waits_for_disk: false };
        session.batch("PRAGMA query_only = ON; BEGIN")?;
        Ok(session)
    }

    pub(super) fn with<T>(&self, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &*self.held.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(held) => run(held),
            None => Err(Error::Database("this transaction is over".to_owned())),
        }
    }

    pub(crate) fn run(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        self.with(|connection| statement::run(connection, statement, each))
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        self.with(|connection| statement::batch(connection, sql))
    }

    /// Commits, on a thread that may wait for the disk: the runtime's threads serve other requests meanwhile. It goes on
    /// there when the caller stops waiting.
    pub(crate) async fn commit(&self) -> Result<()> {
        let Some(held) = self.take() else { return self.with(|_| Ok(())) };
        match Handle::try_current() {
            Ok(runtime) if self.waits_for_disk => {
                let committed = runtime.spawn_blocking(move || end(held, "COMMIT")).await;
                committed.map_err(|error| Error::Database(error.to_string()))?
            }
            _ => end(held, "COMMIT"),
        }
    }

    pub(crate) fn rollback(&self) {
        if let Some(held) = self.take() {
            // The only failure is that SQLite has rolled back already, which is what is wanted.
            let _undone = end(held, "ROLLBACK");
        }
    }

    fn take(&self) -> Option<Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.rollback();
    }
}

/// Ends the transaction and lets the connection go. A commit that fails is rolled back, so that it leaves no transaction
/// open.
fn end(held: Held, sql: &str) -> Result<()> {
    let outcome = statement::control(&held, sql);
    if outcome.is_err() {
        let _undone = statement::control(&held, "ROLLBACK");
    }
    match held {
        Held::Writing { writer, how } => {
            if how.read_only {
                statement::batch(&writer, "PRAGMA query_only = OFF")?;
            }
            if how.is_without_keys() {
                statement::batch(&writer, "PRAGMA foreign_keys = ON")?;
            }
        }
        Held::Reading { reader, readers } => {
            if statement::batch(&reader, "PRAGMA query_only = OFF").is_ok() {
                keep(&readers, reader);
            }
        }
    }
    outcome
}

impl Deref for Held {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Writing { writer, .. } => writer,
            Self::Reading { reader, .. } => reader,
        }
    }
}
