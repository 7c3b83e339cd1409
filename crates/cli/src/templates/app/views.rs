//! The viewsets of `{{app}}`.

use belleville::prelude::*;

use super::models::{{Model}};
use super::serializers::{{Model}}Serializer;

/// The rows of `{{Model}}` under a URL.
#[derive(Debug)]
pub struct {{Model}}ViewSet;

/// Every user sees and changes only their own.
#[viewset]
impl ModelViewSet for {{Model}}ViewSet {
    type Model = {{Model}};
    type Serializer = {{Model}}Serializer;

    fn queryset(&self, request: &Request) -> Result<QuerySet<{{Model}}>> {
        Ok({{Model}}::objects().filter({{Model}}::OWNER.eq(request.user()?)))
    }

    async fn perform_create(
        &self,
        serializer: Serializer<{{Model}}>,
        request: &Request,
    ) -> Result<{{Model}}> {
        serializer
            .with({{Model}}::OWNER.set(request.user()?))
            .save(request.db())
            .await
    }
}
