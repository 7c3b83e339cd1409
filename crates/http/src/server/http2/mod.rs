//! HTTP/2, on the crate `h2`.
//!
//! One task drives a connection, and each stream has a task of its own. What HTTP/1 limits by the bytes of a connection has
//! three places here: `frames` and `bytes` follow the frames on the wire, so that a head that does not end and a client that
//! takes nothing have their deadlines; `answer` waits for the window of one stream, so that who reads one answer does not
//! keep others in memory; and `streams` counts the requests that are not over, whether or not the client has reset their
//! streams.

mod answer;
mod body;
mod bytes;
mod frames;
mod message;
mod streams;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use ::bytes::Bytes;
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::alarm::Alarm;
use super::connection::Connection;
use super::taking::WRITE_WINDOW;
use super::wire::Wire;
use super::{Deadlines, Serve, ServerSettings};
use crate::arriving::Arriving;
use crate::body::Body;

use answer::Sending;
pub(crate) use body::StreamBody;
use bytes::FrameBytes;
use streams::{Streams, UnderWay};

/// Bytes of bodies that are in memory before anybody reads them, for each stream and for all of a connection together: the
/// least that a connection has.
const RECEIVE_WINDOW: u32 = 65_535;

/// Streams that a client resets before they are looked at.
const MOST_RESET_UNSEEN: usize = 20;

/// Streams of one connection that are malformed.
const MOST_MALFORMED: usize = 100;

/// Streams that are refused before the connection is.
const MOST_REFUSED: usize = 100;

/// How long a connection that is to end stays open without a request: until the client has heard of it.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a connection until it is closed, or until the farewell and the end of the requests that are under way.
pub(super) async fn serve<A: Serve>(
    connection: Connection<A>,
    wire: Wire,
    deadlines: Deadlines,
    mut farewell: watch::Receiver<bool>,
) {
    let streams = Arc::<Streams>::default();
    let bytes = FrameBytes::new(wire, Arc::clone(connection.place()), deadlines, Arc::clone(&streams));
    let handshake = tokio::select! {
        handshake = builder(connection.settings()).handshake(bytes) => handshake,
        _ = farewell.changed() => return,
    };
    let outcome = match handshake {
        Ok(frames) => Driver::new(connection, frames, deadlines, streams).drive(farewell).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn builder(settings: &ServerSettings) -> Builder {
    let mut builder = Builder::new();
    builder
        .initial_window_size(RECEIVE_WINDOW)
        .initial_connection_window_size(RECEIVE_WINDOW)
        .max_concurrent_streams(settings.http2_max_concurrent_streams)
        .max_header_list_size(settings.max_head_size)
        .max_send_buffer_size(WRITE_WINDOW)
        .max_pending_accept_reset_streams(MOST_RESET_UNSEEN)
        .max_local_error_reset_streams(Some(MOST_MALFORMED));
    builder
}

/// Drives a connection.
struct Driver<A> {
    connection: Connection<A>,
    frames: h2::server::Connection<FrameBytes, Bytes>,
    deadlines: Deadlines,
    streams: Arc<Streams>,
    /// Streams whose answer failed in the middle. What came before is written before they are reset.
    cut_short: (mpsc::UnboundedSender<SendStream<Bytes>>, mpsc::UnboundedReceiver<SendStream<Bytes>>),
    state: State,
    /// How many streams were refused.
    refused: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// The client was told to begin no further streams; those that it has begun by then are served.
    Leaving,
    /// The same, and no further stream is served.
    Full,
    /// What is to be said is said, and then the connection is closed.
    Closing,
}

impl<A: Serve> Driver<A> {
    fn new(
        connection: Connection<A>,
        frames: h2::server::Connection<FrameBytes, Bytes>,
        deadlines: Deadlines,
        streams: Arc<Streams>,
    ) -> Self {
        let cut_short = mpsc::unbounded_channel();
        Self { connection, frames, deadlines, streams, cut_short, state: State::Open, refused: 0 }
    }

    async fn drive(mut self, mut farewell: watch::Receiver<bool>) -> Result<(), h2::Error> {
        let mut idle = Idle::default();
        loop {
            let patience = match self.state {
                State::Open => self.deadlines.idle,
                _ => self.deadlines.idle.min(FAREWELL),
            };
            tokio::select! {
                // Whatever can be written is written before a stream is reset.
                biased;
                accepted = self.frames.accept() => match accepted {
                    Some(accepted) => {
                        let (request, respond) = accepted?;
                        self.begin(request, respond);
                    }
                    None => return Ok(()),
                },
                Some(mut stream) = self.cut_short.1.recv() => stream.send_reset(Reason::INTERNAL_ERROR),
                () = idle.ended(&self.streams, patience), if self.state != State::Closing => {
                    self.close(Reason::NO_ERROR);
                }
                () = self.streams.ended() => {}
                _ = farewell.changed(), if self.state == State::Open => self.leave(State::Leaving),
            }
        }
    }

    /// Tells the client to begin no further streams.
    fn leave(&mut self, state: State) {
        if self.state == State::Open {
            self.frames.graceful_shutdown();
        }
        self.state = state;
    }

    fn close(&mut self, reason: Reason) {
        self.frames.abrupt_shutdown(reason);
        self.state = State::Closing;
    }

    /// Begins to answer a request.
    fn begin(&mut self, request: http::Request<RecvStream>, respond: SendResponse<Bytes>) {
        let Some(under_way) = self.under_way() else { return self.refuse(respond) };
        let was_pipelined = self.streams.count() > 1;
        if self.connection.count_request() {
            self.leave(State::Full);
        }
        let (mut head, receiving) = request.into_parts();
        let is_head = head.method == http::Method::HEAD;
        let (write, cut_short) = (self.deadlines.write, self.cut_short.0.clone());
        let sending = Sending { respond, is_head, write, cut_short };
        if let Err(status) = message::complete(&mut head) {
            return answer::refuse(sending, status);
        }
        let (wants, wanted) = message::expects_continue(&head).then(oneshot::channel).unzip();
        let body = StreamBody::new(&head, receiving, wants);
        let body = Arc::new(Body::new(Arriving::Http2(Box::new(body))));
        let work = self
            .connection
            .answer(head, body, was_pipelined, move |response| (response.into_http(is_head), under_way));
        tokio::spawn(answer::send(work, sending, wanted));
    }

    /// A further request, if there may be one. Who resets its streams begins others, while the handlers of those go on.
    fn under_way(&self) -> Option<UnderWay> {
        let most = self.connection.settings().http2_max_concurrent_streams as usize;
        let count = self.streams.count();
        if !matches!(self.state, State::Open | State::Leaving) || count >= most {
            return None;
        }
        let beside = match count {
            0 => None,
            _ => Some(self.connection.place().beside()?),
        };
        Some(self.streams.begin(beside))
    }

    /// Refuses a stream, which the client may begin again elsewhere. Who does not stop is refused itself.
    fn refuse(&mut self, mut respond: SendResponse<Bytes>) {
        respond.send_reset(Reason::REFUSED_STREAM);
        self.refused += 1;
        if self.refused > MOST_REFUSED && self.state != State::Closing {
            self.close(Reason::ENHANCE_YOUR_CALM);
        }
    }
}

/// How long a connection has no request.
#[derive(Default)]
struct Idle {
    since: Option<Instant>,
    alarm: Alarm,
}

impl Idle {
    /// Done when the connection had no request for so long.
    async fn ended(&mut self, streams: &Streams, patience: Duration) {
        poll_fn(|cx| {
            if !streams.is_idle() {
                self.since = None;
                return std::task::Poll::Pending;
            }
            let since = *self.since.get_or_insert_with(Instant::now);
            self.alarm.poll(cx, since + patience)
        })
        .await;
    }
}
