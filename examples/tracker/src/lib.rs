//! Projects and tasks: the sample API. Every user sees and manages only their own.

mod demo;
pub mod migrations;
pub mod models;
pub mod serializers;
pub mod urls;
pub mod views;

pub use demo::demo;

use belleville::prelude::*;

use models::{Project, Task};

/// The app `projects`: its models and its migrations.
pub fn projects() -> AppConfig {
    AppConfig::new("projects").model::<Project>().model::<Task>().migrations(migrations::all())
}
