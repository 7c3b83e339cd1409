//! Which values of an answer name an object that has a URL: its own key in a list, and the keys of related objects.

use belleville_db::ModelMeta;
use belleville_rest::request::Request;
use belleville_rest::serializers::PlannedField;
use belleville_rest::urls::Route;
use belleville_rest::views::View;
use serde::Serialize;

/// The values under a key, and the URL of what they name: the value stands between `before` and `after`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ObjectLink {
    /// The key in the answer: `id`.
    pub key: String,
    /// The URL up to the value: `/api/projects/`.
    pub before: String,
    /// The URL after it: `/`.
    pub after: String,
}

/// The links in the answers of a view.
pub(super) fn of(view: &View, request: &Request) -> Vec<ObjectLink> {
    let Some(serializer) = view.serializer_class() else { return Vec::new() };
    let named =
        serializer.fields().iter().filter_map(|field| Some((field, named_by(field, serializer.meta())?)));
    named.filter_map(|(field, meta)| link(field, meta, request)).collect()
}

/// The model of the object that a field names.
fn named_by(field: &PlannedField, meta: &'static ModelMeta) -> Option<&'static ModelMeta> {
    match field.bound.field.relation() {
        Some(relation) => relation.is_by_primary_key().then_some(relation.to),
        None => field.bound.model_field.filter(|own| meta.is_key(own.name)).map(|_| meta),
    }
}

fn link(field: &PlannedField, meta: &'static ModelMeta, request: &Request) -> Option<ObjectLink> {
    let routes = request.urls().routes().iter();
    let found = routes.filter(|route| shows_one(route, meta)).map(|route| around_key(&route.path()));
    let mut found = found.flatten().peekable();
    let first = found.peek().cloned();
    // Of several that show the same model, the one below the path that was asked for.
    let nearest =
        found.find(|(before, _)| before.trim_end_matches('/') == request.path().trim_end_matches('/'));
    let (before, after) = nearest.or(first)?;
    let names_itself =
        field.bound.field.relation().is_none() || field.bound.model_field.is_some_and(|own| own.primary_key);
    let names_itself = names_itself && request.kwarg("pk").is_some();
    (!names_itself).then(|| ObjectLink { key: field.bound.name.to_owned(), before, after })
}

/// Whether a route shows one object of a model.
fn shows_one(route: &Route, meta: &ModelMeta) -> bool {
    let of_model = |view: &View| {
        view.serializer_class().is_some_and(|serializer| {
            (serializer.meta().app_label, serializer.meta().name) == (meta.app_label, meta.name)
        })
    };
    !route.is_format_suffix() && route.methods().contains(&"GET") && route.view().is_some_and(of_model)
}

/// What stands before and after the only parameter of a pattern, which is the key.
fn around_key(path: &str) -> Option<(String, String)> {
    let (before, rest) = path.split_once('<')?;
    let (name, after) = rest.split_once('>')?;
    let is_key = name.rsplit(':').next() == Some("pk") && !after.contains('<');
    is_key.then(|| (before.to_owned(), after.to_owned()))
}
