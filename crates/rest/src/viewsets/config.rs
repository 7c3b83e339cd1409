//! What a viewset says of itself: its actions and their policies.

use std::ops::{Deref, DerefMut};

use super::action::{Action, Method};
use super::handler::{ActionHandler, BoxedAction};
use crate::policies::Policies;

/// What a viewset says of itself: its description, its policies for all actions and those of single actions, and the actions that
/// are its own. `configure` sets them.
///
/// ```
/// # use belleville_rest::viewsets::{Action, Config};
/// # use belleville_rest::permissions::*;
/// # fn configure<V>(config: &mut Config<V>) {
/// config.permission_classes(IsAuthenticatedOrReadOnly);
/// config.on(Action::Destroy).permission_classes(IsAdminUser);
/// # }
/// ```
///
/// The policies are those of [`Policies`]; a view and an action have the same.
pub struct Config<V> {
    pub(super) description: String,
    policies: Policies,
    said: Vec<(Action, Policies)>,
    /// The usual actions.
    pub(super) usual: Vec<(Action, BoxedAction<V>)>,
    /// What is wrong with what the viewset says.
    pub(super) found: Vec<String>,
    /// The methods of a view that is no viewset.
    pub(super) methods: Vec<(Method, BoxedAction<V>)>,
    /// The actions under paths of their own.
    pub(super) own: Vec<OwnAction<V>>,
}

/// An action of a viewset under a path of its own. The policies that it sets go before the viewset's.
pub struct OwnAction<V> {
    pub(super) name: &'static str,
    pub(super) is_detail: bool,
    /// The action that answers each method.
    pub(super) methods: Vec<(Method, Action, BoxedAction<V>)>,
    pub(super) url_path: String,
    pub(super) url_name: String,
    pub(super) shown: ShownName,
    pub(super) description: Option<String>,
    policies: Policies,
}

/// What users read of an action.
#[derive(Clone, Debug)]
pub(super) enum ShownName {
    /// The name.
    Name(String),
    /// What stands behind the viewset's name.
    Suffix(String),
}

impl<V> std::fmt::Debug for Config<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("policies", &self.policies)
            .field("own", &self.own)
            .finish_non_exhaustive()
    }
}

impl<V> std::fmt::Debug for OwnAction<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnAction").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The policies of all actions.
impl<V> Deref for Config<V> {
    type Target = Policies;

    fn deref(&self) -> &Policies {
        &self.policies
    }
}

impl<V> DerefMut for Config<V> {
    fn deref_mut(&mut self) -> &mut Policies {
        &mut self.policies
    }
}

/// The policies of the action.
impl<V> Deref for OwnAction<V> {
    type Target = Policies;

    fn deref(&self) -> &Policies {
        &self.policies
    }
}

impl<V> DerefMut for OwnAction<V> {
    fn deref_mut(&mut self) -> &mut Policies {
        &mut self.policies
    }
}

impl<V> Config<V> {
    pub(super) fn described(text: &str) -> Self {
        Self {
            description: text.to_owned(),
            policies: Policies::default(),
            said: Vec::new(),
            usual: Vec::new(),
            found: Vec::new(),
            methods: Vec::new(),
            own: Vec::new(),
        }
    }

    /// Sets the description, which `OPTIONS` and the browsable API show.
    pub fn description(&mut self, text: impl Into<String>) -> &mut Self {
        self.description = text.into();
        self
    }

    /// The policies of one action, `config.on(Action::Destroy).permission_classes(IsAdminUser)`, also of one of the viewset's own:
    /// `config.on("publish")`. What they say goes before what the viewset says for all actions.
    pub fn on(&mut self, action: impl Into<Action>) -> &mut Policies {
        let action = action.into();
        let index = self.said.iter().position(|(known, _)| *known == action).unwrap_or_else(|| {
            self.said.push((action, Policies::default()));
            self.said.len() - 1
        });
        &mut self.said[index].1
    }

    /// What is said for an action alone.
    pub(super) fn said_on(&self, action: Action) -> Policies {
        let own = self.said.iter().find(|(known, _)| *known == action);
        own.map(|(_, policies)| policies.clone()).unwrap_or_default()
    }

    /// Adds one of the usual actions, or replaces it: of a [`ViewSet`](super::ViewSet), which has none without this.
    pub fn action<Kind>(&mut self, action: Action, handler: impl ActionHandler<V, Kind>) -> &mut Self {
        let handler = handler.into_action();
        self.usual.retain(|(known, _)| *known != action);
        self.usual.push((action, handler));
        self
    }

    /// Adds an action on one object under a path of its own: `notes/<pk>/publish/`. DRF's `@action(detail=True)`.
    pub fn detail_action<Kind>(
        &mut self,
        name: &'static str,
        methods: impl IntoIterator<Item = Method>,
        handler: impl ActionHandler<V, Kind>,
    ) -> &mut OwnAction<V> {
        self.add(OwnAction::new(name, true, methods, handler.into_action()))
    }

    /// Adds an action on the list under a path of its own: `notes/recent/`. DRF's `@action(detail=False)`.
    pub fn list_action<Kind>(
        &mut self,
        name: &'static str,
        methods: impl IntoIterator<Item = Method>,
        handler: impl ActionHandler<V, Kind>,
    ) -> &mut OwnAction<V> {
        self.add(OwnAction::new(name, false, methods, handler.into_action()))
    }

    /// Adds what answers a method of an [`APIView`](crate::views::APIView).
    pub fn method<Kind>(&mut self, method: Method, handler: impl ActionHandler<V, Kind>) -> &mut Self {
        self.methods.push((method, handler.into_action()));
        self
    }

    fn add(&mut self, action: OwnAction<V>) -> &mut OwnAction<V> {
        self.own.push(action);
        let last = self.own.len() - 1;
        &mut self.own[last]
    }
}

impl<V> OwnAction<V> {
    fn new(
        name: &'static str,
        is_detail: bool,
        methods: impl IntoIterator<Item = Method>,
        handler: BoxedAction<V>,
    ) -> Self {
        let action = Action::Own(name);
        Self {
            name,
            is_detail,
            methods: methods.into_iter().map(|method| (method, action, handler.clone())).collect(),
            url_path: name.to_owned(),
            url_name: name.replace('_', "-"),
            shown: ShownName::Name(capitalized(name)),
            description: None,
            policies: Policies::default(),
        }
    }

    /// Sets the last part of the path instead of the action's name. It may have parameters, `"of/<int:year>"`, or be a regular
    /// expression with named groups, as DRF's: `r"items/(?P<item_id>\d+)"`.
    pub fn url_path(&mut self, path: impl Into<String>) -> &mut Self {
        self.url_path = path.into();
        self
    }

    /// Sets the last part of the URL's name instead of the action's, in which `-` stands for `_`.
    pub fn url_name(&mut self, name: impl Into<String>) -> &mut Self {
        self.url_name = name.into();
        self
    }

    /// Sets the name that users read.
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        self.shown = ShownName::Name(name.into());
        self
    }

    /// Sets what users read behind the name of the viewset, instead of a name: `Note Archive`.
    pub fn suffix(&mut self, suffix: impl Into<String>) -> &mut Self {
        self.shown = ShownName::Suffix(suffix.into());
        self
    }

    /// Sets the description of the action, instead of the viewset's.
    pub fn description(&mut self, text: impl Into<String>) -> &mut Self {
        self.description = Some(text.into());
        self
    }

    /// Answers more methods of the same path by another method of the viewset: DRF's `@publish.mapping.delete`. It is an action of
    /// that name.
    pub fn mapping<Kind>(
        &mut self,
        name: &'static str,
        methods: impl IntoIterator<Item = Method>,
        handler: impl ActionHandler<V, Kind>,
    ) -> &mut Self {
        let handler = handler.into_action();
        self.methods.extend(methods.into_iter().map(|method| (method, Action::Own(name), handler.clone())));
        self
    }
}

/// `Mark all` of `mark_all`: Django's `pretty_name`.
fn capitalized(name: &str) -> String {
    let name = name.replace('_', " ").to_lowercase();
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
