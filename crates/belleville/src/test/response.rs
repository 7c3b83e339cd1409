//! The response to a request of a test, with assertions.

use belleville_http::http::header::SET_COOKIE;
use belleville_http::http::{self, HeaderMap};
use belleville_http::json::{self, Json};
use bytes::Bytes;

use super::queries;
use super::redirects::{Chain, is_redirect};

/// The response to a request of a test.
#[derive(Debug)]
pub struct TestResponse {
    /// `GET /api/notes/`, for messages.
    request: String,
    response: http::Response<Bytes>,
    redirect_chain: Chain,
    queries: Vec<String>,
}

impl TestResponse {
    pub(super) fn new(
        request: String,
        response: http::Response<Bytes>,
        redirect_chain: Chain,
        queries: Vec<String>,
    ) -> Self {
        Self { request, response, redirect_chain, queries }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The value of a header; of several with one name the first.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The value of a cookie that the response sets; of one that it deletes it is empty.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        pairs.rfind(|(known, _)| *known == name).map(|(_, value)| value.trim_matches('"'))
    }

    /// The redirects that were followed ([`TestRequest::follow`](super::TestRequest::follow)): the URL of each, and the status that
    /// led there.
    #[must_use]
    pub fn redirect_chain(&self) -> &[(String, u16)] {
        &self.redirect_chain
    }

    /// The SQL of the statements that the request has run, in their order. What begins and ends transactions is not among them.
    #[must_use]
    pub fn queries(&self) -> &[String] {
        &self.queries
    }

    /// The body.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        self.response.body()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.response.body()).into_owned()
    }

    /// The body as JSON; the test ends when it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Json {
        match json::parse(&self.text()) {
            Ok(json) => json,
            Err(_) => panic!("{} answered what is no JSON:\n{}", self.request, self.shown()),
        }
    }

    /// Ends the test unless the status is this one.
    #[track_caller]
    pub fn assert_status(&self, expected: u16) -> &Self {
        if self.status() != expected {
            panic!("{} should answer {expected}, but answered:\n{}", self.request, self.shown());
        }
        self
    }

    /// Ends the test unless the body is this JSON. The order of keys does not count.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it reads like the requests, which take theirs by value"
    )]
    pub fn assert_json(&self, expected: Json) -> &Self {
        if !same(&self.json(), &expected) {
            let expected = expected.dumps().unwrap_or_default();
            panic!("{} should answer\n{expected}\nbut answered:\n{}", self.request, self.shown());
        }
        self
    }

    /// Ends the test unless the body is an object in which this key has this value.
    #[track_caller]
    pub fn assert_key(&self, key: &str, expected: impl Into<Json>) -> &Self {
        let (body, expected) = (self.json(), expected.into());
        if !body.get(key).is_some_and(|value| same(value, &expected)) {
            let expected = expected.dumps().unwrap_or_default();
            panic!("{} should answer \"{key}\": {expected}, but answered:\n{}", self.request, self.shown());
        }
        self
    }

    /// Ends the test unless a header has this value.
    #[track_caller]
    pub fn assert_header(&self, name: &str, expected: &str) -> &Self {
        if self.header(name) != Some(expected) {
            let found = self.header(name).map_or("(none)".to_owned(), |found| format!("\"{found}\""));
            panic!(
                "{} should answer with {name}: \"{expected}\", but it is {found}:\n{}",
                self.request,
                self.shown()
            );
        }
        self
    }

    /// Ends the test unless the body has this text.
    #[track_caller]
    pub fn assert_contains(&self, text: &str) -> &Self {
        if !self.text().contains(text) {
            panic!("{} should answer what contains\n{text}\nbut answered:\n{}", self.request, self.shown());
        }
        self
    }

    /// Ends the test when the body has this text.
    #[track_caller]
    pub fn assert_not_contains(&self, text: &str) -> &Self {
        if self.text().contains(text) {
            panic!(
                "{} should answer what does not contain\n{text}\nbut answered:\n{}",
                self.request,
                self.shown()
            );
        }
        self
    }

    /// Ends the test unless this is a redirect to the URL, or the end of redirects that were followed to it. The order of the
    /// query's parameters does not count.
    #[track_caller]
    pub fn assert_redirects(&self, expected: &str) -> &Self {
        let location = match self.redirect_chain.last() {
            Some((location, _)) => Some(location.as_str()),
            None => self.header("location").filter(|_| is_redirect(self.status())),
        };
        if location.is_none_or(|location| normalized(location) != normalized(expected)) {
            let found = location.unwrap_or("nowhere");
            panic!("{} should redirect to {expected}, but leads to {found}:\n{}", self.request, self.shown());
        }
        self
    }

    /// Ends the test unless the request has run so many statements: Django's `assertNumQueries`.
    #[track_caller]
    pub fn assert_num_queries(&self, expected: usize) -> &Self {
        queries::check(&self.queries, expected, &format!("{}: ", self.request));
        self
    }

    /// The status and the body, as a message shows them.
    fn shown(&self) -> String {
        let mut text = self.text();
        if text.is_empty() {
            text.push_str("(no body)");
        }
        match self.header("location") {
            Some(location) => format!("{} (Location: {location})\n{text}", self.response.status()),
            None => format!("{}\n{text}", self.response.status()),
        }
    }
}

/// A URL whose parameters are in order.
fn normalized(url: &str) -> (&str, Vec<&str>) {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parameters: Vec<&str> = query.split('&').collect();
    parameters.sort_unstable();
    (path, parameters)
}

/// Whether two values are the same; objects may have their keys in any order.
fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Dict(one), Json::Dict(other)) => {
            one.iter().len() == other.iter().len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|found| same(value, found)))
        }
        (Json::List(one), Json::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        _ => one == other,
    }
}
