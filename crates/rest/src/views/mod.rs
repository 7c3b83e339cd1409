//! A view: its handlers by method, and its policies.

mod api_view;
pub(crate) mod hooks;
mod mistakes;
mod resolve;

use std::sync::{Arc, OnceLock};

use belleville_db::{FieldMeta, ModelMeta};
use belleville_http::request::{ChosenParser, InputRules};
use http::header::HeaderValue;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::handlers::BoxedHandler;
pub use crate::handlers::Handler;
pub use crate::listing::Listing;
use crate::names::display_name;
use crate::parsers::BoxedParser;
use crate::policies::Policies;
use crate::request::Request;
use crate::serializers::SerializerClass;
use crate::viewsets::{Action, ExtraActions, IntoViewSet, LookupOfUrl, Method};
pub use api_view::{APIView, IntoView};
#[doc(hidden)]
pub use api_view::{Made, OfActions, OfVerbs};
pub use belleville_macros::api_view;
use hooks::ViewHooks;
pub use mistakes::{Check, into_app};
use resolve::Resolved;

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
    handlers: Vec<Endpoint>,
    /// What the view says for all of its methods.
    pub(crate) policies: Policies,
    /// What a viewset says for OPTIONS.
    pub(crate) metadata: Policies,
    /// What is wrong with the view's declaration.
    pub(crate) found: Vec<String>,
    /// Checks at start.
    pub(crate) checks: Vec<Check>,
    /// The viewset with a model whose view this is.
    pub(crate) viewset: Option<Arc<dyn ViewSetOfView>>,
    /// The URL names an object of the viewset.
    pub(crate) is_detail: bool,
    pub(crate) hooks: ViewHooks,
    /// How a viewset finds its objects.
    pub(crate) lookup: Option<LookupOfUrl>,
    /// The actions of a viewset beside this view.
    pub(crate) extra_actions: ExtraActions,
    /// A viewset's own `get_object` is not to be asked for an object.
    pub(crate) finds_by_itself: bool,
    open_on_purpose: bool,
    allow: HeaderValue,
    head_follows_get: bool,
    resolved: OnceLock<Resolved>,
}

/// What a viewset is asked on behalf of a request that it does not answer itself: by the metadata of OPTIONS, and by pages for
/// their forms.
pub(crate) trait ViewSetOfView: Send + Sync {
    /// Loads the object of a request and checks permissions on it.
    fn check_object(&self, request: Request) -> BoxFuture<'static, Result<()>>;

    /// The serializer of a request.
    fn serializer_class(&self, request: &Request) -> Result<Arc<SerializerClass>>;
}

struct Endpoint {
    method: &'static str,
    /// The action of a viewset that answers.
    action: Option<Action>,
    handler: BoxedHandler,
    /// What is said for this method alone.
    policies: Policies,
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
            handlers: Vec::new(),
            policies: Policies::default(),
            metadata: Policies::default(),
            found: Vec::new(),
            checks: Vec::new(),
            viewset: None,
            is_detail: false,
            hooks: ViewHooks::default(),
            lookup: None,
            extra_actions: ExtraActions::default(),
            finds_by_itself: false,
            open_on_purpose: false,
            allow: HeaderValue::from_static("OPTIONS"),
            head_follows_get: true,
            resolved: OnceLock::new(),
        }
    }

    /// A view as DRF's `@api_view` makes it of a function: GET does not add HEAD.
    pub fn function(name: impl Into<String>) -> Self {
        Self { head_follows_get: false, ..Self::new(name) }
    }

    /// The same with the name that DRF makes of the function's.
    #[doc(hidden)]
    pub fn of_function(name: &str) -> Self {
        Self::function(display_name(name, "")).class(name)
    }

    /// The list of a viewset under a path of its own, without a router: GET and POST, as DRF's `ListCreateAPIView`. It has no
    /// methods where the viewset has none of these actions.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// # use belleville::{serializers::ModelSerializer, viewsets::ModelViewSet};
    /// # use belleville_auth::models::User;
    /// # #[derive(ModelSerializer)]
    /// # #[serializer(model = User, fields = [id, username])]
    /// # struct UserSerializer;
    /// # struct UserViewSet;
    /// # impl ModelViewSet for UserViewSet {
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

    /// Sets several policies by a function, which other views can have as well.
    ///
    /// ```
    /// use belleville_rest::filters::{OrderingFilter, SearchFilter};
    /// use belleville_rest::pagination::PageNumberPagination;
    /// use belleville_rest::policies::Policies;
    /// use belleville_rest::views::View;
    ///
    /// fn lists(policies: &mut Policies) {
    ///     policies
    ///         .filter_backends((SearchFilter, OrderingFilter))
    ///         .search_fields(["title", "^author__name"])
    ///         .ordering_fields(["title", "price"])
    ///         .pagination_class(PageNumberPagination::new().page_size(20));
    /// }
    ///
    /// let view = View::new("Books").policies(lists);
    /// ```
    #[must_use]
    pub fn policies(mut self, say: impl FnOnce(&mut Policies)) -> Self {
        say(&mut self.policies);
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

    /// Sets one handler for several methods.
    ///
    /// ```
    /// # use belleville_rest::{request::Request, response::Response, views::View, viewsets::Method};
    /// fn notes(request: &Request) -> Response {
    ///     Response::empty(if request.method() == "POST" { 201 } else { 200 })
    /// }
    ///
    /// let view = View::function("Note List").methods([Method::GET, Method::POST], notes);
    /// assert_eq!(view.allow(), "GET, POST, OPTIONS");
    /// ```
    pub fn methods<Kind>(
        self,
        methods: impl IntoIterator<Item = Method>,
        handler: impl Handler<Kind>,
    ) -> Self {
        let handler = handler.into_boxed();
        methods.into_iter().fold(self, |view, method| match method {
            Method::GET => view.get(handler.clone()),
            method => view.on(method.name(), handler.clone()),
        })
    }

    /// Sets the handler of GET, which also answers HEAD.
    pub fn get<Kind>(self, handler: impl Handler<Kind>) -> Self {
        let handler = handler.into_boxed();
        if !self.head_follows_get {
            return self.on("GET", handler);
        }
        self.on("GET", handler.clone()).on("HEAD", handler)
    }

    /// Sets the handler of POST.
    pub fn post<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("POST", handler.into_boxed())
    }

    /// Sets the handler of PUT.
    pub fn put<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("PUT", handler.into_boxed())
    }

    /// Sets the handler of PATCH.
    pub fn patch<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("PATCH", handler.into_boxed())
    }

    /// Sets the handler of DELETE.
    pub fn delete<Kind>(self, handler: impl Handler<Kind>) -> Self {
        self.on("DELETE", handler.into_boxed())
    }

    fn on(self, method: &'static str, handler: BoxedHandler) -> Self {
        self.on_with(method, None, handler, Policies::default())
    }

    /// A method's handler, and what is said for it alone.
    pub(crate) fn on_with(
        mut self,
        method: &'static str,
        action: Option<Action>,
        handler: BoxedHandler,
        policies: Policies,
    ) -> Self {
        self.handlers.retain(|known| known.method != method);
        self.handlers.push(Endpoint { method, action, handler, policies });
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

    /// The model of the view's serializer.
    pub fn model(&self) -> Option<&'static ModelMeta> {
        self.policies.serializer()?.model()
    }

    /// The parameter that names the view's object in its URL, where it has one.
    pub(crate) fn object_kwarg(&self) -> Option<&'static str> {
        self.lookup.filter(|_| self.viewset.is_some() && self.is_detail).map(|lookup| lookup.url_kwarg)
    }

    /// The model's field by which the URLs of a viewset name an object.
    pub fn lookup_field(&self) -> Option<&'static FieldMeta> {
        self.lookup?.field
    }

    /// The name of the parameter in the URLs of a viewset that names an object: `pk`.
    pub fn lookup_url_kwarg(&self) -> Option<&'static str> {
        self.lookup.map(|lookup| lookup.url_kwarg)
    }

    /// What the view reads of a request.
    pub(crate) fn input_rules(&self, request: &Request) -> InputRules {
        let policies = self.policies_of(request.method());
        let parsers = Arc::clone(&policies.parsers);
        let is_file = parsers.iter().any(BoxedParser::is_file);
        let filename = if is_file { request.kwarg("filename").map(str::to_owned) } else { None };
        let chosen_parser = policies.negotiation.select_parser(request, &parsers).map(ChosenParser);
        InputRules { body_limit: policies.body_limit, parsers, chosen_parser, filename }
    }

    /// The action of a viewset that answers a method. OPTIONS is its metadata, as in DRF.
    pub fn action(&self, method: &str) -> Option<Action> {
        if method == "OPTIONS" {
            return self.lookup.map(|_| Action::Metadata);
        }
        self.handler_action(method)
    }

    /// The action whose handler answers a method, also OPTIONS.
    pub(crate) fn handler_action(&self, method: &str) -> Option<Action> {
        self.handlers.iter().find(|known| known.method == method)?.action
    }

    /// The handler of a method.
    pub(crate) fn handler(&self, method: &str) -> Option<&BoxedHandler> {
        self.handlers.iter().find(|known| known.method == method).map(|known| &known.handler)
    }
}
