//! What is wrong with a view's declaration, found at start.

use belleville_db::{ModelMeta, Registry};
use belleville_http::services::Services;

use super::View;
use crate::serializers::SerializerClass;
use crate::settings::SettingsError;

/// A check at start.
pub type Check = fn(&Services) -> Result<(), SettingsError>;

/// How to add a model to its app.
pub fn into_app(meta: &ModelMeta) -> String {
    format!("add `.model::<{}>()` to `migrations::AppConfig::new(\"{}\")`", meta.name, meta.app_label)
}

impl View {
    /// Mistakes in the view's declaration, each with how to fix it.
    pub fn mistakes(&self, services: &Services) -> Vec<String> {
        let failed = self.checks.iter().filter_map(|check| check(services).err());
        let failed: Vec<String> = failed.map(|error| error.to_string()).collect();
        self.mistakes_of_model(services.db.registry()).into_iter().chain(failed).collect()
    }

    fn mistakes_of_model(&self, registry: &Registry) -> Vec<String> {
        let Some(meta) = self.serializer_class().and_then(SerializerClass::model) else { return Vec::new() };
        let class = self.class_name();
        let mut mistakes: Vec<String> = self
            .allowed_methods()
            .flat_map(|method| self.permissions(method))
            .filter_map(|rule| rule.check_model(meta).err())
            .map(|mistake| format!("{class}: {mistake}"))
            .collect();
        if !registry.contains(meta) {
            let label = meta.label();
            mistakes.push(format!("{class}: the model {label} is in no app: {}", into_app(meta)));
        }
        mistakes
    }
}
