//! Objects that belong to somebody.

use belleville_db::{Object, Value};

use super::{Composable, Permission, is_safe_method};
use crate::BoxFuture;
use crate::exceptions::Result;
use crate::request::Request;

/// Whom an object belongs to, by the foreign key that says so: only they may use it.
///
/// It asks about objects, so a list is not made shorter by it: that is the queryset's part
/// (`filter(Project::OWNER.eq(request.user()?))`). With other rules: `IsOwner::by("author") | IsAdminUser`.
#[derive(Clone, Composable, Copy, Debug)]
pub struct IsOwner {
    field: &'static str,
}

impl IsOwner {
    /// By the field `owner`.
    pub const fn new() -> Self {
        Self::by("owner")
    }

    /// By another field. An object without it belongs to nobody.
    pub const fn by(field: &'static str) -> Self {
        Self { field }
    }
}

impl Default for IsOwner {
    fn default() -> Self {
        Self::new()
    }
}

impl IsOwner {
    fn owns(&self, request: &Request, object: &dyn Object) -> bool {
        let owner = object.field(self.field);
        request.user().is_ok_and(|user| owner == Some(Value::Int(i64::from(user.id))))
    }
}

impl Permission for IsOwner {
    fn has_permission<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<bool>> {
        Box::pin(std::future::ready(Ok(request.is_authenticated())))
    }

    fn has_object_permission<'a>(
        &'a self,
        request: &'a Request,
        object: &'a dyn Object,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(std::future::ready(Ok(self.owns(request, object))))
    }
}

/// Anybody may see an object, only its owner may change or delete it; who makes one has to be logged in.
#[derive(Clone, Composable, Copy, Debug)]
pub struct IsOwnerOrReadOnly {
    owner: IsOwner,
}

impl IsOwnerOrReadOnly {
    /// By the field `owner`.
    pub const fn new() -> Self {
        Self::by("owner")
    }

    /// By another field.
    pub const fn by(field: &'static str) -> Self {
        Self { owner: IsOwner::by(field) }
    }
}

impl Default for IsOwnerOrReadOnly {
    fn default() -> Self {
        Self::new()
    }
}

impl Permission for IsOwnerOrReadOnly {
    fn has_permission<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<bool>> {
        Box::pin(std::future::ready(Ok(is_safe_method(request) || request.is_authenticated())))
    }

    fn has_object_permission<'a>(
        &'a self,
        request: &'a Request,
        object: &'a dyn Object,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(std::future::ready(Ok(is_safe_method(request) || self.owner.owns(request, object))))
    }
}
