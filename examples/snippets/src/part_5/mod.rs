//! Part 5, relationships and hyperlinked APIs: a root, the page of a snippet, and links in the place of keys.

mod serializers;
mod views;

use belleville::prelude::*;

pub use serializers::{SnippetSerializer, UserSerializer};

/// The root, the snippets with their pages, and the users.
pub fn urls() -> Urls {
    Urls::new()
        .path("", views::api_root())
        .path("snippets/", views::SnippetList)
        .name("snippet-list")
        .path("snippets/<int:pk>/", views::SnippetDetail)
        .name("snippet-detail")
        .path("snippets/<int:pk>/highlight/", views::SnippetHighlight)
        .name("snippet-highlight")
        .path("users/", views::UserList)
        .name("user-list")
        .path("users/<int:pk>/", views::UserDetail)
        .name("user-detail")
        .format_suffix_patterns()
}
