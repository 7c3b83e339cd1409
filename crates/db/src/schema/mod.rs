//! The SQL of a model's table: columns, constraints and indexes as Django 5.2's schema editor writes them, with the
//! same text in SQLite's schema and the same names, which later Django migrations look up.

mod compare;
mod names;
mod sqlite;

use crate::{FieldMeta, ModelMeta};

pub use compare::{Difference, differences};
pub use names::index_name;

/// An order of columns that does not fit the model: the model's label and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnOrderError(String);

impl std::fmt::Display for ColumnOrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ColumnOrderError {}

/// The statements that make a model's table and its indexes; none for a proxy.
///
/// By default the columns are in the order of a migration written by Django's `makemigrations`: the plain fields as
/// the model declares them, then the foreign keys by name. Tables that Django's migrations have rebuilt have another
/// order, which is given as the names of their columns.
///
/// # Errors
/// [`ColumnOrderError`] when the given order leaves out a column, repeats one or names one that does not exist.
pub fn create_model(meta: &ModelMeta, columns: Option<&[&str]>) -> Result<Vec<String>, ColumnOrderError> {
    if meta.proxy {
        return Ok(Vec::new());
    }
    let fields = match columns {
        Some(columns) => stated_order(meta, columns)?,
        None => declared_order(meta),
    };
    let mut statements = vec![sqlite::create_table(meta, &fields)];
    statements.extend(meta.unique_together.iter().map(|names| unique_index(meta, names)));
    let indexed = fields.iter().filter(|field| field.db_index && !field.unique);
    statements.extend(indexed.map(|field| index(meta, field)));
    Ok(statements)
}

fn declared_order(meta: &ModelMeta) -> Vec<&FieldMeta> {
    let mut fields: Vec<&FieldMeta> = meta.fields.iter().collect();
    if !meta.auto_created {
        // A stable sort: plain fields keep their places.
        fields.sort_by_key(|field| (field.relation.is_some() && !field.primary_key).then_some(field.name));
    }
    fields
}

fn stated_order<'a>(meta: &'a ModelMeta, columns: &[&str]) -> Result<Vec<&'a FieldMeta>, ColumnOrderError> {
    let refused = |column: &str, what: &str| {
        ColumnOrderError(format!("the column order stated for {}: `{column}` {what}", meta.label()))
    };
    let mut fields: Vec<&FieldMeta> = Vec::with_capacity(columns.len());
    for column in columns {
        let field = meta.fields.iter().find(|field| field.column == *column);
        let field = field.ok_or_else(|| refused(column, "is not a column of the model"))?;
        if fields.iter().any(|known| known.column == field.column) {
            return Err(refused(column, "stands there twice"));
        }
        fields.push(field);
    }
    match meta.fields.iter().find(|field| !columns.contains(&field.column)) {
        Some(missing) => Err(refused(missing.column, "is missing")),
        None => Ok(fields),
    }
}

fn index(meta: &ModelMeta, field: &FieldMeta) -> String {
    let name = index_name(meta.db_table, &[field.column], "");
    format!("CREATE INDEX \"{name}\" ON \"{}\" (\"{}\")", meta.db_table, field.column)
}

fn unique_index(meta: &ModelMeta, names: &[&str]) -> String {
    let columns: Vec<&str> =
        names.iter().map(|name| meta.field(name).map_or(*name, |field| field.column)).collect();
    let name = index_name(meta.db_table, &columns, "_uniq");
    let list = columns.join("\", \"");
    format!("CREATE UNIQUE INDEX \"{name}\" ON \"{}\" (\"{list}\")", meta.db_table)
}
