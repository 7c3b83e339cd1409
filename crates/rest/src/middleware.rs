//! Around the request pipeline: what Django's middleware does for every request, API or page, in Django's order.

use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};

use crate::application::Application;
use crate::csrf::CsrfViewMiddleware;
use crate::exceptions::{Error, Result};
use crate::hosts::AllowedHosts;
use crate::panics::caught;
use crate::printable::{Printable, Quoted};
use crate::request::{Parts, Request};
use crate::response::{Response, plain};
use crate::security::SecurityMiddleware;
use crate::session::SessionMiddleware;
use crate::settings::{Settings, SettingsError};
use crate::urls::{Endpoint, Page};
use crate::{csrf, development, dispatch, session};

/// What the settings say of all this, checked and made ready at start, so that a request only looks it up.
pub(crate) struct Middleware {
    pub(crate) security: SecurityMiddleware,
    pub(crate) session: SessionMiddleware,
    pub(crate) hosts: AllowedHosts,
    pub(crate) csrf: CsrfViewMiddleware,
}

impl Middleware {
    /// What the settings say.
    ///
    /// # Errors
    /// When one of them cannot be used; the text names it and how to fix it.
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            security: SecurityMiddleware::new(&settings.security)?,
            session: SessionMiddleware::new(&settings.cookies)?,
            hosts: AllowedHosts::new(settings),
            csrf: CsrfViewMiddleware::new(settings)?,
        })
    }
}

/// Answers a request, and leaves a line in the log: no query, no header and no body, which may hold secrets.
pub(crate) async fn handle(application: &Arc<Application>, parts: Parts) -> Response {
    let request = Request::new(Arc::clone(application), parts);
    let response = caught(async { Ok(answer(application, &request).await) }).await;
    let response = response.unwrap_or_else(|error| plain_error(&request, &error));
    if is_noise(&request, &response) {
        return response;
    }
    let (status, code) = (response.status(), request.error_code());
    let (method, path) = (Printable(request.method()), Printable(request.raw_path()));
    tracing::info!(target: "belleville::request", status, code, "{method} {path}");
    response
}

/// The icon that every browser asks for, where it is not the program's.
fn is_noise(request: &Request, response: &Response) -> bool {
    request.path() == development::ICON && response.status() < 400 && request.application().settings.debug
}

async fn answer(application: &Application, request: &Request) -> Response {
    let security = &application.middleware.security;
    if let Some(redirect) = security.redirect(request) {
        return match redirect.answer(request) {
            Some(response) => security.secured(request, response),
            // Django's refusal has none of these headers.
            None => {
                let refusal = refused(request).await.unwrap_or_else(|error| plain_error(request, &error));
                with_own_policy(application, refusal)
            }
        };
    }
    let response = inside_the_session(application, request).await;
    let response =
        session::finish(request, response).await.unwrap_or_else(|error| plain_error(request, &error));
    security.secured(request, uncached(request, with_own_policy(application, response)))
}

async fn refused(request: &Request) -> Result<Response> {
    csrf::begin(request).await?;
    csrf::finish(request, plain::bad_request()).await
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
    routed(application, request).await.unwrap_or_else(|error| plain_error(request, &error))
}

async fn routed(application: &Application, request: &Request) -> Result<Response> {
    csrf::begin(request).await?;
    if !application.middleware.hosts.allow(&request.host()) {
        let refusal = development::failed(request, 400, &development::disallowed_host(&request.host()));
        // Django's page of development is made outside of its CSRF middleware.
        return if application.settings.debug { Ok(refusal) } else { csrf::finish(request, refusal).await };
    }
    let path = relative(request.path());
    let found = application.urls.resolve(path).or_else(|| application.development_urls.resolve(path));
    let Some((endpoint, found)) = found else {
        return unresolved(application, request).await;
    };
    request.set_route(found);
    let response = match endpoint {
        Endpoint::Api(view) => dispatch::dispatch(view, request).await,
        Endpoint::Page(page) => visit(page.as_ref(), request).await,
    };
    Ok(framed(application, csrf::finish(request, response).await?))
}

/// A plain page, behind Django's CSRF check.
async fn visit(page: &dyn Page, request: &Request) -> Response {
    checked(page, request).await.unwrap_or_else(|error| plain_error(request, &error))
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
        Error::Internal(failure) => development::internal(request, failure),
    }
}

/// Nothing answers the path: with a slash behind it something may (Django's `APPEND_SLASH`), otherwise 404.
async fn unresolved(application: &Application, request: &Request) -> Result<Response> {
    let path = request.path();
    if application.settings.append_slash
        && !path.ends_with('/')
        && application.urls.resolve(relative(&format!("{path}/"))).is_some()
    {
        let target = slashed(request);
        if application.settings.debug && matches!(request.method(), "DELETE" | "PATCH" | "POST" | "PUT") {
            let failure = development::missing_slash(request, &target);
            failure.log();
            let mut response = development::failed(request, 500, &failure);
            response.vary_on("Cookie");
            return csrf::finish(request, response).await;
        }
        let mut response = Response::html(301, "");
        response.set_header(LOCATION, &target);
        return Ok(response);
    }
    Ok(framed(application, csrf::finish(request, development::not_found(request)).await?))
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
fn framed(application: &Application, mut response: Response) -> Response {
    application.middleware.security.framed(&mut response);
    if !response.headers.contains_key(CONTENT_LENGTH) {
        let length = response.body().len();
        response.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
