//! Part 2, requests and responses: functions that answer several methods, and format suffixes.

mod views;

use belleville::prelude::*;

/// `snippets/` and `snippets.json`.
pub fn urls() -> Urls {
    Urls::new()
        .path("snippets/", views::snippet_list())
        .path("snippets/<int:pk>/", views::snippet_detail())
        .format_suffix_patterns()
}
