//! What a request is answered with in development, where `debug` is on: a path that nothing answers with the patterns that
//! were tried, an error with its reason and its place. Django's technical answers; with `debug` off nothing of this is
//! made.
//!
//! What is shown of a request is a list of what may be shown: a header or a parameter that is not on it has its name shown
//! and not its value.

use std::fmt::Write as _;
use std::sync::Arc;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN,
    USER_AGENT,
};

use crate::exceptions::Failure;
use crate::login::LoginSettings;
use crate::parsers::media_type::MediaType;
use crate::printable::Quoted;
use crate::request::Request;
use crate::response::{Response, plain};
use crate::urls::Urls;

/// The pages of development, as a crate above makes them.
pub trait DevelopmentPages: Send + Sync + 'static {
    /// What is answered where no URL of the program does: `/`, `/favicon.ico`.
    fn urls(&self) -> Urls;

    /// The page of a path that nothing answers.
    fn not_found(&self, request: &Request, missing: &NotFound) -> Response;

    /// The page of an error.
    fn failed(&self, request: &Request, report: &Report) -> Response;
}

/// A path that nothing answers.
#[derive(Clone, Debug)]
pub struct NotFound {
    /// The path.
    pub path: String,
    /// The patterns of the program, in the order in which they were tried, each with the name of what answers there.
    pub tried: Vec<(String, String)>,
    /// What may help.
    pub hint: Option<String>,
}

/// An error, with what helps to find out why.
#[derive(Clone, Debug)]
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
    /// The parameters of the query; a value that may be a secret is hidden.
    pub query: Vec<(String, String)>,
    /// The headers of the request; a value that may be a secret is hidden.
    pub headers: Vec<(String, String)>,
}

/// What every browser asks for by itself.
pub(crate) const ICON: &str = "/favicon.ico";

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
    fn of(request: &Request, status: u16, failure: &Failure) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            status,
            reason: failure.reason().to_owned(),
            place: owned(failure.place()),
            sql: owned(failure.sql()),
            view: request.view().map(|view| view.class_name().to_owned()),
            method: request.method().to_owned(),
            path: request.path().to_owned(),
            query: query(request),
            headers: headers(request),
        }
    }

    /// The lines for a client that takes no page.
    fn text(&self) -> String {
        let title = if self.status == 400 { "Bad request" } else { "Internal server error" };
        let mut text = format!("{title} at {}\n{}\n\n", self.path, self.reason);
        let _ = writeln!(text, "Request: {} {}", self.method, self.path);
        let view = self.view.as_ref().map(|view| ("View", view));
        let place = self.place.as_ref().map(|place| ("Place", place));
        let sql = self.sql.as_ref().map(|sql| ("SQL", sql));
        for (name, value) in [view, place, sql].into_iter().flatten() {
            let _ = writeln!(text, "{name}: {value}");
        }
        text.push_str("\nYou see this because DEBUG is on.\n");
        text
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

/// What an error is answered with: Django's technical answer when `debug` is on, its plain page otherwise.
pub(crate) fn failed(request: &Request, status: u16, failure: &Failure) -> Response {
    let plain = if status == 400 { plain::bad_request } else { plain::server_error };
    if !request.services().debug {
        return plain();
    }
    let report = Report::of(request, status, failure);
    if !accepts_page(request) {
        return Response::text(status, report.text());
    }
    match pages(request) {
        Some(pages) => pages.failed(request, &report),
        None => plain(),
    }
}

/// Answers a request that only an attacker or a broken client sends, and logs it.
pub(crate) fn suspicious(request: &Request, reason: &str) -> Response {
    tracing::warn!(reason = %Quoted(reason), "suspicious request");
    failed(request, 400, &Failure::without_place(reason))
}

/// Answers a request that failed by a mistake of the program, and logs it.
pub(crate) fn internal(request: &Request, failure: &Failure) -> Response {
    failure.log();
    failed(request, 500, failure)
}

/// What a path is answered with that nothing answers. Django sends the page whatever the client accepts.
pub(crate) fn not_found(request: &Request) -> Response {
    let Some(pages) = pages(request) else { return plain::not_found() };
    let routes = request.urls().routes().iter();
    let missing = NotFound {
        path: request.path().to_owned(),
        tried: routes.map(|route| (route.path(), route.name().to_owned())).collect(),
        hint: hint(request),
    };
    pages.not_found(request, &missing)
}

fn hint(request: &Request) -> Option<String> {
    let login = request.services().get::<LoginSettings>();
    if login.is_some_and(|login| login.login_redirect_url == request.path()) {
        return Some(
            "A login without `next` leads here: set `login_redirect_url` to a page that is there, for example \"/\"."
                .to_owned(),
        );
    }
    let without_slash = request.path().strip_suffix('/')?;
    request.urls().matched(without_slash.trim_start_matches('/'))?;
    Some(format!("{without_slash} answers, without the slash at the end."))
}

/// The pages, when they are to be shown.
pub(crate) fn pages(request: &Request) -> Option<&dyn DevelopmentPages> {
    let services = request.services();
    services.get::<Arc<dyn DevelopmentPages>>().filter(|_| services.debug).map(|pages| &**pages)
}

/// A request whose data would be lost on the way to the path with a slash: what Django says of it when `DEBUG` is on.
pub(crate) fn missing_slash(request: &Request, target: &str) -> Failure {
    let method = request.method();
    let host = request.host();
    Failure::without_place(format!(
        "You called this URL via {method}, but the URL doesn't end in a slash and you have APPEND_SLASH set. A redirect to the \
         URL with the slash would lose the {method} data. Change your form to point to {host}{target} (note the trailing \
         slash), or set append_slash = false in belleville.toml."
    ))
}

/// A host that is not allowed, as Django says it.
pub(crate) fn disallowed_host(host: &str) -> Failure {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    Failure::without_place(format!(
        "Invalid HTTP_HOST header: '{host}'. You may need to add '{name}' to ALLOWED_HOSTS."
    ))
}

/// Whether the client takes a page: Django's `request.accepts("text/html")`.
fn accepts_page(request: &Request) -> bool {
    let Some(accept) = request.header(&ACCEPT) else { return true };
    let page = MediaType::parse("text/html");
    accept.split(',').map(str::trim).filter(|token| !token.is_empty()).map(MediaType::parse).any(|wanted| {
        let quality = wanted.parameter("q").and_then(|q| q.trim().parse::<f64>().ok()).unwrap_or(1.0);
        quality != 0.0 && wanted.precedence() < 3 && page.matches(&wanted)
    })
}
