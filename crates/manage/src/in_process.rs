//! Answers a request without a connection: the whole request pipeline, from the middleware on, for tests and for
//! programs with their own server.

use belleville_http::request::Parts;
use belleville_http::server::Serve as _;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};

pub use belleville_http::request::Origin;
pub use belleville_rest::exceptions::Failure;
pub use belleville_rest::request::Forced;

use crate::application::Application;

/// What is said of a request besides its head and its body, in the extensions of the request for [`Application::answer`].
/// Requests from the network have no extensions.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// The connection that it would have come by.
    pub origin: Origin,
    /// Who it is from, whatever its headers say: DRF's `force_authenticate`.
    pub forced: Option<Forced>,
    /// It passes the CSRF check without a token: Django's `enforce_csrf_checks=False`.
    pub skips_csrf_check: bool,
}

/// Why a streamed answer has no end. It is in the extensions of the response of [`Application::answer`], which has what came
/// before that; a client on the network sees its connection end.
#[derive(Clone, Debug)]
pub struct CutShort(pub String);

/// The mistake of the program behind a 500. It is in the extensions of the response of [`Application::answer`].
#[derive(Clone, Debug)]
pub struct Unhandled(pub Failure);

impl Application {
    /// Answers a request as the server does, but without the limits and deadlines of connections: middleware, URLs,
    /// negotiation, authentication, permissions, handler, renderer. A streamed answer is there when its last piece is.
    pub async fn answer(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let (mut head, body) = request.into_parts();
        let is_head = head.method == http::Method::HEAD;
        let Circumstances { origin, forced, skips_csrf_check } = head.extensions.remove().unwrap_or_default();
        let request = self.request_of(Parts::in_process(head, body, origin), forced);
        if skips_csrf_check {
            request.skip_csrf_check();
        }
        let answer = self.respond(request.clone()).await.into_http(is_head);
        let (mut head, body) = answer.into_parts();
        let is_streamed = body.is_streamed();
        let (bytes, outcome) = body.collected().await;
        if let Err(error) = outcome {
            head.extensions.insert(CutShort(error.to_string()));
        }
        if let Some(failure) = request.failure() {
            head.extensions.insert(Unhandled(failure.clone()));
        }
        if !bytes.is_empty() && !is_streamed {
            head.headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(bytes.len()));
        }
        http::Response::from_parts(head, bytes)
    }
}
