//! The pool that hashes passwords: a few threads and a short queue. Hashing takes a tenth of a second of processor
//! time, so it must not run on the threads that serve requests, and many logins at once must not use more than these
//! threads. A caller that finds the queue full, or waits too long in it, gets [`Busy`]. A caller that stops waiting
//! leaves the queue at once. Clients take turns: a client that sends many passwords waits behind clients that send
//! one, and loses a place to them when the queue is full.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::hashers::{HashError, PasswordHashers, Verification};

/// The threads and the queue of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingLimits {
    /// Threads, each hashing one password at a time. At least one is started.
    pub threads: usize,
    /// How many passwords may wait beyond those being hashed.
    pub queue_length: usize,
    /// How long a password may wait. It is checked when a thread becomes free, so that the longest wait is this and
    /// the time of one hash.
    pub wait_timeout: Duration,
}

impl Default for HashingLimits {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self { threads: (cores / 2).max(1), queue_length: 64, wait_timeout: Duration::from_secs(10) }
    }
}

/// The queue was full, or the wait too long. Try again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Too many passwords are being checked just now.")
    }
}

impl std::error::Error for Busy {}

/// Why a password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashingError {
    /// The queue is full, or the wait was too long.
    Busy(Busy),
    /// The hasher refuses the password.
    Hash(HashError),
}

impl fmt::Display for HashingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(busy) => busy.fmt(f),
            Self::Hash(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for HashingError {}

/// The threads that hash passwords. They end when the pool is dropped and the queue is empty.
///
/// The pool erases its copies of passwords from memory; callers erase their own. When a caller stops waiting, for
/// example because the client has hung up, the password is not hashed and its place in the queue is free.
pub struct HashingPool {
    hashers: Arc<PasswordHashers>,
    queue: Arc<Queue>,
}

impl HashingPool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(hashers: PasswordHashers, limits: HashingLimits) -> io::Result<Self> {
        let hashers = Arc::new(hashers);
        // Made first: when one of the threads cannot be started, its end is the end of those before it.
        let pool = Self { hashers, queue: Arc::new(Queue::new(limits.queue_length)) };
        for number in 0..limits.threads.max(1) {
            let (queue, hashers) = (Arc::clone(&pool.queue), Arc::clone(&pool.hashers));
            thread::Builder::new()
                .name(format!("password-hashing-{number}"))
                .spawn(move || work(&queue, &hashers, limits.wait_timeout))?;
        }
        Ok(pool)
    }

    /// The pool on behalf of a client, which a number identifies.
    #[must_use]
    pub fn for_client(&self, client: u64) -> Hashing<'_> {
        Hashing { pool: self, client }
    }

    /// [`Hashing::check`], for no particular client.
    ///
    /// # Errors
    /// When the pool is busy.
    pub async fn check(&self, password: &str, encoded: &str) -> Result<Verification, Busy> {
        Hashing::from(self).check(password, encoded).await
    }

    /// [`Hashing::make`], for no particular client.
    ///
    /// # Errors
    /// When the pool is busy, or the preferred hasher refuses the password.
    pub async fn make(&self, password: &str) -> Result<String, HashingError> {
        Hashing::from(self).make(password).await
    }

    /// [`Hashing::burn`], for no particular client.
    ///
    /// # Errors
    /// When the pool is busy; the response must then be the same for an unknown user and a known one.
    pub async fn burn(&self) -> Result<(), Busy> {
        Hashing::from(self).burn().await
    }

    /// How many passwords were hashed so far, for any reason.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.hashers.operations()
    }
}

/// The pool, on behalf of a client. Clients take turns.
#[derive(Clone, Copy, Debug)]
pub struct Hashing<'a> {
    pool: &'a HashingPool,
    client: u64,
}

impl<'a> From<&'a Arc<HashingPool>> for Hashing<'a> {
    fn from(pool: &'a Arc<HashingPool>) -> Self {
        Self::from(&**pool)
    }
}

impl<'a> From<&'a HashingPool> for Hashing<'a> {
    /// For no particular client.
    fn from(pool: &'a HashingPool) -> Self {
        pool.for_client(0)
    }
}

impl Hashing<'_> {
    /// Whether `encoded`, as stored, is the hash of `password`.
    ///
    /// # Errors
    /// When the pool is busy.
    pub async fn check(self, password: &str, encoded: &str) -> Result<Verification, Busy> {
        let (password, encoded) = (Zeroizing::new(password.to_owned()), encoded.to_owned());
        self.run(move |hashers| hashers.check_password(&password, &encoded)).await
    }

    /// The hash of `password` to store.
    ///
    /// # Errors
    /// When the pool is busy, or the preferred hasher refuses the password.
    pub async fn make(self, password: &str) -> Result<String, HashingError> {
        let password = Zeroizing::new(password.to_owned());
        let made = self.run(move |hashers| hashers.make_password(&password)).await;
        made.map_err(HashingError::Busy)?.map_err(HashingError::Hash)
    }

    /// Hashes once and ignores the result, so that an unknown user takes as long as a known one.
    ///
    /// # Errors
    /// When the pool is busy; the response must then be the same for an unknown user and a known one.
    pub async fn burn(self) -> Result<(), Busy> {
        self.run(PasswordHashers::burn).await
    }

    /// A job that was dropped or panicked sends no answer; its caller gets [`Busy`].
    async fn run<T: Send + 'static>(
        self,
        task: impl FnOnce(&PasswordHashers) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let run = Box::new(move |hashers: &PasswordHashers| {
            if !answer.is_closed() {
                // It fails only when nobody waits any more.
                drop(answer.send(task(hashers)));
            }
        });
        let job = Job { client: self.client, queued: Instant::now(), run };
        let _place = Queue::join(&self.pool.queue, job).ok_or(Busy)?;
        answered.await.map_err(|_| Busy)
    }
}

impl Drop for HashingPool {
    fn drop(&mut self) {
        self.queue.lock().is_over = true;
        self.queue.changed.notify_all();
    }
}

impl fmt::Debug for HashingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashingPool").field("hashers", &self.hashers).finish_non_exhaustive()
    }
}

struct Job {
    client: u64,
    queued: Instant,
    run: Box<dyn FnOnce(&PasswordHashers) + Send>,
}

/// The jobs that wait.
struct Queue {
    length: usize,
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: BTreeMap<Turn, Job>,
    /// How many jobs of each client wait.
    of_client: HashMap<u64, usize>,
    /// The round of the last job that was taken.
    round: u64,
    joined: u64,
    /// Threads that wait for a job. A job that one of them is about to take needs no place in the queue.
    idle: usize,
    is_over: bool,
}

/// When a job's turn is: in each round, every client has one job, and who came first goes first.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Turn {
    round: u64,
    number: u64,
}

impl Waiting {
    fn of_client(&self, client: u64) -> usize {
        self.of_client.get(&client).copied().unwrap_or_default()
    }

    fn insert(&mut self, job: Job) -> Turn {
        let turn = Turn { round: self.round + self.of_client(job.client) as u64, number: self.joined };
        self.joined += 1;
        *self.of_client.entry(job.client).or_default() += 1;
        self.jobs.insert(turn, job);
        turn
    }

    fn remove(&mut self, turn: Turn) -> Option<Job> {
        let job = self.jobs.remove(&turn)?;
        match self.of_client.get_mut(&job.client) {
            Some(number) if *number > 1 => *number -= 1,
            _ => drop(self.of_client.remove(&job.client)),
        }
        Some(job)
    }

    fn take_next(&mut self) -> Option<Job> {
        let turn = *self.jobs.first_key_value()?.0;
        self.round = turn.round;
        self.remove(turn)
    }

    /// Takes the last job of the client with the most jobs, if that is more than the new client would have with one
    /// more.
    fn take_from_the_greediest(&mut self, client: u64) -> Option<Job> {
        let (greediest, most) = self.of_client.iter().max_by_key(|(_, number)| **number)?;
        let greediest = Some(*greediest).filter(|_| *most > self.of_client(client) + 1)?;
        let last = self.jobs.iter().rev().find(|(_, job)| job.client == greediest).map(|(turn, _)| *turn);
        self.remove(last?)
    }
}

impl Queue {
    fn new(length: usize) -> Self {
        Self { length, waiting: Mutex::default(), changed: Condvar::new() }
    }

    fn join(queue: &Arc<Self>, job: Job) -> Option<Place> {
        let mut waiting = queue.lock();
        let mut given_up = None;
        if waiting.jobs.len() >= queue.length + waiting.idle {
            given_up = Some(waiting.take_from_the_greediest(job.client)?);
        }
        let turn = waiting.insert(job);
        drop(waiting);
        // Its caller gets `Busy`.
        drop(given_up);
        queue.changed.notify_one();
        Some(Place { queue: Arc::clone(queue), turn })
    }

    /// The next job; none when the pool is gone and everything is done.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.take_next() {
                return Some(job);
            }
            if waiting.is_over {
                return None;
            }
            waiting.idle += 1;
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            waiting.idle -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller's place in the queue, held for as long as the caller waits.
struct Place {
    queue: Arc<Queue>,
    turn: Turn,
}

impl Drop for Place {
    fn drop(&mut self) {
        // The lock is released before the job is dropped, which erases a password.
        let job = self.queue.lock().remove(self.turn);
        drop(job);
    }
}

fn work(queue: &Queue, hashers: &PasswordHashers, wait_timeout: Duration) {
    while let Some(job) = queue.next() {
        if job.queued.elapsed() < wait_timeout {
            // When a hasher panics, its caller gets no answer, but the thread goes on.
            drop(catch_unwind(AssertUnwindSafe(|| (job.run)(hashers))));
        }
    }
}
