//! What is done with the rows of whole tables: to empty them, to count their keys anew, and to look whether their foreign keys
//! are right. Django's `sql_flush`, `sequence_reset_sql` and `check_constraints`.

use std::collections::BTreeSet;

use super::introspection::{lost_key, tables};
use crate::query::statement::Statement;
use crate::{Database, Dialect, Error, ModelMeta, Result};

/// The statements that empty the tables of the program's models, as far as they exist, and let their automatic keys begin at 1:
/// what Django's `sqlflush` shows. The history of migrations stays.
///
/// # Errors
/// Any database error.
pub async fn flush_statements(db: &Database) -> Result<Vec<String>> {
    let existing: BTreeSet<String> = tables(db).await?.into_iter().collect();
    let models = db.registry().models().iter().filter(|meta| meta.managed && !meta.proxy);
    let mut known = BTreeSet::new();
    let tables: Vec<&str> = models
        .map(|meta| meta.db_table)
        .filter(|table| existing.contains(*table) && known.insert(*table))
        .collect();
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    Ok(match db.dialect() {
        Dialect::Sqlite => {
            let mut statements: Vec<String> =
                tables.iter().map(|table| format!("DELETE FROM {};", quoted(table))).collect();
            let names: Vec<String> = tables.iter().map(|table| literal(table)).collect();
            statements.push(format!(
                "UPDATE \"sqlite_sequence\" SET \"seq\" = 0 WHERE \"name\" IN ({});",
                names.join(", ")
            ));
            statements
        }
        Dialect::Postgres => {
            let names: Vec<String> = tables.iter().map(|table| quoted(table)).collect();
            vec![format!("TRUNCATE {} RESTART IDENTITY;", names.join(", "))]
        }
    })
}

/// Empties the tables of the program's models, in one transaction: Django's `flush`, without what follows it. Returns whether
/// there was a table.
///
/// # Errors
/// When a table that is none of the program's refers to one of them, and any other database error; nothing is changed then.
pub async fn flush(db: &Database) -> Result<bool> {
    db.atomic(async || {
        let statements = flush_statements(db).await?;
        for statement in &statements {
            db.batch(statement).await?;
        }
        // Those of an emptied table name nothing.
        db.forget_content_types();
        Ok(!statements.is_empty())
    })
    .await
}

/// Lets the automatic keys of these models go on after the greatest one. SQLite's do by themselves.
pub(crate) async fn reset_sequences(db: &Database, models: &[&'static ModelMeta]) -> Result<()> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    for meta in models {
        let Some(field) = meta.own_fields().iter().find(|field| field.kind.is_auto()) else { continue };
        let (table, column) = (quoted(meta.db_table), quoted(field.column));
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({column}), 1), max({column}) IS NOT null) FROM {table}",
            literal(&table),
            literal(field.column),
        );
        db.select(&Statement::new(sql, Vec::new()), &mut |_| Ok(())).await?;
    }
    Ok(())
}

/// Whether the foreign keys of these tables are right, in the transaction in which they were written.
///
/// # Errors
/// [`Error::Integrity`] or, with Django's text, [`Error::Database`] when a key refers to no row.
pub(crate) async fn check_keys(db: &Database, tables: &BTreeSet<&'static str>) -> Result<()> {
    match db.dialect() {
        Dialect::Sqlite => {
            for table in tables {
                if let Some(lost) = lost_key(db, table).await? {
                    return Err(Error::Database(lost));
                }
            }
            Ok(())
        }
        // Then what is checked at the end of the transaction is checked now.
        Dialect::Postgres => db.batch("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED").await,
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
