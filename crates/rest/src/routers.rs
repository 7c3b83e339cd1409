//! Routers: the URLs of viewsets.

use std::sync::Arc;

use belleville_http::json::JsonWriter;

use crate::request::Request;
use crate::response::Response;
use crate::urls::{Pattern, Urls};
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
#[derive(Debug, Default)]
pub struct SimpleRouter {
    registered: Vec<(String, ViewSetViews)>,
    without_slash: bool,
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
        self.registered.push((prefix.to_owned(), viewset.into_views()));
        self
    }

    /// The URLs.
    pub fn urls(self) -> Urls {
        let mut urls = Urls::new();
        for (pattern, view) in self.patterns(&mut urls) {
            urls.push(pattern, &view);
        }
        urls
    }

    fn patterns(self, urls: &mut Urls) -> Vec<(Pattern, Arc<View>)> {
        let slash = if self.without_slash { "" } else { "/" };
        let mut patterns = Vec::new();
        for (prefix, views) in self.registered {
            let wanted = prefix.trim_matches('/');
            if prefix != wanted {
                urls.push_mistake(format!(
                    "the router has the prefix `{prefix}`, to which it adds the slashes itself: \
                     `router.register(\"{wanted}\", ..)`"
                ));
                continue;
            }
            // Under an empty prefix a path begins with the key, as in DRF.
            let (list, detail) = match prefix.as_str() {
                "" => (String::new(), format!("<pk>{slash}")),
                prefix => (format!("{prefix}{slash}"), format!("{prefix}/<pk>{slash}")),
            };
            if let Some(view) = views.list {
                patterns.push((urls.router_pattern(&list), Arc::new(view)));
            }
            if let Some(view) = views.detail {
                patterns.push((urls.router_pattern(&detail), Arc::new(view)));
            }
        }
        patterns
    }
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

    /// The URLs.
    pub fn urls(self) -> Urls {
        let prefixes = self.router.registered.iter().filter(|(_, views)| views.list.is_some());
        let root = ApiRoot { prefixes: prefixes.map(|(prefix, _)| prefix.clone()).collect() };
        let root = View::new("Api Root")
            .class("APIRootView")
            .description("The default basic root view for DefaultRouter")
            .get(move |request: &Request| Response::json(200, root.links(request)));
        let mut urls = Urls::new();
        let mut patterns = self.router.patterns(&mut urls);
        patterns.push((urls.router_pattern(""), Arc::new(root)));
        for (pattern, view) in &patterns {
            urls.push(pattern.clone(), view);
        }
        for (pattern, view) in &patterns {
            urls.push_suffixed(pattern, view);
        }
        urls
    }
}

/// The root: each prefix with its absolute URL.
struct ApiRoot {
    prefixes: Vec<String>,
}

impl ApiRoot {
    /// A format suffix and `?format=` are handed on to the links.
    fn links(&self, request: &Request) -> Vec<u8> {
        let path = request.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let format = request.format_suffix();
        let base = match format {
            Some(format) => path.trim_end_matches('/').strip_suffix(&format!(".{format}")).unwrap_or(path),
            None => path,
        };
        let end = format.map_or_else(|| "/".to_owned(), |format| format!(".{format}"));
        let query = match request.query_params().get("format") {
            Some(format) => format!("?format={}", belleville_http::uri::quote_plus(format)),
            None => String::new(),
        };
        JsonWriter::object_of(|object| {
            for prefix in &self.prefixes {
                let url = request.build_absolute_uri(&format!("/{base}{prefix}{end}{query}"));
                object.key(prefix).text(&url);
            }
        })
    }
}
