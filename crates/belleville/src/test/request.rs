//! A request of a test, on its way.

use std::future::IntoFuture;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;

use belleville_db::capture_queries;
use belleville_http::http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use belleville_http::http::{self, HeaderValue};
use belleville_http::json::Json;
use belleville_manage::in_process::{Circumstances, CutShort, Origin, Unhandled};
use bytes::Bytes;

use super::body::{Body, File, Format, urlencoded};
use super::client::{self, TestClient};
use super::redirects::{Chain, cycle, is_redirect};
use super::response::TestResponse;

/// A request that is sent when it is awaited.
#[must_use = "a request is sent when it is awaited"]
#[derive(Debug)]
pub struct TestRequest<'a> {
    client: &'a TestClient,
    sent: Sent,
    follows: bool,
}

/// What is sent, without the cookies of the client.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) method: &'static str,
    /// With the query.
    pub(super) path: String,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) is_secure: bool,
    remote_addr: IpAddr,
}

impl<'a> TestRequest<'a> {
    pub(super) fn new(client: &'a TestClient, method: &'static str, path: &str) -> Self {
        if !path.starts_with('/') {
            panic!("the path of {method} {path} begins with a slash: /{path}");
        }
        let sent = Sent {
            method,
            path: path.to_owned(),
            headers: client.headers.clone(),
            cookies: Vec::new(),
            body: Body::Empty,
            is_secure: false,
            remote_addr: Ipv4Addr::LOCALHOST.into(),
        };
        Self { client, sent, follows: false }
    }

    /// With a header, in place of one of the same name. The name may be WSGI's: `HTTP_ACCEPT` is `Accept`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.sent.set_header(name, value);
        self
    }

    /// With a cookie that the client does not keep.
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.sent.cookies.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With these parameters in the query, after those of the path: `[("page", "2"), ("search", "a b")]`.
    pub fn query<'b>(mut self, parameters: impl IntoIterator<Item = (&'b str, &'b str)>) -> Self {
        let query = urlencoded(parameters);
        if !query.is_empty() {
            let path = &mut self.sent.path;
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&query);
        }
        self
    }

    /// With a body of JSON.
    pub fn json(mut self, data: &Json) -> Self {
        self.sent.body = Body::of(data.clone());
        self
    }

    /// Writes the data of the body in this format: `json`, which is what they are written in where nothing is said, or `multipart`,
    /// a form as a browser sends it.
    pub fn format(mut self, name: &str) -> Self {
        match Format::named(name) {
            Ok(format) => self.sent.body = self.sent.body.in_format(format),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// With a file in a form, whose other fields are the data: `.file("cover", "emma.png", &content)`. Its media type is
    /// that of its name.
    pub fn file(mut self, field: &str, name: &str, content: impl AsRef<[u8]>) -> Self {
        match self.sent.body.with_file(File::new(field, name, content.as_ref())) {
            Ok(body) => self.sent.body = body,
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// With a body of a form: `[("username", "alice"), ("password", "secret")]`.
    pub fn form<'b>(mut self, fields: impl IntoIterator<Item = (&'b str, &'b str)>) -> Self {
        self.sent.body = Body::form(fields);
        self
    }

    /// With a body of a form with files, each of which has a name and a content:
    /// `.multipart([("title", "Emma")], [("cover", "emma.png", &content[..])])`.
    pub fn multipart<'b>(
        mut self,
        fields: impl IntoIterator<Item = (&'b str, &'b str)>,
        files: impl IntoIterator<Item = (&'b str, &'b str, &'b [u8])>,
    ) -> Self {
        let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let files: Vec<_> =
            files.into_iter().map(|(field, name, content)| File::new(field, name, content)).collect();
        self.sent.body = Body::multipart(&fields, &files);
        self
    }

    /// With any body.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.sent.body = Body::Raw { content_type: content_type.to_owned(), content: body.into() };
        self
    }

    /// By HTTPS: Django's `secure=True`.
    pub fn secure(mut self) -> Self {
        self.sent.is_secure = true;
        self
    }

    /// From this address: Django's `REMOTE_ADDR`.
    pub fn remote_addr(mut self, address: &str) -> Self {
        match address.parse() {
            Ok(address) => self.sent.remote_addr = address,
            Err(_) => panic!("`{address}` is no address: write one such as 10.0.0.1 or ::1"),
        }
        self
    }

    /// Follows redirects, as Django's `follow=True`: the response is the last one, and has the others in
    /// [`TestResponse::redirect_chain`]. After 307 and 308 the method and the body are the same; after other redirects it is a GET.
    pub fn follow(mut self) -> Self {
        self.follows = true;
        self
    }

    async fn send(self) -> TestResponse {
        let Self { client, mut sent, follows } = self;
        let (mut chain, mut queries) = (Chain::new(), Vec::new());
        loop {
            let (response, ran) = capture_queries(answer(client, &sent)).await;
            queries.extend(ran);
            let status = response.status().as_u16();
            let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            let Some(location) = location.filter(|_| follows && is_redirect(status)) else {
                return TestResponse::new(sent.shown(), response, chain, queries);
            };
            chain.push((location.to_owned(), status));
            if let Some(reason) = cycle(&chain) {
                panic!("{reason} {} was redirected to {}", sent.shown(), shown(&chain));
            }
            sent = sent.redirected(status, location);
        }
    }
}

fn shown(chain: &Chain) -> String {
    let steps: Vec<String> =
        chain.iter().map(|(location, status)| format!("{location} ({status})")).collect();
    steps.join(", ")
}

/// The answer to one request, whose cookies the client keeps.
async fn answer(client: &TestClient, sent: &Sent) -> http::Response<Bytes> {
    let request = match sent.build(client) {
        Ok(request) => request,
        Err(error) => panic!("{} cannot be sent: {error}", sent.shown()),
    };
    let response = client.application().answer(request).await;
    for cookie in response.headers().get_all(SET_COOKIE) {
        client.take_cookie(&String::from_utf8_lossy(cookie.as_bytes()));
    }
    if let Some(CutShort(reason)) = response.extensions().get() {
        panic!("{} was cut short after {} bytes: {reason}", sent.shown(), response.body().len());
    }
    if client.raises_request_exception
        && let Some(Unhandled(failure)) = response.extensions().get()
    {
        let place = failure.place().map(|place| format!("\nPlace: {place}")).unwrap_or_default();
        let sql = failure.sql().map(|sql| format!("\nSQL: {sql}")).unwrap_or_default();
        panic!("{} failed: {failure}{place}{sql}", sent.shown());
    }
    response
}

impl Sent {
    fn shown(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        set_header(&mut self.headers, name, value);
    }

    pub(super) fn remove_header(&mut self, name: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn build(&self, client: &TestClient) -> Result<http::Request<Bytes>, String> {
        let text = |error: http::Error| error.to_string();
        let mut request = http::Request::builder().method(self.method).uri(&self.path);
        if !self.has_header(HOST.as_str()) {
            request = request.header(HOST, client::HOST);
        }
        if let (Some(cookies), false) =
            (client.cookie_header(&self.cookies), self.has_header(COOKIE.as_str()))
        {
            request = request.header(COOKIE, cookies);
        }
        for (name, value) in &self.headers {
            request = request
                .header(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|error| text(error.into()))?);
        }
        let body = self.body.encoded()?;
        if let Some((content_type, _)) = &body
            && !self.has_header(CONTENT_TYPE.as_str())
        {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let body = body.map(|(_, body)| body).unwrap_or_default();
        if !body.is_empty() {
            request = request.header(CONTENT_LENGTH, body.len());
        }
        let circumstances = Circumstances {
            origin: Origin::new(self.remote_addr, self.is_secure),
            forced: client.forced.clone(),
            skips_csrf_check: !client.enforces_csrf_checks,
        };
        request.extension(circumstances).body(body.into()).map_err(text)
    }
}

/// Sets a header in place of one of the same name, which may be written as WSGI does.
pub(super) fn set_header(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    let name = name.strip_prefix("HTTP_").map_or_else(|| name.to_owned(), |name| name.replace('_', "-"));
    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
    headers.push((name, value.to_owned()));
}

impl<'a> IntoFuture for TestRequest<'a> {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
