//! How new and changed objects are saved where a viewset does not say, and the check that this can work.

use belleville_db::json::{self, Json};
use belleville_db::{Model, python};
use http::HeaderValue;

use super::ModelViewSet;
use crate::exceptions::Result;
use crate::request::Request;
use crate::serializers::{Serializer, SerializerClass, url_field_name};

/// Why every POST would fail: the serializer leaves out a required field, and `perform_create` is the default one, so that
/// nothing sets it.
pub(super) fn cannot_create<V: ModelViewSet>(serializer: &SerializerClass) -> Option<String> {
    let field = serializer.untaken_field().filter(|_| creates_by_itself::<V>())?;
    Some(serializer.missing(field))
}

/// Whether `perform_create` is the default one: it then returns the future of [`save`], which no
/// override can return.
fn creates_by_itself<V: ModelViewSet>() -> bool {
    fn returned<'a, V: 'a, M, R>(_: impl FnOnce(&'a V, Serializer<M>, &'a Request) -> R) -> &'static str {
        std::any::type_name::<R>()
    }
    let own = returned::<V, V::Model, _>(|_, serializer, request| save(serializer, request));
    returned(V::perform_create) == own
}

/// [`Serializer::save`], as a future that holds the request.
pub(super) async fn save<M: Model>(serializer: Serializer<M>, request: &Request) -> Result<M> {
    serializer.save(request.db()).await
}

/// Where a new object is found: its `url`, whatever that is. DRF's `get_success_headers`.
pub(super) fn place_of(shown: &[u8]) -> Option<HeaderValue> {
    let Ok(Json::Dict(shown)) = json::loads(std::str::from_utf8(shown).ok()?) else { return None };
    let url = python::str_of(shown.get(url_field_name())?);
    // Headers are latin-1. What they cannot have is left out.
    let bytes: Option<Vec<u8>> = url.chars().map(|letter| u8::try_from(letter).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}
