//! Part 1, serialization: a serializer that names its fields one by one, and one that takes them from the model. The views are
//! those of part 2, functions, and of part 3, generic ones.

pub mod migrations;
mod models;
mod serializers;
mod views;

use belleville::prelude::*;

pub use models::Snippet;
pub use serializers::{SnippetModelSerializer, SnippetSerializer};
pub use views::SnippetViewSet;

/// The app.
pub fn app() -> AppConfig {
    AppConfig::new("part_1").model::<Snippet>().migrations(migrations::all())
}

/// `snippets/` by the first serializer, and `model/snippets/` by the second.
pub fn urls() -> Urls {
    Urls::new()
        .path("snippets/", views::snippet_list())
        .path("snippets/<int:pk>/", views::snippet_detail())
        .path("model/snippets/", View::list_of(SnippetViewSet))
        .path("model/snippets/<int:pk>/", View::detail_of(SnippetViewSet).name("Snippet Detail"))
        .format_suffix_patterns()
}
