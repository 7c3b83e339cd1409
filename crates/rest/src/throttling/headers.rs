//! `RateLimit-Policy` and `RateLimit`, as the IETF's draft "RateLimit header fields for HTTP" has them: how many requests
//! each throttle lets a client make in which time, and how many are left. They are sent where the setting
//! `rate_limit_headers` says so.

use std::sync::Mutex;
use std::time::Duration;

use http::HeaderName;

use super::rate::Rate;
use crate::request::Request;
use crate::response::Response;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What a throttle with a rate has found out about a request.
#[derive(Clone, Debug)]
pub(super) struct Quota {
    /// The scope of the throttle.
    pub(super) scope: String,
    pub(super) rate: Rate,
    pub(super) remaining: usize,
    /// How long until there is one more.
    pub(super) reset: Duration,
}

/// The quotas that count for a request.
struct Quotas(Mutex<Vec<Quota>>);

impl Quota {
    /// Notes it for the response.
    pub(super) fn note(self, request: &Request) {
        let quotas = request.facts().get_or_insert_with(|| Quotas(Mutex::default()));
        quotas.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(self);
    }

    fn policy(&self) -> String {
        format!("{};q={};w={}", quoted(&self.scope), self.rate.requests, self.rate.period.as_secs())
    }

    fn limit(&self) -> String {
        let seconds = self.reset.as_secs_f64().ceil();
        format!("{};r={};t={seconds}", quoted(&self.scope), self.remaining)
    }
}

/// Adds what was noted.
pub(super) fn write(request: &Request, response: &mut Response) {
    let Some(quotas) = request.facts().get::<Quotas>() else { return };
    let quotas = quotas.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let joined = |part: fn(&Quota) -> String| quotas.iter().map(part).collect::<Vec<_>>().join(", ");
    response.set_header(POLICY, &joined(Quota::policy));
    response.set_header(LIMIT, &joined(Quota::limit));
}

/// A string of a structured field (RFC 9651), which is ASCII.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            ' '..='~' => quoted.push(letter),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}
