//! `/conformance/permissions/<rule>/`: who may do what, under every rule and composition.

use belleville::db;
use belleville::json::{Dict, Json};
use belleville::permissions::is_safe_method;
use belleville::prelude::*;

/// Reading alone, of requests and of objects.
#[derive(Clone, Composable, Copy)]
pub(crate) struct ReadOnly;

impl Permission for ReadOnly {
    async fn has_permission(&self, request: &Request) -> Result<bool> {
        Ok(is_safe_method(request))
    }

    async fn has_object_permission(&self, request: &Request, _: &dyn db::Object) -> Result<bool> {
        self.has_permission(request).await
    }
}

fn rules() -> Vec<(&'static str, Vec<Rule>)> {
    vec![
        ("allow-any", vec![AllowAny.into()]),
        ("authenticated", vec![IsAuthenticated.into()]),
        ("admin", vec![IsAdminUser.into()]),
        ("authenticated-or-read-only", vec![IsAuthenticatedOrReadOnly.into()]),
        ("and", vec![IsAuthenticated & IsAdminUser]),
        ("or", vec![IsAdminUser | ReadOnly]),
        ("not", vec![!IsAuthenticated]),
        ("mixed", vec![IsAuthenticated & (IsAdminUser | ReadOnly)]),
        ("list", vec![IsAuthenticated.into(), IsAdminUser.into()]),
        ("empty", vec![]),
    ]
}

pub(crate) fn urls(mut urls: Urls) -> Urls {
    for (name, rules) in rules() {
        let answer = move |request: Request| async move {
            let mut body = Dict::new();
            body.insert("allowed", Json::from(name));
            body.insert("method", Json::from(request.method()));
            Response::data(200, &Json::Dict(body))
        };
        let view = View::new("Permitted")
            .permission_classes(rules)
            .get(answer)
            .post(answer)
            .put(answer)
            .patch(answer)
            .delete(answer);
        urls = urls.path(&format!("permissions/{name}/"), view);
    }
    urls
}
