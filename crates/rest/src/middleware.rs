//! Around the corridor: what Django's middleware does for every request, API or page, in Django's order.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, LOCATION,
};

use crate::application::Application;
use crate::exceptions::{Error, Result};
use crate::printable::{Printable, Quoted};
use crate::request::{Parts, Request};
use crate::response::{Response, plain};
use crate::urls::{Endpoint, Page};
use crate::{csrf, dispatch, hosts, session};

/// Answers a request, and leaves a line in the log: no query, no header and no body, which may hold secrets.
pub(crate) async fn handle(application: &Arc<Application>, parts: Parts) -> Response {
    let request = Request::new(Arc::clone(application), parts);
    let response = answer(application, &request).await;
    let (status, code) = (response.status(), request.error_code());
    let (method, path) = (Printable(request.method()), Printable(request.raw_path()));
    tracing::info!(target: "belleville::request", status, code, "{method} {path}");
    response
}

async fn answer(application: &Application, request: &Request) -> Response {
    let response = inside_the_session(application, request).await;
    let response = session::finish(request, response).await.unwrap_or_else(|error| plain_error(&error));
    secured(uncached(request, with_own_policy(application, response)))
}

/// A plain page has the policy that the setting says instead of its own.
fn with_own_policy(application: &Application, mut response: Response) -> Response {
    let is_plain =
        response.headers.get(CONTENT_SECURITY_POLICY).is_some_and(|policy| policy == plain::POLICY);
    match application.settings.content_security_policy.as_deref().filter(|_| is_plain) {
        None => {}
        Some("") => drop(response.headers.remove(CONTENT_SECURITY_POLICY)),
        Some(own) => response.set_header(CONTENT_SECURITY_POLICY, own),
    }
    response
}

/// No copy of a credential is kept on its way, where `credentials_no_store` says so (RFC 6749, section 5.1).
fn uncached(request: &Request, mut response: Response) -> Response {
    if request.application().settings.credentials_no_store && request.hands_out_credential() {
        let said =
            response.headers.get(CACHE_CONTROL).and_then(|said| said.to_str().ok()).unwrap_or_default();
        if !said.contains("no-store") {
            response.set_header(CACHE_CONTROL, "no-store");
        }
    }
    response
}

async fn inside_the_session(application: &Application, request: &Request) -> Response {
    if !hosts::is_allowed(&request.host(), &application.settings) {
        return csrf::finish(request, plain::bad_request());
    }
    let Some((endpoint, found)) = application.urls.resolve(relative(request.path())) else {
        return unresolved(application, request);
    };
    request.set_route(found);
    let response = match endpoint {
        Endpoint::Api(view) => dispatch::dispatch(view, request).await,
        Endpoint::Page(page) => visit(page.as_ref(), request).await,
    };
    framed(csrf::finish(request, response))
}

/// A plain page, behind Django's CSRF check.
async fn visit(page: &dyn Page, request: &Request) -> Response {
    checked(page, request).await.unwrap_or_else(|error| plain_error(&error))
}

async fn checked(page: &dyn Page, request: &Request) -> Result<Response> {
    if let Some(reason) = csrf::check_page(request).await? {
        let path = Quoted(request.raw_path());
        tracing::warn!(%path, reason = %Quoted(&reason), "the CSRF check refused a form");
        return Ok(page.csrf_failure(request, &reason.to_string()));
    }
    request.readable_query()?;
    page.respond(request).await
}

/// An error outside the API, as a plain page.
fn plain_error(error: &Error) -> Response {
    match error {
        Error::Api(exception) if exception.status() == 503 => {
            let mut response = plain::unavailable();
            if let Some(seconds) = exception.retry_after() {
                response.set_header(http::header::RETRY_AFTER, &seconds.to_string());
            }
            response
        }
        Error::Api(exception) if exception.status() == 404 => plain::not_found(),
        Error::Api(exception) if matches!(exception.status(), 401 | 403) => plain::forbidden(),
        Error::Api(exception) if exception.status() == 408 => plain::request_timeout(),
        Error::Api(_) => plain::bad_request(),
        Error::Suspicious(reason) => {
            tracing::warn!(reason, "suspicious request");
            plain::bad_request()
        }
        Error::Internal(reason) => {
            tracing::error!(reason = %Quoted(reason), "the request failed");
            plain::server_error()
        }
    }
}

/// Nothing answers the path: with a slash behind it something may (Django's `APPEND_SLASH`), otherwise 404.
fn unresolved(application: &Application, request: &Request) -> Response {
    let path = request.path();
    if !path.ends_with('/') && application.urls.resolve(relative(&format!("{path}/"))).is_some() {
        let mut response = Response::html(301, "");
        response.set_header(LOCATION, &slashed(request));
        return response;
    }
    framed(csrf::finish(request, plain::not_found()))
}

/// The path with a slash behind it, quoted as Django quotes it, and the query.
fn slashed(request: &Request) -> String {
    let mut location = quoted(request.path());
    // Two slashes at the beginning would name another host.
    if location.starts_with("//") {
        location.replace_range(1..2, "%2F");
    }
    location.push('/');
    if !request.query_string().is_empty() {
        location.push('?');
        location.push_str(request.query_string());
    }
    location
}

fn quoted(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:@&+$,-_.!~*'()".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn relative(path: &str) -> &str {
    path.strip_prefix('/').unwrap_or(path)
}

/// What Django's clickjacking and common middleware add to an answer that a URL gave.
fn framed(mut response: Response) -> Response {
    set(&mut response.headers, HeaderName::from_static("x-frame-options"), "DENY");
    if !response.headers.contains_key(CONTENT_LENGTH) {
        let length = response.body().len();
        response.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// What Django's security middleware adds to every answer.
fn secured(mut response: Response) -> Response {
    set(&mut response.headers, HeaderName::from_static("x-content-type-options"), "nosniff");
    set(&mut response.headers, HeaderName::from_static("referrer-policy"), "same-origin");
    set(&mut response.headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
