//! What SQLite does in its own way: it changes little of a table, so that the table is made anew and the rows are copied,
//! in the steps of Django's `_remake_table`.

use super::editor::{Change, How, Result, SchemaEditor};
use super::table::Table;
use crate::migrations::state::{FieldState, ModelState, id};

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

    /// Makes a table anew, with its rows.
    pub(super) fn remake(
        &mut self,
        before: &Table<'_>,
        after: &Table<'_>,
        changes: &[Change<'_>],
    ) -> Result<()> {
        let fields = self.fields_of_remade(before, after, changes);
        let (columns, values): (Vec<String>, Vec<String>) =
            copied(before, after, changes).into_iter().unzip();
        let (name, old_name) = (after.name()?, before.name()?);
        let new_name = format!("new__{name}");
        let model = ModelState { fields, ..after.model.clone() };
        self.forget(&name, None);
        self.create_table_as(&Table { model: &model, ..*after }, &new_name)?;
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

    /// The columns of a table that is made anew, in Django's order, which is that in which its models' fields were made: a key that
    /// Django adds by itself comes first, a field that was added or changed comes after the others, or before them where a
    /// migration is undone, and the keys to the table itself come last, as they are made anew.
    fn fields_of_remade(
        &self,
        before: &Table<'_>,
        after: &Table<'_>,
        changes: &[Change<'_>],
    ) -> Vec<FieldState> {
        let is_gone = |field: &FieldState| {
            changes.iter().any(|change| match change {
                Change::Add(new) => new.primary_key && is_key_without(field, changes),
                Change::Alter(old, new) => {
                    old.name == field.name || new.primary_key && is_key_without(field, changes)
                }
                Change::Remove(removed) => removed.name == field.name,
            })
        };
        let kept = before.model.fields.iter().filter(|field| !is_gone(field)).cloned();
        let refers_to_itself =
            |field: &FieldState| field.relation.as_ref().is_some_and(|relation| relation.to == before.label);
        let (to_itself, mut kept): (Vec<_>, Vec<_>) = kept.partition(refers_to_itself);
        let mut new: Vec<FieldState> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Add(field) | Change::Alter(_, field) => Some((*field).clone()),
                Change::Remove(_) => None,
            })
            .collect();
        let place = |field: &FieldState| after.model.fields.iter().position(|known| known.name == field.name);
        new.sort_by_key(place);
        if new.iter().any(|field| field.primary_key) {
            kept.iter_mut().for_each(|field| field.primary_key = false);
        }
        let parts = if self.backwards { [new, kept, to_itself] } else { [kept, new, to_itself] };
        let mut fields = parts.concat();
        let key_is_removed =
            changes.iter().any(|change| matches!(change, Change::Remove(removed) if removed.primary_key));
        if !key_is_removed && fields.iter().all(|field| !field.primary_key) {
            fields.push(id());
        }
        fields.sort_by_key(|field| !is_automatic(field));
        fields
    }
}

/// Whether it is a key that Django adds by itself.
fn is_automatic(field: &FieldState) -> bool {
    let is_link = field.relation.is_some() && field.name.ends_with("_ptr");
    field.primary_key && !field.explicit && (is_link || field.kind.is_auto() && field.name == "id")
}

/// Whether it is the automatic key that goes when another field becomes the key.
fn is_key_without(field: &FieldState, changes: &[Change<'_>]) -> bool {
    let is_changed =
        changes.iter().any(|change| matches!(change, Change::Alter(_, new) if new.name == field.name));
    is_automatic(field) && !is_changed
}

/// The columns of the new table that are filled, and what with.
fn copied(before: &Table<'_>, after: &Table<'_>, changes: &[Change<'_>]) -> Vec<(String, String)> {
    let column = |field: &FieldState| (field.column(), format!("\"{}\"", field.column()));
    let is_key_gone = changes
        .iter()
        .any(|change| matches!(change, Change::Add(field) | Change::Alter(_, field) if field.primary_key));
    let is_written =
        |field: &&FieldState| field.generated.is_none() && !(is_key_gone && is_key_without(field, changes));
    let mut copied: Vec<_> = before.model.fields.iter().filter(is_written).map(column).collect();
    for change in changes {
        match change {
            Change::Add(field) if field.db_default.is_none() && field.generated.is_none() => {
                let default = field.effective_default();
                let default = default.map_or_else(|| "NULL".to_owned(), |value| after.literal(&value));
                copied.push((field.column(), default));
            }
            Change::Add(_) => {}
            Change::Alter(old, new) => {
                copied.retain(|(column, _)| *column != old.column());
                if new.generated.is_none() {
                    copied.push((new.column(), copy_of(after, old, new)));
                }
            }
            Change::Remove(field) => copied.retain(|(column, _)| *column != field.column()),
        }
    }
    copied
}

/// What the new column is copied from: the old one, with a default where it may no longer be NULL.
fn copy_of(after: &Table<'_>, old: &FieldState, new: &FieldState) -> String {
    let column = format!("\"{}\"", old.column());
    if !old.null || new.null {
        return column;
    }
    let default = new.db_default.clone().or_else(|| new.given_default());
    let default = default.map_or_else(|| "NULL".to_owned(), |value| after.literal(&value));
    format!("coalesce({column}, {default})")
}
