//! Why migrations are refused or failed, and how to fix it.

use std::fmt;

use super::{MigrationName, StateError};
use crate::Error;

/// Why the migrations could not be planned or applied. Migrations that were applied before stay applied; none is
/// half-applied.
#[derive(Debug)]
#[non_exhaustive]
pub enum MigrationError {
    /// A migration is applied, but another one that it depends on is not.
    Inconsistent {
        /// What is applied.
        migration: MigrationName,
        /// What should have been applied before.
        dependency: MigrationName,
    },
    /// A migration depends on one that does not exist.
    UnknownDependency {
        /// The migration.
        migration: MigrationName,
        /// What it depends on.
        dependency: MigrationName,
    },
    /// An app has several last migrations, as two branches of a program leave them.
    Conflict {
        /// The app.
        app: &'static str,
        /// The last migrations.
        names: Vec<&'static str>,
    },
    /// A migration needs one of an app that Django migrates, which it has not applied yet.
    WaitsForDjango {
        /// The migration.
        migration: MigrationName,
        /// What Django has to apply.
        dependency: MigrationName,
    },
    /// There is no such app, or it has no migrations.
    UnknownApp(String),
    /// There is no such migration, or the beginning of its name fits to several.
    UnknownMigration {
        /// The app.
        app: &'static str,
        /// What was asked for.
        name: String,
        /// Those that fit.
        fitting: Vec<&'static str>,
    },
    /// A migration that is squashed, or replaced by a squashed one, cannot be squashed again.
    Squashed(MigrationName),
    /// The migration to begin with does not come before the last one.
    NotBefore {
        /// The one to begin with.
        first: MigrationName,
        /// The last one.
        last: MigrationName,
    },
    /// A squashed migration still says that it replaces one that is not there any more.
    Replaced {
        /// The squashed migration.
        migration: MigrationName,
        /// What it replaces.
        replaced: MigrationName,
    },
    /// Django migrates the app, and not this program.
    ManagedByDjango(&'static str),
    /// Migrations depend on each other in a circle; this is one of them.
    Circular(MigrationName),
    /// A migration does not fit to what the earlier ones make.
    State(MigrationName, StateError),
    /// A migration's statement failed; the migration was rolled back.
    Failed(MigrationName, Error),
    /// The database could not be read.
    Database(Error),
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inconsistent { migration, dependency } => write!(
                f,
                "the migration {migration} is applied, but {dependency}, which it depends on, is not; run \
                 `manage.py migrate` of the Django project, or correct the table django_migrations; nothing was changed"
            ),
            Self::UnknownDependency { migration, dependency } => write!(
                f,
                "the migration {migration} depends on {dependency}, which does not exist; correct the name in \
                 `depends_on`, or add the app `{}` to the program",
                dependency.app
            ),
            Self::Conflict { app, names } => write!(
                f,
                "Conflicting migrations detected; multiple leaf nodes in the migration graph: ({} in {app}). To fix them run \
                 the command `makemigrations --merge`",
                names.join(", ")
            ),
            Self::WaitsForDjango { migration, dependency } => write!(
                f,
                "the migration {migration} depends on {dependency}, which Django has not applied yet; run `manage.py migrate \
                 {}` first",
                dependency.app
            ),
            Self::UnknownApp(label) => write!(
                f,
                "the app '{label}' is not there or has no migrations; the command `showmigrations` lists those that do"
            ),
            Self::UnknownMigration { app, name, fitting } if fitting.is_empty() => {
                write!(f, "Cannot find a migration matching '{name}' from app '{app}'.")
            }
            Self::UnknownMigration { app, name, fitting } => write!(
                f,
                "More than one migration matches '{name}' in app '{app}'. Please be more specific: {}",
                fitting.join(", ")
            ),
            Self::Squashed(migration) => write!(
                f,
                "You cannot squash squashed migrations: {migration} is one or is replaced by one; delete those that it replaces, \
                 and take its `replaces` away, once every database has it"
            ),
            Self::NotBefore { first, last } => write!(
                f,
                "The migration '{first}' cannot be found. Maybe it comes after the migration '{last}'? The command \
                 `showmigrations {}` shows the order",
                last.app
            ),
            Self::Replaced { migration, replaced } => write!(
                f,
                "the history keeps {replaced}, because {migration} replaces it; run `migrate` so that {migration} is recorded, \
                 take its `replaces` away, and prune again"
            ),
            Self::ManagedByDjango(app) => write!(
                f,
                "the app '{app}' is managed by Django: run `manage.py migrate {app}`, or take `managed_by_django` away"
            ),
            Self::Circular(migration) => write!(
                f,
                "the migration {migration} depends on itself through others; remove one `depends_on` of the circle"
            ),
            Self::State(migration, error) => write!(f, "the migration {migration}: {error}"),
            Self::Failed(migration, error) => {
                write!(f, "the migration {migration} failed and was undone: {error}")
            }
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MigrationError {}

impl From<Error> for MigrationError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}
