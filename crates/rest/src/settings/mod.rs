//! Settings: `belleville.toml`, then the environment, checked before anything starts.
//!
//! With an unknown key the program does not start and lists the known ones; every error names the setting and says
//! how to fix it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use belleville_auth::password_validation::PasswordValidator;
use http::header::{HeaderName, HeaderValue};
use serde::Deserialize;

mod cookies;
mod environment;
mod keys;
mod parts;
mod passwords;
mod security;
mod server;
mod simple_jwt;
mod uploads;

pub use cookies::Cookies;
pub use passwords::{Validator, ValidatorOptions};
pub use security::Security;
pub use server::Server;
pub use simple_jwt::{Audience, SimpleJwt};
pub use uploads::Uploads;

use crate::account::AccountRates;
use crate::limits::Rate;
use crate::login::LoginRates;
use crate::middleware::Middleware;
use crate::suggest::did_you_mean;

/// Everything that can be set. Names are Django's, in lower case in the file and in upper case in the environment.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// Development mode: a secret key is made when none is given, and hosts of this machine are allowed.
    pub debug: bool,
    /// The key that signs sessions and tokens. With the key of a Django project, its sessions are valid here.
    pub secret_key: String,
    /// Older keys, which still verify signatures.
    pub secret_key_fallbacks: Vec<String>,
    /// Start with a key that can be guessed, outside of development too: for a Django project that cannot change its key
    /// yet.
    pub allow_weak_secret_key: bool,
    /// The hosts that requests may name: exact, `.example.com` with its subdomains, or `*`.
    pub allowed_hosts: Vec<String>,
    /// Origins besides our own that may send unsafe requests with a session: `https://*.example.com`.
    pub csrf_trusted_origins: Vec<String>,
    /// The database: `sqlite:///db.sqlite3`.
    pub database_url: String,
    /// Security headers, the redirect to HTTPS, and the trusted headers of a proxy: `secure_*`, `x_frame_options`,
    /// `use_x_forwarded_*`.
    #[serde(skip)]
    pub security: Security,
    /// The cookies of sessions and of the CSRF check: `session_*`, `csrf_*`.
    #[serde(skip)]
    pub cookies: Cookies,
    /// The limits of a request's body: `data_upload_max_*`.
    #[serde(skip)]
    pub uploads: Uploads,
    /// Redirect an unknown path to the same path with a slash at the end, if that exists.
    pub append_slash: bool,
    /// Send `Cache-Control: no-store` in every response with a token or a session cookie.
    pub credentials_no_store: bool,
    /// For how many seconds correct Basic credentials are accepted without hashing the password again; 0 hashes at
    /// every request. The user's row is always read.
    pub basic_authentication_cache_age: u64,
    /// The URL after a login without `next`.
    pub login_redirect_url: String,
    /// Rounds of PBKDF2 for new hashes. The Django project that shares the table should use the same number.
    pub pbkdf2_iterations: u32,
    /// The password hashing algorithms: the first makes new hashes; hashes of the others are valid and are replaced
    /// at the next login.
    pub password_hashers: Vec<String>,
    /// Revoke every token of a user whose password is changed here: DRF's, knox's, and outstanding refresh and
    /// sliding tokens. A change in Django's admin is not noticed.
    pub revoke_tokens_on_password_change: bool,
    /// The validators of new passwords.
    pub auth_password_validators: Vec<Validator>,
    /// A header and its value by which a proxy says that the client came over HTTPS: `["HTTP_X_FORWARDED_PROTO",
    /// "https"]`. Use it only behind a proxy that always sets the header itself.
    pub secure_proxy_ssl_header: Vec<String>,
    /// How mail is sent: `console` or `filebased`. In development the console when it is empty; otherwise the program gives
    /// a transport of its own.
    pub email_backend: String,
    /// The folder of `filebased`.
    pub email_file_path: Option<PathBuf>,
    /// The sender of mail.
    pub default_from_email: String,
    /// The URL of a password reset link, with `{uid}` and `{token}` in it.
    pub password_reset_url: String,
    /// For how many seconds a password reset link is valid.
    pub password_reset_timeout: u64,
    /// A folder with templates that replace the built-in pages.
    pub templates: Option<PathBuf>,
    /// The `Content-Security-Policy` of the pages, instead of the built-in one; none when it is empty. The built-in
    /// one allows the scripts and styles in the templates, also in those of the project, and nothing else.
    pub content_security_policy: Option<String>,
    /// How many failed logins of one name from one address are allowed: `5/min`; not limited when empty. An address
    /// is here, and in the limits below, an IPv4 address or the /64 of an IPv6 address.
    pub login_failures_per_user: String,
    /// How many failed logins of one name are allowed from all addresses together, except addresses from which the
    /// name has logged in recently: `50/min`. When empty, ten times `login_failures_per_user`.
    pub login_failures_per_user_everywhere: String,
    /// How many failed logins from one address are allowed, for all names together: `20/min`; not limited when empty.
    pub login_failures_per_address: String,
    /// The table `[server]`.
    pub server: Server,
    /// How many times one address may try to register: `20/hour`; not limited when empty.
    pub registrations_per_address: String,
    /// How many times one address may request a password reset link or use one that is not valid: `20/hour`; not
    /// limited when empty.
    pub password_resets_per_address: String,
    /// How many password reset links may be requested for one e-mail address: `5/hour`; not limited when empty.
    pub password_resets_per_email: String,
    /// The table `[rest_framework]`.
    pub rest_framework: RestFramework,
    /// The table `[simple_jwt]`.
    pub simple_jwt: SimpleJwt,
    /// The table `[rest_knox]`.
    pub rest_knox: RestKnox,
}

/// The table `[rest_knox]`: django-rest-knox's settings, in lower case. Times are in seconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RestKnox {
    /// How long a token is valid; 0 is forever.
    pub token_ttl: u32,
    /// How many valid tokens a user may have; 0 is no limit.
    pub token_limit_per_user: u32,
    /// Extend the expiry of a token whenever it is used.
    pub auto_refresh: bool,
    /// The shortest extension that is written.
    pub min_refresh_interval: u32,
    /// The word before the token in the header.
    pub auth_header_prefix: String,
}

impl Default for RestKnox {
    fn default() -> Self {
        Self {
            token_ttl: 36_000,
            token_limit_per_user: 0,
            auto_refresh: false,
            min_refresh_interval: 60,
            auth_header_prefix: "Token".to_owned(),
        }
    }
}

/// The table `[rest_framework]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RestFramework {
    /// The authenticators of views that don't set their own.
    pub default_authentication_classes: Vec<String>,
    /// The permissions of views that don't set their own.
    pub default_permission_classes: Vec<String>,
    /// The number of proxies in front of the server: the client's address is this many places from the right in
    /// `X-Forwarded-For`. With 0 the header is ignored, because every client can send it.
    pub num_proxies: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            debug: false,
            secret_key: String::new(),
            secret_key_fallbacks: Vec::new(),
            allow_weak_secret_key: false,
            allowed_hosts: Vec::new(),
            csrf_trusted_origins: Vec::new(),
            database_url: "sqlite:///db.sqlite3".to_owned(),
            security: Security::default(),
            cookies: Cookies::default(),
            uploads: Uploads::default(),
            append_slash: true,
            credentials_no_store: false,
            basic_authentication_cache_age: 300,
            login_redirect_url: "/accounts/profile/".to_owned(),
            pbkdf2_iterations: 1_000_000,
            password_hashers: passwords::DEFAULT_HASHERS.map(str::to_owned).to_vec(),
            revoke_tokens_on_password_change: false,
            auth_password_validators: passwords::default_validators(),
            secure_proxy_ssl_header: Vec::new(),
            email_backend: String::new(),
            email_file_path: None,
            default_from_email: "webmaster@localhost".to_owned(),
            password_reset_url: String::new(),
            password_reset_timeout: belleville_auth::reset_token::PASSWORD_RESET_TIMEOUT,
            templates: None,
            content_security_policy: None,
            login_failures_per_user: String::new(),
            login_failures_per_user_everywhere: String::new(),
            login_failures_per_address: String::new(),
            server: Server::default(),
            registrations_per_address: String::new(),
            password_resets_per_address: String::new(),
            password_resets_per_email: String::new(),
            rest_framework: RestFramework::default(),
            simple_jwt: SimpleJwt::default(),
            rest_knox: RestKnox::default(),
        }
    }
}

impl Default for RestFramework {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            default_authentication_classes: names(&["SessionAuthentication", "BasicAuthentication"]),
            // DRF's own default is AllowAny; here a view without permissions is closed.
            default_permission_classes: names(&["IsAuthenticated"]),
            num_proxies: 0,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("debug", &self.debug).finish_non_exhaustive()
    }
}

/// A setting that cannot be used, and how to fix it.
#[derive(Debug)]
pub struct SettingsError(pub(crate) String);

impl SettingsError {
    /// An error about a setting: what is wrong and what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Reads `belleville.toml` in a folder (if it exists) and then the environment.
    ///
    /// # Errors
    /// When a key is unknown or a value is of the wrong type; the text names it and the known keys.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join("belleville.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(SettingsError(format!("cannot read {}: {error}", path.display()))),
        };
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::read(&text, &environment)
    }

    /// Reads settings from the text of a file and a set of environment variables.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn read(text: &str, environment: &BTreeMap<String, String>) -> Result<Self, SettingsError> {
        let mut settings = Self::of_document(text)?;
        let mut table: toml::Table = text.parse().map_err(|error| in_file(text, &error))?;
        for given in environment::given(environment)? {
            given.put(&mut table);
            settings = Self::of_table(table.clone()).map_err(|error| {
                SettingsError(format!("{} is `{}`: {}", given.variable, given.text, error.message()))
            })?;
        }
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        if self.pbkdf2_iterations == 0 {
            return Err(SettingsError::new("pbkdf2_iterations is 0; Django 5.2 uses 1000000"));
        }
        if self.rest_framework.default_permission_classes.is_empty() {
            return Err(SettingsError::new(
                "rest_framework.default_permission_classes is empty, which lets everybody in; say AllowAny if that is meant, \
                 or IsAuthenticated",
            ));
        }
        let policy = self.content_security_policy.as_deref().unwrap_or_default();
        if HeaderValue::from_str(policy).is_err() {
            return Err(SettingsError::new("content_security_policy should be one line of ASCII"));
        }
        self.security.check()?;
        self.cookies.check()?;
        Middleware::new(self)?;
        self.login_rates()?;
        self.server.check(self.uploads.data_upload_max_memory_size)?;
        self.account_rates()?;
        self.simple_jwt.check()
    }

    /// The validators of new passwords.
    ///
    /// # Errors
    /// When a validator or one of its options is unknown.
    pub fn password_validators(&self) -> Result<Vec<Box<dyn PasswordValidator>>, SettingsError> {
        self.auth_password_validators.iter().map(Validator::build).collect()
    }

    /// The header by which a proxy says that the client came over HTTPS, and its value.
    pub(crate) fn secure_proxy_header(&self) -> Result<Option<(HeaderName, String)>, SettingsError> {
        match self.secure_proxy_ssl_header.as_slice() {
            [] => Ok(None),
            [name, value] => Ok(Some((wsgi_header("secure_proxy_ssl_header", name)?, value.clone()))),
            _ => Err(SettingsError::new(
                "secure_proxy_ssl_header should be a header and a value: [\"HTTP_X_FORWARDED_PROTO\", \"https\"]",
            )),
        }
    }

    /// The limits of failed logins.
    pub(crate) fn login_rates(&self) -> Result<LoginRates, SettingsError> {
        let per_user = rate("login_failures_per_user", &self.login_failures_per_user)?;
        let everywhere =
            rate("login_failures_per_user_everywhere", &self.login_failures_per_user_everywhere)?;
        Ok(LoginRates {
            per_user,
            per_user_everywhere: everywhere.or(per_user.map(|rate| rate.times(10))),
            per_address: rate("login_failures_per_address", &self.login_failures_per_address)?,
        })
    }

    /// The limits of registrations and password resets.
    pub(crate) fn account_rates(&self) -> Result<AccountRates, SettingsError> {
        Ok(AccountRates {
            registrations_per_address: rate("registrations_per_address", &self.registrations_per_address)?,
            password_resets_per_address: rate(
                "password_resets_per_address",
                &self.password_resets_per_address,
            )?,
            password_resets_per_email: rate("password_resets_per_email", &self.password_resets_per_email)?,
        })
    }
}

/// A limit; none when it is empty.
fn rate(name: &str, text: &str) -> Result<Option<Rate>, SettingsError> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|error: String| SettingsError(format!("{name}: {error}"))),
    }
}

/// A header by the name that WSGI gives it: `HTTP_X_TOKEN` for `X-Token`.
pub(crate) fn wsgi_header(setting: &str, name: &str) -> Result<HeaderName, SettingsError> {
    name.strip_prefix("HTTP_")
        .and_then(|name| HeaderName::try_from(name.to_ascii_lowercase().replace('_', "-")).ok())
        .ok_or_else(|| {
            SettingsError(format!("{setting} has `{name}`; write it as WSGI does: HTTP_X_TOKEN for X-Token"))
        })
}

/// An error of a key or an algorithm.
pub(crate) fn in_simple_jwt(error: impl fmt::Display) -> SettingsError {
    SettingsError(format!("simple_jwt: {error}"))
}

fn in_file(text: &str, error: &toml::de::Error) -> SettingsError {
    let message = error.message();
    // serde's words: unknown field `a`, expected one of `b`, `c`.
    let mut quoted = message.split('`').skip(1).step_by(2);
    let meant = match quoted.next() {
        Some(field) if message.starts_with("unknown field") => did_you_mean(field, quoted),
        _ => String::new(),
    };
    SettingsError(format!("belleville.toml, line {}: {message}{meant}", line_of(text, error.span())))
}

fn line_of(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let end = span.map_or(0, |span| span.start).min(text.len());
    text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Settings, String> {
        let environment =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(text, &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let settings =
            read("debug = true\nallowed_hosts = ['a']", &[("ALLOWED_HOSTS", "b, c"), ("DEBUG", "0")])
                .expect("good settings");
        assert!(!settings.debug);
        assert_eq!(settings.allowed_hosts, ["b", "c"]);
    }

    #[test]
    fn mistakes_name_the_setting_and_how_to_fix_it() {
        for (text, variables, part) in [
            ("debgu = true", &[][..], "unknown field `debgu`; did you mean `debug`? Known are `debug`, "),
            ("[rest_framework]\npage_siez = 3", &[], "expected one of `default_authentication_classes`"),
            ("[rest_framework]\nnum_proxy = 3", &[], "; did you mean `num_proxies`?"),
            (
                "",
                &[("REST_FRAMEWORK__NUM_PROXY", "1")],
                "the environment has REST_FRAMEWORK__NUM_PROXY, which is no setting; did you mean `REST_FRAMEWORK__NUM_PROXIES`?",
            ),
            (
                "",
                &[("REST_FRAMEWORK__PAGE_SIZE", "1")],
                "the environment has REST_FRAMEWORK__PAGE_SIZE, which is no setting; known are REST_FRAMEWORK__DEFAULT_AUTH",
            ),
            ("", &[("SIMPLE_JWT__X", "1"), ("SERVER__X", "1")], "SERVER__X"),
            ("", &[("SIMPLE_JWT__X", "1"), ("SERVER__X", "1")], "SIMPLE_JWT__X"),
            (
                "rest_framework = { default_permission_classes = [] }",
                &[],
                "rest_framework.default_permission_classes is empty, which lets everybody in",
            ),
            ("debug = 'yes'", &[], "expected a boolean"),
            ("\n\ndebug = ", &[], "line 3"),
            ("content_security_policy = \"a\\nb\"", &[], "content_security_policy should be one line"),
            ("", &[("DEBUG", "perhaps")], "DEBUG is `perhaps`; it should be 1 or 0"),
            ("", &[("SESSION_COOKIE_AGE", "long")], "it should be a whole number"),
            ("", &[("SESSION_COOKIE_AGE", "-1")], "SESSION_COOKIE_AGE is `-1`: "),
            ("debug = true\npbkdf2_iterations = 'many'", &[], "belleville.toml, line 2: "),
        ] {
            let error = read(text, variables).expect_err(text);
            assert!(error.contains(part), "{text:?}: {error}");
        }
    }
}
