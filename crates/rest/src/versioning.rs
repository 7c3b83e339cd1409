//! Versions of an API: which one a request is for, and the URLs that keep it.
//!
//! The settings `default_versioning_class`, `default_version`, `allowed_versions` and `version_param` of `[rest_framework]` are for
//! all views; a view has another scheme by [`View::versioning_class`](crate::views::View::versioning_class).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::exceptions::{ApiException, Error, Result};
use crate::python;
use crate::request::Request;

/// A way to find out which version of the API a request is for.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::{Error, Result};
/// use belleville::http::HeaderName;
/// use belleville::request::Request;
/// use belleville::versioning::{Versioning, Versions};
/// use belleville::views::View;
///
/// /// The version is in the header `X-API-Version`.
/// struct HeaderVersioning;
///
/// impl Versioning for HeaderVersioning {
///     fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
///         let version = request.header(&HeaderName::from_static("x-api-version"));
///         versions.checked(version.as_deref(), || Error::not_found_because("Invalid version in header."))
///     }
/// }
///
/// let view = View::new("Books")
///     .versioning_class(HeaderVersioning.default_version("1.0").allowed_versions(["1.0", "2.0"]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a versioning",
    label = "implement Versioning for it: `fn determine_version(&self, &Request, &Versions) -> Result<Option<String>>`"
)]
pub trait Versioning: Send + Sync + 'static {
    /// The version that a request is for; `None` where it says none and there is no default.
    ///
    /// # Errors
    /// When it is not one of the allowed ones.
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>>;

    /// Makes of a URL that is being written for a request of a version the same one of that version: the name, the parameters
    /// of the path or of the query. Where there is no such URL, that without a version is written.
    fn reverse(&self, link: &mut Link<'_>, version: &str, versions: &Versions) {
        let _ = (link, version, versions);
    }

    /// The same, with the version of requests that say none: instead of the setting `default_version`.
    fn default_version(self, version: &str) -> BoxedVersioning
    where
        Self: Sized,
    {
        BoxedVersioning::from(self).default_version(version)
    }

    /// The same, with the versions that there are: instead of the setting `allowed_versions`. `[]` allows every one.
    fn allowed_versions<V: Into<String>>(self, versions: impl IntoIterator<Item = V>) -> BoxedVersioning
    where
        Self: Sized,
    {
        BoxedVersioning::from(self).allowed_versions(versions)
    }

    /// The same, where a request may also say no version, though some are allowed: DRF's `None` among them.
    fn allow_unversioned(self) -> BoxedVersioning
    where
        Self: Sized,
    {
        BoxedVersioning::from(self).allow_unversioned()
    }

    /// The same, with the name of the parameter: instead of the setting `version_param`.
    fn version_param(self, name: &str) -> BoxedVersioning
    where
        Self: Sized,
    {
        BoxedVersioning::from(self).version_param(name)
    }
}

/// Which versions there are.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    default: Option<String>,
    allowed: Vec<String>,
    /// A request may say no version.
    none_is_allowed: bool,
    param: String,
}

impl Versions {
    pub(crate) fn new(default: Option<String>, allowed: Vec<String>, param: String) -> Self {
        Self { default, allowed, none_is_allowed: false, param }
    }

    /// The version of a request that says none.
    pub fn default_version(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// The versions that there are; empty where all are allowed.
    pub fn allowed_versions(&self) -> &[String] {
        &self.allowed
    }

    /// The name of the parameter that has the version: of the media type, the path or the query.
    pub fn version_param(&self) -> &str {
        &self.param
    }

    /// Whether a version is one of those that there are.
    pub fn is_allowed(&self, version: Option<&str>) -> bool {
        let is_known = |version: &str| {
            self.default.as_deref() == Some(version) || self.allowed.iter().any(|one| one == version)
        };
        self.allowed.is_empty() || version.map_or(self.none_is_allowed, is_known)
    }

    /// The version that was said, or the default one.
    ///
    /// # Errors
    /// The given error, when it is not allowed.
    pub fn checked(&self, said: Option<&str>, error: impl FnOnce() -> Error) -> Result<Option<String>> {
        let version = said.or(self.default.as_deref());
        if self.is_allowed(version) { Ok(version.map(str::to_owned)) } else { Err(error()) }
    }
}

/// A URL that is being written from a name.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// The name of the URL, with its namespaces.
    pub name: Cow<'a, str>,
    /// The parameters of the path.
    pub kwargs: Vec<(Cow<'a, str>, String)>,
    /// The parameters of the query, by their names.
    pub query: BTreeMap<String, String>,
}

impl<'a> Link<'a> {
    pub(crate) fn new(name: &'a str, kwargs: Vec<(Cow<'a, str>, String)>) -> Self {
        Self { name: Cow::Borrowed(name), kwargs, query: BTreeMap::new() }
    }
}

/// A type-erased versioning, with what a view says of its versions.
#[derive(Clone)]
pub struct BoxedVersioning {
    scheme: Arc<dyn Versioning>,
    name: &'static str,
    default: Option<String>,
    allowed: Option<Vec<String>>,
    none_is_allowed: bool,
    param: Option<String>,
}

impl std::fmt::Debug for BoxedVersioning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl<V: Versioning> From<V> for BoxedVersioning {
    fn from(scheme: V) -> Self {
        let name = python::class_name::<V>();
        Self {
            scheme: Arc::new(scheme),
            name,
            default: None,
            allowed: None,
            none_is_allowed: false,
            param: None,
        }
    }
}

impl BoxedVersioning {
    /// As [`Versioning::default_version`].
    #[must_use]
    pub fn default_version(self, version: &str) -> Self {
        Self { default: Some(version.to_owned()), ..self }
    }

    /// As [`Versioning::allowed_versions`].
    #[must_use]
    pub fn allowed_versions<V: Into<String>>(self, versions: impl IntoIterator<Item = V>) -> Self {
        Self { allowed: Some(versions.into_iter().map(Into::into).collect()), ..self }
    }

    /// As [`Versioning::allow_unversioned`].
    #[must_use]
    pub fn allow_unversioned(self) -> Self {
        Self { none_is_allowed: true, ..self }
    }

    /// As [`Versioning::version_param`].
    #[must_use]
    pub fn version_param(self, name: &str) -> Self {
        Self { param: Some(name.to_owned()), ..self }
    }

    /// The scheme of a view, where the settings say what it does not.
    pub(crate) fn resolved(&self, settings: &Versions) -> VersioningScheme {
        let versions = Versions {
            default: self.default.as_ref().or(settings.default.as_ref()).cloned(),
            allowed: self.allowed.as_ref().unwrap_or(&settings.allowed).clone(),
            none_is_allowed: self.none_is_allowed,
            param: self.param.as_ref().unwrap_or(&settings.param).clone(),
        };
        VersioningScheme { scheme: Arc::clone(&self.scheme), name: self.name, versions: Arc::new(versions) }
    }
}

/// What a view can be given as its versioning: one, or `()` for none, whatever the settings say.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a versioning",
    label = "give one (`AcceptHeaderVersioning`), or `()` for a view without versions",
    note = "a versioning of your own is a type that implements `Versioning`"
)]
pub trait IntoVersioning {
    #[doc(hidden)]
    fn into_versioning(self) -> Option<BoxedVersioning>;
}

impl<V: Versioning> IntoVersioning for V {
    fn into_versioning(self) -> Option<BoxedVersioning> {
        Some(self.into())
    }
}

impl IntoVersioning for BoxedVersioning {
    fn into_versioning(self) -> Option<BoxedVersioning> {
        Some(self)
    }
}

impl IntoVersioning for () {
    fn into_versioning(self) -> Option<BoxedVersioning> {
        None
    }
}

/// The scheme by which a request's version was found: DRF's `request.versioning_scheme`.
#[derive(Clone)]
pub struct VersioningScheme {
    scheme: Arc<dyn Versioning>,
    name: &'static str,
    versions: Arc<Versions>,
}

impl std::fmt::Debug for VersioningScheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple(self.name).field(&self.versions).finish()
    }
}

impl VersioningScheme {
    /// The name of its class: `AcceptHeaderVersioning`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The versions that there are.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }
}

/// What was found out about a request.
struct Determined {
    version: Option<String>,
    scheme: VersioningScheme,
}

/// Finds out which version a request is for, and notes it.
///
/// # Errors
/// When the version is not allowed.
pub(crate) fn determine(scheme: &VersioningScheme, request: &Request) -> Result<()> {
    let version = scheme.scheme.determine_version(request, &scheme.versions)?;
    request.facts().get_or_insert_with(|| Determined { version: version.clone(), scheme: scheme.clone() });
    Ok(())
}

impl Request {
    /// The version of the API that the request is for; `None` where the view has no versions, or the request says none and
    /// there is no default.
    pub fn version(&self) -> Option<&str> {
        self.facts().get::<Determined>()?.version.as_deref()
    }

    /// The scheme by which the version was found, where the view has one.
    pub fn versioning_scheme(&self) -> Option<&VersioningScheme> {
        self.facts().get::<Determined>().map(|found| &found.scheme)
    }

    /// A URL of the request's version; `None` where there is no version to keep.
    pub(crate) fn versioned<'a>(&self, link: &Link<'a>) -> Option<Link<'a>> {
        let Determined { version, scheme } = self.facts().get::<Determined>()?;
        let mut link = link.clone();
        scheme.scheme.reverse(&mut link, version.as_deref()?, &scheme.versions);
        Some(link)
    }
}

/// The version is a parameter of the media type that the client accepts: `Accept: application/json; version=1.0`.
#[derive(Clone, Copy, Debug)]
pub struct AcceptHeaderVersioning;

impl Versioning for AcceptHeaderVersioning {
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
        let said = request.accepted().and_then(|accepted| accepted.parameter(versions.version_param()));
        let refused =
            || ApiException::new(406, "not_acceptable", "Invalid version in \"Accept\" header.").into();
        versions.checked(said, refused)
    }
}

/// The version is a parameter of the path: `<version>/books/`.
#[derive(Clone, Copy, Debug)]
pub struct URLPathVersioning;

impl Versioning for URLPathVersioning {
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
        let said = request.kwarg(versions.version_param());
        versions.checked(said, || Error::not_found_because("Invalid version in URL path."))
    }

    fn reverse(&self, link: &mut Link<'_>, version: &str, versions: &Versions) {
        let param = versions.version_param();
        if !link.kwargs.iter().any(|(known, _)| known == param) {
            link.kwargs.push((Cow::Owned(param.to_owned()), version.to_owned()));
        }
    }
}

/// The version is a namespace of the URL: `include("v1/", books().namespace("v1"))`.
#[derive(Clone, Copy, Debug)]
pub struct NamespaceVersioning;

impl Versioning for NamespaceVersioning {
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
        let Some(namespaces) = request.namespace() else {
            return Ok(versions.default_version().map(str::to_owned));
        };
        match namespaces.split(':').find(|namespace| versions.is_allowed(Some(namespace))) {
            Some(version) => Ok(Some(version.to_owned())),
            None => Err(Error::not_found_because(
                "Invalid version in URL path. Does not match any version namespace.",
            )),
        }
    }

    fn reverse(&self, link: &mut Link<'_>, version: &str, _: &Versions) {
        link.name = format!("{version}:{}", link.name).into();
    }
}

/// The version is the first part of the host's name: `v1.example.com`. A name of other than three parts has none.
#[derive(Clone, Copy, Debug)]
pub struct HostNameVersioning;

impl Versioning for HostNameVersioning {
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
        let host = request.host();
        let name = host.split(':').next().unwrap_or_default();
        let mut labels = name.split('.');
        let is_label =
            |label: &&str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut label = || labels.next().filter(is_label);
        let version = match (label(), label(), label(), labels.next()) {
            (Some(version), Some(_), Some(_), None) => version,
            _ => return Ok(versions.default_version().map(str::to_owned)),
        };
        versions.checked(Some(version), || Error::not_found_because("Invalid version in hostname."))
    }
}

/// The version is a parameter of the query: `?version=1.0`.
#[derive(Clone, Copy, Debug)]
pub struct QueryParameterVersioning;

impl Versioning for QueryParameterVersioning {
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
        let said = request.readable_query()?.get(versions.version_param());
        versions.checked(said, || Error::not_found_because("Invalid version in query parameter."))
    }

    fn reverse(&self, link: &mut Link<'_>, version: &str, versions: &Versions) {
        link.query.insert(versions.version_param().to_owned(), version.to_owned());
    }
}

/// The names that [`by_name`] knows.
pub(crate) const NAMES: &[&str] = &[
    "AcceptHeaderVersioning",
    "URLPathVersioning",
    "NamespaceVersioning",
    "HostNameVersioning",
    "QueryParameterVersioning",
];

/// The versioning with a name, short or DRF's dotted one.
pub(crate) fn by_name(name: &str) -> Option<BoxedVersioning> {
    match name.strip_prefix("rest_framework.versioning.").unwrap_or(name) {
        "AcceptHeaderVersioning" => Some(AcceptHeaderVersioning.into()),
        "URLPathVersioning" => Some(URLPathVersioning.into()),
        "NamespaceVersioning" => Some(NamespaceVersioning.into()),
        "HostNameVersioning" => Some(HostNameVersioning.into()),
        "QueryParameterVersioning" => Some(QueryParameterVersioning.into()),
        _ => None,
    }
}
