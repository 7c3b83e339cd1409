//! Part 1, serialization: a serializer that names its fields one by one, and one that takes them from the model.

pub mod migrations;
mod models;
mod serializers;
mod views;

use belleville::prelude::*;

pub use models::Snippet;
pub use serializers::{SnippetModelSerializer, SnippetSerializer};

/// The app.
pub fn app() -> AppConfig {
    AppConfig::new("part_1").model::<Snippet>().migrations(migrations::all())
}

/// Snippets by the first serializer. All later parts have the second.
pub fn urls() -> Urls {
    Urls::new()
        .path("snippets/", views::snippet_list())
        .path("snippets/<int:pk>/", views::snippet_detail())
        .format_suffix_patterns()
}
