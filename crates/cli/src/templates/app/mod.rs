//! The app `{{app}}`.

pub mod migrations;
pub mod models;
pub mod serializers;
pub mod views;

use belleville::prelude::*;

use models::{{Model}};

/// The app: its models and its migrations.
pub fn app() -> AppConfig {
    AppConfig::new("{{app}}")
        .model::<{{Model}}>()
        .migrations(migrations::all())
}
