//! The views.

use belleville::prelude::*;

use crate::part_1::{Snippet, SnippetModelSerializer};

/// All snippets, or a new one.
#[api_view(GET, POST)]
pub(super) async fn snippet_list(request: Request) -> Result<Response> {
    if request.method() == "GET" {
        return Response::of_rows::<SnippetModelSerializer>(Snippet::objects(), &request).await;
    }
    let serializer = request.validated_create::<SnippetModelSerializer>().await?;
    let snippet = serializer.save(request.db()).await?;
    Response::of_object::<SnippetModelSerializer>(201, &snippet, &request).await
}

/// One snippet: shown, changed or deleted.
#[api_view(GET, PUT, DELETE)]
pub(super) async fn snippet_detail(request: Request) -> Result<Response> {
    // No row has a number that is too large.
    let Ok(pk) = request.kwarg_as::<i64>("pk") else { return Ok(Response::empty(404)) };
    let found = Snippet::objects().filter_pk(pk).first(request.db()).await?;
    let Some(snippet) = found else { return Ok(Response::empty(404)) };
    match request.method() {
        "GET" => Response::of_object::<SnippetModelSerializer>(200, &snippet, &request).await,
        "PUT" => {
            let serializer = request.validated_update::<SnippetModelSerializer>(snippet).await?;
            let snippet = serializer.save(request.db()).await?;
            Response::of_object::<SnippetModelSerializer>(200, &snippet, &request).await
        }
        _ => {
            snippet.delete(request.db()).await?;
            Ok(Response::empty(204))
        }
    }
}
