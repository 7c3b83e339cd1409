//! A response: a status, headers and a body, which the view's renderer writes.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, VARY};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

pub use crate::conditional::Validators;
pub use crate::cookies::{http_date, parse_http_date};
use crate::exceptions::{Error, Result};
pub use crate::file_response::{FileResponse, content_disposition};
use crate::json::{self, Json, NotJson};
pub use crate::streaming::{Chunks, ResponseBody, StreamedBody};

/// How many headers a response usually has at most.
const USUAL_HEADERS: usize = 12;

/// A response: what a handler returns.
///
/// It is handed on many times before it is sent, and futures have room for it: so it is a pointer.
#[derive(Debug)]
pub struct Response(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    content: Content,
    /// The error of data that has numbers that are not finite.
    not_finite: Option<Error>,
}

/// The body.
#[derive(Debug)]
pub(crate) enum Content {
    Empty,
    /// Compact JSON, which the view's renderer writes in its format.
    Data(Vec<u8>),
    /// Bytes that are sent as they are.
    Rendered(Vec<u8>),
    /// The same, made while they are sent.
    Streamed(StreamedBody),
}

impl Content {
    fn into_body(self) -> ResponseBody {
        match self {
            Self::Empty => ResponseBody::whole(Bytes::new()),
            Self::Data(bytes) | Self::Rendered(bytes) => ResponseBody::whole(bytes.into()),
            Self::Streamed(body) => ResponseBody::streamed(body),
        }
    }
}

impl Response {
    /// A response without a body.
    pub fn empty(status: u16) -> Self {
        Self::of(status, Content::Empty)
    }

    fn of(status: u16, content: Content) -> Self {
        Self(Box::new(Parts {
            status: status_code(status),
            headers: HeaderMap::with_capacity(USUAL_HEADERS),
            content,
            not_finite: None,
        }))
    }

    /// A response with data, as DRF's `Response(data, status)`: a [`Json`], or any value that serde can serialize.
    /// Numbers, texts and keys are written as Python writes them.
    ///
    /// ```
    /// # extern crate belleville_http as belleville;
    /// use belleville::response::Response;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Weather {
    ///     place: String,
    ///     degrees: Option<f64>,
    /// }
    ///
    /// let response = Response::data(200, &Weather { place: "Liège".to_owned(), degrees: Some(12.0) })?;
    /// assert_eq!(response.body(), r#"{"place":"Liège","degrees":12.0}"#.as_bytes());
    /// # Ok::<(), belleville::exceptions::Error>(())
    /// ```
    ///
    /// A number that is not finite is an error when the response is rendered, unless the setting `strict_json` is off.
    ///
    /// # Errors
    /// 400 when a text of a [`Json`] has lone surrogates, which UTF-8 cannot carry. 500 when the value is none that JSON has: a
    /// key that is no text.
    #[track_caller]
    pub fn data<T: Serialize + ?Sized>(status: u16, data: &T) -> Result<Self> {
        let no_json = |reason| Error::internal(format!("the answer cannot be written as JSON: {reason}"));
        match json::to_vec_with_constants(data) {
            Ok((compact, None)) => Ok(Self::json(status, compact)),
            Ok((compact, Some(reason))) => {
                let mut response = Self::json(status, compact);
                response.0.not_finite = Some(no_json(reason));
                Ok(response)
            }
            Err(NotJson::Surrogates) => {
                Err(Error::validation("The text contains surrogate characters, which cannot be answered."))
            }
            Err(NotJson::Other(reason)) => Err(no_json(reason)),
        }
    }

    /// The error of data with numbers that are not finite, which are no JSON, for who refuses them.
    pub fn take_not_finite(&mut self) -> Option<Error> {
        self.0.not_finite.take()
    }

    /// A response with data that is already compact JSON.
    pub fn json(status: u16, compact: Vec<u8>) -> Self {
        Self::of(status, Content::Data(compact))
    }

    /// An HTML page, sent unchanged.
    pub fn html(status: u16, page: impl Into<Vec<u8>>) -> Self {
        let mut response = Self::of(status, Content::Rendered(page.into()));
        response.set_header(http::header::CONTENT_TYPE, "text/html; charset=utf-8");
        response
    }

    /// A response that is made while it is sent, piece by piece: Django's `StreamingHttpResponse`. A piece is made when the client
    /// has room for it, so that a long body takes no more memory than a short one.
    ///
    /// ```
    /// # extern crate belleville_http as belleville;
    /// use belleville::response::Response;
    ///
    /// let numbers = Response::stream(200, "text/csv; charset=utf-8", |mut chunks| async move {
    ///     chunks.send("number,square\r\n").await?;
    ///     for number in 1..=1000 {
    ///         chunks.send(format!("{number},{}\r\n", number * number)).await?;
    ///     }
    ///     Ok(())
    /// });
    /// assert!(numbers.is_streamed());
    /// ```
    ///
    /// The work begins when the response is sent: after the handler, its transaction and the middleware, and not at all for
    /// HEAD. It ends where it stands when the client hangs up. The response has no `Content-Length`; a client of HTTP/1.0 reads
    /// it until the connection is closed. The status is sent before the first piece: an error or a panic is told to the log,
    /// and the connection ends, so that the client sees that something is missing.
    pub fn stream<F>(status: u16, content_type: &str, make: impl FnOnce(Chunks) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let mut response = Self::of(status, Content::Streamed(StreamedBody::new(make)));
        response.set_header(http::header::CONTENT_TYPE, content_type);
        response
    }

    /// Whether the body is made while it is sent.
    pub fn is_streamed(&self) -> bool {
        matches!(self.0.content, Content::Streamed(_))
    }

    /// The same for a server; the answer to HEAD has no body.
    pub fn into_http(self, is_head: bool) -> http::Response<ResponseBody> {
        let Parts { status, headers, content, .. } = *self.0;
        let body = if is_head { Content::Empty } else { content }.into_body();
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
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
        self.0.status = status_code(status);
        self.0.content = Content::Rendered(page.into());
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
        self.0.status.as_u16()
    }

    /// Sets the status.
    pub fn set_status(&mut self, status: u16) {
        self.0.status = status_code(status);
    }

    /// The headers set so far.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Sets a header. A value that is not allowed in a header (a line break) is ignored.
    pub fn set_header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            self.0.headers.insert(name, value);
        }
    }

    /// Adds a name to `Vary`, once.
    pub fn vary_on(&mut self, name: &str) {
        match self.0.headers.get_mut(VARY) {
            Some(known) => {
                if let Some(value) = with_name(known.as_bytes(), name) {
                    *known = value;
                }
            }
            None => {
                if let Some(value) = with_name(b"", name) {
                    self.0.headers.insert(VARY, value);
                }
            }
        }
    }

    /// The body is as it will be sent.
    pub fn is_rendered(&self) -> bool {
        matches!(self.0.content, Content::Rendered(_) | Content::Streamed(_))
    }

    /// The compact JSON of the body, when it holds data that is not rendered yet.
    pub fn compact_json(&self) -> Option<&[u8]> {
        match &self.0.content {
            Content::Data(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Takes the compact JSON out of the body, for a renderer that writes it in its format.
    pub fn take_compact_json(&mut self) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.0.content, Content::Empty) {
            Content::Data(bytes) => Some(bytes),
            other => {
                self.0.content = other;
                None
            }
        }
    }

    /// Takes the data out of the body, for a renderer that writes it in its format.
    pub fn take_data(&mut self) -> Option<Json> {
        let data = self.take_compact_json()?;
        crate::json::loads(std::str::from_utf8(&data).ok()?).ok()
    }

    /// Sets the body to data that is already compact JSON.
    pub fn set_compact_json(&mut self, compact: Vec<u8>) {
        self.0.content = Content::Data(compact);
        self.0.not_finite = None;
    }

    /// Sets the bytes that are sent as they are.
    pub fn set_rendered(&mut self, bytes: impl Into<Vec<u8>>) {
        self.0.content = Content::Rendered(bytes.into());
        self.0.not_finite = None;
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// The body, to be changed.
    pub(crate) fn content_mut(&mut self) -> &mut Content {
        &mut self.0.content
    }

    /// The bytes of the body; none of a body that is made while it is sent.
    pub fn body(&self) -> &[u8] {
        match &self.0.content {
            Content::Empty | Content::Streamed(_) => &[],
            Content::Data(bytes) | Content::Rendered(bytes) => bytes,
        }
    }
}

static ACCEPT: HeaderValue = HeaderValue::from_static("Accept");
static COOKIE: HeaderValue = HeaderValue::from_static("Cookie");
static ACCEPT_AND_COOKIE: HeaderValue = HeaderValue::from_static("Accept, Cookie");

/// The value of `Vary` with a name more, written as Django does; `None` where it is the same.
fn with_name(known: &[u8], name: &str) -> Option<HeaderValue> {
    match (known, name) {
        // What almost every response gets, made once.
        (b"", "Accept") => return Some(ACCEPT.clone()),
        (b"", "Cookie") => return Some(COOKIE.clone()),
        (b"Accept", "Cookie") => return Some(ACCEPT_AND_COOKIE.clone()),
        (b"Accept" | b"Accept, Cookie", "Accept") | (b"Cookie" | b"Accept, Cookie", "Cookie") => return None,
        (b"", name) => return HeaderValue::from_str(name).ok(),
        _ => {}
    }
    let mut names: Vec<&[u8]> = known.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
    if !names.iter().any(|known| known.eq_ignore_ascii_case(name.as_bytes())) {
        names.push(name.as_bytes());
    }
    if names.contains(&&b"*"[..]) {
        return Some(HeaderValue::from_static("*"));
    }
    HeaderValue::try_from(names.join(&b", "[..])).ok()
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
