//! Compares the tables of a database with the models.

use super::inspect::holds;
use super::introspection::{Column, columns, told_type};
use super::table::{Table, needs_postgres};
use crate::migrations::state::{FieldState, ProjectState, StateError};
use crate::{Database, Dialect, Error, FieldMeta, ModelMeta, Result};

/// One difference between a table and its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs and how to fix it.
    pub text: String,
    /// Requests would fail: the program must not start.
    pub is_fatal: bool,
}

/// Compares the table of a model with the model. A proxy has no table, and so no differences. The table of a model that is
/// not managed is somebody else's: any type will do there that holds the values of the field.
///
/// # Errors
/// Any database error.
pub async fn differences(db: &Database, meta: &ModelMeta) -> Result<Vec<Difference>> {
    if meta.proxy {
        return Ok(Vec::new());
    }
    let missing = meta.fields.iter().filter(|field| !field.kind.is_in(db.dialect()));
    let missing: Vec<_> = missing.map(|field| no_such_column(meta, field)).collect();
    if !missing.is_empty() {
        return Ok(missing);
    }
    let columns = columns(db, meta.db_table).await?;
    if columns.is_empty() {
        return Ok(vec![no_table(meta)]);
    }
    let wanted = wanted(meta, db.dialect()).map_err(|error| Error::Database(error.to_string()))?;
    let differing = meta
        .own_fields()
        .iter()
        .zip(&wanted)
        .filter_map(|(field, wanted)| compared(meta, field, wanted, &columns, db.dialect()));
    let extra =
        columns.iter().filter(|column| meta.own_fields().iter().all(|field| !is(field, &column.name)));
    Ok(differing.chain(extra.map(|column| unknown(meta, column))).collect())
}

/// What a column should be.
struct Wanted {
    column_type: String,
    /// The column as a statement would add it.
    sql: String,
}

/// What the columns of a model should be, in the order of its fields.
fn wanted(meta: &ModelMeta, dialect: Dialect) -> std::result::Result<Vec<Wanted>, StateError> {
    let mut models = vec![meta];
    let mut at = 0;
    while let Some(model) = models.get(at).copied() {
        let targets =
            model.fields.iter().filter_map(|field| field.relation.as_ref()).map(|relation| (relation.to)());
        for target in targets {
            if models.iter().all(|known| !known.is(target)) {
                models.push(target);
            }
        }
        at += 1;
    }
    let (project, label) = (ProjectState::from_models(models), meta.label());
    let table = Table::new(&project, &label, dialect)?;
    let wanted = |field: &FieldMeta| {
        let state: &FieldState = table.field(field.name)?;
        let column_type = table.column_type(state)?.to_lowercase();
        Ok(Wanted { column_type, sql: table.column(state)? })
    };
    meta.own_fields().iter().map(wanted).collect()
}

/// SQLite compares names of columns without regard to case.
fn is(field: &FieldMeta, column: &str) -> bool {
    field.column.eq_ignore_ascii_case(column)
}

fn no_table(meta: &ModelMeta) -> Difference {
    Difference {
        text: format!(
            "{}: the database has no table `{}`, and no migration makes it: run the command `makemigrations`, then `migrate`",
            meta.label(),
            meta.db_table
        ),
        is_fatal: true,
    }
}

fn no_such_column(meta: &ModelMeta, field: &FieldMeta) -> Difference {
    Difference { text: needs_postgres(&meta.label(), field.name, field.kind), is_fatal: true }
}

fn differs(meta: &ModelMeta, column: &str, what: &str, fix: &str) -> String {
    format!(
        "{} differs from its migrations: column `{column}` of the table `{}` {what}; {fix}",
        meta.label(),
        meta.db_table
    )
}

fn compared(
    meta: &ModelMeta,
    field: &FieldMeta,
    wanted: &Wanted,
    columns: &[Column],
    dialect: Dialect,
) -> Option<Difference> {
    let Some(found) = columns.iter().find(|column| is(field, &column.name)) else {
        let default = if field.null { "" } else { " DEFAULT <what the rows get that are there>" };
        let fix = format!(
            "run the command `makemigrations`, then `migrate`. Where no migration is missing, the database is not what its \
             migrations made: add the column (ALTER TABLE \"{}\" ADD COLUMN {}{default})",
            meta.db_table, wanted.sql
        );
        return Some(Difference { text: differs(meta, field.column, "is missing", &fix), is_fatal: true });
    };
    let wanted = wanted.column_type.as_str();
    let will_do = !meta.managed && holds(&found.column_type, field.value_kind(), dialect);
    if told_type(&found.column_type) != told_type(wanted) && !will_do {
        let what = format!("is `{}`, and the model's is `{wanted}`", found.column_type);
        let is_fatal = Family::of(&found.column_type) != Family::of(wanted);
        let fix = "make them the same: change the field, or the column in the database";
        return Some(Difference { text: differs(meta, field.column, &what, fix), is_fatal });
    }
    // What the database computes is declared without it.
    if found.not_null == field.null && field.generated.is_none() {
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
fn unknown(meta: &ModelMeta, column: &Column) -> Difference {
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
