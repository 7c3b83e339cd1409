//! URLs: path patterns and their views, in order; the first match wins, as in Django.

mod converters;
mod namespaces;
mod normalize;
mod path_stage;
mod pattern;
mod regex_stage;
mod resolve;
mod reverse;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

pub use converters::PathConverter;
pub(crate) use pattern::{Pattern, Suffix};
pub use resolve::ResolverMatch;
pub use reverse::{Kwargs, NoReverseMatch, Reversed};

use belleville_db::Registry;

use converters::{Converter, OwnConverter};
pub(crate) use namespaces::Namespaces;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::parsers::default_parsers;
use crate::policies::CompletePolicies;
use crate::request::{Request, RouteMatch};
use crate::response::Response;
use crate::views::{IntoView, View};
use belleville_http::request::InputRules;

/// The URLs of a program.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::Json;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::urls::Urls;
/// use belleville::views::View;
///
/// async fn year(request: Request) -> Result<Response> {
///     let year: i32 = request.kwarg_as("year")?;
///     Response::data(200, &Json::Int(year.into()))
/// }
///
/// let urls = Urls::new().path("years/<int:year>/", View::new("Year").get(year));
/// # assert!(urls.mistakes().is_empty());
/// ```
///
/// A name in angle brackets is a parameter of the handler, which reads it with [`Request::kwarg`] or
/// [`Request::kwarg_as`]. The converters are Django's:
///
/// | converter | takes | |
/// |---|---|---|
/// | `<pk>`, `<str:pk>` | `[^/]+` | anything up to the next slash |
/// | `<int:pk>` | `[0-9]+` | a whole number; zeros before it are left out |
/// | `<slug:name>` | `[-a-zA-Z0-9_]+` | |
/// | `<uuid:key>` | `[0-9a-f]{8}-...` | with dashes, in lower case |
/// | `<path:rest>` | `.+` | slashes too |
///
/// [`Urls::register_converter`] adds one's own, and [`Urls::re_path`] takes a regular expression.
///
/// A route with a [name](Urls::name) can be written from it: [`Urls::reverse`] and [`Request::reverse`].
#[derive(Debug, Default)]
pub struct Urls {
    routes: Vec<Route>,
    mistakes: Vec<String>,
    /// What was added last, so that [`Urls::name`] and [`Urls::kwargs`] can follow.
    last: Last,
    /// The converters of one's own.
    converters: Vec<OwnConverter>,
    /// The application namespace, as long as the URLs are in no instance namespace.
    app_name: Option<Arc<str>>,
}

/// What was added to some URLs last.
#[derive(Clone, Copy, Debug, Default)]
enum Last {
    /// Nothing that can be added to.
    #[default]
    Nothing,
    /// A route by itself.
    Path { is_named: bool },
    /// Other URLs, from this route on.
    Included { first: usize },
}

/// One pattern and its view.
pub struct Route {
    pub(crate) pattern: Pattern,
    pub(crate) endpoint: Endpoint,
    /// The name of the URL, with its namespaces.
    name: Option<Arc<str>>,
    namespaces: Namespaces,
    /// An earlier route may answer the same.
    is_fallback: bool,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route").field("path", &self.path()).finish_non_exhaustive()
    }
}

/// A view or a page.
pub(crate) enum Endpoint {
    /// A view of the API, with the whole request pipeline.
    Api(Arc<View>),
    /// An HTML page, with Django's CSRF check before it.
    Page(Arc<dyn Page>),
}

/// An HTML page outside of the API, for example a login form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a page",
    label = "implement Page for it, or give a view to `path`: `View::new(\"Name\").get(handler)`"
)]
pub trait Page: Send + Sync + 'static {
    /// Answers the request.
    ///
    /// # Errors
    /// As an API view; an API error is shown as a plain page.
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>>;

    /// The response to a request that fails the CSRF check; the reason is for developers.
    fn csrf_failure(&self, request: &Request, reason: &str) -> Response;

    /// The name in the output of the command `routes`.
    fn name(&self) -> &'static str;

    /// The methods that it answers, as `Allow` names them.
    fn allowed_methods(&self) -> &'static str {
        "GET, HEAD"
    }

    /// The most bytes of a body that the page reads, where that is less than the settings allow.
    fn body_limit(&self) -> Option<usize> {
        None
    }
}

impl Endpoint {
    /// What it reads of a request.
    pub(crate) fn input_rules(&self, request: &Request) -> InputRules {
        match self {
            Self::Api(view) => view.input_rules(request),
            Self::Page(page) => {
                let parsers = Arc::clone(default_parsers());
                InputRules { body_limit: page.body_limit(), parsers, chosen_parser: None, filename: None }
            }
        }
    }
}

impl Urls {
    /// An empty list of URLs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a view at a path: `reports/<int:year>/`.
    #[must_use]
    pub fn path<Kind>(mut self, route: &str, view: impl IntoView<Kind>) -> Self {
        let pattern = Pattern::path(route, &mut self.mistakes);
        self.add(pattern, Endpoint::Api(Arc::new(view.into_view())), None);
        self
    }

    /// Adds a view at the paths of a regular expression of Python: Django's `re_path`. Its named groups are the parameters of the handler. With
    /// `^` and `$` it is the whole path, as in Django. What Rust's `regex` cannot do in linear time (looking around, referring back) stops
    /// the start.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new().re_path(r"^articles/(?P<year>[0-9]{4})/$", View::new("Articles")).name("article-year");
    /// assert_eq!(urls.reverse("article-year", [("year", 2026)])?, "/articles/2026/");
    /// assert_eq!(urls.resolve("/articles/2026/").and_then(|found| found.kwarg("year").map(str::to_owned)).as_deref(), Some("2026"));
    /// assert!(urls.reverse("article-year", [("year", 26)]).is_err());
    /// # Ok::<(), belleville::urls::NoReverseMatch>(())
    /// ```
    #[must_use]
    pub fn re_path<Kind>(mut self, regex: &str, view: impl IntoView<Kind>) -> Self {
        let pattern = Pattern::re_path(regex, true, &mut self.mistakes);
        self.add(pattern, Endpoint::Api(Arc::new(view.into_view())), None);
        self
    }

    /// Names a converter of one's own for the routes of these URLs and of those that they include: `<yyyy:year>`. Django's
    /// `register_converter`; see [`PathConverter`].
    #[must_use]
    pub fn register_converter(mut self, name: &str, converter: impl PathConverter) -> Self {
        if Converter::by_name(name).is_some() || self.converters.iter().any(|known| *known.name == *name) {
            self.mistakes.push(format!("the converter `{name}` is there already: give yours another name"));
            return self;
        }
        let own = OwnConverter { name: name.into(), converter: Arc::new(converter) };
        self.routes.iter_mut().for_each(|route| route.pattern.register(&own));
        self.converters.push(own);
        self
    }

    /// Adds an HTML page at a path.
    #[must_use]
    pub fn page(mut self, route: &str, page: impl Page) -> Self {
        let pattern = Pattern::path(route, &mut self.mistakes);
        self.add(pattern, Endpoint::Page(Arc::new(page)), None);
        self
    }

    /// Names the path before it: `path("articles/<int:pk>/", view).name("article-detail")`. Several routes may have one name,
    /// with other parameters or the same; the last one that fits is written by [`Urls::reverse`].
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        if name.is_empty() || name.contains(':') {
            self.mistakes.push(format!(
                "`{name}` cannot be the name of a URL: it is a text without a colon, which stands between a namespace and a \
                 name (Django's urls.W003)"
            ));
        }
        match (self.last, self.routes.last_mut()) {
            (Last::Path { is_named: false }, Some(route)) => {
                route.name = Some(name.into());
                self.last = Last::Path { is_named: true };
            }
            _ => self.mistakes.push(format!(
                "`.name(\"{name}\")` names nothing: write it behind the `path` or the `page` that it is the name of"
            )),
        }
        self
    }

    /// Gives the path before it further parameters, whose values are no part of the path: the third argument of Django's `path`. Behind
    /// an `include` they are those of each of its paths. A parameter of a path gives way to one of the same name that is given to it, and stays where
    /// it is given by an `include`.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new()
    ///     .path("articles/<int:year>/", View::new("Articles"))
    ///     .name("articles")
    ///     .path("archive/<int:year>/", View::new("Articles"))
    ///     .kwargs([("state", "archived")])
    ///     .name("archive");
    /// let found = urls.resolve("/archive/2026/").expect("it is one of them");
    /// assert_eq!((found.kwarg("year"), found.kwarg("state")), (Some("2026"), Some("archived")));
    /// assert_eq!(urls.reverse("archive", [("year", 2026)])?, "/archive/2026/");
    /// # Ok::<(), belleville::urls::NoReverseMatch>(())
    /// ```
    #[must_use]
    pub fn kwargs<'a>(mut self, kwargs: impl Kwargs<'a>) -> Self {
        let (first, is_path) = match self.last {
            Last::Path { .. } => (self.routes.len() - 1, true),
            Last::Included { first } => (first, false),
            Last::Nothing => {
                self.mistakes.push(
                    "`.kwargs(..)` gives parameters to nothing: write it behind the `path` or the `include` that has them"
                        .to_owned(),
                );
                return self;
            }
        };
        let kwargs = kwargs.into_kwargs();
        for route in &mut self.routes[first..] {
            if is_path { route.pattern.give(&kwargs) } else { route.pattern.give_included(&kwargs) }
        }
        self
    }

    /// Names the application that the URLs are of: Django's `app_name`. Where they are included without a
    /// [`namespace`](Self::namespace) it is that too. URLs of one application may be included several times, in a namespace each:
    /// [`Urls::reverse`] finds the right one by the name of the application.
    #[must_use]
    pub fn app_name(mut self, app_name: &str) -> Self {
        self.check_namespace(app_name);
        self.app_name = Some(app_name.into());
        self
    }

    /// Puts all names into a namespace: `article-detail` of the namespace `news` is `news:article-detail`. Django's
    /// `include((patterns, app_name), namespace="news")`, where the name of the application is this one too, if none is said by
    /// [`app_name`](Self::app_name).
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.check_namespace(namespace);
        let app_name = self.app_name.take().unwrap_or_else(|| namespace.into());
        for route in &mut self.routes {
            route.name = route.name.as_ref().map(|inner| format!("{namespace}:{inner}").into());
            route.namespaces.wrap(&app_name, namespace);
        }
        self
    }

    fn check_namespace(&mut self, namespace: &str) {
        if namespace.is_empty() || namespace.contains(':') {
            self.mistakes.push(format!("`{namespace}` cannot be a namespace: it is a text without a colon"));
        }
    }

    /// The URLs with the namespace that they have where nobody says another.
    fn included(self) -> Self {
        match self.app_name.clone() {
            Some(app_name) => self.namespace(&app_name),
            None => self,
        }
    }

    /// Adds to each route one that also takes a format suffix: `snippets.json` beside `snippets/`. DRF's
    /// `format_suffix_patterns`.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new().path("snippets/", View::new("Snippets")).name("snippet-list").format_suffix_patterns();
    /// assert!(urls.view_at("snippets.json").is_some());
    /// assert_eq!(urls.reverse("snippet-list", [("format", "json")])?, "/snippets.json/");
    /// # Ok::<(), belleville::urls::NoReverseMatch>(())
    /// ```
    #[must_use]
    pub fn format_suffix_patterns(self) -> Self {
        self.with_suffixes(&Arc::default())
    }

    /// The same with these formats alone: DRF's `allowed`. A path with another one is a 404, whatever the renderers of its view are.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new().path("snippets/", View::new("Snippets")).allowed_format_suffix_patterns(["json", "html"]);
    /// assert!(urls.view_at("snippets.json").is_some());
    /// assert!(urls.view_at("snippets.xml").is_none());
    /// ```
    #[must_use]
    pub fn allowed_format_suffix_patterns<'a>(self, allowed: impl IntoIterator<Item = &'a str>) -> Self {
        self.with_suffixes(&allowed.into_iter().map(str::to_owned).collect())
    }

    fn with_suffixes(mut self, formats: &Arc<[String]>) -> Self {
        self.last = Last::Nothing;
        self.routes = self.routes.into_iter().flat_map(|route| route.with_suffix(formats)).collect();
        self
    }

    /// Adds other URLs under a prefix: `api/`.
    #[must_use]
    pub fn include(mut self, prefix: &str, urls: Urls) -> Self {
        let prefix = Pattern::prefix(prefix, &mut self.mistakes);
        self.include_under(&prefix, urls)
    }

    /// Adds other URLs under the paths of a regular expression: `^(?P<year>[0-9]{4})/`. Django's `re_path(.., include(..))`.
    #[must_use]
    pub fn re_include(mut self, regex: &str, urls: Urls) -> Self {
        let prefix = Pattern::re_path(regex, false, &mut self.mistakes);
        self.include_under(&prefix, urls)
    }

    fn include_under(mut self, prefix: &Pattern, urls: Urls) -> Self {
        let urls = urls.included();
        self.mistakes.extend(urls.mistakes);
        self.last = Last::Included { first: self.routes.len() };
        for mut route in urls.routes {
            route.pattern = route.pattern.under(prefix);
            self.converters.iter().for_each(|own| route.pattern.register(own));
            self.routes.push(route);
        }
        self
    }

    /// Adds URLs for paths that the others don't match. Routes of both for the same path are no mistake: the earlier
    /// ones win.
    #[must_use]
    pub fn fallback(mut self, urls: Urls) -> Self {
        let urls = urls.included();
        self.mistakes.extend(urls.mistakes);
        self.last = Last::Nothing;
        self.routes.extend(urls.routes.into_iter().map(|route| Route { is_fallback: true, ..route }));
        self
    }

    /// A router's pattern, which stops a name at a dot.
    pub(crate) fn router_pattern(&mut self, route: &str) -> Pattern {
        Pattern::route(route, &mut self.mistakes)
    }

    /// Adds a router's route.
    pub(crate) fn push(&mut self, pattern: Pattern, name: Arc<str>, view: &Arc<View>) {
        self.add(pattern, Endpoint::Api(Arc::clone(view)), Some(name));
    }

    pub(crate) fn push_mistake(&mut self, mistake: String) {
        self.mistakes.push(mistake);
    }

    fn add(&mut self, mut pattern: Pattern, endpoint: Endpoint, name: Option<Arc<str>>) {
        self.last = if name.is_none() { Last::Path { is_named: false } } else { Last::Nothing };
        self.converters.iter().for_each(|own| pattern.register(own));
        let namespaces = Namespaces::default();
        self.routes.push(Route { pattern, endpoint, name, namespaces, is_fallback: false });
    }

    /// Mistakes in the routes, each with how to fix it. A program with any of them does not start.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = self.mistakes.clone();
        let routes = || self.routes.iter().filter(|route| !route.is_format_suffix());
        mistakes.extend(routes().filter_map(|route| route.pattern.mistake()));
        for route in routes() {
            if let Some(name) = route.pattern.repeated_name() {
                mistakes.push(format!(
                    "the route `{}` has the name `{name}` twice: give one of them another name",
                    route.path()
                ));
            }
        }
        for route in routes() {
            let kwarg = route.view().and_then(View::object_kwarg);
            if let Some(kwarg) = kwarg.filter(|kwarg| !route.pattern.gives(kwarg)) {
                mistakes.push(format!(
                    "the route `{}` leads to one object of {}, and does not say which: it needs the parameter `<{kwarg}>`",
                    route.path(),
                    route.name()
                ));
            }
        }
        let all: Vec<&Route> = routes().collect();
        for (index, route) in
            all.iter().enumerate().filter(|(_, route)| route.is_plain() && !route.is_fallback)
        {
            let path = route.path();
            let hides = |earlier: &&&Route| {
                !earlier.is_plain() && earlier.pattern.matches(path.trim_start_matches('/')).is_some()
            };
            if let Some(earlier) = all[..index].iter().find(hides) {
                mistakes.push(hidden(earlier, route));
            }
        }
        let mut seen: HashMap<String, &Route> = HashMap::new();
        for route in routes() {
            match seen.entry(route.pattern.shape()) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(route);
                }
                std::collections::hash_map::Entry::Occupied(first) if !route.is_fallback => {
                    mistakes.push(same(first.get(), route));
                }
                std::collections::hash_map::Entry::Occupied(_) => {}
            }
        }
        mistakes
    }

    /// Works out the policies of each view, once, at start: what it says of them, and where it says nothing, the defaults.
    pub fn resolve_policies(&self, defaults: &CompletePolicies, registry: &Registry) {
        self.routes.iter().filter_map(Route::view).for_each(|view| view.resolve(defaults, registry));
    }

    /// The patterns, in order.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The view of the API at a path.
    pub fn view_at(&self, path: &str) -> Option<&View> {
        match self.matched(path.strip_prefix('/').unwrap_or(path))? {
            (Endpoint::Api(view), _) => Some(view),
            (Endpoint::Page(_), _) => None,
        }
    }

    /// The view of a path (without its leading slash), and the parameters in the path.
    pub(crate) fn matched(&self, path: &str) -> Option<(&Endpoint, RouteMatch)> {
        self.routes.iter().find_map(|route| {
            let mut found = route.pattern.matches(path)?;
            found.name = route.name.clone();
            found.namespaces = route.namespaces.clone();
            if let Endpoint::Api(view) = &route.endpoint {
                found.endpoint = Some(Arc::clone(view) as _);
                found.model = view.model();
            }
            Some((&route.endpoint, found))
        })
    }
}

impl Request {
    /// The URLs of the program.
    pub fn urls(&self) -> &Urls {
        static NONE: LazyLock<Urls> = LazyLock::new(Urls::new);
        self.services().get::<Arc<Urls>>().map_or(&NONE, |urls| urls)
    }
}

/// The mistake of a path that an earlier route with parameters takes: no request reaches it.
fn hidden(earlier: &Route, route: &Route) -> String {
    format!(
        "no request reaches `{}` ({}): `{}` ({}) stands before it and takes this path too: write `{}` first",
        route.path(),
        route.name(),
        earlier.path(),
        earlier.name(),
        route.path()
    )
}

/// The mistake of two routes for the same path: the second one is never reached.
fn same(first: &Route, second: &Route) -> String {
    format!(
        "two routes answer `{}`: {}, and then {}, which no request reaches: remove one, or give one view the methods of \
         both, `View::new(..).get(..).post(..)`",
        second.path(),
        first.name(),
        second.name()
    )
}

impl Route {
    /// The route, and the same with a format suffix where it is a view's.
    fn with_suffix(self, formats: &Arc<[String]>) -> impl Iterator<Item = Self> + use<> {
        let suffixed = match &self.endpoint {
            Endpoint::Api(view) if !self.is_format_suffix() => Some(Self {
                pattern: self.pattern.with_suffix(Suffix::Path).with_formats(formats),
                endpoint: Endpoint::Api(Arc::clone(view)),
                name: self.name.clone(),
                namespaces: self.namespaces.clone(),
                is_fallback: self.is_fallback,
            }),
            _ => None,
        };
        [self].into_iter().chain(suffixed)
    }

    /// The pattern, as it was written.
    pub fn path(&self) -> String {
        self.pattern.to_string()
    }

    /// The name of the URL with its namespaces, where it has one: `news:article-detail`.
    pub fn url_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The path before and after the only parameter, when that has this name.
    pub fn around(&self, kwarg: &str) -> Option<(String, String)> {
        self.pattern.around(kwarg, &[]).map(|around| (around.before, around.after))
    }

    /// The view, when the route belongs to the API.
    pub fn view(&self) -> Option<&View> {
        match &self.endpoint {
            Endpoint::Api(view) => Some(view),
            Endpoint::Page(_) => None,
        }
    }

    /// The name of the view or page.
    pub fn name(&self) -> &str {
        match &self.endpoint {
            Endpoint::Api(view) => view.class_name(),
            Endpoint::Page(page) => page.name(),
        }
    }

    /// The methods that are answered here.
    pub fn methods(&self) -> Vec<&str> {
        match &self.endpoint {
            Endpoint::Api(view) => view.allowed_methods().collect(),
            Endpoint::Page(page) => page.allowed_methods().split(", ").collect(),
        }
    }

    /// The namespaces of the URL, the outermost first, with colons between them.
    pub fn namespace(&self) -> Option<&str> {
        self.namespaces.instances()
    }

    /// The applications of these namespaces, with colons between them.
    pub fn app_name(&self) -> Option<&str> {
        self.namespaces.applications()
    }

    /// Whether the pattern is a path: one without parameters.
    pub fn is_plain(&self) -> bool {
        self.pattern.is_plain()
    }

    /// Whether it is the variant of another route with a format suffix.
    pub fn is_format_suffix(&self) -> bool {
        self.pattern.suffix.is_some()
    }
}
