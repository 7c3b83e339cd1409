//! Headers as WSGI hands them to Django.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// A header's value as text, one character per byte (latin-1). Several headers of one name are joined with a comma.
pub(crate) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let mut text = latin_1(values.next()?);
    for value in values {
        text.push(',');
        text.push_str(&latin_1(value));
    }
    Some(text)
}

fn latin_1(value: &HeaderValue) -> String {
    match value.to_str() {
        Ok(ascii) => ascii.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    }
}
