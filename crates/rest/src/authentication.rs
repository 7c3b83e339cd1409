//! Who a request is from. A view asks its authenticators in order; the first that recognises the request decides.
//!
//! This module reads the credentials of a request; users and secrets are in the crate `belleville_auth`.

use std::any::Any;
use std::sync::Arc;

use belleville_auth::hashing::HashingPool;
use belleville_auth::recent::RecentCredentials;
use belleville_auth::signing::SecretKeys;
use belleville_auth::tokens;
use belleville_auth::user::AuthUser;
use belleville_auth::users::{self, NewUser};
use belleville_http::csrf;
use http::header::{AUTHORIZATION, HeaderName};

use crate::BoxFuture;
use crate::events::Through;
use crate::exceptions::{Error, Result};
use crate::python;
use crate::request::{Forced, Identity, Request};
use belleville_http::list_of;

/// An authenticator: finds out which user a request is from.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::authentication::{Authenticated, Authentication};
/// use belleville::exceptions::{Error, Result};
/// use belleville::request::Request;
///
/// # async fn user_of_key(request: &Request, key: &str) -> Result<Option<belleville_auth::user::AuthUser>> { Ok(None) }
/// struct KeyAuthentication;
///
/// impl Authentication for KeyAuthentication {
///     async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
///         // Without the header, the next authenticator is asked.
///         let Some(key) = request.headers().get("x-key") else { return Ok(None) };
///         let user = user_of_key(request, key.to_str().unwrap_or_default()).await?;
///         user.map(Authenticated::new).map(Some).ok_or_else(|| Error::authentication_failed("Invalid key."))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an authenticator",
    label = "implement Authentication for it: `async fn authenticate(&self, &Request) -> Result<Option<Authenticated>>`"
)]
pub trait Authentication: Send + Sync + 'static {
    /// The user that the request is from. `None` when the request has no credentials of this scheme: the next
    /// authenticator is asked then.
    ///
    /// # Errors
    /// When the credentials are of this scheme but not valid: the request is refused, even by an open view.
    fn authenticate(&self, request: &Request) -> impl Future<Output = Result<Option<Authenticated>>> + Send;

    /// What [`Authentication::authenticate`] would say, where that can be said without waiting; `None` where it cannot.
    /// It is asked first, so that most requests make no future for the schemes that they do not use.
    #[doc(hidden)]
    fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>> {
        let _ = request;
        None
    }

    /// The challenge in `WWW-Authenticate`. Only a view's first authenticator is asked for it: when it has none, an
    /// anonymous request is answered with 403 instead of 401.
    fn authenticate_header(&self, request: &Request) -> Option<String> {
        let _ = request;
        None
    }

    /// The name in the output of the command `routes`.
    fn name(&self) -> &'static str {
        crate::python::class_name::<Self>()
    }
}

/// Who a request is from: the first authenticator that finds its credentials says so. A test may have said so before.
pub(crate) async fn identify(authenticators: &[BoxedAuthenticator], request: &Request) -> Result<Identity> {
    if let Some(Forced { user, auth }) = request.forced().cloned() {
        return Ok(Identity { user, authenticator: Some("ForcedAuthentication"), auth });
    }
    for authenticator in authenticators {
        let found = match authenticator.authenticate_at_once(request) {
            Some(outcome) => outcome?,
            None => authenticator.authenticate(request).await?,
        };
        if let Some(Authenticated { user, auth }) = found {
            return Ok(Identity { user: Some(user), auth, authenticator: Some(authenticator.name()) });
        }
    }
    Ok(Identity::default())
}

list_of! {
    /// The authenticators of a view: one, an array or a `Vec` of one type, a tuple of different types
    /// (`(SessionAuthentication, TokenAuthentication::new())`), or `()` for none.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not an authenticator",
        label = "give an authenticator (`SessionAuthentication`), an array of them, or a tuple where they differ",
        note = "an authenticator of your own is a type that implements `Authentication`"
    )]
    IntoAuthenticators, into_authenticators, BoxedAuthenticator, Authentication
}

/// A type-erased authenticator.
#[derive(Clone)]
pub struct BoxedAuthenticator {
    authenticator: Arc<dyn DynAuthentication>,
    name: &'static str,
}

impl<A: Authentication> From<A> for BoxedAuthenticator {
    fn from(authenticator: A) -> Self {
        Self { name: authenticator.name(), authenticator: Arc::new(authenticator) }
    }
}

impl std::fmt::Debug for BoxedAuthenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl BoxedAuthenticator {
    /// As [`Authentication::name`].
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>> {
        self.authenticator.authenticate_at_once(request)
    }

    pub(crate) fn authenticate<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Authenticated>>> {
        self.authenticator.authenticate(request)
    }

    pub(crate) fn authenticate_header(&self, request: &Request) -> Option<String> {
        self.authenticator.authenticate_header(request)
    }
}

/// The object-safe form of [`Authentication`].
trait DynAuthentication: Send + Sync {
    fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>>;
    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>>;
    fn authenticate_header(&self, request: &Request) -> Option<String>;
}

impl<A: Authentication> DynAuthentication for A {
    fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>> {
        Authentication::authenticate_at_once(self, request)
    }

    fn authenticate<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Option<Authenticated>>> {
        Box::pin(Authentication::authenticate(self, request))
    }

    fn authenticate_header(&self, request: &Request) -> Option<String> {
        Authentication::authenticate_header(self, request)
    }
}

/// A user, and the credential that the user was recognised by.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub(crate) user: AuthUser,
    pub(crate) auth: Option<Arc<dyn Any + Send + Sync>>,
}

impl Authenticated {
    /// A user, without a credential for the handler.
    pub fn new(user: impl Into<AuthUser>) -> Self {
        Self { user: user.into(), auth: None }
    }

    /// A user, with a credential that the handler reads by [`Request::auth`].
    pub fn by(user: impl Into<AuthUser>, auth: impl Any + Send + Sync) -> Self {
        Self { user: user.into(), auth: Some(Arc::new(auth)) }
    }
}

/// The user of Django's session, with a CSRF check of unsafe methods.
#[derive(Clone, Copy, Debug)]
pub struct SessionAuthentication;

impl Authentication for SessionAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        if request.lock_session().await?.is_empty() {
            return Ok(None);
        }
        // Boxed, so that a request without a session does not take the memory of the queries.
        Box::pin(self.authenticate_session(request)).await
    }

    fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>> {
        request.has_no_session().then_some(Ok(None))
    }
}

impl SessionAuthentication {
    async fn authenticate_session(&self, request: &Request) -> Result<Option<Authenticated>> {
        let keys = request.services().require::<SecretKeys>()?;
        let user = request.lock_session().await?.user(request.db(), keys).await?;
        let Some(user) = user else { return Ok(None) };
        if let Err(error) = csrf::check(request).await {
            // A body that cannot be parsed is refused here, as in DRF. The page with the error is still this user's.
            if matches!(&error, Error::Api(refusal) if refusal.status() == 400)
                && csrf::header_is_good(request).await?
            {
                let user = Some(user);
                let authenticator = Some(Authentication::name(self));
                request.set_identity(Identity { user, authenticator, ..Identity::default() });
            }
            return Err(error);
        }
        Ok(Some(Authenticated::new(user)))
    }
}

/// HTTP Basic: a name and a password in each request (RFC 7617). Use it over HTTPS only, except on your own machine.
#[derive(Clone, Copy, Debug)]
pub struct BasicAuthentication;

impl Authentication for BasicAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        match basic_credentials(request)? {
            // Boxed, so that a request without a password does not take the memory of its check.
            Some((username, password)) => Box::pin(basic_user(request, &username, &password)).await.map(Some),
            None => Ok(None),
        }
    }

    fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>> {
        (!has_scheme(request, "Basic")).then_some(Ok(None))
    }

    fn authenticate_header(&self, _: &Request) -> Option<String> {
        Some("Basic realm=\"api\"".to_owned())
    }
}

async fn basic_user(request: &Request, username: &str, password: &str) -> Result<Authenticated> {
    let recent = request.services().require::<RecentCredentials>()?;
    if let Some(user) = recent.find(request.db(), username, password).await? {
        return Ok(Authenticated::new(user));
    }
    let Some(user) = request.authenticate(Through::Basic, username, password).await? else {
        return Err(Error::authentication_failed("Invalid username/password."));
    };
    recent.remember(username, password, &user);
    Ok(Authenticated::new(user))
}

fn basic_credentials(request: &Request) -> Result<Option<(String, String)>> {
    let header = request.header_bytes(&AUTHORIZATION).unwrap_or_default();
    let credentials = match credentials(&header, "Basic") {
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
    let decoded = python::base64_decode(credentials).map(text_of).and_then(|text| {
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
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        let Some(key) = token_key(request, self.keyword)? else { return Ok(None) };
        match tokens::find(request.db(), key).await? {
            None => Err(Error::authentication_failed("Invalid token.")),
            Some((_, user)) if !user.is_active() => {
                Err(Error::authentication_failed("User inactive or deleted."))
            }
            Some((token, user)) => Ok(Some(Authenticated::by(user, token))),
        }
    }

    fn authenticate_at_once(&self, request: &Request) -> Option<Result<Option<Authenticated>>> {
        (!has_scheme(request, self.keyword)).then_some(Ok(None))
    }

    fn authenticate_header(&self, _: &Request) -> Option<String> {
        Some(self.keyword.to_owned())
    }
}

/// The token after a keyword in the header.
///
/// # Errors
/// 401 or 403 when the header has the keyword and no token of one word.
pub fn token_key(request: &Request, keyword: &str) -> Result<Option<String>> {
    let failed = |text| Err(Error::authentication_failed(text));
    match credentials(&request.header_bytes(&AUTHORIZATION).unwrap_or_default(), keyword) {
        Credentials::OfAnotherScheme => Ok(None),
        Credentials::Missing => failed("Invalid token header. No credentials provided."),
        Credentials::WithSpaces => failed("Invalid token header. Token string should not contain spaces."),
        Credentials::Given(bytes) => match str::from_utf8(bytes) {
            Ok(key) => Ok(Some(key.to_owned())),
            Err(_) => failed("Invalid token header. Token string should not contain invalid characters."),
        },
    }
}

/// A user that a proxy has authenticated and names in a header.
///
/// Use it only behind a proxy that always sets the header itself and removes the client's: a client that can send the
/// header can be any user.
#[derive(Clone, Debug)]
pub struct RemoteUserAuthentication {
    header: HeaderName,
    create_unknown_user: bool,
}

impl RemoteUserAuthentication {
    /// Reads the name from this header. An unknown name is an anonymous request.
    pub const fn from_header(header: HeaderName) -> Self {
        Self { header, create_unknown_user: false }
    }

    /// Creates a user without a usable password for an unknown name, as Django's `RemoteUserBackend` does.
    #[must_use]
    pub fn create_unknown_user(self) -> Self {
        Self { create_unknown_user: true, ..self }
    }

    async fn user(&self, request: &Request) -> Result<Option<AuthUser>> {
        let Some(username) = request.header(&self.header).filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        let found = users::find(request.db(), &username).await?;
        if found.is_some() || !self.create_unknown_user {
            return Ok(found);
        }
        let new = NewUser { username, ..NewUser::default() };
        let hashing = request.services().require::<Arc<HashingPool>>()?;
        Ok(Some(users::create_user(request.db(), hashing, new).await?))
    }
}

impl Authentication for RemoteUserAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        let user = self.user(request).await?;
        Ok(user.filter(AuthUser::is_active).map(Authenticated::new))
    }
}

/// Whether the credentials of the header `Authorization` are of this scheme.
fn has_scheme(request: &Request, scheme: &str) -> bool {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return false };
    let header = header.as_bytes().trim_ascii_start();
    let (given, rest) = header.split_at(header.len().min(scheme.len()));
    given.eq_ignore_ascii_case(scheme.as_bytes()) && rest.first().is_none_or(|byte| is_python_space(*byte))
}

/// The credentials of one scheme in the header `Authorization`.
enum Credentials<'a> {
    OfAnotherScheme,
    Missing,
    WithSpaces,
    Given(&'a [u8]),
}

/// Splits the header on ASCII white space; the scheme is compared in any case.
fn credentials<'a>(header: &'a [u8], scheme: &str) -> Credentials<'a> {
    let mut parts = words(header);
    match (parts.next(), parts.next()) {
        (Some(given), _) if !given.eq_ignore_ascii_case(scheme.as_bytes()) => Credentials::OfAnotherScheme,
        (None, _) => Credentials::OfAnotherScheme,
        (Some(_), None) => Credentials::Missing,
        (Some(_), Some(credentials)) if parts.next().is_none() => Credentials::Given(credentials),
        (Some(_), Some(_)) => Credentials::WithSpaces,
    }
}

/// The words of a header, between ASCII white space.
pub fn words(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let begin = rest.iter().position(|byte| !is_python_space(*byte))?;
        let word = &rest[begin..];
        let end = first_space(word).unwrap_or(word.len());
        rest = &word[end..];
        Some(&word[..end])
    })
}

/// Where white space begins. That a text has none, as a token, is seen in many bytes at once.
fn first_space(text: &[u8]) -> Option<usize> {
    let has_any = text.iter().fold(false, |found, byte| found | is_python_space(*byte));
    if has_any { text.iter().position(|byte| is_python_space(*byte)) } else { None }
}

/// The white space of Python's `bytes.split()`.
fn is_python_space(byte: u8) -> bool {
    byte <= b' ' && matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// An authenticator that settings can name.
#[derive(Debug)]
pub struct NamedAuthenticator {
    /// Its name, and then its dotted names in Python.
    pub names: &'static [&'static str],
    /// The authenticator.
    pub authenticator: BoxedAuthenticator,
}

/// The authenticators of this module, by DRF's names.
pub(crate) fn named() -> Vec<NamedAuthenticator> {
    let named = |names, authenticator| NamedAuthenticator { names, authenticator };
    vec![
        named(
            &["SessionAuthentication", "rest_framework.authentication.SessionAuthentication"],
            SessionAuthentication.into(),
        ),
        named(
            &["BasicAuthentication", "rest_framework.authentication.BasicAuthentication"],
            BasicAuthentication.into(),
        ),
        named(
            &["TokenAuthentication", "rest_framework.authentication.TokenAuthentication"],
            TokenAuthentication::new().into(),
        ),
    ]
}
