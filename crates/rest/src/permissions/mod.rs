//! Permissions. A view checks each of its rules in order; the first that fails refuses the request.

mod django;
mod erased;
mod object;
mod owner;
mod perm_format;

use std::fmt;
use std::ops::{BitAnd, BitOr, Not};
use std::sync::Arc;

use belleville_db::{ModelMeta, Object};
pub use belleville_macros::Composable;

pub use django::{
    DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly, DjangoObjectPermissions, MappedPermissions,
};
use erased::DynPermission;
pub use object::ObjectPermission;
pub use owner::{IsOwner, IsOwnerOrReadOnly};
pub(crate) use perm_format::PermFormat;

use crate::BoxFuture;
use crate::exceptions::{ApiException, Detail, Error, Result};
use crate::request::Request;
use belleville_http::list_of;

/// A permission: decides whether a request is allowed.
///
/// `#[derive(Composable)]` gives a custom permission the operators `&`, `|` and `!`. For permissions on objects of
/// one model, [`ObjectPermission`] is shorter.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::permissions::{Composable, Permission};
/// use belleville::request::Request;
///
/// #[derive(Clone, Composable, Copy)]
/// struct MayPublish;
///
/// impl Permission for MayPublish {
///     async fn has_permission(&self, request: &Request) -> Result<bool> {
///         let permissions = request.user_permissions().await?;
///         Ok(permissions.is_some_and(|permissions| permissions.has("notes.publish_note")))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "implement Permission for it: `async fn has_permission(&self, request: &Request) -> Result<bool>`"
)]
pub trait Permission: Send + Sync + 'static {
    /// Called for every request, before the handler.
    fn has_permission(&self, request: &Request) -> impl Future<Output = Result<bool>> + Send {
        let _ = request;
        std::future::ready(Ok(true))
    }

    /// Called with the object of the request, once it is loaded.
    fn has_object_permission(
        &self,
        request: &Request,
        object: &dyn Object,
    ) -> impl Future<Output = Result<bool>> + Send {
        let _ = (request, object);
        std::future::ready(Ok(true))
    }

    /// What [`Permission::has_permission`] would say, where nothing is waited for and no object makes a difference, so that
    /// no future is made; `None` where that is not so.
    #[doc(hidden)]
    fn at_once(&self, request: &Request) -> Option<bool> {
        let _ = request;
        None
    }

    /// The message for a refused user, instead of DRF's default. A dict becomes the whole body of the response, for
    /// clients that read more than a text.
    fn message(&self) -> Option<Detail> {
        None
    }

    /// The code of a refusal, in the log.
    fn code(&self) -> &'static str {
        DENIED
    }

    /// Whether an anonymous request with this method is allowed, if that is known without a request. `check` warns of
    /// views that anybody may write to.
    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        let _ = method;
        None
    }

    /// Checks at start whether the permission can be used on a view of this model.
    ///
    /// # Errors
    /// What is wrong and how to fix it; the program does not start.
    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        let _ = meta;
        Ok(())
    }

    /// The name in the output of the command `routes`.
    fn name(&self) -> &'static str {
        crate::python::class_name::<Self>()
    }
}

/// The default code of a refusal, in the log.
const DENIED: &str = "permission_denied";

list_of! {
    /// The rules of a view: one permission, a rule made of several (`A & B`), or an array, a `Vec` or a tuple of
    /// them, all of which must allow the request. `()` allows everybody.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a permission",
        label = "give a permission (`IsAuthenticated`), a rule (`A & B`), or a list of them (`[A, B]`, or `(A, B)` where they differ)",
        note = "a permission of your own is a type that implements `Permission` or `ObjectPermission`"
    )]
    IntoRules, into_rules, Rule, Permission
}

/// One permission, or several joined by `&`, `|` and `!`.
#[derive(Clone)]
pub struct Rule(Node);

#[derive(Clone)]
enum Node {
    One(Arc<dyn DynPermission>),
    All(Box<Node>, Box<Node>),
    Any(Box<Node>, Box<Node>),
    Not(Box<Node>),
}

impl<P: Permission> From<P> for Rule {
    fn from(permission: P) -> Self {
        Self(Node::One(Arc::new(permission)))
    }
}

impl<P: Into<Rule>> BitAnd<P> for Rule {
    type Output = Self;

    fn bitand(self, other: P) -> Self {
        Self(Node::All(Box::new(self.0), Box::new(other.into().0)))
    }
}

impl<P: Into<Rule>> BitOr<P> for Rule {
    type Output = Self;

    fn bitor(self, other: P) -> Self {
        Self(Node::Any(Box::new(self.0), Box::new(other.into().0)))
    }
}

impl Not for Rule {
    type Output = Self;

    fn not(self) -> Self {
        Self(Node::Not(Box::new(self.0)))
    }
}

impl Rule {
    pub(crate) async fn has_permission(&self, request: &Request) -> Result<bool> {
        match self.at_once(request) {
            Some(allowed) => Ok(allowed),
            None => self.0.has_permission(request).await,
        }
    }

    pub(crate) async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        match self.at_once(request) {
            Some(_) => Ok(true),
            None => self.0.has_object_permission(request, object).await,
        }
    }

    /// [`Permission::at_once`] of a single permission.
    pub(crate) fn at_once(&self, request: &Request) -> Option<bool> {
        match &self.0 {
            Node::One(permission) => permission.at_once(request),
            _ => None,
        }
    }

    pub(crate) fn allows_anonymous(&self, method: &str) -> Option<bool> {
        self.0.allows_anonymous(method)
    }

    pub(crate) fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        self.0.check_model(meta)
    }

    /// The refusal. As in DRF, a composed rule has no message and no code of its own.
    pub(crate) fn refusal(&self) -> Error {
        let Node::One(permission) = &self.0 else { return Error::permission_denied() };
        let message = permission.message().unwrap_or_else(|| Error::PERMISSION_DENIED.into());
        ApiException::new(403, permission.code(), message).into()
    }
}

impl Node {
    fn has_permission<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<bool>> {
        match self {
            Self::One(permission) => permission.has_permission(request),
            Self::All(a, b) => {
                Box::pin(async { Ok(a.has_permission(request).await? && b.has_permission(request).await?) })
            }
            Self::Any(a, b) => {
                Box::pin(async { Ok(a.has_permission(request).await? || b.has_permission(request).await?) })
            }
            Self::Not(a) => Box::pin(async { Ok(!a.has_permission(request).await?) }),
        }
    }

    fn has_object_permission<'a>(
        &'a self,
        request: &'a Request,
        object: &'a dyn Object,
    ) -> BoxFuture<'a, Result<bool>> {
        match self {
            Self::One(permission) => permission.has_object_permission(request, object),
            Self::All(a, b) => Box::pin(async move {
                Ok(a.has_object_permission(request, object).await?
                    && b.has_object_permission(request, object).await?)
            }),
            // One of the sides must allow both the request and the object, as in DRF.
            Self::Any(a, b) => {
                Box::pin(
                    async move { Ok(a.grants(request, object).await? || b.grants(request, object).await?) },
                )
            }
            Self::Not(a) => Box::pin(async move { Ok(!a.has_object_permission(request, object).await?) }),
        }
    }

    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        match self {
            Self::One(permission) => permission.allows_anonymous(method),
            Self::All(a, b) => both(a.allows_anonymous(method), b.allows_anonymous(method)),
            Self::Any(a, b) => {
                both(a.allows_anonymous(method).map(Not::not), b.allows_anonymous(method).map(Not::not))
                    .map(Not::not)
            }
            Self::Not(a) => a.allows_anonymous(method).map(Not::not),
        }
    }

    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        match self {
            Self::One(permission) => permission.check_model(meta),
            Self::All(a, b) | Self::Any(a, b) => a.check_model(meta).and_then(|()| b.check_model(meta)),
            Self::Not(a) => a.check_model(meta),
        }
    }

    async fn grants(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        Ok(self.has_permission(request).await? && self.has_object_permission(request, object).await?)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(permission) => f.write_str(permission.name()),
            Self::All(a, b) => write!(f, "({a} & {b})"),
            Self::Any(a, b) => write!(f, "({a} | {b})"),
            Self::Not(a) => write!(f, "~{a}"),
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({self})")
    }
}

/// Whether both are true; `Some(false)` as soon as one is known to be false.
pub(crate) fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether a method only reads: GET, HEAD or OPTIONS.
pub fn is_safe_method(request: &Request) -> bool {
    is_safe(request.method())
}

fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

macro_rules! permission {
    ($(#[$doc:meta])* $name:ident, |$request:ident| $allowed:expr, |$method:ident| $anonymous:expr) => {
        $(#[$doc])*
        #[derive(Clone, Composable, Copy, Debug)]
        pub struct $name;

        impl Permission for $name {
            async fn has_permission(&self, $request: &Request) -> Result<bool> {
                Ok($allowed)
            }

            fn at_once(&self, $request: &Request) -> Option<bool> {
                Some($allowed)
            }

            fn allows_anonymous(&self, $method: &str) -> Option<bool> {
                Some($anonymous)
            }
        }
    };
}

permission! {
    /// Anybody, logged in or not.
    AllowAny, |_request| true, |_method| true
}

permission! {
    /// Anybody who is logged in.
    IsAuthenticated, |request| request.is_authenticated(), |_method| false
}

permission! {
    /// Staff (`is_staff`), which a superuser need not be.
    IsAdminUser, |request| request.user().is_ok_and(|user| user.is_staff()), |_method| false
}

permission! {
    /// Anybody may read; only who is logged in may write.
    IsAuthenticatedOrReadOnly, |request| is_safe_method(request) || request.is_authenticated(), |method| is_safe(method)
}

/// The rule of a view before its defaults are set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nobody;

impl Permission for Nobody {
    async fn has_permission(&self, _: &Request) -> Result<bool> {
        Ok(false)
    }

    fn allows_anonymous(&self, _: &str) -> Option<bool> {
        Some(false)
    }
}

/// The permission with a name, short or DRF's dotted one.
pub(crate) fn by_name(name: &str) -> Option<Rule> {
    match name.strip_prefix("rest_framework.permissions.").unwrap_or(name) {
        "AllowAny" => Some(AllowAny.into()),
        "IsAuthenticated" => Some(IsAuthenticated.into()),
        "IsAdminUser" => Some(IsAdminUser.into()),
        "IsAuthenticatedOrReadOnly" => Some(IsAuthenticatedOrReadOnly.into()),
        "DjangoModelPermissions" => Some(DjangoModelPermissions.into()),
        "DjangoModelPermissionsOrAnonReadOnly" => Some(DjangoModelPermissionsOrAnonReadOnly.into()),
        "DjangoObjectPermissions" => Some(DjangoObjectPermissions.into()),
        "IsOwner" => Some(IsOwner::new().into()),
        "IsOwnerOrReadOnly" => Some(IsOwnerOrReadOnly::new().into()),
        _ => None,
    }
}

/// The names that [`by_name`] knows.
pub(crate) const NAMES: &[&str] = &[
    "AllowAny",
    "IsAuthenticated",
    "IsAdminUser",
    "IsAuthenticatedOrReadOnly",
    "DjangoModelPermissions",
    "DjangoModelPermissionsOrAnonReadOnly",
    "DjangoObjectPermissions",
    "IsOwner",
    "IsOwnerOrReadOnly",
];
