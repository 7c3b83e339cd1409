//! SQLite's dialect: column types and constraints as Django's SQLite backend writes them.

use crate::{FieldKind, FieldMeta, ModelMeta};

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
    if matches!(field.kind, FieldKind::PositiveSmallIntegerField | FieldKind::PositiveIntegerField) {
        sql.push_str(&format!(" CHECK (\"{}\" >= 0)", field.column));
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
    let fixed = match field.kind {
        FieldKind::CharField | FieldKind::EmailField => return varchar(field.max_length),
        FieldKind::ForeignKey | FieldKind::OneToOneField => return target_type(field),
        FieldKind::AutoField | FieldKind::BigAutoField | FieldKind::IntegerField => "integer",
        FieldKind::BooleanField => "bool",
        FieldKind::TextField => "text",
        FieldKind::SmallIntegerField => "smallint",
        FieldKind::BigIntegerField => "bigint",
        FieldKind::PositiveSmallIntegerField => "smallint unsigned",
        FieldKind::PositiveIntegerField => "integer unsigned",
        FieldKind::FloatField => "real",
        FieldKind::DateTimeField => "datetime",
    };
    fixed.to_owned()
}

fn varchar(length: Option<u32>) -> String {
    length.map_or_else(|| "varchar".to_owned(), |length| format!("varchar({length})"))
}

/// The type of a foreign key: that of the key it refers to, without what belongs to a key alone.
fn target_type(field: &FieldMeta) -> String {
    let Some(relation) = &field.relation else { return "integer".to_owned() };
    let key = (relation.to)().pk();
    match key.kind {
        FieldKind::BigAutoField => "bigint".to_owned(),
        FieldKind::PositiveIntegerField => "integer".to_owned(),
        FieldKind::PositiveSmallIntegerField => "smallint".to_owned(),
        _ => column_type(key),
    }
}
