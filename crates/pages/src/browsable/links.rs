//! Which values of an answer name an object that has a URL: its own key in a list, and the keys of related objects.

use belleville_db::{FieldMeta, ModelMeta};
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
    let Some(serializer) = view.policies_of(request.method()).serializer() else { return Vec::new() };
    let Some(meta) = serializer.model() else { return Vec::new() };
    let named = serializer.fields().iter().filter_map(|field| Some((field, named_by(field, meta)?)));
    named.filter_map(|(field, named)| link(field, named, request)).collect()
}

/// The model of the object that a field names, and the field of that model by which it does so.
fn named_by(
    field: &PlannedField,
    meta: &'static ModelMeta,
) -> Option<(&'static ModelMeta, &'static FieldMeta)> {
    match field.bound.field.relation() {
        Some(relation) => relation.is_by_primary_key().then(|| (relation.to(), relation.to().pk())),
        None => {
            field.bound.model_field.map(|own| (meta, if meta.is_key(own.name) { meta.pk() } else { own }))
        }
    }
}

fn link(
    field: &PlannedField,
    (meta, by): (&'static ModelMeta, &'static FieldMeta),
    request: &Request,
) -> Option<ObjectLink> {
    let routes = request.urls().routes().iter();
    let mut found = routes.filter_map(|route| around_value(route, meta, by)).peekable();
    let first = found.peek().cloned();
    // Of several that show the same model, the one below the path that was asked for.
    let nearest =
        found.find(|(before, _)| before.trim_end_matches('/') == request.path().trim_end_matches('/'));
    let (before, after) = nearest.or(first)?;
    let names_itself =
        field.bound.field.relation().is_none() || field.bound.model_field.is_some_and(|own| own.primary_key);
    (!(names_itself && shows_one(request))).then(|| ObjectLink {
        key: field.bound.name.to_owned(),
        before,
        after,
    })
}

/// Whether the request is for one object.
fn shows_one(request: &Request) -> bool {
    let kwarg = request.view().and_then(View::lookup_url_kwarg);
    kwarg.is_some_and(|kwarg| request.kwarg(kwarg).is_some())
}

/// What stands before and after the value in a route that shows one object of a model by a field.
fn around_value(route: &Route, meta: &ModelMeta, by: &FieldMeta) -> Option<(String, String)> {
    let view = route.view().filter(|view| view.allowed_methods().any(|method| method == "GET"))?;
    let is_of_model =
        view.model().is_some_and(|model| (model.app_label, model.name) == (meta.app_label, meta.name));
    let is_by_field = view.lookup_field().is_some_and(|field| field.name == by.name);
    if !is_of_model || !is_by_field {
        return None;
    }
    route.around(view.lookup_url_kwarg()?)
}
