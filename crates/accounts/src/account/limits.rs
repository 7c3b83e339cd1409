//! Rate limits of registrations and password resets. They are counted in a separate table, not in that of logins.

use belleville_http::exceptions::{Error, Result};
use belleville_http::settings::SettingsError;
use belleville_rest::limits::{Attempt, Key, Limit, Limiter, Rate, rate};
use belleville_rest::login::prefix;
use belleville_rest::request::Request;

use super::AccountSettings;

/// The limits of registrations and password resets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountRates {
    pub(crate) registrations_per_address: Option<Rate>,
    pub(crate) password_resets_per_address: Option<Rate>,
    pub(crate) password_resets_per_email: Option<Rate>,
}

impl AccountRates {
    /// What the settings say.
    pub(super) fn new(settings: &AccountSettings) -> std::result::Result<Self, SettingsError> {
        Ok(Self {
            registrations_per_address: rate(
                "registrations_per_address",
                &settings.registrations_per_address,
            )?,
            password_resets_per_address: rate(
                "password_resets_per_address",
                &settings.password_resets_per_address,
            )?,
            password_resets_per_email: rate(
                "password_resets_per_email",
                &settings.password_resets_per_email,
            )?,
        })
    }
}

/// The registrations and password resets that count now.
#[derive(Debug)]
pub(crate) struct AccountLimits {
    rates: AccountRates,
    limiter: Limiter,
}

impl AccountLimits {
    pub(crate) fn new(rates: AccountRates) -> Self {
        Self { rates, limiter: Limiter::default() }
    }

    /// Counts an attempt to register. Failed attempts count too, because the response says which names are taken.
    pub(super) async fn registration(&self, request: &Request) -> Result<Attempt<'_>> {
        let by_address = self.by_address("registration", request);
        self.begin([(by_address, self.rates.registrations_per_address)]).await
    }

    /// Counts a request for a password reset link, whether or not a user has the address: by the client's address and
    /// by the e-mail address.
    pub(super) async fn reset_mail(&self, request: &Request, email: &str) -> Result<Attempt<'_>> {
        let by_address = self.by_address("reset", request);
        let by_email = self.limiter.key(("email", email.to_lowercase()));
        let [per_address, per_email] =
            [self.rates.password_resets_per_address, self.rates.password_resets_per_email];
        self.begin([(by_address, per_address), (by_email, per_email)]).await
    }

    /// Counts an attempt to use a link; the limit is the same as for requests for one.
    pub(super) async fn reset_link(&self, request: &Request) -> Result<Attempt<'_>> {
        let by_address = self.by_address("reset", request);
        self.begin([(by_address, self.rates.password_resets_per_address)]).await
    }

    fn by_address(&self, asked: &str, request: &Request) -> Key {
        self.limiter.key((asked, prefix(request.client_address())))
    }

    async fn begin<const N: usize>(&self, limits: [(Key, Option<Rate>); N]) -> Result<Attempt<'_>> {
        let set = limits.into_iter().filter_map(|(key, rate)| Some(Limit::new(key, rate?)));
        self.limiter.begin(set.collect()).await
    }
}

/// Counts an attempt, unless it failed for a reason that is not the client's.
pub(super) fn count_unless_technical<T>(attempt: Attempt<'_>, outcome: Result<T>) -> Result<T> {
    let is_technical = match &outcome {
        Err(Error::Internal(_)) => true,
        Err(Error::Api(refusal)) => refusal.status() >= 500,
        Ok(_) | Err(Error::Suspicious(_) | Error::BadRequest(_)) => false,
    };
    if is_technical {
        attempt.release();
    }
    outcome
}
