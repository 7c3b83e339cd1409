//! URLs as Django writes them into a `Location`.

/// A path, percent-encoded: Django's `escape_uri_path`.
pub fn escape_uri_path(path: &str) -> String {
    quote(path, b"/:@&+$,-_.!~*'()")
}

/// A query as it was sent, with what no URL may have percent-encoded: Django's `iri_to_uri`. As in WSGI each byte is a
/// character (latin-1).
pub fn quoted_query(query: &str) -> String {
    const SAFE: &[u8] = b"/#%[]=:;$&()+,!?*@'~-._";
    if query.is_ascii() {
        return quote(query, SAFE);
    }
    let latin_1: String = query.bytes().map(char::from).collect();
    quote(&latin_1, SAFE)
}

fn quote(text: &str, safe: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || safe.contains(&byte) {
            quoted.push(char::from(byte));
        } else {
            quoted.push_str(&format!("%{byte:02X}"));
        }
    }
    quoted
}
