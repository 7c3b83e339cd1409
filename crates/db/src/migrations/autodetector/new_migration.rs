//! A migration that is not written yet.

use crate::migrations::MigrationName;
use crate::migrations::operation::Operation;

/// A migration that is not written yet.
#[derive(Clone, Debug)]
pub struct NewMigration {
    /// The app's label.
    pub app: String,
    /// The name: `0002_task_due`.
    pub name: String,
    /// It is the first one of its app.
    pub initial: bool,
    /// What must be applied before.
    pub dependencies: Vec<NewDependency>,
    /// The migrations that it replaces.
    pub replaces: Vec<MigrationName>,
    /// What it does.
    pub operations: Vec<Operation>,
}

/// What a migration that is not written yet depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NewDependency {
    /// The first migration of the user model's app, whichever that is.
    UserModel,
    /// A migration: its app and its name.
    Migration(String, String),
}
