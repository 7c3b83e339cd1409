//! Answers a request without a connection: the whole request pipeline, from the middleware on, for tests and for
//! programs with their own server.

use belleville_auth::user::AuthUser;
use belleville_http::request::Parts;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};

use crate::application::Application;

/// The user of a request, whatever its headers say: DRF's `force_authenticate`. Put it into the extensions of the
/// request for [`Application::answer`]; requests from the network have no extensions.
#[derive(Clone)]
pub struct ForcedUser(pub AuthUser);

impl std::fmt::Debug for ForcedUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ForcedUser").field(&self.0.username()).finish()
    }
}

/// Why a streamed answer has no end. It is in the extensions of the response of [`Application::answer`], which has what came
/// before that; a client on the network sees its connection end.
#[derive(Clone, Debug)]
pub struct CutShort(pub String);

impl Application {
    /// Answers a request as the server does, but without the limits and deadlines of connections: middleware, URLs,
    /// negotiation, authentication, permissions, handler, renderer. A streamed answer is there when its last piece is.
    pub async fn answer(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let (head, body) = request.into_parts();
        let is_head = head.method == http::Method::HEAD;
        let forced_user = head.extensions.get::<ForcedUser>().map(|forced| forced.0.clone());
        let answer = self.handle(Parts::in_process(head, body), forced_user).await.into_http(is_head);
        let (mut head, body) = answer.into_parts();
        let is_streamed = body.is_streamed();
        let (bytes, outcome) = body.collected().await;
        if let Err(error) = outcome {
            head.extensions.insert(CutShort(error.to_string()));
        }
        if !bytes.is_empty() && !is_streamed {
            head.headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(bytes.len()));
        }
        http::Response::from_parts(head, bytes)
    }
}
