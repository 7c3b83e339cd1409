//! A database that is there for as long as its test. Its tables are made once for each set of migrations, and copied.

mod keeper;
mod name;
mod postgres;
mod sqlite;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use belleville_db::Database;
use belleville_manage::settings::Settings;
use tokio::sync::OnceCell;

use crate::App;

/// The environment variable that says where tests have their databases: the URL of a server of PostgreSQL, or `sqlite`.
pub(super) const VARIABLE: &str = "TEST_DATABASE_URL";

/// A migrated database, which goes with the last client that uses it.
pub(super) enum TestDatabase {
    Sqlite(sqlite::Folder),
    Postgres(postgres::OwnDatabase),
}

impl TestDatabase {
    /// On the server that the environment or the program's `database_url` names, or in a file.
    pub(super) async fn new(app: &App, settings: &Settings) -> Result<Self, String> {
        let url = std::env::var(VARIABLE).unwrap_or_else(|_| settings.database_url.clone());
        match url.split(':').next() {
            Some("sqlite") => sqlite::copy(app, settings).await.map(Self::Sqlite),
            Some("postgres" | "postgresql") => postgres::copy(app, settings, &url).await.map(Self::Postgres),
            _ => Err(format!("{VARIABLE} should be like postgres://user:password@host:5432/name, or sqlite")),
        }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => folder.url(),
            Self::Postgres(database) => database.url(),
        }
    }
}

/// Applies the migrations to an empty database.
async fn migrate(app: &App, settings: &Settings, url: String) -> Result<(), String> {
    let mut settings = settings.clone();
    settings.database_url = url;
    let db: Database = app.database(&settings).map_err(|error| error.to_string())?;
    app.migrate_with(&db, &settings)
        .await
        .map_err(|error| format!("the migrations cannot be applied: {error}"))
}

/// The number of what [`migrate`] makes: programs with other migrations have other ones.
fn number_of(app: &App, settings: &Settings) -> Result<u64, String> {
    let state = app.migrated_state(settings).map_err(|error| error.to_string())?;
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    settings.guardian.anonymous_user_name.hash(&mut hasher);
    Ok(hasher.finish())
}

/// What was made once in this process, by a key. Who asks while it is made waits for it.
struct Once<T>(LazyLock<Mutex<HashMap<String, Arc<OnceCell<T>>>>>);

impl<T> Once<T> {
    const fn new() -> Self {
        Self(LazyLock::new(Mutex::default))
    }

    fn of(&self, key: String) -> Arc<OnceCell<T>> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }
}
