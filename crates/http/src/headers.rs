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
