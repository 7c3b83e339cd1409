//! Limits of failed attempts: this many in this much time, by name, by address or by anything else.
//!
//! An [`Attempt`] counts as failed unless it is released, also when the client hangs up before its end. At one time,
//! no more attempts are running than may still fail; the others wait for their results, in the order of their
//! arrival.

use std::hash::{BuildHasher, Hash, RandomState};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use belleville_http::settings::SettingsError;
use tokio::sync::oneshot;

use crate::exceptions::{Error, Result};
use crate::throttling;

mod familiar;
mod table;

pub(crate) use familiar::FamiliarAddresses;
use table::{Arrival, Table, Verdict};

/// How many failures in which time: `5/min`, written as DRF writes its throttle rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    failures: usize,
    period: Duration,
}

impl Rate {
    /// This many times the number of failures, in the same time.
    pub fn times(self, factor: usize) -> Self {
        Self { failures: self.failures.saturating_mul(factor), ..self }
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rate: throttling::Rate = text.parse()?;
        match rate.requests {
            0 => Err(format!("`{text}` lets nobody in; leave the setting empty for no limit")),
            failures => Ok(Self { failures, period: rate.period }),
        }
    }
}

/// A limit by the text of a setting; none when it is empty.
///
/// # Errors
/// When it is no rate.
pub fn rate(setting: &str, text: &str) -> Result<Option<Rate>, SettingsError> {
    match text {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|error: String| SettingsError::new(format!("{setting}: {error}")))
        }
    }
}

/// What is counted: a digest with a key that is made at start. A long name takes no more memory than a short one, no
/// name is stored, and nobody can search for two names with the same digest.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key(u64);

impl Key {
    /// The digest.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// One limit that an attempt is counted under.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    key: Key,
    rate: Rate,
    /// Whether the attempt is refused after too many failures, or only counted.
    refuses: bool,
    /// Whether it is counted even when the table is full.
    finds_room: bool,
}

impl Limit {
    /// A limit of attempts with this key.
    pub fn new(key: Key, rate: Rate) -> Self {
        Self { key, rate, refuses: true, finds_room: false }
    }

    /// For an attempt that is counted here, but never refused.
    pub fn that_only_counts(self) -> Self {
        Self { refuses: false, ..self }
    }

    /// For an attempt that is counted even when the table is full: for counts whose number is bounded elsewhere.
    pub fn that_finds_room(self) -> Self {
        Self { finds_room: true, ..self }
    }
}

/// How long an attempt waits for others under the same limit to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The failures that count now. Their number is bounded; see `Table`.
#[derive(Debug, Default)]
pub struct Limiter {
    digest: RandomState,
    table: Mutex<Table>,
}

impl Limiter {
    /// The key of what is counted.
    pub fn key(&self, counted: impl Hash) -> Key {
        Key(self.digest.hash_one(counted))
    }

    /// Begins an attempt that is counted under some limits.
    ///
    /// # Errors
    /// 429 when there were too many failures, 503 when too many attempts wait, this one has waited for too long, or
    /// the table is full.
    pub async fn begin(&self, limits: Vec<Limit>) -> Result<Attempt<'_>> {
        let keys: Vec<Key> = limits.iter().map(|limit| limit.key).collect();
        let arrival = self.lock().arrive(limits, Instant::now());
        let verdict = match arrival {
            Arrival::Answered(verdict) => verdict,
            Arrival::Waits { number, answer } => {
                let mut waiting = Waiting { limiter: self, keys: &keys, number, answer };
                let answer = tokio::time::timeout(PATIENCE, &mut waiting.answer).await;
                answer.map_err(|_| Error::busy())?.map_err(|_| Error::busy())?
            }
        };
        match verdict {
            Verdict::Go => Ok(Attempt { limiter: self, keys, counts: true }),
            Verdict::Throttled(wait) => Err(Error::throttled(Some(wait.as_secs_f64()))),
            Verdict::NoRoom => Err(Error::busy()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt that waits to begin. When the client hangs up while it waits, nothing is counted.
struct Waiting<'a> {
    limiter: &'a Limiter,
    keys: &'a [Key],
    number: u64,
    answer: oneshot::Receiver<Verdict>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut table = self.limiter.lock();
        match self.answer.try_recv() {
            // It was let through, and is not there to begin.
            Ok(Verdict::Go) => table.end(self.keys, false, Instant::now()),
            Err(oneshot::error::TryRecvError::Empty) => table.leave(self.keys, self.number),
            // It was refused, or the answer was taken.
            Ok(_) | Err(oneshot::error::TryRecvError::Closed) => {}
        }
    }
}

/// A running attempt; it ends when this is dropped.
#[derive(Debug)]
pub struct Attempt<'a> {
    limiter: &'a Limiter,
    keys: Vec<Key>,
    counts: bool,
}

impl Attempt<'_> {
    /// Ends the attempt without counting it: it succeeded, or it failed for a reason that is not the client's.
    pub fn release(mut self) {
        self.counts = false;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.limiter.lock().end(&self.keys, self.counts, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failure_at_all_is_no_limit() {
        assert!("0/min".parse::<Rate>().is_err());
        let rate = Rate { failures: 5, period: Duration::from_secs(60) };
        assert_eq!("5/min".parse::<Rate>(), Ok(rate));
    }

    fn one_a_minute(limiter: &Limiter) -> Vec<Limit> {
        vec![Limit::new(limiter.key("name"), "1/min".parse().expect("a rate"))]
    }

    fn poll<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> std::task::Poll<T> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }

    fn status(outcome: Result<Attempt<'_>>) -> u16 {
        match outcome {
            Ok(attempt) => {
                attempt.release();
                200
            }
            Err(Error::Api(refusal)) => refusal.status(),
            Err(_) => 500,
        }
    }

    #[tokio::test]
    async fn an_attempt_that_is_dropped_counts() {
        let limiter = Limiter::default();
        limiter.begin(one_a_minute(&limiter)).await.expect("the first").release();
        let attempt = limiter.begin(one_a_minute(&limiter)).await.expect("nothing was counted");
        drop(attempt);
        assert_eq!(status(limiter.begin(one_a_minute(&limiter)).await), 429);
    }

    #[tokio::test]
    async fn who_goes_away_while_waiting_counts_nothing_and_holds_nobody_up() {
        let limiter = Limiter::default();
        let first = limiter.begin(one_a_minute(&limiter)).await.expect("the first");
        let mut gone = Box::pin(limiter.begin(one_a_minute(&limiter)));
        let mut let_through = Box::pin(limiter.begin(one_a_minute(&limiter)));
        let mut third = Box::pin(limiter.begin(one_a_minute(&limiter)));
        for waiting in [&mut gone, &mut let_through, &mut third] {
            assert!(poll(waiting.as_mut()).is_pending());
        }
        drop(gone);
        first.release();
        // The second was let through, and goes away before it knows.
        drop(let_through);
        assert_eq!(status(third.await), 200);
    }
}
