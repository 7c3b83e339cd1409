//! Django's own permissions (`projects.add_project`) as permission classes of a view: each method needs one of them.

use belleville_db::{ModelMeta, Object};

use super::{Composable, Permission, is_safe_method};
use crate::exceptions::{Error, Result};
use crate::request::Request;

/// A user who is logged in may read; writing needs the permission to add, change or delete rows of the view's model.
#[derive(Clone, Composable, Copy, Debug)]
pub struct DjangoModelPermissions;

/// As [`DjangoModelPermissions`], but anybody may read.
#[derive(Clone, Composable, Copy, Debug)]
pub struct DjangoModelPermissionsOrAnonReadOnly;

/// As [`DjangoModelPermissions`], and the user also needs the permission on the object. In Django's own backend only
/// superusers have such permissions.
#[derive(Clone, Composable, Copy, Debug)]
pub struct DjangoObjectPermissions;

impl Permission for DjangoModelPermissions {
    fn allows_anonymous(&self, _: &str) -> Option<bool> {
        Some(false)
    }

    async fn has_permission(&self, request: &Request) -> Result<bool> {
        Ok(request.is_authenticated() && has_model_permission(request).await?)
    }
}

impl Permission for DjangoModelPermissionsOrAnonReadOnly {
    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        Some(super::is_safe(method))
    }

    async fn has_permission(&self, request: &Request) -> Result<bool> {
        has_model_permission(request).await
    }
}

impl Permission for DjangoObjectPermissions {
    fn allows_anonymous(&self, _: &str) -> Option<bool> {
        Some(false)
    }

    async fn has_permission(&self, request: &Request) -> Result<bool> {
        DjangoModelPermissions.has_permission(request).await
    }

    /// A user who may not read the object gets a 404, as if it did not exist.
    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        let Some(name) = needed(request.method(), object.meta())? else { return Ok(true) };
        let allowed = match request.user_permissions().await? {
            Some(permissions) => permissions.has_on_object(&name),
            None => false,
        };
        if !allowed && is_safe_method(request) {
            return Err(Error::not_found());
        }
        Ok(allowed)
    }
}

async fn has_model_permission(request: &Request) -> Result<bool> {
    // The root of a router has no model, and nothing in it that could be written.
    let Some(meta) = request.model() else {
        return Ok(is_safe_method(request));
    };
    let Some(name) = needed(request.method(), meta)? else { return Ok(true) };
    Ok(request.user_permissions().await?.is_some_and(|permissions| permissions.has(&name)))
}

/// The permission that a method needs; none for one that reads.
fn needed(method: &str, meta: &ModelMeta) -> Result<Option<String>> {
    let action = match method {
        "GET" | "HEAD" | "OPTIONS" => return Ok(None),
        "POST" => "add",
        "PUT" | "PATCH" => "change",
        "DELETE" => "delete",
        other => return Err(Error::method_not_allowed(other)),
    };
    Ok(Some(format!("{}.{action}_{}", meta.app_label, meta.model_name)))
}
