//! What a serializer may ask beside the input: DRF's `serializer.context`.

use std::any::{Any, type_name};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use belleville_db::{Database, Error, Result, Value};

use crate::field_defaults::FieldDefaults;
use crate::given_rows::GivenRows;
use crate::relations::ViewUrl;

/// The request that a serializer works for, of whatever type the program has for one.
pub trait RequestContext: Any + Send + Sync {
    /// The request, to be compared with a type that is known.
    fn as_any(&self) -> &dyn Any;

    /// The same request, to be kept.
    fn shared(&self) -> Arc<dyn RequestContext>;

    /// The primary key of the user.
    ///
    /// # Errors
    /// When the request has none.
    fn user(&self) -> Result<Value>;

    /// The URLs of a name, by the value of a parameter. They have the format suffix of the request, or in its place the given
    /// format.
    ///
    /// # Errors
    /// When there is no URL of this name with this parameter alone.
    fn urls(&self, view_name: &str, url_kwarg: &str, format: Option<&str>) -> Result<UrlOf>;

    /// The URL's name and parameters, as the program has them; `None` where it has none.
    fn resolve(&self, url: &str) -> Option<ResolvedUrl>;

    /// The name that the URLs of a view have in the version of the API that the request is for.
    fn versioned_name<'a>(&self, view_name: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(view_name)
    }

    /// A URL, made absolute on the request's host.
    fn build_absolute_uri(&self, url: &str) -> String;

    /// Whether files are shown as their URLs, where a field does not say so itself: DRF's `UPLOADED_FILES_USE_URL`.
    fn uploaded_files_use_url(&self) -> bool {
        true
    }
}

/// The URL with a value in it; `None` where the value fits into none. Its characters are ASCII that needs no escape in JSON.
pub type UrlOf = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What a URL is in the program.
#[derive(Clone, Debug)]
pub struct ResolvedUrl {
    /// Its name, with its namespaces.
    pub name: String,
    /// Its parameters.
    pub kwargs: Vec<(String, String)>,
}

/// The database, and the request that the serializer works for.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    db: &'a Database,
    request: Option<&'a dyn RequestContext>,
    defaults: FieldDefaults,
    is_partial: bool,
    given_rows: Option<&'a GivenRows>,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("db", &self.db).finish_non_exhaustive()
    }
}

impl<'a> Context<'a> {
    /// The context of a command or an import, which has no request.
    pub fn new(db: &'a Database) -> Self {
        Self { db, request: None, defaults: FieldDefaults::default(), is_partial: false, given_rows: None }
    }

    /// The context of a request.
    #[must_use]
    pub fn with_request(self, request: &'a dyn RequestContext) -> Self {
        Self { request: Some(request), ..self }
    }

    /// With what the settings say of fields that say nothing themselves.
    #[must_use]
    pub fn with_defaults(self, defaults: FieldDefaults) -> Self {
        Self { defaults, ..self }
    }

    /// Does something that does not wait, in the time zone and with the settings of fields of this context.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        self.db.time_zone().during(|| self.defaults.during(work))
    }

    /// The object that is shown was changed by a PATCH. DRF shows no defaults then, of attributes that it does not have.
    #[must_use]
    pub fn partial(self, is_partial: bool) -> Self {
        Self { is_partial, ..self }
    }

    /// The rows that the object which is shown was given when it was saved.
    #[must_use]
    pub fn with_given_rows(self, given_rows: &'a GivenRows) -> Self {
        Self { given_rows: Some(given_rows), ..self }
    }

    pub(crate) fn given_rows(&self) -> Option<&'a GivenRows> {
        self.given_rows
    }

    /// What the settings say of fields that say nothing themselves.
    pub(crate) fn defaults(&self) -> FieldDefaults {
        self.defaults
    }

    pub(crate) fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// The database.
    pub fn db(&self) -> &'a Database {
        self.db
    }

    /// The request.
    ///
    /// # Errors
    /// When there is none, or it is of another type.
    pub fn request<R: Any>(&self) -> Result<&'a R> {
        let wrong = || Error::refused(format!("a serializer was given no {}", type_name::<R>()));
        self.request.and_then(|request| request.as_any().downcast_ref()).ok_or_else(wrong)
    }

    /// The primary key of the request's user: DRF's `CurrentUserDefault`.
    ///
    /// # Errors
    /// When there is no request, or it has no user.
    pub fn user(&self) -> Result<Value> {
        let missing = || Error::refused("a serializer was given no request, and asks for its user");
        self.request.ok_or_else(missing)?.user()
    }

    /// The URLs of a view, by the value of their parameter.
    pub(crate) fn urls(&self, url: &ViewUrl) -> Result<UrlOf> {
        let request = self.request.ok_or_else(|| no_request(&url.view_name))?;
        request.urls(&url.view_name, url.url_kwarg, url.format)
    }

    /// What a URL is in the program.
    pub(crate) fn resolve(&self, url: &str) -> Result<Option<ResolvedUrl>> {
        Ok(self.request.ok_or_else(|| no_request(url))?.resolve(url))
    }

    /// The name that the URLs of a view have for the request.
    pub(crate) fn versioned_name<'b>(&self, view_name: &'b str) -> Cow<'b, str> {
        self.request.map_or(Cow::Borrowed(view_name), |request| request.versioned_name(view_name))
    }

    /// The URL at which clients get a file of the storage; absolute, where there is a request.
    pub(crate) fn url_of_file(&self, name: &str) -> Result<String> {
        let url = self.db.storage().url(name)?;
        Ok(match self.request {
            Some(request) => request.build_absolute_uri(&url),
            None => url,
        })
    }

    /// Whether files are shown as their URLs, where a field does not say so itself. Without a request they are.
    pub(crate) fn uploaded_files_use_url(&self) -> bool {
        self.request.is_none_or(RequestContext::uploaded_files_use_url)
    }

    /// The same, to be kept.
    pub(crate) fn owned(&self) -> OwnedContext {
        OwnedContext {
            db: self.db.clone(),
            request: self.request.map(RequestContext::shared),
            defaults: self.defaults,
        }
    }
}

fn no_request(url: &str) -> Error {
    Error::refused(format!("a serializer was given no request, and has the URL `{url}` to make or to read"))
}

/// A context that lives as long as a validated serializer.
#[derive(Clone)]
pub(crate) struct OwnedContext {
    db: Database,
    request: Option<Arc<dyn RequestContext>>,
    defaults: FieldDefaults,
}

impl OwnedContext {
    pub(crate) fn borrowed(&self) -> Context<'_> {
        let Self { db, request, defaults } = self;
        let request = request.as_deref();
        Context { db, request, defaults: *defaults, is_partial: false, given_rows: None }
    }
}
