//! From a viewset to its two views, and the actions themselves.

use std::future::Future;
use std::sync::Arc;

use belleville_db::{Model, ModelMeta, QuerySet};
use http::header::LOCATION;

use super::create::{check_create, place_of};
use super::lookup::{finds_by_itself, no_match, rows_of_url};
use super::{Action, Config, Lookup, LookupOfUrl, ModelViewSet, ReadOnlyModelViewSet};
use crate::BoxFuture;
use crate::exceptions::{Error, Result};
use crate::handlers::BoxedHandler;
use crate::names::display_name;
use crate::python::class_name;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{Context, Serializer, SerializerClass, context, input};
use crate::views::{ObjectCheck, View};

struct ReadOnly<V>(V);

impl<V: ReadOnlyModelViewSet> ModelViewSet for ReadOnly<V> {
    type Model = V::Model;
    type Serializer = V::Serializer;

    const ACTIONS: &'static [Action] = Action::READ_ONLY;
    const LOOKUP: Lookup<V::Model> = V::LOOKUP;

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
    pub(crate) model: &'static ModelMeta,
    pub(crate) lookup: LookupOfUrl,
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
    let shared = Arc::new(Shared {
        serializer: SerializerClass::of::<V::Serializer>(),
        finds_by_itself: finds_by_itself::<V>(),
        config,
        viewset,
    });
    let view = |detail: bool| {
        let actions: Vec<Action> =
            V::ACTIONS.iter().copied().filter(|action| action.is_detail() == detail).collect();
        (!actions.is_empty()).then(|| shared.view(class, detail, &actions))
    };
    ViewSetViews { list: view(false), detail: view(true), model: V::Model::META, lookup: V::LOOKUP.erased() }
}

struct Shared<V> {
    viewset: V,
    /// The viewset's own `get_object` is not to be asked for an object.
    finds_by_itself: bool,
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
        view.exception_handler = config.exception_handler;
        view.serializer = Some(Arc::clone(&self.serializer));
        view.lookup = Some(V::LOOKUP.erased());
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
        macro_rules! answering {
            ($action:ident$(, $argument:expr)*) => {
                self.answering(|shared, request| async move { shared.$action(&request$(, $argument)*).await })
            };
        }
        match action {
            Action::List => answering!(list),
            Action::Create => answering!(create),
            Action::Retrieve => answering!(retrieve),
            Action::Update => answering!(update, false),
            Action::PartialUpdate => answering!(update, true),
            Action::Destroy => answering!(destroy),
            Action::Metadata => answering!(refuse),
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

    /// OPTIONS is answered by the pipeline.
    async fn refuse(&self, request: &Request) -> Result<Response> {
        Err(Error::method_not_allowed(request.method()))
    }

    async fn list(&self, request: &Request) -> Result<Response> {
        let rows = self.viewset.queryset(request)?;
        Ok(Response::json(200, self.serializer.represent_all(rows, &context(request)).await?))
    }

    async fn create(&self, request: &Request) -> Result<Response> {
        if self.viewset.many(request) {
            // Boxed, so that one object does not take the memory of a list.
            return Box::pin(self.create_many(request)).await;
        }
        let data = request.data().await?;
        let serializer = Serializer::for_create(&self.serializer, &input(&data), &context(request)).await?;
        let object = self.viewset.perform_create(serializer, request).await?;
        let shown = self.serializer.represent(&object, &context(request)).await?;
        let place = if self.serializer.may_show("url") { place_of(&shown) } else { None };
        let mut response = Response::json(201, shown);
        if let Some(place) = place {
            response.headers_mut().insert(LOCATION, place);
        }
        Ok(response)
    }

    /// All of them or none: a mistake at one undoes those before it.
    async fn create_many(&self, request: &Request) -> Result<Response> {
        let data = request.data().await?;
        let context = context(request);
        let all = Serializer::for_create_many(&self.serializer, &input(&data), &context).await?;
        let save = async || {
            let mut objects = Vec::with_capacity(all.len());
            for serializer in all {
                objects.push(self.viewset.perform_create(serializer, request).await?);
            }
            Ok::<_, Error>(objects)
        };
        let objects = request.db().atomic(save).await?;
        Ok(Response::json(201, self.serializer.represent_objects(&objects, &context).await?))
    }

    async fn retrieve(&self, request: &Request) -> Result<Response> {
        if self.finds_by_itself && request.view().is_some_and(|view| view.ignores_objects(request)) {
            return self.retrieve_row(request).await;
        }
        // Boxed, so that a row that is only shown does not take the memory of an object's way.
        Box::pin(self.retrieve_object(request)).await
    }

    async fn retrieve_object(&self, request: &Request) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        Ok(Response::json(200, self.represent(&object, &context(request), request).await?))
    }

    /// The same without an object: from the row's columns to the bytes.
    async fn retrieve_row(&self, request: &Request) -> Result<Response> {
        let rows = rows_of_url(&self.viewset, request)?.rows().slice(0..2);
        let row = self.serializer.represent_one(&rows, &context(request)).await?;
        row.map(|row| Response::json(200, row)).ok_or_else(|| no_match(V::Model::META))
    }

    /// The representation of an object; read from the row when the object's numbers differ from the row's.
    async fn represent(
        &self,
        object: &V::Model,
        context: &Context<'_>,
        request: &Request,
    ) -> Result<Vec<u8>> {
        if !request.is_clamped() {
            return Ok(self.serializer.represent(object, context).await?);
        }
        let row = V::Model::objects().filter_pk(object.pk().clone()).slice(0..1).rows();
        let row = self.serializer.represent_one(&row, context).await?;
        row.ok_or_else(|| no_match(V::Model::META))
    }

    async fn update(&self, request: &Request, partial: bool) -> Result<Response> {
        let object = self.viewset.get_object(request).await?;
        let data = request.data().await?;
        let (input, context) = (input(&data), context(request).partial(partial));
        let serializer = Serializer::for_update(&self.serializer, &input, object, partial, &context).await?;
        let object = self.viewset.perform_update(serializer, request).await?;
        Ok(Response::json(200, self.represent(&object, &context, request).await?))
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
