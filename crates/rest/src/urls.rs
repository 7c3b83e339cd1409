//! URLs: patterns of paths and what answers them, in order; the first that fits wins, as in Django.

use std::sync::Arc;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::request::{Request, RouteMatch};
use crate::response::Response;
use crate::views::View;

/// The URLs of a program.
#[derive(Debug, Default)]
pub struct Urls {
    routes: Vec<Route>,
}

/// One pattern and what answers it.
pub struct Route {
    pub(crate) pattern: Pattern,
    pub(crate) endpoint: Endpoint,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route").field("path", &self.path()).finish_non_exhaustive()
    }
}

/// What answers a request.
pub(crate) enum Endpoint {
    /// A view of the API, through the corridor.
    Api(Arc<View>),
    /// A page for people, with Django's CSRF check before it.
    Page(Arc<dyn Page>),
}

/// A plain page, outside the API: a login form.
pub trait Page: Send + Sync + 'static {
    /// Answers the request.
    ///
    /// # Errors
    /// As an API view; an API error is shown as a plain page.
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>>;

    /// What a request that fails the CSRF check is answered with; the reason is for developers.
    fn csrf_failure(&self, request: &Request, reason: &str) -> Response;

    /// The name by which `routes` lists it.
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
    fn body_limit(&self) -> Option<usize> {
        match self {
            Self::Api(view) => view.body_limit,
            Self::Page(page) => page.body_limit(),
        }
    }
}

impl Urls {
    /// No URLs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A view at a path: `reports/<year>/`. A name in angle brackets takes everything up to the next slash.
    #[must_use]
    pub fn path(mut self, pattern: &str, view: View) -> Self {
        self.routes.push(Route { pattern: Pattern::path(pattern), endpoint: Endpoint::Api(Arc::new(view)) });
        self
    }

    /// A plain page at a path.
    #[must_use]
    pub fn page(mut self, pattern: &str, page: impl Page) -> Self {
        self.routes.push(Route { pattern: Pattern::path(pattern), endpoint: Endpoint::Page(Arc::new(page)) });
        self
    }

    /// Other URLs under a prefix: `api/`.
    #[must_use]
    pub fn include(mut self, prefix: &str, urls: Urls) -> Self {
        self.routes.extend(urls.routes.into_iter().map(|mut route| {
            route.pattern = route.pattern.under(prefix);
            route
        }));
        self
    }

    pub(crate) fn push(&mut self, pattern: Pattern, view: &Arc<View>) {
        self.routes.push(Route { pattern, endpoint: Endpoint::Api(Arc::clone(view)) });
    }

    /// The patterns, in order.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The view of the API at a path.
    pub fn view_at(&self, path: &str) -> Option<&View> {
        match self.resolve(path.strip_prefix('/').unwrap_or(path))? {
            (Endpoint::Api(view), _) => Some(view),
            (Endpoint::Page(_), _) => None,
        }
    }

    /// What answers a path (without its leading slash), and what the path says.
    pub(crate) fn resolve(&self, path: &str) -> Option<(&Endpoint, RouteMatch)> {
        self.routes.iter().find_map(|route| {
            let mut found = route.pattern.matches(path)?;
            if let Endpoint::Api(view) = &route.endpoint {
                found.view = Some(Arc::clone(view));
            }
            found.body_limit = route.endpoint.body_limit();
            Some((&route.endpoint, found))
        })
    }
}

impl Route {
    /// The pattern, as it was written.
    pub fn path(&self) -> String {
        self.pattern.to_string()
    }

    /// The view, when the route belongs to the API.
    pub fn view(&self) -> Option<&View> {
        match &self.endpoint {
            Endpoint::Api(view) => Some(view),
            Endpoint::Page(_) => None,
        }
    }

    /// The name of what answers.
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

    /// Whether the pattern is a path: one without parameters.
    pub fn is_plain(&self) -> bool {
        !self.is_format_suffix() && !self.path().contains('<')
    }

    /// Whether it is the variant of another route that takes a format suffix.
    pub fn is_format_suffix(&self) -> bool {
        self.pattern.suffix
    }
}

/// A pattern of paths.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
    /// A format suffix (`.json`) follows, and perhaps a slash.
    suffix: bool,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    /// Everything up to the next slash and, in a router's patterns, the next dot.
    Name {
        name: Arc<str>,
        dots: bool,
    },
}

impl Pattern {
    /// Django's `path()`: a name takes dots too.
    pub(crate) fn path(pattern: &str) -> Self {
        Self::parsed(pattern, true)
    }

    /// A router's pattern: a name stops at a dot, where a format suffix begins.
    pub(crate) fn route(pattern: &str) -> Self {
        Self::parsed(pattern, false)
    }

    fn parsed(pattern: &str, dots: bool) -> Self {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some((literal, after)) = rest.split_once('<') {
            push_literal(&mut parts, literal);
            let (name, after) = after.split_once('>').unwrap_or((after, ""));
            let name = name.strip_prefix("str:").unwrap_or(name);
            parts.push(Part::Name { name: name.into(), dots });
            rest = after;
        }
        push_literal(&mut parts, rest);
        Self { parts, suffix: false }
    }

    /// The same path with a format suffix in place of the last slash.
    pub(crate) fn with_suffix(&self) -> Self {
        let mut other = self.clone();
        other.suffix = true;
        if let Some(Part::Literal(last)) = other.parts.last_mut()
            && last.ends_with('/')
        {
            last.pop();
        }
        other
    }

    fn under(mut self, prefix: &str) -> Self {
        let mut parts = Self::path(prefix).parts;
        parts.append(&mut self.parts);
        Self { parts, suffix: self.suffix }
    }

    fn matches(&self, path: &str) -> Option<RouteMatch> {
        let mut found = RouteMatch::default();
        let mut rest = path;
        for part in &self.parts {
            match part {
                Part::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Part::Name { name, dots } => {
                    let stop = |c| c == '/' || (!dots && c == '.');
                    let end = rest.find(stop).unwrap_or(rest.len());
                    if end == 0 {
                        return None;
                    }
                    found.kwargs.push((Arc::clone(name), rest[..end].to_owned()));
                    rest = &rest[end..];
                }
            }
        }
        if self.suffix {
            found.format = Some(format_suffix(rest)?.to_owned());
        } else if !rest.is_empty() {
            return None;
        }
        Some(found)
    }
}

/// `.json` or `.json/`.
fn format_suffix(rest: &str) -> Option<&str> {
    let format = rest.strip_prefix('.')?;
    let format = format.strip_suffix('/').unwrap_or(format);
    let good =
        !format.is_empty() && format.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    good.then_some(format)
}

fn push_literal(parts: &mut Vec<Part>, literal: &str) {
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.to_owned()));
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("/")?;
        for part in &self.parts {
            match part {
                Part::Literal(literal) => f.write_str(literal)?,
                Part::Name { name, .. } => write!(f, "<{name}>")?,
            }
        }
        if self.suffix { f.write_str(".<format>") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_what_djangos_take() {
        let detail = Pattern::route("projects/<pk>/");
        for (pattern, path, expected) in [
            (&detail, "projects/1/", Some((Some("1"), None))),
            (&detail, "projects/a b/", Some((Some("a b"), None))),
            (&detail, "projects/1", None),
            (&detail, "projects//", None),
            (&detail, "projects/1.5/", None),
            (&detail.with_suffix(), "projects/1.json", Some((Some("1"), Some("json")))),
            (&detail.with_suffix(), "projects/1.5/", Some((Some("1"), Some("5")))),
            (&detail.with_suffix(), "projects/1.JSON", None),
            (&Pattern::path("files/<str:pk>/"), "files/a.b/", Some((Some("a.b"), None))),
            (&Pattern::route("").under("api/").with_suffix(), "api/.json", None),
            (&Pattern::route("").with_suffix().under("api/"), "api/.json", Some((None, Some("json")))),
        ] {
            let found = pattern.matches(path);
            let found = found.as_ref().map(|found| {
                (found.kwargs.first().map(|(_, value)| value.as_str()), found.format.as_deref())
            });
            assert_eq!(found, expected, "{pattern} {path}");
        }
    }
}
