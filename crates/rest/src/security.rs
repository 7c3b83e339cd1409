//! What Django's `SecurityMiddleware` and `XFrameOptionsMiddleware` do: the redirect to HTTPS and security headers.
//! The values are computed at start.

use http::HeaderMap;
use http::header::{
    HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use regex_lite::Regex;

use crate::hosts;
use crate::request::Request;
use crate::response::Response;
use crate::settings::{Security, SettingsError};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Django redirects to no longer URL.
const LONGEST_REDIRECT: usize = 16_384;

/// The headers, and the redirect to HTTPS.
pub(crate) struct SecurityMiddleware {
    strict_transport_security: Option<HeaderValue>,
    content_type_options: Option<HeaderValue>,
    referrer_policy: Option<HeaderValue>,
    opener_policy: Option<HeaderValue>,
    frame_options: HeaderValue,
    redirect: Option<SslRedirect>,
}

/// The redirect to HTTPS.
pub(crate) struct SslRedirect {
    host: Option<String>,
    exempt: Vec<Regex>,
}

impl SecurityMiddleware {
    /// What the settings say.
    ///
    /// # Errors
    /// When one of them makes no header, no host or no regular expression.
    pub(crate) fn new(settings: &Security) -> Result<Self, SettingsError> {
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
    pub(crate) fn redirect(&self, request: &Request) -> Option<&SslRedirect> {
        let redirect = self.redirect.as_ref()?;
        let is_fine = request.scheme() == "https" || redirect.is_exempt(request.path());
        (!is_fine).then_some(redirect)
    }

    /// Adds the headers of every response.
    pub(crate) fn secured(&self, request: &Request, mut response: Response) -> Response {
        let headers = &mut response.headers;
        if self.strict_transport_security.is_some() && request.scheme() == "https" {
            set(headers, STRICT_TRANSPORT_SECURITY, self.strict_transport_security.as_ref());
        }
        set(headers, X_CONTENT_TYPE_OPTIONS, self.content_type_options.as_ref());
        set(headers, REFERRER_POLICY, self.referrer_policy.as_ref());
        set(headers, CROSS_ORIGIN_OPENER_POLICY, self.opener_policy.as_ref());
        response
    }

    /// Adds the header against clickjacking, to the responses of views.
    pub(crate) fn framed(&self, response: &mut Response) {
        set(&mut response.headers, X_FRAME_OPTIONS, Some(&self.frame_options));
    }
}

/// A view's own header stays.
fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<&HeaderValue>) {
    if let Some(value) = value {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}

fn strict_transport_security(settings: &Security) -> Option<String> {
    let seconds = Some(settings.secure_hsts_seconds).filter(|seconds| *seconds > 0)?;
    let subdomains = if settings.secure_hsts_include_subdomains { "; includeSubDomains" } else { "" };
    let preload = if settings.secure_hsts_preload { "; preload" } else { "" };
    Some(format!("max-age={seconds}{subdomains}{preload}"))
}

impl SslRedirect {
    fn new(settings: &Security) -> Result<Option<Self>, SettingsError> {
        let host = settings.secure_ssl_host.clone();
        if let Some(host) = host.as_ref().filter(|host| !hosts::is_host(host)) {
            return Err(SettingsError::new(format!(
                "secure_ssl_host is `{host}`; it should be a host such as `www.example.com`, with its port if it has one"
            )));
        }
        let exempt = settings.secure_redirect_exempt.iter().map(|pattern| {
            Regex::new(pattern).map_err(|error| {
                SettingsError::new(format!(
                    "secure_redirect_exempt has `{pattern}`, which is no regular expression here: {error}. Groups that look \
                     ahead or back are not known"
                ))
            })
        });
        let exempt = exempt.collect::<Result<_, _>>()?;
        Ok(settings.secure_ssl_redirect.then_some(Self { host, exempt }))
    }

    fn is_exempt(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        self.exempt.iter().any(|pattern| pattern.is_match(path))
    }

    /// The same URL over HTTPS; nothing when the host is not allowed or the URL is too long.
    pub(crate) fn answer(&self, request: &Request) -> Option<Response> {
        let host = match &self.host {
            Some(host) => host.clone(),
            None => Some(request.host()).filter(|host| request.application().middleware.hosts.allow(host))?,
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
