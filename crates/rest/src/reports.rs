//! What is said of an error that nothing has handled: on the page of development, and to the program's own hook.
//!
//! What is shown of a request is a list of what may be shown: a header or a parameter that is not on it has its name shown
//! and not its value. Django's `SafeExceptionReporterFilter` hides by names alone.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN,
    USER_AGENT,
};

use crate::exceptions::Failure;
use crate::request::Request;

/// An error, with what helps to find out why.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// 500, or 400 for a request that no well-meaning client sends.
    pub status: u16,
    /// What went wrong.
    pub reason: String,
    /// The file, the line and the column.
    pub place: Option<String>,
    /// The statement that the database was asked, without values.
    pub sql: Option<String>,
    /// The view that answers the path.
    pub view: Option<String>,
    /// The method of the request.
    pub method: String,
    /// The path of the request.
    pub path: String,
    /// The id of the request, where the setting `request_id_header` gives requests one.
    pub request_id: Option<String>,
    /// The parameters of the query; a value that may be a secret is hidden.
    pub query: Vec<(String, String)>,
    /// The headers of the request; a value that may be a secret is hidden.
    pub headers: Vec<(String, String)>,
}

/// Stands for a value that may be a secret: Django's text.
const HIDDEN: &str = "********************";

/// What Django takes for the name of a secret, and what is called so here.
const SECRET_NAMES: [&str; 11] =
    ["api", "auth", "token", "key", "secret", "pass", "signature", "cookie", "session", "code", "credential"];

/// The headers whose values are shown: none of them carries a secret.
const SHOWN_HEADERS: [http::HeaderName; 9] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HOST,
    ORIGIN,
    USER_AGENT,
];

impl Report {
    pub(crate) fn of(request: &Request, status: u16, failure: &Failure) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            status,
            reason: failure.reason().to_owned(),
            place: owned(failure.place()),
            sql: owned(failure.sql()),
            view: request.view().map(|view| view.class_name().to_owned()),
            method: request.method().to_owned(),
            path: request.path().to_owned(),
            request_id: owned(request.request_id()),
            query: query(request),
            headers: headers(request),
        }
    }
}

/// The lines for who takes no page; without the query and the headers.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = if self.status == 400 { "Bad request" } else { "Internal server error" };
        writeln!(f, "{title} at {}\n{}\n", self.path, self.reason)?;
        writeln!(f, "Request: {} {}", self.method, self.path)?;
        let rest = [
            ("Request id", &self.request_id),
            ("View", &self.view),
            ("Place", &self.place),
            ("SQL", &self.sql),
        ];
        for (name, value) in rest {
            if let Some(value) = value {
                writeln!(f, "{name}: {value}")?;
            }
        }
        Ok(())
    }
}

/// The parameters of the query.
fn query(request: &Request) -> Vec<(String, String)> {
    let pairs = request.query_params().lists();
    let shown = pairs.flat_map(|(name, values)| {
        values.iter().map(move |value| {
            let value = if may_be_secret(name) { HIDDEN } else { value.as_str() };
            (name.to_owned(), value.to_owned())
        })
    });
    shown.collect()
}

fn may_be_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

fn headers(request: &Request) -> Vec<(String, String)> {
    let headers = request.headers().iter().map(|(name, value)| {
        let shown = if SHOWN_HEADERS.contains(name) {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        } else {
            HIDDEN.to_owned()
        };
        (name.as_str().to_owned(), shown)
    });
    headers.collect()
}

/// A function that is called with errors, while the request waits: it should hand slow work to a task.
pub type ErrorHook = Arc<dyn Fn(&Report) + Send + Sync>;

/// Who is told of errors.
#[derive(Clone, Default)]
pub struct ErrorHooks {
    unhandled: Vec<ErrorHook>,
    suspicious: Vec<ErrorHook>,
}

impl ErrorHooks {
    /// Tells this one too of errors that nothing has handled.
    pub fn add(&mut self, hook: ErrorHook) {
        self.unhandled.push(hook);
    }

    /// Tells this one too of requests that only an attacker or a broken client sends.
    pub fn add_for_suspicious(&mut self, hook: ErrorHook) {
        self.suspicious.push(hook);
    }
}

impl fmt::Debug for ErrorHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ErrorHooks").field(&self.unhandled.len()).field(&self.suspicious.len()).finish()
    }
}

/// Tells of an error whoever wants to know.
pub(crate) fn tell(request: &Request, status: u16, failure: &Failure) {
    let Some(hooks) = request.services().get::<ErrorHooks>() else { return };
    let hooks = if status == 400 { &hooks.suspicious } else { &hooks.unhandled };
    if hooks.is_empty() {
        return;
    }
    let report = Report::of(request, status, failure);
    for hook in hooks {
        // The client gets the answer to the first error, whatever becomes of the second.
        if catch_unwind(AssertUnwindSafe(|| hook(&report))).is_err() {
            tracing::error!("what is told of errors has panicked");
        }
    }
}
