//! A handle on the database, and transactions.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::backends::sqlite::{self, Sqlite, Synchronous, Writer};
use crate::statements::Statement;
use crate::{Error, Registry, Result, Row};

/// A handle on the database, cheap to clone. Inside [`Database::atomic`] it is a handle on that transaction.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
    transaction: Option<Arc<Hold>>,
}

/// A transaction's hold on the writing connection. It is released when the transaction ends: a handle that outlives
/// the transaction cannot write any more.
struct Hold(Mutex<Option<Writer>>);

impl Hold {
    fn run<T>(&self, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(writer) => run(writer),
            None => Err(Error::Database("this handle's transaction is over".to_owned())),
        }
    }

    /// Commits on a thread that may wait for the disk: the runtime's threads serve other requests meanwhile. A commit
    /// that fails is rolled back there, so that a caller who stops waiting leaves no transaction open.
    async fn commit_elsewhere(&self) -> Result<()> {
        let Some(writer) = self.take() else { return self.run(|_| Ok(())) };
        let commit = move || {
            let outcome = sqlite::batch(&writer, "COMMIT");
            if outcome.is_err() {
                let _ = sqlite::batch(&writer, "ROLLBACK");
            }
            drop(writer);
            outcome
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn_blocking(commit).await.map_err(|error| Error::Database(error.to_string()))?
            }
            Err(_) => commit(),
        }
    }

    fn take(&self) -> Option<Writer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn let_go(&self) {
        drop(self.take());
    }
}

struct Shared {
    sqlite: Sqlite,
    registry: Registry,
}

/// Why a database could not be opened, and how to fix it.
#[derive(Debug)]
pub struct OpenError {
    message: String,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OpenError {}

impl Database {
    /// Opens the database that a URL names: `sqlite:///relative/path`, `sqlite:////absolute/path` or
    /// `sqlite://:memory:`. The file is created when there is none; only its owner can read it.
    ///
    /// A commit waits until it is on the disk, as with Django (`?synchronous=full`, the default). With
    /// `?synchronous=normal` it does not wait: a power failure may undo the last commits, a crash of the process does
    /// not.
    ///
    /// # Errors
    /// When the URL is of another kind or the file cannot be opened.
    pub fn open(url: &str, registry: Registry) -> Result<Self, OpenError> {
        let (url, synchronous) = options(url)?;
        let file = sqlite_file(url)?;
        let sqlite = Sqlite::open(file.as_deref(), synchronous).map_err(|error| OpenError {
            message: match &file {
                Some(file) => format!(
                    "cannot open the database {}: {error}; DATABASE_URL should name a file in a folder that can be written",
                    file.display()
                ),
                None => format!("cannot open a database in memory: {error}"),
            },
        })?;
        Ok(Self { shared: Arc::new(Shared { sqlite, registry }), transaction: None })
    }

    /// The models that the program knows.
    pub fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    /// Begins a transaction, or a savepoint inside of one. It is rolled back when it is dropped without
    /// [`Atomic::commit`].
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) when other writers, of this process or another one, hold the write lock
    /// for more than five seconds.
    pub async fn atomic(&self) -> Result<Atomic> {
        if let Some(hold) = &self.transaction {
            hold.run(|connection| sqlite::batch(connection, "SAVEPOINT atomic"))?;
            return Ok(Atomic { database: self.clone(), savepoint: true, open: true });
        }
        let deadline = sqlite::deadline();
        let mut writer = self.shared.sqlite.writer(deadline).await?;
        if !writer.is_autocommit() {
            // Its runtime ended before the thread that should have committed began.
            sqlite::batch(&writer, "ROLLBACK")?;
        }
        sqlite::patiently(&mut writer, deadline, |c| sqlite::batch(c, "BEGIN IMMEDIATE")).await?;
        let hold = Hold(Mutex::new(Some(writer)));
        let database = Self { shared: Arc::clone(&self.shared), transaction: Some(Arc::new(hold)) };
        Ok(Atomic { database, savepoint: false, open: true })
    }

    /// Calls `each` with each row of a query.
    pub(crate) async fn select(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        match &self.transaction {
            Some(hold) => hold.run(|connection| sqlite::select(connection, statement, each)),
            None => self.shared.sqlite.read(|connection| sqlite::select(connection, statement, each)).await,
        }
    }

    /// Runs a statement that writes, and calls `each` with each row that it returns.
    pub(crate) async fn write(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        self.on_writer(|connection| sqlite::select(connection, statement, each)).await
    }

    /// Runs a statement that writes, and returns how many rows it changed.
    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64> {
        self.on_writer(|connection| sqlite::execute(connection, statement)).await
    }

    /// Runs SQL without parameters or results.
    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        self.on_writer(|connection| sqlite::batch(connection, sql)).await
    }

    async fn on_writer<T: Send>(&self, run: impl FnMut(&Connection) -> Result<T> + Send) -> Result<T> {
        if let Some(hold) = &self.transaction {
            return hold.run(run);
        }
        if !self.shared.sqlite.waits_for_disk() {
            let deadline = sqlite::deadline();
            let mut writer = self.shared.sqlite.writer(deadline).await?;
            return sqlite::patiently(&mut writer, deadline, run).await;
        }
        let transaction = self.atomic().await?;
        let outcome = transaction.hold_run(run)?;
        transaction.commit().await?;
        Ok(outcome)
    }

    fn hold_run<T>(&self, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &self.transaction {
            Some(hold) => hold.run(run),
            None => Err(Error::Database("there is no transaction".to_owned())),
        }
    }
}

/// The URL without its options, and the options.
fn options(url: &str) -> Result<(&str, Synchronous), OpenError> {
    let Some((url, options)) = url.split_once('?') else { return Ok((url, Synchronous::default())) };
    let mut synchronous = Synchronous::default();
    for option in options.split('&') {
        synchronous = match option.to_ascii_lowercase().as_str() {
            "synchronous=full" => Synchronous::Full,
            "synchronous=normal" => Synchronous::Normal,
            _ => {
                return Err(OpenError {
                    message: format!(
                        "DATABASE_URL has the option `{option}`; known are synchronous=full (the default: a commit waits for \
                         the disk) and synchronous=normal"
                    ),
                });
            }
        };
    }
    Ok((url, synchronous))
}

fn sqlite_file(url: &str) -> Result<Option<PathBuf>, OpenError> {
    let expected = |what: String| OpenError {
        message: format!(
            "{what}; DATABASE_URL should be like sqlite:///db.sqlite3 (relative) or sqlite:////var/lib/app/db.sqlite3 (absolute)"
        ),
    };
    let Some(rest) = url.strip_prefix("sqlite://") else {
        let scheme = url.split(':').next().unwrap_or_default();
        return Err(expected(format!("a database of kind `{scheme}` is not supported")));
    };
    match rest.strip_prefix('/') {
        _ if rest == ":memory:" => Ok(None),
        Some("") | None => Err(expected("the database URL names no file".to_owned())),
        Some(path) => Ok(Some(relative_or_absolute(Path::new(path)))),
    }
}

/// Three slashes begin a relative path and four an absolute one. Many people write three for an absolute path too:
/// the path is read as absolute when only that can exist.
fn relative_or_absolute(relative: &Path) -> PathBuf {
    let absolute = Path::new("/").join(relative);
    let has_folder =
        |path: &Path| path.parent().is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir());
    let only_absolute =
        (!relative.exists() && absolute.exists()) || (!has_folder(relative) && has_folder(&absolute));
    if only_absolute { absolute } else { relative.to_owned() }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("in_transaction", &self.transaction.is_some()).finish()
    }
}

/// An open transaction (or savepoint), used like a [`Database`].
///
/// Dropping it rolls the transaction back: an error that returns early leaves nothing half-written.
#[derive(Debug)]
pub struct Atomic {
    database: Database,
    savepoint: bool,
    open: bool,
}

impl Atomic {
    /// Commits the transaction.
    ///
    /// # Errors
    /// [`Error::Integrity`](crate::Error::Integrity) when a deferred foreign key is broken: the transaction is rolled
    /// back.
    pub async fn commit(mut self) -> Result<()> {
        match &self.database.transaction {
            Some(hold) if !self.savepoint && self.database.shared.sqlite.waits_for_disk() => {
                hold.commit_elsewhere().await?;
            }
            _ => {
                let sql = if self.savepoint { "RELEASE atomic" } else { "COMMIT" };
                self.database.hold_run(|connection| sqlite::batch(connection, sql))?;
            }
        }
        self.open = false;
        self.let_go();
        Ok(())
    }

    fn undo(&self) -> Result<()> {
        let Some(hold) = &self.database.transaction else { return Ok(()) };
        let sql = if self.savepoint { "ROLLBACK TO atomic; RELEASE atomic" } else { "ROLLBACK" };
        hold.run(|connection| sqlite::batch(connection, sql))
    }

    /// Lets the next writer continue, even while a clone of the handle exists.
    fn let_go(&self) {
        if let (Some(hold), false) = (&self.database.transaction, self.savepoint) {
            hold.let_go();
        }
    }
}

impl Drop for Atomic {
    fn drop(&mut self) {
        if self.open {
            // The only failure is that SQLite has rolled back already, which is what is wanted.
            let _undone = self.undo();
            self.let_go();
        }
    }
}

impl Deref for Atomic {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of its own, gone with the test.
    struct File(PathBuf);

    impl Drop for File {
        fn drop(&mut self) {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
            }
        }
    }

    async fn synchronous(url: &str) -> [i64; 2] {
        let db = Database::open(url, Registry::default()).expect("a good URL");
        let ask = |c: &Connection| Ok(c.query_row("PRAGMA synchronous", [], |row| row.get(0))?);
        let written = db.on_writer(ask).await.expect("a pragma");
        [written, db.shared.sqlite.read(ask).await.expect("a pragma")]
    }

    #[tokio::test]
    async fn commits_wait_for_the_disk_unless_the_url_says_otherwise() {
        let file = File(std::env::temp_dir().join(format!("belleville-db-{}.sqlite3", std::process::id())));
        let url = format!("sqlite:///{}", file.0.display());
        // 2 is FULL, which a connection of Django 5.2 says too; 1 is NORMAL.
        for (options, expected) in [
            ("", 2),
            ("?synchronous=full", 2),
            ("?synchronous=FULL", 2),
            ("?synchronous=normal", 1),
            ("?synchronous=normal&synchronous=full", 2),
        ] {
            assert_eq!(synchronous(&format!("{url}{options}")).await, [expected; 2], "{options}");
        }
        assert!(file.0.exists(), "options are no part of the name");
        for options in ["?", "?synchronous=off", "?synchronous", "?mode=ro", "?synchronous=full&"] {
            let error = Database::open(&format!("{url}{options}"), Registry::default()).expect_err(options);
            assert!(error.to_string().contains("known are synchronous=full"), "{error}");
        }
    }
}
