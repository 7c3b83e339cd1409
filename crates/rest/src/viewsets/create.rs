//! How new and changed objects are saved where a viewset does not say, and the check that this can work.

use belleville_db::Model;
use belleville_db::json::{Json, parse};
use belleville_http::services::Services;
use belleville_http::settings::SettingsError;
use http::header::LOCATION;

use super::ModelViewSet;
use crate::exceptions::Result;
use crate::python::{class_name, str_of};
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{Serializer, SerializerClass};

/// Refuses to start when every POST would fail: the serializer leaves out a required field, and `perform_create` is
/// the default one, so that nothing sets it.
pub(super) fn check_create<V: ModelViewSet>(_: &Services) -> Result<(), SettingsError> {
    let class = SerializerClass::of::<V::Serializer>();
    match class.untaken_field() {
        Some(field) if creates_by_itself::<V>() => {
            Err(SettingsError::new(format!("{}: {}", class_name::<V>(), class.missing(field))))
        }
        _ => Ok(()),
    }
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

/// The answer to the request that has made an object. Where the object shows its `url`, that is the `Location`, as with DRF's
/// `get_success_headers`.
pub(super) fn created(object: Vec<u8>) -> Response {
    let location = location_of(&object);
    let mut response = Response::json(201, object);
    if let Some(location) = location {
        response.set_header(LOCATION, &location);
    }
    response
}

fn location_of(object: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"\"url\":";
    // Few objects have one, and only theirs are read again.
    object.windows(KEY.len()).find(|part| *part == KEY)?;
    let object = parse(std::str::from_utf8(object).ok()?).ok()?;
    match object.get("url")? {
        Json::Null => Some("None".to_owned()),
        url => Some(str_of(url)),
    }
}
