//! SQLite's dialect: column types and constraints as Django's SQLite backend writes them.

use crate::{Dialect, FieldMeta, ModelMeta};

pub(super) fn create_table(meta: &ModelMeta, fields: &[&FieldMeta]) -> String {
    let columns: Vec<String> = fields.iter().map(|field| create_table_column(field)).collect();
    format!("CREATE TABLE \"{}\" ({})", meta.db_table, columns.join(", "))
}

pub(super) fn create_table_column(field: &FieldMeta) -> String {
    let mut sql = format!("\"{}\" {}", field.column, column_type(field));
    sql.push_str(if field.null { " NULL" } else { " NOT NULL" });
    if field.primary_key {
        sql.push_str(" PRIMARY KEY");
    } else if field.unique {
        sql.push_str(" UNIQUE");
    }
    if let Some(check) = field.kind.check(field.column, Dialect::Sqlite) {
        sql.push_str(&format!(" CHECK ({check})"));
    }
    if field.kind.is_auto() {
        sql.push_str(" AUTOINCREMENT");
    }
    if let Some(relation) = &field.relation {
        let to = (relation.to)();
        sql.push_str(&format!(
            " REFERENCES \"{}\" (\"{}\") DEFERRABLE INITIALLY DEFERRED",
            to.db_table,
            to.pk().column
        ));
    }
    sql
}

pub(super) fn column_type(field: &FieldMeta) -> String {
    match field.target() {
        Some(target) if target.relation.is_some() => column_type(target),
        Some(target) => target.kind.key_type(Dialect::Sqlite).into_owned(),
        None => field.kind.column_type(Dialect::Sqlite).into_owned(),
    }
}
