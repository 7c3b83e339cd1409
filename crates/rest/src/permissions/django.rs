//! Django's own permissions (`projects.add_project`) as permission classes of a view: each method needs some of them.

use belleville_db::{ModelMeta, Object};

use super::perm_format::PermFormat;
use super::{Composable, Permission, is_safe_method};
use crate::exceptions::{Error, Result};
use crate::request::Request;

/// A user who is logged in may read; writing needs the permission to add, change or delete rows of the view's model.
#[derive(Clone, Composable, Copy, Debug)]
pub struct DjangoModelPermissions;

/// As [`DjangoModelPermissions`], but anybody may read.
#[derive(Clone, Composable, Copy, Debug)]
pub struct DjangoModelPermissionsOrAnonReadOnly;

/// As [`DjangoModelPermissions`], and the user also needs the permission on the object. Without the app
/// [`guardian::app`](crate::guardian::app), as in Django's own backend, only superusers have such permissions.
///
/// Who may not read the object is answered 404, as if it did not exist; who may read and not write it, 403. In DRF's own map
/// of permissions reading needs none; [`perms_map`](Self::perms_map) says so.
#[derive(Clone, Composable, Copy, Debug)]
pub struct DjangoObjectPermissions;

/// [`DjangoModelPermissions`] or one of the others, with other permissions than DRF's for some methods.
#[derive(Clone, Composable, Debug)]
pub struct MappedPermissions {
    kind: Kind,
    map: PermsMap,
}

/// What the permissions are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Model,
    AnonReadOnly,
    Object,
}

/// The permissions that methods need, where they are not DRF's.
#[derive(Clone, Debug, Default)]
struct PermsMap(Vec<(&'static str, Vec<PermFormat>)>);

macro_rules! django_permissions {
    ($($name:ident: $kind:ident;)*) => {$(
        impl $name {
            /// The same with other permissions for some methods: DRF's `perms_map`. What is not named needs what it needs in DRF.
            /// `%(app_label)s` and `%(model_name)s` stand for the app and the name of the model.
            ///
            /// ```
            /// # use belleville_rest::permissions::*;
            #[doc = concat!("let readable = ", stringify!($name), ".perms_map([(\"GET\", [\"%(app_label)s.view_%(model_name)s\"])]);")]
            /// # let _ = readable;
            /// ```
            pub fn perms_map<P: IntoIterator<Item = &'static str>>(
                self,
                map: impl IntoIterator<Item = (&'static str, P)>,
            ) -> MappedPermissions {
                let formats = |names: P| names.into_iter().map(PermFormat::new).collect();
                let map = map.into_iter().map(|(method, names)| (method, formats(names))).collect();
                MappedPermissions { kind: Kind::$kind, map: PermsMap(map) }
            }
        }

        impl Permission for $name {
            fn allows_anonymous(&self, method: &str) -> Option<bool> {
                Kind::$kind.allows_anonymous(&PermsMap::default(), method)
            }

            async fn has_permission(&self, request: &Request) -> Result<bool> {
                Kind::$kind.has_permission(&PermsMap::default(), request).await
            }

            async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
                Kind::$kind.has_object_permission(&PermsMap::default(), request, object).await
            }
        }
    )*};
}

django_permissions! {
    DjangoModelPermissions: Model;
    DjangoModelPermissionsOrAnonReadOnly: AnonReadOnly;
    DjangoObjectPermissions: Object;
}

impl Permission for MappedPermissions {
    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        self.kind.allows_anonymous(&self.map, method)
    }

    async fn has_permission(&self, request: &Request) -> Result<bool> {
        self.kind.has_permission(&self.map, request).await
    }

    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        self.kind.has_object_permission(&self.map, request, object).await
    }

    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        self.map.check(meta, self.kind).map_err(|mistake| format!("perms_map: {mistake}"))
    }

    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Model => "DjangoModelPermissions",
            Kind::AnonReadOnly => "DjangoModelPermissionsOrAnonReadOnly",
            Kind::Object => "DjangoObjectPermissions",
        }
    }
}

impl Kind {
    fn allows_anonymous(self, map: &PermsMap, method: &str) -> Option<bool> {
        // Nobody who is not logged in has a permission on all rows of a model.
        Some(self == Self::AnonReadOnly && map.formats(method).is_ok_and(|formats| formats.is_empty()))
    }

    async fn has_permission(self, map: &PermsMap, request: &Request) -> Result<bool> {
        if self != Self::AnonReadOnly && !request.is_authenticated() {
            return Ok(false);
        }
        // The root of a router has no model, and nothing in it that could be written.
        let Some(meta) = request.model() else {
            return Ok(is_safe_method(request));
        };
        let needed = map.needed(request.method(), meta)?;
        if needed.is_empty() {
            return Ok(true);
        }
        let permissions = request.user_permissions().await?;
        Ok(permissions.is_some_and(|permissions| needed.iter().all(|name| permissions.has(name))))
    }

    /// A user who may not read the object gets a 404, as if it did not exist.
    async fn has_object_permission(
        self,
        map: &PermsMap,
        request: &Request,
        object: &dyn Object,
    ) -> Result<bool> {
        if self != Self::Object {
            return Ok(true);
        }
        let meta = object.meta();
        let (needed, to_read) = (map.needed(request.method(), meta)?, map.needed("GET", meta)?);
        if needed.is_empty() {
            return Ok(true);
        }
        let permissions = request.object_permissions(object).await?;
        let has_all = |names: &[String]| -> Result<bool> {
            for name in names {
                if !permissions.has(meta, name)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        if has_all(&needed)? {
            return Ok(true);
        }
        if is_safe_method(request) || !has_all(&to_read)? {
            return Err(Error::not_found());
        }
        Ok(false)
    }
}

const ADD: &[PermFormat] = &[PermFormat::new("%(app_label)s.add_%(model_name)s")];
const CHANGE: &[PermFormat] = &[PermFormat::new("%(app_label)s.change_%(model_name)s")];
const DELETE: &[PermFormat] = &[PermFormat::new("%(app_label)s.delete_%(model_name)s")];

impl PermsMap {
    /// What a method needs.
    fn formats(&self, method: &str) -> Result<&[PermFormat]> {
        if let Some((_, formats)) = self.0.iter().find(|(known, _)| *known == method) {
            return Ok(formats);
        }
        match method {
            "GET" | "HEAD" | "OPTIONS" => Ok(&[]),
            "POST" => Ok(ADD),
            "PUT" | "PATCH" => Ok(CHANGE),
            "DELETE" => Ok(DELETE),
            other => Err(Error::method_not_allowed(other)),
        }
    }

    /// The names of the permissions on a model that a method needs.
    fn needed(&self, method: &str, meta: &ModelMeta) -> Result<Vec<String>> {
        Ok(self.formats(method)?.iter().map(|format| format.of(meta)).collect())
    }

    fn check(&self, meta: &ModelMeta, kind: Kind) -> Result<(), String> {
        self.0.iter().flat_map(|(_, formats)| formats).try_for_each(|format| match kind {
            Kind::Object => format.check_object(meta),
            Kind::Model | Kind::AnonReadOnly => format.check(meta),
        })
    }
}
