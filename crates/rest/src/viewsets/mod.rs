//! Viewsets: the usual six actions on a model's rows, each of which can be overridden.

mod action;
mod config;
mod create;
mod lookup;
mod views;

use std::future::Future;

use belleville_db::{Model, QuerySet};
pub use belleville_macros::viewset;

use crate::exceptions::Result;
use crate::request::Request;
use crate::serializers::{ModelSerializer, Serializer};
pub use action::Action;
pub use config::{Config, Policy};
use create::save;
pub use lookup::Lookup;
pub(crate) use lookup::LookupOfUrl;
use lookup::object_of_url;
#[doc(hidden)]
pub use views::{IntoViewSet, ReadAlone, ReadAndWrite, ViewSetViews};

/// A model's rows under a URL: list, create, retrieve, update, partial update and destroy.
///
/// Only the model and the serializer must be named. The methods that DRF's users override have the same names here.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::db::{ForeignKey, Model, QuerySet};
/// use belleville::exceptions::Result;
/// use belleville::request::Request;
/// use belleville::serializers::{ModelSerializer, Serializer};
/// use belleville::viewsets::ModelViewSet;
///
/// # use belleville_auth::models::User;
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "notes")]
/// # struct Note {
/// #     #[field(primary_key)] id: i64,
/// #     #[field(max_length = 100)] title: String,
/// #     #[field(on_delete = Cascade)] owner: ForeignKey<User>,
/// # }
/// # #[derive(ModelSerializer)]
/// # #[serializer(model = Note, fields = [id, title])]
/// # struct NoteSerializer;
/// struct NoteViewSet;
///
/// impl ModelViewSet for NoteViewSet {
///     type Model = Note;
///     type Serializer = NoteSerializer;
///
///     // A user sees only their own notes.
///     fn queryset(&self, request: &Request) -> Result<QuerySet<Note>> {
///         Ok(Note::objects().filter(Note::OWNER.eq(request.user()?)))
///     }
///
///     // The owner of a new note is the user who creates it.
///     async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
///         serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a viewset",
    label = "implement ModelViewSet for it: `type Model = ..` and `type Serializer = ..`"
)]
pub trait ModelViewSet: Send + Sync + Sized + 'static {
    /// The model.
    type Model: Model;
    /// The serializer, which declares the fields that clients read and write.
    type Serializer: ModelSerializer<Model = Self::Model>;

    /// The actions of the viewset; requests for others are answered with 405.
    const ACTIONS: &'static [Action] = Action::ALL;

    /// The field by which a URL names an object: the primary key, where the viewset does not say another one,
    /// `Lookup::field(Genre::SLUG)`.
    const LOOKUP: Lookup<Self::Model> = Lookup::PRIMARY_KEY;

    /// What the viewset says of itself: the doc comment of the implementation, where [`#[viewset]`](viewset) stands above it.
    const DOC: &'static str = "";

    /// The rows that the request may use; other rows are answered with 404. The queryset cannot have a slice, because
    /// the row of a URL is looked up in it, and a sliced queryset cannot be filtered.
    ///
    /// # Errors
    /// Any error of the viewset; `request.user()?` requires a user.
    fn queryset(&self, request: &Request) -> Result<QuerySet<Self::Model>> {
        let _ = request;
        Ok(Self::Model::objects())
    }

    /// Whether the request creates several objects, of a list: DRF's `get_serializer(many=True)`. Each is handed to
    /// [`perform_create`](Self::perform_create), all in one transaction.
    fn many(&self, request: &Request) -> bool {
        let _ = request;
        false
    }

    /// Sets policies that differ from the settings: permissions, authentication, the description. Called once, at
    /// start.
    ///
    /// ```
    /// # use belleville_rest::viewsets::{Action, Config};
    /// # use belleville_rest::permissions::*;
    /// # fn configure<V>(config: &mut Config<V>) {
    /// config.permission_classes(IsAuthenticatedOrReadOnly);
    /// config.on(Action::Destroy).permission_classes(IsAdminUser);
    /// # }
    /// ```
    fn configure(&self, config: &mut Config<Self>) {
        let _ = config;
    }

    /// Saves a new object. Set fields here that clients may not set, such as the owner.
    fn perform_create(
        &self,
        serializer: Serializer<Self::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        save(serializer, request)
    }

    /// Saves a changed object.
    fn perform_update(
        &self,
        serializer: Serializer<Self::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        save(serializer, request)
    }

    /// Deletes an object.
    fn perform_destroy(
        &self,
        object: Self::Model,
        request: &Request,
    ) -> impl Future<Output = Result<()>> + Send {
        async move { Ok(object.delete(request.db()).await.map(drop)?) }
    }

    /// The object of the URL, if it is in the queryset and the permissions allow it.
    fn get_object(&self, request: &Request) -> impl Future<Output = Result<Self::Model>> + Send {
        object_of_url(self, request)
    }
}

/// Read-only access to a model's rows under a URL: list and retrieve.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a viewset",
    label = "implement ReadOnlyModelViewSet for it: `type Model = ..` and `type Serializer = ..`"
)]
pub trait ReadOnlyModelViewSet: Send + Sync + Sized + 'static {
    /// The model.
    type Model: Model;
    /// The serializer, which declares the fields that clients read.
    type Serializer: ModelSerializer<Model = Self::Model>;

    /// As [`ModelViewSet::LOOKUP`].
    const LOOKUP: Lookup<Self::Model> = Lookup::PRIMARY_KEY;

    /// As [`ModelViewSet::DOC`].
    const DOC: &'static str = "";

    /// As [`ModelViewSet::queryset`].
    ///
    /// # Errors
    /// As [`ModelViewSet::queryset`].
    fn queryset(&self, request: &Request) -> Result<QuerySet<Self::Model>> {
        let _ = request;
        Ok(Self::Model::objects())
    }

    /// As [`ModelViewSet::configure`].
    fn configure(&self, config: &mut Config<Self>) {
        let _ = config;
    }
}
