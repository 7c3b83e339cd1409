//! Heads of requests as HTTP/1 has them, which the program knows, and heads of answers as HTTP/2 has them.

use http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, DATE, EXPECT, HOST, HeaderName, HeaderValue, TE, TRANSFER_ENCODING,
    UPGRADE,
};
use http::{HeaderMap, Method, StatusCode, request};

use crate::cookies::http_date;

/// As many header fields as a head of HTTP/1 may have.
const MOST_FIELDS: usize = 100;

/// What says how a connection of HTTP/1 is used; no message of HTTP/2 has it.
const OF_CONNECTIONS: [HeaderName; 6] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Gives a request the `Host` of its `:authority` and one `Cookie`.
///
/// # Errors
/// The status of the answer to what cannot be served.
pub(super) fn complete(head: &mut request::Parts) -> Result<(), StatusCode> {
    join_cookies(&mut head.headers);
    if head.headers.len() > MOST_FIELDS {
        return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let path = head.uri.path();
    let is_path = path.starts_with('/')
        || head.method == Method::CONNECT
        || (head.method == Method::OPTIONS && path == "*");
    if !is_path {
        return Err(StatusCode::BAD_REQUEST);
    }
    set_host(head)
}

/// A client may send each cookie in a field of its own (RFC 9113, section 8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let fields: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if fields.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&fields.join(&b"; "[..]))
    {
        headers.insert(COOKIE, joined);
    }
}

/// Where there are both, they must name the same host (RFC 9113, section 8.3.1).
fn set_host(head: &mut request::Parts) -> Result<(), StatusCode> {
    let Some(authority) = head.uri.authority() else { return Ok(()) };
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => {
            let host = HeaderValue::from_str(authority.as_str()).map_err(|_| StatusCode::BAD_REQUEST)?;
            head.headers.insert(HOST, host);
            Ok(())
        }
        (Some(host), None) if host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) => Ok(()),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

/// Whether the client waits to hear that its body is wanted.
pub(super) fn expects_continue(head: &request::Parts) -> bool {
    head.headers.get(EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Makes of an answer's headers those that hyper sends in HTTP/1, without those of connections. The body has this length, if
/// that is known.
pub(super) fn finish(headers: &mut HeaderMap, status: StatusCode, length: Option<u64>) {
    for name in OF_CONNECTIONS {
        headers.remove(name);
    }
    if !has_body(status) {
        headers.remove(CONTENT_LENGTH);
    } else if let Some(length) = length {
        headers.entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    if !headers.contains_key(DATE)
        && let Ok(date) = HeaderValue::try_from(http_date(belleville_db::now()))
    {
        headers.insert(DATE, date);
    }
}

/// Whether an answer of this status may have a body.
pub(super) fn has_body(status: StatusCode) -> bool {
    !status.is_informational() && status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED
}
