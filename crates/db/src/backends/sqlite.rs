//! SQLite by rusqlite, called inline: a cached statement answers in microseconds, less than handing it to another
//! thread would cost. One connection writes, several read, and in WAL mode no reader waits for the writer. Only a
//! commit that waits for the disk runs on another thread, because it takes a hundred times as long.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef as Stored};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::time::Instant;

use crate::datetime::{stored, stored_time};
use crate::failed_statement;
use crate::statements::Statement;
use crate::{Error, Result, Row, Value, ValueRef, Violation, ViolationKind};

/// How long a statement waits, for other writers of this process and for the lock of another process together;
/// Django's default.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The first pause between two attempts to get the lock of another process, and the later ones.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(20));

/// How many prepared statements each connection keeps.
const CACHED_STATEMENTS: usize = 128;

/// How many idle reading connections are kept.
const IDLE_READERS: usize = 8;

/// When a commit waits for the disk: `PRAGMA synchronous`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Synchronous {
    /// At every commit: a committed transaction survives a power failure. SQLite's default, and so Django's.
    #[default]
    Full,
    /// At checkpoints: a power failure may undo the last commits, and does not damage earlier ones.
    Normal,
}

impl Synchronous {
    fn pragma(self) -> &'static str {
        match self {
            Self::Full => "PRAGMA synchronous = FULL",
            Self::Normal => "PRAGMA synchronous = NORMAL",
        }
    }
}

/// A file's connections.
pub(crate) struct Sqlite {
    /// `None` for a database in memory, where the writer also reads.
    file: Option<PathBuf>,
    synchronous: Synchronous,
    writer: Arc<AsyncMutex<Connection>>,
    readers: Mutex<Vec<Connection>>,
}

/// The writing connection, which one transaction holds.
pub(crate) type Writer = OwnedMutexGuard<Connection>;

impl Sqlite {
    pub(crate) fn open(file: Option<&Path>, synchronous: Synchronous) -> Result<Self> {
        let connection = connect(file, synchronous, true)?;
        // The writer waits in `patiently`.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self {
            file: file.map(Path::to_owned),
            synchronous,
            writer: Arc::new(AsyncMutex::new(connection)),
            readers: Mutex::new(Vec::new()),
        })
    }

    /// Whether a commit takes as long as the disk.
    pub(crate) fn waits_for_disk(&self) -> bool {
        self.synchronous == Synchronous::Full && self.file.is_some()
    }

    /// The writing connection, once earlier callers have released it.
    ///
    /// # Errors
    /// [`Error::Busy`] when the deadline passes first.
    pub(crate) async fn writer(&self, deadline: Instant) -> Result<Writer> {
        if let Ok(writer) = Arc::clone(&self.writer).try_lock_owned() {
            return Ok(writer);
        }
        let queued = Arc::clone(&self.writer).lock_owned();
        tokio::time::timeout_at(deadline, queued).await.map_err(|_| Error::Busy)
    }

    /// Runs `read` on a separate connection; on the only one when the database is in memory.
    pub(crate) async fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let Some(file) = &self.file else {
            return read(&*self.writer(deadline()).await?);
        };
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(Some(file), self.synchronous, false)?,
        };
        let outcome = read(&connection);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        outcome
    }
}

fn connect(file: Option<&Path>, synchronous: Synchronous, create: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
        file.map(make_private);
    }
    let connection = match file {
        Some(file) => Connection::open_with_flags(file, flags)?,
        None => Connection::open_in_memory()?,
    };
    // With STAT4 compiled in, a plan that depends on the values bound is made anew at each bind; this keeps it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;")?;
    connection.execute_batch(synchronous.pragma())?;
    Ok(connection)
}

/// Only the owner may read a new database; SQLite gives the files beside it the same mode. The mode of an existing
/// file is not changed: Django may share it with a group. SQLite reports everything else that is wrong with the path.
fn make_private(file: &Path) {
    #[cfg(unix)]
    let _ = crate::create_private(file);
    #[cfg(not(unix))]
    let _ = file;
}

/// When a writer that asks now gives up. One deadline covers the wait in our own queue and the wait for the lock of
/// another process: with two deadlines a request could wait for a multiple of Django's timeout.
pub(crate) fn deadline() -> Instant {
    Instant::now() + BUSY_TIMEOUT
}

/// Tries again while another process holds the write lock, for as long as Django would. The thread serves other
/// requests meanwhile: SQLite's own busy timeout would make it sleep.
pub(crate) async fn patiently<T>(
    writer: &mut Writer,
    deadline: Instant,
    mut attempt: impl FnMut(&Connection) -> Result<T> + Send,
) -> Result<T> {
    let mut pause = PAUSES.0;
    loop {
        match attempt(writer) {
            Err(Error::Busy) if Instant::now() < deadline => tokio::time::sleep(pause).await,
            outcome => return outcome,
        }
        pause = PAUSES.1.min(pause * 2);
    }
}

/// Calls `each` with each row of a query.
pub(crate) fn select(
    connection: &Connection,
    statement: &Statement,
    each: &mut dyn FnMut(&dyn Row) -> Result<()>,
) -> Result<()> {
    let outcome = selected(connection, statement, each);
    outcome.inspect_err(|error| failed_statement::remember(error, &statement.sql))
}

fn selected(
    connection: &Connection,
    statement: &Statement,
    each: &mut dyn FnMut(&dyn Row) -> Result<()>,
) -> Result<()> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let mut rows = prepared.query(rusqlite::params_from_iter(statement.params.iter().map(Parameter)))?;
    while let Some(row) = rows.next()? {
        each(&SqliteRow(row))?;
    }
    Ok(())
}

/// Runs a statement and returns how many rows it changed.
pub(crate) fn execute(connection: &Connection, statement: &Statement) -> Result<u64> {
    let outcome = executed(connection, statement);
    outcome.inspect_err(|error| failed_statement::remember(error, &statement.sql))
}

fn executed(connection: &Connection, statement: &Statement) -> Result<u64> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let changed = prepared.execute(rusqlite::params_from_iter(statement.params.iter().map(Parameter)))?;
    Ok(changed as u64)
}

/// Runs SQL that has neither parameters nor results: transactions and schema changes.
pub(crate) fn batch(connection: &Connection, sql: &str) -> Result<()> {
    Ok(connection.execute_batch(sql)?)
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl Row for SqliteRow<'_> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.0.get_ref(index)? {
            Stored::Null => Ok(ValueRef::Null),
            Stored::Integer(n) => Ok(ValueRef::Int(n)),
            Stored::Real(x) => Ok(ValueRef::Float(x)),
            Stored::Text(bytes) => std::str::from_utf8(bytes)
                .map(ValueRef::Text)
                .map_err(|_| Error::Decode("expected text, found bytes that are not UTF-8".to_owned())),
            Stored::Blob(bytes) => Ok(ValueRef::Bytes(bytes)),
        }
    }
}

/// A value as Django's SQLite backend binds it: a boolean is 0 or 1, a duration its microseconds, a UUID its 32
/// digits, and times, decimals and JSON are text.
struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = |text: String| ToSqlOutput::Owned(rusqlite::types::Value::Text(text));
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(Stored::Null),
            Value::Bool(b) => ToSqlOutput::Borrowed(Stored::Integer(i64::from(*b))),
            Value::Int(n) => ToSqlOutput::Borrowed(Stored::Integer(*n)),
            Value::Float(x) => ToSqlOutput::Borrowed(Stored::Real(*x)),
            Value::Text(text) => ToSqlOutput::Borrowed(Stored::Text(text.as_bytes())),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(Stored::Blob(bytes)),
            Value::Duration(length) => {
                let micros = i64::try_from(length.as_micros())
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                ToSqlOutput::Borrowed(Stored::Integer(micros))
            }
            Value::DateTime(at) => text(stored(*at)),
            Value::Date(date) => text(date.to_string()),
            Value::Time(time) => text(stored_time(*time)),
            Value::Decimal(number) => text(number.to_plain_string()),
            Value::Uuid(uuid) => text(uuid.simple().to_string()),
            Value::IpAddress(address) => text(address.to_string()),
            Value::Json(json) => text(
                json.dumps_spaced()
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(format!("{error:?}").into()))?,
            ),
        })
    }
}

/// What SQLite says of a constraint: its kind by the extended code, and the rest in words such as
/// `UNIQUE constraint failed: library_book.author_id, library_book.title`.
fn violation(extended_code: i32, text: &str) -> Violation {
    use rusqlite::ffi;
    let kind = match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE => ViolationKind::Unique,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => ViolationKind::PrimaryKey,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ViolationKind::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ViolationKind::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => ViolationKind::Check,
        _ => ViolationKind::Other,
    };
    let named = text.split_once("constraint failed: ").map(|(_, named)| named);
    let columns: Vec<(&str, &str)> =
        named.unwrap_or_default().split(", ").map_while(|name| name.split_once('.')).collect();
    match (kind, named, columns.first()) {
        (ViolationKind::Check | ViolationKind::Other, _, _) | (_, _, None) => {
            let constraint = named.or((kind == ViolationKind::Other).then_some(text)).map(str::to_owned);
            Violation { kind, table: None, columns: Vec::new(), constraint }
        }
        (_, _, Some((table, _))) => {
            let columns = columns.iter().map(|(_, column)| (*column).to_owned()).collect();
            Violation { kind, table: Some((*table).to_owned()), columns, constraint: None }
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => {
                let extended = error.sqlite_error().map_or(0, |error| error.extended_code);
                Self::Integrity(violation(extended, &text))
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(text),
        }
    }
}
