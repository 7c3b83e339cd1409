//! The actions of a viewset under paths of their own, as the pages of its views name them.

use std::sync::Arc;

use crate::request::Request;
use crate::views::View;

/// An action under a path of its own.
pub(crate) struct ExtraAction {
    /// What the view of the action is called.
    pub(crate) name: String,
    /// The name of its URL, without namespaces.
    pub(crate) url_name: String,
}

/// Those of a viewset's list, or those of its objects.
pub(crate) type ExtraActions = Arc<[ExtraAction]>;

impl View {
    /// The names and the URLs of the viewset's actions of the same object, or of the list, under paths of their own: DRF's
    /// `get_extra_action_url_map`. An action whose path has a parameter that the request does not have is left out.
    pub fn extra_actions(&self, request: &Request) -> Vec<(String, String)> {
        if self.extra_actions.is_empty() {
            return Vec::new();
        }
        let Some(found) = request.urls().resolve(request.path()) else { return Vec::new() };
        let namespace = found.url_name().and_then(|name| Some(name.rsplit_once(':')?.0));
        let kwargs: Vec<_> = found.kwargs().collect();
        let with_url = |action: &ExtraAction| {
            let url = match namespace {
                Some(namespace) => {
                    request.reverse(&format!("{namespace}:{}", action.url_name), kwargs.clone())
                }
                None => request.reverse(&action.url_name, kwargs.clone()),
            };
            Some((action.name.clone(), url.ok()?))
        };
        self.extra_actions.iter().filter_map(with_url).collect()
    }
}
