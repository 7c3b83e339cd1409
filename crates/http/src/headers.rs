//! Headers as WSGI hands them to Django.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// A header's value as text, one character per byte (latin-1). Several headers of one name are joined with a comma.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    if headers.len() == headers.keys_len() {
        // No name comes twice.
        return headers.get(name).map(latin_1);
    }
    let mut values = headers.get_all(name).iter();
    let mut text = latin_1(values.next()?);
    for value in values {
        let joined = text.to_mut();
        joined.push(',');
        joined.push_str(&latin_1(value));
    }
    Some(text)
}

fn latin_1(value: &HeaderValue) -> Cow<'_, str> {
    match value.to_str() {
        Ok(ascii) => Cow::Borrowed(ascii),
        Err(_) => Cow::Owned(value.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    }
}
