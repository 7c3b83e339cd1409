//! Requests of pages of other sites (CORS), with the settings of django-cors-headers and what it answers.

use belleville_auth::url::SplitUrl;
use belleville_db::python::Regex;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, CONTENT_LENGTH, HeaderName, HeaderValue, ORIGIN,
};
use serde::Deserialize;

use crate::request::HttpRequest;
use crate::response::Response;
use crate::settings::{Section, SettingsError};

/// Which pages of other sites may use the API from a browser.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CorsSettings {
    /// Pages of every site may.
    pub cors_allow_all_origins: bool,
    /// The sites whose pages may: `https://shop.example.com`, with a port where it is not the usual one.
    pub cors_allowed_origins: Vec<String>,
    /// Regular expressions of such sites. They are Python's, without look-ahead and look-behind.
    pub cors_allowed_origin_regexes: Vec<String>,
    /// A regular expression of the paths that other sites may use.
    pub cors_urls_regex: String,
    /// The methods that they may use.
    pub cors_allow_methods: Vec<String>,
    /// The headers that they may send.
    pub cors_allow_headers: Vec<String>,
    /// The headers of an answer that their scripts may read.
    pub cors_expose_headers: Vec<String>,
    /// Browsers send cookies with their requests.
    pub cors_allow_credentials: bool,
    /// Pages of the public network may use an API of a private one.
    pub cors_allow_private_network: bool,
    /// For how many seconds a browser need not ask again; 0 says nothing.
    pub cors_preflight_max_age: u32,
}

impl Default for CorsSettings {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            cors_allow_all_origins: false,
            cors_allowed_origins: Vec::new(),
            cors_allowed_origin_regexes: Vec::new(),
            cors_urls_regex: "^.*$".to_owned(),
            cors_allow_methods: names(&["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"]),
            cors_allow_headers: names(&[
                "accept",
                "authorization",
                "content-type",
                "user-agent",
                "x-csrftoken",
                "x-requested-with",
            ]),
            cors_expose_headers: Vec::new(),
            cors_allow_credentials: false,
            cors_allow_private_network: false,
            cors_preflight_max_age: 86_400,
        }
    }
}

/// Origins that are not of a site, which django-cors-headers allows to be named.
const SPECIAL_ORIGINS: [&str; 2] = ["null", "file://"];

impl CorsSettings {
    /// Whether some page of another site may use the API.
    fn lets_in(&self) -> bool {
        self.cors_allow_all_origins
            || !self.cors_allowed_origins.is_empty()
            || !self.cors_allowed_origin_regexes.is_empty()
    }
}

impl Section for CorsSettings {
    /// The checks of django-cors-headers.
    fn check(&self) -> Result<(), SettingsError> {
        for origin in self.cors_allowed_origins.iter().filter(|origin| !SPECIAL_ORIGINS.contains(&&***origin))
        {
            check_origin(origin)?;
        }
        CorsMiddleware::new(self).map(drop)
    }
}

fn check_origin(origin: &str) -> Result<(), SettingsError> {
    let wrong = |what: &str, code: &str| {
        Err(SettingsError::new(format!(
            "cors_allowed_origins has `{origin}`, which {what}: write https://example.com (corsheaders.{code})"
        )))
    };
    match SplitUrl::parse(origin) {
        Some(url) if url.scheme.is_empty() || url.netloc.is_empty() => {
            wrong("is missing its scheme or its host", "E013")
        }
        Some(url) if !(url.path.is_empty() && url.query.is_empty() && url.fragment.is_empty()) => {
            wrong("has more than a scheme and a host", "E014")
        }
        Some(_) => Ok(()),
        None => wrong("is no origin", "E013"),
    }
}

const REQUEST_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// What is said to pages of other sites; nothing where the settings let none of them in.
#[derive(Debug)]
pub struct CorsMiddleware(Option<Allowed>);

#[derive(Debug)]
struct Allowed {
    all: bool,
    /// The schemes and hosts of origins.
    origins: Vec<(String, String)>,
    patterns: Vec<Regex>,
    paths: Regex,
    credentials: bool,
    private_network: bool,
    methods: String,
    headers: String,
    exposed: String,
    max_age: Option<HeaderValue>,
}

impl CorsMiddleware {
    /// What the settings say.
    ///
    /// # Errors
    /// When a pattern is none.
    pub fn new(settings: &CorsSettings) -> Result<Self, SettingsError> {
        if !settings.lets_in() {
            return Ok(Self(None));
        }
        let patterns = settings.cors_allowed_origin_regexes.iter();
        let patterns = patterns.map(|pattern| at_the_beginning("cors_allowed_origin_regexes", pattern));
        let origins = settings.cors_allowed_origins.iter().filter_map(|origin| SplitUrl::parse(origin));
        Ok(Self(Some(Allowed {
            all: settings.cors_allow_all_origins,
            origins: origins.map(|url| (url.scheme, url.netloc)).collect(),
            patterns: patterns.collect::<Result<_, _>>()?,
            paths: at_the_beginning("cors_urls_regex", &settings.cors_urls_regex)?,
            credentials: settings.cors_allow_credentials,
            private_network: settings.cors_allow_private_network,
            methods: settings.cors_allow_methods.join(", "),
            headers: settings.cors_allow_headers.join(", "),
            exposed: settings.cors_expose_headers.join(", "),
            max_age: (settings.cors_preflight_max_age > 0).then(|| settings.cors_preflight_max_age.into()),
        })))
    }

    /// The answer to a browser that asks what a page may send, which no view sees.
    pub fn preflight(&self, request: &HttpRequest) -> Option<Response> {
        let is_asked =
            request.method() == "OPTIONS" && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        self.0.as_ref().filter(|allowed| is_asked && allowed.has_path(request))?;
        let mut response = Response::html(200, "");
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        Some(response)
    }

    /// Says in an answer which pages may read it.
    pub fn finish(&self, request: &HttpRequest, response: &mut Response) {
        if let Some(allowed) = self.0.as_ref().filter(|allowed| allowed.has_path(request)) {
            response.vary_on("origin");
            allowed.say(request, response);
        }
    }
}

/// Python's `re.match`.
fn at_the_beginning(setting: &str, pattern: &str) -> Result<Regex, SettingsError> {
    // Flags stand at the beginning of a pattern.
    let (flags, rest) = match pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')')) {
        Some((flags, rest)) if flags.bytes().all(|flag| flag.is_ascii_alphabetic()) => {
            (format!("(?{flags})"), rest)
        }
        _ => (String::new(), pattern),
    };
    Regex::new(&format!(r"{flags}\A(?:{rest})")).map_err(|error| {
        SettingsError::new(format!("{setting} has `{pattern}`, which is no regular expression: {error}"))
    })
}

impl Allowed {
    fn has_path(&self, request: &HttpRequest) -> bool {
        self.paths.search(request.path())
    }

    fn has_origin(&self, origin: &str) -> bool {
        let Some(url) = SplitUrl::parse(origin) else { return false };
        self.all
            || self.origins.iter().any(|(scheme, netloc)| *scheme == url.scheme && *netloc == url.netloc)
            || self.patterns.iter().any(|pattern| pattern.search(origin))
    }

    fn say(&self, request: &HttpRequest, response: &mut Response) {
        let Some(origin) = request.header_text(&ORIGIN).filter(|origin| !origin.is_empty()) else { return };
        if !self.has_origin(&origin) {
            return;
        }
        let told = if self.all && !self.credentials { "*" } else { &*origin };
        response.set_header(ACCESS_CONTROL_ALLOW_ORIGIN, told);
        if self.credentials {
            response.set_header(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if !self.exposed.is_empty() {
            response.set_header(ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed);
        }
        if request.method() == "OPTIONS" {
            response.set_header(ACCESS_CONTROL_ALLOW_HEADERS, &self.headers);
            response.set_header(ACCESS_CONTROL_ALLOW_METHODS, &self.methods);
            if let Some(seconds) = &self.max_age {
                response.headers_mut().insert(ACCESS_CONTROL_MAX_AGE, seconds.clone());
            }
        }
        let asks_for_private =
            request.header_text(&REQUEST_PRIVATE_NETWORK).is_some_and(|said| said == "true");
        if self.private_network && asks_for_private {
            response.set_header(ALLOW_PRIVATE_NETWORK, "true");
        }
    }
}
