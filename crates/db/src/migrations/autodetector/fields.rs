//! Fields that were renamed, removed, added and changed.

use super::dependencies::{Dependency, Kind};
use super::models::needs;
use super::{AnyField, Changes, DetectError, FieldKey, FieldRename, app_of};
use crate::migrations::operation::Operation;
use crate::migrations::state::FieldState;
use crate::{Value, now};

impl Changes<'_, '_> {
    /// A new field of the kind of one that is gone may be that one under another name.
    pub(super) fn find_renamed_fields(&mut self) -> Result<(), DetectError> {
        let added: Vec<FieldKey> = self.new_fields.difference(&self.old_fields).cloned().collect();
        for (label, name) in added {
            let removed: Vec<FieldKey> = self.old_fields.difference(&self.new_fields).cloned().collect();
            for (_, before) in removed.iter().filter(|(model, _)| *model == label) {
                let fields = (self.old_field(&label, before), self.new_field(&label, &name));
                let (Some(old), Some(new)) = fields else { continue };
                if !is_same_but_for_its_name(&old, &new)
                    || !self.questioner.is_renamed_field(&label, before, &name)?
                {
                    continue;
                }
                self.old_fields.remove(&(label.clone(), before.clone()));
                self.old_fields.insert((label.clone(), name.clone()));
                self.renamed_fields.insert((label.clone(), name.clone()), before.clone());
                self.field_renames.push(FieldRename {
                    model: label.clone(),
                    before: before.clone(),
                    after: name.clone(),
                });
                break;
            }
        }
        Ok(())
    }

    pub(super) fn renamed_fields(&mut self) {
        for FieldRename { model: label, before, after } in std::mem::take(&mut self.field_renames) {
            let Some(model) = self.new_model(&label).map(|model| model.name.clone()) else { continue };
            let (from, to) = (before.clone().into(), after.clone().into());
            match (self.old_field(&label, &before), self.new_field(&label, &after)) {
                (Some(AnyField::Many(_)), _) => {
                    self.add(&label, Operation::RenameManyToMany { model, from, to }, Vec::new());
                }
                (Some(AnyField::Column(old)), Some(AnyField::Column(new))) => {
                    // A column that keeps its name gets it said first, so that the renaming leaves it as it is.
                    if old.db_column != new.db_column {
                        let field = FieldState { name: before.into(), ..new };
                        let operation = Operation::AlterField { model: model.clone(), field };
                        self.add(&label, operation, Vec::new());
                    }
                    self.add(&label, Operation::RenameField { model, from, to }, Vec::new());
                }
                _ => {}
            }
        }
    }

    pub(super) fn removed_fields(&mut self) {
        let removed: Vec<FieldKey> = self.old_fields.difference(&self.new_fields).cloned().collect();
        for (label, name) in removed {
            if let Some(field) = self.old_field(&label, &name) {
                self.remove_field(&label, &field);
            }
        }
    }

    fn remove_field(&mut self, label: &str, field: &AnyField) {
        let Some(model) = self.new_model(label).map(|model| model.name.clone()) else { return };
        let name = field.name().to_owned();
        let dependencies = vec![Dependency::field(label, &name, Kind::AlterTogether)];
        let operation = match field {
            AnyField::Column(_) => Operation::RemoveField { model, name: name.into() },
            AnyField::Many(_) => Operation::RemoveManyToMany { model, name: name.into() },
        };
        self.add(label, operation, dependencies);
    }

    pub(super) fn added_fields(&mut self) -> Result<(), DetectError> {
        let added: Vec<FieldKey> = self.new_fields.difference(&self.old_fields).cloned().collect();
        for (label, name) in added {
            if let Some(field) = self.new_field(&label, &name) {
                self.add_field(&label, field)?;
            }
        }
        Ok(())
    }

    fn add_field(&mut self, label: &str, mut field: AnyField) -> Result<(), DetectError> {
        let Some(model) = self.new_model(label).map(|model| model.name.clone()) else { return Ok(()) };
        let mut dependencies = needs(&field);
        // A field of the same name that is another sort of field goes first.
        dependencies.push(Dependency::field(label, field.name(), Kind::Remove));
        if let AnyField::Column(column) = &mut field {
            if let Some(generated) = &column.generated {
                dependencies.extend(self.added_before_generated(label, generated));
            }
            self.give_default(label, column)?;
        }
        self.add(label, field.added_to(&model), dependencies);
        Ok(())
    }

    /// A column that is computed comes after the new fields of the app that may be a part of it: those of their names, and the
    /// keys, as in Django (which also names those of other apps, of which nothing can be computed).
    fn added_before_generated(&self, label: &str, generated: &crate::Generated) -> Vec<Dependency> {
        let may_be_a_part = |(model, name): &&FieldKey| {
            let is_key = || self.new_field(model, name).is_some_and(|field| field.to().is_some());
            app_of(model) == app_of(label) && (generated.expression.has(name) || is_key())
        };
        let added = self.new_fields.difference(&self.old_fields).filter(may_be_a_part);
        added.map(|(label, other)| Dependency::field(label, other, Kind::Create)).collect()
    }

    /// What the rows that are there get in a new column.
    fn give_default(&mut self, label: &str, field: &mut FieldState) -> Result<(), DetectError> {
        let Some(meta) = self.meta(label, &field.name) else { return Ok(()) };
        if field.db_default.is_some() || field.generated.is_some() {
            return Ok(());
        }
        if field.default.is_none() {
            field.default = meta.default.map(|default| default());
        }
        if field.null || field.default.is_some() {
            return Ok(());
        }
        let is_time = meta.auto_now || meta.auto_now_add;
        if meta.auto_now {
            field.default = time_of(meta.kind);
        } else if !(meta.blank && meta.kind.is_text()) {
            let offered = if is_time { time_of(meta.kind) } else { None };
            let given = self.questioner.default_of_added(label, meta, offered)?;
            field.default = Some(given).filter(|value| *value != Value::Null);
        }
        Ok(())
    }

    pub(super) fn altered_fields(&mut self) -> Result<(), DetectError> {
        let kept: Vec<FieldKey> = self.old_fields.intersection(&self.new_fields).cloned().collect();
        for (label, name) in kept {
            let before = self.renamed_fields.get(&(label.clone(), name.clone())).unwrap_or(&name).clone();
            let fields = (self.old_field(&label, &before), self.new_field(&label, &name));
            let Some(model) = self.new_model(&label).map(|model| model.name.clone()) else { continue };
            match fields {
                (Some(AnyField::Column(old)), Some(AnyField::Column(new))) => {
                    self.altered_field(&label, old, new)?;
                }
                (Some(AnyField::Many(old)), Some(AnyField::Many(new))) if old.to != new.to => {
                    let dependencies = needs(&AnyField::Many(new.clone()));
                    self.add(&label, Operation::AlterManyToMany { model, field: new }, dependencies);
                }
                (Some(AnyField::Many(_)), Some(AnyField::Many(_))) => {}
                (Some(old), Some(new)) => {
                    self.remove_field(&label, &old);
                    self.add_field(&label, new)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn altered_field(
        &mut self,
        label: &str,
        old: FieldState,
        mut new: FieldState,
    ) -> Result<(), DetectError> {
        let renamed = FieldState { name: new.name.clone(), ..old };
        let was = self.renamed_fields.get(&(label.to_owned(), new.name.to_string()));
        // A renaming has said already which column it is.
        let renamed = match was {
            Some(_) => FieldState { db_column: new.db_column.clone(), ..renamed },
            None => renamed,
        };
        if renamed.is_same_column(&new) {
            return Ok(());
        }
        let Some(model) = self.new_model(label).map(|model| model.name.clone()) else { return Ok(()) };
        if renamed.generated != new.generated {
            let field = AnyField::Column(renamed);
            self.remove_field(label, &field);
            return self.add_field(label, AnyField::Column(new));
        }
        if renamed.null && !new.null && new.db_default.is_none() {
            let meta = self.meta(label, &new.name);
            if new.default.is_none() {
                new.default = meta.and_then(|meta| meta.default).map(|default| default());
            }
            if let (None, Some(meta)) = (&new.default, meta) {
                let empty = (meta.blank && meta.kind.is_text()).then(|| Value::Text(String::new()));
                new.default = self.questioner.default_of_required(label, meta)?.or(empty);
            }
        }
        let dependencies = needs(&AnyField::Column(new.clone()));
        self.add(label, Operation::AlterField { model, field: new }, dependencies);
        Ok(())
    }
}

/// The present, as a field of the kind has it.
fn time_of(kind: crate::FieldKind) -> Option<Value> {
    let present = now();
    Some(match kind {
        crate::FieldKind::DateTimeField => Value::DateTime(present),
        crate::FieldKind::DateField => Value::Date(present.date()),
        crate::FieldKind::TimeField => Value::Time(present.time()),
        _ => return None,
    })
}

/// Whether two fields differ at most in their names. A field that keeps its column may say so.
fn is_same_but_for_its_name(old: &AnyField, new: &AnyField) -> bool {
    match (old, new) {
        (AnyField::Many(old), AnyField::Many(new)) => old.to == new.to,
        (AnyField::Column(old), AnyField::Column(new)) => {
            let renamed = FieldState { name: new.name.clone(), ..old.clone() };
            let keeping = FieldState { db_column: Some(old.column().into()), ..renamed.clone() };
            renamed.is_same_column(new) || keeping.is_same_column(new)
        }
        _ => false,
    }
}
