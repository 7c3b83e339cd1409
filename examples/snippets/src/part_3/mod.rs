//! Part 3, class based views: with a method for each verb, put together of mixins, and generic.

mod api_views;
mod generic;
mod mixins;

use belleville::prelude::*;

/// The same snippets by each of them.
pub fn urls() -> Urls {
    Urls::new()
        .path("api-views/snippets/", api_views::SnippetList)
        .path("api-views/snippets/<int:pk>/", api_views::SnippetDetail)
        .path("mixins/snippets/", mixins::SnippetList)
        .path("mixins/snippets/<int:pk>/", mixins::SnippetDetail)
        .path("generic/snippets/", generic::SnippetList)
        .path("generic/snippets/<int:pk>/", generic::SnippetDetail)
        .format_suffix_patterns()
}
