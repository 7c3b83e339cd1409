//! The viewsets.

use belleville::prelude::*;
use belleville::renderers::StaticHTMLRenderer;

use crate::part_4::{IsOwnerOrReadOnly, Snippet};
use crate::part_5::{SnippetSerializer, UserSerializer};

pub(super) struct SnippetViewSet;

/// The snippets, which all may read and their owners may change.
#[viewset]
impl ModelViewSet for SnippetViewSet {
    type Model = Snippet;
    type Serializer = SnippetSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes((IsAuthenticatedOrReadOnly, IsOwnerOrReadOnly));
    }

    /// The page of a snippet.
    #[action(detail, renderer_classes = StaticHTMLRenderer)]
    async fn highlight(&self, request: &Request) -> Result<Response> {
        let snippet = self.get_object(request).await?;
        Ok(Response::html(200, snippet.highlighted))
    }

    async fn perform_create(&self, serializer: Serializer<Snippet>, request: &Request) -> Result<Snippet> {
        serializer.with(Snippet::OWNER.set(request.user()?)).save(request.db()).await
    }
}

pub(super) struct UserViewSet;

/// The users, who can only be read.
#[viewset]
impl ModelViewSet for UserViewSet {
    type Model = User;
    type Serializer = UserSerializer;

    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    fn queryset(&self, _: &Request) -> Result<QuerySet<User>> {
        Ok(User::objects().order_by([User::ID.asc()]))
    }
}
