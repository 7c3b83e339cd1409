//! Routers: the URLs of viewsets.

use std::collections::HashSet;
use std::sync::Arc;

use belleville_http::json::JsonWriter;
use belleville_http::suggest::did_you_mean;

use crate::request::Request;
use crate::response::Response;
use crate::urls::{Pattern, Suffix, Urls};
use crate::views::View;
use crate::viewsets::{ExtraAction, ExtraActions, IntoViewSet, OwnView, ViewSetViews};

/// List and detail URLs of each viewset: `projects/` and `projects/<pk>/`.
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
    /// What stands before each prefix: the path of the object that a nested router is below.
    base: String,
    mistakes: Vec<String>,
}

#[derive(Debug)]
struct Registered {
    prefix: String,
    views: ViewSetViews,
    basename: Option<String>,
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
        let mut views = viewset.into_views();
        let basename = views.basename.take();
        self.registered.push(Registered { prefix: prefix.to_owned(), views, basename });
        self
    }

    /// Sets what the names of the last viewset's URLs begin with, instead of the model's name. Two viewsets of one model
    /// need this: `router.register("drafts", DraftViewSet).basename("draft")`.
    pub fn basename(&mut self, basename: &str) -> &mut Self {
        if let Some(last) = self.registered.last_mut() {
            last.basename = Some(basename.to_owned());
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
        self.mistakes.into_iter().for_each(|mistake| urls.push_mistake(mistake));
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
            let Some(basename) = basename else {
                urls.push_mistake(no_basename(&prefix, views.class));
                continue;
            };
            // Under an empty prefix a path begins with the key, as in DRF.
            let list = if prefix.is_empty() { self.base.clone() } else { format!("{}{prefix}/", self.base) };
            let detail = format!("{list}{}/", views.lookup.parameter());
            let mut add = |path: &str, name: &str, view: View| {
                let path = path.trim_end_matches('/');
                let slash = if path.is_empty() { "" } else { slash };
                let pattern = urls.router_pattern(&format!("{path}{slash}"));
                routes.push(NamedRoute {
                    pattern,
                    name: format!("{basename}-{name}").into(),
                    view: Arc::new(view),
                });
            };
            let (own_of_detail, own_of_list): (Vec<OwnView>, _) =
                views.own.into_iter().partition(|own| own.is_detail);
            for (path, name, view, all) in
                [(&list, "list", views.list, own_of_list), (&detail, "detail", views.detail, own_of_detail)]
            {
                let extra = |own: &OwnView| ExtraAction {
                    name: own.view.view_name().to_owned(),
                    url_name: format!("{basename}-{}", own.url_name),
                };
                let extra_actions: ExtraActions = all.iter().map(extra).collect();
                let with_extra = |mut view: View| {
                    view.extra_actions = Arc::clone(&extra_actions);
                    view
                };
                if let Some(view) = view {
                    add(path, name, with_extra(view));
                }
                for own in all {
                    add(&format!("{path}{}", own.url_path), &own.url_name, with_extra(own.view));
                }
            }
            if !seen.insert(basename.clone()) {
                urls.push_mistake(same_basename(&prefix, &basename));
            }
        }
        routes
    }
}

impl AsRef<SimpleRouter> for SimpleRouter {
    fn as_ref(&self) -> &SimpleRouter {
        self
    }
}

/// A router below an object of another router's viewset, in the way of drf-nested-routers: `papers/<paper_pk>/remarks/`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// # use belleville::{serializers::ModelSerializer, viewsets::ModelViewSet};
/// # use belleville_auth::models::{Group, User};
/// # #[derive(ModelSerializer)]
/// # #[serializer(model = User, fields = [id, username])]
/// # struct UserSerializer;
/// # struct UserViewSet;
/// # impl ModelViewSet for UserViewSet {
/// #     type Model = User;
/// #     type Serializer = UserSerializer;
/// # }
/// # #[derive(ModelSerializer)]
/// # #[serializer(model = Group, fields = [id, name])]
/// # struct GroupSerializer;
/// # struct GroupViewSet;
/// # impl ModelViewSet for GroupViewSet {
/// #     type Model = Group;
/// #     type Serializer = GroupSerializer;
/// # }
/// use belleville::routers::{NestedSimpleRouter, SimpleRouter};
/// use belleville::urls::Urls;
///
/// let mut router = SimpleRouter::new();
/// router.register("users", UserViewSet);
/// let mut groups = NestedSimpleRouter::new(&router, "users", "user");
/// groups.register("groups", GroupViewSet).basename("user-group");
/// let urls = Urls::new().include("", router.urls()).include("", groups.urls());
/// assert_eq!(urls.reverse("user-group-list", [("user_pk", "1")])?, "/users/1/groups/");
/// # Ok::<(), belleville::urls::NoReverseMatch>(())
/// ```
///
/// The parameter is the name that is given here, with that of the parent behind it; `request.kwarg("user_pk")` reads it. A nested
/// router may be the parent of another.
#[derive(Debug, Default)]
pub struct NestedSimpleRouter {
    router: SimpleRouter,
}

impl NestedSimpleRouter {
    /// A router below the objects that the parent has under a prefix, with what the name of their parameter begins with.
    pub fn new(parent: &impl AsRef<SimpleRouter>, prefix: &str, lookup: &str) -> Self {
        let parent = parent.as_ref();
        let mut router = SimpleRouter { without_slash: parent.without_slash, ..SimpleRouter::new() };
        match parent.registered.iter().find(|one| one.prefix == prefix) {
            Some(one) => {
                let parameter = one.views.lookup.parameter_named(&format!("{lookup}_"));
                router.base = format!("{}{prefix}/{parameter}/", parent.base);
            }
            None => router.mistakes.push(format!(
                "the nested router is below `{prefix}`, and its parent has no such prefix{}",
                did_you_mean(prefix, parent.registered.iter().map(|one| one.prefix.as_str()))
            )),
        }
        Self { router }
    }

    /// As [`SimpleRouter::register`].
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
        self.router.urls()
    }
}

impl AsRef<SimpleRouter> for NestedSimpleRouter {
    fn as_ref(&self) -> &SimpleRouter {
        &self.router
    }
}

/// Where the names of URLs are not the model's.
fn no_basename(prefix: &str, class: &str) -> String {
    format!(
        "the router does not know what the names of the URLs of {class} begin with, which has no model: say it, \
         `router.register(\"{prefix}\", {class}).basename(\"..\")`"
    )
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
    root: Root,
    without_suffixes: bool,
}

/// What becomes of the root.
#[derive(Default)]
enum Root {
    #[default]
    Usual,
    Changed(Box<dyn FnOnce(View) -> View>),
    Nothing,
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Root")
    }
}

impl AsRef<SimpleRouter> for DefaultRouter {
    fn as_ref(&self) -> &SimpleRouter {
        &self.router
    }
}

impl DefaultRouter {
    /// A router without viewsets.
    pub fn new() -> Self {
        Self::default()
    }

    /// A router whose URLs don't end with a slash.
    pub fn without_trailing_slash() -> Self {
        Self { router: SimpleRouter::without_trailing_slash(), ..Self::default() }
    }

    /// Changes the root: `router.root(|view| view.name("Papers").permission_classes(AllowAny))`.
    pub fn root(&mut self, change: impl FnOnce(View) -> View + 'static) -> &mut Self {
        self.root = Root::Changed(Box::new(change));
        self
    }

    /// Leaves out the root: DRF's `include_root_view = False`.
    pub fn without_root(&mut self) -> &mut Self {
        self.root = Root::Nothing;
        self
    }

    /// Leaves out the URLs with format suffixes: DRF's `include_format_suffixes = False`.
    pub fn without_format_suffixes(&mut self) -> &mut Self {
        self.without_suffixes = true;
        self
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
        let lists = lists
            .filter_map(|one| Some((one.prefix.clone(), format!("{}-list", one.basename.as_deref()?))))
            .collect();
        let mut routes = self.router.routes(&mut urls);
        let root = ApiRoot { lists }.into_view();
        let root = match self.root {
            Root::Usual => Some(root),
            Root::Changed(change) => Some(change(root)),
            Root::Nothing => None,
        };
        routes.extend(root.map(|root| NamedRoute {
            pattern: urls.router_pattern(""),
            name: "api-root".into(),
            view: Arc::new(root),
        }));
        for NamedRoute { pattern, name, view } in &routes {
            urls.push(pattern.clone(), Arc::clone(name), view);
        }
        for NamedRoute { pattern, name, view } in routes.iter().filter(|_| !self.without_suffixes) {
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
