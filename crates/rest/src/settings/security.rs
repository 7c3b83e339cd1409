//! The settings of Django's `SecurityMiddleware` and `XFrameOptionsMiddleware`, and `USE_X_FORWARDED_*`.

use serde::{Deserialize, Deserializer};

use super::SettingsError;
use super::environment::{Key, Kind};
use super::parts::{or_false, text_or_false};

pub(super) const KEYS: &[Key] = &[
    ("secure_hsts_seconds", Kind::Number),
    ("secure_hsts_include_subdomains", Kind::Boolean),
    ("secure_hsts_preload", Kind::Boolean),
    ("secure_content_type_nosniff", Kind::Boolean),
    ("secure_ssl_redirect", Kind::Boolean),
    ("secure_ssl_host", Kind::TextOrFalse),
    ("secure_redirect_exempt", Kind::List),
    ("secure_referrer_policy", Kind::TextOrFalse),
    ("secure_cross_origin_opener_policy", Kind::TextOrFalse),
    ("x_frame_options", Kind::Text),
    ("use_x_forwarded_host", Kind::Boolean),
    ("use_x_forwarded_port", Kind::Boolean),
];

/// Security headers, the redirect to HTTPS, and the trusted headers of a proxy.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Security {
    /// For how many seconds browsers use only HTTPS (HSTS); 0 sends no header.
    pub secure_hsts_seconds: u32,
    /// The same forevery subdomain.
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
    /// Trust `X-Forwarded-Host`. Use it only behind a proxy that always sets the header itself.
    pub use_x_forwarded_host: bool,
    /// Trust `X-Forwarded-Port`, under the same condition.
    pub use_x_forwarded_port: bool,
}

impl Default for Security {
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
            use_x_forwarded_host: false,
            use_x_forwarded_port: false,
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

impl Security {
    /// Django's checks `security.E023` and `security.E024`.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        for policy in self.secure_referrer_policy.iter().flatten() {
            one_of("secure_referrer_policy", policy, REFERRER_POLICIES, "security.E023")?;
        }
        if let Some(policy) = &self.secure_cross_origin_opener_policy {
            one_of("secure_cross_origin_opener_policy", policy, OPENER_POLICIES, "security.E024")?;
        }
        Ok(())
    }
}

fn one_of(setting: &str, value: &str, known: &[&str], code: &str) -> Result<(), SettingsError> {
    if known.contains(&value) {
        return Ok(());
    }
    Err(SettingsError(format!(
        "{setting} has `{value}`; it should be {}, or false for no header ({code})",
        known.join(", ")
    )))
}

/// One policy, several in one text with commas, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Policies {
    Text(String),
    List(Vec<String>),
}

fn policies<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(or_false(deserializer)?.map(|policies| match policies {
        Policies::Text(text) => text.split(',').map(|policy| policy.trim().to_owned()).collect(),
        Policies::List(list) => list,
    }))
}
