//! The API's URLs.

use belleville::prelude::*;
use belleville::simplejwt;

use crate::views::{ProjectViewSet, TaskViewSet};

/// `/api/` with its projects and tasks, and what hands out tokens: `/api-token-auth/` and `/api/token/`.
pub fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("projects", ProjectViewSet);
    router.register("tasks", TaskViewSet);
    Urls::new()
        .include("api/", router.urls())
        .path("api-token-auth/", obtain_auth_token())
        .path("api/token/", simplejwt::token_obtain_pair())
        .path("api/token/refresh/", simplejwt::token_refresh())
        .path("api/token/verify/", simplejwt::token_verify())
        .path("api/token/blacklist/", simplejwt::token_blacklist_view())
}
