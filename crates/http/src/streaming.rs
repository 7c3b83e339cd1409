//! Bodies that are made while they are sent: Django's `StreamingHttpResponse`.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

use crate::exceptions::{Error, Result};
use crate::panics::caught;
use crate::printable::Quoted;

/// What a streamed body is made with: [`Response::stream`](crate::response::Response::stream) hands it to the program's code.
#[derive(Debug)]
pub struct Chunks(Arc<Slot>);

/// The one chunk that is on its way.
#[derive(Debug, Default)]
struct Slot(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    chunk: Option<Bytes>,
    /// Who waits for the chunk to be taken.
    sender: Option<Waker>,
    /// Who waits for a chunk, which another task may send.
    reader: Option<Waker>,
    /// Nobody takes chunks any more.
    is_closed: bool,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The chunk that waits; where there is none, whoever asks is woken by the next one.
    fn take(&self, cx: &Context<'_>) -> Option<Bytes> {
        let mut waiting = self.lock();
        let Some(chunk) = waiting.chunk.take() else {
            waiting.reader = Some(cx.waker().clone());
            return None;
        };
        if let Some(sender) = waiting.sender.take() {
            sender.wake();
        }
        Some(chunk)
    }

    fn put(&self, chunk: Bytes) {
        let mut waiting = self.lock();
        waiting.chunk = Some(chunk);
        if let Some(reader) = waiting.reader.take() {
            reader.wake();
        }
    }

    fn close(&self) {
        let mut waiting = self.lock();
        waiting.is_closed = true;
        if let Some(sender) = waiting.sender.take() {
            sender.wake();
        }
    }
}

impl Chunks {
    /// Sends the next piece of the body, and waits until the client has room for another one. So there is one piece in memory,
    /// however slow the client is.
    ///
    /// # Errors
    /// When the client has hung up. Code that the body itself waits for does not come to see it: it is dropped where it
    /// stands.
    pub async fn send(&mut self, chunk: impl Into<Bytes>) -> Result<()> {
        let chunk = chunk.into();
        if chunk.is_empty() {
            return Ok(());
        }
        self.0.put(chunk);
        poll_fn(|cx| self.poll_taken(cx)).await
    }

    fn poll_taken(&self, cx: &Context<'_>) -> Poll<Result<()>> {
        let mut waiting = self.0.lock();
        if waiting.is_closed {
            return Poll::Ready(Err(Error::client_gone()));
        }
        if waiting.chunk.is_none() {
            return Poll::Ready(Ok(()));
        }
        waiting.sender = Some(cx.waker().clone());
        Poll::Pending
    }
}

type Producer = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A body that is made while it is sent.
pub struct StreamedBody {
    /// `None` after its end. The lock is never waited for: it lets the body be shared, as every response can be.
    producer: Mutex<Option<Producer>>,
    slot: Arc<Slot>,
    /// What went wrong, until the pieces before it are on their way.
    failed: Option<Error>,
}

impl fmt::Debug for StreamedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedBody").finish_non_exhaustive()
    }
}

impl StreamedBody {
    pub(crate) fn new<F>(make: impl FnOnce(Chunks) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let slot = Arc::<Slot>::default();
        let work = make(Chunks(Arc::clone(&slot)));
        let producer = async move { caught(pin!(work)).await };
        Self { producer: Mutex::new(Some(Box::pin(producer))), slot, failed: None }
    }

    /// The next piece.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Some(Err(error)));
        }
        let place = self.producer.get_mut().unwrap_or_else(PoisonError::into_inner);
        let outcome = match place {
            Some(producer) => producer.as_mut().poll(cx),
            None => return Poll::Ready(None),
        };
        if outcome.is_ready() {
            *place = None;
        }
        if let Poll::Ready(Err(error)) = outcome {
            // A server that hears of it at once would throw away what it has not written yet.
            self.failed = Some(error);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match (self.slot.take(cx), outcome) {
            (Some(chunk), _) => Poll::Ready(Some(Ok(chunk))),
            (None, Poll::Ready(_)) => Poll::Ready(None),
            (None, Poll::Pending) => Poll::Pending,
        }
    }
}

impl Drop for StreamedBody {
    fn drop(&mut self) {
        self.slot.close();
    }
}

/// The body of a response for a server: bytes that are there, or a stream of them.
pub struct ResponseBody<Guard = ()>(Sort, Guard);

enum Sort {
    Whole(Full<Bytes>),
    Streamed(StreamedBody),
}

impl<Guard> fmt::Debug for ResponseBody<Guard> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("is_streamed", &self.is_streamed()).finish_non_exhaustive()
    }
}

impl ResponseBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self(Sort::Whole(Full::new(bytes)), ())
    }

    pub(crate) fn streamed(body: StreamedBody) -> Self {
        Self(Sort::Streamed(body), ())
    }

    /// All of it, or what came before it failed.
    pub async fn collected(mut self) -> (Bytes, Result<()>) {
        let mut pieces = Vec::new();
        let outcome = loop {
            match poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await {
                Some(Ok(frame)) => pieces.extend(frame.into_data()),
                Some(Err(error)) => break Err(error),
                None => break Ok(()),
            }
        };
        let bytes = match pieces.len() {
            0 | 1 => pieces.pop().unwrap_or_default(),
            _ => pieces.concat().into(),
        };
        (bytes, outcome)
    }

    /// The same body, with which something is kept until it has been sent.
    pub(crate) fn guarded<Guard>(self, guard: Guard) -> ResponseBody<Guard> {
        ResponseBody(self.0, guard)
    }
}

impl<Guard> ResponseBody<Guard> {
    /// Whether it is made while it is sent.
    pub fn is_streamed(&self) -> bool {
        matches!(self.0, Sort::Streamed(_))
    }
}

impl<Guard: Unpin> Body for ResponseBody<Guard> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        match &mut self.0 {
            Sort::Whole(full) => Pin::new(full).poll_frame(cx).map_err(|never| match never {}),
            Sort::Streamed(body) => {
                body.poll_next(cx).map(|next| next.map(|chunk| chunk.map(Frame::data).inspect_err(tell)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Sort::Whole(full) => full.is_end_stream(),
            Sort::Streamed(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Sort::Whole(full) => full.size_hint(),
            Sort::Streamed(_) => SizeHint::default(),
        }
    }
}

/// The status has been sent: that something went wrong is told to the log, and to the client by a connection that ends.
fn tell(error: &Error) {
    match error {
        Error::Internal(failure) => failure.log(),
        error => tracing::warn!(reason = %Quoted(&error.to_string()), "a streamed response was cut short"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_piece_is_made_when_the_one_before_it_was_taken() {
        let made = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&made);
        let mut body = StreamedBody::new(|mut chunks| async move {
            for number in 1..=3 {
                *counter.lock().unwrap_or_else(PoisonError::into_inner) = number;
                chunks.send(number.to_string()).await?;
                chunks.send("").await?;
            }
            Ok(())
        });
        let made = || *made.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(made(), 0);
        for number in 1..=3 {
            let chunk = body.next().await.expect("a piece").expect("no error");
            assert_eq!((chunk, made()), (Bytes::from(number.to_string()), number));
        }
        assert!(body.next().await.is_none() && body.next().await.is_none());
    }

    #[tokio::test]
    async fn what_goes_wrong_comes_after_what_was_sent() {
        let mut body = StreamedBody::new(|mut chunks| async move {
            chunks.send("one").await?;
            panic!("no two")
        });
        assert_eq!(body.next().await.expect("a piece").expect("no error"), "one");
        assert!(body.next().await.expect("an end").expect_err("a panic").to_string().contains("no two"));
        assert!(body.next().await.is_none());
    }

    #[tokio::test]
    async fn another_task_learns_that_nobody_reads_any_more() {
        let (told, learned) = tokio::sync::oneshot::channel();
        let mut body = StreamedBody::new(|mut chunks| async move {
            let sending = tokio::spawn(async move {
                let mut sent = 0;
                while chunks.send("piece").await.is_ok() {
                    sent += 1;
                }
                let _ = told.send(sent);
            });
            sending.await.map_err(Error::internal)
        });
        assert_eq!(body.next().await.expect("a piece").expect("no error"), "piece");
        drop(body);
        assert!(learned.await.expect("an end") <= 2);
    }
}
