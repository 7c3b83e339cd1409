//! The views.

use belleville::json;
use belleville::prelude::*;
use belleville::renderers::StaticHTMLRenderer;

use super::{SnippetSerializer, UserSerializer};
use crate::part_4::{IsOwnerOrReadOnly, Snippet};

#[api_view(GET)]
pub(super) fn api_root(request: &Request) -> Result<Response> {
    let format = request.format_suffix().map(|format| ("format", format));
    let lists = json!({
        "users": request.reverse("user-list", format)?,
        "snippets": request.reverse("snippet-list", format)?
    });
    Response::data(200, &lists)
}

pub(super) struct SnippetHighlight;

#[viewset]
impl APIView for SnippetHighlight {
    fn configure(&self, config: &mut Config<Self>) {
        config.renderer_classes(StaticHTMLRenderer);
    }

    async fn get(&self, request: &Request) -> Result<Response> {
        let pk: i64 = request.kwarg_as("pk")?;
        let snippet = Snippet::objects().filter_pk(pk).get(request.db()).await?;
        Ok(Response::html(200, snippet.highlighted))
    }
}

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
