//! Viewsets: the usual six actions on a model's rows, each of which can be overridden.

mod action;
mod config;
mod create;
mod extra;
mod handler;
mod lookup;
mod usual;
mod views;

use std::future::Future;
use std::sync::Arc;

use belleville_db::{Model, QuerySet};
pub use belleville_macros::viewset;

use crate::exceptions::Result;
use crate::pagination::Page;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{ModelSerializer, Serializer, SerializerClass};
use crate::views::hooks::Usual;
pub use action::{Action, Method};
pub use config::{Config, OwnAction};
use create::save;
pub(crate) use extra::{ExtraAction, ExtraActions};
#[doc(hidden)]
pub use handler::{ActionHandler, BoxedAction};
pub use lookup::Lookup;
use lookup::object_of_url;
pub(crate) use lookup::{LookupOfUrl, value_of_url};
#[doc(hidden)]
pub use views::{IntoViewSet, OfModel, Plain, ViewSetViews};
pub(crate) use views::{OwnView, api_view};

/// A model's rows under a URL: list, create, retrieve, update, partial update and destroy.
///
/// Only the model and the serializer must be named. The methods that DRF's users override have the same names here. `ACTIONS` takes
/// the place of DRF's mixins: with fewer of them it is a `ReadOnlyModelViewSet`, or a mix of one's own.
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

    /// Which of the usual actions the viewset has; requests for others are answered with 405. [`Action::READ_ONLY`] makes it
    /// DRF's `ReadOnlyModelViewSet`.
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

    /// Those of the rows that the request asks for, by the viewset's filters: for its list, and for the object of a URL.
    fn filter_queryset(
        &self,
        queryset: QuerySet<Self::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<QuerySet<Self::Model>>> + Send {
        request.filter_queryset(queryset)
    }

    /// The page of the rows that the request asks for; `None` for all of them. A list that is
    /// [streamed](crate::policies::Policies::stream) has no pages.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// # use belleville::{exceptions::Result, pagination::Page, request::Request, serializers::ModelSerializer};
    /// # use belleville_auth::models::User;
    /// # use belleville_db::QuerySet;
    /// # use belleville::viewsets::ModelViewSet;
    /// # #[derive(ModelSerializer)]
    /// # #[serializer(model = User, fields = [id, username])]
    /// # struct UserSerializer;
    /// # struct UserViewSet;
    /// # impl ModelViewSet for UserViewSet {
    /// #     type Model = User;
    /// #     type Serializer = UserSerializer;
    /// async fn paginate_queryset(&self, users: &QuerySet<User>, request: &Request) -> Result<Option<Page>> {
    ///     match request.query_params().get("all") {
    ///         Some(_) => Ok(None),
    ///         None => request.paginate_queryset(users).await,
    ///     }
    /// }
    /// # }
    /// ```
    fn paginate_queryset(
        &self,
        queryset: &QuerySet<Self::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<Option<Page>>> + Send {
        request.paginate_queryset(queryset)
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

    /// Adds the viewset's own actions, before `configure` is called: what [`#[viewset]`](viewset) writes for methods with `#[action]`.
    fn actions(config: &mut Config<Self>) {
        let _ = config;
    }

    /// The serializer of a request: the one that the [policies](crate::policies::Policies::serializer_class) of its action say, which
    /// is `Serializer` where none is said.
    ///
    /// # Errors
    /// Any error of the viewset.
    fn get_serializer_class(&self, request: &Request) -> Result<Arc<SerializerClass>> {
        let said = request.policies().and_then(|policies| policies.serializer.clone());
        Ok(said.unwrap_or_else(SerializerClass::of::<Self::Serializer>))
    }

    /// The rows of the model, filtered and in pages.
    fn list(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::list(self, request)
    }

    /// Validates the body and saves a new object.
    fn create(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::create(self, request)
    }

    /// The object of the URL.
    fn retrieve(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::retrieve(self, request)
    }

    /// Validates the body and saves it in the object of the URL.
    fn update(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::update(self, request, false)
    }

    /// The same, of a body that has some of the fields.
    fn partial_update(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::update(self, request, true)
    }

    /// Deletes the object of the URL.
    fn destroy(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::destroy(self, request)
    }

    /// [`list`](Self::list) as it is where it is not overridden: for one that does more.
    fn default_list(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::list(self, request)
    }

    /// [`create`](Self::create) as it is where it is not overridden: for one that does more.
    fn default_create(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::create(self, request)
    }

    /// [`retrieve`](Self::retrieve) as it is where it is not overridden: for one that does more.
    fn default_retrieve(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::retrieve(self, request)
    }

    /// [`update`](Self::update) as it is where it is not overridden: for one that does more.
    fn default_update(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::update(self, request, false)
    }

    /// [`partial_update`](Self::partial_update) as it is where it is not overridden: for one that does more.
    fn default_partial_update(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::update(self, request, true)
    }

    /// [`destroy`](Self::destroy) as it is where it is not overridden: for one that does more.
    fn default_destroy(&self, request: &Request) -> impl Future<Output = Result<Response>> + Send {
        usual::destroy(self, request)
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

    /// As [`APIView::initial`](crate::views::APIView::initial).
    ///
    /// # Errors
    /// Any error of the viewset.
    fn initial(&self, request: &Request) -> impl Future<Output = Result<()>> + Send {
        let _ = request;
        Usual::new(Ok(()))
    }

    /// As [`APIView::finalize_response`](crate::views::APIView::finalize_response).
    ///
    /// # Errors
    /// Any error of the viewset.
    fn finalize_response(
        &self,
        request: &Request,
        response: Response,
    ) -> impl Future<Output = Result<Response>> + Send {
        let _ = request;
        Usual::new(Ok(response))
    }

    /// The object of the URL, if it is in the queryset and the permissions allow it.
    fn get_object(&self, request: &Request) -> impl Future<Output = Result<Self::Model>> + Send {
        object_of_url(self, request)
    }
}

/// Actions under a URL that need no model: only those that it declares itself.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::Json;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::viewsets::{Action, Config, ViewSet};
///
/// struct ColourViewSet(Vec<&'static str>);
///
/// impl ColourViewSet {
///     fn list(&self, _: &Request) -> Result<Response> {
///         Response::data(200, &Json::List(self.0.iter().map(|name| Json::from(*name)).collect()))
///     }
/// }
///
/// impl ViewSet for ColourViewSet {
///     fn configure(&self, config: &mut Config<Self>) {
///         config.action(Action::List, Self::list);
///     }
/// }
/// ```
///
/// [`#[viewset]`](viewset) finds the usual actions by their names, and those of one's own by `#[action]`.
pub trait ViewSet: Send + Sync + Sized + 'static {
    /// As [`ModelViewSet::DOC`].
    const DOC: &'static str = "";

    /// The name of the parameter in the URLs of one object, which [`Request::kwarg`] reads.
    const LOOKUP_URL_KWARG: &'static str = "pk";

    /// The converter of this parameter, as [`Lookup::converter`] sets it: DRF's `lookup_value_converter`.
    const LOOKUP_VALUE_CONVERTER: Option<&'static str> = None;

    /// Which texts the parameter takes, as [`Lookup::regex`] sets it: DRF's `lookup_value_regex`. A converter goes before it.
    const LOOKUP_VALUE_REGEX: Option<&'static str> = None;

    /// As [`ModelViewSet::configure`].
    fn configure(&self, config: &mut Config<Self>) {
        let _ = config;
    }

    /// As [`ModelViewSet::actions`].
    fn actions(config: &mut Config<Self>) {
        let _ = config;
    }

    /// As [`APIView::initial`](crate::views::APIView::initial).
    ///
    /// # Errors
    /// Any error of the viewset.
    fn initial(&self, request: &Request) -> impl Future<Output = Result<()>> + Send {
        let _ = request;
        Usual::new(Ok(()))
    }

    /// As [`APIView::finalize_response`](crate::views::APIView::finalize_response).
    ///
    /// # Errors
    /// Any error of the viewset.
    fn finalize_response(
        &self,
        request: &Request,
        response: Response,
    ) -> impl Future<Output = Result<Response>> + Send {
        let _ = request;
        Usual::new(Ok(response))
    }
}
