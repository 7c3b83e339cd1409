//! The models of a program.

use super::{FieldRef, ModelMeta, Relation};

/// The models of a program, in the order of its apps: what deletion and migration walk.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    models: Vec<&'static ModelMeta>,
}

impl Registry {
    /// A registry of these models.
    pub fn new(models: impl IntoIterator<Item = &'static ModelMeta>) -> Self {
        Self { models: models.into_iter().collect() }
    }

    /// The models, in order.
    pub fn models(&self) -> &[&'static ModelMeta] {
        &self.models
    }

    /// Whether a model is registered; a proxy counts as the model with its table.
    pub fn contains(&self, meta: &ModelMeta) -> bool {
        self.models.iter().any(|known| known.db_table == meta.db_table)
    }

    /// The model that a content type names: by its app and its name in lower case.
    pub(crate) fn named(&self, app_label: &str, model_name: &str) -> Option<&'static ModelMeta> {
        let mut models = self.models.iter().copied();
        models.find(|meta| meta.app_label == app_label && meta.model_name == model_name)
    }

    /// The model with the table of a proxy; any other model is itself.
    pub fn concrete(&self, meta: &'static ModelMeta) -> &'static ModelMeta {
        let has_table = |known: &&'static ModelMeta| !known.proxy && known.db_table == meta.db_table;
        if meta.proxy { self.models.iter().copied().find(has_table).unwrap_or(meta) } else { meta }
    }

    /// The foreign keys that refer to a model.
    pub fn references(&self, target: &'static ModelMeta) -> impl Iterator<Item = FieldRef> {
        self.referring_to(target).map(|(model, index, _)| FieldRef { model, index })
    }

    /// The foreign keys that refer to a model, with the models that have them.
    pub fn referring_to(
        &self,
        target: &'static ModelMeta,
    ) -> impl Iterator<Item = (&'static ModelMeta, usize, &'static Relation)> {
        self.models.iter().filter(|model| !model.proxy).flat_map(move |model| {
            model.own_positions().filter_map(move |index| {
                let relation = model.fields[index].relation.as_ref()?;
                let to = (relation.to)();
                (to.db_table == target.db_table).then_some((*model, index, relation))
            })
        })
    }
}
