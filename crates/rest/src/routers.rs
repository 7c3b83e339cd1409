//! Routers: the URLs of viewsets.

use std::collections::HashSet;
use std::sync::Arc;

use belleville_http::json::JsonWriter;

use crate::request::Request;
use crate::response::Response;
use crate::urls::{Pattern, Suffix, Urls};
use crate::views::View;
use crate::viewsets::{IntoViewSet, ViewSetViews};

/// List and detail URLs of each viewset: `projects/` and `projects/<pk>/`.
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
/// use belleville::routers::SimpleRouter;
///
/// let mut router = SimpleRouter::new();
/// router.register("users", UserViewSet);
/// let urls = router.urls();
/// assert!(urls.view_at("users/").is_some());
/// assert!(urls.view_at("users/1/").is_some());
/// ```
///
/// The URLs have names: `user-list` and `user-detail`, of the model's name in lower case or of the [`basename`](Self::basename).
/// The parameter is `pk`, or what the viewset's [`Lookup`](crate::viewsets::Lookup) says.
#[derive(Debug, Default)]
pub struct SimpleRouter {
    registered: Vec<Registered>,
    without_slash: bool,
}

#[derive(Debug)]
struct Registered {
    prefix: String,
    views: ViewSetViews,
    basename: String,
}

/// A route with its name.
struct NamedRoute {
    pattern: Pattern,
    name: Arc<str>,
    view: Arc<View>,
}

impl SimpleRouter {
    /// A router whose URLs end with a slash.
    pub fn new() -> Self {
        Self::default()
    }

    /// A router whose URLs don't end with a slash.
    pub fn without_trailing_slash() -> Self {
        Self { without_slash: true, ..Self::default() }
    }

    /// Adds a viewset under a prefix: `router.register("projects", ProjectViewSet)`.
    pub fn register<Kind>(&mut self, prefix: &str, viewset: impl IntoViewSet<Kind>) -> &mut Self {
        let views = viewset.into_views();
        let basename = views.model.name.to_lowercase();
        self.registered.push(Registered { prefix: prefix.to_owned(), views, basename });
        self
    }

    /// Sets what the names of the last viewset's URLs begin with, instead of the model's name. Two viewsets of one model
    /// need this: `router.register("drafts", DraftViewSet).basename("draft")`.
    pub fn basename(&mut self, basename: &str) -> &mut Self {
        if let Some(last) = self.registered.last_mut() {
            last.basename = basename.to_owned();
        }
        self
    }

    /// The URLs.
    pub fn urls(self) -> Urls {
        let mut urls = Urls::new();
        for route in self.routes(&mut urls) {
            urls.push(route.pattern, route.name, &route.view);
        }
        urls
    }

    fn routes(self, urls: &mut Urls) -> Vec<NamedRoute> {
        let slash = if self.without_slash { "" } else { "/" };
        let mut routes = Vec::new();
        let mut seen = HashSet::new();
        for Registered { prefix, views, basename } in self.registered {
            let wanted = prefix.trim_matches('/');
            if prefix != wanted {
                urls.push_mistake(format!(
                    "the router has the prefix `{prefix}`, to which it adds the slashes itself: \
                     `router.register(\"{wanted}\", ..)`"
                ));
                continue;
            }
            // Under an empty prefix a path begins with the key, as in DRF.
            let parameter = views.lookup.parameter();
            let (list, detail) = match prefix.as_str() {
                "" => (String::new(), format!("{parameter}{slash}")),
                prefix => (format!("{prefix}{slash}"), format!("{prefix}/{parameter}{slash}")),
            };
            for (route, kind, view) in [(list, "list", views.list), (detail, "detail", views.detail)] {
                let Some(view) = view else { continue };
                let name = format!("{basename}-{kind}").into();
                routes.push(NamedRoute { pattern: urls.router_pattern(&route), name, view: Arc::new(view) });
            }
            if !seen.insert(basename.clone()) {
                urls.push_mistake(same_basename(&prefix, &basename));
            }
        }
        routes
    }
}

/// DRF's "Router with basename .. is already registered".
fn same_basename(prefix: &str, basename: &str) -> String {
    format!(
        "the router has two viewsets with the basename `{basename}`, so that their URLs would have the same names: give \
         one of them another, `router.register(\"{prefix}\", ..).basename(\"..\")`"
    )
}

/// A [`SimpleRouter`] with a root that lists the viewsets, and format suffixes: `projects.json`.
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
/// use belleville::routers::DefaultRouter;
/// use belleville::urls::Urls;
///
/// let mut router = DefaultRouter::new();
/// router.register("users", UserViewSet);
/// let urls = Urls::new().include("api/", router.urls());
/// assert!(urls.view_at("api/").is_some());
/// assert!(urls.view_at("api/users.json").is_some());
/// ```
#[derive(Debug, Default)]
pub struct DefaultRouter {
    router: SimpleRouter,
}

impl DefaultRouter {
    /// A router without viewsets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a viewset under a prefix: `router.register("projects", ProjectViewSet)`.
    pub fn register<Kind>(&mut self, prefix: &str, viewset: impl IntoViewSet<Kind>) -> &mut Self {
        self.router.register(prefix, viewset);
        self
    }

    /// As [`SimpleRouter::basename`].
    pub fn basename(&mut self, basename: &str) -> &mut Self {
        self.router.basename(basename);
        self
    }

    /// The URLs.
    pub fn urls(self) -> Urls {
        let mut urls = Urls::new();
        let lists = self.router.registered.iter();
        let lists = lists.map(|one| (one.prefix.clone(), format!("{}-list", one.basename))).collect();
        let mut routes = self.router.routes(&mut urls);
        routes.push(NamedRoute {
            pattern: urls.router_pattern(""),
            name: "api-root".into(),
            view: Arc::new(ApiRoot { lists }.into_view()),
        });
        for NamedRoute { pattern, name, view } in &routes {
            urls.push(pattern.clone(), Arc::clone(name), view);
        }
        for NamedRoute { pattern, name, view } in &routes {
            urls.push(pattern.with_suffix(Suffix::Router), Arc::clone(name), view);
        }
        urls
    }
}

/// The root: each prefix with the absolute URL of its list.
struct ApiRoot {
    /// The prefixes with the names of the lists.
    lists: Vec<(String, String)>,
}

impl ApiRoot {
    fn into_view(self) -> View {
        View::new("Api Root")
            .class("APIRootView")
            .description("The default basic root view for DefaultRouter")
            .get(move |request: &Request| Response::json(200, self.links(request)))
    }

    /// The lists are in the namespace of the root, and have the parameters and the format suffix of its path. What has no URL
    /// with these is left out, as in DRF: a viewset without a list.
    fn links(&self, request: &Request) -> Vec<u8> {
        let namespace = request.url_name().and_then(|name| name.rsplit_once(':'));
        let namespace = namespace.map(|(namespace, _)| format!("{namespace}:")).unwrap_or_default();
        let format = request.format_suffix().map(|format| ("format", format));
        let kwargs: Vec<(&str, &str)> = request.kwargs().chain(format).collect();
        JsonWriter::object_of(|object| {
            for (prefix, name) in &self.lists {
                if let Ok(url) = request.reverse(&format!("{namespace}{name}"), kwargs.clone()) {
                    object.key(prefix).text(&url);
                }
            }
        })
    }
}
