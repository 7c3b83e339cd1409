//! What the views of credentials read: names, passwords and tokens, each a `CharField` of the view's serializer.

use std::sync::Arc;

use belleville_auth::user;
use belleville_http::exceptions::Result;
use belleville_rest::request::Request;
use belleville_rest::serializers::fields::{CharField, Declared, FieldOptions as _};
use belleville_rest::serializers::{Methods, Purpose, SerializerClass, ValidatedData};

/// The serializer of a view, with its fields in their order.
pub(crate) fn serializer(
    name: &'static str,
    fields: impl IntoIterator<Item = (&'static str, Declared)>,
) -> Arc<SerializerClass> {
    SerializerClass::plain(name, fields, Methods::new())
}

/// A text that is asked for.
pub(crate) fn text() -> Declared {
    CharField::new().into()
}

/// A password, whose white space at the ends counts.
pub(crate) fn password() -> Declared {
    CharField::new().trim_whitespace(false).into()
}

/// The field of the name to log in with, as the user model calls it.
pub(crate) fn login(field: CharField) -> (&'static str, Declared) {
    (user::login_field(), field.label(user::login_label()))
}

/// Some texts of the body, validated by the view's serializer. One that may be missing, and is, is empty.
///
/// # Errors
/// 400 with DRF's messages by field.
pub(crate) async fn texts<const N: usize>(request: &Request, names: [&str; N]) -> Result<[String; N]> {
    let data = request.take_validated(Purpose::create()).await?;
    Ok(names.map(|name| text_of(&data, name).unwrap_or_default()))
}

/// A text, if it is there.
pub(crate) fn text_of(data: &ValidatedData, name: &str) -> Option<String> {
    data.get(name)?.read().ok()
}
