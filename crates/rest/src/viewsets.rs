//! Viewsets: the usual six actions on a model's rows, each of which can be overridden.

use std::future::Future;
use std::sync::Arc;

use belleville_db::{FieldKind, FieldValue, Model, QuerySet, Value, ValueRef};
pub use belleville_macros::viewset;

use crate::BoxFuture;
use crate::authentication::Authentication;
use crate::exceptions::{Error, Result};
use crate::permissions::Rule;
use crate::python;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{ModelSerializer, Serializer, SerializerClass, no_match};
use crate::views::{Handler, ObjectCheck, View, class_name, display_name};

/// What a viewset is asked to do.
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
    /// OPTIONS, and every method that the viewset does not have: who may ask at all.
    Metadata,
}

impl Action {
    /// What a [`ModelViewSet`] does.
    pub const ALL: &'static [Self] =
        &[Self::List, Self::Create, Self::Retrieve, Self::Update, Self::PartialUpdate, Self::Destroy];

    /// What a [`ReadOnlyModelViewSet`] does.
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

/// A model's rows under a URL: list, create, retrieve, update, partial update and destroy.
///
/// Only the model and the serializer must be named. What DRF's users override is here under the same name.
pub trait ModelViewSet: Send + Sync + Sized + 'static {
    /// The model.
    type Model: Model;
    /// What is shown and taken.
    type Serializer: ModelSerializer<Model = Self::Model>;

    /// What the viewset does; a request for anything else is answered with 405.
    const ACTIONS: &'static [Action] = Action::ALL;

    /// What the viewset says of itself: the doc comment of the implementation, where [`#[viewset]`](viewset) stands above it.
    const DOC: &'static str = "";

    /// The rows that the request may know of. Others are not there for it: 404.
    ///
    /// # Errors
    /// Whatever the viewset finds wrong with the request; `request.user()?` asks for a user.
    fn queryset(&self, request: &Request) -> Result<QuerySet<Self::Model>> {
        let _ = request;
        Ok(Self::Model::objects())
    }

    /// What `OPTIONS` and the browsable page say of the viewset.
    fn description(&self) -> &str {
        Self::DOC
    }

    /// Who is asked who a request is from, instead of the setting's.
    fn authentication_classes(&self) -> Option<Vec<Arc<dyn Authentication>>> {
        None
    }

    /// Who may do what, instead of the setting's. Asked once, at start, for each action.
    fn permission_classes(&self, action: Action) -> Option<Vec<Rule>> {
        let _ = action;
        None
    }

    /// Saves a new object: the place to set what the input may not.
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

    /// The object that the URL names, if the request may know of it and the rules allow it.
    fn get_object(&self, request: &Request) -> impl Future<Output = Result<Self::Model>> + Send {
        async move {
            let pk = lookup_value(Self::Model::META.pk().kind, request.kwarg("pk").unwrap_or_default())?;
            let pk = pk.ok_or_else(|| no_match(Self::Model::META))?;
            let pk = <Self::Model as Model>::Pk::from_value(pk.as_ref())
                .map_err(|_| no_match(Self::Model::META))?;
            let object = self.queryset(request)?.filter_pk(pk).get(request.db()).await?;
            request.check_object_permissions(&object).await?;
            Ok(object)
        }
    }
}

impl<M: Model> Serializer<M> {
    /// [`Serializer::save`], as a future that holds the request.
    async fn save_owned(self, request: &Request) -> Result<M> {
        self.save(request.db()).await
    }
}

/// The value of a URL as a primary key: 404 when it can be none, `None` when no row can have it.
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

/// A model's rows under a URL, to be read only: list and retrieve.
pub trait ReadOnlyModelViewSet: Send + Sync + Sized + 'static {
    /// The model.
    type Model: Model;
    /// What is shown.
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

    /// As [`ModelViewSet::description`].
    fn description(&self) -> &str {
        Self::DOC
    }

    /// As [`ModelViewSet::authentication_classes`].
    fn authentication_classes(&self) -> Option<Vec<Arc<dyn Authentication>>> {
        None
    }

    /// As [`ModelViewSet::permission_classes`].
    fn permission_classes(&self, action: Action) -> Option<Vec<Rule>> {
        let _ = action;
        None
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

    fn description(&self) -> &str {
        self.0.description()
    }

    fn authentication_classes(&self) -> Option<Vec<Arc<dyn Authentication>>> {
        self.0.authentication_classes()
    }

    fn permission_classes(&self, action: Action) -> Option<Vec<Rule>> {
        self.0.permission_classes(action)
    }
}

/// What a router can register: a [`ModelViewSet`] or a [`ReadOnlyModelViewSet`]. `Kind` is found by the compiler.
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
    let shared = Arc::new(Shared { serializer: SerializerClass::of::<V::Serializer>(), viewset });
    let view = |detail: bool| {
        let actions: Vec<Action> =
            V::ACTIONS.iter().copied().filter(|action| action.is_detail() == detail).collect();
        (!actions.is_empty()).then(|| shared.view(class, detail, &actions))
    };
    ViewSetViews { list: view(false), detail: view(true) }
}

struct Shared<V> {
    viewset: V,
    serializer: Arc<SerializerClass>,
}

impl<V: ModelViewSet> Shared<V> {
    fn view(self: &Arc<Self>, class: &str, detail: bool, actions: &[Action]) -> View {
        let suffix = if detail { "Instance" } else { "List" };
        let mut view =
            View::new(display_name(class, suffix)).class(class).description(self.viewset.description());
        view.authenticators = self.viewset.authentication_classes();
        view.permissions = self.viewset.permission_classes(Action::Metadata);
        view.serializer = Some(Arc::clone(&self.serializer));
        if detail {
            view.object = Some(Arc::new(Bound { shared: Arc::clone(self), action: Action::Retrieve }));
        }
        for action in actions {
            let handler: Arc<dyn Handler> = Arc::new(Bound { shared: Arc::clone(self), action: *action });
            let rules = self.viewset.permission_classes(*action);
            if action.method() == "GET" {
                view = view.on("HEAD", Arc::clone(&handler), rules.clone());
            }
            view = view.on(action.method(), handler, rules);
        }
        view
    }

    async fn act(&self, action: Action, request: &Request) -> Result<Response> {
        match action {
            Action::List => self.list(request).await,
            Action::Create => self.create(request).await,
            Action::Retrieve => self.retrieve(request).await,
            Action::Update => self.update(request, false).await,
            Action::PartialUpdate => self.update(request, true).await,
            Action::Destroy => self.destroy(request).await,
            Action::Metadata => Err(Error::method_not_allowed(request.method())),
        }
    }

    async fn list(&self, request: &Request) -> Result<Response> {
        let rows = self.viewset.queryset(request)?;
        Ok(Response::json(200, self.serializer.represent_all(rows, request.db()).await?))
    }

    async fn create(&self, request: &Request) -> Result<Response> {
        let data = request.data().await?;
        let serializer = Serializer::for_create(&self.serializer, &data, request.db()).await?;
        let object = self.viewset.perform_create(serializer, request).await?;
        Ok(Response::json(201, self.serializer.represent(&object)?))
    }

    async fn retrieve(&self, request: &Request) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        Ok(Response::json(200, self.serializer.represent(&object)?))
    }

    async fn update(&self, request: &Request, partial: bool) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        let data = request.data().await?;
        let serializer =
            Serializer::for_update(&self.serializer, &data, object, partial, request.db()).await?;
        let object = self.viewset.perform_update(serializer, request).await?;
        Ok(Response::json(200, self.serializer.represent(&object)?))
    }

    async fn destroy(&self, request: &Request) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        self.viewset.perform_destroy(object, request).await?;
        Ok(Response::empty(204))
    }
}

/// One action of a viewset.
struct Bound<V> {
    shared: Arc<Shared<V>>,
    action: Action,
}

impl<V: ModelViewSet> Handler for Bound<V> {
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Response>> {
        let (shared, action) = (Arc::clone(&self.shared), self.action);
        Box::pin(async move { shared.act(action, &request).await })
    }
}

impl<V: ModelViewSet> ObjectCheck for Bound<V> {
    fn check(&self, request: Request) -> BoxFuture<'static, Result<()>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.viewset.get_object(&request).await.map(drop) })
    }
}
