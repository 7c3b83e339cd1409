//! A handle on the database, and transactions.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::backends::sqlite::{self, Sqlite, Writer};
use crate::statements::Statement;
use crate::{Error, Registry, Result, Row};

/// A handle on the database, cheap to clone. Inside [`Database::atomic`] it is a handle on that transaction.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
    transaction: Option<Arc<Hold>>,
}

/// A transaction's hold on the writing connection. It is let go when the transaction ends: a handle that outlives the
/// transaction cannot write behind its back.
struct Hold(Mutex<Option<Writer>>);

impl Hold {
    fn run<T>(&self, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(writer) => run(writer),
            None => Err(Error::Database("this handle's transaction is over".to_owned())),
        }
    }

    fn let_go(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

struct Shared {
    sqlite: Sqlite,
    registry: Registry,
}

/// Why a database could not be opened, with the mend.
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
    /// `sqlite://:memory:`. The file is made when there is none.
    ///
    /// # Errors
    /// When the URL is of another kind or the file cannot be opened.
    pub fn open(url: &str, registry: Registry) -> Result<Self, OpenError> {
        let file = sqlite_file(url)?;
        let sqlite = Sqlite::open(file.as_deref()).map_err(|error| OpenError {
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

    /// Begins a transaction, or inside one a savepoint. Dropped without [`Atomic::commit`] it is rolled back.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) when another process keeps the write lock.
    pub async fn atomic(&self) -> Result<Atomic> {
        let savepoint = self.transaction.is_some();
        let database = if savepoint {
            self.batch("SAVEPOINT atomic").await?;
            self.clone()
        } else {
            let mut writer = self.shared.sqlite.writer().await;
            sqlite::patiently(&mut writer, |c| sqlite::batch(c, "BEGIN IMMEDIATE")).await?;
            let hold = Hold(Mutex::new(Some(writer)));
            Self { shared: Arc::clone(&self.shared), transaction: Some(Arc::new(hold)) }
        };
        Ok(Atomic { database, savepoint, open: true })
    }

    /// Shows each row of a query to `each`.
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

    /// Runs a statement that writes, and shows what it returns to `each`.
    pub(crate) async fn write(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        self.on_writer(|connection| sqlite::select(connection, statement, each)).await
    }

    /// Runs a statement that writes, and says how many rows it changed.
    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64> {
        self.on_writer(|connection| sqlite::execute(connection, statement)).await
    }

    /// Runs SQL without parameters or results.
    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        self.on_writer(|connection| sqlite::batch(connection, sql)).await
    }

    async fn on_writer<T>(&self, run: impl FnMut(&Connection) -> Result<T> + Send) -> Result<T> {
        match &self.transaction {
            Some(hold) => hold.run(run),
            None => sqlite::patiently(&mut self.shared.sqlite.writer().await, run).await,
        }
    }
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

/// Three slashes name a relative path and four an absolute one. Many people write three for an absolute path too:
/// that is what is meant when only the absolute one can be there.
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

/// An open transaction (or savepoint); it is used like a [`Database`].
///
/// Dropping it undoes what was done in it: an error that returns early loses nothing and leaves nothing half-written.
#[derive(Debug)]
pub struct Atomic {
    database: Database,
    savepoint: bool,
    open: bool,
}

impl Atomic {
    /// Keeps what was done.
    ///
    /// # Errors
    /// [`Error::Integrity`](crate::Error::Integrity) when a deferred foreign key is broken: the transaction is undone.
    pub async fn commit(mut self) -> Result<()> {
        self.database.batch(if self.savepoint { "RELEASE atomic" } else { "COMMIT" }).await?;
        self.open = false;
        self.let_go();
        Ok(())
    }

    fn undo(&self) -> Result<()> {
        let Some(hold) = &self.database.transaction else { return Ok(()) };
        let sql = if self.savepoint { "ROLLBACK TO atomic; RELEASE atomic" } else { "ROLLBACK" };
        hold.run(|connection| sqlite::batch(connection, sql))
    }

    /// Lets the next writer go on, even where a clone of the handle is still about.
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
