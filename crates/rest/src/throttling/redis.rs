//! Counters in Redis or Valkey, exact for all processes together: each request is counted by a script that the server runs at
//! once, by the server's clock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use belleville_auth::cache::Cache;
use belleville_auth::cache::redis::{Redis, Script};
use belleville_auth::crypto::sha256_base64;

use super::counters::Count;
use super::rate::Rate;
use crate::exceptions::{Error, Result};

/// As long as a key can be that is a client's name itself.
const LONGEST: usize = 100;

/// The times of a counter are a list with the newest at its head, as DRF has it. The answer: whether the request is allowed, how
/// many count, and how old the oldest is in microseconds, or -1.
const COUNT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) <= now - period do
    redis.call('RPOP', KEYS[1])
    oldest = redis.call('LINDEX', KEYS[1], -1)
end
local counted, allowed = redis.call('LLEN', KEYS[1]), 0
if counted < limit then
    redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
    redis.call('PEXPIRE', KEYS[1], math.ceil(period / 1000))
    counted, allowed = counted + 1, 1
    oldest = oldest or now
end
return {allowed, counted, oldest and now - tonumber(oldest) or -1}
";

#[derive(Debug)]
pub(super) struct RedisCounters {
    cache: Cache,
    redis: Redis,
    script: Script,
    fail_open: bool,
    is_away: AtomicBool,
}

impl RedisCounters {
    /// Counters where a cache is, if that is Redis.
    pub(super) fn of(cache: &Cache, fail_open: bool) -> Option<Self> {
        let redis = cache.redis()?.clone();
        let script = Script::new(COUNT);
        Some(Self { cache: cache.clone(), redis, script, fail_open, is_away: AtomicBool::new(false) })
    }

    pub(super) async fn count(&self, scope: &str, ident: &str, rate: Rate) -> Result<Option<Count>> {
        let (limit, period) = (whole(rate.requests as u128), whole(rate.period.as_micros()));
        match self.redis.script(&self.script, &self.key(scope, ident), &[limit, period]).await {
            Ok(answer) => {
                if self.is_away.swap(false, Ordering::Relaxed) {
                    tracing::info!("throttles count again");
                }
                read(&answer).map(Some)
            }
            Err(error) => self.without(&error),
        }
    }

    /// DRF's own keys have values of another type, and may be in the same Redis.
    fn key(&self, scope: &str, ident: &str) -> String {
        let digest = (ident.len() > LONGEST).then(|| sha256_base64(ident.as_bytes()));
        let ident = digest.as_deref().unwrap_or(ident);
        self.cache.make_key(&format!("belleville.throttle_{scope}_{ident}"))
    }

    /// What happens to requests while nothing can be counted. It is told once.
    fn without(&self, error: &dyn std::fmt::Display) -> Result<Option<Count>> {
        if !self.is_away.swap(true, Ordering::Relaxed) {
            let requests = if self.fail_open { "let through uncounted" } else { "refused" };
            tracing::error!(%error, "throttles cannot count; requests are {requests} until they can");
        }
        if self.fail_open { Ok(None) } else { Err(Error::busy()) }
    }
}

fn whole(number: u128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn read(answer: &[i64]) -> Result<Count> {
    let [allowed, counted, oldest] = answer else {
        return Err(Error::internal("the script of the throttles has answered something else"));
    };
    Ok(Count {
        is_allowed: *allowed == 1,
        counted: usize::try_from(*counted).unwrap_or(usize::MAX),
        oldest: u64::try_from(*oldest).ok().map(Duration::from_micros),
    })
}
