//! Whether a request comes from a page of this site: by the `Origin` header when there is one, otherwise, on HTTPS,
//! by the `Referer`.

use std::fmt;

use super::Reason;
use crate::url::SplitUrl;

/// The parts of a request that say where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Whether the request came over HTTPS.
    pub secure: bool,
    /// The request's host, with its port if it has one; `None` when it is not in `ALLOWED_HOSTS`.
    pub host: Option<&'a str>,
    /// The server's port, as Django's `get_port` returns it; it is only used with a cookie domain.
    pub port: &'a str,
    /// The `Origin` header.
    pub origin: Option<&'a str>,
    /// The `Referer` header.
    pub referer: Option<&'a str>,
    /// The domain of the cookie that holds the secret: `CSRF_COOKIE_DOMAIN`, or `SESSION_COOKIE_DOMAIN` under
    /// `CSRF_USE_SESSIONS`.
    pub cookie_domain: Option<&'a str>,
}

/// Whether a request comes from our own pages or from a trusted origin, as far as its headers tell.
///
/// # Errors
/// Django's reason for refusing the request.
///
/// ```
/// use belleville_auth::csrf::{Reason, Source, TrustedOrigins, check_source};
/// let trusted = TrustedOrigins::parse(["https://*.example.com"])?;
/// let source = |origin| Source {
///     secure: true,
///     host: Some("api.example.org"),
///     port: "443",
///     origin: Some(origin),
///     referer: None,
///     cookie_domain: None,
/// };
/// assert_eq!(check_source(&source("https://api.example.org"), &trusted), Ok(()));
/// assert_eq!(check_source(&source("https://www.example.com"), &trusted), Ok(()));
/// assert_eq!(check_source(&source("null"), &trusted), Err(Reason::BadOrigin("null".to_owned())));
/// # Ok::<(), belleville_auth::csrf::OriginWithoutScheme>(())
/// ```
pub fn check_source(source: &Source<'_>, trusted: &TrustedOrigins) -> Result<(), Reason> {
    match source.origin {
        Some(origin) if is_own_origin(source, origin) || trusted.has_origin(origin) => Ok(()),
        Some(origin) => Err(Reason::BadOrigin(origin.to_owned())),
        None if source.secure => check_referer(source, trusted),
        None => Ok(()),
    }
}

/// `CSRF_TRUSTED_ORIGINS`, parsed once.
#[derive(Clone, Debug, Default)]
pub struct TrustedOrigins {
    exact: Vec<String>,
    /// Scheme and host pattern of each entry with a `*`.
    subdomains: Vec<(String, String)>,
    /// The host pattern of every entry, for the `Referer`.
    hosts: Vec<String>,
}

impl TrustedOrigins {
    /// Reads the setting: `https://example.com`, `https://*.example.com`, `http://localhost:8080`.
    ///
    /// # Errors
    /// When an entry has no scheme. Django does not start then either.
    pub fn parse<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, OriginWithoutScheme> {
        let mut trusted = Self::default();
        for origin in origins {
            trusted.add(origin).ok_or_else(|| OriginWithoutScheme(origin.to_owned()))?;
        }
        Ok(trusted)
    }

    fn add(&mut self, origin: &str) -> Option<()> {
        let url = SplitUrl::parse(origin).filter(|_| origin.contains("://"))?;
        let host = url.netloc.trim_start_matches('*').to_owned();
        if origin.contains('*') {
            self.subdomains.push((url.scheme, host.clone()));
        } else {
            self.exact.push(origin.to_owned());
        }
        self.hosts.push(host);
        Some(())
    }

    fn has_origin(&self, origin: &str) -> bool {
        self.exact.iter().any(|exact| exact == origin) || self.has_subdomain(origin)
    }

    fn has_subdomain(&self, origin: &str) -> bool {
        let Some(url) = SplitUrl::parse(origin) else { return false };
        let matches =
            |(scheme, host): &(String, String)| url.scheme == *scheme && is_same_domain(&url.netloc, host);
        self.subdomains.iter().any(matches)
    }

    fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| is_same_domain(host, pattern))
    }
}

/// An entry of `CSRF_TRUSTED_ORIGINS` that does not say `http://` or `https://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginWithoutScheme(pub String);

impl fmt::Display for OriginWithoutScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CSRF_TRUSTED_ORIGINS must start with a scheme (http:// or https://) but has \"{}\".",
            self.0
        )
    }
}

impl std::error::Error for OriginWithoutScheme {}

fn is_own_origin(source: &Source<'_>, origin: &str) -> bool {
    let scheme = if source.secure { "https" } else { "http" };
    source.host.is_some_and(|host| origin == format!("{scheme}://{host}"))
}

fn check_referer(source: &Source<'_>, trusted: &TrustedOrigins) -> Result<(), Reason> {
    let referer =
        SplitUrl::parse(source.referer.ok_or(Reason::NoReferer)?).ok_or(Reason::MalformedReferer)?;
    if referer.scheme.is_empty() || referer.netloc.is_empty() {
        return Err(Reason::MalformedReferer);
    }
    if referer.scheme != "https" {
        return Err(Reason::InsecureReferer);
    }
    let is_own = || own_host(source).is_some_and(|own| is_same_domain(&referer.netloc, &own));
    if trusted.has_host(&referer.netloc) || is_own() {
        Ok(())
    } else {
        Err(Reason::BadReferer(referer.geturl()))
    }
}

/// The cookie's domain replaces the host, because its subdomains share the secret.
fn own_host(source: &Source<'_>) -> Option<String> {
    match source.cookie_domain {
        None => source.host.map(str::to_owned),
        Some(domain) if matches!(source.port, "443" | "80") => Some(domain.to_owned()),
        Some(domain) => Some(format!("{domain}:{}", source.port)),
    }
}

/// Django's `is_same_domain`: a pattern that begins with a dot takes the domain and everything under it.
fn is_same_domain(host: &str, pattern: &str) -> bool {
    let pattern = pattern.to_lowercase();
    match pattern.strip_prefix('.') {
        Some(apex) => host.ends_with(&pattern) || host == apex,
        None => !pattern.is_empty() && host == pattern,
    }
}
