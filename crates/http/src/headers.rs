//! Headers as WSGI hands them to Django.

use http::HeaderMap;
use http::header::HeaderName;

/// A header's value as text, one character per byte (latin-1). Several headers of one name are joined with a comma.
pub(crate) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let texts: Vec<String> =
        values.map(|value| value.as_bytes().iter().map(|byte| char::from(*byte)).collect()).collect();
    Some(texts.join(","))
}
