//! Counters in the memory of this process.
//!
//! Each has the times of the requests of its last period, as DRF keeps them. All of them are behind one lock, so that no
//! request is let through besides. Their number is bounded: when there is no room, what is over is removed, and if that is not
//! enough, the counters that were asked longest ago are, until a quarter is free. To have a counter forgotten takes as many
//! requests from other addresses as there is room for.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::counters::Count;
use super::rate::Rate;

/// A moment, as microseconds since the first one. It takes half of the memory of an `Instant`.
pub(super) type Moment = u64;

/// How many times there is room for: about 8 bytes each.
const ROOM: usize = 2_000_000;

/// What a counter takes besides its times, counted in times.
const OF_COUNTER: usize = 12;

/// The counters, by the digest of what they count.
#[derive(Debug)]
pub(super) struct MemoryCounters {
    room: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    counters: HashMap<u64, Counter>,
    /// How much of the room is taken.
    taken: usize,
}

#[derive(Debug)]
struct Counter {
    /// The last one is the newest.
    times: VecDeque<Moment>,
    period: Duration,
    asked: Moment,
}

impl Default for MemoryCounters {
    fn default() -> Self {
        Self { room: ROOM, table: Mutex::default() }
    }
}

impl MemoryCounters {
    /// Counts a request, if there were fewer than the rate says.
    pub(super) fn count(&self, key: u64, rate: Rate, now: Moment) -> Count {
        let mut table = self.lock();
        if table.taken >= self.room {
            table.make_room(self.room, now);
        }
        let counter = table.counter(key, rate.period, now);
        let before = counter.times.len();
        let count = counter.count(rate, now);
        let after = counter.times.len();
        table.taken = (table.taken + after).saturating_sub(before);
        count
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn counter(&mut self, key: u64, period: Duration, now: Moment) -> &mut Counter {
        let taken = &mut self.taken;
        let counter = self.counters.entry(key).or_insert_with(|| {
            *taken += OF_COUNTER;
            Counter { times: VecDeque::new(), period, asked: now }
        });
        counter.asked = now;
        counter.period = period;
        counter
    }

    fn make_room(&mut self, room: usize, now: Moment) {
        self.counters.retain(|_, counter| {
            counter.drop_old(now);
            !counter.times.is_empty()
        });
        let goal = room - room / 4;
        let mut taken: usize = self.counters.values().map(Counter::size).sum();
        if taken > goal {
            tracing::warn!("there is no room for more throttle counters; the oldest are forgotten");
            let mut by_age: Vec<(Moment, u64)> =
                self.counters.iter().map(|(key, counter)| (counter.asked, *key)).collect();
            by_age.sort_unstable();
            for (_, key) in by_age {
                if taken <= goal {
                    break;
                }
                taken -= self.counters.remove(&key).map_or(0, |counter| counter.size());
            }
        }
        self.taken = taken;
    }
}

impl Counter {
    fn size(&self) -> usize {
        self.times.len() + OF_COUNTER
    }

    fn drop_old(&mut self, now: Moment) {
        while self.times.front().is_some_and(|oldest| since(*oldest, now) >= self.period) {
            self.times.pop_front();
        }
    }

    fn count(&mut self, rate: Rate, now: Moment) -> Count {
        self.drop_old(now);
        let is_allowed = self.times.len() < rate.requests;
        if is_allowed {
            self.times.push_back(now);
        }
        let age = self.times.front().map(|oldest| since(*oldest, now));
        Count { is_allowed, counted: self.times.len(), oldest: age }
    }
}

fn since(then: Moment, now: Moment) -> Duration {
    Duration::from_micros(now.saturating_sub(then))
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Rate = Rate { requests: 3, period: Duration::from_secs(60) };

    #[test]
    fn the_window_slides() {
        let counters = MemoryCounters::default();
        let at = |seconds: u64| counters.count(1, THREE, seconds * 1_000_000).is_allowed;
        assert!(at(0) && at(20) && at(40));
        // A refusal is not counted.
        assert!(!at(41) && !at(59));
        assert!(at(60) && !at(61) && at(80));
    }

    #[test]
    fn of_too_many_counters_those_asked_last_are_kept() {
        let room = 1000 * (OF_COUNTER + 1);
        let counters = MemoryCounters { room, ..MemoryCounters::default() };
        let busy = 7;
        for key in 1000..6000 {
            counters.count(busy, THREE, key * 1000);
            counters.count(key, THREE, key * 1000);
            let table = counters.lock();
            assert!(table.taken <= room + OF_COUNTER + 1);
            assert_eq!(table.taken, table.counters.values().map(Counter::size).sum::<usize>());
        }
        assert!(!counters.count(busy, THREE, 6_000_000).is_allowed);
        // With nothing that counts any more, there is room for everybody.
        counters.lock().make_room(room, 600_000_000);
        let table = counters.lock();
        assert_eq!((table.taken, table.counters.len()), (0, 0));
    }
}
