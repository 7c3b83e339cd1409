//! What applies to a request: the view's own policies, or the defaults of the settings.

use std::sync::{Arc, LazyLock};

use belleville_db::{NON_FIELD_ERRORS, Object};

use super::View;
use crate::authentication::BoxedAuthenticator;
use crate::exceptions::{Error, Result};
use crate::permissions::{self, Rule};
use crate::policies::Defaults;
use crate::renderers::BoxedRenderer;
use crate::request::Request;

/// The permissions of a view without defaults: nobody may use it.
static CLOSED: LazyLock<[Rule; 1]> = LazyLock::new(|| [permissions::Nobody.into()]);

impl View {
    /// Sets the default policies, once, at start.
    pub fn set_defaults(&self, defaults: &Arc<Defaults>) {
        // A view under two patterns gets them twice.
        let _ = self.defaults.set(Arc::clone(defaults));
    }

    /// The authenticators.
    pub fn authenticators(&self) -> &[BoxedAuthenticator] {
        self.authenticators
            .as_deref()
            .or(self.defaults.get().map(|defaults| defaults.authenticators.as_slice()))
            .unwrap_or_default()
    }

    /// Whether errors are answered with problem details.
    pub(crate) fn has_problem_details(&self) -> bool {
        self.defaults.get().is_some_and(|defaults| defaults.problem_details)
    }

    /// The key of what is wrong with input and is about no field.
    pub(crate) fn non_field_errors_key(&self) -> &str {
        self.defaults.get().map_or(NON_FIELD_ERRORS, |defaults| &defaults.non_field_errors_key)
    }

    /// The permissions of a method.
    pub fn permissions(&self, method: &str) -> &[Rule] {
        let own = self.handlers.iter().find(|known| known.method == method);
        own.and_then(|known| known.permissions.as_deref())
            .or(self.permissions.as_deref())
            .or(self.defaults.get().map(|defaults| defaults.permissions.as_slice()))
            .unwrap_or(&CLOSED[..])
    }

    /// Whether an anonymous user may use a method of the view; `None` when a permission does not say.
    pub fn allows_anonymous(&self, method: &str) -> Option<bool> {
        let rules = self.permissions(method).iter().map(|rule| rule.allows_anonymous(method));
        rules.fold(Some(true), permissions::both)
    }

    /// Whether the view has a method and the request may use it; for PUT also on the object of the URL.
    ///
    /// # Errors
    /// Whatever a rule or the database reports.
    pub async fn may_use(&self, method: &'static str, request: &Request) -> Result<bool> {
        if self.handler(method).is_none() {
            return Ok(false);
        }
        let request = request.with_method(method);
        for rule in self.permissions(method) {
            if !rule.has_permission(&request).await? {
                return Ok(false);
            }
        }
        match self.object.as_ref().filter(|_| method == "PUT") {
            None => Ok(true),
            Some(object) => match object.check(request).await {
                Ok(()) => Ok(true),
                Err(Error::Api(_)) => Ok(false),
                Err(error) => Err(error),
            },
        }
    }

    /// Whether the handler of a request runs in a transaction.
    pub fn is_atomic(&self) -> bool {
        self.atomic.unwrap_or_else(|| self.defaults.get().is_some_and(|defaults| defaults.atomic))
    }

    /// The renderers.
    pub fn renderers(&self) -> &[BoxedRenderer] {
        self.renderers
            .as_deref()
            .or(self.defaults.get().map(|defaults| defaults.renderers.as_slice()))
            .unwrap_or_default()
    }

    /// Whether no object makes a difference to the permissions of a request, which has passed them.
    pub(crate) fn ignores_objects(&self, request: &Request) -> bool {
        self.permissions(request.method()).iter().all(|rule| rule.at_once(request).is_some())
    }

    /// Who is not known yet is asked to say so; who is known is refused.
    pub(crate) fn refusal(&self, request: &Request, rule: &Rule) -> Error {
        let could_authenticate =
            !self.authenticators().is_empty() && request.successful_authenticator().is_none();
        if could_authenticate { Error::not_authenticated() } else { rule.refusal() }
    }
}

/// What a request's view says.
impl Request {
    /// The view that answers.
    pub fn view(&self) -> Option<&View> {
        self.endpoint()
    }

    /// The media type that the answer is rendered as, which the client and the view agreed upon: `application/json`.
    pub fn accepted_media_type(&self) -> Option<&str> {
        let accepted = self.accepted()?;
        self.view()?.renderers().get(accepted.index).map(|renderer| renderer.media_type())
    }

    /// Checks the view's permissions on an object.
    ///
    /// # Errors
    /// 401 or 403 when one of them refuses.
    pub async fn check_object_permissions(&self, object: &dyn Object) -> Result<()> {
        let Some(view) = self.view() else { return Ok(()) };
        for rule in view.permissions(self.method()) {
            if !rule.has_object_permission(self, object).await? {
                return Err(view.refusal(self, rule));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_without_defaults_is_closed() {
        let view = View::new("Any");
        assert_eq!(view.allows_anonymous("GET"), Some(false));
        assert_eq!(view.permissions("GET").len(), 1);
    }
}
