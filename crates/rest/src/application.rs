//! What every request needs: settings, the database, keys, the hashing pool and the URLs.

use std::sync::Arc;
use std::time::Duration;

use belleville_auth::hashers::PasswordHashers;
use belleville_auth::hashing::{HashingLimits, HashingPool};
use belleville_auth::models::User;
use belleville_auth::password_validation::PasswordValidator;
use belleville_auth::recent::RecentCredentials;
use belleville_auth::sessions::codec::SessionCodec;
use belleville_auth::signing::SecretKeys;
use belleville_db::{Database, ModelMeta, Registry};
use http::header::HeaderName;

use crate::account::AccountLimits;
use crate::authentication::{self, BoxedAuthenticator};
use crate::development::DevelopmentPages;
use crate::events::EventHook;
use crate::login::LoginLimits;
use crate::mail::{self, MailQueue, MailTransport};
use crate::middleware::Middleware;
use crate::permissions::{self, Rule};
use crate::renderers::{BoxedRenderer, JsonRenderer};
use crate::server::Limits;
use crate::settings::{Settings, SettingsError};
use crate::simplejwt::Jwt;
use crate::suggest::did_you_mean;
use crate::urls::{Route, Urls};

/// A program that is ready to answer requests.
pub struct Application {
    /// The settings it was started with.
    pub settings: Settings,
    /// The database.
    pub db: Database,
    /// The pool that hashes passwords.
    pub hashing: HashingPool,
    /// The keys that sign and verify.
    pub keys: SecretKeys,
    pub(crate) codec: SessionCodec,
    pub(crate) recent: RecentCredentials,
    pub(crate) middleware: Middleware,
    pub(crate) limits: Arc<Limits>,
    pub(crate) login_limits: LoginLimits,
    pub(crate) account_limits: AccountLimits,
    pub(crate) jwt: Jwt,
    pub(crate) hooks: Hooks,
    pub(crate) mail: Option<Arc<dyn MailTransport>>,
    pub(crate) mail_queue: MailQueue,
    pub(crate) password_validators: Vec<Box<dyn PasswordValidator>>,
    pub(crate) secure_proxy_header: Option<(HeaderName, String)>,
    pub(crate) urls: Urls,
    /// What is there besides when `debug` is on.
    pub(crate) development_urls: Urls,
}

/// What a program sets in code, where Django has a dotted path in its settings.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Hooks {
    /// Is called for every event: logins, tokens, passwords.
    pub events: EventHook,
    /// Who may have JSON Web Tokens, instead of every active user: simplejwt's `USER_AUTHENTICATION_RULE`.
    pub user_authentication_rule: Option<fn(&User) -> bool>,
    /// The mail transport, instead of the one of `email_backend`.
    pub mail: Option<Arc<dyn MailTransport>>,
    /// What is shown in development, where `debug` is on: Django's technical pages.
    pub development_pages: Option<Arc<dyn DevelopmentPages>>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").field("events", &self.events).finish_non_exhaustive()
    }
}

/// The policies of views that don't set their own.
pub(crate) struct Defaults {
    pub(crate) authenticators: Vec<BoxedAuthenticator>,
    pub(crate) permissions: Vec<Rule>,
    pub(crate) renderers: Vec<BoxedRenderer>,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Application {
    /// Checks the settings, sets the views' defaults and starts the hashing pool. JSON is always a renderer;
    /// `renderers` come after it.
    ///
    /// # Errors
    /// When a setting cannot be used; the text names it and says how to fix it.
    pub fn new(
        settings: Settings,
        db: Database,
        urls: Urls,
        renderers: Vec<BoxedRenderer>,
        hooks: Hooks,
    ) -> Result<Arc<Self>, SettingsError> {
        let defaults = Arc::new(Defaults::new(&settings, renderers)?);
        for view in urls.routes().iter().filter_map(Route::view) {
            view.set_defaults(&defaults);
        }
        let development_pages = hooks.development_pages.as_ref().filter(|_| settings.debug);
        let development_urls = development_pages.map(|pages| pages.urls()).unwrap_or_default();
        for view in development_urls.routes().iter().filter_map(Route::view) {
            view.set_defaults(&defaults);
        }
        let keys = secret_keys(&settings)?;
        let middleware = Middleware::new(&settings)?;
        let hashing = hashing_pool(&settings)?;
        let codec = SessionCodec::new(&keys);
        let recent = RecentCredentials::new(Duration::from_secs(settings.basic_authentication_cache_age));
        let limits = Arc::new(Limits::new(&settings));
        let login_limits = LoginLimits::new(settings.login_rates()?);
        let account_limits = AccountLimits::new(settings.account_rates()?);
        let jwt = Jwt::new(&settings, &db)?;
        let mail = match &hooks.mail {
            Some(transport) => Some(Arc::clone(transport)),
            None => mail::of_settings(&settings)?,
        };
        let password_validators = settings.password_validators()?;
        let secure_proxy_header = settings.secure_proxy_header()?;
        let application = Self {
            settings,
            db,
            hashing,
            keys,
            codec,
            recent,
            middleware,
            limits,
            login_limits,
            account_limits,
            jwt,
            hooks,
            mail,
            mail_queue: MailQueue::default(),
            password_validators,
            secure_proxy_header,
            urls,
            development_urls,
        };
        refuse_mistakes(&application)?;
        Ok(Arc::new(application))
    }

    /// The URLs.
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// Waits until the queued mail is sent, for ten seconds at most. Call it at the end of a program, after the last
    /// response.
    pub async fn finish_mail(&self) {
        self.mail_queue.finish(Duration::from_secs(10)).await;
    }
}

/// Refuses wrong declarations, all at once: one line each.
fn refuse_mistakes(application: &Application) -> Result<(), SettingsError> {
    let registry = application.db.registry();
    let mut mistakes = application.urls.mistakes();
    mistakes.extend(homeless_relations(registry));
    for view in application.urls.routes().iter().filter_map(Route::view) {
        mistakes.extend(view.mistakes(registry));
        let failed = view.checks.iter().filter_map(|check| check(application).err());
        mistakes.extend(failed.map(|error| error.0));
    }
    let mut seen = std::collections::HashSet::new();
    mistakes.retain(|mistake| seen.insert(mistake.clone()));
    if mistakes.is_empty() { Ok(()) } else { Err(SettingsError(mistakes.join("\n"))) }
}

/// Foreign keys to models of no app, which have no tables.
fn homeless_relations(registry: &Registry) -> Vec<String> {
    let relations =
        registry.models().iter().flat_map(|meta| meta.fields.iter().map(move |field| (meta, field)));
    relations
        .filter_map(|(meta, field)| {
            let to = (field.relation.as_ref()?.to)();
            (!registry.contains(to)).then(|| {
                format!(
                    "{}.{} refers to the model {}, which is in no app: {}",
                    meta.label(),
                    field.name,
                    to.label(),
                    into_app(to)
                )
            })
        })
        .collect()
}

/// How to add a model to its app.
pub(crate) fn into_app(meta: &ModelMeta) -> String {
    format!("add `.model::<{}>()` to `migrations::AppConfig::new(\"{}\")`", meta.name, meta.app_label)
}

/// The keys of the settings.
///
/// # Errors
/// When there is no key.
pub fn secret_keys(settings: &Settings) -> Result<SecretKeys, SettingsError> {
    if settings.secret_key.is_empty() {
        return Err(SettingsError::new(
            "SECRET_KEY is not set; give the one of the Django project whose sessions should be good here, or a new one \
             of at least 50 random characters",
        ));
    }
    Ok(SecretKeys::new(settings.secret_key.clone(), settings.secret_key_fallbacks.iter().cloned()))
}

/// The pool that hashes passwords as the settings say.
///
/// # Errors
/// When its threads cannot be started.
pub fn hashing_pool(settings: &Settings) -> Result<HashingPool, SettingsError> {
    let names = settings.password_hashers.iter().map(String::as_str);
    let hashers = PasswordHashers::from_setting(names, settings.pbkdf2_iterations)
        .map_err(|error| SettingsError(format!("password_hashers: {error}")))?;
    HashingPool::new(hashers, HashingLimits::default())
        .map_err(|error| SettingsError(format!("cannot start the threads that hash passwords: {error}")))
}

impl Defaults {
    fn new(settings: &Settings, mut others: Vec<BoxedRenderer>) -> Result<Self, SettingsError> {
        let rest = &settings.rest_framework;
        let authenticators = resolve(
            "default_authentication_classes",
            &rest.default_authentication_classes,
            authentication::by_name,
            authentication::NAMES,
        )?;
        let permissions = resolve(
            "default_permission_classes",
            &rest.default_permission_classes,
            permissions::by_name,
            permissions::NAMES,
        )?;
        let mut renderers: Vec<BoxedRenderer> = vec![JsonRenderer.into()];
        renderers.append(&mut others);
        Ok(Self { authenticators, permissions, renderers })
    }
}

/// The classes that a setting names; the error for an unknown name lists the known ones.
fn resolve<T>(
    setting: &str,
    names: &[String],
    by_name: fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<Vec<T>, SettingsError> {
    names
        .iter()
        .map(|name| {
            by_name(name).ok_or_else(|| {
                SettingsError(format!(
                    "rest_framework.{setting} has `{name}`, which is unknown; known are {} (or DRF's dotted names){}",
                    known.join(", "),
                    did_you_mean(name, known.iter().copied())
                ))
            })
        })
        .collect()
}
