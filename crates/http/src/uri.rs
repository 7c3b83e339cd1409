//! URLs as Django writes and reads them.

use std::borrow::Cow;

/// A path, percent-encoded: Django's `escape_uri_path`.
pub fn escape_uri_path(path: &str) -> String {
    quote(path, b"/:@&+$,-_.!~*'()")
}

/// A URL as a `Location`: Django's `iri_to_uri`.
pub fn iri_to_uri(url: &str) -> String {
    quote(url, b"/#%[]=:;$&()+,!?*@'~-._")
}

/// A path, percent-encoded as Django's `reverse` does it: what a segment may have by RFC 3986 stays.
pub fn quote_path(path: &str) -> String {
    quote(path, b"/~:@!$&'()*+,;=_.-")
}

/// A path without its segments `.` and `..`, as Python's `urljoin` has it. As in Django's `build_absolute_uri` nothing is
/// done where such a segment stands only at the end.
pub fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if !path.contains("/./") && !path.contains("/../") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            ".." => drop(kept.pop()),
            "." => {}
            segment => kept.push(segment),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        kept.push("");
    }
    let joined = kept.join("/");
    Cow::Owned(if joined.starts_with('/') { joined } else { format!("/{joined}") })
}

/// Whether a URL is absolute: `https://example.com/a`.
pub(crate) fn has_scheme_and_host(url: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    url.split_once("://")
        .is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.starts_with(['/', '?', '#']))
}

/// The path that a URL of a client names, decoded as DRF reads a hyperlink: the scheme and the host are left out, and what is
/// percent-encoded is decoded once, letters and other plain characters twice.
pub fn path_of_hyperlink(url: &str) -> String {
    let path = if url.starts_with("http:") || url.starts_with("https:") {
        url_path(url)
    } else {
        Cow::Borrowed(url)
    };
    let once = percent_encoding::percent_decode_str(&path).decode_utf8_lossy();
    uri_to_iri(&once)
}

/// Python's `urlparse(url).path`: tabs and line breaks are left out, and what follows a semicolon in the last segment.
fn url_path(url: &str) -> Cow<'_, str> {
    let url: Cow<'_, str> = if url.contains(['\t', '\r', '\n']) {
        Cow::Owned(url.replace(['\t', '\r', '\n'], ""))
    } else {
        Cow::Borrowed(url)
    };
    let Some((_, rest)) = url.split_once(':') else { return url };
    let rest = match rest.strip_prefix("//") {
        Some(after) => after.find(['/', '?', '#']).map_or("", |end| &after[end..]),
        None => rest,
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    let end = path[last..].find(';').map_or(path.len(), |semicolon| last + semicolon);
    Cow::Owned(path[..end].to_owned())
}

/// Django's `uri_to_iri`: only what has no meaning in a URL is decoded, and what is not UTF-8 stays quoted.
fn uri_to_iri(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut parts = uri.split('%');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let code = part.get(..2).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match byte.filter(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || *byte >= 0x80) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    repercented(&bytes)
}

/// Bytes as text; what is not UTF-8 is percent-encoded.
pub(crate) fn repercented(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// A query as it was sent, with what no URL may have percent-encoded. As in WSGI each byte is a character (latin-1).
pub fn quoted_query(query: &str) -> String {
    if query.is_ascii() {
        return iri_to_uri(query);
    }
    let latin_1: String = query.bytes().map(char::from).collect();
    iri_to_uri(&latin_1)
}

/// Python's `quote`: slashes and plain characters stay.
pub fn quote_plain(text: &str) -> String {
    quote(text, b"/_.-~")
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What `uri_to_iri(unquote(urlparse(url).path))` of Python 3.11 and Django 5.2 makes of an absolute URL, and
    /// `uri_to_iri(unquote(url))` of others.
    const PATHS: &[(&str, &str)] = &[
        ("http://h/a/b/", "/a/b/"),
        ("https://u@h:1/a;x/b;y?c#d", "/a;x/b"),
        ("http:/a/", "/a/"),
        ("http:a", "a"),
        ("http://h", ""),
        ("http://h/a\tb\n/", "/ab/"),
        ("/a?b", "/a?b"),
        ("//h/a/", "//h/a/"),
        ("HTTP://h/a/", "HTTP://h/a/"),
        ("ftp://h/a", "ftp://h/a"),
        ("/%C3%A9/", "/é/"),
        ("/%FF/", "/\u{fffd}/"),
        ("/%25C3%25A9/", "/é/"),
        ("/%2561%252F/", "/a%2F/"),
        ("/%25FF/", "/%FF/"),
        ("/%25/", "/%/"),
        ("/%25zz/", "/%zz/"),
        ("/%2", "/%2"),
    ];

    #[test]
    fn the_path_of_a_hyperlink_is_pythons() {
        for (url, path) in PATHS {
            assert_eq!(path_of_hyperlink(url), *path, "{url}");
        }
    }

    /// The paths of Django's `request.build_absolute_uri(path)`.
    #[test]
    fn dots_are_resolved_as_in_django() {
        for (path, expected) in [
            ("/a/./b/", "/a/b/"),
            ("/a/../b", "/b"),
            ("/../../b", "/b"),
            ("/a/..", "/a/.."),
            ("/a/./..", "/"),
            ("/a/b/../.", "/a/"),
            ("/./", "/"),
            ("/a.b/..c/", "/a.b/..c/"),
        ] {
            assert_eq!(without_dot_segments(path), expected, "{path}");
        }
    }
}
