//! Permissions for the owner of an object.

use belleville_auth::user::{AnyUserModel, is_user_model};
use belleville_db::{Column, ForeignKey, Model, ModelMeta, Object};

use super::{Composable, Permission, is_safe, is_safe_method};
use crate::exceptions::Result;
use crate::request::Request;

/// Allows only the owner of an object, who is the user that a foreign key refers to.
///
/// It checks single objects and does not filter lists: filter the queryset for that
/// (`filter(Project::OWNER.eq(request.user()?))`). With other rules: `IsOwner::by(Note::AUTHOR) | IsAdminUser`.
#[derive(Clone, Composable, Copy, Debug)]
pub struct IsOwner {
    key: Key,
}

/// Anybody may read an object, and only its owner may change or delete it. Only a user who is logged in may create
/// one.
#[derive(Clone, Composable, Copy, Debug)]
pub struct IsOwnerOrReadOnly {
    key: Key,
}

/// The column of a foreign key to a user, which may be empty: `Note::OWNER`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whom an object belongs to",
    label = "give the column of a foreign key to a user: `owner: ForeignKey<User>` and `IsOwner::by(Note::OWNER)`"
)]
pub trait OwnerColumn {
    #[doc(hidden)]
    const META: &'static ModelMeta;

    #[doc(hidden)]
    fn position(&self) -> usize;
}

impl<M: Model, U: AnyUserModel> OwnerColumn for Column<M, ForeignKey<U>> {
    const META: &'static ModelMeta = M::META;

    fn position(&self) -> usize {
        self.field()
    }
}

impl<M: Model, U: AnyUserModel> OwnerColumn for Column<M, Option<ForeignKey<U>>> {
    const META: &'static ModelMeta = M::META;

    fn position(&self) -> usize {
        self.field()
    }
}

/// The foreign key.
#[derive(Clone, Copy, Debug)]
enum Key {
    /// The field of this name, of whatever model the view has.
    Named(&'static str),
    /// The field at this position of this model.
    Of(&'static ModelMeta, usize),
}

/// The default name of the owner's field.
const OWNER: &str = "owner";

impl Key {
    fn of<C: OwnerColumn>(column: &C) -> Self {
        Self::Of(C::META, column.position())
    }

    /// Whether the request's user owns the object. An object of another model has no owner.
    fn owns(self, request: &Request, object: &dyn Object) -> bool {
        let owner = match self {
            Self::Named(name) => object.field(name),
            Self::Of(meta, _) if meta.db_table != object.meta().db_table => None,
            Self::Of(meta, field) => object.field(meta.fields[field].name),
        };
        request.user().is_ok_and(|user| owner.as_ref() == Some(user.pk().value()))
    }

    fn check_model(self, meta: &ModelMeta, permission: &str) -> Result<(), String> {
        let label = meta.label();
        match self {
            Self::Of(of, _) if of.db_table == meta.db_table => Ok(()),
            Self::Of(of, field) => Err(format!(
                "{permission} goes by `{}` of {}, and the model here is {label}: say {permission}::by({}::..) with a foreign \
                 key to a user",
                of.fields[field].name,
                of.label(),
                meta.name
            )),
            Self::Named(name) => {
                let to = meta
                    .field(name)
                    .and_then(|field| field.relation.as_ref())
                    .map(|relation| (relation.to)());
                if to.is_some_and(is_user_model) {
                    return Ok(());
                }
                let keys = meta.fields.iter().filter(|field| {
                    let to = field.relation.as_ref().map(|relation| (relation.to)());
                    to.is_some_and(is_user_model)
                });
                let keys: Vec<String> = keys
                    .map(|field| format!("{permission}::by({}::{})", meta.name, field.name.to_uppercase()))
                    .collect();
                let fix = if keys.is_empty() {
                    format!("add `{name}: ForeignKey<User>` to it, or use another permission")
                } else {
                    format!("say {}", keys.join(" or "))
                };
                Err(format!(
                    "{permission} goes by the field `{name}`, which is no foreign key of {label} to a user: {fix}"
                ))
            }
        }
    }
}

macro_rules! by_column {
    ($($name:ident)*) => {$(
        impl $name {
            /// By the field `owner`. A program with a view whose model has no such field does not start.
            pub const fn new() -> Self {
                Self { key: Key::Named(OWNER) }
            }

            /// By another foreign key to a user, named by its column.
            pub fn by(column: impl OwnerColumn) -> Self {
                Self { key: Key::of(&column) }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    )*};
}

by_column! { IsOwner IsOwnerOrReadOnly }

impl Permission for IsOwner {
    async fn has_permission(&self, request: &Request) -> Result<bool> {
        Ok(request.is_authenticated())
    }

    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        Ok(self.key.owns(request, object))
    }

    fn allows_anonymous(&self, _: &str) -> Option<bool> {
        Some(false)
    }

    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        self.key.check_model(meta, "IsOwner")
    }
}

impl Permission for IsOwnerOrReadOnly {
    async fn has_permission(&self, request: &Request) -> Result<bool> {
        Ok(is_safe_method(request) || request.is_authenticated())
    }

    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        Ok(is_safe_method(request) || self.key.owns(request, object))
    }

    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        Some(is_safe(method))
    }

    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        self.key.check_model(meta, "IsOwnerOrReadOnly")
    }
}
