//! A program, put together: its apps and its URLs.

use std::process::ExitCode;
use std::sync::Arc;

use belleville_auth::models::User;
use belleville_db::Database;
use belleville_db::migrations::AppConfig;
use belleville_manage::{CommandError, Demo, Pages, Program};
use belleville_pages::browsable::BrowsableAPIRenderer;
use belleville_pages::{Templates, api_auth};
use belleville_rest::application::{Application, Hooks};
use belleville_rest::events::{Event, EventHook};
use belleville_rest::mail::MailTransport;
use belleville_rest::settings::{Settings, SettingsError};
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
///     Response::data(200, &json!({"hello": request.user()?.username.as_str()}))
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
    /// A program with this name, whose manifest is in this folder (`env!("CARGO_MANIFEST_DIR")`), and its URLs.
    pub fn new(name: &'static str, manifest_folder: &'static str, urls: fn() -> Urls) -> Self {
        Self {
            program: Program {
                name,
                manifest_folder,
                apps: belleville_auth::apps::all(),
                urls,
                pages,
                demo: None,
                hooks: Hooks::default(),
            },
        }
    }

    /// An app of one's own: its models and migrations, after Django's.
    #[must_use]
    pub fn app(mut self, app: AppConfig) -> Self {
        self.program.apps.push(app);
        self
    }

    /// Rows that make a first start in development worth looking at.
    #[must_use]
    pub fn demo(mut self, demo: Demo) -> Self {
        self.program.demo = Some(demo);
        self
    }

    /// Tells a function what happens to credentials: logins, failures, tokens handed out and taken back.
    #[must_use]
    pub fn on_event(mut self, hook: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.program.hooks.events = EventHook::new(hook);
        self
    }

    /// Who may have JSON Web Tokens, instead of every active user: simplejwt's `USER_AUTHENTICATION_RULE`.
    #[must_use]
    pub fn user_authentication_rule(mut self, rule: fn(&User) -> bool) -> Self {
        self.program.hooks.user_authentication_rule = Some(rule);
        self
    }

    /// Carries mail by a transport of one's own, instead of what `email_backend` says.
    #[must_use]
    pub fn mail(mut self, transport: impl MailTransport) -> Self {
        self.program.hooks.mail = Some(Arc::new(transport));
        self
    }

    /// The settings of the program's `belleville.toml`, and of no environment.
    pub(crate) fn file_settings(&self) -> Result<Settings, CommandError> {
        let path = std::path::Path::new(self.program.manifest_folder).join("belleville.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(CommandError::new(format!("cannot read {}: {error}", path.display()))),
        };
        Ok(Settings::read(&text, &std::collections::BTreeMap::new())?)
    }

    /// The program as tests have it: with a transport that keeps its mail here.
    pub(crate) fn application_with_mail(
        &self,
        settings: Settings,
        transport: Arc<dyn MailTransport>,
    ) -> Result<Arc<Application>, CommandError> {
        let mut hooks = self.program.hooks.clone();
        hooks.mail = Some(transport);
        self.program.application_with(settings, hooks)
    }

    /// The program with these settings, without its command line: what a test of one's own hands to
    /// [`server::serve`](crate::server::serve).
    ///
    /// # Errors
    /// When a setting cannot be used or the database cannot be opened; the text says how to fix it.
    pub fn application(&self, settings: Settings) -> Result<Arc<Application>, CommandError> {
        self.program.application(settings)
    }

    /// Brings a database's tables up to date, as the command `migrate` does, in silence.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self, db: &Database) -> Result<(), CommandError> {
        self.program.migrate(db, |_| {}).await.map(drop)
    }

    /// Runs the command that the process was started with; without one, the server.
    pub fn run(self) -> ExitCode {
        belleville_manage::main(&self.program, std::env::args_os())
    }
}

/// The pages that people see: `/api-auth/` and the browsable API.
fn pages(settings: &Settings) -> Result<Pages, SettingsError> {
    let templates = Templates::new(settings.templates.as_deref())
        .map(Arc::new)
        .map_err(|error| SettingsError::new(format!("templates: {error}")))?;
    let urls = Urls::new().include("api-auth/", api_auth::urls(&templates));
    Ok(Pages { urls, renderers: vec![BrowsableAPIRenderer::new(templates).into()] })
}
