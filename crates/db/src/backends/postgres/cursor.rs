//! A query whose rows are read a batch at a time: a cursor of SQL, which lives as long as its transaction. Nothing of it is kept
//! in the session, so that it works behind PgBouncer as well.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::OwnedSemaphorePermit;

use super::Session;
use crate::Result;
use crate::backends::Each;
use crate::query::statement::Statement;

/// A cursor in a transaction of its own, which only reads and ends when this is dropped.
pub(crate) struct Cursor {
    position: Position,
    session: Session,
    _permit: OwnedSemaphorePermit,
}

impl Cursor {
    pub(super) async fn open(
        session: Session,
        statement: &Statement,
        size: usize,
        permit: OwnedSemaphorePermit,
    ) -> Result<Self> {
        let (position, declaration) = Position::declare(statement, size);
        session.run_once(&declaration, &mut |_| Ok(())).await?;
        Ok(Self { position, session, _permit: permit })
    }

    /// Calls `each` with each row of the next batch; whether there may be another one.
    pub(crate) async fn next(&mut self, each: Each<'_>) -> Result<bool> {
        let fetched = self.session.run_once(&self.position.fetch(), each).await?;
        if self.position.has_more(fetched) {
            return Ok(true);
        }
        self.session.commit().await?;
        Ok(false)
    }
}

/// Where a cursor stands: its name, and how many rows are fetched at once.
pub(crate) struct Position {
    name: u64,
    size: usize,
}

impl Position {
    /// A new cursor, and the statement that declares it.
    pub(crate) fn declare(statement: &Statement, size: usize) -> (Self, Statement) {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let name = LAST.fetch_add(1, Ordering::Relaxed);
        let sql = format!("DECLARE belleville_{name} NO SCROLL CURSOR FOR {}", statement.sql);
        (Self { name, size }, Statement::new(sql, statement.params.clone()))
    }

    /// The statement that fetches the next batch.
    pub(crate) fn fetch(&self) -> Statement {
        Statement::new(format!("FETCH FORWARD {} FROM belleville_{}", self.size, self.name), Vec::new())
    }

    /// Whether there may be more rows behind a batch of so many.
    pub(crate) fn has_more(&self, fetched: u64) -> bool {
        usize::try_from(fetched).is_ok_and(|fetched| fetched >= self.size)
    }
}
