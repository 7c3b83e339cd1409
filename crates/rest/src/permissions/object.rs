//! Permissions on objects of one model.

use belleville_db::{Model, ModelMeta, Object};

use super::Permission;
use crate::exceptions::{Detail, Error, Result};
use crate::request::Request;

/// A permission on objects of one model. It is a [`Permission`] too, which allows every request until the object is
/// loaded: it does not restrict lists and POST requests, so combine it with another one: `IsAuthenticated &
/// IsAuthor`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::db::Model;
/// use belleville::exceptions::Result;
/// use belleville::permissions::{Composable, ObjectPermission};
/// use belleville::request::Request;
///
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "notes")]
/// # struct Note { #[field(primary_key)] id: i64, #[field(max_length = 150)] author: String }
/// #[derive(Clone, Composable, Copy)]
/// struct IsAuthor;
///
/// impl ObjectPermission for IsAuthor {
///     type Object = Note;
///
///     async fn allows(&self, request: &Request, note: &Note) -> Result<bool> {
///         Ok(note.author == request.user()?.username())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission on objects",
    label = "implement ObjectPermission for it: `type Object = Note` and `async fn allows(&self, &Request, &Note) -> Result<bool>`"
)]
pub trait ObjectPermission: Send + Sync + 'static {
    /// The model of the objects.
    type Object: Model;

    /// Called with the object of the request, once it is loaded.
    fn allows(&self, request: &Request, object: &Self::Object) -> impl Future<Output = Result<bool>> + Send;

    /// As [`Permission::message`].
    fn message(&self) -> Option<Detail> {
        None
    }

    /// As [`Permission::code`].
    fn code(&self) -> &'static str {
        super::DENIED
    }
}

impl<P: ObjectPermission> Permission for P {
    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        match object.as_any().downcast_ref::<P::Object>() {
            Some(object) => self.allows(request, object).await,
            None => Err(Error::internal(wrong_model::<P>(object.meta()))),
        }
    }

    fn message(&self) -> Option<Detail> {
        ObjectPermission::message(self)
    }

    fn code(&self) -> &'static str {
        ObjectPermission::code(self)
    }

    /// Nothing is known about a new object before it is created.
    fn allows_anonymous(&self, method: &str) -> Option<bool> {
        (method == "POST").then_some(true)
    }

    fn check_model(&self, meta: &'static ModelMeta) -> Result<(), String> {
        if meta.db_table == P::Object::META.db_table { Ok(()) } else { Err(wrong_model::<P>(meta)) }
    }
}

fn wrong_model<P: ObjectPermission>(meta: &ModelMeta) -> String {
    format!(
        "{} is about objects of {}, and the model here is {}: use it on views of its own model",
        crate::python::class_name::<P>(),
        P::Object::META.label(),
        meta.label()
    )
}
