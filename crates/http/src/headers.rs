//! Headers as WSGI hands them to Django, and room for them.

use std::borrow::Cow;
use std::cell::Cell;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// How many headers a response usually has at most.
const USUAL: usize = 12;

thread_local! {
    /// The room of headers that are not needed any more. It is more than the allocator has at hand.
    static SPARE: Cell<Option<HeaderMap>> = const { Cell::new(None) };
}

/// No headers, with room for those that a response usually has.
pub(crate) fn empty() -> HeaderMap {
    let spare = SPARE.try_with(Cell::take).ok().flatten();
    spare.unwrap_or_else(|| HeaderMap::with_capacity(USUAL))
}

/// Leaves the room of headers to the next response of this thread. Much more than usual is not kept.
pub(crate) fn recycle(mut headers: HeaderMap) {
    if (USUAL..=4 * USUAL).contains(&headers.capacity()) {
        headers.clear();
        // The thread may be ending.
        let _ = SPARE.try_with(|spare| spare.set(Some(headers)));
    }
}

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
