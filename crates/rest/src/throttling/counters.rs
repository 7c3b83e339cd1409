//! What throttles count: the requests of a period, exactly, whatever number of them comes at once.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use belleville_auth::cache::Cache;

use super::memory::{MemoryCounters, Moment};
use super::rate::Rate;
#[cfg(feature = "redis")]
use super::redis::RedisCounters;
use crate::exceptions::Result;

/// Where requests are counted.
#[derive(Debug)]
pub(super) enum Counters {
    /// In this process alone.
    Memory { begun: Instant, digest: RandomState, counters: MemoryCounters },
    /// In one place for all processes.
    #[cfg(feature = "redis")]
    Redis(Box<RedisCounters>),
}

/// What counting a request has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    /// The request was counted; if not, there were too many before it.
    pub(super) is_allowed: bool,
    /// How many count now, with this one.
    pub(super) counted: usize,
    /// How old the oldest of them is.
    pub(super) oldest: Option<Duration>,
}

impl Counters {
    /// Where the cache is, if that is Redis; otherwise in memory.
    pub(super) fn beside(cache: &Cache, fail_open: bool) -> Self {
        #[cfg(feature = "redis")]
        if let Some(counters) = RedisCounters::of(cache, fail_open) {
            return Self::Redis(Box::new(counters));
        }
        let _ = (cache, fail_open);
        Self::Memory {
            begun: Instant::now(),
            digest: RandomState::new(),
            counters: MemoryCounters::default(),
        }
    }

    /// Counts a request of a client under a scope, if there were fewer than the rate says. `None`: it could not be counted, and
    /// goes on.
    pub(super) async fn count(&self, scope: &str, ident: &str, rate: Rate) -> Result<Option<Count>> {
        match self {
            Self::Memory { begun, digest, counters } => {
                // A long name takes no more memory than a short one.
                let key = digest.hash_one((scope, ident));
                let now = Moment::try_from(begun.elapsed().as_micros()).unwrap_or(Moment::MAX);
                Ok(Some(counters.count(key, rate, now)))
            }
            #[cfg(feature = "redis")]
            Self::Redis(counters) => counters.count(scope, ident, rate).await,
        }
    }

    /// Whether each process counts for itself.
    pub(super) fn are_in_memory(&self) -> bool {
        matches!(self, Self::Memory { .. })
    }
}

impl Count {
    /// The seconds until a request is allowed again, as DRF reckons them: what is left of the period, shared among the requests
    /// that may still come in it.
    pub(super) fn wait(self, rate: Rate) -> Option<f64> {
        let left = rate.period.saturating_sub(self.oldest.unwrap_or_default()).as_secs_f64();
        let available = (rate.requests + 1).checked_sub(self.counted).filter(|available| *available > 0)?;
        Some(left / available as f64)
    }

    /// How many requests may still come.
    pub(super) fn remaining(self, rate: Rate) -> usize {
        rate.requests.saturating_sub(self.counted)
    }

    /// How long until the oldest request counts no more.
    pub(super) fn reset(self, rate: Rate) -> Duration {
        self.oldest.map_or(Duration::ZERO, |oldest| rate.period.saturating_sub(oldest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_drfs() {
        let rate = |requests| Rate { requests, period: Duration::from_secs(60) };
        let count = |counted, oldest: Option<u64>| Count {
            is_allowed: false,
            counted,
            oldest: oldest.map(Duration::from_secs),
        };
        // Each row is what `SimpleRateThrottle.wait` answers with this rate and history.
        for (requests, counted, oldest, wait) in [
            (3, 3, Some(10), Some(50.0)),
            (0, 0, None, Some(60.0)),
            // The rate was larger before a restart.
            (3, 4, Some(10), None),
            (5, 2, Some(20), Some(10.0)),
        ] {
            assert_eq!(count(counted, oldest).wait(rate(requests)), wait, "{requests} {counted}");
        }
    }
}
