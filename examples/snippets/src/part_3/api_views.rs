//! Classes with a method for each verb.

use belleville::prelude::*;

use crate::part_1::{Snippet, SnippetModelSerializer};

pub(super) struct SnippetList;

/// All snippets, or a new one.
#[viewset]
impl APIView for SnippetList {
    async fn get(&self, request: &Request) -> Result<Response> {
        Response::of_rows::<SnippetModelSerializer>(Snippet::objects(), request).await
    }

    async fn post(&self, request: &Request) -> Result<Response> {
        let serializer = request.validated_create::<SnippetModelSerializer>().await?;
        let snippet = serializer.save(request.db()).await?;
        Response::of_object::<SnippetModelSerializer>(201, &snippet, request).await
    }
}

pub(super) struct SnippetDetail;

impl SnippetDetail {
    async fn get_object(&self, request: &Request) -> Result<Snippet> {
        let pk: i64 = request.kwarg_as("pk")?;
        let snippet = Snippet::objects().filter_pk(pk).first(request.db()).await?;
        snippet.ok_or_else(Error::not_found)
    }
}

/// One snippet: shown, changed or deleted.
#[viewset]
impl APIView for SnippetDetail {
    async fn get(&self, request: &Request) -> Result<Response> {
        let snippet = self.get_object(request).await?;
        Response::of_object::<SnippetModelSerializer>(200, &snippet, request).await
    }

    async fn put(&self, request: &Request) -> Result<Response> {
        let snippet = self.get_object(request).await?;
        let serializer = request.validated_update::<SnippetModelSerializer>(snippet).await?;
        let snippet = serializer.save(request.db()).await?;
        Response::of_object::<SnippetModelSerializer>(200, &snippet, request).await
    }

    async fn delete(&self, request: &Request) -> Result<Response> {
        self.get_object(request).await?.delete(request.db()).await?;
        Ok(Response::empty(204))
    }
}
