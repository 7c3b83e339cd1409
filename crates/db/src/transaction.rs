//! Transactions belong to the task, as Django's belong to the thread: inside of [`Database::atomic`] every query of this
//! task on this database takes part in the transaction, by whatever handle it is asked. A spawned task is outside of it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::RwLock;

use crate::backends::{Asked, Each, Position, Session};
use crate::files::in_background;
use crate::query::statement::Statement;
use crate::{Database, Error, Result};

/// The first pause before a transaction is tried again. Each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

tokio::task_local! {
    /// The innermost open transaction or savepoint of the task; none where the task has stepped outside of it.
    static INNERMOST: Option<Arc<Level>>;
}

/// How a transaction begins: see [`Database::atomic_with`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Begin {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) read_only: bool,
    pub(crate) retries: u32,
    without_keys: bool,
    alone: bool,
}

impl Begin {
    /// With the isolation level of the URL, to read and write, and tried once: as [`Database::atomic`] begins.
    pub fn new() -> Self {
        Self::default()
    }

    /// With this isolation level. A transaction of SQLite is always serializable, whatever is asked for.
    pub fn isolation(self, level: Isolation) -> Self {
        Self { isolation: Some(level), ..self }
    }

    /// Only reads: a statement that writes fails. All queries see the database at one moment, on PostgreSQL from
    /// [`Isolation::RepeatableRead`] on. On SQLite it does not wait for writers, and they do not wait for it.
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// SQLite does not follow foreign keys: a migration makes tables anew to which others refer.
    pub(crate) fn without_keys(self) -> Self {
        Self { without_keys: true, ..self }
    }

    pub(crate) fn is_without_keys(self) -> bool {
        self.without_keys
    }

    /// No other transaction that is begun so runs at the same time, of this process or another one. Those of SQLite that
    /// write are always alone.
    pub(crate) fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    pub(crate) fn is_alone(self) -> bool {
        self.alone
    }

    /// How often the transaction is run again, from its beginning, after a serialization failure or a deadlock. What the
    /// body did outside of the database is then done more than once.
    pub fn retries(self, times: u32) -> Self {
        Self { retries: times, ..self }
    }
}

/// What a transaction sees of others that run at the same time: PostgreSQL's levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Each statement sees what was committed before it; the default of PostgreSQL and Django.
    ReadCommitted,
    /// All statements see what was committed before the first one. A write to a row that another transaction changed in
    /// the meantime is a serialization failure.
    RepeatableRead,
    /// As if one transaction ran after the other. What would contradict that is a serialization failure.
    Serializable,
}

impl Isolation {
    /// The words of the SQL standard.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

type Callback = Box<dyn FnOnce() + Send>;

/// Work that is done when a transaction is undone.
type Undo = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A transaction, or a savepoint in one.
pub(crate) struct Level {
    /// Which database it is of.
    database: usize,
    session: Arc<Session>,
    /// What surrounds it, also on another database.
    around: Option<Arc<Level>>,
    /// Statements of this level share it. A level inside of this one has it alone, so that a statement of a future that
    /// is polled beside it does not get into the wrong savepoint.
    turn: RwLock<()>,
    callbacks: Mutex<Vec<Callback>>,
    undo: Mutex<Vec<Undo>>,
    /// Whether a statement met another transaction: then trying again may help.
    conflict: Arc<AtomicBool>,
}

impl Level {
    pub(crate) async fn run(&self, statement: &Statement, each: Each<'_>) -> Result<u64> {
        let _shared = self.turn.read().await;
        self.noted(self.session.run(statement, each).await)
    }

    pub(crate) async fn select_all(&self, batch: &mut [Asked<'_>]) -> Result<()> {
        let _shared = self.turn.read().await;
        self.noted(self.session.select_all(batch).await)
    }

    pub(crate) async fn declare(&self, statement: &Statement, size: usize) -> Result<Option<Position>> {
        let _shared = self.turn.read().await;
        self.noted(self.session.declare(statement, size).await)
    }

    pub(crate) async fn fetch(&self, position: &Position, each: Each<'_>) -> Result<bool> {
        let _shared = self.turn.read().await;
        self.noted(self.session.fetch(position, each).await)
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        let _shared = self.turn.read().await;
        self.noted(self.session.batch(sql).await)
    }

    fn noted<T>(&self, outcome: Result<T>) -> Result<T> {
        if let Err(Error::Conflict(_)) = outcome {
            self.conflict.store(true, Ordering::Relaxed);
        }
        outcome
    }

    fn callbacks(&self) -> Vec<Callback> {
        std::mem::take(&mut *self.callbacks.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn call_on_commit(&self, callbacks: impl IntoIterator<Item = Callback>) {
        self.callbacks.lock().unwrap_or_else(PoisonError::into_inner).extend(callbacks);
    }

    fn undo(&self) -> Vec<Undo> {
        std::mem::take(&mut *self.undo.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn do_on_rollback(&self, undo: impl IntoIterator<Item = Undo>) {
        self.undo.lock().unwrap_or_else(PoisonError::into_inner).extend(undo);
    }

    /// Does what was to be done when it is undone.
    async fn undone(&self) {
        for undo in self.undo() {
            undo.await;
        }
    }
}

impl Database {
    /// Runs `body` in a transaction: every query of this task on this database takes part in it, and all of it is kept
    /// or nothing. An error, a panic, or a future that is dropped undoes it. Inside of another `atomic` it is a
    /// savepoint: what fails in it is undone by itself. A task that `body` spawns is outside.
    ///
    /// ```no_run
    /// # extern crate belleville_db as belleville;
    /// # use belleville::db::{Column, Database, Error, Model};
    /// # #[derive(Clone, Debug, Model)]
    /// # #[model(app = "bank")]
    /// # struct Account { #[field(primary_key)] id: i64, #[field(default = 0)] balance: i64 }
    /// # async fn example(db: &Database) -> Result<(), Error> {
    /// db.atomic(async || {
    ///     let mut from = Account::objects().filter(Account::ID.eq(1)).get(db).await?;
    ///     let mut to = Account::objects().filter(Account::ID.eq(2)).get(db).await?;
    ///     (from.balance, to.balance) = (from.balance - 10, to.balance + 10);
    ///     from.save(db).await?;
    ///     to.save(db).await
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// The body's, and what [`Database::atomic_with`] names.
    pub async fn atomic<T, E: From<Error>>(&self, body: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
        self.atomic_as(&Begin::new(), body).await
    }

    /// As [`Database::atomic`], but only one at a time, also of other processes: for what is to be done once by several that
    /// start together. Inside of another transaction it is a savepoint, and alone only if the transaction is.
    ///
    /// # Errors
    /// The body's, and what [`Database::atomic_with`] names.
    pub async fn atomic_alone<T, E: From<Error>>(
        &self,
        body: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.atomic_as(&Begin::new().alone(), body).await
    }

    /// As [`Database::atomic`], tried once, begun in another way.
    ///
    /// The body is boxed, here and in a savepoint: the future of a transaction in which others are nested would be large.
    pub(crate) async fn atomic_as<T, E: From<Error>>(
        &self,
        how: &Begin,
        body: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        match self.level() {
            Some(outer) => nested(&outer, body).await,
            None => self.outermost(how, &Arc::default(), body).await,
        }
    }

    /// Like [`Database::atomic`], with an isolation level, for reading only, or tried several times. Inside of another
    /// transaction only [`Begin::retries`] may be given, and has no effect there: the outermost one is tried again.
    ///
    /// # Errors
    /// [`Error::Busy`] when other writers hold SQLite's lock for more than five seconds, [`Error::PoolTimeout`] when no
    /// connection became free in time, [`Error::Conflict`] when it met other transactions each time that it was tried,
    /// [`Error::Integrity`] when a deferred constraint is broken at the end, and the body's.
    pub async fn atomic_with<T, E: From<Error>>(
        &self,
        how: Begin,
        mut body: impl AsyncFnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(outer) = self.level() {
            if how.isolation.is_some() || how.read_only {
                let text =
                    "the isolation level and read_only are chosen where the outermost transaction begins";
                return Err(Error::Database(text.to_owned()).into());
            }
            return nested(&outer, body).await;
        }
        let (mut pause, mut left) = (FIRST_PAUSE, how.retries);
        loop {
            let conflict = Arc::new(AtomicBool::new(false));
            let outcome = self.outermost(&how, &conflict, &mut body).await;
            if outcome.is_ok() || left == 0 || !conflict.load(Ordering::Relaxed) {
                return outcome;
            }
            left -= 1;
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Calls `callback` after the outermost transaction of this task has been committed: a mail that must not be sent
    /// for a row that was undone. It is forgotten when the transaction or the savepoint around it is undone. Outside of a
    /// transaction it is called at once.
    pub fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        match self.level() {
            Some(level) => level.call_on_commit([Box::new(callback) as Callback]),
            None => callback(),
        }
    }

    /// Does something when the transaction of this task, or the savepoint around it, is undone: removes what was written outside
    /// of the database for a row that is not there now. It is forgotten when the outermost transaction is committed, and
    /// outside of a transaction. Who waits for the transaction waits for it too.
    pub fn on_rollback(&self, undo: impl Future<Output = ()> + Send + 'static) {
        if let Some(level) = self.level() {
            level.do_on_rollback([Box::pin(undo) as Undo]);
        }
    }

    /// Whether a transaction of this task on this database is open.
    pub fn is_in_transaction(&self) -> bool {
        self.level().is_some()
    }

    /// The innermost transaction of this task on this database.
    pub(crate) fn level(&self) -> Option<Arc<Level>> {
        INNERMOST
            .try_with(|innermost| {
                let mut level = innermost.as_ref()?;
                while level.database != self.identity() {
                    level = level.around.as_ref()?;
                }
                Some(Arc::clone(level))
            })
            .ok()
            .flatten()
    }

    async fn outermost<T, E: From<Error>>(
        &self,
        how: &Begin,
        conflict: &Arc<AtomicBool>,
        body: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let session = Arc::new(self.engine().begin(how).await?);
        let level = self.enter(session, Arc::clone(conflict));
        let outcome = INNERMOST.scope(Some(Arc::clone(&level)), Box::pin(async { body().await })).await;
        match outcome {
            Ok(value) => {
                let committed = commit(&level);
                drop(level);
                committed.await?;
                Ok(value)
            }
            Err(error) => {
                level.session.rollback().await;
                level.undone().await;
                Err(error)
            }
        }
    }

    fn enter(&self, session: Arc<Session>, conflict: Arc<AtomicBool>) -> Arc<Level> {
        let around = innermost();
        Arc::new(Level::new(self.identity(), session, around, conflict))
    }
}

impl Level {
    fn new(
        database: usize,
        session: Arc<Session>,
        around: Option<Arc<Self>>,
        conflict: Arc<AtomicBool>,
    ) -> Self {
        let (turn, callbacks, undo) = (RwLock::new(()), Mutex::default(), Mutex::default());
        Self { database, session, around, turn, callbacks, undo, conflict }
    }
}

fn innermost() -> Option<Arc<Level>> {
    INNERMOST.try_with(Clone::clone).ok().flatten()
}

/// Runs a future outside of the task's transactions, which stay open.
pub(crate) async fn outside<T>(future: impl Future<Output = T>) -> T {
    INNERMOST.scope(None, future).await
}

/// Commits to the end, whether the caller waits for it or not: a client that has gone leaves no commit half done, and
/// what was to happen after it happens.
fn commit(level: &Level) -> ToEnd<Result<()>> {
    let (session, callbacks, conflict) =
        (Arc::clone(&level.session), level.callbacks(), Arc::clone(&level.conflict));
    let undo = level.undo();
    ToEnd::new(async move {
        let outcome = session.commit().await;
        if let Err(Error::Conflict(_)) = outcome {
            conflict.store(true, Ordering::Relaxed);
        }
        drop(session);
        match &outcome {
            Ok(()) => callbacks.into_iter().for_each(|callback| callback()),
            // The connection has ended before the answer: whether it was committed is not known.
            Err(Error::Unavailable(_) | Error::Timeout) => {}
            Err(_) => {
                for undo in undo {
                    undo.await;
                }
            }
        }
        outcome
    })
}

async fn nested<T, E: From<Error>>(
    outer: &Arc<Level>,
    body: impl AsyncFnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let _alone = outer.turn.write().await;
    let savepoint = Savepoint::begin(&outer.session)?;
    let around = innermost();
    let (session, conflict) = (Arc::clone(&outer.session), Arc::clone(&outer.conflict));
    let level = Arc::new(Level::new(outer.database, session, around, conflict));
    let outcome = INNERMOST.scope(Some(Arc::clone(&level)), Box::pin(async { body().await })).await;
    let outcome = match outcome {
        Ok(value) => outer.noted(savepoint.release().await).map(|()| value).map_err(E::from),
        Err(error) => {
            drop(savepoint);
            Err(error)
        }
    };
    if outcome.is_ok() {
        outer.call_on_commit(level.callbacks());
        outer.do_on_rollback(level.undo());
    } else {
        level.undone().await;
    }
    outcome
}

/// A savepoint that is undone when it is dropped.
struct Savepoint<'a> {
    session: &'a Session,
    open: bool,
}

impl<'a> Savepoint<'a> {
    fn begin(session: &'a Session) -> Result<Self> {
        session.savepoint()?;
        Ok(Self { session, open: true })
    }

    async fn release(mut self) -> Result<()> {
        self.session.release_savepoint().await?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if self.open {
            self.session.undo_savepoint();
        }
    }
}

/// A future that goes on by itself when it is dropped before its end.
struct ToEnd<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> ToEnd<T> {
    fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(Box::pin(future)))
    }
}

impl<T: Send + 'static> Future for ToEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(future) = &mut self.0 else { return Poll::Pending };
        let outcome = future.as_mut().poll(context);
        if outcome.is_ready() {
            self.0 = None;
        }
        outcome
    }
}

impl<T: Send + 'static> Drop for ToEnd<T> {
    fn drop(&mut self) {
        if let (Some(future), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(future);
        }
    }
}

/// A transaction whose future was dropped, or in which there was a panic, is undone by itself.
impl Drop for Level {
    fn drop(&mut self) {
        let undo = self.undo();
        if !undo.is_empty() {
            in_background(async move {
                for undo in undo {
                    undo.await;
                }
            });
        }
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Level").finish_non_exhaustive()
    }
}
