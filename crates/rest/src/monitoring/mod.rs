//! What operators see of a running program: its health, its numbers, and which lines of the log belong to one request.

mod health;
mod metrics;
mod request_id;

use std::time::Instant;

use belleville_http::settings::{Section, SettingsError, text_or_false};
use http::header::HeaderName;
use serde::Deserialize;

pub use health::{Health, Waiting};
pub use metrics::Metrics;
use request_id::RequestIds;

use crate::printable::Printable;
use crate::request::Request;
use crate::response::Response;

/// What a running program tells its operators.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MonitoringSettings {
    /// Write each request to the log outside of development too, with how long it took.
    pub access_log: bool,
    /// The header with the id of a request, which is taken from the client, answered, and written to the log: `X-Request-ID`.
    /// `false`: requests have no ids.
    #[serde(deserialize_with = "text_or_false")]
    pub request_id_header: Option<String>,
    /// The path that says whether the database answers and is migrated. `false`: none.
    #[serde(deserialize_with = "text_or_false")]
    pub health_url: Option<String>,
    /// The path with the numbers of this process for Prometheus. `false`: none are kept.
    #[serde(deserialize_with = "text_or_false")]
    pub metrics_url: Option<String>,
}

impl Default for MonitoringSettings {
    fn default() -> Self {
        Self {
            access_log: false,
            request_id_header: None,
            health_url: Some("/healthz".to_owned()),
            metrics_url: None,
        }
    }
}

impl Section for MonitoringSettings {
    fn check(&self) -> Result<(), SettingsError> {
        for (key, path) in [("health_url", &self.health_url), ("metrics_url", &self.metrics_url)] {
            if let Some(path) = path.as_deref().filter(|path| !path.starts_with('/')) {
                return Err(SettingsError::new(format!(
                    "{key} is `{path}`, which is no path: write `/{path}`, or false for none"
                )));
            }
        }
        self.header().map(drop)
    }
}

impl MonitoringSettings {
    fn header(&self) -> Result<Option<HeaderName>, SettingsError> {
        let named = self.request_id_header.as_deref().map(|name| {
            HeaderName::try_from(name).map_err(|_| {
                SettingsError::new(format!(
                    "request_id_header is `{name}`, which is no name of a header: write X-Request-ID, or false for none"
                ))
            })
        });
        named.transpose()
    }
}

/// What is done around each request for operators.
#[derive(Debug)]
pub struct Monitoring {
    access_log: bool,
    request_ids: Option<RequestIds>,
    health: Option<(String, Health)>,
    metrics: Option<(String, Metrics)>,
}

/// What is known when a request begins.
pub(crate) struct Began(Option<Instant>);

impl Monitoring {
    /// What the settings say. The health is that of this program; the numbers are counted from now on.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(
        settings: &MonitoringSettings,
        health: Health,
        metrics: Metrics,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            access_log: settings.access_log,
            request_ids: settings.header()?.map(RequestIds::new),
            health: settings.health_url.clone().map(|path| (path, health)),
            metrics: settings.metrics_url.clone().map(|path| (path, metrics)),
        })
    }

    /// Notes that a request begins.
    pub(crate) fn begin(&self, request: &Request) -> Began {
        if let Some(ids) = &self.request_ids {
            ids.begin(request);
        }
        Began((self.access_log || self.metrics.is_some()).then(Instant::now))
    }

    /// The answer to an operator's question, which needs no host and no user.
    pub(crate) async fn answer(&self, request: &Request) -> Option<Response> {
        if !matches!(request.method(), "GET" | "HEAD") {
            return None;
        }
        match (&self.health, &self.metrics) {
            // Boxed, so that every other request does not take the memory of this one.
            (Some((path, health)), _) if path == request.path() => {
                Some(Box::pin(health.answer(request)).await)
            }
            (_, Some((path, metrics))) if path == request.path() => Some(metrics.answer(request)),
            _ => None,
        }
    }

    /// Whether a path is asked by programs, again and again, so that nobody wants to read of it.
    pub(crate) fn is_noise(&self, request: &Request) -> bool {
        let is_path = |path: &str| path == request.path();
        self.health.as_ref().is_some_and(|(path, _)| is_path(path))
            || self.metrics.as_ref().is_some_and(|(path, _)| is_path(path))
    }

    /// Counts an answer, and says in it which request it is for.
    pub(crate) fn finish(&self, began: &Began, request: &Request, response: &mut Response) {
        if let (Some((_, metrics)), Some(began)) = (&self.metrics, began.0) {
            metrics.count(request, response.status(), began.elapsed());
        }
        if let Some(ids) = &self.request_ids {
            ids.finish(request, response);
        }
    }

    /// Leaves a line in the log: no query, no header and no body, which may hold secrets.
    pub(crate) fn log(&self, began: &Began, request: &Request, response: &Response) {
        if !tracing::enabled!(target: "belleville::request", tracing::Level::INFO) {
            return;
        }
        let (status, code) = (response.status(), request.error_code());
        let (method, path) = (Printable(request.method()), Printable(request.raw_path()));
        let request_id = request.request_id();
        let milliseconds =
            began.0.filter(|_| self.access_log).map(|began| began.elapsed().as_secs_f64() * 1000.0);
        tracing::info!(target: "belleville::request", status, code, milliseconds, request_id, "{method} {path}");
    }
}
