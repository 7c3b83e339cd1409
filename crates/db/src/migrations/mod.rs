//! Migrations as data, and the code that applies them. The table `django_migrations` is shared with Django: the names
//! are Django's, and a migration that one side has applied counts as applied for the other.

mod error;
mod graph;
mod history;
mod migrator;

use std::fmt;

use crate::schema::{self, ColumnOrderError};
use crate::{Model, ModelMeta};

pub use error::MigrationError;
pub use migrator::Migrator;

/// The models and the migrations of one app: Django's `AppConfig`. (A whole program is a `belleville::App`.)
///
/// A program lists its apps in the order of Django's `INSTALLED_APPS`.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The label: `projects`.
    pub label: &'static str,
    /// The models, in the order in which Django's `models.py` declares them, because the ids of content types follow
    /// it.
    pub models: Vec<&'static ModelMeta>,
    /// The migrations, each of which depends on the one before.
    pub migrations: Vec<Migration>,
}

impl AppConfig {
    /// An app without models or migrations.
    pub const fn new(label: &'static str) -> Self {
        Self { label, models: Vec::new(), migrations: Vec::new() }
    }

    /// Adds a model.
    #[must_use]
    pub fn model<M: Model>(mut self) -> Self {
        self.models.push(M::META);
        self
    }

    /// Adds a migration, which is applied after those added before.
    #[must_use]
    pub fn migration(mut self, migration: Migration) -> Self {
        self.migrations.push(migration);
        self
    }
}

/// One step in the history of an app's tables, applied in one transaction with its row in `django_migrations`.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Model, migrations::{AppConfig, Migration}};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "projects")]
/// # struct Project { #[field(primary_key)] id: i64, #[field(max_length = 100)] name: String }
/// let projects = AppConfig::new("projects")
///     .model::<Project>()
///     .migration(Migration::new("0001_initial").create::<Project>());
/// assert_eq!(projects.migrations[0].name, "0001_initial");
/// ```
#[derive(Clone, Debug)]
pub struct Migration {
    /// The name, without the app: `0001_initial`.
    pub name: &'static str,
    /// Migrations of other apps that must be applied before.
    pub dependencies: Vec<MigrationName>,
    /// The operations, in order. A migration that changes nothing in the database has none.
    pub operations: Vec<Operation>,
    /// An earlier migration of the app that already contains this one's effect. See [`Migration::part_of`].
    pub part_of: Option<&'static str>,
}

impl Migration {
    /// A migration without operations.
    pub const fn new(name: &'static str) -> Self {
        Self { name, dependencies: Vec::new(), operations: Vec::new(), part_of: None }
    }

    /// Adds a dependency: this migration of another app is applied first.
    #[must_use]
    pub fn depends_on(mut self, app: &'static str, name: &'static str) -> Self {
        self.dependencies.push(MigrationName { app, name });
        self
    }

    /// Creates a model's table, with its columns in the order that Django's `makemigrations` would choose.
    #[must_use]
    pub fn create<M: Model>(mut self) -> Self {
        self.operations.push(Operation::CreateModel { meta: M::META, columns: None });
        self
    }

    /// Creates a model's table with its columns in this order, for tables that Django's migrations have rebuilt.
    #[must_use]
    pub fn create_in_order<M: Model>(mut self, columns: &'static [&'static str]) -> Self {
        self.operations.push(Operation::CreateModel { meta: M::META, columns: Some(columns) });
        self
    }

    /// History only: the effect is contained in an earlier migration of the app, which makes the tables as they are
    /// in the end. Both are recorded in one transaction. A database in which only the earlier one is applied is
    /// refused: Django has applied only some of its migrations.
    #[must_use]
    pub const fn part_of(mut self, first: &'static str) -> Self {
        self.part_of = Some(first);
        self
    }
}

/// What a migration does to the database.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Creates a model's table and its indexes; nothing for a proxy.
    CreateModel {
        /// The model.
        meta: &'static ModelMeta,
        /// The order of the columns, where it is not that of [`schema::create_model`].
        columns: Option<&'static [&'static str]>,
    },
}

impl Operation {
    fn statements(&self) -> Result<Vec<String>, ColumnOrderError> {
        match self {
            Self::CreateModel { meta, columns } => schema::create_model(meta, *columns),
        }
    }
}

/// A migration's full name, shown as `auth.0001_initial`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MigrationName {
    /// The app's label.
    pub app: &'static str,
    /// The name within the app.
    pub name: &'static str,
}

impl fmt::Display for MigrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}
