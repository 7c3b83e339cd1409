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

/// The failures of the last minutes, by name and by address.
#[derive(Debug)]
pub(crate) struct LoginThrottle {
    per_user: Option<Rate>,
    per_address: Option<Rate>,
    failures: Mutex<HashMap<Key, Vec<Instant>>>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    User(String),
    Address(IpAddr),
}

impl LoginThrottle {
    pub(crate) fn new(per_user: Option<Rate>, per_address: Option<Rate>) -> Self {
        Self { per_user, per_address, failures: Mutex::default() }
    }

    fn limits(&self, username: &str, address: Option<IpAddr>) -> Vec<(Key, Rate)> {
        let user = self.per_user.map(|rate| (Key::User(username.to_owned()), rate));
        let address = address.zip(self.per_address).map(|(address, rate)| (Key::Address(address), rate));
        user.into_iter().chain(address).collect()
    }

    /// Counts an attempt as failed before it is made, so that many at once are not let through; a success takes its
    /// count back. How long to wait, when there were too many already.
    fn begin(&self, limits: &[(Key, Rate)]) -> Result<Instant, Duration> {
        let now = Instant::now();
        let mut failures = self.lock();
        for (key, rate) in limits {
            let Some(times) = failures.get_mut(key) else { continue };
            times.retain(|time| now.duration_since(*time) < rate.period);
            if times.len() >= rate.failures {
                let oldest = times[times.len() - rate.failures];
                return Err(rate.period.saturating_sub(now.duration_since(oldest)));
            }
        }
        for (key, _) in limits {
            make_room(&mut failures);
            failures.entry(key.clone()).or_default().push(now);
        }
        Ok(now)
    }

    fn forgive(&self, limits: &[(Key, Rate)], attempt: Instant) {
        let mut failures = self.lock();
        for (key, _) in limits {
            if let Some(times) = failures.get_mut(key) {
                times.retain(|time| *time != attempt);
                if times.is_empty() {
                    failures.remove(key);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Vec<Instant>>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(failures: &mut HashMap<Key, Vec<Instant>>) {
    if failures.len() < MOST {
        return;
    }
    let oldest = failures.iter().min_by_key(|(_, times)| times.last().copied()).map(|(key, _)| key.clone());
    oldest.and_then(|key| failures.remove(&key));
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
        self.attempt(
            through,
            username,
            users::authenticate(&application.db, &application.hashing, username, password),
        )
        .await
    }

    /// Counts something that a stranger may not ask for often, under a name of its own.
    pub(crate) fn count_attempt(&self, name: &str) -> Result<()> {
        let throttle = &self.application().login_throttle;
        let limits = throttle.limits(name, self.peer());
        let begun = throttle.begin(&limits);
        begun.map(drop).map_err(|wait| Error::throttled(Some(wait.as_secs_f64())))
    }

    /// Makes an attempt to recognise somebody, unless there were too many.
    pub(crate) async fn attempt(
        &self,
        through: Through,
        username: &str,
        attempt: impl Future<Output = Result<Option<User>, users::UserError>>,
    ) -> Result<Option<User>> {
        let throttle = &self.application().login_throttle;
        let limits = throttle.limits(username, self.peer());
        let begun = throttle.begin(&limits).map_err(|wait| {
            self.tell(EventKind::LoginThrottled, through, None, username);
            Error::throttled(Some(wait.as_secs_f64()))
        })?;
        let outcome = attempt.await;
        match &outcome {
            Ok(None) => self.tell(EventKind::LoginFailed, through, None, username),
            // Somebody was recognised, or nobody was asked: the server is busy.
            Ok(Some(_)) | Err(_) => throttle.forgive(&limits, begun),
        }
        Ok(outcome?)
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
