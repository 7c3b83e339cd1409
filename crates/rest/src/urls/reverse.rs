//! From a name to a path: Django's `reverse`, and DRF's with the request's host.

use std::borrow::Cow;
use std::fmt::{self, Display};

use belleville_http::uri;

use super::pattern::{FORMAT, ValueOf, Values};
use super::{Route, Urls};
use crate::exceptions::Error;
use crate::request::Request;
use crate::versioning::Link;

/// No URL has this name with these parameters: Django's `NoReverseMatch`. In a handler it is a mistake of the program, a 500.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoReverseMatch(String);

impl Display for NoReverseMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoReverseMatch {}

impl From<NoReverseMatch> for Error {
    #[track_caller]
    fn from(error: NoReverseMatch) -> Self {
        Error::internal(error.0)
    }
}

/// The parameters of a URL with their values: `[("pk", 1)]`, or `()` for none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give the parameters of a URL",
    label = "write names with values, `[(\"pk\", 1)]`, or `()` where there are none"
)]
pub trait Kwargs<'a> {
    /// Each name with its value as text.
    fn into_kwargs(self) -> Vec<(&'a str, String)>;
}

impl<'a> Kwargs<'a> for () {
    fn into_kwargs(self) -> Vec<(&'a str, String)> {
        Vec::new()
    }
}

impl<'a, V: Display, const N: usize> Kwargs<'a> for [(&'a str, V); N] {
    fn into_kwargs(self) -> Vec<(&'a str, String)> {
        self.into_iter().map(|(name, value)| (name, value.to_string())).collect()
    }
}

impl<'a, V: Display> Kwargs<'a> for Vec<(&'a str, V)> {
    fn into_kwargs(self) -> Vec<(&'a str, String)> {
        self.into_iter().map(|(name, value)| (name, value.to_string())).collect()
    }
}

/// What may be there: `request.format_suffix().map(|format| ("format", format))`.
impl<'a, V: Display> Kwargs<'a> for Option<(&'a str, V)> {
    fn into_kwargs(self) -> Vec<(&'a str, String)> {
        self.into_iter().map(|(name, value)| (name, value.to_string())).collect()
    }
}

/// The URLs of a name with one parameter, made ready once for many values: those of a list.
///
/// What it writes are ASCII characters that need no escape in JSON.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::urls::Urls;
/// use belleville::views::View;
///
/// let urls = Urls::new().path("articles/<slug:slug>/", View::new("Article")).name("article-detail");
/// let articles = urls.reversed("article-detail", "slug", None)?;
/// assert_eq!(articles.url("one").as_deref(), Some("/articles/one/"));
/// assert_eq!(articles.url("no slug"), None);
/// # Ok::<(), belleville::urls::NoReverseMatch>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reversed {
    /// `https://example.com`, or nothing.
    origin: String,
    /// The routes of the name, in the order in which they are tried.
    routes: Vec<ReversedRoute>,
    /// `?format=json`, or nothing.
    query: String,
}

#[derive(Clone, Debug)]
struct ReversedRoute {
    /// The path up to the value, quoted.
    before: String,
    /// The path after it, quoted.
    after: String,
    value: ValueOf,
}

impl Reversed {
    /// The URL with a value; none when no route takes it, which is Django's `NoReverseMatch`.
    pub fn url(&self, value: &str) -> Option<String> {
        let mut url = String::new();
        self.push(value, &mut url).then_some(url)
    }

    /// Writes the URL with a value; `false`, and nothing is written, when no route takes it.
    #[must_use]
    pub fn push(&self, value: &str, to: &mut String) -> bool {
        let found = self.routes.iter().find_map(|route| Some((route, route.value.text(value)?)));
        let Some((route, value)) = found else { return false };
        to.push_str(&self.origin);
        let path = to.len();
        to.push_str(&route.before);
        if is_unreserved(&value) {
            to.push_str(&value);
        } else {
            to.push_str(&uri::quote_path(&value));
        }
        to.push_str(&route.after);
        escape_leading_slashes(to, path);
        // As Django's `build_absolute_uri`.
        if !self.origin.is_empty() && value.contains('.') {
            let whole = uri::without_dot_segments(&to[path..]).into_owned();
            to.replace_range(path.., &whole);
        }
        to.push_str(&self.query);
        true
    }
}

/// Whether a value is written as it is: that of most keys and slugs.
fn is_unreserved(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A path that begins with two slashes would name another host.
fn escape_leading_slashes(url: &mut String, path: usize) {
    if url[path..].starts_with("//") {
        url.replace_range(path + 1..path + 2, "%2F");
    }
}

impl Urls {
    /// The path of a name with these parameters, percent-encoded: Django's `reverse`. Of several routes of the name the last
    /// one is written that has just these parameters, and whose converters take their values. A format suffix is the
    /// parameter `format`. A namespace in the name is an instance, or an [application](Urls::app_name), of which the default instance is
    /// meant: the one that is called as the application, else the last one.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let urls = Urls::new()
    ///     .path("articles/", View::new("Articles"))
    ///     .name("article-list")
    ///     .path("articles/<int:pk>/", View::new("Article"))
    ///     .name("article-detail");
    /// assert_eq!(urls.reverse("article-list", ())?, "/articles/");
    /// assert_eq!(urls.reverse("article-detail", [("pk", 7)])?, "/articles/7/");
    /// assert!(urls.reverse("article-detail", [("pk", "seven")]).is_err());
    /// # Ok::<(), belleville::urls::NoReverseMatch>(())
    /// ```
    ///
    /// # Errors
    /// When no route of the name fits.
    pub fn reverse<'a>(&self, name: &str, kwargs: impl Kwargs<'a>) -> Result<String, NoReverseMatch> {
        self.path_of(name, &borrowed(kwargs))
    }

    /// The same for a current application: Django's `current_app`. Where the name has an application of which this is an instance, it is that
    /// instance.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::urls::Urls;
    /// use belleville::views::View;
    ///
    /// let polls = || Urls::new().path("<int:pk>/", View::new("Poll")).name("detail").app_name("polls");
    /// let urls = Urls::new()
    ///     .include("authors/", polls().namespace("author-polls"))
    ///     .include("readers/", polls().namespace("reader-polls"));
    /// assert_eq!(urls.reverse("polls:detail", [("pk", 1)])?, "/readers/1/");
    /// assert_eq!(urls.reverse_in("author-polls", "polls:detail", [("pk", 1)])?, "/authors/1/");
    /// # Ok::<(), belleville::urls::NoReverseMatch>(())
    /// ```
    ///
    /// # Errors
    /// When no route of the name fits.
    pub fn reverse_in<'a>(
        &self,
        current_app: &str,
        name: &str,
        kwargs: impl Kwargs<'a>,
    ) -> Result<String, NoReverseMatch> {
        self.path_of(&self.with_instances(name, Some(current_app)), &borrowed(kwargs))
    }

    fn path_of(&self, name: &str, kwargs: &Values<'_>) -> Result<String, NoReverseMatch> {
        let name = &*self.with_instances(name, None);
        let path = self.named(name).find_map(|route| route.pattern.filled(kwargs));
        let path = path.ok_or_else(|| self.no_reverse_match(name, kwargs))?;
        let mut url = uri::quote_path(&path);
        escape_leading_slashes(&mut url, 0);
        Ok(url)
    }

    /// The paths of a name whose only parameter is this one, beside the format suffix if there is one.
    ///
    /// # Errors
    /// When no route of the name has just this parameter.
    pub fn reversed(
        &self,
        name: &str,
        kwarg: &str,
        format: Option<&str>,
    ) -> Result<Reversed, NoReverseMatch> {
        self.paths_of(name, kwarg, &formatted(format))
    }

    /// The paths of a name, where all parameters but one have values.
    fn paths_of(&self, name: &str, kwarg: &str, given: &Values<'_>) -> Result<Reversed, NoReverseMatch> {
        let name = &*self.with_instances(name, None);
        let around = self.named(name).filter_map(|route| route.pattern.around(kwarg, given));
        let quoted = around.map(|around| ReversedRoute {
            before: uri::quote_path(&around.before),
            after: uri::quote_path(&around.after),
            value: around.value,
        });
        let routes: Vec<_> = quoted.collect();
        if routes.is_empty() {
            let kwargs: Vec<_> =
                [(kwarg.into(), "..".to_owned())].into_iter().chain(given.iter().cloned()).collect();
            return Err(self.no_reverse_match(name, &kwargs));
        }
        Ok(Reversed { origin: String::new(), routes, query: String::new() })
    }

    /// The routes of a name. As in Django the last one is tried first.
    fn named(&self, name: &str) -> impl Iterator<Item = &Route> {
        self.routes.iter().rev().filter(move |route| route.url_name() == Some(name))
    }

    fn no_reverse_match(&self, name: &str, kwargs: &Values<'_>) -> NoReverseMatch {
        let tried: Vec<String> = self.named(name).map(Route::path).collect();
        if tried.is_empty() {
            return NoReverseMatch(format!(
                "Reverse for '{name}' not found. '{name}' is not the name of a URL; the command `routes` lists them."
            ));
        }
        let kwargs: Vec<String> = kwargs.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let kwargs = match kwargs.join(", ") {
            none if none.is_empty() => "no parameters".to_owned(),
            some => format!("the parameters {some}"),
        };
        NoReverseMatch(format!(
            "Reverse for '{name}' with {kwargs} not found. {} pattern(s) tried: {}",
            tried.len(),
            tried.join(", ")
        ))
    }
}

fn borrowed<'a>(kwargs: impl Kwargs<'a>) -> Vec<(Cow<'a, str>, String)> {
    kwargs.into_kwargs().into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect()
}

fn formatted(format: Option<&str>) -> Vec<(Cow<'static, str>, String)> {
    format.into_iter().map(|format| (Cow::Borrowed(FORMAT), format.to_owned())).collect()
}

impl Request {
    /// The absolute URL of a name: DRF's `reverse(name, kwargs=.., request=request)`. It is one of the request's
    /// [version](Request::version), where that has one; a `?format=` of the request is handed on.
    ///
    /// `request.reverse("article-detail", [("pk", 1)])?` is `https://example.com/articles/1/`.
    ///
    /// # Errors
    /// As [`Urls::reverse`].
    pub fn reverse<'a>(&self, name: &str, kwargs: impl Kwargs<'a>) -> Result<String, NoReverseMatch> {
        let link = Link::new(name, borrowed(kwargs));
        let (path, link) = self.kept(link, |link| self.urls().path_of(&link.name, &link.kwargs))?;
        Ok(self.build_absolute_uri(&path) + &query_of(self, link))
    }

    /// The same for a current application, as [`Urls::reverse_in`]: with the namespace of the request's own URL,
    /// `request.reverse_in(request.namespace().unwrap_or_default(), "polls:detail", [("pk", 1)])`, it is the instance that the request is in.
    ///
    /// # Errors
    /// As [`Urls::reverse`].
    pub fn reverse_in<'a>(
        &self,
        current_app: &str,
        name: &str,
        kwargs: impl Kwargs<'a>,
    ) -> Result<String, NoReverseMatch> {
        let name = self.urls().with_instances(name, Some(current_app));
        let link = Link::new(&name, borrowed(kwargs));
        let (path, link) = self.kept(link, |link| self.urls().path_of(&link.name, &link.kwargs))?;
        Ok(self.build_absolute_uri(&path) + &query_of(self, link))
    }

    /// The same for many values of one parameter: see [`Urls::reversed`]. DRF's hyperlinked fields give the format suffix of
    /// the request, [`Request::format_suffix`].
    ///
    /// # Errors
    /// As [`Urls::reversed`].
    pub fn reversed(
        &self,
        name: &str,
        kwarg: &str,
        format: Option<&str>,
    ) -> Result<Reversed, NoReverseMatch> {
        let link = Link::new(name, formatted(format));
        let (reversed, link) = self.kept(link, |link| {
            // The parameter of this name has the values of the list.
            link.kwargs.retain(|(known, _)| known != kwarg);
            self.urls().paths_of(&link.name, kwarg, &link.kwargs)
        })?;
        Ok(Reversed { origin: self.build_absolute_uri(""), query: query_of(self, link), ..reversed })
    }

    /// The name under which the URLs of the request's version have another name.
    pub(crate) fn versioned_name<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.versioned(&Link::new(name, Vec::new())).map_or(Cow::Borrowed(name), |link| link.name)
    }

    /// Writes the URL of the request's version, or where there is none of it that without a version.
    fn kept<'a, T>(
        &self,
        mut link: Link<'a>,
        write: impl Fn(&mut Link<'a>) -> Result<T, NoReverseMatch>,
    ) -> Result<(T, Link<'a>), NoReverseMatch> {
        if let Some(mut versioned) = self.versioned(&link)
            && let Ok(written) = write(&mut versioned)
        {
            return Ok((written, versioned));
        }
        Ok((write(&mut link)?, link))
    }
}

/// The query of a URL for a request, whose `?format=` DRF hands on.
fn query_of(request: &Request, link: Link<'_>) -> String {
    let mut query = link.query;
    if let Ok(Some((param, format))) = request.format_override() {
        query.insert(param.to_owned(), format.to_owned());
    }
    let mut text = String::new();
    for (name, value) in &query {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(&uri::quote_plus(name));
        text.push('=');
        text.push_str(&uri::quote_plus(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::View;

    fn urls() -> Urls {
        let view = || View::new("View");
        let inner = Urls::new().path("leaf/", view()).name("leaf").namespace("inner");
        let urls = Urls::new()
            .path("a/", view())
            .name("list")
            .path("a/<int:pk>/", view())
            .name("one")
            .path("a/<slug:slug>/", view())
            .name("one")
            .path("b/<pk>/", view())
            .name("twice")
            .path("c/<int:pk>/", view())
            .name("twice")
            .path("<path:rest>", view())
            .name("any")
            .path("t/<text>/é", view())
            .name("text")
            .path("two/<int:a>-<slug:b>", view())
            .name("two")
            .include("in/<int:a>/", inner);
        assert!(urls.mistakes().is_empty(), "{:?}", urls.mistakes());
        urls
    }

    type Reversals =
        &'static [(&'static str, &'static [(&'static str, &'static str)], Option<&'static str>)];

    /// What Django 5.2's `reverse` makes of the same patterns.
    const REVERSED: Reversals = &[
        ("list", &[], Some("/a/")),
        ("list", &[("x", "1")], None),
        ("one", &[("pk", "7")], Some("/a/7/")),
        ("one", &[("pk", "x")], None),
        ("one", &[("slug", "x")], Some("/a/x/")),
        ("one", &[], None),
        ("one", &[("pk", "1"), ("slug", "1")], None),
        ("twice", &[("pk", "7")], Some("/c/7/")),
        ("twice", &[("pk", "x")], Some("/b/x/")),
        ("any", &[("rest", "/x")], Some("/%2Fx")),
        ("any", &[("rest", "x//y")], Some("/x//y")),
        ("any", &[("rest", "\n")], None),
        ("any", &[("rest", "")], None),
        ("text", &[("text", "a b?#%é;=&~!")], Some("/t/a%20b%3F%23%25%C3%A9;=&~!/%C3%A9")),
        ("text", &[("text", "a/b")], None),
        ("two", &[("b", "x"), ("a", "1")], Some("/two/1-x")),
        ("inner:leaf", &[("a", "1")], Some("/in/1/leaf/")),
        ("leaf", &[("a", "1")], None),
    ];

    #[test]
    fn names_are_reversed_as_in_django() {
        let urls = urls();
        for (name, kwargs, expected) in REVERSED {
            let url = urls.reverse(name, kwargs.to_vec()).ok();
            assert_eq!(url.as_deref(), *expected, "{name} {kwargs:?}");
            if let [(kwarg, value)] = kwargs {
                let url = urls.reversed(name, kwarg, None).ok().and_then(|urls| urls.url(value));
                assert_eq!(url.as_deref(), *expected, "{name} {kwargs:?}, made ready");
            }
        }
    }

    #[test]
    fn an_error_names_what_was_tried() {
        let urls = urls();
        let said = |name: &str, kwargs: Vec<(&str, &str)>| {
            urls.reverse(name, kwargs).map_err(|error| error.to_string())
        };
        let with_key = "Reverse for 'twice' with the parameters key=\"1\" not found. 2 pattern(s) tried: /c/<int:pk>/, \
                        /b/<pk>/";
        assert_eq!(said("twice", vec![("key", "1")]), Err(with_key.to_owned()));
        let unknown = "Reverse for 'nothing' not found. 'nothing' is not the name of a URL; the command `routes` lists \
                       them.";
        assert_eq!(said("nothing", vec![]), Err(unknown.to_owned()));
    }
}
