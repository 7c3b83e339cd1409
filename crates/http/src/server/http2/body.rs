//! The body of a stream's request.

use bytes::Bytes;
use h2::RecvStream;
use http::header::CONTENT_LENGTH;
use tokio::sync::oneshot;

use crate::arriving::Broken;

/// A body on its way.
pub(crate) struct StreamBody {
    receiving: RecvStream,
    announced: Option<u64>,
    /// Is told when the body is read, where the client waits for that before it sends one.
    wants: Option<oneshot::Sender<()>>,
}

impl StreamBody {
    pub(super) fn new(
        head: &http::request::Parts,
        receiving: RecvStream,
        wants: Option<oneshot::Sender<()>>,
    ) -> Self {
        let announced = match receiving.is_end_stream() {
            true => Some(0),
            // `h2` refuses what is no number, several that differ, and a body of another length.
            false => head
                .headers
                .get(CONTENT_LENGTH)
                .and_then(|length| length.to_str().ok())
                .and_then(|length| length.parse().ok()),
        };
        Self { receiving, announced, wants }
    }

    /// The length that the head says, or 0 where there is no body.
    pub(crate) fn announced(&self) -> Option<u64> {
        self.announced
    }

    /// Whether nothing comes any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.receiving.is_end_stream()
    }

    /// The next bytes; nothing at the end. The client may send as many more.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        if let Some(wants) = self.wants.take() {
            let _ = wants.send(());
        }
        let Ok(bytes) = self.receiving.data().await? else { return Some(Err(Broken)) };
        let _ = self.receiving.flow_control().release_capacity(bytes.len());
        Some(Ok(bytes))
    }
}
