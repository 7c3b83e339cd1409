//! What is wrong with a view's declaration, found at start.

use belleville_db::{ModelMeta, Registry};
use belleville_http::services::Services;

use super::View;
use crate::settings::SettingsError;
use crate::throttling;

/// A check at start.
pub type Check = fn(&Services) -> Result<(), SettingsError>;

/// How to add a model to its app.
pub fn into_app(meta: &ModelMeta) -> String {
    format!("add `.model::<{}>()` to `migrations::AppConfig::new(\"{}\")`", meta.name, meta.app_label)
}

impl View {
    /// Mistakes in the view's declaration, each with how to fix it.
    pub fn mistakes(&self, services: &Services) -> Vec<String> {
        let found = self.found.iter().cloned();
        let failed = self.checks.iter().filter_map(|check| check(services).err());
        let failed: Vec<String> = failed.map(|error| error.to_string()).collect();
        let throttles = self.mistakes_of_throttles(services);
        let renderers = self.mistakes_of_renderers(services);
        let of_model = self.mistakes_of_model(services.db.registry()).into_iter();
        let filters = self.mistakes_of_filters(services);
        of_model.chain(filters).chain(found).chain(failed).chain(throttles).chain(renderers).collect()
    }

    fn mistakes_of_throttles(&self, services: &Services) -> Vec<String> {
        let methods = self.allowed_methods().map(|method| self.policies_of(method));
        let mut mistakes: Vec<String> = methods
            .flat_map(|policies| throttling::mistakes(policies, services))
            .map(|mistake| format!("{}: {mistake}", self.class_name()))
            .collect();
        mistakes.dedup();
        mistakes
    }

    fn mistakes_of_renderers(&self, services: &Services) -> Vec<String> {
        let renderers = self.allowed_methods().flat_map(|method| self.policies_of(method).renderers());
        let wrong = renderers.filter_map(|renderer| renderer.check(services).err());
        wrong.map(|mistake| format!("{}: {mistake}", self.class_name())).collect()
    }

    fn mistakes_of_filters(&self, services: &Services) -> Vec<String> {
        let listings = self.allowed_methods().filter_map(|method| self.policies_of(method).listing());
        let wrong = listings.flat_map(|listing| listing.mistakes(services));
        wrong.map(|mistake| format!("{}: {mistake}", self.class_name())).collect()
    }

    fn mistakes_of_model(&self, registry: &Registry) -> Vec<String> {
        let Some(meta) = self.model() else { return Vec::new() };
        let class = self.class_name();
        let mut mistakes: Vec<String> = self
            .allowed_methods()
            .flat_map(|method| self.policies_of(method).permissions())
            .filter_map(|rule| rule.check_model(meta).err())
            .map(|mistake| format!("{class}: {mistake}"))
            .collect();
        mistakes.extend(self.resolved.get().into_iter().flat_map(|resolved| resolved.mistakes.clone()));
        if !registry.contains(meta) {
            let label = meta.label();
            mistakes.push(format!("{class}: the model {label} is in no app: {}", into_app(meta)));
        }
        mistakes
    }
}
