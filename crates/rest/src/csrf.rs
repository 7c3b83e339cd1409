//! The CSRF cookie and its check: what Django's `CsrfViewMiddleware` does with a request and a response.

use std::sync::{Mutex, MutexGuard, PoisonError};

use belleville_auth::csrf::{CsrfSecret, Reason, Source, Submitted, check_source, check_token};
use belleville_db::now;
use http::header::{HeaderName, ORIGIN, REFERER, SET_COOKIE};

use crate::cookies::Cookie;
use crate::exceptions::{self, Error};
use crate::parsers::Data;
use crate::request::Request;
use crate::response::Response;

const COOKIE_NAME: &str = "csrftoken";
const HEADER_NAME: &str = "X-CSRFToken";
const FIELD_NAME: &str = "csrfmiddlewaretoken";

/// Seconds that the cookie lasts: a year, less a day for each week of it, as Django counts.
const COOKIE_AGE: u64 = 31_449_600;

/// A visitor's secret, and whether the response must hand it out.
pub(crate) struct CsrfState {
    inner: Mutex<Inner>,
}

struct Inner {
    secret: Option<CsrfSecret>,
    needs_cookie: bool,
}

impl CsrfState {
    /// A malformed cookie is replaced, whatever was asked for.
    pub(crate) fn of(request: &Request) -> Self {
        let inner = match request.cookie(COOKIE_NAME).map(|text| CsrfSecret::parse(&text)) {
            None => Inner { secret: None, needs_cookie: false },
            Some(Ok(secret)) => Inner { secret: Some(secret), needs_cookie: false },
            Some(Err(_)) => Inner { secret: Some(CsrfSecret::new_random()), needs_cookie: true },
        };
        Self { inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Request {
    /// A token for a form, under a new mask. The response renews the cookie.
    pub fn csrf_token(&self) -> String {
        let mut state = self.csrf().lock();
        state.needs_cookie = true;
        state.secret.get_or_insert_with(CsrfSecret::new_random).masked()
    }

    /// A new secret: at a login, so that what was seen before it is worth nothing.
    pub fn rotate_csrf_token(&self) {
        *self.csrf().lock() = Inner { secret: Some(CsrfSecret::new_random()), needs_cookie: true };
    }
}

/// The check of a request to the API, whose body is the view's to parse: one that it does not understand is an error
/// of its own, as in DRF.
pub(crate) async fn check(request: &Request) -> exceptions::Result<()> {
    let failed = |reason: Reason| Error::permission_denied_because(format!("CSRF Failed: {reason}"));
    if is_safe(request) {
        return Ok(());
    }
    check_origin(request).map_err(failed)?;
    let data = match request.method() {
        "POST" if has_cookie(request) => Some(request.data().await?),
        _ => None,
    };
    let field = match data.as_deref() {
        Some(Data::Form(form)) => form.get(FIELD_NAME),
        _ => None,
    };
    check_secret(request, field).map_err(failed)
}

/// The check of a plain page: what is wrong with the request, if anything.
pub(crate) async fn check_page(request: &Request) -> exceptions::Result<Option<Reason>> {
    if is_safe(request) {
        return Ok(None);
    }
    if let Err(reason) = check_origin(request) {
        return Ok(Some(reason));
    }
    let field = if has_cookie(request) { request.post().await?.get(FIELD_NAME) } else { None };
    Ok(check_secret(request, field).err())
}

fn is_safe(request: &Request) -> bool {
    matches!(request.method(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// A body is looked at only for a visitor whose cookie is good.
fn has_cookie(request: &Request) -> bool {
    request.cookie(COOKIE_NAME).is_some_and(|cookie| CsrfSecret::parse(&cookie).is_ok())
}

fn check_origin(request: &Request) -> Result<(), Reason> {
    let (host, origin, referer) = (request.host(), request.header(&ORIGIN), request.header(&REFERER));
    let source = Source {
        secure: request.scheme() == "https",
        host: Some(&host),
        port: "",
        origin: origin.as_deref(),
        referer: referer.as_deref(),
        cookie_domain: None,
    };
    check_source(&source, &request.application().trusted_origins)
}

fn check_secret(request: &Request, field: Option<&str>) -> Result<(), Reason> {
    let header = request.header(&HeaderName::from_static("x-csrftoken"));
    let submitted = Submitted { post_field: field, header: header.as_deref(), header_name: HEADER_NAME };
    check_token(request.cookie(COOKIE_NAME).as_deref(), submitted)
}

/// Sets the cookie when a page asked for a token or the one that came was malformed.
pub(crate) fn finish(request: &Request, mut response: Response) -> Response {
    let state = request.csrf().lock();
    let Some(secret) = state.secret.as_ref().filter(|_| state.needs_cookie) else { return response };
    let cookie = Cookie {
        name: COOKIE_NAME,
        value: secret.as_str(),
        max_age: COOKIE_AGE,
        http_only: false,
        secure: request.application().settings.csrf_cookie_secure,
    };
    response.headers.extend(cookie.header(now()).map(|value| (SET_COOKIE, value)));
    response.vary_on("Cookie");
    response
}
