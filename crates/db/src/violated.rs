//! Which fields of a model a violated constraint is about.

use crate::constraints::{Constraint, ConstraintRule, IndexKeys};
use crate::schema::index_name;
use crate::{Dialect, ModelMeta, Violation};

impl Violation {
    /// The unique constraint of the model's metadata that refused a row, where the database names it.
    pub fn constraint_of(&self, meta: &ModelMeta) -> Option<Constraint> {
        let name = self.constraint.as_deref()?;
        (meta.constraints)().into_iter().find(|constraint| constraint.name == name)
    }

    /// The positions in [`ModelMeta::fields`] of the fields whose values another row of the model's table has: by the
    /// columns that the database names, or by the constraint's name. `None` where it is about another table, or about an
    /// expression.
    pub fn fields_of(&self, meta: &ModelMeta) -> Option<Vec<usize>> {
        if self.table.as_deref().is_some_and(|table| table != meta.db_table) {
            return None;
        }
        if self.columns.is_empty() {
            return self.fields_by_name(meta);
        }
        self.columns.iter().map(|column| meta.position(column)).collect()
    }

    fn fields_by_name(&self, meta: &ModelMeta) -> Option<Vec<usize>> {
        let positions = |names: &[&str]| names.iter().map(|name| meta.position(name)).collect();
        if let Some(constraint) = self.constraint_of(meta) {
            let ConstraintRule::Unique(unique) = &constraint.rule else { return None };
            let IndexKeys::Fields(fields) = &unique.keys else { return None };
            return positions(&fields.iter().map(|field| &**field).collect::<Vec<_>>());
        }
        let name = self.constraint.as_deref()?;
        // Django's name, which is shorter in PostgreSQL where it is long.
        let is_named = |columns: &[&str]| {
            [Dialect::Sqlite, Dialect::Postgres]
                .iter()
                .any(|dialect| index_name(meta.db_table, columns, "_uniq", *dialect) == name)
        };
        // PostgreSQL's own name for `UNIQUE` beside a column.
        let of_column = |column: &str| name == format!("{}_{column}_key", meta.db_table);
        let single = meta
            .fields
            .iter()
            .position(|field| field.unique && (of_column(field.column) || is_named(&[field.column])));
        if let Some(single) = single {
            return Some(vec![single]);
        }
        let columns = |names: &[&'static str]| {
            names.iter().map(|name| Some(meta.field(name)?.column)).collect::<Option<Vec<&str>>>()
        };
        let set = meta
            .unique_together
            .iter()
            .find(|names| columns(names).is_some_and(|columns| is_named(&columns)));
        positions(set?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraints::unique;
    use crate::{FieldKind, FieldMeta, ViolationKind};

    const META: ModelMeta = ModelMeta::new("app", "Seat", "seat", "app_seat", &FIELDS)
        .unique_together(&[&["row", "num"]])
        .constraints(|| vec![unique("one_code", ["code"])]);
    const FIELDS: [FieldMeta; 3] = [
        FieldMeta::new("row", FieldKind::IntegerField),
        FieldMeta::new("num", FieldKind::IntegerField),
        FieldMeta::new("code", FieldKind::IntegerField).unique(),
    ];

    // The first name was given by Django 5.2.19, the last by PostgreSQL.
    #[test]
    fn a_name_says_the_fields() {
        for (name, expected) in [
            ("app_seat_row_num_eea96443_uniq", Some(vec![0, 1])),
            ("one_code", Some(vec![2])),
            ("app_seat_code_key", Some(vec![2])),
            ("app_seat_upper", None),
        ] {
            let violation = Violation {
                kind: ViolationKind::Unique,
                table: Some("app_seat".to_owned()),
                columns: Vec::new(),
                constraint: Some(name.to_owned()),
            };
            assert_eq!(violation.fields_of(&META), expected, "{name}");
        }
    }
}
