//! Who a request is from. A view asks its authenticators in order; the first that recognises the request decides.
//!
//! This room questions a request; the crate `belleville_auth` keeps users and secrets.

use std::any::Any;
use std::sync::Arc;

use belleville_auth::models::User;
use belleville_auth::tokens;
use belleville_auth::users::{self, NewUser};
use http::header::{AUTHORIZATION, HeaderName};

use crate::BoxFuture;
use crate::csrf;
use crate::events::Through;
use crate::exceptions::{Error, Result};
pub use crate::knox::KnoxTokenAuthentication;
use crate::python;
use crate::request::{Identity, Request};
pub use crate::simplejwt::{JWTAuthentication, JWTStatelessUserAuthentication};

/// Recognises a request.
pub trait Authentication: Send + Sync + 'static {
    /// The user that the request is from; `None` when it carries none of this scheme's credentials, so that the next
    /// authenticator is asked.
    ///
    /// # Errors
    /// When the credentials are of this scheme but no good: the request ends there, even on an open view.
    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>>;

    /// The challenge in `WWW-Authenticate`. Asked of a view's first authenticator only: without one, an anonymous
    /// request is answered with 403 instead of 401.
    fn authenticate_header(&self, request: &Request) -> Option<String> {
        let _ = request;
        None
    }

    /// The name by which `routes` lists it.
    fn name(&self) -> &'static str {
        crate::views::class_name::<Self>()
    }
}

/// A user, and what proved who they are.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub(crate) user: User,
    pub(crate) auth: Option<Arc<dyn Any + Send + Sync>>,
    /// The user has no row.
    pub(crate) stateless: bool,
}

impl Authenticated {
    /// A user, recognised by nothing that outlives the request's headers.
    pub fn new(user: User) -> Self {
        Self { user, auth: None, stateless: false }
    }

    /// A user, recognised by something that a handler may want: [`Request::auth`] gives it back.
    pub fn by(user: User, auth: impl Any + Send + Sync) -> Self {
        Self { user, auth: Some(Arc::new(auth)), stateless: false }
    }
}

/// The user of Django's session, with a CSRF check of unsafe methods.
#[derive(Clone, Copy, Debug)]
pub struct SessionAuthentication;

impl Authentication for SessionAuthentication {
    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>> {
        Box::pin(async move {
            let keys = &request.application().keys;
            let user = request.session().await?.user(request.db(), keys).await?;
            let Some(user) = user else { return Ok(None) };
            if let Err(error) = csrf::check(request).await {
                // A body that cannot be read is refused here, as in DRF. The page that says so is still this user's.
                if matches!(&error, Error::Api(refusal) if refusal.status() == 400)
                    && csrf::header_is_good(request).await?
                {
                    let user = Some(Arc::new(user));
                    request.set_identity(Identity {
                        user,
                        authenticator: Some(self.name()),
                        ..Identity::default()
                    });
                }
                return Err(error);
            }
            Ok(Some(Authenticated::new(user)))
        })
    }
}

/// A name and a password in each request (RFC 7617). Over HTTPS only, outside of one's own machine.
#[derive(Clone, Copy, Debug)]
pub struct BasicAuthentication;

impl Authentication for BasicAuthentication {
    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>> {
        Box::pin(async move {
            let Some((username, password)) = basic_credentials(request)? else { return Ok(None) };
            let application = request.application();
            if let Some(user) = application.recent.find(&application.db, &username, &password).await? {
                return Ok(Some(Authenticated::new(user)));
            }
            let Some(user) = request.authenticate(Through::Basic, &username, &password).await? else {
                return Err(Error::authentication_failed("Invalid username/password."));
            };
            application.recent.remember(&username, &password, &user);
            Ok(Some(Authenticated::new(user)))
        })
    }

    fn authenticate_header(&self, _: &Request) -> Option<String> {
        Some("Basic realm=\"api\"".to_owned())
    }
}

fn basic_credentials(request: &Request) -> Result<Option<(String, String)>> {
    let credentials = match credentials(request, "Basic") {
        Credentials::OfAnotherScheme => return Ok(None),
        Credentials::Missing => {
            return Err(Error::authentication_failed("Invalid basic header. No credentials provided."));
        }
        Credentials::WithSpaces => {
            return Err(Error::authentication_failed(
                "Invalid basic header. Credentials string should not contain spaces.",
            ));
        }
        Credentials::Given(bytes) => bytes,
    };
    let decoded = python::base64_decode(&credentials).map(text_of).and_then(|text| {
        let (username, password) = text.split_once(':')?;
        Some((username.to_owned(), password.to_owned()))
    });
    decoded.map(Some).ok_or_else(|| {
        Error::authentication_failed("Invalid basic header. Credentials not correctly base64 encoded.")
    })
}

/// UTF-8, or latin-1 when it is not.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|byte| char::from(*byte)).collect())
}

/// DRF's token in each request: `Authorization: Token 9944b0...`.
#[derive(Clone, Copy, Debug)]
pub struct TokenAuthentication {
    keyword: &'static str,
}

impl TokenAuthentication {
    /// With DRF's keyword, `Token`.
    pub const fn new() -> Self {
        Self::with_keyword("Token")
    }

    /// With another keyword: `Authorization: Api-Key ...`.
    pub const fn with_keyword(keyword: &'static str) -> Self {
        Self { keyword }
    }
}

impl Default for TokenAuthentication {
    fn default() -> Self {
        Self::new()
    }
}

impl Authentication for TokenAuthentication {
    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>> {
        Box::pin(async move {
            let Some(key) = token_key(request, self.keyword)? else { return Ok(None) };
            match tokens::find(request.db(), &key).await? {
                None => Err(Error::authentication_failed("Invalid token.")),
                Some((_, user)) if !user.is_active => {
                    Err(Error::authentication_failed("User inactive or deleted."))
                }
                Some((token, user)) => Ok(Some(Authenticated::by(user, token))),
            }
        })
    }

    fn authenticate_header(&self, _: &Request) -> Option<String> {
        Some(self.keyword.to_owned())
    }
}

/// The token in the header behind a keyword.
pub(crate) fn token_key(request: &Request, keyword: &str) -> Result<Option<String>> {
    let failed = |text| Err(Error::authentication_failed(text));
    match credentials(request, keyword) {
        Credentials::OfAnotherScheme => Ok(None),
        Credentials::Missing => failed("Invalid token header. No credentials provided."),
        Credentials::WithSpaces => failed("Invalid token header. Token string should not contain spaces."),
        Credentials::Given(bytes) => match String::from_utf8(bytes) {
            Ok(key) => Ok(Some(key)),
            Err(_) => failed("Invalid token header. Token string should not contain invalid characters."),
        },
    }
}

/// The user that a server in front of this one has authenticated, as that server names them in a header.
///
/// Only behind a server that sets the header itself and never lets one from outside through: whoever can send the header
/// is whoever they say.
#[derive(Clone, Debug)]
pub struct RemoteUserAuthentication {
    header: HeaderName,
    create_unknown_user: bool,
}

impl RemoteUserAuthentication {
    /// Believes this header. A name that nobody has is nobody.
    pub const fn from_header(header: HeaderName) -> Self {
        Self { header, create_unknown_user: false }
    }

    /// Makes an account, without a usable password, for a name that nobody has: Django's `RemoteUserBackend`.
    #[must_use]
    pub fn create_unknown_user(self) -> Self {
        Self { create_unknown_user: true, ..self }
    }

    async fn user(&self, request: &Request) -> Result<Option<User>> {
        let Some(username) = request.header(&self.header).filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        let application = request.application();
        let found = users::find(&application.db, &username).await?;
        if found.is_some() || !self.create_unknown_user {
            return Ok(found);
        }
        let new = NewUser { username, email: String::new(), password: None, is_superuser: false };
        Ok(Some(users::create_user(&application.db, &application.hashing, new).await?))
    }
}

impl Authentication for RemoteUserAuthentication {
    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>> {
        Box::pin(async move {
            let user = self.user(request).await?;
            Ok(user.filter(|user| user.is_active).map(Authenticated::new))
        })
    }
}

/// What the header `Authorization` holds for one scheme.
enum Credentials {
    OfAnotherScheme,
    Missing,
    WithSpaces,
    Given(Vec<u8>),
}

/// Splits the header on ASCII white space; the scheme is compared in any case.
fn credentials(request: &Request, scheme: &str) -> Credentials {
    let mut parts = header_parts(request, &AUTHORIZATION).into_iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(given), ..) if !given.eq_ignore_ascii_case(scheme.as_bytes()) => Credentials::OfAnotherScheme,
        (None, ..) => Credentials::OfAnotherScheme,
        (Some(_), None, _) => Credentials::Missing,
        (Some(_), Some(credentials), None) => Credentials::Given(credentials),
        (Some(_), Some(_), Some(_)) => Credentials::WithSpaces,
    }
}

/// A header's bytes, split on ASCII white space; several headers are joined with a comma, as WSGI servers do.
pub(crate) fn header_parts(request: &Request, name: &HeaderName) -> Vec<Vec<u8>> {
    let values: Vec<&[u8]> =
        request.headers().get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    let joined = values.join(b",".as_slice());
    joined.split(|byte| is_python_space(*byte)).filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect()
}

/// The white space of Python's `bytes.split()`.
fn is_python_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// The authenticator with a name, short or DRF's dotted one.
pub(crate) fn by_name(name: &str) -> Option<Arc<dyn Authentication>> {
    let short = ["rest_framework.authentication.", "rest_framework_simplejwt.authentication."]
        .iter()
        .find_map(|module| name.strip_prefix(module));
    match short.unwrap_or(name) {
        "SessionAuthentication" => Some(Arc::new(SessionAuthentication)),
        "BasicAuthentication" => Some(Arc::new(BasicAuthentication)),
        "TokenAuthentication" => Some(Arc::new(TokenAuthentication::new())),
        "KnoxTokenAuthentication" | "knox.auth.TokenAuthentication" => {
            Some(Arc::new(KnoxTokenAuthentication))
        }
        "JWTAuthentication" => Some(Arc::new(JWTAuthentication)),
        "JWTStatelessUserAuthentication" => Some(Arc::new(JWTStatelessUserAuthentication)),
        _ => None,
    }
}

/// What [`by_name`] knows.
pub(crate) const NAMES: &[&str] = &[
    "SessionAuthentication",
    "BasicAuthentication",
    "TokenAuthentication",
    "KnoxTokenAuthentication",
    "JWTAuthentication",
    "JWTStatelessUserAuthentication",
];
