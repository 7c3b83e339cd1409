//! Models that were renamed, deleted and created.

use super::dependencies::{Dependency, Kind};
use super::{AnyField, Changes, DetectError, app_of, field_names, name_of};
use crate::migrations::operation::Operation;
use crate::migrations::state::{FieldState, ModelState, RelationState};

impl Changes<'_, '_> {
    /// A new model with the fields of one that is gone may be that one under another name.
    pub(super) fn renamed_models(&mut self) -> Result<(), DetectError> {
        let added: Vec<String> = self.new_models.difference(&self.old_models).cloned().collect();
        for label in added {
            let removed: Vec<String> = self.old_models.difference(&self.new_models).cloned().collect();
            for before in removed.iter().filter(|before| app_of(before) == app_of(&label)) {
                let states = (self.detector.from.model(before), self.detector.to.model(&label));
                let (Some(old), Some(new)) = states else { continue };
                if !have_the_same_fields(old, new) || !self.questioner.is_renamed_model(before, &label)? {
                    continue;
                }
                let dependencies = new
                    .fields
                    .iter()
                    .filter_map(|field| field.relation.as_ref())
                    .map(|relation| &relation.to);
                let dependencies = dependencies.chain(new.many.iter().map(|many| &many.to));
                let dependencies =
                    dependencies.map(|to| Dependency::model(to, Kind::Create)).collect::<Vec<_>>();
                let operation = Operation::RenameModel {
                    from: name_of(before).to_owned().into(),
                    to: name_of(&label).to_owned().into(),
                };
                self.add(&label, operation, dependencies);
                self.renamed_models.insert(label.clone(), before.clone());
                self.old_models.remove(before);
                self.old_models.insert(label.clone());
                break;
            }
        }
        Ok(())
    }

    /// The fields of the models that are in both.
    pub(super) fn prepare_fields(&mut self) {
        for label in self.kept() {
            let Some((old, new)) = self.both(&label) else { continue };
            let old: Vec<_> = field_names(old).map(|name| (label.clone(), name)).collect();
            let new: Vec<_> = field_names(new).map(|name| (label.clone(), name)).collect();
            self.old_fields.extend(old);
            self.new_fields.extend(new);
        }
    }

    /// Before a model goes, its relations go, and those of others to it.
    pub(super) fn deleted_models(&mut self) {
        let deleted: Vec<String> = self.old_models.difference(&self.new_models).cloned().collect();
        for label in deleted {
            let Some(model) = self.detector.from.model(&label).cloned() else { continue };
            let name = model.name.clone();
            if !model.managed {
                self.add(&label, Operation::DeleteModel(name), Vec::new());
                continue;
            }
            if !model.unique_together.is_empty() {
                let operation = Operation::AlterUniqueTogether { model: name.clone(), sets: Vec::new() };
                self.add(&label, operation, Vec::new());
            }
            let related = related_fields(&model, false);
            for field in &related {
                let operation = match field {
                    AnyField::Column(field) => {
                        Operation::RemoveField { model: name.clone(), name: field.name.clone() }
                    }
                    AnyField::Many(many) => {
                        Operation::RemoveManyToMany { model: name.clone(), name: many.name.clone() }
                    }
                };
                self.add(&label, operation, Vec::new());
            }
            let mut dependencies = self.references(&label);
            dependencies
                .extend(related.iter().map(|field| Dependency::field(&label, field.name(), Kind::Remove)));
            self.add(&label, Operation::DeleteModel(name), dependencies);
        }
    }

    /// That the fields of other models do not refer to a model any more.
    fn references(&self, to: &str) -> Vec<Dependency> {
        let state = &self.detector.from;
        let links = state.link_labels();
        let mut dependencies = Vec::new();
        for (label, model) in state.models().filter(|(label, _)| !links.contains(*label)) {
            for field in related_fields(model, true).iter().filter(|field| field.to() == Some(to)) {
                dependencies.push(Dependency::field(label, field.name(), Kind::Remove));
                if let AnyField::Column(field) = field {
                    dependencies.push(Dependency::field(label, &field.name, Kind::Alter));
                }
            }
        }
        dependencies
    }

    /// A model is created without its relations, which follow when what they refer to is there.
    pub(super) fn created_models(&mut self) {
        let created: Vec<String> = self.new_models.difference(&self.old_models).cloned().collect();
        // Each is put before those that are there, so that they come in the order of their names; users come first.
        let mut order: Vec<String> = created;
        order.sort_by_key(|label| (*label != self.detector.user_model, label.clone()));
        for label in order.into_iter().rev() {
            let Some(model) = self.detector.to.model(&label).cloned() else { continue };
            self.created_model(&label, model);
        }
    }

    fn created_model(&mut self, label: &str, model: ModelState) {
        let related = if model.managed { related_fields(&model, false) } else { Vec::new() };
        let is_related = |field: &FieldState| related.iter().any(|other| other.name() == field.name);
        let mut dependencies = vec![Dependency::model(label, Kind::Remove)];
        dependencies.extend(
            model
                .fields
                .iter()
                .filter(|field| field.primary_key || !model.managed)
                .filter_map(|field| field.relation.as_ref())
                .map(|relation| Dependency::model(&relation.to, Kind::Create)),
        );
        let mut first = model.clone();
        let (mut rules, mut indexes, mut together) = (Vec::new(), Vec::new(), Vec::new());
        if model.managed {
            first.fields.retain(|field| !is_related(field));
            first.many.clear();
            (rules, indexes, together) = (
                std::mem::take(&mut first.constraints),
                std::mem::take(&mut first.indexes),
                std::mem::take(&mut first.unique_together),
            );
        }
        self.add_first(label, Operation::CreateModel(first), dependencies);
        let name = &model.name;
        let mut after_all: Vec<Dependency> =
            related.iter().map(|field| Dependency::field(label, field.name(), Kind::Create)).collect();
        after_all.push(Dependency::model(label, Kind::Create));
        for field in related {
            let mut dependencies = needs(&field);
            dependencies.push(Dependency::model(label, Kind::Create));
            self.add(label, field.added_to(name), dependencies);
        }
        for index in indexes {
            self.add(label, Operation::AddIndex { model: name.clone(), index }, after_all.clone());
        }
        for constraint in rules {
            let operation = Operation::AddConstraint { model: name.clone(), constraint };
            self.add(label, operation, after_all.clone());
        }
        if !together.is_empty() {
            let operation = Operation::AlterUniqueTogether { model: name.clone(), sets: together };
            self.add(label, operation, after_all);
        }
    }

    /// Whether migrations make a table, and not where it is: see `altered_tables`.
    pub(super) fn altered_options(&mut self) {
        for label in self.kept() {
            let Some((old, new)) = self.both(&label) else { continue };
            if old.managed != new.managed {
                let operation = Operation::AlterManaged { model: new.name.clone(), managed: new.managed };
                self.add(&label, operation, Vec::new());
            }
        }
    }
}

impl AnyField {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Column(field) => &field.name,
            Self::Many(many) => &many.name,
        }
    }

    /// The operation that adds it to a model.
    pub(super) fn added_to(&self, model: &str) -> Operation {
        let model = model.to_owned().into();
        match self {
            Self::Column(field) => Operation::AddField { model, field: field.clone() },
            Self::Many(field) => Operation::AddManyToMany { model, field: field.clone() },
        }
    }
}

/// What a field needs: the model that it refers to.
pub(super) fn needs(field: &AnyField) -> Vec<Dependency> {
    field.to().map(|to| Dependency::model(to, Kind::Create)).into_iter().collect()
}

/// The fields that refer to a model, by name. A key that is the primary key is a part of the table from the start.
fn related_fields(model: &ModelState, with_key: bool) -> Vec<AnyField> {
    let columns = model
        .fields
        .iter()
        .filter(|field| field.relation.is_some() && (with_key || !field.primary_key))
        .cloned()
        .map(AnyField::Column);
    let mut related: Vec<AnyField> = columns.chain(model.many.iter().cloned().map(AnyField::Many)).collect();
    related.sort_by(|a, b| a.name().cmp(b.name()));
    related
}

/// Whether two models have fields of the same kinds with the same options, in the order of their names.
fn have_the_same_fields(old: &ModelState, new: &ModelState) -> bool {
    let columns = |model: &ModelState| {
        let mut fields = model.fields.clone();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let plain = |field: FieldState| FieldState {
            name: "".into(),
            default: None,
            relation: field.relation.map(|relation| RelationState { to: "".into(), ..relation }),
            ..field
        };
        fields.into_iter().map(plain).collect::<Vec<_>>()
    };
    old.many.len() == new.many.len() && columns(old) == columns(new)
}
