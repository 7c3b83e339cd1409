//! A name and a password, wherever they come from: checked, counted and told.
//!
//! Failures are counted three times over: of a name from one address (strictly), of a name from everywhere (loosely), and
//! of an address with whatever names. Whoever fails too often waits, whether or not the password is right by then and the
//! user exists: an answer tells nothing about either. An address from which a name has logged in lately is spared what
//! others do to that name, so that nobody can keep its owner out from afar. Who shares such an address can find out, by
//! failing often enough elsewhere, that the name logs in there.

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

/// How often logins may fail.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LoginRates {
    /// Of one name, from one address.
    pub(crate) per_user: Option<Rate>,
    /// Of one name, from whatever address.
    pub(crate) per_user_everywhere: Option<Rate>,
    /// From one address, of whatever name.
    pub(crate) per_address: Option<Rate>,
}

/// The failures of the last minutes, and where logins went well.
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

    /// Who tries: the name, and the name where it is. Without an address, everybody is at the same place.
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

/// An attempt to log in. It has failed unless it is told how it ended: a client that goes away in the middle is counted
/// and told like one that was wrong, or it could guess for nothing.
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

    /// The password was right.
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
        // Of a panic, others tell.
        if !std::thread::panicking() {
            self.request.tell(EventKind::LoginFailed, self.through, None, self.username);
        }
        drop(attempt);
    }
}

/// Who counts as one client.
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
        // Who hangs up leaves the queue for the hashing, and has tried all the same: the attempt is dropped as failed.
        match self.while_client_waits(asked).await? {
            Ok(Some(user)) => {
                attempt.went_well();
                Ok(Some(user))
            }
            Ok(None) => {
                drop(attempt);
                Ok(None)
            }
            // No room for another hash, or the database failed: whoever tried has not been wrong.
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
