//! The policies of views that don't set their own: DRF's `REST_FRAMEWORK`.

use belleville_http::settings::{Section, SettingsError};
use belleville_http::suggest::did_you_mean;
use serde::Deserialize;

use crate::authentication::{self, BoxedAuthenticator, NamedAuthenticator};
use crate::permissions::{self, Rule};
use crate::renderers::{BoxedRenderer, JsonRenderer};

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
    /// Errors are answered with problem details (RFC 9457), `application/problem+json`, rather than in DRF's form.
    pub problem_details: bool,
    /// Serializers show files as their URLs, where a field does not say so itself; as their names if not.
    pub uploaded_files_use_url: bool,
}

impl Default for RestFramework {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            default_authentication_classes: names(&["SessionAuthentication", "BasicAuthentication"]),
            // DRF's own default is AllowAny; here a view without permissions is closed.
            default_permission_classes: names(&["IsAuthenticated"]),
            num_proxies: 0,
            problem_details: false,
            uploaded_files_use_url: true,
        }
    }
}

impl Section for RestFramework {
    const TABLE: Option<&'static str> = Some("rest_framework");

    fn check(&self) -> Result<(), SettingsError> {
        if self.default_permission_classes.is_empty() {
            return Err(SettingsError::new(
                "rest_framework.default_permission_classes is empty, which lets everybody in; say AllowAny if that is meant, \
                 or IsAuthenticated",
            ));
        }
        Ok(())
    }
}

/// The policies of views that don't set their own.
pub struct Defaults {
    pub(crate) authenticators: Vec<BoxedAuthenticator>,
    pub(crate) permissions: Vec<Rule>,
    pub(crate) renderers: Vec<BoxedRenderer>,
    pub(crate) atomic: bool,
    pub(crate) problem_details: bool,
}

impl std::fmt::Debug for Defaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Defaults").field("permissions", &self.permissions).finish_non_exhaustive()
    }
}

impl Defaults {
    /// The policies that the settings name, among the classes of this crate and those of the apps. JSON is always a
    /// renderer; `others` come after it.
    ///
    /// # Errors
    /// When a class is unknown; the text lists the known ones.
    pub fn new(
        settings: &RestFramework,
        apps: Vec<NamedAuthenticator>,
        mut others: Vec<BoxedRenderer>,
    ) -> Result<Self, SettingsError> {
        let known: Vec<NamedAuthenticator> = authentication::named().into_iter().chain(apps).collect();
        let names: Vec<&str> = known.iter().map(|one| one.names[0]).collect();
        let authenticator = |name: &str| {
            let found = known.iter().find(|one| one.names.contains(&name));
            found.map(|one| one.authenticator.clone())
        };
        let authenticators = resolve(
            "default_authentication_classes",
            &settings.default_authentication_classes,
            authenticator,
            &names,
        )?;
        let permissions = resolve(
            "default_permission_classes",
            &settings.default_permission_classes,
            permissions::by_name,
            permissions::NAMES,
        )?;
        let mut renderers: Vec<BoxedRenderer> = vec![JsonRenderer.into()];
        renderers.append(&mut others);
        Ok(Self {
            authenticators,
            permissions,
            renderers,
            atomic: false,
            problem_details: settings.problem_details,
        })
    }

    /// Whether the handlers of requests run in transactions: the setting `atomic_requests`.
    #[must_use]
    pub fn atomic(self, atomic: bool) -> Self {
        Self { atomic, ..self }
    }
}

/// The classes that a setting names; the error for an unknown name lists the known ones.
fn resolve<T>(
    setting: &str,
    names: &[String],
    by_name: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<Vec<T>, SettingsError> {
    names
        .iter()
        .map(|name| {
            by_name(name).ok_or_else(|| {
                SettingsError::new(format!(
                    "rest_framework.{setting} has `{name}`, which is unknown; known are {} (or DRF's dotted names){}",
                    known.join(", "),
                    did_you_mean(name, known.iter().copied())
                ))
            })
        })
        .collect()
}
