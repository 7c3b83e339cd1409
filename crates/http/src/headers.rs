//! Headers as WSGI hands them to Django.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// A header's value. Several headers of one name are joined with a comma.
pub(crate) fn bytes<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, [u8]>> {
    if headers.len() == headers.keys_len() {
        // No name comes twice.
        return headers.get(name).map(|value| Cow::Borrowed(value.as_bytes()));
    }
    let mut values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let first = values.next()?;
    Some(values.fold(Cow::Borrowed(first), |joined, next| Cow::Owned([&*joined, next].join(&b','))))
}

/// A header's value as text, one character per byte (latin-1). Several headers of one name are joined with a comma.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    Some(match bytes(headers, name)? {
        Cow::Borrowed(value) => match std::str::from_utf8(value) {
            Ok(text) if value.is_ascii() => Cow::Borrowed(text),
            _ => Cow::Owned(latin_1(value)),
        },
        Cow::Owned(value) => Cow::Owned(latin_1(&value)),
    })
}

fn latin_1(value: &[u8]) -> String {
    value.iter().map(|byte| char::from(*byte)).collect()
}
