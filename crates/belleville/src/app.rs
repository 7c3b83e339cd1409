//! The program: its apps, its URLs and its command line.

use std::process::ExitCode;
use std::sync::Arc;

use belleville_accounts::mail::MailTransport;
use belleville_auth::models::User;
use belleville_auth::user::{self, AuthUser};
use belleville_db::files::Storage;
use belleville_db::migrations::AppConfig;
use belleville_db::{Database, UserModel};
use belleville_manage::application::{Application, Hooks};
use belleville_manage::settings::{Settings, SettingsError};
use belleville_manage::{CommandError, Demo, Pages, Program};
use belleville_pages::browsable::BrowsableAPIRenderer;
use belleville_pages::development::TechnicalPages;
use belleville_pages::{PagesApp, Templates, api_auth};
use belleville_rest::events::{Event, EventHook};
use belleville_rest::middleware::Middleware;
use belleville_rest::policies::Policies;
use belleville_rest::reports::Report;
use belleville_rest::urls::Urls;

/// A program: its name, its apps, its URLs and its command line.
///
/// Django's own apps (users, sessions, tokens) are included, and so are `/api-auth/login/` and `/api-auth/logout/` for
/// the browsable API. An app of the program is a [`migrations::AppConfig`](crate::db::migrations::AppConfig).
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use belleville::json;
/// use belleville::prelude::*;
///
/// async fn hello(request: Request) -> Result<Response> {
///     Response::data(200, &json!({"hello": request.user()?.username()}))
/// }
///
/// fn urls() -> Urls {
///     Urls::new().path("hello/", View::new("Hello").get(hello))
/// }
///
/// fn main() -> ExitCode {
///     App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).run()
/// }
/// ```
#[derive(Debug)]
pub struct App {
    program: Program,
}

impl App {
    /// A program with a name, the folder of its manifest (`env!("CARGO_MANIFEST_DIR")`) and its URLs.
    pub fn new(name: &'static str, manifest_folder: &'static str, urls: fn() -> Urls) -> Self {
        Self {
            program: Program {
                name,
                manifest_folder,
                apps: Vec::new(),
                user_model: user::choose::<User>,
                urls,
                pages,
                demo: None,
                hooks: Hooks::default(),
            },
        }
    }

    /// Adds an app of the program: its models and migrations, after Django's.
    #[must_use]
    pub fn app(mut self, app: AppConfig) -> Self {
        self.program.apps.push(app);
        self
    }

    /// Sets the program's own user model, instead of Django's `auth.User`: Django's `AUTH_USER_MODEL`. The model says by
    /// `#[model(user(..))]` which of its fields authentication reads; its app is added as any other. A process has one
    /// user model.
    ///
    /// ```
    /// use belleville::prelude::*;
    ///
    /// #[derive(Clone, Debug, Model)]
    /// #[model(app = "shop", user(login = email))]
    /// pub struct Account {
    ///     #[field(primary_key)]
    ///     pub id: i64,
    ///     #[field(kind = EmailField, max_length = 254, unique)]
    ///     pub email: String,
    ///     #[field(max_length = 128)]
    ///     pub password: String,
    ///     #[field(default = true)]
    ///     pub is_active: bool,
    /// }
    ///
    /// # fn urls() -> Urls { Urls::new() }
    /// # let app = || migrations::AppConfig::new("shop");
    /// let program = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).user_model::<Account>().app(app());
    /// # let _ = program;
    /// ```
    #[must_use]
    pub fn user_model<U: UserModel>(mut self) -> Self {
        self.program.user_model = user::choose::<U>;
        self
    }

    /// Sets a function that fills a new database with sample rows, at the first start in development.
    #[must_use]
    pub fn demo(mut self, demo: Demo) -> Self {
        self.program.demo = Some(demo);
        self
    }

    /// Sets a function that is called for every event: logins, failed logins, tokens that are issued or revoked.
    #[must_use]
    pub fn on_event(mut self, hook: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.program.hooks.events = EventHook::new(hook);
        self
    }

    /// Adds a function that is called for every error that nothing has handled, which the client reads as a 500: to send it to a
    /// service that collects errors, for example. It is called while the request waits, so that slow work belongs into a task.
    ///
    /// ```
    /// use belleville::prelude::*;
    /// use belleville::reports::Report;
    ///
    /// fn tell(report: &Report) {
    ///     let view = report.view.as_deref().unwrap_or("no view");
    ///     eprintln!("{} {} ({view}): {}", report.method, report.path, report.reason);
    /// }
    ///
    /// # fn urls() -> Urls { Urls::new() }
    /// let program = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).on_error(tell);
    /// # let _ = program;
    /// ```
    #[must_use]
    pub fn on_error(mut self, hook: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.program.hooks.errors.add(Arc::new(hook));
        self
    }

    /// Sets which users may have JSON Web Tokens, instead of all active users: simplejwt's
    /// `USER_AUTHENTICATION_RULE`.
    #[must_use]
    pub fn user_authentication_rule(mut self, rule: fn(&AuthUser) -> bool) -> Self {
        self.program.hooks.user_authentication_rule = Some(rule);
        self
    }

    /// Keeps uploaded files in a storage of one's own, instead of the folder `media_root`.
    #[must_use]
    pub fn storage(mut self, storage: impl Storage) -> Self {
        self.program.hooks.storage = Some(Arc::new(storage));
        self
    }

    /// Sends mail by a custom transport, instead of the one of `email_backend`.
    #[must_use]
    pub fn mail(mut self, transport: impl MailTransport) -> Self {
        self.program.hooks.mail = Some(Arc::new(transport));
        self
    }

    /// Sets the policies of views that don't set their own, where the settings can name no class of the program: its own renderers,
    /// parsers, negotiation, versioning, metadata, filters, or what answers errors (DRF's `EXCEPTION_HANDLER`).
    ///
    /// ```
    /// use belleville::prelude::*;
    ///
    /// fn gone(error: Error, _: &Request) -> Result<Response> {
    ///     match error {
    ///         Error::Api(exception) if exception.status() == 404 => Ok(Response::empty(410)),
    ///         other => Err(other),
    ///     }
    /// }
    ///
    /// # fn urls() -> Urls { Urls::new() }
    /// let program = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).default_policies(|policies| {
    ///     policies.exception_handler(gone).metadata_class(());
    /// });
    /// # let _ = program;
    /// ```
    #[must_use]
    pub fn default_policies(mut self, set: impl FnOnce(&mut Policies)) -> Self {
        set(&mut self.program.hooks.policies);
        self
    }

    /// Adds something that is done for every request, around the views: before and after what was added later.
    ///
    /// ```
    /// use belleville::middleware::{Middleware, Next};
    /// use belleville::prelude::*;
    ///
    /// /// Nobody gets in while the program is worked on.
    /// struct Maintenance;
    ///
    /// impl Middleware for Maintenance {
    ///     async fn handle(&self, request: &Request, next: Next<'_>) -> Response {
    ///         if std::path::Path::new("maintenance").exists() {
    ///             return Response::text(503, "Back in a moment.");
    ///         }
    ///         next.run(request).await
    ///     }
    /// }
    ///
    /// # fn urls() -> Urls { Urls::new() }
    /// let program = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).middleware(Maintenance);
    /// # let _ = program;
    /// ```
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.program.hooks.middleware.push(middleware.into());
        self
    }

    /// The settings of the program's `belleville.toml`, without the environment.
    pub(crate) fn file_settings(&self) -> Result<Settings, CommandError> {
        let path = std::path::Path::new(self.program.manifest_folder).join("belleville.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(CommandError::new(format!("cannot read {}: {error}", path.display()))),
        };
        Ok(Settings::read(&text, &std::collections::BTreeMap::new())?)
    }

    /// A database of the program with these settings.
    pub(crate) fn database(&self, settings: &Settings) -> Result<Database, CommandError> {
        self.program.database(settings)
    }

    /// A text that differs where the migrations make something else of an empty database.
    pub(crate) fn migrated_state(&self, settings: &Settings) -> Result<String, CommandError> {
        self.program.migrated_state(settings)
    }

    /// The program for tests, with a transport that keeps the mail.
    pub(crate) fn application_with_mail(
        &self,
        settings: Settings,
        transport: Arc<dyn MailTransport>,
    ) -> Result<Arc<Application>, CommandError> {
        let mut hooks = self.program.hooks.clone();
        hooks.mail = Some(transport);
        self.program.application_with(settings, hooks)
    }

    /// The program with these settings, without its command line: for [`server::serve`](crate::server::serve) in a
    /// custom test.
    ///
    /// # Errors
    /// When a setting cannot be used or the database cannot be opened; the text says how to fix it.
    pub fn application(&self, settings: Settings) -> Result<Arc<Application>, CommandError> {
        self.program.application(settings)
    }

    /// Applies the migrations to a database, as the command `migrate` does, without output. The settings are those of the program's
    /// `belleville.toml`, without the environment.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self, db: &Database) -> Result<(), CommandError> {
        self.migrate_with(db, &self.file_settings()?).await
    }

    /// The same with other settings.
    pub(crate) async fn migrate_with(&self, db: &Database, settings: &Settings) -> Result<(), CommandError> {
        self.program.migrate(db, settings, |_| {}).await.map(drop)
    }

    /// Runs the command of the process's arguments; `runserver` without one.
    pub fn run(self) -> ExitCode {
        belleville_manage::main(&self.program, std::env::args_os())
    }
}

/// The pages that people see: `/api-auth/` and the browsable API.
fn pages(settings: &Settings) -> Result<Pages, SettingsError> {
    let templates = Templates::new(settings.pages.templates.as_deref())
        .map(Arc::new)
        .map_err(|error| SettingsError::new(format!("templates: {error}")))?;
    let urls = Urls::new().include("api-auth/", api_auth::urls(&templates));
    let development = Arc::new(TechnicalPages::new(Arc::clone(&templates)));
    let app = Arc::new(PagesApp(Arc::clone(&templates)));
    Ok(Pages { urls, renderers: vec![BrowsableAPIRenderer::new(templates).into()], development, app })
}
