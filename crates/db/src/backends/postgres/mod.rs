//! PostgreSQL by tokio-postgres. A statement outside of a transaction has a connection of the pool for as long as it
//! runs; a transaction has one until its end. Rows come in binary, and are read where they lie.

mod client;
mod compound;
mod connection;
mod cursor;
mod endpoint;
mod error;
mod literal;
mod parameter;
mod pool;
mod row;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod tls;
mod url;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::backends::{Asked, Each};
use crate::database::OpenError;
use crate::query::statement::Statement;
use crate::transaction::Begin;
use crate::{Error, Result};
use connection::Failure;
use pool::{Lease, Pool};

pub(super) use client::client;
pub(crate) use cursor::{Cursor, Position};
pub(crate) use literal::postgres_text;
pub(crate) use session::Session;

/// A server's database.
pub(crate) struct Postgres {
    pool: Arc<Pool>,
}

/// Reads the URL. The server is asked by [`Postgres::check`], or by the first statement.
pub(crate) fn open(url: &str) -> Result<Postgres, OpenError> {
    let settings = url::parse(url)?;
    let tls = tls::Tls::new(&settings)?;
    Ok(Postgres { pool: Arc::new(Pool::new(settings, tls)) })
}

impl Postgres {
    pub(crate) async fn check(&self) -> Result<(), OpenError> {
        self.pool.lease().await.map(drop).map_err(|error| OpenError::new(error.to_string()))
    }

    /// Reads rows. When the connection breaks before the first row, the query is asked once more on a new one.
    pub(crate) async fn select(&self, statement: &Statement, each: Each<'_>) -> Result<()> {
        let lease = self.pool.lease().await?;
        let mut begun = false;
        let mut first = |row: &dyn crate::Row| {
            begun = true;
            each(row)
        };
        match lease.run(statement, &mut first).await.map_err(Error::from) {
            Err(Error::Unavailable(_)) if !begun && only_reads(&statement.sql) => {
                drop(lease);
                Box::pin(self.select_again(statement, each)).await
            }
            outcome => outcome.map(drop),
        }
    }

    /// In a transaction that only reads: a function that writes, and may have done so, does not do it again.
    async fn select_again(&self, statement: &Statement, each: Each<'_>) -> Result<()> {
        let session = Session::begin(self.pool.lease_new().await?, &Begin::new().read_only()).await?;
        session.run(statement, each).await?;
        session.commit().await
    }

    /// Sends all queries before it waits for the first answer. When the connection breaks before the first row of any, they
    /// are asked once more on a new one.
    pub(crate) async fn select_all(&self, batch: &mut [Asked<'_>]) -> Result<()> {
        let lease = self.pool.lease().await?;
        let begun = AtomicBool::new(false);
        match run_noting(&lease, batch, &begun).await.map_err(Error::from) {
            Err(Error::Unavailable(_))
                if !begun.into_inner() && batch.iter().all(|(statement, _)| only_reads(&statement.sql)) =>
            {
                drop(lease);
                let session = Session::begin(self.pool.lease_new().await?, &Begin::new().read_only()).await?;
                session.select_all(batch).await?;
                session.commit().await
            }
            outcome => outcome,
        }
    }

    /// Runs a statement that writes. It is prepared first, which may be tried again on a new connection. Once it may have
    /// reached the server it is not.
    pub(crate) async fn write(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        let lease = self.pool.lease().await?;
        match lease.prepare(statement).await {
            Err(error) if error::is_lost(&error) => {
                drop(lease);
                Ok(Box::pin(self.pool.lease_new()).await?.run(statement, each).await?)
            }
            Err(error) => Err(Failure::of(statement, error).into()),
            Ok(()) => Ok(lease.run(statement, each).await?),
        }
    }

    /// A query that is read in batches of so many rows, in a transaction of its own; none where that would have the only
    /// connection.
    pub(crate) async fn cursor(&self, statement: &Statement, size: usize) -> Result<Option<Cursor>> {
        let Some(permit) = self.pool.cursor_permit().await? else { return Ok(None) };
        let session = self.begin(&Begin::new().read_only()).await?;
        session.plan_for_all_rows().await?;
        Cursor::open(session, statement, size, permit).await.map(Some)
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        Ok(self.pool.lease().await?.batch(sql).await?)
    }

    pub(crate) async fn begin(&self, how: &Begin) -> Result<Session> {
        match Session::begin(self.pool.lease().await?, how).await {
            // Nothing was done yet.
            Err(Error::Unavailable(_)) => Session::begin(self.pool.lease_new().await?, how).await,
            outcome => outcome,
        }
    }
}

/// Runs queries, and notes whether any of them has had a row.
async fn run_noting(lease: &Lease, batch: &mut [Asked<'_>], begun: &AtomicBool) -> Result<(), Failure> {
    let mut watched: Vec<_> = batch
        .iter_mut()
        .map(|(statement, each)| {
            let first = |row: &dyn crate::Row| {
                begun.store(true, Ordering::Relaxed);
                each(row)
            };
            (*statement, first)
        })
        .collect();
    let mut asked: Vec<Asked<'_>> =
        watched.iter_mut().map(|(statement, each)| (*statement, each as Each<'_>)).collect();
    lease.run_all(&mut asked).await
}

/// Whether a statement is a query, by its first word.
fn only_reads(sql: &str) -> bool {
    let sql = sql.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
}
