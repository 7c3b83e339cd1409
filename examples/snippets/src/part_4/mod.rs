//! Part 4, authentication and permissions: snippets belong to the users who have made them.

mod highlight;
pub mod migrations;
mod models;
mod permissions;
mod serializers;
mod views;

use belleville::prelude::*;

pub use models::Snippet;
pub use permissions::IsOwnerOrReadOnly;

/// The app.
pub fn app() -> AppConfig {
    AppConfig::new("part_4").model::<Snippet>().migrations(migrations::all())
}

/// The snippets, and the users.
pub fn urls() -> Urls {
    Urls::new()
        .path("snippets/", views::SnippetList)
        .path("snippets/<int:pk>/", views::SnippetDetail)
        .path("users/", views::UserList)
        .path("users/<int:pk>/", views::UserDetail)
        .format_suffix_patterns()
}
