//! The API's URLs.

use belleville::prelude::*;

use crate::views::{ProjectViewSet, TaskViewSet};

/// `/api/` with its projects and tasks, and `/api-token-auth/`.
pub fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("projects", ProjectViewSet);
    router.register("tasks", TaskViewSet);
    Urls::new().include("api/", router.urls()).path("api-token-auth/", obtain_auth_token())
}
