//! A handle on the database, and the statements that are run by it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use crate::backends::{self, Asked, Each, Engine, Position};
use crate::captured;
use crate::content_types::KnownTypes;
use crate::dialect::{Dialect, Target};
use crate::files::{FileSystemStorage, Storage};
use crate::query::default_order::wrong_part;
use crate::query::deletion::UnknownKey;
use crate::query::statement::Statement;
use crate::suggest::did_you_mean;
use crate::transaction::Level;
use crate::untouched::Writes;
use crate::{Registry, Result, Row, TimeZone};

/// A handle on the database, cheap to clone. Inside of [`Database::atomic`] all handles of the task are part of the
/// transaction.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    registry: Registry,
    time_zone: TimeZone,
    /// Foreign keys that no model of the registry has, once they were looked for.
    unknown_keys: OnceCell<Vec<UnknownKey>>,
    /// Content types that were asked for.
    content_types: KnownTypes,
    /// Where files are kept, once it was said.
    storage: OnceLock<Arc<dyn Storage>>,
    writes: Writes,
}

/// A query whose rows are read in batches.
pub(crate) enum Cursor {
    /// With a connection to itself.
    Own(backends::Cursor),
    /// In the transaction of the task that opened it.
    InTransaction(Arc<Level>, Position),
    /// All of them in one batch, where there is one connection for everything.
    AtOnce(Statement),
}

/// Why a database could not be opened, and how to fix it.
#[derive(Debug)]
pub struct OpenError {
    message: String,
}

impl OpenError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OpenError {}

impl Database {
    /// Opens the database that a URL names.
    ///
    /// SQLite: `sqlite:///relative/path`, `sqlite:////absolute/path` or `sqlite://:memory:`. The file is created when
    /// there is none; only its owner can read it. A commit waits until it is on the disk, as with Django
    /// (`?synchronous=full`, the default). With `?synchronous=normal` it does not wait: a power failure may undo the
    /// last commits, a crash of the process does not.
    ///
    /// PostgreSQL: `postgres://user:password@host:port/name`, with options such as `?sslmode=verify-full&pool_size=20`.
    /// The server is not asked yet: [`Database::check`] does that, or the first query.
    ///
    /// # Errors
    /// When the URL is of another kind, has an unknown option, or the file cannot be opened; and when the order of a model
    /// names a field that is not there.
    pub fn open(url: &str, registry: Registry) -> Result<Self, OpenError> {
        Self::open_in(url, registry, TimeZone::UTC)
    }

    /// Opens a database for a program in a time zone: Django's `TIME_ZONE`. Rows hold UTC whatever it is. It is the zone of
    /// the parts of datetimes (their date, their hour), of what they are cut to, of input without an offset, and of the
    /// dates and times that are set when a row is saved.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_in(url: &str, registry: Registry, time_zone: TimeZone) -> Result<Self, OpenError> {
        for model in registry.models() {
            if let Some((part, holder)) = wrong_part(model) {
                let known = holder.fields.iter().map(|field| field.name);
                return Err(OpenError::new(format!(
                    "{}: its order names `{part}`, which is no field of {}{}",
                    model.label(),
                    holder.label(),
                    did_you_mean(part, known)
                )));
            }
        }
        Ok(Self {
            shared: Arc::new(Shared {
                engine: Engine::open(url)?,
                registry,
                time_zone,
                unknown_keys: OnceCell::new(),
                content_types: KnownTypes::default(),
                storage: OnceLock::new(),
                writes: Writes::default(),
            }),
        })
    }

    /// Connects once, so that a program can say at its start what is wrong: the host, the password, the name of the
    /// database, the server's version.
    ///
    /// # Errors
    /// When the database cannot be used; the message says what to change.
    pub async fn check(&self) -> Result<(), OpenError> {
        self.shared.engine.check().await
    }

    /// The models that the program knows.
    pub fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    /// Sets where the files of models are kept: Django's `default_storage`. It is set once, before the first file is asked for;
    /// later ones are ignored.
    pub fn set_storage(&self, storage: Arc<dyn Storage>) {
        let _ = self.shared.storage.set(storage);
    }

    /// Where the files of models are kept. Where nobody has said it, nothing can be kept.
    pub fn storage(&self) -> &Arc<dyn Storage> {
        self.shared.storage.get_or_init(|| Arc::new(FileSystemStorage::default()))
    }

    /// Which SQL the database speaks.
    pub fn dialect(&self) -> Dialect {
        self.shared.engine.dialect()
    }

    /// The time zone of the program: see [`Database::open_in`].
    pub fn time_zone(&self) -> TimeZone {
        self.shared.time_zone
    }

    /// What its statements are written for.
    pub(crate) fn target(&self) -> Target {
        Target { dialect: self.dialect(), time_zone: self.time_zone() }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(crate) fn written(&self) -> &Writes {
        &self.shared.writes
    }

    pub(crate) fn unknown_keys_cell(&self) -> &OnceCell<Vec<UnknownKey>> {
        &self.shared.unknown_keys
    }

    pub(crate) fn known_types(&self) -> &KnownTypes {
        &self.shared.content_types
    }

    /// Handles on the same database have the same number.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// Calls `each` with each row of a query.
    pub(crate) async fn select(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        captured::note(&statement.sql);
        self.select_unnoted(statement, each).await
    }

    /// The same of a question that tests which count statements do not see.
    pub(crate) async fn select_unnoted(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        match self.level() {
            Some(level) => level.run(statement, each).await.map(drop),
            None => self.engine().select(statement, each).await,
        }
    }

    /// Opens a query whose rows are read in batches of so many.
    pub(crate) async fn cursor(&self, statement: Statement, size: usize) -> Result<Cursor> {
        captured::note(&statement.sql);
        let opened = match self.level() {
            Some(level) => {
                let position = level.declare(&statement, size).await?;
                position.map(|position| Cursor::InTransaction(level, position))
            }
            None => self.engine().cursor(statement.clone(), size).await?.map(Cursor::Own),
        };
        Ok(opened.unwrap_or(Cursor::AtOnce(statement)))
    }

    /// Calls `each` with each row of a cursor's next batch; whether there may be another one.
    pub(crate) async fn next_batch(&self, cursor: &mut Cursor, each: Each<'_>) -> Result<bool> {
        match cursor {
            Cursor::Own(cursor) => cursor.next(each).await,
            Cursor::InTransaction(level, position) => level.fetch(position, each).await,
            Cursor::AtOnce(statement) => {
                match self.level() {
                    Some(level) => level.run(statement, each).await.map(drop)?,
                    None => self.engine().select(statement, each).await?,
                }
                Ok(false)
            }
        }
    }

    /// Runs queries that do not depend on each other. A server gets all of them before its first answer.
    pub(crate) async fn select_all(&self, batch: &mut [Asked<'_>]) -> Result<()> {
        batch.iter().for_each(|(statement, _)| captured::note(&statement.sql));
        match self.level() {
            Some(level) => level.select_all(batch).await,
            None => self.engine().select_all(batch).await,
        }
    }

    /// Runs a statement that writes, and calls `each` with each row that it returns.
    pub(crate) async fn write(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        captured::note(&statement.sql);
        self.written().note();
        match self.level() {
            Some(level) => level.run(statement, each).await.map(drop),
            None => self.engine().write(statement, each).await.map(drop),
        }
    }

    /// Runs a statement that writes, and returns how many rows it changed.
    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64> {
        captured::note(&statement.sql);
        self.written().note();
        let each = &mut |_: &dyn Row| Ok(());
        match self.level() {
            Some(level) => level.run(statement, each).await,
            None => self.engine().write(statement, each).await,
        }
    }

    /// Runs SQL without parameters or results.
    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        captured::note(sql);
        self.written().note_any();
        match self.level() {
            Some(level) => level.batch(sql).await,
            None => self.engine().batch(sql).await,
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("in_transaction", &self.level().is_some()).finish()
    }
}
