//! Statements: their parameters, and the rows that they return.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef as Stored};
use rusqlite::{Connection, Rows, ToSql};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::backends::Each;
use crate::datetime::{stored, time_text};
use crate::failed_statement;
use crate::files::NOT_STORED;
use crate::query::statement::{Returns, Statement};
use crate::{Error, Result, Row, Value, ValueRef};

/// How many rows are read before the thread gives its other requests to another one. A row takes a microsecond or two
/// with its JSON, so that a page or a list of usual length never comes here.
const ROWS_INLINE: usize = 2000;

/// After how many steps of SQLite's virtual machine the time is looked at: about a millisecond.
const STEPS: i32 = 100_000;

thread_local! {
    /// When the statement that runs on this thread was first found running.
    pub(super) static BEGUN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Ends each statement of the connection that runs for longer than `limit`. The time is looked at only from time to time
/// while a statement runs, so that a short one does not pay for it.
pub(super) fn limit_time(connection: &mut Connection, limit: Duration) -> Result<()> {
    let is_late = move || match BEGUN.get() {
        Some(begun) => begun.elapsed() > limit,
        None => {
            BEGUN.set(Some(Instant::now()));
            false
        }
    };
    Ok(connection.progress_handler(STEPS, Some(is_late))?)
}

/// Runs a statement and calls `each` with each row. The number is how many rows it changed, for one that changes rows.
pub(super) fn run(connection: &Connection, statement: &Statement, each: Each<'_>) -> Result<u64> {
    BEGUN.set(None);
    let outcome = run_prepared(connection, statement, each);
    outcome.inspect_err(|error| failed_statement::remember(error, &statement.sql))
}

fn run_prepared(connection: &Connection, statement: &Statement, each: Each<'_>) -> Result<u64> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let params = parameters(statement);
    if prepared.column_count() == 0 {
        let changed = prepared.execute(params)?;
        if statement.returns == Returns::NewKey {
            each(&[Value::Int(connection.last_insert_rowid())])?;
        }
        return Ok(changed as u64);
    }
    let mut rows = prepared.query(params)?;
    let is_first_enough = statement.returns == Returns::FirstRow;
    let inline = if is_first_enough { 1 } else { ROWS_INLINE };
    if read(&mut rows, inline, each)? && !is_first_enough {
        beside_the_runtime(|| read(&mut rows, usize::MAX, each))?;
    }
    drop(rows);
    Ok(connection.changes())
}

/// What is bound.
pub(super) fn parameters(statement: &Statement) -> impl rusqlite::Params + '_ {
    rusqlite::params_from_iter(statement.params.iter().map(Parameter))
}

/// Reads at most so many rows; whether there may be more.
fn read(rows: &mut Rows<'_>, most: usize, each: Each<'_>) -> Result<bool> {
    for _ in 0..most {
        match rows.next()? {
            Some(row) => each(&SqliteRow(row))?,
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Runs what takes long on this thread, whose other requests go on on another one where the runtime has several.
fn beside_the_runtime<T>(run: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(run),
        _ => run(),
    }
}

/// Runs SQL that has neither parameters nor results: transactions and schema changes.
pub(super) fn batch(connection: &Connection, sql: &str) -> Result<()> {
    BEGUN.set(None);
    Ok(connection.execute_batch(sql)?)
}

/// Runs what begins or ends a transaction. The connection keeps it prepared.
pub(super) fn control(connection: &Connection, sql: &str) -> Result<()> {
    BEGUN.set(None);
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl Row for SqliteRow<'_> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.0.get_ref(index)? {
            Stored::Null => Ok(ValueRef::Null),
            Stored::Integer(n) => Ok(ValueRef::Int(n)),
            Stored::Real(x) => Ok(ValueRef::Float(x)),
            Stored::Text(bytes) => text(bytes),
            Stored::Blob(bytes) => Ok(ValueRef::Bytes(bytes)),
        }
    }

    fn bytes_of_text(&self, index: usize) -> Option<&[u8]> {
        match self.0.get_ref(index) {
            Ok(Stored::Text(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

/// Text as it is stored.
pub(super) fn text(bytes: &[u8]) -> Result<ValueRef<'_>> {
    std::str::from_utf8(bytes)
        .map(ValueRef::Text)
        .map_err(|_| Error::Decode("expected text, found bytes that are not UTF-8".to_owned()))
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
            Value::IpAddress(address) => text(address.to_string()),
            Value::Date(date) => text(date.to_string()),
            Value::Time(time) => text(time_text(*time)),
            Value::Decimal(number) => text(number.to_plain_string()),
            Value::Uuid(uuid) => text(uuid.simple().to_string()),
            Value::Array(_) | Value::Range(_) | Value::HStore(_) => {
                let text = "SQLite has no arrays, ranges and hstores";
                return Err(rusqlite::Error::ToSqlConversionFailure(text.into()));
            }
            Value::File(_) => return Err(rusqlite::Error::ToSqlConversionFailure(NOT_STORED.into())),
            Value::Json(json) => text(
                json.dumps_spaced()
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(format!("{error:?}").into()))?,
            ),
        })
    }
}
