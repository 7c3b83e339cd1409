//! The table `django_migrations`: the migrations that Django or Belleville has applied.

use std::collections::BTreeSet;

use super::MigrationName;
use crate::query::statement::Statement;
use crate::schema;
use crate::{Database, DateTime, Error, Model, Result, now};

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

/// The names in the table, known to this program or not.
#[derive(Debug, Default)]
pub(super) struct History(BTreeSet<(String, String)>);

impl History {
    /// Reads the table; without one nothing is applied.
    pub(super) async fn read(db: &Database) -> Result<Self> {
        if !table_exists(db).await? {
            return Ok(Self::default());
        }
        let names = Applied::objects().values((Applied::APP, Applied::NAME)).all(db).await?;
        Ok(Self(names.into_iter().collect()))
    }

    pub(super) fn contains(&self, migration: MigrationName) -> bool {
        self.0.contains(&(migration.app.to_owned(), migration.name.to_owned()))
    }
}

/// Makes the table if there is none.
pub(super) async fn make_table(db: &Database) -> Result<()> {
    if table_exists(db).await? {
        return Ok(());
    }
    let statements = schema::create_model(Applied::META, None);
    for sql in statements.map_err(|error| Error::Database(error.to_string()))? {
        db.batch(&sql).await?;
    }
    Ok(())
}

/// Adds a migration to the table.
pub(super) async fn record(db: &Database, migration: MigrationName) -> Result<()> {
    let row = [Applied::APP.set(migration.app), Applied::NAME.set(migration.name)];
    Applied::objects().create(db, row).await?;
    Ok(())
}

async fn table_exists(db: &Database) -> Result<bool> {
    let statement = Statement {
        sql: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?".into(),
        params: vec![crate::Value::Text(Applied::META.db_table.to_owned())],
    };
    let mut found = false;
    db.select(&statement, &mut |_| {
        found = true;
        Ok(())
    })
    .await?;
    Ok(found)
}
