//! URLs as Django writes them into a `Location`.

/// A path, percent-encoded: Django's `escape_uri_path`.
pub fn escape_uri_path(path: &str) -> String {
    quote(path, b"/:@&+$,-_.!~*'()")
}

/// A URL as a `Location`: Django's `iri_to_uri`.
pub fn iri_to_uri(url: &str) -> String {
    quote(url, b"/#%[]=:;$&()+,!?*@'~-._")
}

/// A query as it was sent, with what no URL may have percent-encoded. As in WSGI each byte is a character (latin-1).
pub fn quoted_query(query: &str) -> String {
    if query.is_ascii() {
        return iri_to_uri(query);
    }
    let latin_1: String = query.bytes().map(char::from).collect();
    iri_to_uri(&latin_1)
}

/// Python's `quote_plus`: what may stand in a query stays, a space becomes `+`.
pub fn quote_plus(text: &str) -> String {
    quote(text, b"_.-~ ").replace(' ', "+")
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
