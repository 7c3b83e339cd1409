//! The views.

use belleville::prelude::*;

use super::serializers::{SnippetSerializer, UserSerializer};
use super::{IsOwnerOrReadOnly, Snippet};

pub(super) struct SnippetList;

impl ModelViewSet for SnippetList {
    type Model = Snippet;
    type Serializer = SnippetSerializer;

    const ACTIONS: &'static [Action] = Action::LIST_CREATE;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticatedOrReadOnly);
    }

    async fn perform_create(&self, serializer: Serializer<Snippet>, request: &Request) -> Result<Snippet> {
        serializer.with(Snippet::OWNER.set(request.user()?)).save(request.db()).await
    }
}

pub(super) struct SnippetDetail;

impl ModelViewSet for SnippetDetail {
    type Model = Snippet;
    type Serializer = SnippetSerializer;

    const ACTIONS: &'static [Action] = Action::RETRIEVE_UPDATE_DESTROY;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes((IsAuthenticatedOrReadOnly, IsOwnerOrReadOnly));
    }
}

pub(super) struct UserList;

impl ModelViewSet for UserList {
    type Model = User;
    type Serializer = UserSerializer;

    const ACTIONS: &'static [Action] = &[Action::List];

    fn queryset(&self, _: &Request) -> Result<QuerySet<User>> {
        Ok(User::objects().order_by([User::ID.asc()]))
    }
}

pub(super) struct UserDetail;

impl ModelViewSet for UserDetail {
    type Model = User;
    type Serializer = UserSerializer;

    const ACTIONS: &'static [Action] = &[Action::Retrieve];
}
