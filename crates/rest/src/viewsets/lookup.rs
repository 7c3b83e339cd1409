//! The object of a URL: its key, the rows that have it, and the answer where none has.

use belleville_db::{FieldKind, FieldValue, Model, ModelMeta, QuerySet, Value, ValueRef};

use super::ModelViewSet;
use crate::exceptions::{Error, Result};
use crate::python;
use crate::request::Request;

/// The default of [`ModelViewSet::get_object`].
pub(super) async fn object_of_url<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<V::Model> {
    let found = rows_of_url(viewset, request)?;
    let object = match found.get(request.db()).await {
        Err(belleville_db::Error::Decode(_)) => {
            let object = found.get_clamped(request.db()).await?;
            request.set_clamped();
            object
        }
        outcome => outcome?,
    };
    request.check_object_permissions(&object).await?;
    Ok(object)
}

/// The rows of the viewset that have the key of the URL: one at most.
pub(super) fn rows_of_url<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<QuerySet<V::Model>> {
    let pk = lookup_value(V::Model::META.key_kind(), request.kwarg("pk").unwrap_or_default())?;
    let pk = pk.ok_or_else(|| no_match(V::Model::META))?;
    let pk = <V::Model as Model>::Pk::from_value(pk.as_ref()).map_err(|_| no_match(V::Model::META))?;
    Ok(viewset.queryset(request)?.filter_pk(pk))
}

/// Whether `get_object` is the default one, which is found out as by [`creates_by_itself`](super::create::creates_by_itself).
pub(super) fn finds_by_itself<V: ModelViewSet>() -> bool {
    fn returned<'a, V: 'a, R>(_: impl FnOnce(&'a V, &'a Request) -> R) -> &'static str {
        std::any::type_name::<R>()
    }
    let own = returned::<V, _>(object_of_url);
    returned(V::get_object) == own
}

/// 404, with the text of Django's `get_object_or_404`.
pub(super) fn no_match(meta: &ModelMeta) -> Error {
    belleville_db::Error::DoesNotExist(meta.name).into()
}

/// The key of a URL as a primary key: 404 when it is not a key, `None` when no row can have it.
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
