//! Ids of requests, by which the lines of several programs about one request are found.

use belleville_auth::crypto::get_random_string;
use http::header::HeaderName;

use crate::request::Request;
use crate::response::Response;

/// The longest id that is taken from a client.
const LONGEST: usize = 128;

/// How long an id is that is made here: 160 bits.
const LENGTH: usize = 32;

/// What an id that is made here is made of.
const CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyz234567";

/// The header that has the ids.
#[derive(Debug)]
pub(super) struct RequestIds {
    header: HeaderName,
}

/// The id of a request.
struct Id(String);

impl RequestIds {
    pub(super) fn new(header: HeaderName) -> Self {
        Self { header }
    }

    /// Takes the id that the client or a proxy has given, or makes one.
    pub(super) fn begin(&self, request: &Request) {
        let given = request.header_text(&self.header).filter(|id| is_id(id));
        request.facts().get_or_insert_with(|| match &given {
            Some(id) => Id(id.to_string()),
            None => Id(get_random_string(LENGTH, CHARACTERS)),
        });
    }

    pub(super) fn finish(&self, request: &Request, response: &mut Response) {
        if let Some(id) = request.request_id() {
            response.set_header(self.header.clone(), id);
        }
    }
}

/// Whether a text may stand in the log and in a header as it is.
fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=@".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain)
}

impl Request {
    /// The id of the request, where the setting `request_id_header` gives requests one: to be sent on to other programs.
    pub fn request_id(&self) -> Option<&str> {
        self.facts().get().map(|Id(id)| id.as_str())
    }
}
