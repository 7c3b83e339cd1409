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
