//! The quickstart: users and groups, for those who are logged in.

mod serializers;
mod views;

use belleville::prelude::*;

/// The root, the users and the groups.
pub fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("users", views::UserViewSet);
    router.register("groups", views::GroupViewSet);
    router.urls()
}
