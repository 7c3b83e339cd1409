//! The program's user model among its apps: Django's checks `fields.E301` and `auth.E003`.

use belleville_db::migrations::{AppConfig, MigrationName};
use belleville_db::{FieldRef, ModelMeta};

use super::UserModelError;
use crate::user;

/// Refuses a user model that is in no app or whose names are not unique, and keys to a user model that the program does
/// not use.
pub(super) fn check(apps: &[AppConfig]) -> Result<(), UserModelError> {
    let (label, meta) = (user::label(), user::meta());
    if !models(apps).any(|model| model.label() == label) {
        return Err(UserModelError::new(format!(
            "the user model {label} is in none of the program's apps: add it to the app `{}` with `.model::<{}>()`",
            meta.app_label, meta.name
        )));
    }
    let login = &meta.fields[user::roles().login];
    if !login.unique {
        return Err(UserModelError::new(format!(
            "the field `{}` of {label} is the name to log in with, so it has to be unique: #[field(unique)]",
            login.name
        )));
    }
    match models(apps).flat_map(ModelMeta::field_refs).find(refers_to_replaced_user) {
        None => Ok(()),
        Some(field) => Err(UserModelError::new(format!(
            "{field:?} refers to a user model that the program does not use: its user model is {label} \
             (App::user_model)"
        ))),
    }
}

fn models(apps: &[AppConfig]) -> impl Iterator<Item = &'static ModelMeta> {
    apps.iter().flat_map(|app| app.models.iter().copied())
}

fn refers_to_replaced_user(field: &FieldRef) -> bool {
    field
        .relation
        .as_ref()
        .map(|relation| (relation.to)())
        .is_some_and(|to| to.roles.is_some() && !user::is_user_model(to))
}

/// The first migration of the user model's app.
pub(super) fn first_migration(apps: &[AppConfig]) -> Option<MigrationName> {
    let app = user::meta().app_label;
    let mut migrations = apps.iter().filter(|known| known.label == app).flat_map(|app| &app.migrations);
    migrations.next().map(|migration| MigrationName { app, name: migration.name })
}
