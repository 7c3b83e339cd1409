//! The table `django_migrations`: the migrations that Django or Belleville has applied.

use std::collections::BTreeMap;

use super::operation::Operation;
use super::state::{ModelState, ProjectState};
use super::{MigrationError, MigrationName};
use crate::query::statement::Statement;
use crate::schema::SchemaEditor;
use crate::{Database, DateTime, Dialect, Model, Result, now};

/// One applied migration.
#[derive(Clone, Debug, Model)]
#[model(app = "migrations", table = "django_migrations")]
struct Applied {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 255)]
    app: String,
    #[field(max_length = 255)]
    name: String,
    #[field(default = now())]
    applied: DateTime,
}

/// The names in the table, known to this program or not, and when each was applied.
#[derive(Debug, Default)]
pub(super) struct History(BTreeMap<(String, String), DateTime>);

impl History {
    /// Reads the table; without one nothing is applied.
    pub(super) async fn read(db: &Database) -> Result<Self> {
        if !table_exists(db).await? {
            return Ok(Self::default());
        }
        let rows = Applied::objects().all(db).await?;
        Ok(Self(rows.into_iter().map(|row| ((row.app, row.name), row.applied)).collect()))
    }

    /// The names of an app's migrations.
    pub(super) fn of_app<'a>(&'a self, app: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter(move |(known, _)| known == app).map(|(_, name)| name.as_str())
    }

    pub(super) fn applied_at(&self, migration: MigrationName) -> Option<DateTime> {
        self.0.get(&(migration.app.to_owned(), migration.name.to_owned())).copied()
    }

    pub(super) fn contains(&self, migration: MigrationName) -> bool {
        self.applied_at(migration).is_some()
    }
}

/// Makes the table if there is none.
pub(super) async fn make_table(db: &Database) -> Result<(), MigrationError> {
    if table_exists(db).await? {
        return Ok(());
    }
    let name = MigrationName { app: "migrations", name: "the history" };
    let refused = |error| MigrationError::State(name, error);
    let (create, before) = (Operation::CreateModel(ModelState::of::<Applied>()), ProjectState::default());
    let mut after = before.clone();
    create.apply(name.app, &mut after).map_err(refused)?;
    let mut editor = SchemaEditor::new(db.dialect(), false);
    editor.apply(name.app, &create, &before, &after).map_err(refused)?;
    for statement in editor.finish() {
        db.batch(&statement.to_sql()).await?;
    }
    Ok(())
}

/// Adds a migration to the table.
pub(super) async fn record(db: &Database, migration: MigrationName) -> Result<()> {
    let row = [Applied::APP.set(migration.app), Applied::NAME.set(migration.name)];
    Applied::objects().create(db, row).await?;
    Ok(())
}

/// Takes a migration out of the table; `true` where it was there.
pub(super) async fn forget(db: &Database, app: &str, name: &str) -> Result<bool> {
    let rows = Applied::objects().filter(Applied::APP.eq(app)).filter(Applied::NAME.eq(name));
    Ok(rows.delete(db).await?.total > 0)
}

async fn table_exists(db: &Database) -> Result<bool> {
    let sql = match db.dialect() {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
        Dialect::Postgres => {
            "SELECT 1 FROM pg_catalog.pg_class WHERE relname = $1 AND relkind IN ('r', 'p') AND \
             pg_catalog.pg_table_is_visible(oid)"
        }
    };
    let statement = Statement::new(sql, vec![crate::Value::Text(Applied::META.db_table.to_owned())]);
    let mut found = false;
    db.select(&statement, &mut |_| {
        found = true;
        Ok(())
    })
    .await?;
    Ok(found)
}
