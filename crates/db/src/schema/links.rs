//! Tables of many-to-many fields, and models that get another name: the steps of Django's `RenameModel` and
//! `_alter_many_to_many`.

use super::editor::{Change, Result, SchemaEditor};
use super::table::Table;
use crate::Dialect;
use crate::migrations::state::{FieldState, ModelState, ProjectState, link_label};

/// A table: its label, and the state that has it.
type Place<'a> = (&'a str, &'a ProjectState);

impl SchemaEditor {
    /// Renames a model's table, and with it the keys and the tables between models that are called after it.
    pub(super) fn rename_model(&mut self, before: Place<'_>, after: Place<'_>) -> Result<()> {
        let ((old, from), (new, to)) = (before, after);
        self.rename_table(&from.table(old)?, &to.table(new)?);
        let links = to.link_labels();
        // Django has the keys of the state that it goes to made after the others here, in both directions.
        let backwards = std::mem::take(&mut self.backwards);
        for (label, key) in to.references(new).filter(|(label, _)| !links.contains(*label)) {
            self.point_anew(&Table::new(to, label, self.dialect)?, key)?;
        }
        self.backwards = backwards;
        for label in to.linked_to(new) {
            let was = if label == new { old } else { label.as_str() };
            for many in to.expect(&label)?.many.iter().filter(|many| many.to == new) {
                self.alter_link((&link_label(was, &many.name), from), (&link_label(&label, &many.name), to))?;
            }
        }
        for many in to.expect(new)?.many.iter().filter(|many| many.to != new) {
            self.alter_link((&link_label(old, &many.name), from), (&link_label(new, &many.name), to))?;
        }
        Ok(())
    }

    /// A key to a table with another name: its constraint is called after that.
    fn point_anew(&mut self, table: &Table<'_>, key: &FieldState) -> Result<()> {
        match self.dialect {
            Dialect::Sqlite => self.remake(table, table, &[Change::Alter(key, key)]),
            Dialect::Postgres => self.alter_field_in_postgres(table, table, key, key),
        }
    }

    /// Changes the table between two models, one of which, or the field, has another name now.
    pub(super) fn alter_link(&mut self, before: Place<'_>, after: Place<'_>) -> Result<()> {
        let (old_name, new_name) = (before.1.table(before.0)?, after.1.table(after.0)?);
        let new = Table::new(after.1, after.0, self.dialect)?;
        let old = &renamed(before.1.expect(before.0)?, new.model, after.1);
        let was = Table { model: old, ..new };
        let [own, other] = [1, 2].map(|at| (&old.fields[at], &new.model.fields[at]));
        match self.dialect {
            Dialect::Postgres => {
                self.rename_table(&old_name, &new_name);
                self.alter_field(&was, &new, other.0, other.1)?;
                self.alter_field(&was, &new, own.0, own.1)
            }
            Dialect::Sqlite if old_name == new_name => {
                self.remake(&was, &new, &[Change::Alter(other.0, other.1), Change::Alter(own.0, own.1)])
            }
            Dialect::Sqlite => {
                self.create_table(&new)?;
                let columns = |model: &ModelState| {
                    let columns: Vec<String> = model.fields.iter().map(FieldState::column).collect();
                    // Without quotes, as Django writes it: each is made of a model's name.
                    columns.join(", ")
                };
                self.run(format!(
                    "INSERT INTO \"{new_name}\" ({}) SELECT {} FROM \"{old_name}\"",
                    columns(new.model),
                    columns(old)
                ));
                self.drop_table(&old_name);
                Ok(())
            }
        }
    }
}

/// The table as it was, referring to models by the names that they have now.
fn renamed(old: &ModelState, new: &ModelState, project: &ProjectState) -> ModelState {
    let mut was = old.clone();
    for (field, now) in was.fields.iter_mut().zip(&new.fields) {
        if let (Some(relation), Some(now)) = (&mut field.relation, &now.relation)
            && project.model(&relation.to).is_none()
        {
            relation.to = now.to.clone();
        }
    }
    was
}
