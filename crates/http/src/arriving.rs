//! A body on its way from the client, in either version of HTTP.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};

#[cfg(feature = "http2")]
use crate::server::StreamBody;

/// A body on its way.
pub(crate) enum Arriving {
    /// On a connection of HTTP/1.
    Http1(Incoming),
    /// On a stream of HTTP/2.
    #[cfg(feature = "http2")]
    Http2(Box<StreamBody>),
}

/// It ended early, or is malformed.
#[derive(Debug)]
pub(crate) struct Broken;

impl Arriving {
    /// The length that the head says, or 0 where there is no body.
    pub(crate) fn announced(&self) -> Option<u64> {
        match self {
            Self::Http1(incoming) => incoming.size_hint().exact(),
            #[cfg(feature = "http2")]
            Self::Http2(body) => body.announced(),
        }
    }

    /// Whether nothing comes any more.
    pub(crate) fn has_ended(&self) -> bool {
        match self {
            Self::Http1(incoming) => incoming.is_end_stream(),
            #[cfg(feature = "http2")]
            Self::Http2(body) => body.has_ended(),
        }
    }

    /// The next bytes; nothing at the end. Trailers are ignored.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        match self {
            Self::Http1(incoming) => loop {
                match incoming.frame().await? {
                    Ok(frame) => match frame.into_data() {
                        Ok(bytes) => break Some(Ok(bytes)),
                        Err(_trailers) => {}
                    },
                    Err(_) => break Some(Err(Broken)),
                }
            },
            #[cfg(feature = "http2")]
            Self::Http2(body) => body.next().await,
        }
    }
}
