//! Throttles: how many requests a client may make in which time. Every throttle of a view is asked, after its
//! permissions; if one of them refuses, the answer is 429, with the longest wait.
//!
//! What throttles count is exact: however many requests come at once, no more than the rate says are let through. DRF reads
//! and writes its history in two steps, and lets more through.

mod counters;
mod headers;
mod ident;
mod memory;
mod rate;
#[cfg(feature = "redis")]
mod redis;
mod simple;

use std::sync::Arc;

use belleville_auth::cache::Cache;
use belleville_http::list_of;
use belleville_http::services::Services;
use belleville_http::settings::SettingsError;

use crate::BoxFuture;
use crate::exceptions::{Error, Result};
use crate::policies::{CompletePolicies, RestFramework};
use crate::request::Request;
use crate::response::Response;
use counters::Counters;
pub use ident::get_ident;
pub use rate::{Rate, ThrottleRates};
pub use simple::{
    AnonRateThrottle, ScopedRateThrottle, SimpleRateThrottle, UserRateThrottle, WithRate, WithScope, count,
};

/// A throttle: decides whether a client has made too many requests. For one with a rate and a client of its own,
/// [`SimpleRateThrottle`] is shorter.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::request::Request;
/// use belleville::throttling::{Throttle, Verdict};
///
/// /// Nobody may call while the office is closed.
/// struct OfficeHours;
///
/// impl Throttle for OfficeHours {
///     async fn allow_request(&self, request: &Request) -> Result<Verdict> {
///         let is_open = request.query_params().get("office") == Some("open");
///         Ok(if is_open { Verdict::allowed() } else { Verdict::refused(Some(3600.0)) })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a throttle",
    label = "implement Throttle for it (`async fn allow_request(&self, request: &Request) -> Result<Verdict>`), or SimpleRateThrottle"
)]
pub trait Throttle: Send + Sync + 'static {
    /// Whether the request may go on. It is called for every request that the view's permissions allow, whatever other throttles
    /// say.
    fn allow_request(&self, request: &Request) -> impl Future<Output = Result<Verdict>> + Send;

    /// Checks at start whether the throttle can be used with these rates, on a view with this scope.
    ///
    /// # Errors
    /// What is wrong and how to fix it; the program does not start.
    fn check_rates(&self, rates: &ThrottleRates, scope: Option<&str>) -> Result<(), String> {
        let _ = (rates, scope);
        Ok(())
    }

    /// The name in what is said of a view's mistakes.
    fn name(&self) -> &'static str {
        crate::python::class_name::<Self>()
    }
}

/// What a throttle says of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    is_allowed: bool,
    wait: Option<f64>,
}

impl Verdict {
    /// The request may go on.
    pub fn allowed() -> Self {
        Self { is_allowed: true, wait: None }
    }

    /// It may not. The client is told to wait for so many seconds, if they are known.
    pub fn refused(wait: Option<f64>) -> Self {
        Self { is_allowed: false, wait }
    }

    /// Whether the request may go on.
    pub fn is_allowed(self) -> bool {
        self.is_allowed
    }

    /// The seconds to wait.
    pub fn wait(self) -> Option<f64> {
        self.wait
    }
}

list_of! {
    /// The throttles of a view: one, an array or a `Vec` of one type, or a tuple of different types. `()` refuses nothing.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a throttle",
        label = "give a throttle (`UserRateThrottle`), or a tuple of them (`(AnonRateThrottle, UserRateThrottle)`)",
        note = "a throttle of your own is a type that implements `Throttle` or `SimpleRateThrottle`"
    )]
    IntoThrottles, into_throttles, BoxedThrottle, Throttle
}

/// A type-erased throttle.
#[derive(Clone)]
pub struct BoxedThrottle(Arc<dyn DynThrottle>);

impl<T: Throttle> From<T> for BoxedThrottle {
    fn from(throttle: T) -> Self {
        Self(Arc::new(throttle))
    }
}

impl std::fmt::Debug for BoxedThrottle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

/// The object-safe form of [`Throttle`].
trait DynThrottle: Send + Sync {
    fn allow_request<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Verdict>>;
    fn check_rates(&self, rates: &ThrottleRates, scope: Option<&str>) -> Result<(), String>;
    fn name(&self) -> &'static str;
}

impl<T: Throttle> DynThrottle for T {
    fn allow_request<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Verdict>> {
        Box::pin(Throttle::allow_request(self, request))
    }

    fn check_rates(&self, rates: &ThrottleRates, scope: Option<&str>) -> Result<(), String> {
        Throttle::check_rates(self, rates, scope)
    }

    fn name(&self) -> &'static str {
        Throttle::name(self)
    }
}

/// The throttle with a name, short or DRF's dotted one.
pub(crate) fn by_name(name: &str) -> Option<BoxedThrottle> {
    match name.strip_prefix("rest_framework.throttling.").unwrap_or(name) {
        "AnonRateThrottle" => Some(AnonRateThrottle.into()),
        "UserRateThrottle" => Some(UserRateThrottle.into()),
        "ScopedRateThrottle" => Some(ScopedRateThrottle.into()),
        _ => None,
    }
}

/// The names that [`by_name`] knows.
pub(crate) const NAMES: &[&str] = &["AnonRateThrottle", "UserRateThrottle", "ScopedRateThrottle"];

/// What throttles need of the settings, and what they count with.
#[derive(Debug)]
pub struct Throttling {
    rates: ThrottleRates,
    num_proxies: Option<u32>,
    sends_headers: bool,
    counters: Counters,
}

impl Throttling {
    /// Whether each process counts for itself, so that several of them let more requests through.
    pub fn counts_in_memory(&self) -> bool {
        self.counters.are_in_memory()
    }
}

/// Makes throttles ready, with the cache that is among the services.
///
/// # Errors
/// When there is none.
pub fn ready(settings: &RestFramework, services: &mut Services) -> Result<(), SettingsError> {
    let cache = services.get::<Cache>().ok_or_else(|| SettingsError::new("throttles need a cache"))?;
    let throttling = Throttling {
        rates: settings.default_throttle_rates.clone(),
        num_proxies: settings.num_proxies,
        sends_headers: settings.rate_limit_headers,
        counters: Counters::beside(cache, settings.throttle_fail_open),
    };
    services.insert(throttling);
    Ok(())
}

/// What is wrong with the throttles in force, each mistake with how to fix it.
pub(crate) fn mistakes(policies: &CompletePolicies, services: &Services) -> Vec<String> {
    let Some(throttling) = services.get::<Throttling>() else { return Vec::new() };
    let checked = policies.throttles().iter().map(|throttle| &throttle.0);
    checked
        .filter_map(|throttle| throttle.check_rates(&throttling.rates, policies.throttle_scope).err())
        .collect()
}

/// Asks every throttle, so that each counts the request whatever the others say.
pub(crate) async fn check(throttles: &[BoxedThrottle], request: &Request) -> Result<()> {
    let mut refusals = Vec::new();
    for throttle in throttles {
        let verdict = throttle.0.allow_request(request).await?;
        if !verdict.is_allowed {
            refusals.push(verdict.wait);
        }
    }
    if refusals.is_empty() {
        return Ok(());
    }
    Err(Error::throttled(refusals.into_iter().flatten().reduce(f64::max)))
}

/// Tells the client what the throttles have found, where the settings say so.
pub(crate) fn finish(request: &Request, response: &mut Response) {
    headers::write(request, response);
}
