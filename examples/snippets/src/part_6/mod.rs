//! Part 6, viewsets and routers: the same as part 5, with less to say.

mod views;

use belleville::prelude::*;

/// The root, and whatever the viewsets have.
pub fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("snippets", views::SnippetViewSet).basename("snippet");
    router.register("users", views::UserViewSet).basename("user");
    router.urls()
}
