//! Indexes, constraints, fields that are unique together, and the names of tables.

use std::collections::BTreeMap;

use super::dependencies::Dependency;
use super::models::needs;
use super::{AnyField, Changes};
use crate::constraints::{Constraint, Index};
use crate::migrations::operation::Operation;
use crate::migrations::state::Text;

/// What changed of a model's indexes and constraints.
#[derive(Default)]
pub(super) struct Rules {
    added_indexes: Vec<Index>,
    removed_indexes: Vec<Text>,
    renamed_indexes: Vec<(Text, Text)>,
    added_constraints: Vec<Constraint>,
    removed_constraints: Vec<Text>,
}

type ByModel = BTreeMap<String, Rules>;

/// Sets of fields that are unique together.
type Sets = Vec<Vec<Text>>;

impl Changes<'_, '_> {
    pub(super) fn altered_rules(&self) -> ByModel {
        let of = |label: String| {
            let (old, new) = self.both(&label)?;
            let mut rules = Rules::default();
            let mut added: Vec<&Index> =
                new.indexes.iter().filter(|index| !old.indexes.contains(index)).collect();
            let mut removed: Vec<&Index> =
                old.indexes.iter().filter(|index| !new.indexes.contains(index)).collect();
            added.retain(|index| {
                let same = |other: &&Index| Index { name: index.name.clone(), ..(*other).clone() } == **index;
                let Some(at) = removed.iter().position(same) else { return true };
                rules.renamed_indexes.push((removed.remove(at).name.clone(), index.name.clone()));
                false
            });
            rules.added_indexes = added.into_iter().cloned().collect();
            rules.removed_indexes = removed.into_iter().map(|index| index.name.clone()).collect();
            let differ = |all: &[Constraint], others: &[Constraint]| -> Vec<Constraint> {
                all.iter().filter(|constraint| !others.contains(constraint)).cloned().collect()
            };
            rules.added_constraints = differ(&new.constraints, &old.constraints);
            let removed = differ(&old.constraints, &new.constraints);
            rules.removed_constraints = removed.into_iter().map(|constraint| constraint.name).collect();
            Some((label, rules))
        };
        self.kept().into_iter().filter_map(of).collect()
    }

    fn add_each(&mut self, operations: Vec<(String, Operation, Vec<Dependency>)>) {
        for (label, operation, dependencies) in operations {
            self.add(&label, operation, dependencies);
        }
    }

    /// One operation for each item of each model.
    fn for_each<'r, T: 'r>(
        &mut self,
        rules: &'r ByModel,
        items: impl Fn(&'r Rules) -> &'r Vec<T>,
        operation: impl Fn(Text, &'r T) -> Operation,
    ) {
        let mut operations = Vec::new();
        for (label, rules) in rules {
            let Some(model) = self.new_model(label).map(|model| model.name.clone()) else { continue };
            for item in items(rules) {
                operations.push((label.clone(), operation(model.clone(), item), Vec::new()));
            }
        }
        self.add_each(operations);
    }

    pub(super) fn removed_constraints(&mut self, rules: &ByModel) {
        let operation = |model, name: &Text| Operation::RemoveConstraint { model, name: name.clone() };
        self.for_each(rules, |rules| &rules.removed_constraints, operation);
    }

    pub(super) fn removed_indexes(&mut self, rules: &ByModel) {
        let operation = |model, name: &Text| Operation::RemoveIndex { model, name: name.clone() };
        self.for_each(rules, |rules| &rules.removed_indexes, operation);
    }

    pub(super) fn renamed_indexes(&mut self, rules: &ByModel) {
        let operation = |model, (from, to): &(Text, Text)| Operation::RenameIndex {
            model,
            from: from.clone(),
            to: to.clone(),
        };
        self.for_each(rules, |rules| &rules.renamed_indexes, operation);
    }

    pub(super) fn added_indexes(&mut self, rules: &ByModel) {
        let operation = |model, index: &Index| Operation::AddIndex { model, index: index.clone() };
        self.for_each(rules, |rules| &rules.added_indexes, operation);
    }

    pub(super) fn added_constraints(&mut self, rules: &ByModel) {
        let operation = |model, constraint: &Constraint| Operation::AddConstraint {
            model,
            constraint: constraint.clone(),
        };
        self.for_each(rules, |rules| &rules.added_constraints, operation);
    }

    /// The sets before and after, where they differ.
    fn together(&self, label: &str) -> Option<(Sets, Sets)> {
        let (old, new) = self.both(label)?;
        // Django looks a name of before up among those of today, so that a set with a renamed field counts as another one. Its
        // operation finds nothing to do, and the migration is called after it.
        let today = |name: &Text| {
            let renamed = self.renamed_fields.get(&(label.to_owned(), name.to_string()));
            renamed.map_or_else(|| name.clone(), |before| before.clone().into())
        };
        let old: Sets = old.unique_together.iter().map(|set| set.iter().map(today).collect()).collect();
        let new = new.unique_together.clone();
        let differ = old.iter().any(|set| !new.contains(set)) || new.iter().any(|set| !old.contains(set));
        differ.then_some((old, new))
    }

    /// The sets that go are taken away before fields are removed.
    pub(super) fn removed_unique_together(&mut self) {
        for label in self.kept() {
            let Some((old, new)) = self.together(&label) else { continue };
            if old.is_empty() {
                continue;
            }
            let sets = new.into_iter().filter(|set| old.contains(set)).collect();
            self.alter_unique_together(&label, sets);
        }
    }

    pub(super) fn altered_unique_together(&mut self) {
        for label in self.kept() {
            let Some((old, new)) = self.together(&label) else { continue };
            if new.iter().any(|set| !old.contains(set)) {
                self.alter_unique_together(&label, new);
            }
        }
    }

    fn alter_unique_together(&mut self, label: &str, sets: Sets) {
        let Some(model) = self.new_model(label) else { return };
        let name = model.name.clone();
        let fields = sets.iter().flatten().filter_map(|field| AnyField::of(model, field));
        let dependencies = fields.flat_map(|field| needs(&field)).collect();
        self.add(label, Operation::AlterUniqueTogether { model: name, sets }, dependencies);
    }

    pub(super) fn altered_tables(&mut self) {
        for label in self.kept() {
            let Some((old, new)) = self.both(&label) else { continue };
            if old.db_table != new.db_table {
                let operation =
                    Operation::AlterModelTable { model: new.name.clone(), table: new.db_table.clone() };
                self.add(&label, operation, Vec::new());
            }
        }
    }
}
