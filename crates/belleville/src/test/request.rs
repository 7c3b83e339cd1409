//! A request of a test, on its way.

use std::future::IntoFuture;
use std::pin::Pin;

use belleville_http::http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use belleville_http::http::{self, HeaderValue};
use belleville_http::json::Json;
use belleville_http::uri::quote_plus;
use belleville_manage::in_process::{CutShort, ForcedUser};
use bytes::Bytes;

use super::client::{self, TestClient};
use super::response::TestResponse;

/// What stands between the parts of a form: that of Django's tests.
const BOUNDARY: &str = "BoUnDaRyStRiNg";

/// A text as it stands between quotes in the head of a part.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A request that is sent when it is awaited.
#[must_use = "a request is sent when it is awaited"]
#[derive(Debug)]
pub struct TestRequest<'a> {
    client: &'a TestClient,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl<'a> TestRequest<'a> {
    pub(super) fn new(client: &'a TestClient, method: &'static str, path: &str) -> Self {
        Self { client, method, path: path.to_owned(), headers: client.headers.clone(), body: Vec::new() }
    }

    /// With another header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body of JSON.
    pub fn json(self, data: &Json) -> Self {
        let mut body = Vec::new();
        if data.write(&mut body).is_err() {
            panic!("the JSON for {} {} has lone surrogates, which cannot be sent", self.method, self.path);
        }
        self.body("application/json", body)
    }

    /// With a body of a form: `[("username", "alice"), ("password", "secret")]`.
    pub fn form<'b>(self, fields: impl IntoIterator<Item = (&'b str, &'b str)>) -> Self {
        let pairs: Vec<String> = fields
            .into_iter()
            .map(|(name, value)| format!("{}={}", quote_plus(name), quote_plus(value)))
            .collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// With a body of a form with files, each of which has a name and a content:
    /// `.multipart([("title", "Emma")], [("cover", "emma.png", &content[..])])`.
    pub fn multipart<'b>(
        self,
        fields: impl IntoIterator<Item = (&'b str, &'b str)>,
        files: impl IntoIterator<Item = (&'b str, &'b str, &'b [u8])>,
    ) -> Self {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", quoted(name));
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        for (name, filename, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n",
                quoted(name),
                quoted(filename)
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    /// With any body.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        self.headers.push((CONTENT_TYPE.to_string(), content_type.to_owned()));
        self.body = body.into();
        self
    }

    fn build(&self) -> Result<http::Request<Bytes>, http::Error> {
        let mut request = http::Request::builder().method(self.method).uri(&self.path);
        let has = |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if !has(HOST.as_str()) {
            request = request.header(HOST, client::HOST);
        }
        if let (Some(cookies), false) = (self.client.cookie_header(), has(COOKIE.as_str())) {
            request = request.header(COOKIE, cookies);
        }
        let is_safe = matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
        if let (Some((name, token)), false) = (self.client.csrf_header(), is_safe)
            && !has(&name)
        {
            request = request.header(name, token);
        }
        for (name, value) in &self.headers {
            request = request.header(name, HeaderValue::from_bytes(value.as_bytes())?);
        }
        if !self.body.is_empty() {
            request = request.header(CONTENT_LENGTH, self.body.len());
        }
        if let Some(user) = &self.client.forced {
            request = request.extension(ForcedUser(user.clone()));
        }
        request.body(self.body.clone().into())
    }

    async fn send(self) -> TestResponse {
        let (method, path) = (self.method, &self.path);
        if !path.starts_with('/') {
            panic!("the path of {method} {path} begins with a slash: /{path}");
        }
        let request = match self.build() {
            Ok(request) => request,
            Err(error) => panic!("{method} {path} cannot be sent: {error}"),
        };
        let response = self.client.application().answer(request).await;
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.client.take_cookie(&String::from_utf8_lossy(cookie.as_bytes()));
        }
        if let Some(CutShort(reason)) = response.extensions().get() {
            panic!("{method} {path} was cut short after {} bytes: {reason}", response.body().len());
        }
        TestResponse::new(format!("{method} {path}"), response)
    }
}

impl<'a> IntoFuture for TestRequest<'a> {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
