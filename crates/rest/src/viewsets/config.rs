//! The policies of a viewset and of each of its actions.

use std::marker::PhantomData;

use super::Action;
use crate::authentication::{BoxedAuthenticator, IntoAuthenticators};
use crate::permissions::{IntoRules, Rule};
use crate::views::ExceptionHandler;

/// The policies of a viewset, which replace the defaults of the settings. `configure` sets them.
pub struct Config<V> {
    pub(super) description: String,
    pub(super) authenticators: Option<Vec<BoxedAuthenticator>>,
    permissions: Option<Vec<Rule>>,
    pub(super) atomic: Option<bool>,
    pub(super) exception_handler: Option<ExceptionHandler>,
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
    pub(super) fn described(text: &str) -> Self {
        Self {
            description: text.to_owned(),
            authenticators: None,
            permissions: None,
            atomic: None,
            exception_handler: None,
            actions: Vec::new(),
            viewset: PhantomData,
        }
    }

    /// Sets the description, which `OPTIONS` and the browsable API show.
    pub fn description(&mut self, text: impl Into<String>) -> &mut Self {
        self.description = text.into();
        self
    }

    /// Sets the authenticators, as [`View::authentication_classes`](crate::views::View::authentication_classes).
    pub fn authentication_classes(&mut self, authenticators: impl IntoAuthenticators) -> &mut Self {
        self.authenticators = Some(authenticators.into_authenticators());
        self
    }

    /// Sets the permissions, as [`View::permission_classes`](crate::views::View::permission_classes).
    pub fn permission_classes(&mut self, rules: impl IntoRules) -> &mut Self {
        self.permissions = Some(rules.into_rules());
        self
    }

    /// Each request runs in a transaction, as [`View::atomic`](crate::views::View::atomic).
    pub fn atomic(&mut self) -> &mut Self {
        self.atomic = Some(true);
        self
    }

    /// No transaction is begun for a request, as [`View::non_atomic`](crate::views::View::non_atomic).
    pub fn non_atomic(&mut self) -> &mut Self {
        self.atomic = Some(false);
        self
    }

    /// Sets what answers errors, as [`View::exception_handler`](crate::views::View::exception_handler).
    pub fn exception_handler(&mut self, handler: ExceptionHandler) -> &mut Self {
        self.exception_handler = Some(handler);
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

    pub(super) fn permissions_of(&self, action: Action) -> Option<Vec<Rule>> {
        let own = self.actions.iter().find(|(known, _)| *known == action);
        own.and_then(|(_, policy)| policy.permissions.clone()).or_else(|| self.permissions.clone())
    }

    /// The same for another type.
    pub(super) fn of<W>(self) -> Config<W> {
        Config {
            description: self.description,
            authenticators: self.authenticators,
            permissions: self.permissions,
            atomic: self.atomic,
            exception_handler: self.exception_handler,
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
