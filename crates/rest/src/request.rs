//! A request to a view: DRF's `Request` around Django's [`HttpRequest`]. It adds what the request pipeline finds out: the
//! endpoint, the user, the renderer.

use std::any::Any;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use belleville_auth::permissions::UserPermissions;
use belleville_auth::user::AuthUser;
use belleville_db::{ModelMeta, UserModel};
use belleville_http::request::HttpRequest;
use tokio::sync::OnceCell;

use crate::exceptions::{Error, Failure, Result};
use crate::negotiation::Accepted;
use crate::renderers::ListInPieces;
use crate::urls::Namespaces;

/// A request: DRF's `Request`. It is cheap to clone, and every clone is the same request.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::{Error, Result};
/// use belleville::json::Json;
/// use belleville::parsers::Data;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::views::View;
///
/// // GET /years/2026/?language=en, for the path `years/<int:year>/`
/// async fn show(request: Request) -> Result<Response> {
///     let year: i32 = request.kwarg_as("year")?;
///     let language = request.query_params().get("language").unwrap_or("en");
///     let user = request.user()?; // 401 or 403 when nobody is logged in
///     Response::data(200, &Json::from(format!("{year}, {language}, {}", user.username())))
/// }
///
/// // POST with a JSON body
/// async fn store(request: Request) -> Result<Response> {
///     match &*request.data().await? {
///         Data::Json(body) if body.get("title").is_some() => Ok(Response::empty(204)),
///         _ => Err(Error::validation("A title is needed.")),
///     }
/// }
///
/// let view = View::new("Year").get(show).post(store);
/// ```
#[derive(Clone)]
pub struct Request {
    inner: Arc<Inner>,
    /// Another method to check permissions with.
    question: Option<Question>,
}

/// Who a request is from, whatever its headers say: the arguments of DRF's `force_authenticate`.
#[derive(Clone, Default)]
pub struct Forced {
    /// The user.
    pub user: Option<AuthUser>,
    /// What handlers read by [`Request::auth`].
    pub auth: Option<Arc<dyn Any + Send + Sync>>,
}

impl std::fmt::Debug for Forced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Forced").field(&self.user.as_ref().map(AuthUser::username)).finish()
    }
}

/// What a user may do by another method.
#[derive(Clone, Copy)]
struct Question {
    method: &'static str,
    /// The metadata of OPTIONS asks, whose policies are those of its own action.
    is_of_metadata: bool,
}

struct Inner {
    http: HttpRequest,
    /// Who a test says the request is from, whatever its headers say; never set for requests from the network.
    forced: Option<Forced>,
    route: OnceLock<RouteMatch>,
    accepted: OnceLock<Accepted>,
    known: OnceLock<Box<Known>>,
}

/// What the URL said.
#[derive(Default)]
pub(crate) struct RouteMatch {
    /// What answers; its type is known to who has made the URLs.
    pub(crate) endpoint: Option<Arc<dyn Any + Send + Sync>>,
    /// The name of the URL, with its namespaces.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) namespaces: Namespaces,
    /// The model that it is about.
    pub(crate) model: Option<&'static ModelMeta>,
    pub(crate) kwargs: Vec<(Arc<str>, String)>,
    pub(crate) format: Option<String>,
}

/// The user of the request, and after a login or a logout the new one: a list that only grows, so that references to
/// an earlier user stay valid.
struct Known {
    identity: Identity,
    permissions: OnceCell<UserPermissions>,
    next: OnceLock<Box<Known>>,
}

/// The user of a request.
#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) user: Option<AuthUser>,
    pub(crate) auth: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) authenticator: Option<&'static str>,
}

/// The code of the API error that the request was answered with.
struct ErrorCode(&'static str);

/// The mistake of the program that the request was answered with.
struct Failed(Failure);

/// Some numbers in the object differ from those in its row.
struct IsClamped;

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// What the client sent, and what the program has for it.
impl Deref for Request {
    type Target = HttpRequest;

    fn deref(&self) -> &HttpRequest {
        &self.inner.http
    }
}

impl Request {
    /// A request to a view. Who it is forced to be from counts whatever its headers say: DRF's `force_authenticate`.
    pub fn new(http: HttpRequest, forced: Option<Forced>) -> Self {
        let (route, accepted, known) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { inner: Arc::new(Inner { http, forced, route, accepted, known }), question: None }
    }

    /// The method, in upper case.
    pub fn method(&self) -> &str {
        self.question.map_or(self.inner.http.method(), |question| question.method)
    }

    /// The method whose policies are in force.
    pub(crate) fn policy_method(&self) -> &str {
        match self.question {
            Some(Question { is_of_metadata: true, .. }) => "OPTIONS",
            _ => self.method(),
        }
    }

    /// The same request, as if it had another method.
    pub(crate) fn with_method(&self, method: &'static str) -> Self {
        self.asking(Question { method, is_of_metadata: false })
    }

    /// The same as the metadata of OPTIONS asks it.
    pub(crate) fn of_metadata(&self, method: &'static str) -> Self {
        self.asking(Question { method, is_of_metadata: true })
    }

    fn asking(&self, question: Question) -> Self {
        Self { inner: Arc::clone(&self.inner), question: Some(question) }
    }

    pub(crate) fn set_route(&self, route: RouteMatch) {
        // Set once, before the view gets the request.
        let _ = self.inner.route.set(route);
    }

    /// What answers, when the URL is known.
    pub(crate) fn endpoint<T: Any>(&self) -> Option<&T> {
        self.inner.route.get()?.endpoint.as_deref()?.downcast_ref()
    }

    /// The model of the view that answers.
    pub(crate) fn model(&self) -> Option<&'static ModelMeta> {
        self.inner.route.get()?.model
    }

    /// The name of the URL with its namespaces, where it has one: Django's `request.resolver_match.view_name`.
    pub fn url_name(&self) -> Option<&str> {
        self.inner.route.get()?.name.as_deref()
    }

    /// The namespaces of the URL, the outermost first, with colons between them: Django's `request.resolver_match.namespace`.
    pub fn namespace(&self) -> Option<&str> {
        self.inner.route.get()?.namespaces.instances()
    }

    /// The applications of these namespaces, with colons between them: Django's `request.resolver_match.app_name`.
    pub fn app_name(&self) -> Option<&str> {
        self.inner.route.get()?.namespaces.applications()
    }

    /// The parts of the path by their names in the pattern, in its order.
    pub fn kwargs(&self) -> impl Iterator<Item = (&str, &str)> {
        let kwargs = self.inner.route.get().map(|route| &*route.kwargs).unwrap_or_default();
        kwargs.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// A part of the path by its name in the pattern: `pk`.
    pub fn kwarg(&self, name: &str) -> Option<&str> {
        let kwargs = &self.inner.route.get()?.kwargs;
        kwargs.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.as_str())
    }

    /// A part of the path, read as a type: `let year: i32 = request.kwarg_as("year")?`.
    ///
    /// # Errors
    /// 404 when the path has no such part or it cannot be read as the type, for example a number that is too large.
    pub fn kwarg_as<T: std::str::FromStr>(&self, name: &str) -> Result<T> {
        self.kwarg(name).and_then(|text| text.parse().ok()).ok_or_else(Error::not_found)
    }

    /// The format suffix of the path: `json` of `/api/projects.json`.
    pub fn format_suffix(&self) -> Option<&str> {
        self.inner.route.get()?.format.as_deref()
    }

    pub(crate) fn set_accepted(&self, accepted: Accepted) {
        let _ = self.inner.accepted.set(accepted);
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted> {
        self.inner.accepted.get()
    }

    /// How the renderer of the response writes a list batch by batch, if it can.
    pub(crate) fn list_in_pieces(&self) -> Option<ListInPieces> {
        self.policies()?.renderers().get(self.accepted()?.index)?.list_in_pieces(self)
    }

    /// The code of the API error that the request was answered with, if any.
    pub(crate) fn error_code(&self) -> Option<&'static str> {
        self.facts().get().map(|ErrorCode(code)| *code)
    }

    /// Whether the answer is one of an error of the API.
    pub fn is_answered_with_an_error(&self) -> bool {
        self.error_code().is_some()
    }

    pub(crate) fn set_error_code(&self, code: &'static str) {
        self.facts().get_or_insert_with(|| ErrorCode(code));
    }

    /// The mistake of the program that nothing has handled, where the request was answered with 500 because of one.
    pub fn failure(&self) -> Option<&Failure> {
        self.facts().get().map(|Failed(failure)| failure)
    }

    pub(crate) fn set_failure(&self, failure: &Failure) {
        self.facts().get_or_insert_with(|| Failed(failure.clone()));
    }

    /// Notes that some numbers in the object differ from those in its row ([`belleville_db::QuerySet::get_clamped`]).
    pub(crate) fn set_clamped(&self) {
        self.facts().get_or_insert_with(|| IsClamped);
    }

    pub(crate) fn is_clamped(&self) -> bool {
        self.facts().get::<IsClamped>().is_some()
    }
}

/// Who the request is from.
impl Request {
    /// Who a test says that it is from.
    pub(crate) fn forced(&self) -> Option<&Forced> {
        self.inner.forced.as_ref()
    }

    /// Sets the user of the request.
    pub(crate) fn set_identity(&self, identity: Identity) {
        let mut known = Box::new(Known { identity, permissions: OnceCell::new(), next: OnceLock::new() });
        let mut last = &self.inner.known;
        while let Err(refused) = last.set(known) {
            known = refused;
            let Some(earlier) = last.get() else { return };
            last = &earlier.next;
        }
    }

    /// Changes the user of the request, as Django's `login` and `logout` change `request.user`.
    pub(crate) fn set_user(&self, user: Option<AuthUser>) {
        let before = self.identity();
        self.set_identity(Identity {
            user,
            auth: before.and_then(|before| before.auth.clone()),
            authenticator: before.and_then(|before| before.authenticator),
        });
    }

    /// The user of the request; after [`Request::login`] the user who has logged in.
    ///
    /// # Errors
    /// 401 or 403 when nobody is logged in.
    pub fn user(&self) -> Result<&AuthUser> {
        self.identity().and_then(|found| found.user.as_ref()).ok_or_else(Error::not_authenticated)
    }

    /// The user of the request as the program's own type: `request.user_as::<Account>()?.birthday`.
    ///
    /// # Errors
    /// 401 or 403 when nobody is logged in or the user is only described by a token; 500 when `U` is not the program's
    /// user model.
    pub fn user_as<U: UserModel>(&self) -> Result<&U> {
        let user = self.user()?;
        match user.get() {
            Some(user) => Ok(user),
            None if user.is_described() => Err(Error::not_authenticated()),
            None => Err(Error::internal(format!(
                "the user model of this program is {}, not {}",
                belleville_auth::user::label(),
                U::meta().label()
            ))),
        }
    }

    /// The user's Django permissions, read once per request; `None` when nobody is logged in, or when the user is
    /// only described by a token.
    ///
    /// # Errors
    /// Any database error.
    pub async fn user_permissions(&self) -> Result<Option<&UserPermissions>> {
        let Some(Known { identity, permissions, .. }) = self.known() else { return Ok(None) };
        match identity.user.as_ref().filter(|user| !user.is_described()) {
            Some(user) => {
                Ok(Some(permissions.get_or_try_init(|| UserPermissions::of(self.db(), user)).await?))
            }
            None => Ok(None),
        }
    }

    /// Whether somebody is logged in.
    pub fn is_authenticated(&self) -> bool {
        self.identity().is_some_and(|found| found.user.is_some())
    }

    /// What authenticated the request, when it is of type `A`: a [`Token`](belleville_auth::models::Token) with
    /// `TokenAuthentication`.
    pub fn auth<A: Any>(&self) -> Option<&A> {
        self.identity()?.auth.as_ref()?.downcast_ref()
    }

    /// The name of the authenticator that accepted the request.
    pub fn successful_authenticator(&self) -> Option<&'static str> {
        self.identity()?.authenticator
    }

    fn identity(&self) -> Option<&Identity> {
        self.known().map(|known| &known.identity)
    }

    fn known(&self) -> Option<&Known> {
        let mut known = self.inner.known.get()?;
        while let Some(next) = known.next.get() {
            known = next;
        }
        Some(known)
    }
}
