//! The CSRF cookie and its check: what Django's `CsrfViewMiddleware` does with a request and a response.

use std::sync::{Mutex, MutexGuard, PoisonError};

use belleville_auth::csrf::{
    CsrfSecret, Reason, Source, Submitted, TokenFormat, TrustedOrigins, check_source, check_token,
};
use belleville_db::now;
use http::header::{HeaderName, ORIGIN, REFERER, SET_COOKIE};

use crate::cookies::{CookieSettings, SetCookie};
use crate::exceptions::{self, Error};
use crate::parsers::Data;
use crate::request::Request;
use crate::response::Response;
use crate::settings::{Cookies, Settings, SettingsError, wsgi_header};

const FIELD_NAME: &str = "csrfmiddlewaretoken";

/// What the settings say of the check.
pub(crate) struct CsrfViewMiddleware {
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
    /// What the settings say.
    ///
    /// # Errors
    /// When there can be no such cookie or header, or a trusted origin is none.
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let cookies = &settings.cookies;
        let domain = match cookies.csrf_use_sessions {
            true => &cookies.session_cookie_domain,
            false => &cookies.csrf_cookie_domain,
        };
        Ok(Self {
            cookie: cookie(cookies)?,
            age: cookies.csrf_cookie_age.map(|age| i64::try_from(age).unwrap_or(i64::MAX)),
            header: wsgi_header("csrf_header_name", &cookies.csrf_header_name)?,
            header_name: cookies.csrf_header(),
            use_sessions: cookies.csrf_use_sessions,
            domain: domain.clone(),
            trusted_origins: TrustedOrigins::parse(settings.csrf_trusted_origins.iter().map(String::as_str))
                .map_err(|error| SettingsError::new(error.to_string()))?,
        })
    }

    /// The visitor's secret in the request: in its cookie or its session.
    async fn stored(&self, request: &Request) -> exceptions::Result<Option<Result<CsrfSecret, TokenFormat>>> {
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

fn cookie(settings: &Cookies) -> Result<SetCookie, SettingsError> {
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

/// A visitor's secret, and whether the response must set it.
#[derive(Default)]
pub(crate) struct CsrfState {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    secret: Option<CsrfSecret>,
    needs_cookie: bool,
}

impl CsrfState {
    /// A malformed cookie is always replaced.
    fn of(stored: Option<Result<CsrfSecret, TokenFormat>>) -> Self {
        let inner = match stored {
            None => Inner::default(),
            Some(Ok(secret)) => Inner { secret: Some(secret), needs_cookie: false },
            Some(Err(_)) => Inner { secret: Some(CsrfSecret::new_random()), needs_cookie: true },
        };
        Self { inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn to_hand_out(&self) -> Option<CsrfSecret> {
        let inner = self.lock();
        if inner.needs_cookie { inner.secret.clone() } else { None }
    }
}

impl Request {
    /// A token for a form, under a new mask. The response renews the cookie.
    pub fn csrf_token(&self) -> String {
        let mut state = self.csrf().lock();
        state.needs_cookie = true;
        state.secret.get_or_insert_with(CsrfSecret::new_random).masked()
    }

    /// A new secret, at a login: tokens from before it are not valid any more.
    pub fn rotate_csrf_token(&self) {
        *self.csrf().lock() = Inner { secret: Some(CsrfSecret::new_random()), needs_cookie: true };
    }
}

/// Reads the visitor's secret, before a view gets the request.
pub(crate) async fn begin(request: &Request) -> exceptions::Result<()> {
    let stored = request.application().middleware.csrf.stored(request).await?;
    request.set_csrf(CsrfState::of(stored));
    Ok(())
}

/// The check of a request to the API. The view parses the body; a body that cannot be parsed is an error of the
/// parser, as in DRF.
pub(crate) async fn check(request: &Request) -> exceptions::Result<()> {
    let failed = |reason: Reason| Error::permission_denied_because(format!("CSRF Failed: {reason}"));
    if is_safe(request) {
        return Ok(());
    }
    check_origin(request).map_err(failed)?;
    let stored = request.application().middleware.csrf.stored(request).await?;
    let data = match request.method() {
        "POST" if matches!(stored, Some(Ok(_))) => Some(request.data().await?),
        _ => None,
    };
    let field = match data.as_deref() {
        Some(Data::Form(form)) => form.get(FIELD_NAME),
        _ => None,
    };
    check_secret(request, stored, field).map_err(failed)
}

/// Whether the header alone passes the check, whatever the body is.
pub(crate) async fn header_is_good(request: &Request) -> exceptions::Result<bool> {
    let stored = request.application().middleware.csrf.stored(request).await?;
    Ok(check_origin(request).is_ok() && check_secret(request, stored, None).is_ok())
}

/// The check of a plain page: why the request is refused, if it is.
pub(crate) async fn check_page(request: &Request) -> exceptions::Result<Option<Reason>> {
    if is_safe(request) {
        return Ok(None);
    }
    if let Err(reason) = check_origin(request) {
        return Ok(Some(reason));
    }
    let stored = request.application().middleware.csrf.stored(request).await?;
    // The body is read only for a visitor with a valid secret.
    let field = if matches!(stored, Some(Ok(_))) { request.post().await?.get(FIELD_NAME) } else { None };
    Ok(check_secret(request, stored, field).err())
}

fn is_safe(request: &Request) -> bool {
    matches!(request.method(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

fn check_origin(request: &Request) -> Result<(), Reason> {
    let settings = &request.application().middleware.csrf;
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
    request: &Request,
    stored: Option<Result<CsrfSecret, TokenFormat>>,
    field: Option<&str>,
) -> Result<(), Reason> {
    let settings = &request.application().middleware.csrf;
    let header = request.header(&settings.header);
    let submitted =
        Submitted { post_field: field, header: header.as_deref(), header_name: &settings.header_name };
    check_token(stored, submitted)
}

/// Sets the secret, in its cookie or in the session, when a page asked for a token or the request's cookie was
/// malformed.
pub(crate) async fn finish(request: &Request, mut response: Response) -> exceptions::Result<Response> {
    let settings = &request.application().middleware.csrf;
    let Some(secret) = request.csrf().to_hand_out() else { return Ok(response) };
    if settings.use_sessions {
        request.lock_session().await?.set_csrf_secret(secret.as_str());
        return Ok(response);
    }
    let cookie = settings.cookie.header(secret.as_str(), settings.age, now());
    response.headers.extend(cookie.map(|value| (SET_COOKIE, value)));
    response.vary_on("Cookie");
    Ok(response)
}
