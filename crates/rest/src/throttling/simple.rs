//! Throttles with a rate: the built-in ones, and what one's own needs.

use belleville_db::Model as _;

use super::headers::Quota;
use super::rate::{Rate, ThrottleRates};
use super::{Throttle, Throttling, Verdict, get_ident};
use crate::exceptions::{Error, Result};
use crate::request::Request;

/// A throttle with a rate: DRF's class of this name. It says only for whom a request counts.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::http::HeaderName;
/// use belleville::request::Request;
/// use belleville::throttling::SimpleRateThrottle;
///
/// /// A hundred requests a minute with one API key.
/// struct PerKey;
///
/// impl SimpleRateThrottle for PerKey {
///     fn scope(&self) -> &str {
///         "key"
///     }
///
///     fn rate(&self) -> Option<&str> {
///         Some("100/min")
///     }
///
///     fn ident(&self, request: &Request) -> Result<Option<String>> {
///         Ok(request.header(&HeaderName::from_static("x-api-key")))
///     }
/// }
/// ```
pub trait SimpleRateThrottle: Send + Sync + 'static {
    /// What is counted together: requests of one client under one scope. Without a rate of its own the throttle has the one
    /// that `default_throttle_rates` has for the scope.
    fn scope(&self) -> &str;

    /// A rate of its own: `10/min`.
    fn rate(&self) -> Option<&str> {
        None
    }

    /// For whom the request counts; `None` if it does not count. DRF's `get_cache_key`, without what all keys begin with.
    ///
    /// # Errors
    /// Whatever keeps it from finding out.
    fn ident(&self, request: &Request) -> Result<Option<String>>;

    /// The same with a rate of its own: `AnonRateThrottle.with_rate("3/min")`.
    fn with_rate(self, rate: &'static str) -> WithRate<Self>
    where
        Self: Sized,
    {
        WithRate { throttle: self, rate }
    }

    /// The same under another scope: `UserRateThrottle.with_scope("burst")`.
    fn with_scope(self, scope: &'static str) -> WithScope<Self>
    where
        Self: Sized,
    {
        WithScope { throttle: self, scope }
    }
}

impl<T: SimpleRateThrottle> Throttle for T {
    async fn allow_request(&self, request: &Request) -> Result<Verdict> {
        let Some(rate) = rate_of(self, request)? else { return Ok(Verdict::allowed()) };
        match self.ident(request)? {
            Some(ident) => count(request, self.scope(), &ident, rate).await,
            None => Ok(Verdict::allowed()),
        }
    }

    fn check_rates(&self, rates: &ThrottleRates, _: Option<&str>) -> Result<(), String> {
        match self.rate() {
            Some(own) => own.parse::<Rate>().map(drop).map_err(|wrong| format!("{}: {wrong}", self.name())),
            None => rates.of(self.scope()).map(drop).ok_or_else(|| no_rate(self.name(), self.scope())),
        }
    }
}

fn rate_of(throttle: &impl SimpleRateThrottle, request: &Request) -> Result<Option<Rate>> {
    match throttle.rate() {
        Some(own) => own.parse().map(Some).map_err(Error::internal),
        None => default_rate(request, throttle.name(), throttle.scope()),
    }
}

/// The rate that the settings have for a scope.
fn default_rate(request: &Request, throttle: &str, scope: &str) -> Result<Option<Rate>> {
    let throttling = request.services().require::<Throttling>()?;
    throttling.rates.of(scope).ok_or_else(|| Error::internal(no_rate(throttle, scope)))
}

fn no_rate(throttle: &str, scope: &str) -> String {
    format!(
        "{throttle}: rest_framework.default_throttle_rates has no rate for the scope `{scope}`; add one: {scope} = \
         \"100/day\", or {scope} = false for no limit"
    )
}

/// Counts a request of a client under a scope, for a throttle of one's own that has found out the rate by itself.
///
/// # Errors
/// When it cannot be counted.
pub async fn count(request: &Request, scope: &str, ident: &str, rate: Rate) -> Result<Verdict> {
    let throttling = request.services().require::<Throttling>()?;
    let Some(count) = throttling.counters.count(scope, ident, rate).await? else {
        return Ok(Verdict::allowed());
    };
    if throttling.sends_headers {
        let (remaining, reset) = (count.remaining(rate), count.reset(rate));
        Quota { scope: scope.to_owned(), rate, remaining, reset }.note(request);
    }
    Ok(if count.is_allowed { Verdict::allowed() } else { Verdict::refused(count.wait(rate)) })
}

/// Limits clients that are not logged in, by their address. Its scope is `anon`.
#[derive(Clone, Copy, Debug)]
pub struct AnonRateThrottle;

impl SimpleRateThrottle for AnonRateThrottle {
    fn scope(&self) -> &str {
        "anon"
    }

    fn ident(&self, request: &Request) -> Result<Option<String>> {
        if request.is_authenticated() { Ok(None) } else { get_ident(request).map(Some) }
    }
}

/// Limits users, and by their address clients that are not logged in. Its scope is `user`.
#[derive(Clone, Copy, Debug)]
pub struct UserRateThrottle;

impl SimpleRateThrottle for UserRateThrottle {
    fn scope(&self) -> &str {
        "user"
    }

    fn ident(&self, request: &Request) -> Result<Option<String>> {
        user_or_address(request).map(Some)
    }
}

/// Limits users as [`UserRateThrottle`] does, under the scope that a view has (`throttle_scope`), and with that scope's rate. A
/// view without a scope is not limited.
#[derive(Clone, Copy, Debug)]
pub struct ScopedRateThrottle;

impl Throttle for ScopedRateThrottle {
    async fn allow_request(&self, request: &Request) -> Result<Verdict> {
        let scope = request.policies().and_then(|policies| policies.throttle_scope);
        let Some(scope) = scope else { return Ok(Verdict::allowed()) };
        match default_rate(request, self.name(), scope)? {
            Some(rate) => count(request, scope, &user_or_address(request)?, rate).await,
            None => Ok(Verdict::allowed()),
        }
    }

    fn check_rates(&self, rates: &ThrottleRates, scope: Option<&str>) -> Result<(), String> {
        match scope {
            Some(scope) => rates.of(scope).map(drop).ok_or_else(|| no_rate(self.name(), scope)),
            None => Ok(()),
        }
    }
}

/// A user counts by their key, and nobody else counts for them: no address looks like this.
fn user_or_address(request: &Request) -> Result<String> {
    match request.user() {
        Ok(user) => Ok(format!("user {}", user.pk())),
        Err(_) => get_ident(request),
    }
}

/// A throttle with a rate of its own: [`SimpleRateThrottle::with_rate`].
#[derive(Clone, Copy, Debug)]
pub struct WithRate<T> {
    throttle: T,
    rate: &'static str,
}

impl<T: SimpleRateThrottle> SimpleRateThrottle for WithRate<T> {
    fn scope(&self) -> &str {
        self.throttle.scope()
    }

    fn rate(&self) -> Option<&str> {
        Some(self.rate)
    }

    fn ident(&self, request: &Request) -> Result<Option<String>> {
        self.throttle.ident(request)
    }
}

/// A throttle under another scope: [`SimpleRateThrottle::with_scope`].
#[derive(Clone, Copy, Debug)]
pub struct WithScope<T> {
    throttle: T,
    scope: &'static str,
}

impl<T: SimpleRateThrottle> SimpleRateThrottle for WithScope<T> {
    fn scope(&self) -> &str {
        self.scope
    }

    fn rate(&self) -> Option<&str> {
        self.throttle.rate()
    }

    fn ident(&self, request: &Request) -> Result<Option<String>> {
        self.throttle.ident(request)
    }
}
