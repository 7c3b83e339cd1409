//! A view: its handlers by method, and its policies.

mod mistakes;
mod policy;

use std::sync::{Arc, OnceLock};

use belleville_db::FieldMeta;
use belleville_http::request::InputRules;
use http::header::HeaderValue;

use crate::BoxFuture;
use crate::authentication::{BoxedAuthenticator, IntoAuthenticators};
use crate::exceptions::{Error, Result};
use crate::handlers::BoxedHandler;
pub use crate::handlers::Handler;
use crate::parsers::ParserKind;
use crate::permissions::{IntoRules, Rule};
use crate::policies::Defaults;
use crate::renderers::{BoxedRenderer, IntoRenderers};
use crate::request::Request;
use crate::response::Response;
use crate::serializers::SerializerClass;
use crate::viewsets::{IntoViewSet, LookupOfUrl};
pub use mistakes::{Check, into_app};

/// The most bytes of a body with credentials. Everybody may send one, and it stays in memory while a password waits
/// to be hashed.
pub const CREDENTIALS_BODY_LIMIT: usize = 65_536;

/// The order in which `Allow` names methods.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// A view of the API, as DRF's `APIView`. It is created once, at start.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::Json;
/// use belleville::permissions::AllowAny;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::views::View;
///
/// async fn ping(_: Request) -> Result<Response> {
///     Response::data(200, &Json::from("pong"))
/// }
///
/// let view = View::new("Ping").permission_classes(AllowAny).get(ping);
/// ```
pub struct View {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) description: String,
    pub(crate) authenticators: Option<Vec<BoxedAuthenticator>>,
    pub(crate) permissions: Option<Vec<Rule>>,
    pub(crate) renderers: Option<Vec<BoxedRenderer>>,
    pub(crate) parsers: Arc<[ParserKind]>,
    handlers: Vec<Endpoint>,
    pub(crate) serializer: Option<Arc<SerializerClass>>,
    /// The fields of a view without a model's serializer.
    /// The challenge of a view that has no authenticators.
    pub(crate) challenge: Option<fn(&Request) -> String>,
    /// Checks at start.
    pub(crate) checks: Vec<Check>,
    pub(crate) object: Option<Arc<dyn ObjectCheck>>,
    /// How a viewset finds its objects.
    pub(crate) lookup: Option<LookupOfUrl>,
    pub(crate) body_limit: Option<usize>,
    /// Whether a request runs in a transaction; as the settings say where it is `None`.
    pub(crate) atomic: Option<bool>,
    pub(crate) exception_handler: Option<ExceptionHandler>,
    open_on_purpose: bool,
    allow: HeaderValue,
    head_follows_get: bool,
    defaults: OnceLock<Arc<Defaults>>,
}

/// Answers an error of a view, or returns an error to be answered as usual: DRF's `handle_exception`.
pub type ExceptionHandler = fn(Error, &Request) -> Result<Response>;

/// Loads the object of a request and checks permissions on it; the metadata of OPTIONS does so before it describes
/// PUT.
pub(crate) trait ObjectCheck: Send + Sync {
    fn check(&self, request: Request) -> BoxFuture<'static, Result<()>>;
}

struct Endpoint {
    method: &'static str,
    handler: BoxedHandler,
    /// The permissions of this method, when they differ from the view's.
    permissions: Option<Vec<Rule>>,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("name", &self.name).field("allow", &self.allow).finish_non_exhaustive()
    }
}

impl View {
    /// A view without methods. Users see the name: `Project List`.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            class: name.clone(),
            name,
            description: String::new(),
            authenticators: None,
            permissions: None,
            renderers: None,
            parsers: ParserKind::DEFAULT.into(),
            handlers: Vec::new(),
            serializer: None,
            challenge: None,
            checks: Vec::new(),
            object: None,
            lookup: None,
            body_limit: None,
            atomic: None,
            exception_handler: None,
            open_on_purpose: false,
            allow: HeaderValue::from_static("OPTIONS"),
            head_follows_get: true,
            defaults: OnceLock::new(),
        }
    }

    /// A view as DRF's `@api_view` makes it of a function: GET does not add HEAD.
    pub fn function(name: impl Into<String>) -> Self {
        Self { head_follows_get: false, ..Self::new(name) }
    }

    /// The list of a viewset under a path of its own, without a router: GET and POST, as DRF's `ListCreateAPIView`. It has no
    /// methods where the viewset has none of these actions.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// # use belleville::{serializers::ModelSerializer, viewsets::ReadOnlyModelViewSet};
    /// # use belleville_auth::models::User;
    /// # #[derive(ModelSerializer)]
    /// # #[serializer(model = User, fields = [id, username])]
    /// # struct UserSerializer;
    /// # struct UserViewSet;
    /// # impl ReadOnlyModelViewSet for UserViewSet {
    /// #     type Model = User;
    /// #     type Serializer = UserSerializer;
    /// # }
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new()
    ///     .path("people/", View::list_of(UserViewSet))
    ///     .path("people/<int:pk>/", View::detail_of(UserViewSet).name("Person"));
    /// # assert!(urls.mistakes().is_empty());
    /// ```
    pub fn list_of<Kind>(viewset: impl IntoViewSet<Kind>) -> Self {
        viewset.into_views().list.unwrap_or_else(|| Self::new("List"))
    }

    /// One object of a viewset under a path of its own, without a router: GET, PUT, PATCH and DELETE, as DRF's
    /// `RetrieveUpdateDestroyAPIView`. The path has the parameter that the viewset's `LOOKUP` names: `people/<int:pk>/`.
    pub fn detail_of<Kind>(viewset: impl IntoViewSet<Kind>) -> Self {
        viewset.into_views().detail.unwrap_or_else(|| Self::new("Instance"))
    }

    /// Sets the name, which `OPTIONS` and the browsable API show.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the description, which `OPTIONS` and the browsable API show.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// The name of the type that answers, for `routes`.
    #[must_use]
    pub fn class(mut self, name: impl Into<String>) -> Self {
        self.class = name.into();
        self
    }

    /// Sets the authenticators, in this order, instead of the default ones: one authenticator, an array, a tuple of
    /// different types, or `()` for none.
    pub fn authentication_classes(mut self, authenticators: impl IntoAuthenticators) -> Self {
        self.authenticators = Some(authenticators.into_authenticators());
        self
    }

    /// Sets the permissions, instead of the default ones: one permission, a rule (`A & B`), or a list of those, all
    /// of which must allow the request. `()` allows everybody, as `AllowAny` does.
    pub fn permission_classes(mut self, rules: impl IntoRules) -> Self {
        self.permissions = Some(rules.into_rules());
        self
    }

    /// Sets the renderers, instead of JSON and the browsable API.
    pub fn renderer_classes(mut self, renderers: impl IntoRenderers) -> Self {
        self.renderers = Some(renderers.into_renderers());
        self
    }

    /// Sets the parsers, in this order, instead of JSON, form and multipart.
    pub fn parser_classes(mut self, parsers: impl IntoIterator<Item = ParserKind>) -> Self {
        self.parsers = parsers.into_iter().collect();
        self
    }

    /// Sets the most bytes of a body that the view reads, if that is less than the settings allow. A longer body is
    /// answered 400 when the view reads it.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// The handler of each request runs in one transaction, whatever the setting `atomic_requests` says. An error that the
    /// handler returns undoes it; a response keeps it, whichever status it has.
    pub fn atomic(mut self) -> Self {
        self.atomic = Some(true);
        self
    }

    /// No transaction is begun for a request, whatever the setting `atomic_requests` says: Django's
    /// `non_atomic_requests`.
    pub fn non_atomic(mut self) -> Self {
        self.atomic = Some(false);
        self
    }

    /// Sets what answers the view's errors: those of its handlers, and those of the steps before them. What it returns as an
    /// error is answered as usual.
    ///
    /// ```
    /// # use belleville_rest::exceptions::{Error, Result};
    /// # use belleville_rest::request::Request;
    /// # use belleville_rest::response::Response;
    /// # use belleville_rest::views::View;
    /// fn gone(error: Error, _: &Request) -> Result<Response> {
    ///     match error {
    ///         Error::Api(exception) if exception.status() == 404 => Ok(Response::empty(410)),
    ///         other => Err(other),
    ///     }
    /// }
    ///
    /// let view = View::new("Archive").exception_handler(gone);
    /// ```
    pub fn exception_handler(mut self, handler: ExceptionHandler) -> Self {
        self.exception_handler = Some(handler);
        self
    }

    /// Sets the serializer of a view's input: `OPTIONS` describes its fields, and the forms of the browsable API have them.
    /// DRF's `serializer_class`. Handlers call it themselves.
    pub fn serializer(mut self, class: impl Into<Arc<SerializerClass>>) -> Self {
        self.serializer = Some(class.into());
        self
    }

    /// The challenge in `WWW-Authenticate` of a view that has no authenticators: its failures are 401, not 403.
    #[must_use]
    pub fn challenge(mut self, challenge: fn(&Request) -> String) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The view is open because it issues or revokes credentials: `check` does not warn of it.
    #[must_use]
    pub fn open_on_purpose(mut self) -> Self {
        self.open_on_purpose = true;
        self
    }

    /// Adds a check at start.
    #[must_use]
    pub fn checked_at_start(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    /// Sets the handler of GET, which also answers HEAD.
    pub fn get<Kind>(self, handler: impl Handler<Kind>) -> Self {
        let handler = handler.into_boxed();
        if !self.head_follows_get {
            return self.on("GET", handler, None);
        }
        self.on("GET", handler.clone(), None).on("HEAD", handler, None)
    }

    /// Sets the handler of POST.
    pub fn post<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("POST", handler.into_boxed(), None)
    }

    /// Sets the handler of PUT.
    pub fn put<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("PUT", handler.into_boxed(), None)
    }

    /// Sets the handler of PATCH.
    pub fn patch<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("PATCH", handler.into_boxed(), None)
    }

    /// Sets the handler of DELETE.
    pub fn delete<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("DELETE", handler.into_boxed(), None)
    }

    pub(crate) fn on(
        mut self,
        method: &'static str,
        handler: BoxedHandler,
        permissions: Option<Vec<Rule>>,
    ) -> Self {
        self.handlers.retain(|known| known.method != method);
        self.handlers.push(Endpoint { method, handler, permissions });
        let allow = METHODS
            .into_iter()
            .filter(|method| {
                *method == "OPTIONS" || self.handlers.iter().any(|known| known.method == *method)
            })
            .collect::<Vec<_>>()
            .join(", ");
        // The names of methods are good values of headers.
        self.allow = HeaderValue::try_from(allow).unwrap_or(HeaderValue::from_static(""));
        self
    }
}

/// What the request pipeline needs of a view.
impl View {
    /// The value of `Allow`.
    pub fn allow(&self) -> &str {
        self.allow.to_str().unwrap_or_default()
    }

    /// The same as it is sent.
    pub(crate) fn allow_header(&self) -> HeaderValue {
        self.allow.clone()
    }

    /// The methods that the view answers.
    pub fn allowed_methods(&self) -> impl Iterator<Item = &str> {
        self.allow().split(", ")
    }

    /// The view's name.
    pub fn view_name(&self) -> &str {
        &self.name
    }

    /// The view's description.
    pub fn view_description(&self) -> &str {
        &self.description
    }

    /// The name of the view's type.
    pub fn class_name(&self) -> &str {
        &self.class
    }

    /// Whether the view is open because it issues or revokes credentials.
    pub fn is_open_on_purpose(&self) -> bool {
        self.open_on_purpose
    }

    /// The serializer, if the view has one.
    pub fn serializer_class(&self) -> Option<&SerializerClass> {
        self.serializer.as_deref()
    }

    /// The parameter that names the view's object in its URL, where it has one.
    pub(crate) fn object_kwarg(&self) -> Option<&'static str> {
        self.lookup.filter(|_| self.object.is_some()).map(|lookup| lookup.url_kwarg)
    }

    /// The model's field by which the URLs of a viewset name an object.
    pub fn lookup_field(&self) -> Option<&'static FieldMeta> {
        self.lookup.map(|lookup| lookup.field)
    }

    /// The name of the parameter in the URLs of a viewset that names an object: `pk`.
    pub fn lookup_url_kwarg(&self) -> Option<&'static str> {
        self.lookup.map(|lookup| lookup.url_kwarg)
    }

    /// The media types that it parses, in order.
    pub fn parser_media_types(&self) -> impl Iterator<Item = &'static str> {
        self.parsers.iter().map(ParserKind::media_type)
    }

    /// What the view reads of a request.
    pub(crate) fn input_rules(&self, request: &Request) -> InputRules {
        let parsers = Arc::clone(&self.parsers);
        let is_file = parsers.contains(&ParserKind::FileUpload);
        let filename = request.kwarg("filename").filter(|_| is_file).map(str::to_owned);
        InputRules { body_limit: self.body_limit, parsers, filename }
    }

    /// The handler of a method.
    pub(crate) fn handler(&self, method: &str) -> Option<&BoxedHandler> {
        self.handlers.iter().find(|known| known.method == method).map(|known| &known.handler)
    }
}
