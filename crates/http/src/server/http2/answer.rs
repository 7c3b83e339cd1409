//! The answer of one stream, as fast as the client takes it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, SendStream};
use http::{Response, StatusCode};
use hyper::body::Body as _;
use tokio::sync::{mpsc, oneshot};

use super::message;
use super::streams::UnderWay;
use crate::exceptions::Result;
use crate::response::ResponseBody;
use crate::run_to_end::RunToEnd;
use crate::server::taking::{Taking, WRITE_WINDOW};

/// How an answer is sent.
pub(super) struct Sending {
    pub(super) respond: SendResponse<Bytes>,
    /// The request is a HEAD, whose answer says no length but one that the program has set.
    pub(super) is_head: bool,
    /// How long the client may take for 64 KiB.
    pub(super) write: Duration,
    /// Takes streams whose answer fails in the middle.
    pub(super) cut_short: mpsc::UnboundedSender<SendStream<Bytes>>,
}

/// Answers with a status alone.
pub(super) fn refuse(mut sending: Sending, status: StatusCode) {
    let mut head = Response::new(());
    *head.status_mut() = status;
    message::finish(head.headers_mut(), status, Some(0));
    let _ = sending.respond.send_response(head, true);
}

/// Sends the answer that some work makes, unless the client resets the stream. `wanted` is ready when the work wants a body
/// that the client sends only when it is told so.
pub(super) async fn send(
    mut work: RunToEnd<(Response<ResponseBody>, UnderWay)>,
    mut sending: Sending,
    mut wanted: Option<oneshot::Receiver<()>>,
) {
    let (answer, under_way) = loop {
        let told = async {
            match &mut wanted {
                Some(wanted) => wanted.await.is_ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answered = &mut work => break answered,
            // Dropped, it goes on by itself.
            _ = poll_fn(|cx| sending.respond.poll_reset(cx)) => return,
            is_wanted = told => {
                wanted = None;
                if is_wanted {
                    let mut head = Response::new(());
                    *head.status_mut() = StatusCode::CONTINUE;
                    let _ = sending.respond.send_informational(head);
                }
            }
        }
    };
    let (mut head, body) = answer.into_parts();
    let length = body.size_hint().exact().filter(|_| !sending.is_head);
    message::finish(&mut head.headers, head.status, length);
    let is_whole = body.is_end_stream() || !message::has_body(head.status);
    let head = Response::from_parts(head, ());
    let Ok(stream) = sending.respond.send_response(head, is_whole) else { return };
    if !is_whole {
        let outgoing = Outgoing { stream, taking: Taking::default(), write: sending.write };
        outgoing.send(body, under_way, &sending.cut_short).await;
    }
}

/// A body on its way to the client.
struct Outgoing {
    stream: SendStream<Bytes>,
    taking: Taking,
    write: Duration,
}

/// The client takes no more of it, or not fast enough.
struct NotTaken;

impl Outgoing {
    async fn send(
        mut self,
        body: ResponseBody,
        under_way: UnderWay,
        cut_short: &mpsc::UnboundedSender<SendStream<Bytes>>,
    ) {
        let mut body = pin!(body);
        let mut under_way = Some(under_way);
        loop {
            match self.next(body.as_mut()).await {
                Ok(Some(Ok(chunk))) => {
                    let is_last = body.is_end_stream();
                    if self.chunk(chunk, is_last.then_some(&mut under_way)).await.is_err() || is_last {
                        return;
                    }
                }
                // The log knows why.
                Ok(Some(Err(_))) => return drop(cut_short.send(self.stream)),
                Ok(None) => {
                    drop(under_way.take());
                    let _ = self.stream.send_data(Bytes::new(), true);
                    return;
                }
                Err(NotTaken) => return,
            }
        }
    }

    /// The next piece of a body. While there is none, the client is up to date.
    async fn next(
        &mut self,
        mut body: Pin<&mut ResponseBody>,
    ) -> std::result::Result<Option<Result<Bytes>>, NotTaken> {
        poll_fn(|cx| {
            if self.stream.poll_reset(cx).is_ready() {
                return Poll::Ready(Err(NotTaken));
            }
            let Poll::Ready(frame) = body.as_mut().poll_frame(cx) else {
                self.taking.up_to_date();
                return Poll::Pending;
            };
            Poll::Ready(Ok(frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default()))))
        })
        .await
    }

    /// Sends a piece. If it is the last, the request is over when all of it is handed over.
    async fn chunk(
        &mut self,
        mut chunk: Bytes,
        mut last: Option<&mut Option<UnderWay>>,
    ) -> std::result::Result<(), NotTaken> {
        while !chunk.is_empty() {
            self.stream.reserve_capacity(chunk.len().min(WRITE_WINDOW));
            let room = poll_fn(|cx| self.poll_room(cx)).await?;
            let piece = chunk.split_to(room.min(chunk.len()));
            self.taking.progress(piece.len());
            let is_end = chunk.is_empty() && last.is_some();
            if is_end && let Some(under_way) = &mut last {
                drop(under_way.take());
            }
            self.stream.send_data(piece, is_end).map_err(|_| NotTaken)?;
        }
        Ok(())
    }

    /// Waits for room in the windows of the client and in the memory for what is not written.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<usize, NotTaken>> {
        loop {
            match self.stream.capacity() {
                0 => {}
                room => return Poll::Ready(Ok(room)),
            }
            match self.stream.poll_capacity(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(_) => return Poll::Ready(Err(NotTaken)),
                Poll::Pending => {
                    ready!(self.taking.poll_deadline(cx, self.write));
                    tracing::debug!(
                        "a stream was reset: the client took too little of its answer for too long"
                    );
                    self.stream.send_reset(Reason::CANCEL);
                    return Poll::Ready(Err(NotTaken));
                }
            }
        }
    }
}
