//! What SQLite does in its own way: it changes little of a table, so that the table is made anew and the rows are copied,
//! in the steps of Django's `_remake_table`.

use super::editor::{Change, How, Result, SchemaEditor};
use super::table::Table;
use crate::migrations::state::{FieldState, ModelState};

impl SchemaEditor {
    pub(super) fn alter_field_in_sqlite(
        &mut self,
        before: &Table<'_>,
        after: &Table<'_>,
        old: &FieldState,
        new: &FieldState,
    ) -> Result<()> {
        let is_renamed = old.column() != new.column();
        let only_the_name = is_renamed && before.definition(old, None)? == after.definition(new, None)?;
        if only_the_name && before.target(old)?.is_none() && after.target(new)?.is_none() {
            let table = before.name()?;
            self.run_deferred_of(&table);
            self.run(format!(
                "ALTER TABLE \"{table}\" RENAME COLUMN \"{}\" TO \"{}\"",
                old.column(),
                new.column()
            ));
            return Ok(());
        }
        self.remake(before, after, &[Change::Alter(old, new)])?;
        if new.unique && before.column_type(old)? != after.column_type(new)? {
            self.remake_referring(after, new)?;
        }
        Ok(())
    }

    /// Keys to a column have its type, so that their tables are made anew when it changes.
    fn remake_referring(&mut self, to: &Table<'_>, field: &FieldState) -> Result<()> {
        let mut labels: Vec<&str> = Vec::new();
        for (label, key) in to.project.references(to.label).filter(|(label, _)| *label != to.label) {
            let named = key.relation.as_ref().and_then(|relation| relation.to_field.as_deref());
            let refers = named.map_or(field.primary_key, |name| name == field.name);
            if refers && !labels.contains(&label) {
                labels.push(label);
            }
        }
        for label in labels {
            let table = Table::new(to.project, label, self.dialect)?;
            self.remake(&table, &table, &[])?;
        }
        Ok(())
    }

    /// Makes a table anew, with its rows. A column that was added or changed comes last, as in Django.
    pub(super) fn remake(
        &mut self,
        before: &Table<'_>,
        after: &Table<'_>,
        changes: &[Change<'_>],
    ) -> Result<()> {
        let mut fields = before.model.fields.clone();
        let column = |field: &FieldState| (field.column(), format!("\"{}\"", field.column()));
        let is_written = |field: &&FieldState| field.generated.is_none();
        let mut copied: Vec<(String, String)> = fields.iter().filter(is_written).map(column).collect();
        for change in changes {
            match change {
                Change::Add(field) => {
                    if field.db_default.is_none() && field.generated.is_none() {
                        let default = field.effective_default();
                        let default =
                            default.map_or_else(|| "NULL".to_owned(), |value| after.literal(&value));
                        copied.push((field.column(), default));
                    }
                    fields.push((*field).clone());
                }
                Change::Alter(old, new) => {
                    fields.retain(|field| field.name != old.name);
                    copied.retain(|(column, _)| *column != old.column());
                    if new.generated.is_none() {
                        copied.push((new.column(), copy_of(after, old, new)));
                    }
                    fields.push((*new).clone());
                }
                Change::Remove(field) => {
                    fields.retain(|known| known.name != field.name);
                    copied.retain(|(column, _)| *column != field.column());
                }
            }
        }
        let key = changes.iter().find_map(|change| match change {
            Change::Add(field) | Change::Alter(_, field) if field.primary_key => Some(&field.name),
            _ => None,
        });
        if let Some(key) = key {
            fields.iter_mut().filter(|field| field.name != *key).for_each(|field| field.primary_key = false);
        }
        let (name, old_name) = (after.name()?, before.name()?);
        let new_name = format!("new__{name}");
        let model = ModelState { fields, ..after.model.clone() };
        self.forget(&name, None);
        self.create_table_as(&Table { model: &model, ..*after }, &new_name)?;
        let (columns, values): (Vec<String>, Vec<String>) = copied.into_iter().unzip();
        self.run(format!(
            "INSERT INTO \"{new_name}\" ({}) SELECT {} FROM \"{old_name}\"",
            super::table::quoted(&columns),
            values.join(", ")
        ));
        self.run_as(format!("DROP TABLE \"{old_name}\""), How::BeforeReplacing(old_name));
        self.run_as(format!("ALTER TABLE \"{new_name}\" RENAME TO \"{name}\""), How::Replacing);
        self.run_deferred();
        Ok(())
    }
}

/// What the new column is copied from: the old one, with a default where it may no longer be NULL.
fn copy_of(after: &Table<'_>, old: &FieldState, new: &FieldState) -> String {
    let column = format!("\"{}\"", old.column());
    if !old.null || new.null {
        return column;
    }
    let default = new.db_default.clone().or_else(|| new.effective_default());
    let default = default.map_or_else(|| "NULL".to_owned(), |value| after.literal(&value));
    format!("coalesce({column}, {default})")
}
