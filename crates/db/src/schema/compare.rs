//! Compares the tables of a database with the models.

use super::sqlite::{column_type, create_table_column};
use crate::query::statement::Statement;
use crate::{Database, FieldMeta, ModelMeta, Result, ValueRef};

/// One difference between a table and its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs and how to fix it.
    pub text: String,
    /// Requests would fail: the program must not start.
    pub is_fatal: bool,
}

/// A column as the database has it.
struct Found {
    name: String,
    column_type: String,
    not_null: bool,
    has_default: bool,
}

/// Compares the table of a model with the model. A proxy has no table, and so no differences.
///
/// # Errors
/// Any database error.
pub async fn differences(db: &Database, meta: &ModelMeta) -> Result<Vec<Difference>> {
    if meta.proxy {
        return Ok(Vec::new());
    }
    let columns = columns(db, meta.db_table).await?;
    if columns.is_empty() {
        return Ok(vec![no_table(meta)]);
    }
    let wanted = meta.fields.iter().filter_map(|field| compared(meta, field, &columns));
    let extra = columns.iter().filter(|column| meta.fields.iter().all(|field| !is(field, &column.name)));
    Ok(wanted.chain(extra.map(|column| unknown(meta, column))).collect())
}

async fn columns(db: &Database, table: &str) -> Result<Vec<Found>> {
    let statement = Statement {
        sql: "SELECT name, type, \"notnull\", dflt_value IS NOT NULL FROM pragma_table_info(?)".into(),
        params: vec![crate::Value::Text(table.to_owned())],
    };
    let mut columns = Vec::new();
    db.select(&statement, &mut |row| {
        columns.push(Found {
            name: text(row.get(0)?),
            column_type: text(row.get(1)?).to_lowercase(),
            not_null: row.get(2)? == ValueRef::Int(1),
            has_default: row.get(3)? == ValueRef::Int(1),
        });
        Ok(())
    })
    .await?;
    Ok(columns)
}

fn text(value: ValueRef<'_>) -> String {
    if let ValueRef::Text(text) = value { text.to_owned() } else { String::new() }
}

/// SQLite compares names of columns without regard to case.
fn is(field: &FieldMeta, column: &str) -> bool {
    field.column.eq_ignore_ascii_case(column)
}

fn no_table(meta: &ModelMeta) -> Difference {
    Difference {
        text: format!(
            "{}: the database has no table `{}`, and no migration makes it: add `.create::<{}>()` to a new migration of \
             the app `{}`",
            meta.label(),
            meta.db_table,
            meta.name,
            meta.app_label
        ),
        is_fatal: true,
    }
}

fn differs(meta: &ModelMeta, column: &str, what: &str, fix: &str) -> String {
    format!(
        "{} differs from its migrations: column `{column}` of the table `{}` {what}; {fix}",
        meta.label(),
        meta.db_table
    )
}

fn compared(meta: &ModelMeta, field: &FieldMeta, columns: &[Found]) -> Option<Difference> {
    let Some(found) = columns.iter().find(|column| is(field, &column.name)) else {
        let default = if field.null { "" } else { " DEFAULT <what the rows get that are there>" };
        let fix = format!(
            "add it (ALTER TABLE \"{}\" ADD COLUMN {}{default}), or take it out of the model. A migration that is applied \
             already is not applied again: a database that holds nothing yet can be deleted and migrated anew",
            meta.db_table,
            create_table_column(field)
        );
        return Some(Difference { text: differs(meta, field.column, "is missing", &fix), is_fatal: true });
    };
    let wanted = column_type(field);
    if found.column_type != wanted {
        let what = format!("is `{}`, and the model's is `{wanted}`", found.column_type);
        let is_fatal = Family::of(&found.column_type) != Family::of(&wanted);
        let fix = "make them the same: change the field, or the column in the database";
        return Some(Difference { text: differs(meta, field.column, &what, fix), is_fatal });
    }
    if found.not_null == field.null {
        let (what, fix) = if field.null {
            (
                "allows no NULL, and the model's is an `Option`",
                "take the `Option` away, or allow NULL in the database",
            )
        } else {
            (
                "allows NULL, and the model's is no `Option`",
                "make the field an `Option`, or forbid NULL in the database",
            )
        };
        // A primary key of SQLite may be NULL by its declaration alone.
        return (!field.primary_key)
            .then(|| Difference { text: differs(meta, field.column, what, fix), is_fatal: true });
    }
    None
}

/// Types of columns that hold the same values in SQLite, where a length is only said and whole numbers are of one size.
#[derive(PartialEq)]
enum Family<'a> {
    Whole,
    Text,
    Other(&'a str),
}

impl<'a> Family<'a> {
    fn of(column_type: &'a str) -> Self {
        match column_type.split('(').next().unwrap_or_default().trim() {
            "varchar" | "text" | "char" => Self::Text,
            "integer" | "bigint" | "smallint" | "integer unsigned" | "bigint unsigned"
            | "smallint unsigned" | "bool" => Self::Whole,
            other => Self::Other(other),
        }
    }
}

/// A column that the model does not have. Without a default no row can be made.
fn unknown(meta: &ModelMeta, column: &Found) -> Difference {
    let is_fatal = column.not_null && !column.has_default;
    let (what, fix) = if is_fatal {
        (
            "is not in the model, allows no NULL and has no default, so that no row can be made",
            "add the field to the model, or take the column out of the database",
        )
    } else {
        ("is not in the model", "add the field if it should be read")
    };
    Difference { text: differs(meta, &column.name, what, fix), is_fatal }
}
