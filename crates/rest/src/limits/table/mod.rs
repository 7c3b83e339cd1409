//! The table of a limiter. It has one lock, and callers pass the time.
//!
//! It has at most [`MOST`] counts. When it is full, expired counts are removed first, then those that are furthest
//! from their limit: a count that has reached its limit stays, however many others fail. When all counts are at their
//! limit, no new name or address can be counted, and so their attempts are refused ([`Verdict::NoRoom`]) until some
//! counts have expired.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{Key, Limit, Rate};

#[cfg(test)]
mod tests;

/// How many counts are kept, of about a hundred bytes each.
pub(super) const MOST: usize = 30_000;

/// How many make room at once, so that the table is looked through once for so many new counts.
const BATCH: usize = MOST / 8;

/// How long a table is not looked through again when that has found less room than it should.
const RESPITE: Duration = Duration::from_secs(1);

/// How many attempts wait for the outcome of others under one limit.
const MOST_WAITING: usize = 200;

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    /// Too many failed; how long to wait.
    Throttled(Duration),
    /// It could not be counted.
    NoRoom,
}

/// What becomes of an attempt that has just come.
#[derive(Debug)]
pub(super) enum Arrival {
    Answered(Verdict),
    /// As many attempts as may fail are on their way; it is answered when they have ended.
    Waits {
        number: u64,
        answer: oneshot::Receiver<Verdict>,
    },
}

#[derive(Debug, Default)]
pub(super) struct Table {
    counts: HashMap<Key, Count>,
    arrived: u64,
    /// Until when there is no use in looking for room.
    respite: Option<Instant>,
}

#[derive(Debug)]
struct Count {
    rate: Rate,
    /// The last of them, no more than the limit.
    failures: VecDeque<Instant>,
    /// Attempts whose outcome is not known yet.
    pending: usize,
    /// Those who wait for them, in the order in which they came.
    waiting: BTreeMap<u64, Waiter>,
}

#[derive(Debug)]
struct Waiter {
    limits: Vec<Limit>,
    answer: oneshot::Sender<Verdict>,
}

impl Count {
    fn new(rate: Rate) -> Self {
        Self { rate, failures: VecDeque::new(), pending: 0, waiting: BTreeMap::new() }
    }

    fn fail(&mut self, now: Instant) {
        if self.failures.len() >= self.rate.failures {
            self.failures.pop_front();
        }
        self.failures.push_back(now);
    }

    fn forget_what_is_over(&mut self, now: Instant) {
        while self.failures.front().is_some_and(|time| now.duration_since(*time) >= self.rate.period) {
            self.failures.pop_front();
        }
    }

    /// How long to wait, when there were too many failures.
    fn wait(&mut self, now: Instant) -> Option<Duration> {
        self.forget_what_is_over(now);
        let first = self.failures.front().filter(|_| self.failures.len() >= self.rate.failures)?;
        Some(self.rate.period.saturating_sub(now.duration_since(*first)))
    }

    /// Whether as many attempts as may still fail are on their way.
    fn is_full(&self) -> bool {
        self.failures.len() + self.pending >= self.rate.failures
    }

    fn is_idle(&self) -> bool {
        self.pending == 0 && self.waiting.is_empty()
    }

    /// How near it is to its limit, in thousandths.
    fn nearness(&self) -> usize {
        self.failures.len().saturating_mul(1000) / self.rate.failures
    }
}

/// The way of an attempt.
impl Table {
    pub(super) fn arrive(&mut self, limits: Vec<Limit>, now: Instant) -> Arrival {
        // Failures that are over by now make room, and for those first who have waited.
        for limit in &limits {
            self.answer_waiting(limit.key, now);
        }
        match self.ask(&limits, now) {
            Ok(verdict) => Arrival::Answered(verdict),
            Err(full) => self.wait_at(full, limits),
        }
    }

    /// Ends an attempt that was let through.
    pub(super) fn end(&mut self, keys: &[Key], failed: bool, now: Instant) {
        for key in keys {
            let Some(count) = self.counts.get_mut(key) else { continue };
            count.pending = count.pending.saturating_sub(1);
            if failed {
                count.fail(now);
            }
        }
        for key in keys {
            self.answer_waiting(*key, now);
            if self.counts.get(key).is_some_and(|count| count.is_idle() && count.failures.is_empty()) {
                self.counts.remove(key);
            }
        }
    }

    /// Takes out somebody who waited.
    pub(super) fn leave(&mut self, keys: &[Key], number: u64) {
        for key in keys {
            if let Some(count) = self.counts.get_mut(key) {
                count.waiting.remove(&number);
            }
        }
    }

    /// Whether an attempt may be made, and if so, that it is on its way; or the limit that is full.
    fn ask(&mut self, limits: &[Limit], now: Instant) -> Result<Verdict, Key> {
        let mut refusing = limits.iter().filter(|limit| limit.refuses);
        let waits = refusing.clone().filter_map(|limit| self.counts.get_mut(&limit.key)?.wait(now));
        if let Some(longest) = waits.max() {
            return Ok(Verdict::Throttled(longest));
        }
        if let Some(full) = refusing.find(|limit| self.counts.get(&limit.key).is_some_and(Count::is_full)) {
            return Err(full.key);
        }
        if !self.has_room(limits, now) {
            return Ok(Verdict::NoRoom);
        }
        for limit in limits {
            self.counts.entry(limit.key).or_insert_with(|| Count::new(limit.rate)).pending += 1;
        }
        Ok(Verdict::Go)
    }

    fn wait_at(&mut self, key: Key, limits: Vec<Limit>) -> Arrival {
        let number = self.arrived;
        self.arrived += 1;
        let (sender, answer) = oneshot::channel();
        match self.counts.get_mut(&key) {
            Some(count) if count.waiting.len() < MOST_WAITING => {
                count.waiting.insert(number, Waiter { limits, answer: sender });
                Arrival::Waits { number, answer }
            }
            _ => Arrival::Answered(Verdict::NoRoom),
        }
    }

    /// Answers those who wait at a limit: as many as may go, or all of them when it is reached.
    fn answer_waiting(&mut self, key: Key, now: Instant) {
        while let Some((number, waiter)) = self.next_waiting(key, now) {
            match self.ask(&waiter.limits, now) {
                Ok(verdict) => {
                    if let Err(Verdict::Go) = waiter.answer.send(verdict) {
                        let keys: Vec<Key> = waiter.limits.iter().map(|limit| limit.key).collect();
                        self.end(&keys, false, now);
                    }
                }
                // Another limit has become full: it waits there, in the place that is due to it.
                Err(full) => {
                    if let Some(count) = self.counts.get_mut(&full) {
                        count.waiting.insert(number, waiter);
                    }
                }
            }
        }
    }

    fn next_waiting(&mut self, key: Key, now: Instant) -> Option<(u64, Waiter)> {
        let count = self.counts.get_mut(&key).filter(|count| !count.waiting.is_empty())?;
        if count.wait(now).is_none() && count.is_full() {
            return None;
        }
        count.waiting.pop_first()
    }
}

/// The room in it.
impl Table {
    fn has_room(&mut self, limits: &[Limit], now: Instant) -> bool {
        let new = limits.iter().filter(|limit| !self.counts.contains_key(&limit.key)).count();
        let fits = |table: &Self| new == 0 || table.counts.len() + new <= MOST;
        if !fits(self) && self.respite.is_none_or(|until| now >= until) {
            self.make_room(now);
        }
        fits(self) || limits.iter().any(|limit| limit.finds_room)
    }

    fn make_room(&mut self, now: Instant) {
        self.counts.retain(|_, count| {
            count.forget_what_is_over(now);
            !(count.is_idle() && count.failures.is_empty())
        });
        let surplus = self.counts.len().saturating_sub(MOST - BATCH);
        for key in self.furthest_from_their_limit(surplus) {
            self.counts.remove(&key);
        }
        if self.counts.len() > MOST - BATCH {
            tracing::warn!("the table of failures is nearly full of those at their limit");
            self.respite = Some(now + RESPITE);
        }
    }

    /// Those that fewest failures are missing of, and of them those that failed longest ago.
    fn furthest_from_their_limit(&self, number: usize) -> Vec<Key> {
        let below = self.counts.iter().filter(|(_, count)| count.is_idle() && !count.is_full());
        let mut below: Vec<_> =
            below.map(|(key, count)| (count.nearness(), count.failures.back().copied(), *key)).collect();
        if number < below.len() {
            below.select_nth_unstable(number);
            below.truncate(number);
        }
        below.into_iter().map(|(_, _, key)| key).collect()
    }
}
