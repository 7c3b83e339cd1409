//! All tables of a program at a point of its history: [`ProjectState`].

use std::collections::{BTreeMap, BTreeSet};

use super::{
    FieldState, ManyState, ModelState, RelationState, StateError, Text, link, model_columns, usual_table,
};
use crate::ModelMeta;
use crate::constraints::{Constraint, Index};
use crate::schema::index_name_of;

/// The tables of a program at a point of its history, by the labels of their models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectState {
    models: BTreeMap<String, ModelState>,
}

impl ProjectState {
    /// The tables that the models of today have. Proxies have none; Django's own tables of many-to-many fields are among
    /// them.
    pub fn from_models<'a>(models: impl IntoIterator<Item = &'a ModelMeta>) -> Self {
        let mut project = Self::default();
        for meta in models.into_iter().filter(|meta| !meta.proxy) {
            project.create(meta.app_label, ModelState::from_meta(meta));
        }
        project
    }

    /// The models, by label.
    pub fn models(&self) -> impl Iterator<Item = (&str, &ModelState)> {
        self.models.iter().map(|(label, model)| (label.as_str(), model))
    }

    /// The model with a label: `projects.Project`.
    pub fn model(&self, label: &str) -> Option<&ModelState> {
        self.models.get(label)
    }

    pub(crate) fn expect(&self, label: &str) -> Result<&ModelState, StateError> {
        self.models.get(label).ok_or_else(|| {
            StateError(format!(
                "no earlier migration makes the model {label}; create it before, or say in `depends_on` which migration of its \
                 app does"
            ))
        })
    }

    pub(crate) fn expect_mut(&mut self, label: &str) -> Result<&mut ModelState, StateError> {
        match self.models.get_mut(label) {
            Some(model) => Ok(model),
            None => Err(StateError(format!("no earlier migration makes the model {label}"))),
        }
    }

    /// The table of a model.
    pub(crate) fn table(&self, label: &str) -> Result<String, StateError> {
        let model = self.expect(label)?;
        let app = label.split_once('.').map_or("", |(app, _)| app);
        Ok(model.db_table.as_ref().map_or_else(|| usual_table(app, &model.name), ToString::to_string))
    }

    pub(crate) fn remove(&mut self, label: &str) -> Option<ModelState> {
        self.models.remove(label)
    }

    pub(crate) fn insert(&mut self, label: String, model: ModelState) {
        self.models.insert(label, model);
    }

    pub(crate) fn models_mut(&mut self) -> impl Iterator<Item = &mut ModelState> {
        self.models.values_mut()
    }

    /// Adds a model and the tables of its many-to-many fields.
    pub(crate) fn create(&mut self, app: &str, mut model: ModelState) {
        let label = format!("{app}.{}", model.name);
        let table = model.db_table.clone().map_or_else(|| usual_table(app, &model.name), Text::into_owned);
        for index in &mut model.indexes {
            if index.name.is_empty() && !index.keys.fields().is_empty() {
                let columns = model_columns(&model.fields, index.keys.fields());
                index.name = index_name_of(&table, &columns, index.method.suffix()).into();
            }
        }
        let links = links(&label, &table, &model);
        self.models.insert(label, model);
        self.models.extend(links);
    }

    /// Makes the tables of a model's many-to-many fields anew, after the model, its table or the fields changed.
    pub(crate) fn relink(&mut self, label: &str) -> Result<(), StateError> {
        let links = links(label, &self.table(label)?, self.expect(label)?);
        self.models.extend(links);
        Ok(())
    }

    /// Forgets the tables of a model's many-to-many fields.
    pub(crate) fn unlink(&mut self, label: &str) {
        let many = self.models.get(label).map(|model| model.many.clone()).unwrap_or_default();
        for many in many {
            self.models.remove(&link_label(label, &many.name));
        }
    }

    /// The models with a many-to-many field to a model.
    pub(crate) fn linked_to(&self, to: &str) -> Vec<String> {
        let links = |model: &ModelState| model.many.iter().any(|many| many.to == to);
        self.models.iter().filter(|(_, model)| links(model)).map(|(label, _)| label.clone()).collect()
    }

    /// The labels of the tables of many-to-many fields.
    pub(crate) fn link_labels(&self) -> BTreeSet<String> {
        let of = |(label, model): (&String, &ModelState)| -> Vec<String> {
            model.many.iter().map(|many| link_label(label, &many.name)).collect()
        };
        self.models.iter().flat_map(of).collect()
    }

    /// The keys that refer to a model: the label of the model that has the key, and the key.
    pub(crate) fn references<'a>(&'a self, to: &'a str) -> impl Iterator<Item = (&'a str, &'a FieldState)> {
        self.models().flat_map(move |(label, model)| {
            let refers =
                move |field: &&FieldState| field.relation.as_ref().is_some_and(|relation| relation.to == to);
            model.fields.iter().filter(refers).map(move |field| (label, field))
        })
    }

    /// The column that a foreign key refers to: the label of its model, and the field.
    pub(crate) fn target(&self, relation: &RelationState) -> Result<(&ModelState, &FieldState), StateError> {
        let model = self.expect(&relation.to)?;
        let field = match &relation.to_field {
            Some(name) => model.field(name),
            None => model.pk(),
        };
        let missing = || {
            let name = relation.to_field.as_deref().unwrap_or("a primary key");
            StateError(format!("the model {} has not the field that a key refers to: {name}", relation.to))
        };
        field.map(|field| (model, field)).ok_or_else(missing)
    }

    /// What is in one and not in the other: a line for each table, column, constraint and index. Nothing where migrations
    /// and models agree.
    pub fn differences(&self, models: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (label, model) in models.models() {
            match self.model(label) {
                None => lines.push(format!("{label} is in no migration")),
                Some(known) => model_differences(label, known, model, &mut lines),
            }
        }
        for (label, _) in self.models().filter(|(label, _)| models.model(label).is_none()) {
            lines.push(format!("{label} is in the migrations and is no model any more"));
        }
        lines
    }
}

/// The label of the table of a many-to-many field: `shop.Product_tags`.
pub(crate) fn link_label(label: &str, many: &str) -> String {
    format!("{label}_{many}")
}

fn links(label: &str, table: &str, model: &ModelState) -> Vec<(String, ModelState)> {
    let link = |many: &ManyState| (link_label(label, &many.name), link(label, table, model, many));
    model.many.iter().map(link).collect()
}

fn model_differences(label: &str, known: &ModelState, today: &ModelState, lines: &mut Vec<String>) {
    for field in &today.fields {
        match known.field(&field.name) {
            None => lines.push(format!("{label}.{} is in no migration: {field}", field.name)),
            Some(before) if !before.is_same_column(field) => {
                lines.push(format!(
                    "{label}.{} was `{before}` in the migrations and is `{field}`",
                    field.name
                ));
            }
            Some(_) => {}
        }
    }
    for field in known.fields.iter().filter(|field| today.field(&field.name).is_none()) {
        lines.push(format!("{label}.{} is in the migrations and is no field any more", field.name));
    }
    let named = |what: &str, before: Vec<String>, after: Vec<String>, lines: &mut Vec<String>| {
        for rule in after.iter().filter(|rule| !before.contains(rule)) {
            lines.push(format!("{label}: {what}{rule} is in no migration"));
        }
        for rule in before.iter().filter(|rule| !after.contains(rule)) {
            lines.push(format!("{label}: {what}{rule} is in the migrations and not in the model any more"));
        }
    };
    let shown = |sets: &[Vec<Text>]| sets.iter().map(|set| format!("{set:?}")).collect();
    named("unique_together ", shown(&known.unique_together), shown(&today.unique_together), lines);
    let shown = |rules: &[Constraint]| rules.iter().map(ToString::to_string).collect();
    named("", shown(&known.constraints), shown(&today.constraints), lines);
    let shown = |rules: &[Index]| rules.iter().map(ToString::to_string).collect();
    named("", shown(&known.indexes), shown(&today.indexes), lines);
    if known.db_table != today.db_table {
        lines.push(format!("{label} has another table in the migrations"));
    }
}
