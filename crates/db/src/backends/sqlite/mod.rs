//! SQLite by rusqlite, called inline: a cached statement answers in microseconds, less than handing it to another
//! thread would cost. One connection writes, several read, and in WAL mode no reader waits for the writer. Only a
//! commit that waits for the disk runs on another thread, because it takes a hundred times as long, and a query of
//! thousands of rows leaves the other requests of its thread to another one.

mod cursor;
mod error;
mod functions;
mod session;
mod statement;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Handle;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, Semaphore};
use tokio::time::Instant;

use super::Each;
use super::client::Client;
use super::url::{self, Known};
use crate::database::OpenError;
use crate::query::statement::Statement;
use crate::transaction::Begin;
use crate::{Error, Result};

pub(crate) use cursor::Cursor;
pub(crate) use session::Session;

/// How long a statement waits, for other writers of this process and for the lock of another process together;
/// Django's default.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The first pause between two attempts to get the lock of another process, and the later ones.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(20));

/// How many prepared statements each connection keeps.
const CACHED_STATEMENTS: usize = 128;

/// How many idle reading connections are kept.
const IDLE_READERS: usize = 8;

/// How many queries may be read in batches at once: each has a connection and a thread to itself.
const CURSORS: usize = 32;

const OPTIONS: [Known; 2] = [
    ("synchronous", "full (the default: a commit waits for the disk) or synchronous=normal"),
    ("statement_timeout", "30s (or 500ms; the default is no limit)"),
];

/// When a commit waits for the disk: `PRAGMA synchronous`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Synchronous {
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

/// What all connections are opened with.
#[derive(Clone, Debug, Default)]
struct Options {
    /// `None` for a database in memory, where the writer also reads.
    file: Option<PathBuf>,
    synchronous: Synchronous,
    statement_timeout: Option<Duration>,
}

/// A file's connections.
pub(crate) struct Sqlite {
    options: Options,
    writer: Arc<AsyncMutex<Connection>>,
    readers: Readers,
    cursors: Arc<Semaphore>,
}

/// Reading connections that nobody uses at the moment.
type Readers = Arc<Mutex<Vec<Connection>>>;

/// The writing connection, which one transaction holds.
type Writer = OwnedMutexGuard<Connection>;

/// Opens the file of a URL, or a database in memory.
pub(crate) fn open(url: &str) -> Result<Sqlite, OpenError> {
    let options = parse(url)?;
    Sqlite::new(options.clone()).map_err(|error| {
        OpenError::new(match &options.file {
            Some(file) => format!(
                "cannot open the database {}: {error}; DATABASE_URL should name a file in a folder that can be written",
                file.display()
            ),
            None => format!("cannot open a database in memory: {error}"),
        })
    })
}

/// How sqlite3 is started on the file of a URL.
pub(super) fn client(url: &str, parameters: &[String]) -> Result<Client, OpenError> {
    let file = parse(url)?.file.unwrap_or_else(|| ":memory:".into());
    let database = file.display().to_string();
    let arguments = std::iter::once(file.into_os_string()).chain(parameters.iter().map(Into::into)).collect();
    Ok(Client { program: "sqlite3", arguments, environment: Vec::new(), database })
}

fn parse(url: &str) -> Result<Options, OpenError> {
    let (url, given) = url::options(url, &OPTIONS)?;
    let mut options = Options { file: file(url)?, ..Options::default() };
    for (name, value) in given {
        let value = value.to_ascii_lowercase();
        match (name.as_str(), value.as_str()) {
            ("synchronous", "full") => options.synchronous = Synchronous::Full,
            ("synchronous", "normal") => options.synchronous = Synchronous::Normal,
            ("statement_timeout", text) => {
                let limit = url::duration(text, Duration::from_millis(1));
                let limit = limit.ok_or_else(|| url::bad_value("statement_timeout", &OPTIONS))?;
                options.statement_timeout = (!limit.is_zero()).then_some(limit);
            }
            _ => return Err(url::unknown(&format!("{name}={value}"), &OPTIONS)),
        }
    }
    Ok(options)
}

fn file(url: &str) -> Result<Option<PathBuf>, OpenError> {
    let rest = url.strip_prefix("sqlite://").unwrap_or_default();
    match rest.strip_prefix('/') {
        _ if rest == ":memory:" => Ok(None),
        Some("") | None => Err(OpenError::new(format!(
            "the database URL names no file; DATABASE_URL should be like {}",
            url::SQLITE_EXAMPLE
        ))),
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

impl Sqlite {
    fn new(options: Options) -> Result<Self> {
        let connection = connect(&options, true)?;
        // The writer waits in `patiently`.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self {
            options,
            writer: Arc::new(AsyncMutex::new(connection)),
            readers: Readers::default(),
            cursors: Arc::new(Semaphore::new(CURSORS)),
        })
    }

    /// Whether a commit takes as long as the disk.
    fn waits_for_disk(&self) -> bool {
        self.options.synchronous == Synchronous::Full && self.options.file.is_some()
    }

    pub(crate) async fn select(&self, statement: &Statement, each: Each<'_>) -> Result<()> {
        if self.options.file.is_none() {
            return statement::run(&*self.writer(deadline()).await?, statement, each).map(drop);
        }
        let connection = self.reader()?;
        let outcome = statement::run(&connection, statement, each);
        keep(&self.readers, connection);
        outcome.map(drop)
    }

    /// A query that is read in batches of so many rows; none of a database in memory, whose only connection it would hold.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are read already.
    pub(crate) async fn cursor(&self, statement: Statement, size: usize) -> Result<Option<Cursor>> {
        let Some(runtime) = Handle::try_current().ok().filter(|_| self.options.file.is_some()) else {
            return Ok(None);
        };
        let queued = Arc::clone(&self.cursors).acquire_owned();
        let permit = tokio::time::timeout_at(deadline(), queued).await.ok().and_then(Result::ok);
        let permit = permit.ok_or(Error::Busy)?;
        let (reader, readers) = (self.reader()?, Arc::clone(&self.readers));
        let (batches, cursor) = Cursor::channel();
        runtime.spawn_blocking(move || {
            cursor::read(&reader, &statement, size, &batches);
            keep(&readers, reader);
            drop(permit);
        });
        Ok(Some(cursor))
    }

    pub(crate) async fn write(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        self.on_writer(|connection| statement::run(connection, statement, each)).await
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        self.on_writer(|connection| statement::batch(connection, sql)).await
    }

    pub(crate) async fn begin(&self, how: &Begin) -> Result<Session> {
        if how.read_only && self.options.file.is_some() {
            return Session::reading(self.reader()?, &self.readers);
        }
        let deadline = deadline();
        let mut writer = self.writer(deadline).await?;
        if how.is_without_keys() {
            // Inside of the transaction this would do nothing; its end undoes it.
            statement::batch(&writer, "PRAGMA foreign_keys = OFF")?;
        }
        let begun = patiently(&mut writer, deadline, |c| statement::control(c, "BEGIN IMMEDIATE")).await;
        if begun.is_err() {
            statement::batch(&writer, "PRAGMA foreign_keys = ON")?;
        }
        begun?;
        Session::writing(writer, self.waits_for_disk(), how)
    }

    async fn on_writer<T: Send>(&self, mut run: impl FnMut(&Connection) -> Result<T> + Send) -> Result<T> {
        if self.waits_for_disk() {
            // Boxed, so that a statement that does not wait for the disk does not take the memory of a transaction.
            return Box::pin(self.in_a_transaction(run)).await;
        }
        let deadline = deadline();
        let mut writer = self.writer(deadline).await?;
        patiently(&mut writer, deadline, &mut run).await
    }

    async fn in_a_transaction<T: Send>(&self, run: impl FnMut(&Connection) -> Result<T> + Send) -> Result<T> {
        let session = self.begin(&Begin::default()).await?;
        let outcome = session.with(run)?;
        session.commit().await?;
        Ok(outcome)
    }

    /// The writing connection, once earlier callers have released it.
    ///
    /// # Errors
    /// [`Error::Busy`] when the deadline passes first.
    async fn writer(&self, deadline: Instant) -> Result<Writer> {
        let writer = match Arc::clone(&self.writer).try_lock_owned() {
            Ok(writer) => writer,
            Err(_) => {
                let queued = Arc::clone(&self.writer).lock_owned();
                // Boxed, so that a statement that need not wait, as one that only reads, does not take its memory.
                Box::pin(tokio::time::timeout_at(deadline, queued)).await.map_err(|_| Error::Busy)?
            }
        };
        if !writer.is_autocommit() {
            // Its runtime ended before the thread that should have committed began.
            statement::batch(&writer, "ROLLBACK")?;
        }
        Ok(writer)
    }

    fn reader(&self) -> Result<Connection> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| connect(&self.options, false), Ok)
    }
}

/// Keeps a reading connection for the next query.
fn keep(readers: &Mutex<Vec<Connection>>, connection: Connection) {
    let mut readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
    if readers.len() < IDLE_READERS {
        readers.push(connection);
    }
}

fn connect(options: &Options, create: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
        options.file.as_deref().map(make_private);
    }
    let mut connection = match &options.file {
        Some(file) => Connection::open_with_flags(file, flags)?,
        None => Connection::open_in_memory()?,
    };
    // With STAT4 compiled in, a plan that depends on the values bound is made anew at each bind; this keeps it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;")?;
    connection.execute_batch(options.synchronous.pragma())?;
    functions::register(&connection)?;
    if let Some(limit) = options.statement_timeout {
        statement::limit_time(&mut connection, limit)?;
    }
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
fn deadline() -> Instant {
    Instant::now() + BUSY_TIMEOUT
}

/// Tries again while another process holds the write lock, for as long as Django would. The thread serves other
/// requests meanwhile: SQLite's own busy timeout would make it sleep.
async fn patiently<T>(
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
        let sqlite = open(url).expect("a good URL");
        let ask = |c: &Connection| Ok(c.query_row("PRAGMA synchronous", [], |row| row.get(0))?);
        let written = sqlite.on_writer(ask).await.expect("a pragma");
        [written, ask(&sqlite.reader().expect("a reader")).expect("a pragma")]
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
            let error = open(&format!("{url}{options}")).map(drop).expect_err(options);
            assert!(error.to_string().contains("known are synchronous=full"), "{error}");
        }
    }
}
