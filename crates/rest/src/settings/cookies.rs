//! The cookies of sessions and of the CSRF check: Django's `SESSION_*` and `CSRF_*`.

use serde::Deserialize;

use super::SettingsError;
use super::environment::{Key, Kind};
use super::parts::{or_false, text_or_false};

pub(super) const KEYS: &[Key] = &[
    ("session_cookie_name", Kind::Text),
    ("session_cookie_age", Kind::Number),
    ("session_cookie_domain", Kind::TextOrFalse),
    ("session_cookie_path", Kind::Text),
    ("session_cookie_secure", Kind::Boolean),
    ("session_cookie_httponly", Kind::Boolean),
    ("session_cookie_samesite", Kind::TextOrFalse),
    ("session_expire_at_browser_close", Kind::Boolean),
    ("session_save_every_request", Kind::Boolean),
    ("csrf_cookie_name", Kind::Text),
    ("csrf_cookie_age", Kind::NumberOrFalse),
    ("csrf_cookie_domain", Kind::TextOrFalse),
    ("csrf_cookie_path", Kind::Text),
    ("csrf_cookie_secure", Kind::Boolean),
    ("csrf_cookie_httponly", Kind::Boolean),
    ("csrf_cookie_samesite", Kind::TextOrFalse),
    ("csrf_header_name", Kind::Text),
    ("csrf_use_sessions", Kind::Boolean),
];

/// The cookies of sessions and of the CSRF check.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Cookies {
    /// The name of the session cookie.
    pub session_cookie_name: String,
    /// How long a session lasts, in seconds.
    pub session_cookie_age: u64,
    /// The domain whose hosts share the session cookie; this host alone when there is none.
    #[serde(deserialize_with = "text_or_false")]
    pub session_cookie_domain: Option<String>,
    /// The path under which the session cookie is sent.
    pub session_cookie_path: String,
    /// Send the session cookie over HTTPS only.
    pub session_cookie_secure: bool,
    /// Keep the session cookie from scripts.
    pub session_cookie_httponly: bool,
    /// Whether other sites' requests carry the session cookie: `Lax`, `Strict` or `None`. No attribute when it is `false`.
    #[serde(deserialize_with = "text_or_false")]
    pub session_cookie_samesite: Option<String>,
    /// Let the browser forget a session when it is closed.
    pub session_expire_at_browser_close: bool,
    /// Save the session at every request, not only when it was changed, so that its time begins anew.
    pub session_save_every_request: bool,
    /// The name of the CSRF cookie.
    pub csrf_cookie_name: String,
    /// How long the CSRF cookie lasts, in seconds; until the browser is closed when it is `false`, Django's `None`.
    #[serde(deserialize_with = "or_false")]
    pub csrf_cookie_age: Option<u64>,
    /// The domain whose hosts share the CSRF cookie; this host alone when there is none.
    #[serde(deserialize_with = "text_or_false")]
    pub csrf_cookie_domain: Option<String>,
    /// The path under which the CSRF cookie is sent.
    pub csrf_cookie_path: String,
    /// Send the CSRF cookie over HTTPS only.
    pub csrf_cookie_secure: bool,
    /// Keep the CSRF cookie from scripts, which then have to take the token from the page.
    pub csrf_cookie_httponly: bool,
    /// Whether other sites' requests carry the CSRF cookie, as `session_cookie_samesite`.
    #[serde(deserialize_with = "text_or_false")]
    pub csrf_cookie_samesite: Option<String>,
    /// The header that carries the CSRF token, as WSGI names it: `HTTP_X_CSRFTOKEN`.
    pub csrf_header_name: String,
    /// Keep the CSRF secret in the session instead of a cookie of its own.
    pub csrf_use_sessions: bool,
}

impl Default for Cookies {
    fn default() -> Self {
        Self {
            session_cookie_name: "sessionid".to_owned(),
            session_cookie_age: 1_209_600,
            session_cookie_domain: None,
            session_cookie_path: "/".to_owned(),
            session_cookie_secure: false,
            session_cookie_httponly: true,
            session_cookie_samesite: Some("Lax".to_owned()),
            session_expire_at_browser_close: false,
            session_save_every_request: false,
            csrf_cookie_name: "csrftoken".to_owned(),
            // A year, less a day for each week of it, as Django counts.
            csrf_cookie_age: Some(31_449_600),
            csrf_cookie_domain: None,
            csrf_cookie_path: "/".to_owned(),
            csrf_cookie_secure: false,
            csrf_cookie_httponly: false,
            csrf_cookie_samesite: Some("Lax".to_owned()),
            csrf_header_name: "HTTP_X_CSRFTOKEN".to_owned(),
            csrf_use_sessions: false,
        }
    }
}

impl Cookies {
    /// The header of `csrf_header_name` as a client writes it, in DRF's spelling: `X-CSRFTOKEN`.
    pub fn csrf_header(&self) -> String {
        let name = &self.csrf_header_name;
        name.strip_prefix("HTTP_").unwrap_or(name).replace('_', "-")
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        if self.session_cookie_age == 0 {
            return Err(SettingsError::new("session_cookie_age is 0; give the seconds that a session lasts"));
        }
        if self.session_cookie_name == self.csrf_cookie_name && !self.csrf_use_sessions {
            return Err(SettingsError::new(
                "session_cookie_name and csrf_cookie_name are the same; a browser keeps one cookie of a name",
            ));
        }
        Ok(())
    }
}
