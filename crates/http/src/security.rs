//! What Django's `SecurityMiddleware` and `XFrameOptionsMiddleware` do: the redirect to HTTPS and security headers.
//! The values are computed at start.

use std::borrow::Cow;

use belleville_db::python::Regex;
use http::HeaderMap;
use http::header::{
    HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::hosts::{self, AllowedHosts};
use crate::request::HttpRequest;
use crate::response::Response;
use crate::settings::{Section, SettingsError, text_or_false};

/// Security headers and the redirect to HTTPS.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SecuritySettings {
    /// For how many seconds browsers use only HTTPS (HSTS); 0 sends no header.
    pub secure_hsts_seconds: u32,
    /// The same for every subdomain.
    pub secure_hsts_include_subdomains: bool,
    /// Allow browsers to add the host to their built-in HSTS list.
    pub secure_hsts_preload: bool,
    /// Send `X-Content-Type-Options: nosniff`: browsers must not guess the media type.
    pub secure_content_type_nosniff: bool,
    /// Redirect plain HTTP to HTTPS.
    pub secure_ssl_redirect: bool,
    /// The host of that redirect; the request's host when there is none.
    #[serde(deserialize_with = "text_or_false")]
    pub secure_ssl_host: Option<String>,
    /// Regular expressions: a path that matches one of them (without its first slash) is not redirected to HTTPS.
    /// They are Python's, without look-ahead and look-behind, and classes such as `\w` are ASCII only.
    pub secure_redirect_exempt: Vec<String>,
    /// `Referrer-Policy`: how much of the URL browsers send to other sites. Of several policies a browser uses the
    /// last one that it knows. No header when it is `false`.
    #[serde(deserialize_with = "policies")]
    pub secure_referrer_policy: Option<Vec<String>>,
    /// `Cross-Origin-Opener-Policy`. No header when it is `false`.
    #[serde(deserialize_with = "text_or_false")]
    pub secure_cross_origin_opener_policy: Option<String>,
    /// Which sites may show a response in a frame: `DENY` or `SAMEORIGIN`.
    pub x_frame_options: String,
}

impl Default for SecuritySettings {
    fn default() -> Self {
        Self {
            secure_hsts_seconds: 0,
            secure_hsts_include_subdomains: false,
            secure_hsts_preload: false,
            secure_content_type_nosniff: true,
            secure_ssl_redirect: false,
            secure_ssl_host: None,
            secure_redirect_exempt: Vec::new(),
            secure_referrer_policy: Some(vec!["same-origin".to_owned()]),
            secure_cross_origin_opener_policy: Some("same-origin".to_owned()),
            x_frame_options: "DENY".to_owned(),
        }
    }
}

const REFERRER_POLICIES: &[&str] = &[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

const OPENER_POLICIES: &[&str] = &["same-origin", "same-origin-allow-popups", "unsafe-none"];

impl Section for SecuritySettings {
    /// Django's checks `security.E023` and `security.E024`.
    fn check(&self) -> Result<(), SettingsError> {
        for policy in self.secure_referrer_policy.iter().flatten() {
            one_of("secure_referrer_policy", policy, REFERRER_POLICIES, "security.E023")?;
        }
        if let Some(policy) = &self.secure_cross_origin_opener_policy {
            one_of("secure_cross_origin_opener_policy", policy, OPENER_POLICIES, "security.E024")?;
        }
        SecurityMiddleware::new(self).map(drop)
    }
}

fn one_of(setting: &str, value: &str, known: &[&str], code: &str) -> Result<(), SettingsError> {
    if known.contains(&value) {
        return Ok(());
    }
    Err(SettingsError::new(format!(
        "{setting} has `{value}`; it should be {}, or false for no header ({code})",
        known.join(", ")
    )))
}

/// One policy, several in one text with commas, or a list of them; `false` for none.
#[derive(Deserialize)]
#[serde(untagged)]
enum Policies {
    None(bool),
    Text(String),
    List(Vec<String>),
}

fn policies<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    match Policies::deserialize(deserializer)? {
        Policies::None(false) => Ok(None),
        Policies::None(true) => {
            Err(D::Error::custom("it should be a policy, a list of policies, or false for none"))
        }
        Policies::Text(text) if text.eq_ignore_ascii_case("false") => Ok(None),
        Policies::Text(text) => Ok(Some(text.split(',').map(|policy| policy.trim().to_owned()).collect())),
        Policies::List(list) => Ok(Some(list)),
    }
}

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Django redirects to no longer URL.
const LONGEST_REDIRECT: usize = 16_384;

/// The headers, and the redirect to HTTPS.
#[derive(Debug)]
pub struct SecurityMiddleware {
    strict_transport_security: Option<HeaderValue>,
    content_type_options: Option<HeaderValue>,
    referrer_policy: Option<HeaderValue>,
    opener_policy: Option<HeaderValue>,
    frame_options: HeaderValue,
    redirect: Option<SslRedirect>,
}

/// The redirect to HTTPS.
#[derive(Debug)]
pub struct SslRedirect {
    host: Option<String>,
    exempt: Vec<Regex>,
}

impl SecurityMiddleware {
    /// What the settings say.
    ///
    /// # Errors
    /// When one of them makes no header, no host or no regular expression.
    pub fn new(settings: &SecuritySettings) -> Result<Self, SettingsError> {
        let value = |name: &str, text: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| SettingsError::new(format!("{name} is `{text}`, which no header can have")))
        };
        let referrer_policy = settings.secure_referrer_policy.as_ref().filter(|list| !list.is_empty());
        let opener_policy = settings.secure_cross_origin_opener_policy.as_ref();
        Ok(Self {
            strict_transport_security: strict_transport_security(settings)
                .map(|text| value("secure_hsts_seconds", &text))
                .transpose()?,
            content_type_options: settings
                .secure_content_type_nosniff
                .then_some(HeaderValue::from_static("nosniff")),
            referrer_policy: referrer_policy
                .map(|list| value("secure_referrer_policy", &list.join(",")))
                .transpose()?,
            opener_policy: opener_policy
                .map(|text| value("secure_cross_origin_opener_policy", text))
                .transpose()?,
            frame_options: value("x_frame_options", &settings.x_frame_options.to_uppercase())?,
            redirect: SslRedirect::new(settings)?,
        })
    }

    /// The redirect of a request that should have come over HTTPS.
    pub fn redirect(&self, request: &HttpRequest) -> Option<&SslRedirect> {
        let redirect = self.redirect.as_ref()?;
        let is_fine = request.scheme() == "https" || redirect.is_exempt(request.path());
        (!is_fine).then_some(redirect)
    }

    /// Adds the headers of every response.
    pub fn secure(&self, request: &HttpRequest, response: &mut Response) {
        let headers = response.headers_mut();
        if self.strict_transport_security.is_some() && request.scheme() == "https" {
            set(headers, STRICT_TRANSPORT_SECURITY, self.strict_transport_security.as_ref());
        }
        set(headers, X_CONTENT_TYPE_OPTIONS, self.content_type_options.as_ref());
        set(headers, REFERRER_POLICY, self.referrer_policy.as_ref());
        set(headers, CROSS_ORIGIN_OPENER_POLICY, self.opener_policy.as_ref());
    }

    /// Adds the header against clickjacking, to the responses of views.
    pub fn frame(&self, response: &mut Response) {
        set(response.headers_mut(), X_FRAME_OPTIONS, Some(&self.frame_options));
    }
}

/// A view's own header stays.
fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<&HeaderValue>) {
    if let Some(value) = value {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}

fn strict_transport_security(settings: &SecuritySettings) -> Option<String> {
    let seconds = Some(settings.secure_hsts_seconds).filter(|seconds| *seconds > 0)?;
    let subdomains = if settings.secure_hsts_include_subdomains { "; includeSubDomains" } else { "" };
    let preload = if settings.secure_hsts_preload { "; preload" } else { "" };
    Some(format!("max-age={seconds}{subdomains}{preload}"))
}

impl SslRedirect {
    fn new(settings: &SecuritySettings) -> Result<Option<Self>, SettingsError> {
        let host = settings.secure_ssl_host.clone();
        if let Some(host) = host.as_ref().filter(|host| !hosts::is_host(host)) {
            return Err(SettingsError::new(format!(
                "secure_ssl_host is `{host}`; it should be a host such as `www.example.com`, with its port if it has one"
            )));
        }
        let exempt = settings.secure_redirect_exempt.iter().map(|pattern| {
            Regex::new(pattern).map_err(|error| {
                SettingsError::new(format!(
                    "secure_redirect_exempt has `{pattern}`, which is no regular expression here: {error}"
                ))
            })
        });
        let exempt = exempt.collect::<Result<_, _>>()?;
        Ok(settings.secure_ssl_redirect.then_some(Self { host, exempt }))
    }

    fn is_exempt(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        self.exempt.iter().any(|pattern| pattern.search(path))
    }

    /// The same URL over HTTPS; nothing when the host is not allowed or the URL is too long.
    pub fn answer(&self, request: &HttpRequest, allowed: &AllowedHosts) -> Option<Response> {
        let host = match &self.host {
            Some(host) => Cow::Borrowed(host.as_str()),
            None => Some(request.host()).filter(|host| allowed.allow(host))?,
        };
        let location = format!("https://{host}{}", request.quoted_path_and_query(""));
        if location.chars().count() > LONGEST_REDIRECT {
            return None;
        }
        let mut response = Response::html(301, "");
        response.set_header(LOCATION, &location);
        Some(response)
    }
}
