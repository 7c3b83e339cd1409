//! Checks a name and a password, counts failures and sends events; used by every kind of login.
//!
//! Failures are counted under three limits: by name and address (strict), by name from all addresses (loose), and by
//! address for all names. After too many failures every attempt has to wait, even with the correct password and
//! whether or not the user exists: the response reveals neither. Failures from other addresses do not count against
//! an address from which the name has logged in recently, so that an attacker cannot lock the user out. Somebody who
//! shares such an address can find out, by failing often enough elsewhere, that the name logs in there.

use std::net::IpAddr;
use std::time::Instant;

use belleville_auth::hashing::Hashing;
use belleville_auth::models::User;
use belleville_auth::users;

use crate::address::AddressPrefix;
use crate::events::{EventKind, Through};
use crate::exceptions::{Error, Result};
use crate::limits::{Attempt, FamiliarAddresses, Key, Limit, Limiter, Rate};
use crate::request::Request;

/// The limits of failed logins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LoginRates {
    /// By name and address.
    pub(crate) per_user: Option<Rate>,
    /// By name, from all addresses.
    pub(crate) per_user_everywhere: Option<Rate>,
    /// By address, for all names.
    pub(crate) per_address: Option<Rate>,
}

/// The failures that count now, and the addresses of successful logins.
#[derive(Debug)]
pub(crate) struct LoginLimits {
    rates: LoginRates,
    limiter: Limiter,
    familiar: FamiliarAddresses,
}

impl LoginLimits {
    pub(crate) fn new(rates: LoginRates) -> Self {
        Self { rates, limiter: Limiter::default(), familiar: FamiliarAddresses::default() }
    }

    /// The keys of the counts: the name, and the name with the address. Without an address, all clients count as one.
    fn keys(&self, username: &str, address: Option<AddressPrefix>) -> [Key; 3] {
        let limiter = &self.limiter;
        [limiter.key((username, address)), limiter.key(username), limiter.key(address)]
    }

    fn limits(&self, [pair, name, place]: [Key; 3]) -> Vec<Limit> {
        let is_familiar = self.familiar.has(name, place, Instant::now());
        let limit = |key: Key, rate: Option<Rate>| rate.map(|rate| Limit::new(key, rate));
        let everywhere = limit(name, self.rates.per_user_everywhere);
        let all = [
            limit(pair, self.rates.per_user),
            limit(place, self.rates.per_address),
            if is_familiar { everywhere.map(Limit::that_only_counts) } else { everywhere },
        ];
        let all = all.into_iter().flatten();
        if is_familiar { all.map(Limit::that_finds_room).collect() } else { all.collect() }
    }
}

/// A login attempt. It counts as failed unless it succeeds: when the client hangs up before the end, the attempt is
/// counted and an event is sent, so that guesses are never free.
struct LoginAttempt<'a> {
    request: &'a Request,
    through: Through,
    username: &'a str,
    keys: [Key; 3],
    counted: Option<Attempt<'a>>,
}

impl<'a> LoginAttempt<'a> {
    async fn begin(request: &'a Request, through: Through, username: &'a str) -> Result<Self> {
        let limits = &request.application().login_limits;
        let keys = limits.keys(username, prefix(request.client_address()));
        let begun = limits.limiter.begin(limits.limits(keys)).await;
        let counted = begun.inspect_err(|error| {
            if matches!(error, Error::Api(refusal) if refusal.status() == 429) {
                request.tell(EventKind::LoginThrottled, through, None, username);
            }
        })?;
        Ok(Self { request, through, username, keys, counted: Some(counted) })
    }

    /// The password was correct.
    fn went_well(self) {
        let [_, name, place] = self.keys;
        self.request.application().login_limits.familiar.remember(name, place, Instant::now());
        self.release();
    }

    fn release(mut self) {
        if let Some(attempt) = self.counted.take() {
            attempt.release();
        }
    }
}

impl Drop for LoginAttempt<'_> {
    fn drop(&mut self) {
        let Some(attempt) = self.counted.take() else { return };
        // A panic is logged elsewhere.
        if !std::thread::panicking() {
            self.request.tell(EventKind::LoginFailed, self.through, None, self.username);
        }
        drop(attempt);
    }
}

/// The client's address, for limits.
pub(crate) fn prefix(address: Option<IpAddr>) -> Option<AddressPrefix> {
    address.map(AddressPrefix::of)
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
        let attempt = LoginAttempt::begin(self, through, username).await?;
        let asked = users::authenticate(&application.db, self.hashing(), username, password);
        // When the client hangs up, its password leaves the hashing queue, and the attempt is dropped as failed.
        match self.while_client_waits(asked).await? {
            Ok(Some(user)) => {
                attempt.went_well();
                Ok(Some(user))
            }
            Ok(None) => {
                drop(attempt);
                Ok(None)
            }
            // The hashing pool is busy, or the database failed: the credentials were not wrong.
            Err(error) => {
                attempt.release();
                Err(error.into())
            }
        }
    }

    /// The hashing pool, in which clients take turns.
    pub(crate) fn hashing(&self) -> Hashing<'_> {
        let application = self.application();
        let client = application.login_limits.limiter.key(prefix(self.client_address()));
        application.hashing.for_client(client.number())
    }
}
