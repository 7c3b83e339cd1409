//! The connections to an SQLite database, and the sample's rows in it.

use std::sync::Mutex;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{Refused, push_number, push_project, push_text};

pub(crate) struct Sqlite {
    readers: Mutex<Vec<Connection>>,
    file: String,
    writer: tokio::sync::Mutex<Connection>,
}

impl From<rusqlite::Error> for Refused {
    fn from(_: rusqlite::Error) -> Self {
        Self::Failed
    }
}

fn connect(file: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    // Without it, statements are planned anew whenever a value is bound.
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;")?;
    Ok(connection)
}

impl Sqlite {
    pub(crate) fn open(file: &str) -> rusqlite::Result<Self> {
        let writer = tokio::sync::Mutex::new(connect(file)?);
        Ok(Self { readers: Mutex::new(Vec::new()), file: file.to_owned(), writer })
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Refused>) -> Result<T, Refused> {
        let idle = self.readers.lock().map_err(|_| Refused::Failed)?.pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.file)?,
        };
        let outcome = read(&connection);
        self.readers.lock().map_err(|_| Refused::Failed)?.push(connection);
        outcome
    }

    pub(crate) async fn writer(&self) -> tokio::sync::MutexGuard<'_, Connection> {
        self.writer.lock().await
    }

    /// The active user of a token.
    pub(crate) fn user(&self, key: &str) -> Result<i64, Refused> {
        const SQL: &str = "SELECT u.id, u.is_active FROM authtoken_token t \
             JOIN auth_user u ON u.id = t.user_id WHERE t.key = ?1";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(SQL)?;
            let found: Option<(i64, bool)> =
                statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            found.filter(|(_, is_active)| *is_active).map(|(id, _)| id).ok_or(Refused::Unauthenticated)
        })
    }

    pub(crate) fn task(&self, user: i64, id: i64) -> Result<Vec<u8>, Refused> {
        const SQL: &str = "SELECT t.id, t.project_id, t.title, t.description, t.completed, t.created_at \
             FROM projects_task t JOIN projects_project p ON p.id = t.project_id \
             WHERE p.owner_id = ?1 AND t.id = ?2";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(SQL)?;
            let mut rows = statement.query([user, id])?;
            let row = rows.next()?.ok_or(Refused::NotFound)?;
            let mut out = Vec::with_capacity(256);
            push_task(&mut out, row)?;
            Ok(out)
        })
    }

    pub(crate) fn tasks(&self, user: i64) -> Result<Vec<u8>, Refused> {
        const SQL: &str = "SELECT t.id, t.project_id, t.title, t.description, t.completed, t.created_at \
             FROM projects_task t JOIN projects_project p ON p.id = t.project_id \
             WHERE p.owner_id = ?1 ORDER BY t.id";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(SQL)?;
            let mut rows = statement.query([user])?;
            let mut out = Vec::with_capacity(4096);
            out.push(b'[');
            while let Some(row) = rows.next()? {
                if out.len() > 1 {
                    out.push(b',');
                }
                push_task(&mut out, row)?;
            }
            out.push(b']');
            Ok(out)
        })
    }

    pub(crate) async fn create(&self, user: i64, name: &str, description: &str) -> Result<Vec<u8>, Refused> {
        const SQL: &str = "INSERT INTO projects_project (name, description, created_at, owner_id) \
             VALUES (?1, ?2, ?3, ?4) RETURNING id";
        let now = jiff::Timestamp::now();
        let stored = now.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string();
        let writer = self.writer().await;
        let mut statement = writer.prepare_cached(SQL)?;
        let id: i64 = statement.query_row((name, description, &stored, user), |row| row.get(0))?;
        let mut out = Vec::with_capacity(256);
        push_project(&mut out, id, user, name, description);
        push_time(&mut out, &stored);
        out.extend_from_slice(b"\"}");
        Ok(out)
    }
}

fn push_task(out: &mut Vec<u8>, row: &Row<'_>) -> Result<(), Refused> {
    out.extend_from_slice(b"{\"id\":");
    push_number(out, row.get(0)?);
    out.extend_from_slice(b",\"project\":");
    push_number(out, row.get(1)?);
    out.extend_from_slice(b",\"title\":");
    push_text(out, text(row.get_ref(2)?)?);
    out.extend_from_slice(b",\"description\":");
    push_text(out, text(row.get_ref(3)?)?);
    out.extend_from_slice(b",\"completed\":");
    out.extend_from_slice(if row.get(4)? { b"true" } else { b"false" });
    out.extend_from_slice(b",\"created_at\":\"");
    push_time(out, text(row.get_ref(5)?)?);
    out.extend_from_slice(b"\"}");
    Ok(())
}

fn text(value: ValueRef<'_>) -> Result<&str, Refused> {
    value.as_str().map_err(|_| Refused::Failed)
}

/// `2026-01-02 03:04:05.678901` as `2026-01-02T03:04:05.678901Z`.
fn push_time(out: &mut Vec<u8>, stored: &str) {
    match stored.split_once(' ') {
        Some((date, time)) => {
            out.extend_from_slice(date.as_bytes());
            out.push(b'T');
            out.extend_from_slice(time.as_bytes());
            out.push(b'Z');
        }
        None => out.extend_from_slice(stored.as_bytes()),
    }
}
