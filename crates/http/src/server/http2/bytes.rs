//! The bytes of a connection, with deadlines.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::frames::Frames;
use super::streams::Streams;
use crate::clients::Place;
use crate::server::Deadlines;
use crate::server::alarm::Alarm;
use crate::server::lingering::Lingering;
use crate::server::taking::Taking;
use crate::server::wire::Wire;

/// How long what a client sends after its last answer is taken off the wire.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// A client's connection.
pub(super) struct FrameBytes {
    wire: Wire,
    place: Arc<Place>,
    deadlines: Deadlines,
    streams: Arc<Streams>,
    frames: Frames,
    /// Since when a head is on its way.
    head_since: Option<Instant>,
    reading: Alarm,
    /// What the client takes of all that is written.
    taking: Taking,
    /// The last bytes that were written have found no room.
    is_blocked: bool,
    lingering: Option<Lingering>,
}

impl FrameBytes {
    pub(super) fn new(wire: Wire, place: Arc<Place>, deadlines: Deadlines, streams: Arc<Streams>) -> Self {
        Self {
            wire,
            place,
            deadlines,
            streams,
            frames: Frames::START,
            head_since: None,
            reading: Alarm::default(),
            taking: Taking::default(),
            is_blocked: false,
            lingering: None,
        }
    }

    /// Bytes have come.
    fn follow(&mut self, bytes: &[u8]) {
        if self.frames.follow(bytes) {
            self.head_since = None;
        }
        if self.frames.is_inside_head() {
            self.head_since.get_or_insert_with(Instant::now);
        }
    }

    /// Nothing has come: a head that is on its way has its time.
    fn poll_read_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.frames.is_inside_head() {
            return Poll::Pending;
        }
        let since = *self.head_since.get_or_insert_with(Instant::now);
        ready!(self.reading.poll(cx, since + self.deadlines.head));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "a head took too long to arrive")))
    }

    /// `h2` reads before it writes what there is: at this moment the client has taken everything, unless what was written
    /// last has found no room.
    fn begin_round(&mut self) {
        if !self.is_blocked {
            self.taking.up_to_date();
            self.streams.set_blocked(false);
        }
    }

    fn poll_written<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        self.is_blocked = outcome.is_pending();
        match outcome {
            Poll::Ready(Ok(written)) => {
                self.taking.progress(bytes(&written));
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                self.streams.set_blocked(true);
                ready!(self.taking.poll_deadline(cx, self.deadlines.write));
                self.wire.forget();
                Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the client took too little of its answers for too long",
                )))
            }
        }
    }
}

impl AsyncRead for FrameBytes {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.begin_round();
        let start = buf.filled().len();
        match Pin::new(&mut this.wire).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                this.follow(&buf.filled()[start..]);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => this.poll_read_deadline(cx),
        }
    }
}

impl AsyncWrite for FrameBytes {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.wire).poll_write(cx, bytes);
        self.poll_written(cx, outcome, |written| *written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.wire).poll_write_vectored(cx, pieces);
        self.poll_written(cx, outcome, |written| *written)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.wire).poll_flush(cx);
        self.poll_written(cx, outcome, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.lingering.is_none() {
            let outcome = Pin::new(&mut this.wire).poll_shutdown(cx);
            ready!(this.poll_written(cx, outcome, |()| 0))?;
            this.lingering = Some(Lingering::new(&this.place, LINGER_TIMEOUT));
        }
        let Some(lingering) = &mut this.lingering else { return Poll::Ready(Ok(())) };
        lingering.poll(cx, &mut this.wire, &this.place, |_| true).map(Ok)
    }
}
