//! The numbers of a process in the text format of Prometheus: requests by method, view and status, how long they took, and the
//! connections.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use belleville_http::server::Limits;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::request::Request;
use crate::response::Response;

/// The upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Methods of other names are counted together, because clients make them up.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// The media type of the text format.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What was counted since the start.
#[derive(Debug)]
pub struct Metrics {
    limits: Arc<Limits>,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    requests: BTreeMap<(&'static str, String, u16), u64>,
    durations: BTreeMap<(&'static str, String), Durations>,
}

#[derive(Debug, Default)]
struct Durations {
    /// How many requests are in each bucket, and not in the one before.
    buckets: [u64; BUCKETS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// The numbers of a process that has these connections.
    pub fn new(limits: Arc<Limits>) -> Self {
        Self { limits, counted: Mutex::default() }
    }

    /// Counts an answer.
    pub(super) fn count(&self, request: &Request, status: u16, took: Duration) {
        let method = METHODS.into_iter().find(|known| *known == request.method()).unwrap_or("other");
        let view = request.view().map(|view| view.class_name().to_owned()).unwrap_or_default();
        let mut counted = self.lock();
        *counted.requests.entry((method, view.clone(), status)).or_default() += 1;
        let durations = counted.durations.entry((method, view)).or_default();
        let seconds = took.as_secs_f64();
        if let Some(bucket) = BUCKETS.iter().position(|end| seconds <= *end) {
            durations.buckets[bucket] += 1;
        }
        durations.count += 1;
        durations.seconds += seconds;
    }

    pub(super) fn answer(&self, _: &Request) -> Response {
        let mut response = Response::empty(200);
        response.set_rendered(self.text());
        response.set_header(CONTENT_TYPE, MEDIA_TYPE);
        response.set_header(CACHE_CONTROL, "no-store");
        response
    }

    fn text(&self) -> String {
        let mut out = String::new();
        head(&mut out, "http_connections", "gauge", "The connections that are open.");
        let _ = writeln!(out, "http_connections {}", self.limits.open_connections());
        let counted = self.lock();
        head(&mut out, "http_requests_total", "counter", "The requests that were answered.");
        for ((method, view, status), count) in &counted.requests {
            let view = Label(view);
            let _ = writeln!(
                out,
                "http_requests_total{{method=\"{method}\",view=\"{view}\",status=\"{status}\"}} {count}"
            );
        }
        let name = "http_request_duration_seconds";
        head(&mut out, name, "histogram", "How long it took to answer.");
        for ((method, view), durations) in &counted.durations {
            let labels = format!("method=\"{method}\",view=\"{}\"", Label(view));
            let mut below = 0;
            for (end, count) in BUCKETS.iter().zip(durations.buckets) {
                below += count;
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{end}\"}} {below}");
            }
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", durations.count);
            let _ = writeln!(out, "{name}_sum{{{labels}}} {}", durations.seconds);
            let _ = writeln!(out, "{name}_count{{{labels}}} {}", durations.count);
        }
        out
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// The value of a label.
struct Label<'a>(&'a str);

impl std::fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        self.0.chars().try_for_each(|c| match c {
            '\n' => f.write_str("\\n"),
            '"' | '\\' => f.write_char('\\').and_then(|()| f.write_char(c)),
            c => f.write_char(c),
        })
    }
}
