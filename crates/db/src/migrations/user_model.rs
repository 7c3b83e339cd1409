//! The program's user model in migrations. Those of an app that any program may use refer to it by
//! [`AUTH_USER_MODEL`], as Django's do by `settings.AUTH_USER_MODEL`; the program says at start which model that is.

use super::{AppConfig, FieldState, Migration, MigrationName, ModelState, Operation, Text};

/// Stands for the label of the program's user model: `foreign_key("owner", AUTH_USER_MODEL)`.
pub const AUTH_USER_MODEL: &str = "settings.AUTH_USER_MODEL";

/// What a dependency on the user model's first migration is written as.
const FIRST: MigrationName = MigrationName { app: AUTH_USER_MODEL, name: "__first__" };

impl Migration {
    /// Adds a dependency on the first migration of the user model's app: Django's `swappable_dependency`.
    #[must_use]
    pub fn depends_on_user_model(self) -> Self {
        self.depends_on(FIRST.app, FIRST.name)
    }
}

impl AppConfig {
    /// Puts a model in the place of [`AUTH_USER_MODEL`]. An app whose model it is does not depend on itself. Where no migration
    /// makes the model yet, nothing depends on one.
    #[must_use]
    pub fn with_user_model(mut self, label: &'static str, first: Option<MigrationName>) -> Self {
        let app = self.label;
        for migration in &mut self.migrations {
            let first = first.filter(|first| first.app != app);
            migration.dependencies.retain(|dependency| *dependency != FIRST || first.is_some());
            for dependency in migration.dependencies.iter_mut().filter(|dependency| **dependency == FIRST) {
                *dependency = first.unwrap_or(FIRST);
            }
            for operation in &mut migration.operations {
                replace_label(operation, AUTH_USER_MODEL, label);
            }
        }
        self
    }
}

/// The operation as a migration is written: keys to the program's user model are to [`AUTH_USER_MODEL`].
pub(super) fn with_user_model_named(operation: &Operation, label: &str) -> Operation {
    let mut operation = operation.clone();
    replace_label(&mut operation, label, AUTH_USER_MODEL);
    operation
}

fn replace_label(operation: &mut Operation, from: &str, label: &'static str) {
    let put = |to: &mut Text| {
        if to == from {
            *to = label.into();
        }
    };
    let put_in_field = |field: &mut FieldState| {
        if let Some(relation) = &mut field.relation {
            put(&mut relation.to);
        }
    };
    match operation {
        Operation::CreateModel(ModelState { fields, many, .. }) => {
            fields.iter_mut().for_each(put_in_field);
            many.iter_mut().for_each(|many| put(&mut many.to));
        }
        Operation::AddField { field, .. } | Operation::AlterField { field, .. } => put_in_field(field),
        Operation::AddManyToMany { field, .. } | Operation::AlterManyToMany { field, .. } => {
            put(&mut field.to)
        }
        _ => {}
    }
}
