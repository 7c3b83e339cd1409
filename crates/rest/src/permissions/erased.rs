//! A type-erased permission.

use belleville_db::{ModelMeta, Object};

use super::Permission;
use crate::BoxFuture;
use crate::exceptions::{Detail, Result};
use crate::request::Request;

/// The object-safe form of [`Permission`].
pub(super) trait DynPermission: Send + Sync {
    fn has_permission<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<bool>>;
    fn has_object_permission<'a>(
        &'a self,
        request: &'a Request,
        object: &'a dyn Object,
    ) -> BoxFuture<'a, Result<bool>>;
    fn at_once(&self, request: &Request) -> Option<bool>;
    fn message(&self) -> Option<Detail>;
    fn code(&self) -> &'static str;
    fn allows_anonymous(&self, method: &str) -> Option<bool>;
    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String>;
    fn name(&self) -> &'static str;
}

impl<P: Permission> DynPermission for P {
    fn has_permission<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<bool>> {
        Box::pin(Permission::has_permission(self, request))
    }

    fn has_object_permission<'a>(
        &'a self,
        request: &'a Request,
        object: &'a dyn Object,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(Permission::has_object_permission(self, request, object))
    }

    fn at_once(&self, request: &Request) -> Option<bool> {
        Permission::at_once(self, request)
    }

    fn message(&self) -> Option<Detail> {
        Permission::message(self)
    }

    fn code(&self) -> &'static str {
        Permission::code(self)
    }

    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        Permission::allows_anonymous(self, method)
    }

    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        Permission::check_model(self, meta)
    }

    fn name(&self) -> &'static str {
        Permission::name(self)
    }
}
