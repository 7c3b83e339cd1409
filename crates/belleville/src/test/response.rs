//! The response to a request of a test, with assertions.

use belleville_http::http;
use belleville_http::json::{self, Json};
use bytes::Bytes;

/// The response to a request of a test.
#[derive(Debug)]
pub struct TestResponse {
    /// `GET /api/notes/`, for messages.
    request: String,
    response: http::Response<Bytes>,
}

impl TestResponse {
    pub(super) fn new(request: String, response: http::Response<Bytes>) -> Self {
        Self { request, response }
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
