//! A program that is ready to answer requests: its settings, its apps and its URLs, put together once at start. Nothing below
//! knows it; a request reaches what it needs by its [`Services`].

use std::sync::Arc;

use belleville_accounts::account::Accounts;
use belleville_accounts::knox::Knox;
use belleville_accounts::mail::{MailSettings, MailTransport, Mailer, admins};
use belleville_accounts::simplejwt::{JsonWebTokens, UserAuthenticationRule};
use belleville_auth::cache::Cache;
use belleville_auth::hashing::HashingPool;
use belleville_auth::sessions::engine::SessionEngine;
use belleville_auth::signing::SecretKeys;
use belleville_db::files::Storage;
use belleville_db::{Database, Registry, validators};
use belleville_http::compression::CompressionMiddleware;
use belleville_http::cors::CorsMiddleware;
use belleville_http::csrf::CsrfViewMiddleware;
use belleville_http::forwarding::Forwarding;
use belleville_http::hosts::AllowedHosts;
use belleville_http::request::{HttpRequest, Parts};
use belleville_http::response::Response;
use belleville_http::security::SecurityMiddleware;
use belleville_http::server::{BodyLimits, Limits, Serve, ServerSettings, Tls};
use belleville_http::services::Services;
use belleville_http::session::SessionMiddleware;
use belleville_rest::apps::App;
use belleville_rest::development::DevelopmentPages;
use belleville_rest::events::EventHook;
use belleville_rest::guardian::GuardianApp;
use belleville_rest::login;
use belleville_rest::middleware::{BoxedMiddleware, Stack};
use belleville_rest::monitoring::{Health, Metrics, Monitoring, Waiting};
use belleville_rest::policies::{CompletePolicies, Policies};
use belleville_rest::renderers::BoxedRenderer;
use belleville_rest::reports::ErrorHooks;
use belleville_rest::request::{Forced, Request};
use belleville_rest::throttling::{self, Throttling};
use belleville_rest::urls::{Route, Urls};
use belleville_rest::views::into_app;

use crate::settings::{Settings, SettingsError};

/// A program that is ready to answer requests.
pub struct Application {
    /// The settings it was started with.
    pub settings: Settings,
    /// The database.
    pub db: Database,
    /// The pool that hashes passwords.
    pub hashing: Arc<HashingPool>,
    /// The keys that sign and verify.
    pub keys: SecretKeys,
    services: Arc<Services>,
    limits: Arc<Limits>,
    tls: Option<Tls>,
    middleware: Stack,
}

/// What a program sets in code, where Django has a dotted path in its settings.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Hooks {
    /// Is called for every event: logins, tokens, passwords.
    pub events: EventHook,
    /// Are called for every error that nothing has handled.
    pub errors: ErrorHooks,
    /// Who may have JSON Web Tokens, instead of every active user: simplejwt's `USER_AUTHENTICATION_RULE`.
    pub user_authentication_rule: Option<UserAuthenticationRule>,
    /// Where uploaded files are kept, instead of the folder `media_root`: Django's `STORAGES`.
    pub storage: Option<Arc<dyn Storage>>,
    /// The mail transport, instead of the one of `email_backend`.
    pub mail: Option<Arc<dyn MailTransport>>,
    /// The policies of views that don't set their own, over those of the settings.
    pub policies: Policies,
    /// What the program does around its views, the outermost first.
    pub middleware: Vec<BoxedMiddleware>,
    /// Counts the migrations that are not applied, for who asks whether the program is healthy.
    pub waiting_migrations: Option<Arc<Waiting>>,
    /// What makes ready what the pages need.
    pub pages: Option<Arc<dyn App>>,
    /// What is shown in development, where `debug` is on: Django's technical pages.
    pub development_pages: Option<Arc<dyn DevelopmentPages>>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").field("events", &self.events).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").field("db", &self.db).finish_non_exhaustive()
    }
}

/// The apps that every program has. What they do not need, such as tables, a program adds by itself.
fn installed(settings: &Settings, hooks: &Hooks) -> Vec<Box<dyn App>> {
    vec![
        Box::new(Knox),
        Box::new(GuardianApp),
        Box::new(JsonWebTokens::new(
            &settings.simple_jwt,
            &settings.secret_key,
            hooks.user_authentication_rule,
        )),
        Box::new(Accounts::new(&settings.account, &settings.mail, hooks.mail.clone())),
    ]
}

impl Application {
    /// Checks the settings, sets the views' defaults and starts the hashing pool. The setting `default_renderer_classes` may name
    /// the given renderers.
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
        let apps = installed(&settings, &hooks);
        let authenticators = apps.iter().flat_map(|app| app.authenticators()).collect();
        let defaults = CompletePolicies::of_settings(&settings.rest_framework, authenticators, &renderers)?;
        let defaults = defaults.atomic(settings.middleware.atomic_requests);
        let defaults = hooks.policies.complete(&defaults);
        let development_pages = hooks.development_pages.filter(|_| settings.debug);
        let development_urls = development_pages.as_ref().map(|pages| pages.urls()).unwrap_or_default();
        for urls in [&urls, &development_urls] {
            urls.resolve_policies(&defaults, db.registry());
        }
        let keys = secret_keys(&settings)?;
        let hashing = Arc::new(hashing_pool(&settings)?);
        let tls = Tls::of(&settings.server)?;
        let limits = Arc::new(Limits::new(&settings.server, settings.rest_framework.trusted_proxies() > 0));
        let cache = settings.cache.cache(&db)?;
        let monitoring = Monitoring::new(
            &settings.monitoring,
            Health::new(hooks.waiting_migrations),
            Metrics::new(Arc::clone(&limits)),
        )?;
        let mut middleware = middleware(&settings, &keys, &cache, monitoring, Arc::new(urls))?;
        middleware.own = hooks.middleware;
        middleware.development_urls = development_urls;
        let mut services = base_services(&settings, &db, &limits)?;
        services.insert(keys.clone());
        services.insert(Arc::clone(&hashing));
        services.insert(hooks.events);
        services.insert(settings.rest_framework.field_defaults()?);
        services.insert(settings.passwords.validators()?);
        services.insert(Arc::clone(&middleware.session));
        services.insert(Arc::clone(&middleware.csrf));
        services.insert(Arc::clone(&middleware.urls));
        if let Some(pages) = development_pages {
            services.insert(pages);
        }
        login::ready(&settings.login, &mut services)?;
        services.insert(cache);
        throttling::ready(&settings.rest_framework, &mut services)?;
        for app in &apps {
            app.ready(&mut services)?;
        }
        let mut errors = hooks.errors;
        errors_by_mail(&settings.mail, &services, &mut errors)?;
        services.insert(errors);
        if let Some(pages) = hooks.pages {
            pages.ready(&mut services)?;
        }
        refuse_mistakes(&middleware.urls, &services)?;
        let services = Arc::new(services);
        Ok(Arc::new(Self { settings, db, hashing, keys, services, limits, tls, middleware }))
    }

    /// Where sessions are kept.
    pub fn session_engine(&self) -> &SessionEngine {
        self.middleware.session.engine()
    }

    /// Whether throttles count in each process for itself.
    pub fn counts_in_memory(&self) -> bool {
        self.services.get::<Throttling>().is_some_and(Throttling::counts_in_memory)
    }

    /// The URLs.
    pub fn urls(&self) -> &Urls {
        &self.middleware.urls
    }

    /// Waits until the queued mail is sent, for ten seconds at most. Call it at the end of a program, after the last
    /// response.
    pub async fn finish_mail(&self) {
        if let Some(mailer) = self.services.get::<Mailer>() {
            mailer.finish().await;
        }
    }

    /// A request, and who it is forced to be from.
    pub(crate) fn request_of(&self, parts: Parts, forced: Option<Forced>) -> Request {
        Request::new(HttpRequest::new(Arc::clone(&self.services), parts), forced)
    }
}

impl Serve for Application {
    fn settings(&self) -> &ServerSettings {
        &self.settings.server
    }

    fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    type Request = Request;

    fn request(&self, parts: Parts) -> Request {
        self.request_of(parts, None)
    }

    fn respond(&self, request: Request) -> impl Future<Output = Response> + Send {
        self.middleware.handle(request)
    }
}

/// The services that every request needs, and the settings of each module.
fn base_services(
    settings: &Settings,
    db: &Database,
    limits: &Arc<Limits>,
) -> Result<Services, SettingsError> {
    let forwarding = Forwarding::new(&settings.forwarding, settings.rest_framework.trusted_proxies())?;
    let bodies = BodyLimits::new(&settings.server, settings.uploads, Arc::clone(limits))
        .with_temporary_folder(settings.media.file_upload_temp_dir.as_deref())
        .with_strict_json(settings.rest_framework.strict_json);
    let mut services = Services::new(db.clone(), settings.debug, forwarding, bodies);
    settings.put_into(&mut services);
    Ok(services)
}

/// Tells the administrators of errors, outside of development, where the settings name some.
fn errors_by_mail(
    settings: &MailSettings,
    services: &Services,
    errors: &mut ErrorHooks,
) -> Result<(), SettingsError> {
    if let Some(mailer) = services.get::<Mailer>()
        && let Some((unhandled, suspicious)) = admins::hooks(settings, mailer)?
        && !services.debug
    {
        errors.add(unhandled);
        errors.add_for_suspicious(suspicious);
    }
    Ok(())
}

/// What stands around the views.
fn middleware(
    settings: &Settings,
    keys: &SecretKeys,
    cache: &Cache,
    monitoring: Monitoring,
    urls: Arc<Urls>,
) -> Result<Stack, SettingsError> {
    let domain = settings.session.session_cookie_domain.as_deref();
    Ok(Stack {
        monitoring,
        cors: CorsMiddleware::new(&settings.cors)?,
        compression: CompressionMiddleware::new(&settings.compression)?,
        security: SecurityMiddleware::new(&settings.security)?,
        session: Arc::new(SessionMiddleware::new(&settings.session, keys, cache)?),
        hosts: AllowedHosts::new(&settings.hosts, settings.debug),
        csrf: Arc::new(CsrfViewMiddleware::new(&settings.csrf, domain)?),
        settings: settings.middleware.clone(),
        disallowed_user_agents: settings.middleware.user_agents()?,
        own: Vec::new(),
        urls,
        development_urls: Urls::new(),
    })
}

/// Refuses wrong declarations, all at once: one line each.
fn refuse_mistakes(urls: &Urls, services: &Services) -> Result<(), SettingsError> {
    let mut mistakes = urls.mistakes();
    mistakes.extend(homeless_relations(services.db.registry()));
    mistakes.extend(services.db.registry().models().iter().flat_map(|meta| validators::mistakes(meta)));
    mistakes.extend(urls.routes().iter().filter_map(Route::view).flat_map(|view| view.mistakes(services)));
    let mut seen = std::collections::HashSet::new();
    mistakes.retain(|mistake| seen.insert(mistake.clone()));
    if mistakes.is_empty() { Ok(()) } else { Err(SettingsError::new(mistakes.join("\n"))) }
}

/// Foreign keys to models of no app, which have no tables.
fn homeless_relations(registry: &Registry) -> Vec<String> {
    let relations =
        registry.models().iter().flat_map(|meta| meta.own_fields().iter().map(move |field| (meta, field)));
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
    settings.passwords.hashing_pool()
}
