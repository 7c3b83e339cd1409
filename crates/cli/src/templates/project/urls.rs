//! The URLs of the API.

use belleville::prelude::*;

use crate::notes::views::NoteViewSet;

/// `/api/` with what the apps register, and `/api-token-auth/`, which hands out tokens.
pub fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("notes", NoteViewSet);
    Urls::new()
        .include("api/", router.urls())
        .path("api-token-auth/", obtain_auth_token())
}
