//! The CSRF cookie and its check: what Django's `CsrfViewMiddleware` does with a request and a response.

use std::sync::Arc;

use belleville_auth::csrf::{
    CsrfSecret, Reason, Source, Submitted, TokenFormat, TrustedOrigins, check_source, check_token,
};
use belleville_db::now;
use http::header::{HeaderName, ORIGIN, REFERER, SET_COOKIE};
use serde::Deserialize;

use crate::cookies::{CookieSettings, SetCookie};
use crate::exceptions::{self, Error};
use crate::parsers::Data;
use crate::request::HttpRequest;
use crate::response::Response;
use crate::settings::{Section, SettingsError, number_or_false, text_or_false, wsgi_header};

pub(crate) mod state;

use state::{CsrfState, Inner};

const FIELD_NAME: &str = "csrfmiddlewaretoken";

/// The CSRF check and its cookie: Django's `CSRF_*`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CsrfSettings {
    /// Origins besides our own that may send unsafe requests with a session: `https://*.example.com`.
    pub csrf_trusted_origins: Vec<String>,
    /// The name of the CSRF cookie.
    pub csrf_cookie_name: String,
    /// How long the CSRF cookie lasts, in seconds; until the browser is closed when it is `false`, Django's `None`.
    #[serde(deserialize_with = "number_or_false")]
    pub csrf_cookie_age: Option<u64>,
    /// The domain whose hosts share the CSRF cookie; this host alone when there is none.
    #[serde(deserialize_with = "text_or_false")]
    pub csrf_cookie_domain: Option<String>,
    /// The path under which the CSRF cookie is sent.
    pub csrf_cookie_path: String,
    /// Send the CSRF cookie over HTTPS only.
    pub csrf_cookie_secure: bool,
    /// Keep the CSRF cookie from scripts, which then have to take the token from the page.
    pub csrf_cookie_httponly: bool,
    /// Whether other sites' requests carry the CSRF cookie, as `session_cookie_samesite`.
    #[serde(deserialize_with = "text_or_false")]
    pub csrf_cookie_samesite: Option<String>,
    /// The header that carries the CSRF token, as WSGI names it: `HTTP_X_CSRFTOKEN`.
    pub csrf_header_name: String,
    /// Keep the CSRF secret in the session instead of a cookie of its own.
    pub csrf_use_sessions: bool,
}

impl Default for CsrfSettings {
    fn default() -> Self {
        Self {
            csrf_trusted_origins: Vec::new(),
            csrf_cookie_name: "csrftoken".to_owned(),
            // A year, less a day for each week of it, as Django counts.
            csrf_cookie_age: Some(31_449_600),
            csrf_cookie_domain: None,
            csrf_cookie_path: "/".to_owned(),
            csrf_cookie_secure: false,
            csrf_cookie_httponly: false,
            csrf_cookie_samesite: Some("Lax".to_owned()),
            csrf_header_name: "HTTP_X_CSRFTOKEN".to_owned(),
            csrf_use_sessions: false,
        }
    }
}

impl CsrfSettings {
    /// The header of `csrf_header_name` as a client writes it, in DRF's spelling: `X-CSRFTOKEN`.
    pub fn csrf_header(&self) -> String {
        let name = &self.csrf_header_name;
        name.strip_prefix("HTTP_").unwrap_or(name).replace('_', "-")
    }
}

impl Section for CsrfSettings {
    fn check(&self) -> Result<(), SettingsError> {
        CsrfViewMiddleware::new(self, None).map(drop)
    }
}

/// What the settings say of the check.
#[derive(Debug)]
pub struct CsrfViewMiddleware {
    cookie: SetCookie,
    /// Seconds that the cookie lasts; until the browser is closed when there are none.
    age: Option<i64>,
    header: HeaderName,
    /// The header's name in reasons.
    header_name: String,
    /// The secret is in the session instead of a cookie.
    use_sessions: bool,
    /// The domain of the cookie that holds the secret.
    domain: Option<String>,
    trusted_origins: TrustedOrigins,
}

impl CsrfViewMiddleware {
    /// What the settings say. With `csrf_use_sessions` the domain of the session's cookie counts.
    ///
    /// # Errors
    /// When there can be no such cookie or header, or a trusted origin is none.
    pub fn new(cookies: &CsrfSettings, session_cookie_domain: Option<&str>) -> Result<Self, SettingsError> {
        let domain = match cookies.csrf_use_sessions {
            true => session_cookie_domain,
            false => cookies.csrf_cookie_domain.as_deref(),
        };
        Ok(Self {
            cookie: cookie(cookies)?,
            age: cookies.csrf_cookie_age.map(|age| i64::try_from(age).unwrap_or(i64::MAX)),
            header: wsgi_header("csrf_header_name", &cookies.csrf_header_name)?,
            header_name: cookies.csrf_header(),
            use_sessions: cookies.csrf_use_sessions,
            domain: domain.map(str::to_owned),
            trusted_origins: TrustedOrigins::parse(cookies.csrf_trusted_origins.iter().map(String::as_str))
                .map_err(|error| SettingsError::new(error.to_string()))?,
        })
    }

    /// The visitor's secret in the request: in its cookie or its session.
    async fn stored(
        &self,
        request: &HttpRequest,
    ) -> exceptions::Result<Option<Result<CsrfSecret, TokenFormat>>> {
        if self.use_sessions {
            return Ok(request
                .lock_session()
                .await?
                .csrf_secret()
                .map(|secret| Ok(CsrfSecret::kept(secret))));
        }
        Ok(request.cookie(self.cookie.name()).map(|cookie| CsrfSecret::parse(&cookie)))
    }
}

fn cookie(settings: &CsrfSettings) -> Result<SetCookie, SettingsError> {
    SetCookie::new(&CookieSettings {
        prefix: "csrf_cookie",
        name: &settings.csrf_cookie_name,
        domain: settings.csrf_cookie_domain.as_deref(),
        path: &settings.csrf_cookie_path,
        secure: settings.csrf_cookie_secure,
        http_only: settings.csrf_cookie_httponly,
        same_site: settings.csrf_cookie_samesite.as_deref(),
    })
}

impl HttpRequest {
    /// The header that carries the token, as a client writes it: `X-CSRFTOKEN`.
    pub fn csrf_header(&self) -> &str {
        let settings = self.services().get::<Arc<CsrfViewMiddleware>>();
        settings.map_or("X-CSRFTOKEN", |settings| &settings.header_name)
    }

    /// A token for a form, under a new mask. The response renews the cookie.
    pub fn csrf_token(&self) -> String {
        let mut state = self.found().csrf().lock();
        state.is_asked_for = true;
        let Inner { secret, is_new, .. } = &mut *state;
        let secret = secret.get_or_insert_with(|| {
            *is_new = true;
            CsrfSecret::new_random()
        });
        secret.masked()
    }

    /// Whether somebody asked for a token, so that the answer is for this visitor alone.
    pub fn has_used_csrf_token(&self) -> bool {
        self.found().csrf.get().is_some_and(|state| state.lock().is_asked_for)
    }

    /// Whether somebody asked for a token of a secret that the visitor gets with the answer.
    pub fn has_used_new_csrf_token(&self) -> bool {
        self.found().csrf.get().is_some_and(|state| {
            let state = state.lock();
            state.is_asked_for && state.is_new
        })
    }

    /// A new secret, at a login: tokens from before it are not valid any more.
    pub fn rotate_csrf_token(&self) {
        *self.found().csrf().lock() = Inner::new_secret();
    }
}

fn settings(request: &HttpRequest) -> exceptions::Result<&CsrfViewMiddleware> {
    Ok(request.services().require::<Arc<CsrfViewMiddleware>>()?)
}

/// Reads the visitor's secret, before a view gets the request.
///
/// # Errors
/// Any database error.
pub async fn begin(settings: &CsrfViewMiddleware, request: &HttpRequest) -> exceptions::Result<()> {
    // Without a secret there is nothing to remember until a page asks for a token.
    if let Some(stored) = settings.stored(request).await? {
        // It is set once: a request passes here once.
        let _ = request.found().csrf.set(CsrfState::of(stored));
    }
    Ok(())
}

/// The check of a request to the API. The view parses the body; a body that cannot be parsed is an error of the
/// parser, as in DRF.
///
/// # Errors
/// 403 when the check fails, and what the parser says of the body.
pub async fn check(request: &HttpRequest) -> exceptions::Result<()> {
    let failed = |reason: Reason| Error::permission_denied_because(format!("CSRF Failed: {reason}"));
    if is_not_checked(request) {
        return Ok(());
    }
    let settings = settings(request)?;
    check_origin(settings, request).map_err(failed)?;
    let stored = settings.stored(request).await?;
    let data = match request.method() {
        "POST" if matches!(stored, Some(Ok(_))) => Some(request.data().await?),
        _ => None,
    };
    let field = match data.as_deref() {
        Some(Data::Form(form)) => form.get(FIELD_NAME),
        _ => None,
    };
    check_secret(settings, request, stored, field).map_err(failed)
}

/// Whether the header alone passes the check, whatever the body is.
///
/// # Errors
/// Any database error.
pub async fn header_is_good(request: &HttpRequest) -> exceptions::Result<bool> {
    let settings = settings(request)?;
    let stored = settings.stored(request).await?;
    Ok(check_origin(settings, request).is_ok() && check_secret(settings, request, stored, None).is_ok())
}

/// The check of a plain page: why the request is refused, if it is.
///
/// # Errors
/// 400 when the form cannot be read, or any database error.
pub async fn check_page(
    settings: &CsrfViewMiddleware,
    request: &HttpRequest,
) -> exceptions::Result<Option<Reason>> {
    if is_not_checked(request) {
        return Ok(None);
    }
    if let Err(reason) = check_origin(settings, request) {
        return Ok(Some(reason));
    }
    let stored = settings.stored(request).await?;
    // The body is read only for a visitor with a valid secret.
    let field = if matches!(stored, Some(Ok(_))) { request.post().await?.get(FIELD_NAME) } else { None };
    Ok(check_secret(settings, request, stored, field).err())
}

fn is_not_checked(request: &HttpRequest) -> bool {
    matches!(request.method(), "GET" | "HEAD" | "OPTIONS" | "TRACE") || request.skips_csrf_check()
}

fn check_origin(settings: &CsrfViewMiddleware, request: &HttpRequest) -> Result<(), Reason> {
    let (host, origin, referer) = (request.host(), request.header(&ORIGIN), request.header(&REFERER));
    let port = settings.domain.as_ref().map(|_| request.port());
    let source = Source {
        secure: request.scheme() == "https",
        host: Some(&host),
        port: port.as_deref().unwrap_or_default(),
        origin: origin.as_deref(),
        referer: referer.as_deref(),
        cookie_domain: settings.domain.as_deref(),
    };
    check_source(&source, &settings.trusted_origins)
}

fn check_secret(
    settings: &CsrfViewMiddleware,
    request: &HttpRequest,
    stored: Option<Result<CsrfSecret, TokenFormat>>,
    field: Option<&str>,
) -> Result<(), Reason> {
    let header = request.header(&settings.header);
    let submitted =
        Submitted { post_field: field, header: header.as_deref(), header_name: &settings.header_name };
    check_token(stored, submitted)
}

/// Sets the secret, in its cookie or in the session, when a page asked for a token or the request's cookie was
/// malformed.
///
/// # Errors
/// Any database error.
pub async fn finish(
    settings: &CsrfViewMiddleware,
    request: &HttpRequest,
    response: &mut Response,
) -> exceptions::Result<()> {
    let Some(secret) = request.found().csrf.get().and_then(CsrfState::to_hand_out) else { return Ok(()) };
    if settings.use_sessions {
        request.lock_session().await?.set_csrf_secret(secret.as_str());
        return Ok(());
    }
    let cookie = settings.cookie.header(secret.as_str(), settings.age, now());
    response.headers_mut().extend(cookie.map(|value| (SET_COOKIE, value)));
    response.vary_on("Cookie");
    Ok(())
}
