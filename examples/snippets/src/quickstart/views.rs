//! The viewsets.

use belleville::auth::models::Group;
use belleville::prelude::*;

use super::serializers::{GroupSerializer, UserSerializer};

pub(super) struct UserViewSet;

/// The users, the newest first.
#[viewset]
impl ModelViewSet for UserViewSet {
    type Model = User;
    type Serializer = UserSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticated);
    }

    fn queryset(&self, _: &Request) -> Result<QuerySet<User>> {
        Ok(User::objects().order_by([User::DATE_JOINED.desc(), User::ID.asc()]))
    }

    /// Such a user cannot log in: an empty text is the hash of no password.
    async fn perform_create(&self, serializer: Serializer<User>, request: &Request) -> Result<User> {
        serializer.with(User::PASSWORD.set("")).save(request.db()).await
    }
}

pub(super) struct GroupViewSet;

/// The groups by their names.
#[viewset]
impl ModelViewSet for GroupViewSet {
    type Model = Group;
    type Serializer = GroupSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticated);
    }

    fn queryset(&self, _: &Request) -> Result<QuerySet<Group>> {
        Ok(Group::objects().order_by([Group::NAME.asc()]))
    }
}
