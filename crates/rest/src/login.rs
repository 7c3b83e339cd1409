//! A name and a password, wherever they come from: checked, counted and told.
//!
//! Whoever fails too often waits, whether or not the password is right by then and the user exists: an answer tells
//! nothing about either.

use std::collections::HashMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use belleville_auth::models::User;
use belleville_auth::users;
use tokio::sync::Notify;

use crate::events::{EventKind, Through};
use crate::exceptions::{Error, Result};
use crate::request::Request;

/// How many failures in which time: `5/min`, written as DRF writes its throttle rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    failures: usize,
    period: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no rate; write it as `5/min` (s, min, hour or day)");
        let (number, unit) = text.split_once('/').ok_or_else(wrong)?;
        let seconds = match unit.trim().chars().next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            _ => return Err(wrong()),
        };
        let failures = number.trim().parse().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
        Ok(Self { failures, period: Duration::from_secs(seconds) })
    }
}

/// How many names and addresses are remembered; the one that failed longest ago makes room.
const MOST: usize = 10_000;

/// How much of a name or an address is remembered.
const LONGEST: usize = 300;

/// How long an attempt waits for others of the same name or address to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The failures of the last minutes, by name and by address.
#[derive(Debug)]
pub(crate) struct LoginThrottle {
    per_user: Option<Rate>,
    per_address: Option<Rate>,
    counts: Mutex<HashMap<Key, Count>>,
    ended: Notify,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    User(String),
    Address(IpAddr),
}

#[derive(Debug, Default)]
struct Count {
    failures: Vec<Instant>,
    /// Attempts whose outcome is not known yet.
    pending: usize,
}

impl Count {
    /// How long to wait, when there were too many failures.
    fn wait(&mut self, rate: Rate, now: Instant) -> Option<Duration> {
        self.failures.retain(|time| now.duration_since(*time) < rate.period);
        let first = self.failures.len().checked_sub(rate.failures)?;
        Some(rate.period.saturating_sub(now.duration_since(self.failures[first])))
    }
}

/// Whether an attempt may be made.
enum Verdict {
    Go,
    /// Too many failed; how long to wait.
    Throttled(Duration),
    /// As many attempts as may fail are on their way.
    Full,
}

impl LoginThrottle {
    pub(crate) fn new(per_user: Option<Rate>, per_address: Option<Rate>) -> Self {
        Self { per_user, per_address, counts: Mutex::default(), ended: Notify::new() }
    }

    /// What is counted. No name is longer than a few hundred characters: the rest of a longer one is not kept.
    fn limits(&self, username: &str, address: Option<IpAddr>) -> Vec<(Key, Rate)> {
        let name: String = username.chars().take(LONGEST).collect();
        let user = self.per_user.map(|rate| (Key::User(name), rate));
        let address = address.zip(self.per_address).map(|(address, rate)| (Key::Address(address), rate));
        user.into_iter().chain(address).collect()
    }

    /// Begins an attempt. However many come at once, no more of them are on their way than may still fail; the others
    /// wait for their outcome.
    async fn begin(&self, limits: Vec<(Key, Rate)>) -> Result<Attempt<'_>> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            match self.verdict(&limits) {
                Verdict::Go => {
                    let keys = limits.into_iter().map(|(key, _)| key).collect();
                    return Ok(Attempt { throttle: self, keys, failed: false });
                }
                Verdict::Throttled(wait) => return Err(Error::throttled(Some(wait.as_secs_f64()))),
                Verdict::Full => {
                    tokio::time::timeout_at(deadline, ended).await.map_err(|_| Error::busy())?;
                }
            }
        }
    }

    fn verdict(&self, limits: &[(Key, Rate)]) -> Verdict {
        let now = Instant::now();
        let mut counts = self.lock();
        let mut full = false;
        for (key, rate) in limits {
            let Some(count) = counts.get_mut(key) else { continue };
            if let Some(wait) = count.wait(*rate, now) {
                return Verdict::Throttled(wait);
            }
            full |= count.failures.len() + count.pending >= rate.failures;
        }
        if full {
            return Verdict::Full;
        }
        for (key, _) in limits {
            make_room(&mut counts);
            counts.entry(key.clone()).or_default().pending += 1;
        }
        Verdict::Go
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(counts: &mut HashMap<Key, Count>) {
    if counts.len() < MOST {
        return;
    }
    let idle = counts.iter().filter(|(_, count)| count.pending == 0);
    let oldest = idle.min_by_key(|(_, count)| count.failures.last().copied()).map(|(key, _)| key.clone());
    oldest.and_then(|key| counts.remove(&key));
}

/// An attempt on its way; it ends when this is dropped, also when the client has gone.
struct Attempt<'a> {
    throttle: &'a LoginThrottle,
    keys: Vec<Key>,
    failed: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.keys.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut counts = self.throttle.lock();
        for key in &self.keys {
            let Some(count) = counts.get_mut(key) else { continue };
            count.pending = count.pending.saturating_sub(1);
            if self.failed {
                count.failures.push(now);
            } else if count.pending == 0 && count.failures.is_empty() {
                counts.remove(key);
            }
        }
        drop(counts);
        self.throttle.ended.notify_waiters();
    }
}

impl Request {
    /// The active user with this name and password.
    ///
    /// # Errors
    /// 429 when the name or the address has failed too often, 503 when too many passwords wait to be hashed.
    pub async fn authenticate(
        &self,
        through: Through,
        username: &str,
        password: &str,
    ) -> Result<Option<User>> {
        let application = self.application();
        let throttle = &application.login_throttle;
        let begun = throttle.begin(throttle.limits(username, self.client_address())).await;
        let mut attempt = begun.inspect_err(|error| {
            if matches!(error, Error::Api(refusal) if refusal.status() == 429) {
                self.tell(EventKind::LoginThrottled, through, None, username);
            }
        })?;
        let user = users::authenticate(&application.db, &application.hashing, username, password).await?;
        if user.is_none() {
            attempt.failed = true;
            self.tell(EventKind::LoginFailed, through, None, username);
        }
        Ok(user)
    }

    /// Counts something that a stranger may not ask for often, under a name of its own.
    pub(crate) async fn count_attempt(&self, name: &str) -> Result<()> {
        let throttle = &self.application().login_throttle;
        throttle.begin(throttle.limits(name, self.client_address())).await?.failed = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_drfs() {
        let rate = |failures, seconds| Ok(Rate { failures, period: Duration::from_secs(seconds) });
        for (text, expected) in [
            ("5/min", rate(5, 60)),
            ("1/s", rate(1, 1)),
            ("20/hour", rate(20, 3600)),
            ("3/day", rate(3, 86_400)),
            ("3/d", rate(3, 86_400)),
        ] {
            assert_eq!(text.parse::<Rate>(), expected, "{text}");
        }
        for text in ["", "5", "0/min", "-1/min", "5/", "x/min", "5/year"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
