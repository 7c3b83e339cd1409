//! Which tables are many-to-many fields: Django's automatic tables between two models.

use super::facts::{ColumnFacts, ColumnKind, Counted, ForeignKeyFacts, IndexFacts};
use super::models::{Many, Model, Models, Target};
use super::names::is_plain;
use crate::many::link_fields;
use crate::{Dialect, FieldKind};

impl Models<'_> {
    /// Turns tables between two models into fields of the first one.
    pub(super) fn fold_links(&mut self) {
        let mut links: Vec<(String, String, Many)> = Vec::new();
        for model in &self.models {
            links.extend(self.link(model));
        }
        // The tables go first, because a target is a position among what is left.
        let link_tables: Vec<&str> = links.iter().map(|(table, ..)| table.as_str()).collect();
        let targets: Vec<Option<String>> = links
            .iter()
            .map(|(_, _, many)| match many.target {
                Target::Written(at) => Some(self.models[at].facts.name.clone()),
                Target::Known(_) => None,
            })
            .collect();
        self.models.retain(|model| !link_tables.contains(&model.facts.name.as_str()));
        for ((_, source, mut many), target) in links.into_iter().zip(targets) {
            if let Some(target) = target.and_then(|table| self.position(&table)) {
                many.target = Target::Written(target);
            }
            if let Some(source) = self.position(&source) {
                self.models[source].many.push(many);
            }
        }
    }

    /// The field that a table stands for, with its own table and that of the model: Django's automatic table of a
    /// many-to-many field.
    fn link(&self, link: &Model<'_>) -> Option<(String, String, Many)> {
        let facts = link.facts;
        let [id, from, to] = facts.columns.as_slice() else { return None };
        let [first, second] = facts.foreign_keys.as_slice() else { return None };
        let key_of = |column: &ColumnFacts| {
            [first, second].into_iter().find(|key| key.columns == [column.name.as_str()])
        };
        let (from_key, to_key) = (key_of(from)?, key_of(to)?);
        let is_referred_to = self
            .all
            .iter()
            .flat_map(|table| &table.foreign_keys)
            .any(|key| self.same(&key.to_table, &facts.name));
        if is_referred_to || !self.is_to_the_key(from_key) || !self.is_to_the_key(to_key) {
            return None;
        }
        let source = self.position(&from_key.to_table)?;
        let (source_facts, source_name) = (self.models[source].facts, self.models[source].model_name());
        let (target, target_name) = match self.target(&to_key.to_table)? {
            Target::Written(at) => (Target::Written(at), self.models[at].model_name()),
            Target::Known(at) => (Target::Known(at), self.known[at].meta.model_name.to_owned()),
        };
        let name = facts.name.strip_prefix(source_facts.name.as_str())?.strip_prefix('_')?;
        let (from_field, to_field) = link_fields(&source_name, &target_name);
        let is_named = id.name == "id"
            && from.name == format!("{from_field}_id")
            && to.name == format!("{to_field}_id")
            && is_plain(name)
            && source_facts.column(name).is_none();
        let together = [from.name.as_str(), to.name.as_str()];
        let is_pair = matches!(facts.uniques.as_slice(), [unique] if unique.whole_columns().is_some_and(|found| found == together));
        let is_of_indexes = |index: &IndexFacts| {
            index.whole_columns().is_some_and(|columns| columns.len() == 1 && together.contains(&columns[0]))
        };
        // Where one of the models is managed, the table is, and has the usual key.
        let usual_id = match self.dialect {
            Dialect::Sqlite => FieldKind::IntegerField,
            Dialect::Postgres => FieldKind::BigIntegerField,
        };
        let has_nothing_else = facts.checks.is_empty()
            && facts.others.is_empty()
            && facts.indexes.iter().all(is_of_indexes)
            && id.counted != Counted::No
            && (id.kind == Some(ColumnKind::of(usual_id)) || matches!(target, Target::Written(_)))
            && !from.null
            && !to.null;
        (is_named && is_pair && has_nothing_else).then(|| {
            let many = Many { name: name.to_owned(), target };
            (facts.name.clone(), source_facts.name.clone(), many)
        })
    }

    /// A key refers to the primary key of a model.
    fn is_to_the_key(&self, key: &ForeignKeyFacts) -> bool {
        let column = match self.target(&key.to_table) {
            Some(Target::Written(at)) => self.models[at].key.as_str(),
            Some(Target::Known(at)) => self.known[at].meta.pk().column,
            None => return false,
        };
        key.to_columns.iter().all(|to| self.same(to, column))
    }
}
