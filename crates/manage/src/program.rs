//! The program as the command line sees it.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use belleville_auth::contenttypes;
use belleville_auth::guardian;
use belleville_auth::hashing::HashingPool;
use belleville_auth::user::{self, AuthUser, UserModelError};
use belleville_auth::users;
use belleville_db::migrations::{AppConfig, MigrationName, Migrator};
use belleville_db::schema::{self, Difference};
use belleville_db::{Database, Model, ModelMeta, Registry};
use belleville_rest::development::DevelopmentPages;
use belleville_rest::monitoring::Waiting;
use belleville_rest::renderers::BoxedRenderer;
use belleville_rest::serializers::set_url_field_name;
use belleville_rest::urls::Urls;

use crate::application::{Application, Hooks, hashing_pool};
use crate::console::CommandError;
use crate::declared::declared;
use crate::secret_key;
use crate::settings::{Settings, SettingsError};

/// A program: its apps, its URLs and what its first start shows.
pub struct Program {
    /// The name in messages.
    pub name: &'static str,
    /// The folder of its manifest, where `belleville.toml` is looked for after the current folder.
    pub manifest_folder: &'static str,
    /// The program's own apps, in the order of their tables, which come after Django's.
    pub apps: Vec<AppConfig>,
    /// Chooses the user model: [`user::choose`] of its type.
    pub user_model: fn() -> Result<(), UserModelError>,
    /// The URLs of the API.
    pub urls: fn() -> Urls,
    /// The pages that people see.
    pub pages: fn(&Settings) -> Result<Pages, SettingsError>,
    /// Fills a new database with sample rows, at the first start.
    pub demo: Option<Demo>,
    /// What the program sets in code.
    pub hooks: Hooks,
}

/// The pages that people see: their URLs, which come after the API's, and the renderers besides JSON.
pub struct Pages {
    /// The URLs.
    pub urls: Urls,
    /// The renderers.
    pub renderers: Vec<BoxedRenderer>,
    /// What is shown besides when `debug` is on.
    pub development: Arc<dyn DevelopmentPages>,
    /// What makes ready what they need.
    pub app: Arc<dyn belleville_rest::apps::App>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// Fills an empty database with sample rows. It gets two ordinary users.
pub type Demo = for<'a> fn(&'a Database, &'a [AuthUser]) -> DemoFuture<'a>;

/// The future of a [`Demo`].
pub type DemoFuture<'a> = Pin<Box<dyn Future<Output = belleville_db::Result<()>> + Send + 'a>>;

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A program with its settings and its database open.
pub(crate) struct Opened<'a> {
    pub(crate) program: &'a Program,
    /// Django's apps and the program's own.
    pub(crate) apps: Vec<AppConfig>,
    pub(crate) settings: Settings,
    pub(crate) db: Database,
}

impl Program {
    /// The program as it answers requests, with these settings; no file and no environment is looked at.
    ///
    /// # Errors
    /// When a setting cannot be used, a key can be guessed or the database cannot be opened; the text says how to fix
    /// it.
    pub fn application(&self, settings: Settings) -> Result<Arc<Application>, CommandError> {
        self.application_with(settings, self.hooks.clone())
    }

    /// The same with other hooks than the program's own.
    ///
    /// # Errors
    /// As [`Program::application`].
    pub fn application_with(
        &self,
        settings: Settings,
        hooks: Hooks,
    ) -> Result<Arc<Application>, CommandError> {
        settings.refuse_weak_keys()?;
        self.open_with(settings)?.application_with(hooks)
    }

    /// Applies the migrations that are not applied yet, calls `tell` with each of them, and creates content types,
    /// permissions and guardian's user; returns how many migrations were applied.
    ///
    /// # Errors
    /// When a migration fails or the history in the database is inconsistent.
    pub async fn migrate(
        &self,
        db: &Database,
        settings: &Settings,
        tell: impl FnMut(MigrationName) + Send,
    ) -> Result<usize, CommandError> {
        migrate(&self.installed_apps()?, db, settings, tell).await
    }

    /// The database of the settings, with the program's models.
    ///
    /// # Errors
    /// When it cannot be opened or the user model is not the one of the process.
    pub fn database(&self, settings: &Settings) -> Result<Database, CommandError> {
        Ok(self.open_with(settings.clone())?.db)
    }

    /// A text that differs where [`Program::migrate`] makes something else of an empty database: the migrations, and what content
    /// types and permissions are made of. Who needs many new databases migrates one and copies it.
    ///
    /// # Errors
    /// When the user model is not the one of the process.
    pub fn migrated_state(&self, settings: &Settings) -> Result<String, CommandError> {
        let mut text = settings.time_zone.clone();
        for AppConfig { label, models, migrations, managed_by_django, .. } in self.installed_apps()? {
            let models = models
                .iter()
                .map(|meta| (meta.model_name, meta.verbose_name, meta.default_permissions, meta.permissions));
            let models: Vec<_> = models.collect();
            text.push_str(&format!("\n{label} {managed_by_django} {models:?} {migrations:?}"));
        }
        Ok(text)
    }

    /// Reads the settings and opens the database.
    pub(crate) fn open(&self) -> Result<Opened<'_>, CommandError> {
        self.open_with(self.settings()?)
    }

    fn open_with(&self, settings: Settings) -> Result<Opened<'_>, CommandError> {
        let apps = self.installed_apps()?;
        let models = apps.iter().flat_map(|app| app.models.iter().copied());
        let db = Database::open_in(&settings.database_url, Registry::new(models), settings.time_zone()?)?;
        let storage = self.hooks.storage.clone();
        db.set_storage(storage.unwrap_or_else(|| Arc::new(settings.media.storage())));
        Ok(Opened { program: self, apps, settings, db })
    }

    /// Django's apps and the program's own, with the program's user model.
    fn installed_apps(&self) -> Result<Vec<AppConfig>, CommandError> {
        (self.user_model)().map_err(|error| CommandError::new(error.to_string()))?;
        user::install(self.apps.iter().cloned()).map_err(|error| CommandError::new(error.to_string()))
    }

    /// The same where the user model's app may have no migration yet.
    pub(crate) fn unmigrated_apps(&self) -> Result<Vec<AppConfig>, CommandError> {
        (self.user_model)().map_err(|error| CommandError::new(error.to_string()))?;
        user::install_unmigrated(self.apps.iter().cloned())
            .map_err(|error| CommandError::new(error.to_string()))
    }

    /// The settings of the current folder's `belleville.toml`, or of the one beside the manifest; then the environment.
    pub(crate) fn settings(&self) -> Result<Settings, CommandError> {
        let mut settings = Settings::load(&self.settings_folder())?;
        if settings.secret_key.is_empty() {
            settings.secret_key = secret_key::for_development(settings.debug)?;
        }
        Ok(settings)
    }

    fn settings_folder(&self) -> PathBuf {
        let here = Path::new(".");
        if here.join("belleville.toml").is_file() {
            here.to_owned()
        } else {
            PathBuf::from(self.manifest_folder)
        }
    }
}

async fn migrate(
    apps: &[AppConfig],
    db: &Database,
    settings: &Settings,
    tell: impl FnMut(MigrationName) + Send,
) -> Result<usize, CommandError> {
    let applied = Migrator::new(apps).migrate(db, tell).await?;
    contenttypes::create_missing(db, apps).await?;
    create_anonymous_user(db, settings).await?;
    Ok(applied)
}

/// Makes the user that stands for those who are not logged in, where the program has guardian's tables.
pub(crate) async fn create_anonymous_user(db: &Database, settings: &Settings) -> belleville_db::Result<()> {
    match &settings.guardian.anonymous_user_name {
        Some(name) if guardian::is_installed(db.registry()) => {
            guardian::create_anonymous_user(db, name).await
        }
        _ => Ok(()),
    }
}

/// Counts the migrations of some apps that are not applied to a database.
fn waiting(apps: &[AppConfig]) -> Arc<Waiting> {
    let apps: Arc<[AppConfig]> = apps.into();
    Arc::new(move |db| {
        let apps = Arc::clone(&apps);
        Box::pin(async move {
            let plan = Migrator::new(&apps).plan(&db).await;
            plan.map(|waiting| waiting.len()).map_err(|error| error.to_string())
        })
    })
}

impl Opened<'_> {
    pub(crate) fn migrator(&self) -> Migrator<'_> {
        Migrator::new(&self.apps)
    }

    /// Applies what is not applied yet, saying so.
    pub(crate) async fn migrate(&self) -> Result<usize, CommandError> {
        migrate(&self.apps, &self.db, &self.settings, |migration| println!("  Applying {migration}... OK"))
            .await
    }

    /// Creates what is missing of content types and permissions, and guardian's user, where their tables are there.
    pub(crate) async fn create_rows_of_migrations(&self) -> Result<(), CommandError> {
        let waiting = self.migrator().plan(&self.db).await?;
        let waits = |apps: &[&str]| waiting.iter().any(|name| apps.contains(&name.app));
        if !waits(&["auth", "contenttypes"]) {
            contenttypes::create_missing(&self.db, &self.apps).await?;
        }
        if !waits(&[user::meta().app_label]) {
            create_anonymous_user(&self.db, &self.settings).await?;
        }
        Ok(())
    }

    /// Whether there is a user besides guardian's.
    pub(crate) async fn has_users(&self) -> Result<bool, CommandError> {
        let users = AuthUser::objects();
        let users = match &self.settings.guardian.anonymous_user_name {
            Some(name) if guardian::is_installed(self.db.registry()) => {
                users.exclude(user::login_column().eq(name))
            }
            _ => users,
        };
        Ok(users.exists(&self.db).await?)
    }

    pub(crate) fn hashing(&self) -> Result<HashingPool, CommandError> {
        Ok(hashing_pool(&self.settings)?)
    }

    pub(crate) fn application(&self) -> Result<Arc<Application>, CommandError> {
        self.application_with(self.program.hooks.clone())
    }

    fn application_with(&self, mut hooks: Hooks) -> Result<Arc<Application>, CommandError> {
        let pages = (self.program.pages)(&self.settings)?;
        hooks.development_pages.get_or_insert(pages.development);
        hooks.pages.get_or_insert(pages.app);
        hooks.waiting_migrations.get_or_insert(waiting(&self.apps));
        set_url_field_name(&self.settings.rest_framework.url_field_name);
        let urls = declared(self.program.urls).map_err(CommandError::new)?.fallback(pages.urls);
        Ok(Application::new(self.settings.clone(), self.db.clone(), urls, pages.renderers, hooks)?)
    }

    /// The user with a name.
    pub(crate) async fn user(&self, username: &str) -> Result<Option<AuthUser>, CommandError> {
        self.check_tables().await?;
        Ok(users::find(&self.db, username).await?)
    }

    /// Where the tables are not what the models say; nothing while migrations wait, which may be what is missing.
    pub(crate) async fn differences(&self) -> Result<Vec<Difference>, CommandError> {
        let mut differences = Vec::new();
        if self.migrator().plan(&self.db).await?.is_empty() {
            for meta in self.db.registry().models() {
                let found = schema::differences(&self.db, meta).await?;
                differences.extend(found.into_iter().map(|found| self.named_owner(meta, found)));
            }
        }
        Ok(differences)
    }

    /// Says of a table that Django makes who has to change it.
    fn named_owner(&self, meta: &ModelMeta, found: Difference) -> Difference {
        let label = meta.app_label;
        if !self.apps.iter().any(|app| app.label == label && app.managed_by_django) {
            return found;
        }
        let text = format!(
            "{} (The app {label} is managed by Django: the migration is one of Django's, and `manage.py migrate {label}` applies \
             it.)",
            found.text
        );
        Difference { text, ..found }
    }

    /// Refuses tables by which requests would fail.
    pub(crate) async fn refuse_differences(&self) -> Result<(), CommandError> {
        let fatal = self.differences().await?.into_iter().filter(|difference| difference.is_fatal);
        let fatal: Vec<String> = fatal.map(|difference| difference.text).collect();
        if fatal.is_empty() { Ok(()) } else { Err(CommandError::new(fatal.join("\n"))) }
    }

    /// Refuses a database without tables; the error says how to fix it.
    pub(crate) async fn check_tables(&self) -> Result<(), CommandError> {
        if self.migrator().plan(&self.db).await?.is_empty() {
            return Ok(());
        }
        Err(CommandError::new("the database is not migrated; run the command `migrate` first"))
    }
}
