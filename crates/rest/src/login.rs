//! Checks a name and a password, counts failures and sends events; used by every kind of login.
//!
//! Failures are counted under three limits: by name and address (strict), by name from all addresses (loose), and by
//! address for all names. After too many failures every attempt has to wait, even with the correct password and
//! whether or not the user exists: the response reveals neither. Failures from other addresses do not count against
//! an address from which the name has logged in recently, so that an attacker cannot lock the user out. Somebody who
//! shares such an address can find out, by failing often enough elsewhere, that the name logs in there.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use belleville_auth::hashing::{Hashing, HashingPool};
use belleville_auth::recent::RecentCredentials;
use belleville_auth::signing::SecretKeys;
use belleville_auth::user::AuthUser;
use belleville_auth::users;
use belleville_db::Database;
use belleville_http::services::Services;
use belleville_http::settings::{Section, SettingsError};
use serde::Deserialize;

use crate::events::{EventKind, Through};
use crate::exceptions::{Error, Result};
use crate::limits::{Attempt, FamiliarAddresses, Key, Limit, Limiter, Rate, rate};
use crate::request::Request;
use belleville_http::address::AddressPrefix;

/// Logins: how many may fail, for how long right credentials are remembered, and what a new password ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LoginSettings {
    /// For how many seconds correct Basic credentials are accepted without hashing the password again; 0 hashes at
    /// every request. The user's row is always read.
    pub basic_authentication_cache_age: u64,
    /// The URL after a login without `next`.
    pub login_redirect_url: String,
    /// Revoke every token of a user whose password is changed here: DRF's, knox's, and outstanding refresh and
    /// sliding tokens. A change in Django's admin is not noticed.
    pub revoke_tokens_on_password_change: bool,
    /// How many failed logins of one name from one address are allowed: `5/min`; not limited when empty. An address
    /// is here, and in the limits below, an IPv4 address or the /64 of an IPv6 address.
    pub login_failures_per_user: String,
    /// How many failed logins of one name are allowed from all addresses together, except addresses from which the
    /// name has logged in recently: `50/min`. When empty, ten times `login_failures_per_user`.
    pub login_failures_per_user_everywhere: String,
    /// How many failed logins from one address are allowed, for all names together: `20/min`; not limited when empty.
    pub login_failures_per_address: String,
}

impl Default for LoginSettings {
    fn default() -> Self {
        Self {
            basic_authentication_cache_age: 300,
            login_redirect_url: "/accounts/profile/".to_owned(),
            revoke_tokens_on_password_change: false,
            login_failures_per_user: String::new(),
            login_failures_per_user_everywhere: String::new(),
            login_failures_per_address: String::new(),
        }
    }
}

impl Section for LoginSettings {
    fn check(&self) -> Result<(), SettingsError> {
        self.rates().map(drop)
    }
}

impl LoginSettings {
    fn rates(&self) -> Result<LoginRates, SettingsError> {
        let per_user = rate("login_failures_per_user", &self.login_failures_per_user)?;
        let everywhere =
            rate("login_failures_per_user_everywhere", &self.login_failures_per_user_everywhere)?;
        Ok(LoginRates {
            per_user,
            per_user_everywhere: everywhere.or(per_user.map(|rate| rate.times(10))),
            per_address: rate("login_failures_per_address", &self.login_failures_per_address)?,
        })
    }
}

/// Makes the services of logins ready.
///
/// # Errors
/// When a limit cannot be used.
pub fn ready(settings: &LoginSettings, services: &mut Services) -> Result<(), SettingsError> {
    services.insert(LoginLimits::new(settings.rates()?));
    let age = Duration::from_secs(settings.basic_authentication_cache_age);
    services.insert(RecentCredentials::new(age));
    Ok(())
}

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
    limits: &'a LoginLimits,
    through: Through,
    username: &'a str,
    keys: [Key; 3],
    counted: Option<Attempt<'a>>,
}

impl<'a> LoginAttempt<'a> {
    async fn begin(request: &'a Request, through: Through, username: &'a str) -> Result<Self> {
        let limits = request.services().require::<LoginLimits>()?;
        let keys = limits.keys(username, prefix(request.client_address()));
        let begun = limits.limiter.begin(limits.limits(keys)).await;
        let counted = begun.inspect_err(|error| {
            if matches!(error, Error::Api(refusal) if refusal.status() == 429) {
                request.tell(EventKind::LoginThrottled, through, None, username);
            }
        })?;
        Ok(Self { request, limits, through, username, keys, counted: Some(counted) })
    }

    /// The password was correct.
    fn went_well(self) {
        let [_, name, place] = self.keys;
        self.limits.familiar.remember(name, place, Instant::now());
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
pub fn prefix(address: Option<IpAddr>) -> Option<AddressPrefix> {
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
    ) -> Result<Option<AuthUser>> {
        let attempt = LoginAttempt::begin(self, through, username).await?;
        let asked = users::authenticate(self.db(), self.hashing()?, username, password);
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
    ///
    /// # Errors
    /// 500 when the program has none.
    pub fn hashing(&self) -> Result<Hashing<'_>> {
        let services = self.services();
        let limiter = &services.require::<LoginLimits>()?.limiter;
        let client = limiter.key(prefix(self.client_address()));
        Ok(services.require::<Arc<HashingPool>>()?.for_client(client.number()))
    }

    /// Whether a new password revokes the tokens of its user.
    pub fn revokes_tokens(&self) -> bool {
        let settings = self.services().get::<LoginSettings>();
        settings.is_some_and(|settings| settings.revoke_tokens_on_password_change)
    }
}

/// Sessions of users.
impl Request {
    /// Logs a user in: the session gets the user, a new key and a new CSRF secret, and `last_login` is set.
    /// [`Request::user`] is this user from now on.
    ///
    /// # Errors
    /// Any database error.
    pub async fn login(&self, user: impl Into<AuthUser>) -> Result<()> {
        let user = user.into();
        let keys = self.services().require::<SecretKeys>()?;
        self.lock_session().await?.login(self.db(), &user, keys).await?;
        self.rotate_csrf_token();
        users::update_last_login(self.db(), &user).await?;
        self.emit(EventKind::Login, Through::Session, &user);
        self.set_user(Some(user));
        Ok(())
    }

    /// Keeps the session of a user whose password was just changed, under a new key: Django's
    /// `update_session_auth_hash`.
    ///
    /// # Errors
    /// Any database error.
    pub async fn keep_session(&self, user: &AuthUser) -> Result<()> {
        self.lock_session().await?.update_auth_hash(user, self.services().require::<SecretKeys>()?);
        Ok(())
    }

    /// Whether the user's password has not changed since the row was read. It is checked in the transaction that
    /// creates a token: a token that is requested with the old password, while the new one is set, must not stay
    /// valid. Always `true` when `revoke_tokens_on_password_change` is off.
    ///
    /// # Errors
    /// Any database error.
    pub async fn is_password_current(&self, db: &Database, user: &AuthUser) -> Result<bool> {
        Ok(!self.revokes_tokens() || users::has_password_of(db, user).await?)
    }

    /// Logs out: deletes the session and its row. The request has no user from now on.
    ///
    /// # Errors
    /// Any database error.
    pub async fn logout(&self) -> Result<()> {
        let keys = self.services().require::<SecretKeys>()?;
        let mut session = self.lock_session().await?;
        let user = session.user(self.db(), keys).await?;
        session.flush(self.db()).await?;
        self.set_user(None);
        if let Some(user) = user {
            self.emit(EventKind::Logout, Through::Session, &user);
        }
        Ok(())
    }
}
