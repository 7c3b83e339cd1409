//! The bytes of a connection, with deadlines: a client that sends or takes nothing does not keep its place.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::Deadlines;
use super::alarm::Alarm;
use super::framing::{BodyFraming, Followed, Position};
use super::lingering::Lingering;
use super::taking::Taking;
use super::wire::Wire;
use crate::clients::Place;

/// How long what is left of a body is taken off the wire.
const LINGER_TIMEOUT: Duration = Duration::from_secs(5);

/// What the stream has to know of the requests on it.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    /// Requests whose handler is not done or whose body is still read.
    under_way: AtomicUsize,
    /// How the body of the last request is delimited, until the stream has read that.
    framing: AtomicU64,
    /// Whether the last head came together with the request before it.
    was_pipelined: AtomicBool,
}

const UNKNOWN: u64 = 0;
const NO_BODY: u64 = 1;
const CHUNKED: u64 = 2;
const LENGTH: u64 = 3;

impl Exchange {
    /// A request begins; it is under way until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>, framing: BodyFraming) -> UnderWay {
        let code = match framing {
            BodyFraming::None => NO_BODY,
            BodyFraming::Chunked => CHUNKED,
            BodyFraming::Length(length) => length.saturating_add(LENGTH),
        };
        self.framing.store(code, Ordering::Release);
        UnderWay::of(self)
    }

    fn take_framing(&self) -> Option<BodyFraming> {
        match self.framing.swap(UNKNOWN, Ordering::AcqRel) {
            UNKNOWN => None,
            NO_BODY => Some(BodyFraming::None),
            CHUNKED => Some(BodyFraming::Chunked),
            length => Some(BodyFraming::Length(length - LENGTH)),
        }
    }

    /// Whether the request that begins came together with the one before it.
    pub(super) fn was_pipelined(&self) -> bool {
        self.was_pipelined.load(Ordering::Relaxed)
    }

    fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::Acquire) == 0
    }
}

/// A request that is not over.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Exchange>);

impl UnderWay {
    fn of(exchange: &Arc<Exchange>) -> Self {
        exchange.under_way.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(exchange))
    }
}

impl Clone for UnderWay {
    fn clone(&self) -> Self {
        Self::of(&self.0)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A client's connection.
pub(super) struct ClientStream {
    stream: Wire,
    place: Arc<Place>,
    deadlines: Deadlines,
    exchange: Arc<Exchange>,
    position: Position,
    /// What came behind a head and is not given to hyper yet.
    held: Vec<u8>,
    /// How much of that is given out by now.
    released: usize,
    /// Since when nothing but this is waited for: the next request, or the rest of a head.
    waiting_since: Option<Instant>,
    reading: Alarm,
    taking: Taking,
    lingering: Option<Lingering>,
}

impl ClientStream {
    pub(super) fn new(
        stream: Wire,
        place: Arc<Place>,
        deadlines: Deadlines,
        exchange: Arc<Exchange>,
    ) -> Self {
        Self {
            stream,
            place,
            deadlines,
            exchange,
            position: Position::START,
            held: Vec::new(),
            released: 0,
            waiting_since: None,
            reading: Alarm::default(),
            taking: Taking::default(),
            lingering: None,
        }
    }

    /// hyper has understood the head that was read last: what follows it is its body.
    fn enter_body(&mut self) {
        if self.position == Position::HeadEnd
            && let Some(framing) = self.exchange.take_framing()
        {
            self.position = Position::after_head(framing);
        }
    }

    /// Follows bytes that came: how many of them hyper is given now, and whether the last of those is a bare line feed
    /// that ends a line of a head.
    fn follow(&mut self, bytes: &[u8]) -> (usize, bool) {
        let was_between = self.position.is_between_requests();
        let followed = self.position.follow(bytes);
        if was_between && !self.position.is_between_requests() {
            self.waiting_since = None;
        }
        match followed {
            Followed::All => (bytes.len(), false),
            Followed::HeadEnd(length) => (length, false),
            Followed::BareLineFeed(length) => {
                tracing::warn!("a request was refused: a line of its head ends without a carriage return");
                (length, true)
            }
        }
    }

    /// Bytes were read behind `start`: what stands behind the end of a head is kept back.
    fn hold_back(&mut self, buf: &mut ReadBuf<'_>, start: usize) {
        self.exchange.was_pipelined.store(false, Ordering::Relaxed);
        let (length, is_bare) = self.follow(&buf.filled()[start..]);
        self.held.extend_from_slice(&buf.filled()[start + length..]);
        buf.set_filled(start + length);
        spoil(buf, is_bare);
    }

    /// Gives out what was kept back, at most to the end of the next head.
    fn release(&mut self, buf: &mut ReadBuf<'_>) {
        self.exchange.was_pipelined.store(true, Ordering::Relaxed);
        let held = std::mem::take(&mut self.held);
        let end = held.len().min(self.released + buf.remaining());
        let (length, is_bare) = self.follow(&held[self.released..end]);
        buf.put_slice(&held[self.released..self.released + length]);
        spoil(buf, is_bare);
        self.released += length;
        if self.released < held.len() {
            self.held = held;
        } else {
            self.released = 0;
        }
    }

    /// Nothing has come: how long may that go on?
    fn poll_read_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let patience = match self.position {
            position if position.is_inside_head() => self.deadlines.head,
            _ if self.exchange.is_idle() && !self.taking.is_blocked() => self.deadlines.idle,
            // A handler is at work, or reads a body under a deadline of its own, or an answer is on its way.
            _ => {
                self.waiting_since = None;
                return Poll::Pending;
            }
        };
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        ready!(self.reading.poll(cx, since + patience));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client sent nothing for too long")))
    }

    /// The client takes nothing: how long may that go on?
    fn poll_write_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.taking.poll_deadline(cx, self.deadlines.write));
        self.stream.forget();
        Poll::Ready(io::Error::new(
            io::ErrorKind::TimedOut,
            "the client took too little of an answer for too long",
        ))
    }

    /// Takes what is left of a body off the wire.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { stream, place, position, lingering: Some(lingering), .. } = self else {
            return Poll::Ready(());
        };
        lingering.poll(cx, stream, place, |bytes| {
            position.follow(bytes);
            position.is_inside_body()
        })
    }

    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(Ok(bytes)) => {
                self.taking.progress(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.poll_write_deadline(cx).map(Err),
        }
    }
}

/// Makes the last byte one that no head may have: hyper answers 400 and closes the connection.
fn spoil(buf: &mut ReadBuf<'_>, is_bare: bool) {
    if is_bare && let Some(last) = buf.filled_mut().last_mut() {
        *last = 0;
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.enter_body();
        if !this.held.is_empty() {
            this.release(buf);
            return Poll::Ready(Ok(()));
        }
        let start = buf.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                this.hold_back(buf, start);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => this.poll_read_deadline(cx),
        }
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.poll_written(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.poll_written(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when it has nothing more to write: the client is up to date. Whether something comes is not asked
    /// again before something does, so that the time without a request begins here.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Poll::Ready(flushed) = Pin::new(&mut self.stream).poll_flush(cx) else {
            return self.poll_write_deadline(cx).map(Err);
        };
        self.taking.up_to_date();
        if self.exchange.is_idle() && !self.position.is_inside_head() {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            // If it is over by then, the next look at what came says so.
            let deadline = since + self.deadlines.idle;
            let _ = self.reading.poll(cx, deadline);
        }
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            let Poll::Ready(shut_down) = Pin::new(&mut self.stream).poll_shutdown(cx) else {
                return self.poll_write_deadline(cx).map(Err);
            };
            shut_down?;
            self.lingering = Some(Lingering::new(&self.place, LINGER_TIMEOUT));
            self.enter_body();
            let (held, released) = (std::mem::take(&mut self.held), self.released);
            self.position.follow(&held[released..]);
        }
        self.poll_linger(cx).map(Ok)
    }
}
