//! A bounded number of connections. It is our own, of a hundred lines, because what is particular about it (a lease that
//! is rolled back before its connection is used again, connections that belong to a runtime, a bounded wait) would have to
//! be written around a pool of a library too.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::Connection;
use super::tls::Tls;
use super::url::Settings;
use crate::{Error, Result};

/// After this time without use a connection is asked whether it is still there: a firewall may have forgotten it.
const TRUSTED: Duration = Duration::from_secs(30);

/// How long an abandoned statement may take to end, before its connection is given up.
const RESTORE_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Pool {
    settings: Settings,
    tls: Tls,
    /// One for each connection that may be in use.
    permits: Arc<Semaphore>,
    /// One for each query that may be read in batches: half of the connections are left to others.
    cursors: Arc<Semaphore>,
    /// The one that was used last is at the end.
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: Arc<Connection>,
    since: Instant,
}

impl Pool {
    pub(super) fn new(settings: Settings, tls: Tls) -> Self {
        let permits = Arc::new(Semaphore::new(settings.pool_size));
        let cursors = Arc::new(Semaphore::new(settings.pool_size / 2));
        Self { settings, tls, permits, cursors, idle: Mutex::default() }
    }

    /// A permit to hold a connection for as long as a query is read in batches; `None` where there is one connection for all.
    ///
    /// # Errors
    /// [`Error::PoolTimeout`] when none became free in time.
    pub(super) async fn cursor_permit(&self) -> Result<Option<OwnedSemaphorePermit>> {
        if self.settings.pool_size < 2 {
            return Ok(None);
        }
        let queued = Arc::clone(&self.cursors).acquire_owned();
        match tokio::time::timeout(self.settings.pool_timeout, queued).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            _ => Err(Error::PoolTimeout),
        }
    }

    /// A connection for one statement or one transaction.
    ///
    /// # Errors
    /// [`Error::PoolTimeout`] when none became free in time, [`Error::Unavailable`] when the server cannot be reached.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease> {
        let permit = self.permit().await?;
        // Boxed, as all that is seldom done: a lease of a connection that is there does not take its memory.
        while let Some(Idle { connection, since }) = self.take() {
            if since.elapsed() < TRUSTED || Box::pin(connection.answers(self.settings.connect_timeout)).await
            {
                return Ok(self.leased(connection, permit));
            }
        }
        let connection = Box::pin(Connection::open(&self.settings, &self.tls)).await?;
        Ok(self.leased(Arc::new(connection), permit))
    }

    /// A connection that is not from before: after one broke, the others may be broken as well.
    pub(super) async fn lease_new(self: &Arc<Self>) -> Result<Lease> {
        let permit = self.permit().await?;
        let connection = Connection::open(&self.settings, &self.tls).await?;
        Ok(self.leased(Arc::new(connection), permit))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        let permits = Arc::clone(&self.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return Ok(permit);
        }
        match Box::pin(tokio::time::timeout(self.settings.pool_timeout, permits.acquire_owned())).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Error::PoolTimeout),
        }
    }

    fn leased(self: &Arc<Self>, connection: Arc<Connection>, permit: OwnedSemaphorePermit) -> Lease {
        Lease {
            connection,
            pool: Arc::clone(self),
            permit: Some(permit),
            in_transaction: AtomicBool::new(false),
        }
    }

    /// The idle connection of this runtime that was used last.
    fn take(&self) -> Option<Idle> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| !idle.connection.is_closed());
        let position = idle.iter().rposition(|idle| idle.connection.is_usable())?;
        Some(idle.remove(position))
    }

    fn give_back(&self, connection: Arc<Connection>) {
        if connection.is_closed() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= self.settings.pool_size {
            // It belongs to a runtime that does not ask any more.
            idle.remove(0);
        }
        idle.push(Idle { connection, since: Instant::now() });
    }
}

/// A connection in use. When it is dropped, the connection goes back to the pool: at once, or after the transaction that
/// is open on it has been rolled back and the statement that runs on it has been ended.
pub(super) struct Lease {
    connection: Arc<Connection>,
    pool: Arc<Pool>,
    /// Given back after the connection.
    permit: Option<OwnedSemaphorePermit>,
    in_transaction: AtomicBool,
}

impl Lease {
    /// Whether a transaction is open, which is rolled back when the lease is dropped.
    pub(super) fn set_in_transaction(&self, open: bool) {
        self.in_transaction.store(open, Ordering::Release);
    }
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (connection, pool, permit) =
            (Arc::clone(&self.connection), Arc::clone(&self.pool), self.permit.take());
        if connection.is_idle() && !self.in_transaction.load(Ordering::Acquire) {
            return pool.give_back(connection);
        }
        // Without a runtime the connection is closed, and the server rolls back.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if restored(&connection).await {
                    pool.give_back(connection);
                }
                drop(permit);
            });
        }
    }
}

/// Ends the statement that runs, and the transaction. A connection that does not get ready in time is not used again.
async fn restored(connection: &Connection) -> bool {
    let restoring = async {
        if !connection.is_idle() {
            connection.cancel().await;
        }
        // A request to cancel that comes late may end the first one.
        connection.command("ROLLBACK").await.is_ok() || connection.command("ROLLBACK").await.is_ok()
    };
    let restored = tokio::time::timeout(RESTORE_TIMEOUT, restoring).await == Ok(true);
    if restored {
        connection.nothing_is_unread();
    }
    restored
}
