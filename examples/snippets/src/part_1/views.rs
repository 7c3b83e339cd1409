//! Functions around the first serializer, one for each method.

use belleville::prelude::*;

use super::{Snippet, SnippetSerializer};

pub(super) fn snippet_list() -> View {
    View::function("Snippet List").description("All snippets, or a new one.").get(list).post(create)
}

pub(super) fn snippet_detail() -> View {
    View::function("Snippet Detail").description("One snippet.").get(retrieve).put(update).delete(destroy)
}

async fn list(request: Request) -> Result<Response> {
    let snippets = Snippet::objects().all(request.db()).await?;
    let snippets: Vec<_> = snippets.into_iter().map(SnippetSerializer::from).collect();
    Response::of_all(200, &snippets, &request).await
}

async fn create(request: Request) -> Result<Response> {
    let input: SnippetSerializer = request.validated().await?;
    let snippet = input.create(request.db()).await?;
    Response::of(201, &SnippetSerializer::from(snippet), &request).await
}

async fn retrieve(request: Request) -> Result<Response> {
    match find(&request).await? {
        Some(snippet) => Response::of(200, &SnippetSerializer::from(snippet), &request).await,
        None => Ok(Response::empty(404)),
    }
}

async fn update(request: Request) -> Result<Response> {
    let Some(snippet) = find(&request).await? else { return Ok(Response::empty(404)) };
    let input: SnippetSerializer = request.validated().await?;
    let snippet = input.update(snippet, request.db()).await?;
    Response::of(200, &SnippetSerializer::from(snippet), &request).await
}

async fn destroy(request: Request) -> Result<Response> {
    let Some(snippet) = find(&request).await? else { return Ok(Response::empty(404)) };
    snippet.delete(request.db()).await?;
    Ok(Response::empty(204))
}

/// The snippet of the URL. No row has a number that is too large.
async fn find(request: &Request) -> Result<Option<Snippet>> {
    let Ok(pk) = request.kwarg_as::<i64>("pk") else { return Ok(None) };
    Ok(Snippet::objects().filter(Snippet::ID.eq(pk)).first(request.db()).await?)
}
