//! A response: a status, headers and a body, which the view's renderer writes.

use http::header::{HeaderName, HeaderValue, VARY};
use http::{HeaderMap, StatusCode};

pub use crate::cookies::{http_date, parse_http_date};
use crate::json::Json;

/// How many headers a response usually has at most.
const USUAL_HEADERS: usize = 12;

/// A response: what a handler returns.
#[derive(Debug)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) content: Content,
}

/// The body.
#[derive(Debug)]
pub(crate) enum Content {
    Empty,
    /// Compact JSON, which the view's renderer writes in its format.
    Data(Vec<u8>),
    /// Bytes that are sent as they are.
    Rendered(Vec<u8>),
}

impl Content {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Empty => Vec::new(),
            Self::Data(bytes) | Self::Rendered(bytes) => bytes,
        }
    }
}

impl Response {
    /// A response without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status: status_code(status),
            headers: HeaderMap::with_capacity(USUAL_HEADERS),
            content: Content::Empty,
        }
    }

    /// A response with data, as DRF's `Response(data, status)`.
    ///
    /// # Errors
    /// [`Error::Api`](crate::exceptions::Error) when a text in it has lone surrogates, which UTF-8 cannot carry.
    pub fn data(status: u16, data: &Json) -> crate::exceptions::Result<Self> {
        let mut out = Vec::new();
        data.write(&mut out).map_err(|_| {
            crate::exceptions::Error::validation(
                "The text contains surrogate characters, which cannot be answered.",
            )
        })?;
        Ok(Self::json(status, out))
    }

    /// A response with data that is already compact JSON.
    pub fn json(status: u16, compact: Vec<u8>) -> Self {
        Self { content: Content::Data(compact), ..Self::empty(status) }
    }

    /// An HTML page, sent unchanged.
    pub fn html(status: u16, page: impl Into<Vec<u8>>) -> Self {
        let mut response = Self { content: Content::Rendered(page.into()), ..Self::empty(status) };
        response.set_header(http::header::CONTENT_TYPE, "text/html; charset=utf-8");
        response
    }

    /// The same for a server; the answer to HEAD has no body.
    pub fn into_http(self, is_head: bool) -> http::Response<bytes::Bytes> {
        let body = if is_head { bytes::Bytes::new() } else { self.content.into_bytes().into() };
        let mut answer = http::Response::new(body);
        *answer.status_mut() = self.status;
        *answer.headers_mut() = self.headers;
        answer
    }

    /// Plain text, sent as it is.
    pub fn text(status: u16, text: impl Into<Vec<u8>>) -> Self {
        let mut response = Self::html(status, text);
        response.set_header(http::header::CONTENT_TYPE, "text/plain; charset=utf-8");
        response
    }

    /// The same response as an HTML page: its headers, another status and body.
    pub fn into_html(mut self, status: u16, page: impl Into<Vec<u8>>) -> Self {
        self.status = status_code(status);
        self.content = Content::Rendered(page.into());
        self.set_header(http::header::CONTENT_TYPE, "text/html; charset=utf-8");
        self
    }

    /// A redirect (302) to a location that the caller has checked.
    pub fn redirect(location: &str) -> Self {
        let mut response = Self::html(302, "");
        response.set_header(http::header::LOCATION, location);
        response
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Sets the status.
    pub fn set_status(&mut self, status: u16) {
        self.status = status_code(status);
    }

    /// The headers set so far.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Sets a header. A value that is not allowed in a header (a line break) is ignored.
    pub fn set_header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            self.headers.insert(name, value);
        }
    }

    /// Adds a name to `Vary`, once.
    pub fn vary_on(&mut self, name: &str) {
        match self.headers.get_mut(VARY) {
            Some(known) => {
                if let Some(value) = with_name(known.as_bytes(), name) {
                    *known = value;
                }
            }
            None => {
                if let Some(value) = with_name(b"", name) {
                    self.headers.insert(VARY, value);
                }
            }
        }
    }

    /// The body is as it will be sent.
    pub fn is_rendered(&self) -> bool {
        matches!(self.content, Content::Rendered(_))
    }

    /// The compact JSON of the body, when it holds data that is not rendered yet.
    pub fn compact_json(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Data(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Takes the compact JSON out of the body, for a renderer that writes it in its format.
    pub fn take_compact_json(&mut self) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.content, Content::Empty) {
            Content::Data(bytes) => Some(bytes),
            other => {
                self.content = other;
                None
            }
        }
    }

    /// Sets the body to data that is already compact JSON.
    pub fn set_compact_json(&mut self, compact: Vec<u8>) {
        self.content = Content::Data(compact);
    }

    /// Sets the bytes that are sent as they are.
    pub fn set_rendered(&mut self, bytes: Vec<u8>) {
        self.content = Content::Rendered(bytes);
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The bytes of the body.
    pub fn body(&self) -> &[u8] {
        match &self.content {
            Content::Empty => &[],
            Content::Data(bytes) | Content::Rendered(bytes) => bytes,
        }
    }
}

/// The value of `Vary` with a name that it does not have yet.
fn with_name(known: &[u8], name: &str) -> Option<HeaderValue> {
    match (known, name) {
        // What almost every response gets, made once.
        (b"", "Accept") => Some(HeaderValue::from_static("Accept")),
        (b"", "Cookie") => Some(HeaderValue::from_static("Cookie")),
        (b"Accept", "Cookie") => Some(HeaderValue::from_static("Accept, Cookie")),
        _ if known.split(|byte| *byte == b',').any(|part| is_name(part, name)) => None,
        (b"", name) => HeaderValue::from_str(name).ok(),
        (known, name) => HeaderValue::try_from([known, b", ", name.as_bytes()].concat()).ok(),
    }
}

/// Whether a part of `Vary` is this name.
fn is_name(part: &[u8], name: &str) -> bool {
    part.trim_ascii().eq_ignore_ascii_case(name.as_bytes())
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Django's plain pages, byte for byte.
pub mod plain {
    use http::header::CONTENT_SECURITY_POLICY;

    use super::Response;

    /// These pages run no scripts, load nothing and send no forms.
    pub const POLICY: &str =
        "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    fn page(status: u16, title: &str, text: &str) -> Response {
        let page = format!(
            "\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>{title}</title>\n</head>\n<body>\n  <h1>{title}</h1><p>{text}</p>\n</body>\n</html>\n"
        );
        let mut response = Response::html(status, page);
        response.set_header(CONTENT_SECURITY_POLICY, POLICY);
        response
    }

    /// 404.
    pub fn not_found() -> Response {
        page(404, "Not Found", "The requested resource was not found on this server.")
    }

    /// 403.
    pub fn forbidden() -> Response {
        page(403, "403 Forbidden", "")
    }

    /// 400.
    pub fn bad_request() -> Response {
        page(400, "Bad Request (400)", "")
    }

    /// 408.
    pub fn request_timeout() -> Response {
        page(408, "Request Timeout (408)", "")
    }

    /// 503.
    pub fn unavailable() -> Response {
        page(503, "Service Unavailable (503)", "The server is busy. Try again in a moment.")
    }

    /// 500.
    pub fn server_error() -> Response {
        page(500, "Server Error (500)", "")
    }
}
