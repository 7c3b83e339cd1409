//! From a path to its route: Django's `resolve`, and how DRF reads a hyperlink.

use belleville_http::uri;

use super::{Route, Urls};
use crate::request::RouteMatch;

/// The route of a path, and the parameters in the path: Django's `ResolverMatch`.
pub struct ResolverMatch<'a> {
    route: &'a Route,
    found: RouteMatch,
}

impl std::fmt::Debug for ResolverMatch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResolverMatch").field("route", self.route).finish_non_exhaustive()
    }
}

impl<'a> ResolverMatch<'a> {
    /// The route.
    pub fn route(&self) -> &'a Route {
        self.route
    }

    /// The name of the URL with its namespaces, where it has one: Django's `view_name`.
    pub fn url_name(&self) -> Option<&'a str> {
        self.route.url_name()
    }

    /// The namespaces of the URL, the outermost first, with colons between them: Django's `namespace`.
    pub fn namespace(&self) -> Option<&'a str> {
        self.route.namespace()
    }

    /// The applications of these namespaces: Django's `app_name`.
    pub fn app_name(&self) -> Option<&'a str> {
        self.route.app_name()
    }

    /// A part of the path by its name in the pattern.
    pub fn kwarg(&self, name: &str) -> Option<&str> {
        self.kwargs().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The parts of the path by their names in the pattern, in its order. A format suffix is not among them.
    pub fn kwargs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.found.kwargs.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// The format suffix of the path: `json` of `/articles.json`.
    pub fn format_suffix(&self) -> Option<&str> {
        self.found.format.as_deref()
    }
}

impl Urls {
    /// The route of a path, which begins with a slash and is not percent-encoded: Django's `resolve`.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new().path("articles/<int:pk>/", View::new("Article")).name("article-detail");
    /// let found = urls.resolve("/articles/7/").expect("it is one of them");
    /// assert_eq!((found.url_name(), found.kwarg("pk")), (Some("article-detail"), Some("7")));
    /// assert!(urls.resolve("/articles/seven/").is_none());
    /// ```
    pub fn resolve(&self, path: &str) -> Option<ResolverMatch<'_>> {
        let path = path.strip_prefix('/')?;
        self.routes
            .iter()
            .find_map(|route| Some(ResolverMatch { route, found: route.pattern.matches(path)? }))
    }

    /// The route of a URL that a client sends for an object, as DRF's `HyperlinkedRelatedField` reads it: whichever host an
    /// absolute URL names, its path counts, without a query; a path alone may have none. What is percent-encoded is decoded.
    pub fn resolve_hyperlink(&self, url: &str) -> Option<ResolverMatch<'_>> {
        self.resolve(&uri::path_of_hyperlink(url))
    }
}
