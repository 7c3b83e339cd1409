//! A transaction, which has a connection to itself until its end.

use std::sync::atomic::{AtomicBool, Ordering};

use super::connection::Failure;
use super::pool::Lease;
use crate::backends::{Asked, Each};
use crate::query::statement::Statement;
use crate::transaction::Begin;
use crate::{Error, Result};

/// The lock of transactions that are alone: a number that nobody else is likely to use.
const ALONE: i64 = i64::from_be_bytes(*b"bellevil");

/// An open transaction. It is rolled back when it is dropped, before its connection is used again.
pub(crate) struct Session {
    lease: Lease,
    /// Whether a statement was refused: PostgreSQL does nothing more then, up to the savepoint or the end.
    refused: AtomicBool,
}

impl Session {
    pub(super) async fn begin(lease: Lease, how: &Begin) -> Result<Self> {
        // Set before it is sent: the answer may not be waited for.
        lease.set_in_transaction(true);
        lease.command(&begin(how)).await?;
        Ok(Self { lease, refused: AtomicBool::new(false) })
    }

    fn noted<T>(&self, outcome: Result<T, Failure>) -> Result<T> {
        if outcome.as_ref().is_err_and(|failure| failure.is_from_server() || failure.is_lost()) {
            self.refused.store(true, Ordering::Release);
        }
        Ok(outcome?)
    }

    pub(crate) async fn run(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        self.noted(self.lease.run(statement, each).await)
    }

    /// Runs a statement whose text is not used again.
    pub(crate) async fn run_once(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        self.noted(self.lease.run_once(statement, each).await)
    }

    /// The queries of cursors are planned as others are: all of their rows are wanted, not the first ones soon.
    pub(super) async fn plan_for_all_rows(&self) -> Result<()> {
        self.noted(self.lease.command("SET LOCAL cursor_tuple_fraction = 1").await)
    }

    pub(crate) async fn select_all(&self, batch: &mut [Asked<'_>]) -> Result<()> {
        self.noted(self.lease.run_all(batch).await)
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        self.noted(self.lease.batch(sql).await)
    }

    /// It is not waited for: were it refused, so would be all that follows.
    pub(crate) fn savepoint(&self) -> Result<()> {
        self.lease.send("SAVEPOINT atomic");
        Ok(())
    }

    pub(crate) async fn release_savepoint(&self) -> Result<()> {
        if self.refused.load(Ordering::Acquire) {
            return Err(cannot_be_kept());
        }
        self.noted(self.lease.command("RELEASE SAVEPOINT atomic").await)
    }

    pub(crate) fn undo_savepoint(&self) {
        self.lease.send("ROLLBACK TO SAVEPOINT atomic; RELEASE SAVEPOINT atomic");
        self.refused.store(false, Ordering::Release);
    }

    /// Commits. PostgreSQL rolls back without an error when a statement was refused before: that is an error here.
    pub(crate) async fn commit(&self) -> Result<()> {
        if self.refused.load(Ordering::Acquire) {
            self.rollback().await;
            return Err(cannot_be_kept());
        }
        self.end("COMMIT").await
    }

    pub(crate) async fn rollback(&self) {
        // Only a lost connection can refuse, and the server rolls back then.
        let _undone = self.end("ROLLBACK").await;
    }

    async fn end(&self, sql: &str) -> Result<()> {
        self.lease.command(sql).await.inspect_err(|failure| {
            // A refused commit has ended the transaction as well.
            self.lease.set_in_transaction(!failure.is_from_server());
        })?;
        self.lease.set_in_transaction(false);
        // Its answer came after all others.
        self.lease.nothing_is_unread();
        Ok(())
    }
}

fn begin(how: &Begin) -> String {
    let mut sql = "BEGIN".to_owned();
    if let Some(level) = how.isolation {
        sql.push_str(" ISOLATION LEVEL ");
        sql.push_str(level.sql());
    }
    if how.read_only {
        sql.push_str(" READ ONLY");
    }
    if how.is_alone() {
        sql.push_str(&format!("; SELECT pg_advisory_xact_lock({ALONE})"));
    }
    sql
}

fn cannot_be_kept() -> Error {
    Error::Database(
        "the transaction was undone: one of its statements failed, and `atomic` was left without that error. A statement \
         that may fail belongs into an `atomic` of its own"
            .to_owned(),
    )
}
