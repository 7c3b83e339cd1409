//! What a request is answered with in development, where `debug` is on: a path that nothing answers with the patterns that
//! were tried, an error with its reason and its place. Django's technical answers; with `debug` off nothing of this is
//! made.

use std::sync::Arc;

use http::header::ACCEPT;

use crate::exceptions::Failure;
use crate::login::LoginSettings;
use crate::parsers::media_type::MediaType;
use crate::printable::Quoted;
use crate::reports;
pub use crate::reports::Report;
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

/// What every browser asks for by itself.
pub(crate) const ICON: &str = "/favicon.ico";

/// What an error is answered with: Django's technical answer when `debug` is on, its plain page otherwise.
pub(crate) fn failed(request: &Request, status: u16, failure: &Failure) -> Response {
    let plain = if status == 400 { plain::bad_request } else { plain::server_error };
    if !request.services().debug {
        return plain();
    }
    let report = Report::of(request, status, failure);
    if !accepts_page(request) {
        let text = format!("{report}\nYou see this because DEBUG is on.\n");
        return Response::text(status, text);
    }
    match pages(request) {
        Some(pages) => pages.failed(request, &report),
        None => plain(),
    }
}

/// Answers a request that only an attacker or a broken client sends, and tells the log and who wants to know of it.
pub(crate) fn suspicious(request: &Request, reason: &str) -> Response {
    tracing::warn!(reason = %Quoted(reason), "suspicious request");
    let failure = Failure::without_place(reason);
    reports::tell(request, 400, &failure);
    failed(request, 400, &failure)
}

/// Answers a request that cannot be read, and logs it.
pub(crate) fn bad_request(request: &Request, reason: &str) -> Response {
    tracing::warn!(reason = %Quoted(reason), "bad request");
    failed(request, 400, &Failure::without_place(reason))
}

/// Answers a request that failed by a mistake of the program, and tells the log and who wants to know of it.
pub(crate) fn internal(request: &Request, failure: &Failure) -> Response {
    failure.log();
    request.set_failure(failure);
    reports::tell(request, 500, failure);
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

/// Whether the client takes a page: Django's `request.accepts("text/html")`.
fn accepts_page(request: &Request) -> bool {
    let Some(accept) = request.header(&ACCEPT) else { return true };
    let page = MediaType::parse("text/html");
    accept.split(',').map(str::trim).filter(|token| !token.is_empty()).map(MediaType::parse).any(|wanted| {
        let quality = wanted.parameter("q").and_then(|q| q.trim().parse::<f64>().ok()).unwrap_or(1.0);
        quality != 0.0 && wanted.precedence() < 3 && page.matches(&wanted)
    })
}
