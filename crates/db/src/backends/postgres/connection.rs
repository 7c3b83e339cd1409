//! One connection, the statements that are prepared on it, and how a statement is run.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{FutureExt as _, Stream as _};
use hashlink::LruCache;
use tokio::runtime::{Handle, Id};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error as Refused, RowStream, Statement as Prepared};

use super::error;
use super::parameter::{Parameter, fits, type_of};
use super::row::PostgresRow;
use super::tls::Tls;
use super::url::Settings;
use crate::backends::{Asked, Each};
use crate::query::statement::Statement;
use crate::{Error, Row, Value, failed_statement};

/// How many prepared statements each connection keeps. The one that was not used for the longest time goes.
const CACHED_STATEMENTS: usize = 256;

/// How many rows are read before the other tasks of the thread get their turn: thousands may have arrived together.
const ROWS_AT_ONCE: usize = 200;

/// How many rows are read and thrown away after an error in one of them, rather than asking the server to stop.
const ROWS_SKIPPED: usize = 1000;

/// The oldest server that is supported.
const OLDEST: u32 = 14;

/// Django's sessions are in UTC as well: dates in SQL are days in UTC. It is a statement, because PgBouncer keeps it for the
/// client then, and refuses it among the options of the session.
const IN_UTC: &str = "SET TimeZone = 'UTC'";

/// A connection to the server. Its reading and writing is a task of the runtime on which it was made.
pub(super) struct Connection {
    client: Client,
    tls: Tls,
    runtime: Option<Id>,
    /// `None` when statements are not to be prepared.
    prepared: Option<Mutex<LruCache<Arc<str>, Prepared>>>,
    /// Statements whose answer was not read to its end.
    unread: AtomicUsize,
}

/// Why a statement failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server or the connection, and the statement.
    Refused(Refused, Option<Arc<str>>),
    /// What was to be done with its rows.
    Ours(Error),
    /// The same, with so many rows left that they were not waited for.
    Unread(Error),
}

impl Failure {
    pub(super) fn of(statement: &Statement, error: Refused) -> Self {
        Self::Refused(error, Some(Arc::clone(&statement.sql)))
    }

    /// The same, as that of a statement.
    fn in_statement(self, statement: &Statement) -> Self {
        match self {
            Self::Refused(error, _) => Self::of(statement, error),
            ours => ours,
        }
    }

    /// Whether the server has refused: it does nothing more in this transaction then.
    pub(super) fn is_from_server(&self) -> bool {
        matches!(self, Self::Refused(error, _) if error.as_db_error().is_some())
    }

    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Refused(error, _) if error::is_lost(error))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Ours(error) | Failure::Unread(error) => error,
            Failure::Refused(refused, sql) => {
                let error = error::of_statement(&refused);
                if let Some(sql) = sql {
                    failed_statement::remember(&error, &sql);
                }
                error
            }
        }
    }
}

impl Connection {
    /// Connects, within the time that the URL allows.
    pub(super) async fn open(settings: &Settings, tls: &Tls) -> crate::Result<Self> {
        match tokio::time::timeout(settings.connect_timeout, Self::connect(settings, tls)).await {
            Ok(connected) => connected.map_err(Error::Unavailable),
            Err(_) => Err(Error::Unavailable(error::no_answer(settings))),
        }
    }

    async fn connect(settings: &Settings, tls: &Tls) -> Result<Self, String> {
        let refused = |refused| error::of_connecting(&refused, settings);
        let (client, connection) = settings.config.connect(tls.clone()).await.map_err(refused)?;
        if let Some(version) = connection.parameter("server_version").filter(|version| is_too_old(version)) {
            return Err(format!(
                "the server at {} is PostgreSQL {version}; {OLDEST} or newer is needed",
                settings.place
            ));
        }
        tokio::spawn(connection);
        client.batch_execute(IN_UTC).await.map_err(refused)?;
        let prepared = settings.prepared_statements.then(|| Mutex::new(LruCache::new(CACHED_STATEMENTS)));
        let runtime = this_runtime();
        Ok(Self { client, tls: tls.clone(), runtime, prepared, unread: AtomicUsize::new(0) })
    }

    /// Whether it can be used on this runtime: the task that reads it runs, and the server has not closed it.
    pub(super) fn is_usable(&self) -> bool {
        self.runtime == this_runtime() && !self.is_closed()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.unread.load(Ordering::Acquire) == 0
    }

    /// What came before an answer has been read or thrown away.
    pub(super) fn nothing_is_unread(&self) {
        self.unread.store(0, Ordering::Release);
    }

    /// Asks the server to end the statement that runs, if one does.
    pub(super) async fn cancel(&self) {
        let _sent = self.client.cancel_token().cancel_query(self.tls.clone()).await;
    }

    /// Asks the server for a sign of life.
    pub(super) async fn answers(&self, within: Duration) -> bool {
        matches!(tokio::time::timeout(within, self.client.batch_execute("")).await, Ok(Ok(())))
    }

    /// Runs a statement, and calls `each` with each row. The number is how many rows it changed.
    pub(super) async fn run(&self, statement: &Statement, each: Each<'_>) -> Result<u64, Failure> {
        let unread = Unread::one(&self.unread);
        let outcome = self.run_prepared(statement, each).await;
        if !matches!(outcome, Err(Failure::Unread(_))) {
            unread.answered();
        }
        outcome
    }

    /// Runs a statement whose text is not used again, without preparing it.
    pub(super) async fn run_once(&self, statement: &Statement, each: Each<'_>) -> Result<u64, Failure> {
        let unread = Unread::one(&self.unread);
        let typed = statement.params.iter().map(|value| (Parameter(value), type_of(value)));
        let outcome = match self.client.query_typed_raw(&statement.sql, typed).await {
            Ok(stream) => read(pin!(stream), each).await,
            Err(refused) => Err(Failure::Refused(refused, None)),
        };
        if !matches!(outcome, Err(Failure::Unread(_))) {
            unread.answered();
        }
        outcome.map_err(|failure| failure.in_statement(statement))
    }

    /// Sends all statements, then reads the answers.
    pub(super) async fn run_all(&self, batch: &mut [Asked<'_>]) -> Result<(), Failure> {
        let running = batch.iter_mut().map(|(statement, each)| self.run(statement, each));
        join_all(running).await.into_iter().try_for_each(|outcome| outcome.map(drop))
    }

    async fn run_prepared(&self, statement: &Statement, each: Each<'_>) -> Result<u64, Failure> {
        let of_statement = |error| Failure::of(statement, error);
        let mut stream = pin!(match self.start(statement).await {
            // It was prepared before a table changed, or another one has thrown it away. It did nothing.
            Err(refused) if error::is_stale(&refused) && self.forget(&statement.sql) => {
                self.start(statement).await.map_err(of_statement)?
            }
            outcome => outcome.map_err(of_statement)?,
        });
        read(stream.as_mut(), each).await.map_err(|failure| failure.in_statement(statement))
    }

    /// Sends the statement, and waits for the beginning of the answer.
    async fn start(&self, statement: &Statement) -> Result<RowStream, Refused> {
        let Some(prepared) = self.prepared(statement).await? else {
            let typed = statement.params.iter().map(|value| (Parameter(value), type_of(value)));
            return Box::pin(self.client.query_typed_raw(&statement.sql, typed)).await;
        };
        self.client.query_raw(&prepared, statement.params.iter().map(Parameter)).await
    }

    /// Prepares a statement, if it is not prepared already.
    pub(super) async fn prepare(&self, statement: &Statement) -> Result<(), Refused> {
        self.prepared(statement).await.map(drop)
    }

    /// `None` when statements are not to be prepared.
    async fn prepared(&self, statement: &Statement) -> Result<Option<Prepared>, Refused> {
        let Some(cache) = &self.prepared else { return Ok(None) };
        let prepared = self.prepared_as(cache, &statement.sql, &statement.sql, &[]).await?;
        if statement.params.len() != prepared.params().len() {
            // The driver says how many there should be.
            return Ok(Some(prepared));
        }
        let pairs = || statement.params.iter().zip(prepared.params());
        if pairs().all(|(value, kind)| fits(value, kind)) {
            return Ok(Some(prepared));
        }
        // Sent with their own types, as literals have them: then the server finds the operator or says that there is none.
        let kinds: Vec<Type> = pairs()
            .map(|(value, kind)| if fits(value, kind) { kind.clone() } else { type_of(value) })
            .collect();
        let key = kinds.iter().fold(statement.sql.to_string(), |key, kind| format!("{key}\0{}", kind.oid()));
        self.prepared_as(cache, &key.into(), &statement.sql, &kinds).await.map(Some)
    }

    async fn prepared_as(
        &self,
        cache: &Mutex<LruCache<Arc<str>, Prepared>>,
        key: &Arc<str>,
        sql: &str,
        kinds: &[Type],
    ) -> Result<Prepared, Refused> {
        let known = cache.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        // Boxed, as all that is seldom done: a statement that is prepared already does not take its memory.
        let prepared = Box::pin(self.client.prepare_typed(sql, kinds)).await?;
        cache.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(key), prepared.clone());
        Ok(prepared)
    }

    /// Forgets a prepared statement; whether there was one.
    fn forget(&self, sql: &str) -> bool {
        let Some(cache) = &self.prepared else { return false };
        let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
        let before = cache.len();
        cache.retain(|key, _| !key.starts_with(sql));
        cache.len() < before
    }

    /// Runs SQL without parameters or results. It may change tables, so that the statements are prepared anew.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), Failure> {
        let outcome = self.command(sql).await;
        if let Some(cache) = &self.prepared {
            cache.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        outcome
    }

    /// Runs a command of transactions.
    pub(super) async fn command(&self, sql: &str) -> Result<(), Failure> {
        let unread = Unread::one(&self.unread);
        let outcome = self.client.batch_execute(sql).await;
        unread.answered();
        outcome.map_err(|error| Failure::Refused(error, Some(sql.into())))
    }

    /// Sends a command without waiting for its answer. What is sent later is run after it; what it fails with is the
    /// failure of the next statement, because the transaction cannot go on.
    pub(super) fn send(&self, sql: &str) {
        // The first poll sends it.
        let _answer = self.client.batch_execute(sql).now_or_never();
    }
}

fn this_runtime() -> Option<Id> {
    Handle::try_current().ok().map(|runtime| runtime.id())
}

fn is_too_old(version: &str) -> bool {
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().is_ok_and(|major: u32| major < OLDEST)
}

async fn read(mut stream: Pin<&mut RowStream>, each: Each<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    while let Some(row) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        rows += 1;
        if rows % ROWS_AT_ONCE == 0 {
            tokio::task::yield_now().await;
        }
        let row = PostgresRow::new(row.map_err(|error| Failure::Refused(error, None))?);
        if let Err(error) = each(&row as &dyn Row) {
            return Err(skip(stream, error).await);
        }
    }
    Ok(stream.rows_affected().unwrap_or(0))
}

/// Reads the rest of a short answer after an error, so that the connection is ready at once.
async fn skip(mut stream: Pin<&mut RowStream>, error: Error) -> Failure {
    for _ in 0..ROWS_SKIPPED {
        if !matches!(poll_fn(|context| stream.as_mut().poll_next(context)).await, Some(Ok(_))) {
            return Failure::Ours(error);
        }
    }
    Failure::Unread(error)
}

/// Counts a statement until its answer is read. One whose future is dropped stays counted.
struct Unread<'a>(&'a AtomicUsize);

impl<'a> Unread<'a> {
    fn one(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }

    fn answered(self) {
        // Another one may have found that all were read.
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| count.checked_sub(1));
    }
}

impl std::fmt::Debug for Parameter<'_> {
    /// The driver writes parameters to the log: they may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self.0, Value::Null) { "NULL" } else { "..." })
    }
}

#[cfg(test)]
mod tests {
    use super::is_too_old;

    #[test]
    fn old_servers_are_told_by_their_version() {
        for (version, expected) in [
            ("13.22", true),
            ("9.6.24", true),
            ("14.0", false),
            ("14beta1", false),
            ("15.18 (Debian 15.18-0+deb12u1)", false),
            ("140.1", false),
        ] {
            assert_eq!(is_too_old(version), expected, "{version}");
        }
    }
}
