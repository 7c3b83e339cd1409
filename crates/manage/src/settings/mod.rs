//! The settings of a program: `belleville.toml`, then the environment, checked before anything starts.
//!
//! Every module declares the keys that it reads, and this is the list of all of them. With an unknown key the program does
//! not start and lists the known ones; every error names the setting and says how to fix it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::Path;

pub use belleville_accounts::account::AccountSettings;
pub use belleville_accounts::knox::RestKnox;
pub use belleville_accounts::mail::MailSettings;
pub use belleville_accounts::simplejwt::{Audience, SimpleJwt};
use belleville_db::TimeZone;
pub use belleville_http::cache::CacheSettings;
pub use belleville_http::compression::CompressionSettings;
pub use belleville_http::cors::CorsSettings;
pub use belleville_http::csrf::CsrfSettings;
pub use belleville_http::forwarding::ForwardingSettings;
pub use belleville_http::hosts::HostSettings;
pub use belleville_http::media::MediaSettings;
pub use belleville_http::parsers::UploadSettings;
pub use belleville_http::security::SecuritySettings;
pub use belleville_http::server::ServerSettings;
use belleville_http::services::Services;
pub use belleville_http::session::SessionSettings;
use belleville_http::settings::Reader;
pub use belleville_http::settings::{Section, SettingsError};
pub use belleville_pages::PageSettings;
pub use belleville_rest::guardian::GuardianSettings;
pub use belleville_rest::login::LoginSettings;
pub use belleville_rest::middleware::MiddlewareSettings;
pub use belleville_rest::monitoring::MonitoringSettings;
pub use belleville_rest::passwords::{PasswordSettings, Validator, ValidatorOptions};
pub use belleville_rest::policies::RestFramework;
use serde::Deserialize;

mod keys;

/// Makes the struct of all sections, and what is done with each of them.
macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident: $section:ty,)*) => {
        /// Everything that can be set. Names are Django's, in lower case in the file and in upper case in the environment.
        ///
        /// The keys are grouped by the module that reads them; those of [`General`] are at hand directly:
        /// `settings.debug`.
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct Settings {
            $($(#[$meta])* pub $name: $section,)*
        }

        impl Settings {
            /// Reads settings from the text of a file and a set of environment variables.
            ///
            /// # Errors
            /// As [`Settings::load`].
            pub fn read(text: &str, environment: &BTreeMap<String, String>) -> Result<Self, SettingsError> {
                let mut reader = Reader::new(text, environment)?;
                $(reader.declare::<$section>();)*
                reader.refuse_unknown()?;
                let settings = Self { $($name: reader.read()?,)* };
                $(settings.$name.check()?;)*
                settings.check_together()?;
                Ok(settings)
            }

            /// Puts each section among the services, where its module reads it.
            pub(crate) fn put_into(&self, services: &mut Services) {
                $(services.insert(self.$name.clone());)*
            }
        }
    };
}

settings! {
    /// The keys of the program as a whole.
    general: General,
    /// The hosts that requests may name.
    hosts: HostSettings,
    /// The headers of proxies that are believed: `secure_proxy_ssl_header`, `use_x_forwarded_*`.
    forwarding: ForwardingSettings,
    /// Security headers and the redirect to HTTPS: `secure_*`, `x_frame_options`.
    security: SecuritySettings,
    /// Sessions and their cookie: `session_*`.
    session: SessionSettings,
    /// The cache: `cache_*`.
    cache: CacheSettings,
    /// The CSRF check and its cookie: `csrf_*`.
    csrf: CsrfSettings,
    /// Answers in fewer bytes: `compression*`.
    compression: CompressionSettings,
    /// Requests of pages of other sites: `cors_*`.
    cors: CorsSettings,
    /// The limits of a request's body: `data_upload_max_*`, `file_upload_max_memory_size`.
    uploads: UploadSettings,
    /// Where uploaded files are kept: `media_root`, `media_url`, `file_upload_*permissions`.
    media: MediaSettings,
    /// What operators see: `access_log`, `request_id_header`, `health_url`, `metrics_url`.
    monitoring: MonitoringSettings,
    /// What is done around the views: `append_slash`, `prepend_www`, `disallowed_user_agents`, `credentials_no_store`,
    /// `content_security_policy`.
    middleware: MiddlewareSettings,
    /// Logins: `login_*`, `basic_authentication_cache_age`, `revoke_tokens_on_password_change`.
    login: LoginSettings,
    /// How passwords are kept, and which are taken.
    passwords: PasswordSettings,
    /// The account endpoints: `registrations_*`, `password_reset*`.
    account: AccountSettings,
    /// How mail is sent.
    mail: MailSettings,
    /// The pages.
    pages: PageSettings,
    /// guardian's: `anonymous_user_name`.
    guardian: GuardianSettings,
    /// The table `[server]`.
    server: ServerSettings,
    /// The table `[rest_framework]`.
    rest_framework: RestFramework,
    /// The table `[simple_jwt]`.
    simple_jwt: SimpleJwt,
    /// The table `[rest_knox]`.
    rest_knox: RestKnox,
}

/// The keys of the program as a whole.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct General {
    /// Development mode: a secret key is made when none is given, and hosts of this machine are allowed.
    pub debug: bool,
    /// The key that signs sessions and tokens. With the key of a Django project, its sessions are valid here.
    pub secret_key: String,
    /// Older keys, which still verify signatures.
    pub secret_key_fallbacks: Vec<String>,
    /// Start with a key that can be guessed, outside of development too: for a Django project that cannot change its key
    /// yet.
    pub allow_weak_secret_key: bool,
    /// The database: `sqlite:///db.sqlite3`.
    pub database_url: String,
    /// The time zone by its name: `Europe/Berlin`. Rows hold UTC whatever it is.
    pub time_zone: String,
}

impl Default for General {
    fn default() -> Self {
        Self {
            debug: false,
            secret_key: String::new(),
            secret_key_fallbacks: Vec::new(),
            allow_weak_secret_key: false,
            database_url: "sqlite:///db.sqlite3".to_owned(),
            time_zone: "UTC".to_owned(),
        }
    }
}

impl Section for General {
    fn check(&self) -> Result<(), SettingsError> {
        self.time_zone().map(drop)
    }
}

impl General {
    /// The time zone of the program.
    pub(crate) fn time_zone(&self) -> Result<TimeZone, SettingsError> {
        TimeZone::named(&self.time_zone).map_err(|error| {
            SettingsError::new(format!(
                "time_zone: {error}; write one of the IANA's names, such as Europe/Berlin"
            ))
        })
    }
}

impl fmt::Debug for General {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("General").field("debug", &self.debug).finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("debug", &self.debug).finish_non_exhaustive()
    }
}

impl Deref for Settings {
    type Target = General;

    fn deref(&self) -> &General {
        &self.general
    }
}

impl DerefMut for Settings {
    fn deref_mut(&mut self) -> &mut General {
        &mut self.general
    }
}

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
            Err(error) => return Err(SettingsError::new(format!("cannot read {}: {error}", path.display()))),
        };
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::read(&text, &environment)
    }

    /// Refuses values of several modules that cannot work together.
    fn check_together(&self) -> Result<(), SettingsError> {
        let (session, csrf) = (&self.session, &self.csrf);
        if session.session_cookie_name == csrf.csrf_cookie_name && !csrf.csrf_use_sessions {
            return Err(SettingsError::new(
                "session_cookie_name and csrf_cookie_name are the same; a browser keeps one cookie of a name",
            ));
        }
        self.server.check_with(&self.uploads)
    }
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
        assert_eq!(settings.hosts.allowed_hosts, ["b", "c"]);
    }

    #[test]
    fn the_type_of_a_field_says_how_a_variable_is_read() {
        let policy = "default-src 'none', img-src *";
        let variables = [
            ("CONTENT_SECURITY_POLICY", policy),
            ("SIMPLE_JWT__AUDIENCE", "a, b"),
            ("SIMPLE_JWT__LEEWAY", "1.5"),
            ("CSRF_COOKIE_AGE", "false"),
            ("SESSION_COOKIE_DOMAIN", ""),
        ];
        let settings = read("[simple_jwt]\nissuer = 'c'", &variables).expect("good settings");
        assert_eq!(settings.middleware.content_security_policy.as_deref(), Some(policy));
        assert!(matches!(&settings.simple_jwt.audience, Audience::Many(many) if *many == ["a", "b"]));
        assert_eq!((settings.simple_jwt.leeway, settings.simple_jwt.issuer.as_str()), (1.5, "c"));
        assert_eq!((settings.csrf.csrf_cookie_age, settings.session.session_cookie_domain), (None, None));
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
                &[("REST_FRAMEWORK__BOOKSHELVES", "1")],
                "the environment has REST_FRAMEWORK__BOOKSHELVES, which is no setting; known are REST_FRAMEWORK__DEFAULT_AUTH",
            ),
            ("", &[("SIMPLE_JWT__X", "1"), ("SERVER__X", "1")], "SERVER__X"),
            ("", &[("SIMPLE_JWT__X", "1"), ("SERVER__X", "1")], "SIMPLE_JWT__X"),
            (
                "rest_framework = { default_permission_classes = [] }",
                &[],
                "rest_framework.default_permission_classes is empty, which lets everybody in",
            ),
            (
                "time_zone = 'Europe/Berln'",
                &[],
                "time_zone: there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?",
            ),
            ("debug = 'yes'", &[], "expected a boolean"),
            ("debug = true\nserver = 3", &[], "line 2: `server` is a table: write [server]"),
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
