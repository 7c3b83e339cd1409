//! From a viewset to its views.

use std::sync::Arc;

use belleville_db::Model;

use super::action::{Action, Method};
use super::config::{Config, OwnAction, ShownName};
use super::create::cannot_create;
use super::handler::BoxedAction;
use super::lookup::finds_by_itself;
use super::{LookupOfUrl, ModelViewSet, ViewSet};
use crate::BoxFuture;
use crate::exceptions::Result;
use crate::handlers::BoxedHandler;
use crate::names::display_name;
use crate::policies::Policies;
use crate::python::class_name;
use crate::request::Request;
use crate::serializers::SerializerClass;
use crate::views::hooks::{ViewHooks, hooks_of};
use crate::views::{APIView, View, ViewSetOfView};

/// What a router can register: a [`ModelViewSet`] or a [`ViewSet`]. The compiler finds `Kind`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a viewset",
    label = "implement ModelViewSet or ViewSet for it"
)]
pub trait IntoViewSet<Kind> {
    #[doc(hidden)]
    fn into_views(self) -> ViewSetViews;
}

/// The views of a viewset; one without methods is left out.
#[doc(hidden)]
#[derive(Debug)]
pub struct ViewSetViews {
    pub(crate) class: &'static str,
    pub(crate) list: Option<View>,
    pub(crate) detail: Option<View>,
    /// The actions under paths of their own.
    pub(crate) own: Vec<OwnView>,
    /// What the names of the URLs begin with, where the model says it.
    pub(crate) basename: Option<String>,
    pub(crate) lookup: LookupOfUrl,
}

/// The view of an action under a path of its own.
#[derive(Debug)]
pub(crate) struct OwnView {
    pub(crate) is_detail: bool,
    pub(crate) url_path: String,
    pub(crate) url_name: String,
    pub(crate) view: View,
}

#[doc(hidden)]
#[derive(Debug)]
pub struct OfModel;

#[doc(hidden)]
#[derive(Debug)]
pub struct Plain;

impl<V: ModelViewSet> IntoViewSet<OfModel> for V {
    fn into_views(self) -> ViewSetViews {
        let mut config = Config::described(V::DOC);
        config.serializer_class(SerializerClass::of::<V::Serializer>());
        for action in V::ACTIONS {
            match usual_action(*action) {
                Some(handler) => config.usual.push((*action, handler)),
                None => {
                    config.found.push(format!("ACTIONS has {action:?}, which is none of the usual actions"))
                }
            }
        }
        V::actions(&mut config);
        self.configure(&mut config);
        let mut made = Views::new(config, self, V::LOOKUP.erased());
        made.bound = Some(Arc::new(Bound { viewset: Arc::clone(&made.viewset) }));
        made.hooks = hooks_of!(&made.viewset);
        made.finds_by_itself = finds_by_itself::<V>();
        made.mistake_of_serializer = mistake_of_serializer::<V>;
        made.views(Some(V::Model::META.name.to_lowercase()))
    }
}

impl<V: ViewSet> IntoViewSet<Plain> for V {
    fn into_views(self) -> ViewSetViews {
        let mut config = Config::described(V::DOC);
        V::actions(&mut config);
        self.configure(&mut config);
        let lookup = LookupOfUrl {
            converter: V::LOOKUP_VALUE_CONVERTER,
            regex: V::LOOKUP_VALUE_REGEX,
            ..LookupOfUrl::of_name(V::LOOKUP_URL_KWARG)
        };
        let mut made = Views::new(config, self, lookup);
        made.hooks = hooks_of!(&made.viewset);
        made.views(None)
    }
}

/// The view of an [`APIView`].
pub(crate) fn api_view<V: APIView>(view: V) -> View {
    let mut config = Config::described(V::DOC);
    V::actions(&mut config);
    view.configure(&mut config);
    let methods = std::mem::take(&mut config.methods);
    let mut made = Views::new(config, view, LookupOfUrl::of_name("pk"));
    made.hooks = hooks_of!(&made.viewset);
    let mut view = made.named(display_name(made.class, ""));
    view.lookup = None;
    for (method, handler) in methods {
        view = add(view, method, None, &handler.of(&made.viewset), &Policies::default());
    }
    view
}

/// What answers one of the usual actions.
fn usual_action<V: ModelViewSet>(action: Action) -> Option<BoxedAction<V>> {
    // Each has a future of its own, so that none takes the memory of another.
    macro_rules! action {
        ($name:ident) => {
            BoxedAction::new(|viewset: Arc<V>, request: Request| {
                Box::pin(async move { viewset.$name(&request).await })
            })
        };
    }
    Some(match action {
        Action::List => action!(list),
        Action::Create => action!(create),
        Action::Retrieve => action!(retrieve),
        Action::Update => action!(update),
        Action::PartialUpdate => action!(partial_update),
        Action::Destroy => action!(destroy),
        Action::Metadata | Action::Own(_) => return None,
    })
}

/// What the views of a viewset are made of.
struct Views<V> {
    class: &'static str,
    config: Config<V>,
    viewset: Arc<V>,
    lookup: LookupOfUrl,
    bound: Option<Arc<dyn ViewSetOfView>>,
    hooks: ViewHooks,
    finds_by_itself: bool,
    mistake_of_serializer: fn(Action, Option<&SerializerClass>) -> Option<String>,
}

impl<V: Send + Sync + 'static> Views<V> {
    fn new(config: Config<V>, viewset: V, lookup: LookupOfUrl) -> Self {
        Self {
            class: class_name::<V>(),
            config,
            viewset: Arc::new(viewset),
            lookup,
            bound: None,
            hooks: ViewHooks::default(),
            finds_by_itself: false,
            mistake_of_serializer: |_, _| None,
        }
    }

    fn views(&self, basename: Option<String>) -> ViewSetViews {
        ViewSetViews {
            class: self.class,
            list: self.usual(false),
            detail: self.usual(true),
            own: self.config.own.iter().map(|action| self.own(action)).collect(),
            basename,
            lookup: self.lookup,
        }
    }

    /// The list or the detail.
    fn usual(&self, is_detail: bool) -> Option<View> {
        let suffix = if is_detail { "Instance" } else { "List" };
        let mut view = self.named(display_name(self.class, suffix));
        view.is_detail = is_detail;
        let actions = self.config.usual.iter().filter(|(action, _)| action.is_detail() == is_detail);
        for (action, handler) in actions.clone() {
            let said = self.config.said_on(*action);
            let serializer = said.over(&self.config).serializer().cloned();
            if let Some(mistake) = (self.mistake_of_serializer)(*action, serializer.as_deref()) {
                view.found.push(format!("{}: {mistake}", self.class));
            }
            let Some(method) = action.method() else {
                view.found.push(format!("{}: `{}` is none of the usual actions", self.class, action.name()));
                continue;
            };
            view = add(view, method, Some(*action), &handler.of(&self.viewset), &said);
        }
        (actions.count() > 0).then_some(view)
    }

    fn own(&self, action: &OwnAction<V>) -> OwnView {
        let mut view = self.named(match &action.shown {
            ShownName::Name(name) => name.clone(),
            ShownName::Suffix(suffix) => display_name(self.class, suffix),
        });
        if let Some(description) = &action.description {
            view.description.clone_from(description);
        }
        view.policies = (**action).over(&view.policies);
        view.is_detail = action.is_detail;
        if action.methods.is_empty() {
            view.found.push(format!("{}: the action `{}` answers no method", self.class, action.name));
        }
        for (method, name, handler) in &action.methods {
            if let Some(usual) = Action::ALL.iter().find(|usual| usual.name() == name.name()) {
                view.found.push(format!(
                    "{}: `{}` is one of the usual actions, which have a path already: give yours another name",
                    self.class,
                    usual.name()
                ));
            }
            if view.handler_action(method.name()).is_some_and(|known| known != *name)
                && *method != Method::HEAD
            {
                view.found.push(format!(
                    "{}: {} of the action `{}` is answered twice, also by `{}`",
                    self.class,
                    method.name(),
                    action.name,
                    name.name()
                ));
            }
            view = add(view, *method, Some(*name), &handler.of(&self.viewset), &self.config.said_on(*name));
        }
        OwnView {
            is_detail: action.is_detail,
            url_path: action.url_path.clone(),
            url_name: action.url_name.clone(),
            view,
        }
    }

    /// A view of the viewset, without methods.
    fn named(&self, name: String) -> View {
        let mut view = View::new(name).class(self.class).description(&self.config.description);
        view.policies = (*self.config).clone();
        view.metadata = self.config.said_on(Action::Metadata);
        view.lookup = Some(self.lookup);
        view.viewset.clone_from(&self.bound);
        view.hooks.clone_from(&self.hooks);
        view.finds_by_itself = self.finds_by_itself;
        view.found.extend(self.config.found.iter().map(|mistake| format!("{}: {mistake}", self.class)));
        view
    }
}

/// A method, which also answers HEAD where it is GET.
fn add(view: View, method: Method, action: Option<Action>, handler: &BoxedHandler, said: &Policies) -> View {
    let view = view.on_with(method.name(), action, handler.clone(), said.clone());
    if method == Method::GET && view.handler("HEAD").is_none() {
        return view.on_with("HEAD", action, handler.clone(), said.clone());
    }
    view
}

/// What is wrong with the serializer of an action.
fn mistake_of_serializer<V: ModelViewSet>(
    action: Action,
    serializer: Option<&SerializerClass>,
) -> Option<String> {
    let meta = V::Model::META;
    let model = serializer.and_then(SerializerClass::model);
    let Some(serializer) = serializer.filter(|_| model.is_some_and(|model| model.label() == meta.label()))
    else {
        return Some(format!(
            "the serializer of {action:?} is no serializer of {}, the model of the viewset",
            meta.label()
        ));
    };
    if action == Action::Create { cannot_create::<V>(serializer) } else { None }
}

/// A viewset with a model, without its type.
struct Bound<V> {
    viewset: Arc<V>,
}

impl<V: ModelViewSet> ViewSetOfView for Bound<V> {
    fn check_object(&self, request: Request) -> BoxFuture<'static, Result<()>> {
        let viewset = Arc::clone(&self.viewset);
        Box::pin(async move { viewset.get_object(&request).await.map(drop) })
    }

    fn serializer_class(&self, request: &Request) -> Result<Arc<SerializerClass>> {
        self.viewset.get_serializer_class(request)
    }
}
