//! The root, the page of a snippet, and the viewsets.

use belleville::json;
use belleville::prelude::*;

use super::{Snippet, SnippetSerializer, UserSerializer};

/// Where the lists are.
pub(super) fn api_root(request: &Request) -> Result<Response> {
    let format: Vec<_> = request.format_suffix().map(|format| ("format", format)).into_iter().collect();
    let lists = json!({
        "users": request.reverse("user-list", format.clone())?,
        "snippets": request.reverse("snippet-list", format)?
    });
    Response::data(200, &lists)
}

/// The page of a snippet.
pub(super) async fn highlight(request: Request) -> Result<Response> {
    let pk: i64 = request.kwarg_as("pk")?;
    let snippet = Snippet::objects().filter(Snippet::ID.eq(pk)).get(request.db()).await?;
    Ok(Response::html(200, snippet.highlighted))
}

/// The snippets, which all may read and their owners may change.
#[derive(Debug)]
pub struct SnippetViewSet;

impl ModelViewSet for SnippetViewSet {
    type Model = Snippet;
    type Serializer = SnippetSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes((IsAuthenticatedOrReadOnly, IsOwnerOrReadOnly::new()));
    }

    async fn perform_create(&self, serializer: Serializer<Snippet>, request: &Request) -> Result<Snippet> {
        serializer.with(Snippet::OWNER.set(request.user()?)).save(request.db()).await
    }
}

/// The users, who can only be read.
#[derive(Debug)]
pub struct UserViewSet;

impl ReadOnlyModelViewSet for UserViewSet {
    type Model = User;
    type Serializer = UserSerializer;
}
