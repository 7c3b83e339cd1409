//! Around the request pipeline: what Django's middleware does for every request, API or page, in Django's order.

mod own;

use std::pin::pin;
use std::sync::Arc;

use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, USER_AGENT,
};

use belleville_db::python::Regex;
use belleville_http::compression::CompressionMiddleware;
use belleville_http::conditional;
use belleville_http::cors::CorsMiddleware;
use belleville_http::csrf::{self, CsrfViewMiddleware};
use belleville_http::hosts::{self, AllowedHosts};
use belleville_http::panics::caught;
use belleville_http::response::plain;
use belleville_http::security::SecurityMiddleware;
use belleville_http::session::{self, SessionMiddleware};
use belleville_http::settings::{Section, SettingsError};
use serde::Deserialize;

use crate::exceptions::{Error, Result};
use crate::monitoring::Monitoring;
use crate::printable::Quoted;
use crate::request::Request;
use crate::response::Response;
use crate::urls::{Endpoint, Page, Urls};
use crate::{development, dispatch};
pub use own::{BoxedMiddleware, Middleware, Next};

/// The settings of this module.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MiddlewareSettings {
    /// Redirect an unknown path to the same path with a slash at the end, if that exists.
    pub append_slash: bool,
    /// Redirect a host without `www.` at its beginning to the same with it.
    pub prepend_www: bool,
    /// Regular expressions: whoever sends a `User-Agent` in which one of them is found gets nothing. They are Python's, without
    /// look-ahead and look-behind.
    pub disallowed_user_agents: Vec<String>,
    /// Run the handler of each request to the API in a transaction: Django's `ATOMIC_REQUESTS`.
    pub atomic_requests: bool,
    /// Give the answers to GET an `ETag`, and answer 304 to clients that have the same already: Django's
    /// `ConditionalGetMiddleware`.
    pub conditional_get: bool,
    /// Send `Cache-Control: no-store` in every response with a token or a session cookie.
    pub credentials_no_store: bool,
    /// The `Content-Security-Policy` of the pages, instead of the built-in one; none when it is empty. The built-in
    /// one allows the scripts and styles in the templates, also in those of the project, and nothing else.
    pub content_security_policy: Option<String>,
}

impl Default for MiddlewareSettings {
    fn default() -> Self {
        Self {
            append_slash: true,
            prepend_www: false,
            disallowed_user_agents: Vec::new(),
            atomic_requests: false,
            conditional_get: false,
            credentials_no_store: false,
            content_security_policy: None,
        }
    }
}

impl Section for MiddlewareSettings {
    fn check(&self) -> Result<(), SettingsError> {
        let policy = self.content_security_policy.as_deref().unwrap_or_default();
        if HeaderValue::from_str(policy).is_err() {
            return Err(SettingsError::new("content_security_policy should be one line of ASCII"));
        }
        self.user_agents().map(drop)
    }
}

impl MiddlewareSettings {
    /// The patterns of user agents that get nothing.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn user_agents(&self) -> Result<Vec<Regex>, SettingsError> {
        let patterns = self.disallowed_user_agents.iter().map(|pattern| {
            Regex::new(pattern).map_err(|error| {
                SettingsError::new(format!(
                    "disallowed_user_agents has `{pattern}`, which is no regular expression: {error}"
                ))
            })
        });
        patterns.collect()
    }
}

/// What stands around the views of a program, made ready at start, so that a request only looks it up.
#[derive(Debug)]
pub struct Stack {
    /// What operators see: ids, the log, health, numbers.
    pub monitoring: Monitoring,
    /// Pages of other sites.
    pub cors: CorsMiddleware,
    /// Answers in fewer bytes.
    pub compression: CompressionMiddleware,
    /// The redirect to HTTPS, and security headers.
    pub security: SecurityMiddleware,
    /// Sessions.
    pub session: Arc<SessionMiddleware>,
    /// The hosts that requests may name.
    pub hosts: AllowedHosts,
    /// The CSRF check.
    pub csrf: Arc<CsrfViewMiddleware>,
    /// The settings of this module.
    pub settings: MiddlewareSettings,
    /// The user agents that get nothing.
    pub disallowed_user_agents: Vec<Regex>,
    /// What the program does around its views, the outermost first.
    pub own: Vec<BoxedMiddleware>,
    /// The URLs of the program.
    pub urls: Arc<Urls>,
    /// What is there besides when `debug` is on.
    pub development_urls: Urls,
}

impl Stack {
    /// Answers a request, and leaves a line in the log: no query, no header and no body, which may hold secrets.
    pub async fn handle(&self, request: Request) -> Response {
        handle(self, &request).await
    }
}

/// The stack, from the outside to the inside: ids and numbers for operators, pages of other sites, security headers, compression,
/// sessions, the host, the program's own middleware, and the views behind the CSRF check.
async fn handle(middleware: &Stack, request: &Request) -> Response {
    let monitoring = &middleware.monitoring;
    let began = monitoring.begin(request);
    let answered = async {
        if let Some(response) = monitoring.answer(request).await {
            return Ok(response);
        }
        let mut response = match middleware.cors.preflight(request) {
            Some(response) => response,
            None => answer(middleware, request).await,
        };
        middleware.cors.finish(request, &mut response);
        Ok(response)
    };
    let mut response = caught(pin!(answered)).await.unwrap_or_else(|error| plain_error(request, &error));
    monitoring.finish(&began, request, &mut response);
    if !is_noise(request, &response) && !monitoring.is_noise(request) {
        monitoring.log(&began, request, &response);
    }
    response
}

/// The icon that every browser asks for, where it is not the program's.
fn is_noise(request: &Request, response: &Response) -> bool {
    request.path() == development::ICON && response.status() < 400 && request.services().debug
}

async fn answer(middleware: &Stack, request: &Request) -> Response {
    let security = &middleware.security;
    if let Some(redirect) = security.redirect(request) {
        return match redirect.answer(request, &middleware.hosts) {
            Some(mut response) => {
                security.secure(request, &mut response);
                response
            }
            // Django's refusal has none of these headers.
            None => {
                let refusal = Box::pin(refused(middleware, request)).await;
                let mut refusal = refusal.unwrap_or_else(|error| plain_error(request, &error));
                set_own_policy(middleware, &mut refusal);
                refusal
            }
        };
    }
    let mut response = routed(middleware, request).await.unwrap_or_else(|error| plain_error(request, &error));
    if let Err(error) = session::finish(&middleware.session, request, &mut response).await {
        response = plain_error(request, &error);
    }
    set_own_policy(middleware, &mut response);
    keep_from_caches(middleware, request, &mut response);
    if middleware.settings.conditional_get {
        conditional::finish(request, &mut response);
    }
    // Boxed, as what is rare is.
    if middleware.compression.is_on()
        && let Err(error) = Box::pin(middleware.compression.finish(request, &mut response)).await
    {
        response = plain_error(request, &error);
    }
    security.secure(request, &mut response);
    response
}

async fn refused(middleware: &Stack, request: &Request) -> Result<Response> {
    csrf::begin(&middleware.csrf, request).await?;
    finished(middleware, request, plain::bad_request()).await
}

/// A response after Django's CSRF middleware.
async fn finished(middleware: &Stack, request: &Request, mut response: Response) -> Result<Response> {
    csrf::finish(&middleware.csrf, request, &mut response).await?;
    Ok(response)
}

/// A plain page has the policy that the setting says instead of its own.
fn set_own_policy(middleware: &Stack, response: &mut Response) {
    let Some(own) = middleware.settings.content_security_policy.as_deref() else { return };
    let is_plain =
        response.headers().get(CONTENT_SECURITY_POLICY).is_some_and(|policy| policy == plain::POLICY);
    match own {
        _ if !is_plain => {}
        "" => drop(response.headers_mut().remove(CONTENT_SECURITY_POLICY)),
        own => response.set_header(CONTENT_SECURITY_POLICY, own),
    }
}

/// No copy of a credential is kept on its way, where `credentials_no_store` says so (RFC 6749, section 5.1).
fn keep_from_caches(middleware: &Stack, request: &Request, response: &mut Response) {
    if middleware.settings.credentials_no_store && request.hands_out_credential() {
        let said =
            response.headers().get(CACHE_CONTROL).and_then(|said| said.to_str().ok()).unwrap_or_default();
        if !said.contains("no-store") {
            response.set_header(CACHE_CONTROL, "no-store");
        }
    }
}

/// What is rare is boxed, so that a request to the API does not take its memory.
async fn routed(middleware: &Stack, request: &Request) -> Result<Response> {
    if let Some(response) = is_disallowed(middleware, request) {
        return Ok(response);
    }
    csrf::begin(&middleware.csrf, request).await?;
    if !middleware.hosts.allow(&request.host()) {
        let refusal = development::suspicious(request, &hosts::refusal(&request.host()));
        // Django's page of development is made outside of its CSRF middleware.
        return if request.services().debug {
            Ok(refusal)
        } else {
            Box::pin(finished(middleware, request, refusal)).await
        };
    }
    if let Some(redirect) = to_www(middleware, request) {
        return Ok(redirect);
    }
    if middleware.own.is_empty() {
        return viewed(middleware, request).await;
    }
    Ok(Box::pin(Next::first(middleware).run(request)).await)
}

/// The answer of a view or a page, behind Django's CSRF check.
async fn viewed(middleware: &Stack, request: &Request) -> Result<Response> {
    let path = relative(request.path());
    let found = middleware.urls.matched(path).or_else(|| middleware.development_urls.matched(path));
    let Some((endpoint, found)) = found else {
        return Box::pin(unresolved(middleware, request)).await;
    };
    request.set_route(found);
    request.set_input_rules(endpoint.input_rules(request));
    let mut response = match endpoint {
        Endpoint::Api(view) => dispatch::dispatch(view, request).await,
        Endpoint::Page(page) => Box::pin(visit(middleware, page.as_ref(), request)).await,
    };
    csrf::finish(&middleware.csrf, request, &mut response).await?;
    frame(middleware, request, &mut response);
    Ok(response)
}

/// Django's `DISALLOWED_USER_AGENTS`.
fn is_disallowed(middleware: &Stack, request: &Request) -> Option<Response> {
    if middleware.disallowed_user_agents.is_empty() {
        return None;
    }
    let user_agent = request.header_text(&USER_AGENT)?;
    let mut patterns = middleware.disallowed_user_agents.iter();
    patterns.any(|pattern| pattern.search(&user_agent)).then(plain::forbidden)
}

/// Django's `PREPEND_WWW`. A slash that is missing is added on the way.
fn to_www(middleware: &Stack, request: &Request) -> Option<Response> {
    if !middleware.settings.prepend_www {
        return None;
    }
    let host = request.host();
    if host.starts_with("www.") {
        return None;
    }
    let target = match lacks_slash(middleware, request) {
        true => slashed(request),
        false => request.quoted_path_and_query(""),
    };
    let mut redirect = moved(&format!("{}://www.{host}{target}", request.scheme()));
    // Django's middleware says the length of what it answers itself.
    redirect.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    Some(redirect)
}

/// A plain page, behind Django's CSRF check.
async fn visit(middleware: &Stack, page: &dyn Page, request: &Request) -> Response {
    checked(middleware, page, request).await.unwrap_or_else(|error| {
        let mut response = plain_error(request, &error);
        if request.services().debug {
            // Django's report names the user, for whom it reads the session.
            response.vary_on("Cookie");
        }
        response
    })
}

async fn checked(middleware: &Stack, page: &dyn Page, request: &Request) -> Result<Response> {
    if let Some(reason) = csrf::check_page(&middleware.csrf, request).await? {
        let path = Quoted(request.raw_path());
        tracing::warn!(%path, reason = %Quoted(&reason), "the CSRF check refused a form");
        return Ok(page.csrf_failure(request, &reason.to_string()));
    }
    page.respond(request).await
}

/// An error outside the API, as a plain page.
fn plain_error(request: &Request, error: &Error) -> Response {
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
        Error::Suspicious(reason) => development::suspicious(request, reason),
        Error::BadRequest(reason) => development::bad_request(request, reason),
        Error::Internal(failure) => development::internal(request, failure),
    }
}

/// Nothing answers the path: with a slash behind it something may (Django's `APPEND_SLASH`), otherwise 404.
async fn unresolved(middleware: &Stack, request: &Request) -> Result<Response> {
    if lacks_slash(middleware, request) {
        let target = slashed(request);
        if request.services().debug && matches!(request.method(), "DELETE" | "PATCH" | "POST" | "PUT") {
            let failure = development::missing_slash(request, &target);
            failure.log();
            let mut response = development::failed(request, 500, &failure);
            response.vary_on("Cookie");
            return finished(middleware, request, response).await;
        }
        return Ok(moved(&target));
    }
    let mut page = finished(middleware, request, development::not_found(request)).await?;
    frame(middleware, request, &mut page);
    Ok(page)
}

/// Whether a URL answers the path with a slash behind it, and none answers the path itself.
fn lacks_slash(middleware: &Stack, request: &Request) -> bool {
    let path = request.path();
    middleware.settings.append_slash
        && !path.ends_with('/')
        && middleware.urls.matched(relative(path)).is_none()
        && middleware.urls.matched(relative(&format!("{path}/"))).is_some()
}

fn moved(target: &str) -> Response {
    let mut response = Response::html(301, "");
    response.set_header(LOCATION, target);
    response
}

/// The path with a slash behind it, and the query.
fn slashed(request: &Request) -> String {
    let mut location = request.quoted_path_and_query("/");
    // Two slashes at the beginning would name another host.
    if location.starts_with("//") {
        location.replace_range(1..2, "%2F");
    }
    location
}

fn relative(path: &str) -> &str {
    path.strip_prefix('/').unwrap_or(path)
}

/// What Django's clickjacking and common middleware add to an answer that a URL gave.
fn frame(middleware: &Stack, request: &Request, response: &mut Response) {
    middleware.security.frame(response);
    // Nobody knows the length of what is made while it is sent.
    if response.is_streamed() {
        return;
    }
    // The length of a body that is sent is added where it is sent.
    let is_sent = request.method() != "HEAD" && !response.body().is_empty();
    if !is_sent && !response.headers().contains_key(CONTENT_LENGTH) {
        let length = response.body().len();
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}
