//! Part 5, relationships and hyperlinked APIs, with the permissions of part 4: snippets that belong to users.

mod highlight;
pub mod migrations;
mod models;
mod serializers;
mod views;

use belleville::prelude::*;
use belleville::renderers::StaticHTMLRenderer;

pub use models::Snippet;
pub use serializers::{SnippetSerializer, UserSerializer};
pub use views::{SnippetViewSet, UserViewSet};

/// The app.
pub fn app() -> AppConfig {
    AppConfig::new("part_5").model::<Snippet>().migrations(migrations::all())
}

/// The root, the snippets with their pages, and the users.
pub fn urls() -> Urls {
    let highlight = View::new("Snippet Highlight").renderer_classes(StaticHTMLRenderer);
    Urls::new()
        .path("", View::function("Api Root").get(views::api_root))
        .path("snippets/", View::list_of(SnippetViewSet))
        .name("snippet-list")
        .path("snippets/<int:pk>/", View::detail_of(SnippetViewSet).name("Snippet Detail"))
        .name("snippet-detail")
        .path("snippets/<int:pk>/highlight/", highlight.get(views::highlight))
        .name("snippet-highlight")
        .path("users/", View::list_of(UserViewSet))
        .name("user-list")
        .path("users/<int:pk>/", View::detail_of(UserViewSet).name("User Detail"))
        .name("user-detail")
        .format_suffix_patterns()
}
