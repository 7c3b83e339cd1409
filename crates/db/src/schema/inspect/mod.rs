//! From the tables of a database to models: Django's `inspectdb`.
//!
//! [`tables`] and [`table`] say what there is, as [`TableFacts`] (`sqlite` and `postgres` ask, `kinds` knows the types,
//! `tokens`, `create_table` and `expression` read SQL). [`write()`] makes Rust of facts: `models` decides which models there
//! are (`names`, `key`, `links`), `fields` and `rules` what they say, and `source` how it is laid out.

mod create_table;
mod expression;
mod facts;
mod fields;
mod key;
mod kinds;
mod links;
mod models;
mod names;
mod postgres;
mod rules;
mod source;
mod sqlite;
mod tokens;

use super::introspection::{columns, select, text};
use crate::{Database, Dialect, FieldKind, Result};
use expression::parse;
pub use facts::{
    CheckFacts, ColumnFacts, ColumnKind, Counted, ForeignKeyFacts, IndexFacts, IndexPart, TableFacts,
    TableKind, TableName,
};
pub(super) use kinds::holds;
use models::Models;
pub use models::{Apps, KnownModel};

/// The tables and views of a database, in the order of their names.
///
/// # Errors
/// Any database error.
pub async fn tables(db: &Database) -> Result<Vec<TableName>> {
    let mut tables = match db.dialect() {
        Dialect::Sqlite => sqlite::tables(db).await?,
        Dialect::Postgres => postgres::tables(db).await?,
    };
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

/// What the database says of a table.
///
/// # Errors
/// Any database error.
pub async fn table(db: &Database, name: &TableName) -> Result<TableFacts> {
    let mut facts = match db.dialect() {
        Dialect::Sqlite => sqlite::table(db, name).await?,
        Dialect::Postgres => postgres::table(db, name).await?,
    };
    refine(&mut facts, db.dialect());
    Ok(facts)
}

/// Kinds that only a check tells: SQLite's JSON is text, and PostgreSQL's positive numbers are numbers.
fn refine(facts: &mut TableFacts, dialect: Dialect) {
    for check in &facts.checks {
        let Some(said) = parse(&check.sql, dialect) else { continue };
        for column in &mut facts.columns {
            let Some(kind) = &mut column.kind else { continue };
            let is_djangos = check.name.as_ref().is_some_and(|name| name.contains("_check"));
            match (dialect, kind.kind) {
                (Dialect::Sqlite, FieldKind::TextField { .. }) if rules::is_json(&said, &column.name) => {
                    kind.kind = FieldKind::JSONField;
                }
                (Dialect::Postgres, number) if is_djangos && rules::is_not_negative(&said, &column.name) => {
                    kind.kind = kinds::positive(number).unwrap_or(number);
                }
                _ => {}
            }
        }
    }
}

/// The app and the name of each model that Django's content types know, where there is that table.
///
/// # Errors
/// Any database error.
pub async fn content_types(db: &Database) -> Result<Vec<(String, String)>> {
    let columns = columns(db, "django_content_type").await?;
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let mut types = Vec::new();
    if has("app_label") && has("model") {
        select(db, "SELECT app_label, model FROM django_content_type", &[], &mut |row| {
            types.push((text(row.get(0)?), text(row.get(1)?)));
            Ok(())
        })
        .await?;
    }
    Ok(types)
}

/// Models that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub source: String,
    /// What was left out, and why, in a sentence each.
    pub left_out: Vec<String>,
}

/// Writes the models of tables of a database. Keys may also refer to models that are known.
pub fn write(db: &Database, tables: &[TableFacts], known: &[KnownModel], apps: &Apps) -> Written {
    let dialect = db.dialect();
    let models = Models::new(tables, known, apps, dialect);
    Written { source: source::source(&models, dialect), left_out: models.left_out }
}
