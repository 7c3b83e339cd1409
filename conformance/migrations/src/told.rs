//! What is told of the migrations, as JSON.

use std::error::Error;

use belleville_db::json::{Dict, Json};
use belleville_db::migrations::autodetector::{Autodetector, NewMigration};
use belleville_db::migrations::{MigrationName, Migrator};
use belleville_db::{Database, Dialect};

use crate::answers::Table;
use crate::stage::{Apps, USER_MODEL};

pub(crate) fn object(members: impl IntoIterator<Item = (String, Json)>) -> Json {
    let mut object = Dict::new();
    for (key, value) in members {
        object.insert(key, value);
    }
    Json::Dict(object)
}

pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> Json {
    lines.into_iter().map(Json::from).collect::<Vec<_>>().into()
}

/// What each migration does, by its name.
pub(crate) fn described(apps: &Apps) -> Json {
    let migrations = apps.0.iter().flat_map(|app| {
        app.migrations.iter().map(move |migration| {
            let operations = migration.operations.iter().map(|operation| operation.describe());
            (format!("{}.{}", app.label, migration.name), lines(operations))
        })
    });
    object(migrations)
}

/// The statements of each migration, by its name.
pub(crate) fn sql(apps: &Apps, dialect: Dialect, backwards: bool) -> Json {
    let migrator = Migrator::new(&apps.0);
    let names = apps.0.iter().flat_map(|app| {
        app.migrations.iter().map(|migration| MigrationName { app: app.label, name: migration.name })
    });
    object(names.map(|name| {
        let told = match migrator.sql_text(name, dialect, backwards) {
            Ok(text) => lines(text),
            Err(error) => error.to_string().into(),
        };
        (name.to_string(), told)
    }))
}

/// What `migrate --check` and `makemigrations --check` find.
pub(crate) async fn waiting(apps: &Apps, db: &Database) -> Result<Json, Box<dyn Error>> {
    let plan = Migrator::new(&apps.0).plan(db).await?;
    let made = Autodetector::new(&apps.0, USER_MODEL)?.changes(&mut Table, &[], None)?;
    let name = |migration: NewMigration| format!("{}.{}", migration.app, migration.name);
    Ok(object([
        ("migrate".to_owned(), lines(plan.iter().map(ToString::to_string))),
        ("makemigrations".to_owned(), lines(made.into_iter().map(name))),
    ]))
}
