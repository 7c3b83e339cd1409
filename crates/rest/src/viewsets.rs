//! Viewsets: the usual six actions on a model's rows, each of which can be overridden.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::{FieldKind, FieldValue, Model, QuerySet, Value, ValueRef};
pub use belleville_macros::viewset;

use crate::BoxFuture;
use crate::authentication::{BoxedAuthenticator, IntoAuthenticators};
use crate::exceptions::{Error, Result};
use crate::handlers::BoxedHandler;
use crate::names::{class_name, display_name};
use crate::permissions::{IntoRules, Rule};
use crate::python;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{ModelSerializer, Serializer, SerializerClass, no_match};
use crate::views::{ObjectCheck, View};
use belleville_http::services::Services;
use belleville_http::settings::SettingsError;

/// An action of a viewset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// GET on the list.
    List,
    /// POST on the list.
    Create,
    /// GET on one object.
    Retrieve,
    /// PUT on one object.
    Update,
    /// PATCH on one object.
    PartialUpdate,
    /// DELETE on one object.
    Destroy,
    /// OPTIONS, and every method that the viewset does not have.
    Metadata,
}

impl Action {
    /// The actions of a [`ModelViewSet`].
    pub const ALL: &'static [Self] =
        &[Self::List, Self::Create, Self::Retrieve, Self::Update, Self::PartialUpdate, Self::Destroy];

    /// The actions of a [`ReadOnlyModelViewSet`].
    pub const READ_ONLY: &'static [Self] = &[Self::List, Self::Retrieve];

    fn method(self) -> &'static str {
        match self {
            Self::List | Self::Retrieve => "GET",
            Self::Create => "POST",
            Self::Update => "PUT",
            Self::PartialUpdate => "PATCH",
            Self::Destroy => "DELETE",
            Self::Metadata => "OPTIONS",
        }
    }

    fn is_detail(self) -> bool {
        !matches!(self, Self::List | Self::Create)
    }
}

/// The policies of a viewset, which replace the defaults of the settings. `configure` sets them.
pub struct Config<V> {
    description: String,
    authenticators: Option<Vec<BoxedAuthenticator>>,
    permissions: Option<Vec<Rule>>,
    atomic: Option<bool>,
    actions: Vec<(Action, Policy)>,
    viewset: PhantomData<fn() -> V>,
}

/// The policies of one action of a viewset.
#[derive(Debug, Default)]
pub struct Policy {
    permissions: Option<Vec<Rule>>,
}

impl<V> std::fmt::Debug for Config<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("permissions", &self.permissions).finish_non_exhaustive()
    }
}

impl<V> Config<V> {
    fn described(text: &str) -> Self {
        Self {
            description: text.to_owned(),
            authenticators: None,
            permissions: None,
            atomic: None,
            actions: Vec::new(),
            viewset: PhantomData,
        }
    }

    /// Sets the description, which `OPTIONS` and the browsable API show.
    pub fn description(&mut self, text: impl Into<String>) -> &mut Self {
        self.description = text.into();
        self
    }

    /// Sets the authenticators, as [`View::authentication_classes`].
    pub fn authentication_classes(&mut self, authenticators: impl IntoAuthenticators) -> &mut Self {
        self.authenticators = Some(authenticators.into_authenticators());
        self
    }

    /// Sets the permissions, as [`View::permission_classes`].
    pub fn permission_classes(&mut self, rules: impl IntoRules) -> &mut Self {
        self.permissions = Some(rules.into_rules());
        self
    }

    /// Each request runs in a transaction, as [`View::atomic`].
    pub fn atomic(&mut self) -> &mut Self {
        self.atomic = Some(true);
        self
    }

    /// No transaction is begun for a request, as [`View::non_atomic`].
    pub fn non_atomic(&mut self) -> &mut Self {
        self.atomic = Some(false);
        self
    }

    /// The policies of one action: `config.on(Action::Destroy).permission_classes(IsAdminUser)`.
    pub fn on(&mut self, action: Action) -> &mut Policy {
        let index = self.actions.iter().position(|(known, _)| *known == action).unwrap_or_else(|| {
            self.actions.push((action, Policy::default()));
            self.actions.len() - 1
        });
        &mut self.actions[index].1
    }

    fn permissions_of(&self, action: Action) -> Option<Vec<Rule>> {
        let own = self.actions.iter().find(|(known, _)| *known == action);
        own.and_then(|(_, policy)| policy.permissions.clone()).or_else(|| self.permissions.clone())
    }

    /// The same for another type.
    fn of<W>(self) -> Config<W> {
        Config {
            description: self.description,
            authenticators: self.authenticators,
            permissions: self.permissions,
            atomic: self.atomic,
            actions: self.actions,
            viewset: PhantomData,
        }
    }
}

impl Policy {
    /// Sets the permissions of the action, instead of the viewset's.
    pub fn permission_classes(&mut self, rules: impl IntoRules) -> &mut Self {
        self.permissions = Some(rules.into_rules());
        self
    }
}

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
        serializer.save_owned(request)
    }

    /// Saves a changed object.
    fn perform_update(
        &self,
        serializer: Serializer<Self::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        serializer.save_owned(request)
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
        async move {
            let pk = lookup_value(Self::Model::META.key_kind(), request.kwarg("pk").unwrap_or_default())?;
            let pk = pk.ok_or_else(|| no_match(Self::Model::META))?;
            let pk = <Self::Model as Model>::Pk::from_value(pk.as_ref())
                .map_err(|_| no_match(Self::Model::META))?;
            let found = self.queryset(request)?.filter_pk(pk);
            let object = match found.get(request.db()).await {
                Err(belleville_db::Error::Decode(_)) => {
                    let object = found.get_clamped(request.db()).await?;
                    request.set_clamped();
                    object
                }
                outcome => outcome?,
            };
            request.check_object_permissions(&object).await?;
            Ok(object)
        }
    }
}

/// Refuses to start when every POST would fail: the serializer leaves out a required field, and `perform_create` is
/// the default one, so that nothing sets it.
fn check_create<V: ModelViewSet>(_: &Services) -> Result<(), SettingsError> {
    let class = SerializerClass::of::<V::Serializer>();
    match class.untaken_field() {
        Some(field) if creates_by_itself::<V>() => {
            Err(SettingsError::new(format!("{}: {}", class_name::<V>(), class.missing(field))))
        }
        _ => Ok(()),
    }
}

/// Whether `perform_create` is the default one: it then returns the future of [`Serializer::save_owned`], which no
/// override can return.
fn creates_by_itself<V: ModelViewSet>() -> bool {
    fn returned<'a, V: 'a, M, R>(_: impl FnOnce(&'a V, Serializer<M>, &'a Request) -> R) -> &'static str {
        std::any::type_name::<R>()
    }
    let own = returned::<V, V::Model, _>(|_, serializer, request| serializer.save_owned(request));
    returned(V::perform_create) == own
}

impl<M: Model> Serializer<M> {
    /// [`Serializer::save`], as a future that holds the request.
    async fn save_owned(self, request: &Request) -> Result<M> {
        self.save(request.db()).await
    }
}

/// The key of a URL as a primary key: 404 when it is not a key, `None` when no row can have it.
fn lookup_value(kind: FieldKind, text: &str) -> Result<Option<Value>> {
    if kind.is_text() {
        return Ok(Some(ValueRef::Text(text).to_owned()));
    }
    match python::parse_int(text) {
        Some(n) => Ok(Some(Value::Int(n))),
        None if python::is_int(text) => Ok(None),
        None => Err(Error::not_found()),
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

struct ReadOnly<V>(V);

impl<V: ReadOnlyModelViewSet> ModelViewSet for ReadOnly<V> {
    type Model = V::Model;
    type Serializer = V::Serializer;

    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    fn queryset(&self, request: &Request) -> Result<QuerySet<Self::Model>> {
        self.0.queryset(request)
    }

    fn configure(&self, config: &mut Config<Self>) {
        let mut own = Config::described(V::DOC);
        self.0.configure(&mut own);
        *config = own.of();
    }
}

/// What a router can register: a [`ModelViewSet`] or a [`ReadOnlyModelViewSet`]. The compiler finds `Kind`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a viewset",
    label = "implement ModelViewSet or ReadOnlyModelViewSet for it"
)]
pub trait IntoViewSet<Kind> {
    #[doc(hidden)]
    fn into_views(self) -> ViewSetViews;
}

/// The two views of a viewset; one without methods is left out.
#[doc(hidden)]
#[derive(Debug)]
pub struct ViewSetViews {
    pub(crate) list: Option<View>,
    pub(crate) detail: Option<View>,
}

#[doc(hidden)]
#[derive(Debug)]
pub struct ReadAndWrite;

#[doc(hidden)]
#[derive(Debug)]
pub struct ReadAlone;

impl<V: ModelViewSet> IntoViewSet<ReadAndWrite> for V {
    fn into_views(self) -> ViewSetViews {
        views(self, class_name::<V>())
    }
}

impl<V: ReadOnlyModelViewSet> IntoViewSet<ReadAlone> for V {
    fn into_views(self) -> ViewSetViews {
        views(ReadOnly(self), class_name::<V>())
    }
}

fn views<V: ModelViewSet>(viewset: V, class: &str) -> ViewSetViews {
    let mut config = Config::described(V::DOC);
    viewset.configure(&mut config);
    let shared = Arc::new(Shared { serializer: SerializerClass::of::<V::Serializer>(), config, viewset });
    let view = |detail: bool| {
        let actions: Vec<Action> =
            V::ACTIONS.iter().copied().filter(|action| action.is_detail() == detail).collect();
        (!actions.is_empty()).then(|| shared.view(class, detail, &actions))
    };
    ViewSetViews { list: view(false), detail: view(true) }
}

struct Shared<V> {
    viewset: V,
    config: Config<V>,
    serializer: Arc<SerializerClass>,
}

impl<V: ModelViewSet> Shared<V> {
    fn view(self: &Arc<Self>, class: &str, detail: bool, actions: &[Action]) -> View {
        let suffix = if detail { "Instance" } else { "List" };
        let config = &self.config;
        let mut view = View::new(display_name(class, suffix)).class(class).description(&config.description);
        view.authenticators = config.authenticators.clone();
        view.permissions = config.permissions_of(Action::Metadata);
        view.atomic = config.atomic;
        view.serializer = Some(Arc::clone(&self.serializer));
        if detail {
            view.object = Some(Arc::new(Bound { shared: Arc::clone(self) }));
        }
        for action in actions {
            if *action == Action::Create {
                view = view.checked_at_start(check_create::<V>);
            }
            let action = *action;
            let handler = self.handler(action);
            let rules = config.permissions_of(action);
            if action.method() == "GET" {
                view = view.on("HEAD", handler.clone(), rules.clone());
            }
            view = view.on(action.method(), handler, rules);
        }
        view
    }

    /// The handler of an action. Each has a future of its own, so that none takes the memory of another.
    fn handler(self: &Arc<Self>, action: Action) -> BoxedHandler {
        match action {
            Action::List => self
                .answering(|shared: Arc<Self>, request: Request| async move { shared.list(&request).await }),
            Action::Create => {
                self.answering(
                    |shared: Arc<Self>, request: Request| async move { shared.create(&request).await },
                )
            }
            Action::Retrieve => self.answering(|shared: Arc<Self>, request: Request| async move {
                shared.retrieve(&request).await
            }),
            Action::Update => self.answering(|shared: Arc<Self>, request: Request| async move {
                shared.update(&request, false).await
            }),
            Action::PartialUpdate => self.answering(|shared: Arc<Self>, request: Request| async move {
                shared.update(&request, true).await
            }),
            Action::Destroy => {
                self.answering(
                    |shared: Arc<Self>, request: Request| async move { shared.destroy(&request).await },
                )
            }
            Action::Metadata => self.answering(|_, request: Request| async move {
                Err(Error::method_not_allowed(request.method()))
            }),
        }
    }

    fn answering<F>(
        self: &Arc<Self>,
        answer: impl Fn(Arc<Self>, Request) -> F + Send + Sync + 'static,
    ) -> BoxedHandler
    where
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        let shared = Arc::clone(self);
        BoxedHandler::new(move |request| Box::pin(answer(Arc::clone(&shared), request)))
    }

    async fn list(&self, request: &Request) -> Result<Response> {
        let rows = self.viewset.queryset(request)?;
        Ok(Response::json(200, self.serializer.represent_all(rows, request.db()).await?))
    }

    async fn create(&self, request: &Request) -> Result<Response> {
        let data = request.data().await?;
        let serializer = Serializer::for_create(&self.serializer, &data, request).await?;
        let object = self.viewset.perform_create(serializer, request).await?;
        Ok(Response::json(201, self.serializer.represent(&object)?))
    }

    async fn retrieve(&self, request: &Request) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        Ok(Response::json(200, self.represent(&object, request).await?))
    }

    /// The representation of an object; read from the row when the object's numbers differ from the row's.
    async fn represent(&self, object: &V::Model, request: &Request) -> Result<Vec<u8>> {
        if !request.is_clamped() {
            return Ok(self.serializer.represent(object)?);
        }
        let row = V::Model::objects().filter_pk(object.pk().clone()).slice(0..1).rows();
        let row = self.serializer.represent_one(row, request.db()).await?;
        row.ok_or_else(|| no_match(V::Model::META))
    }

    async fn update(&self, request: &Request, partial: bool) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        let data = request.data().await?;
        let serializer = Serializer::for_update(&self.serializer, &data, object, partial, request).await?;
        let object = self.viewset.perform_update(serializer, request).await?;
        Ok(Response::json(200, self.represent(&object, request).await?))
    }

    async fn destroy(&self, request: &Request) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        self.viewset.perform_destroy(object, request).await?;
        Ok(Response::empty(204))
    }
}

/// A viewset's way to one object.
struct Bound<V> {
    shared: Arc<Shared<V>>,
}

impl<V: ModelViewSet> ObjectCheck for Bound<V> {
    fn check(&self, request: Request) -> BoxFuture<'static, Result<()>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.viewset.get_object(&request).await.map(drop) })
    }
}
