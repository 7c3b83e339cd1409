//! The HTTP/1.1 server, on hyper: every wait has a deadline, and everything that clients can use has a limit.

mod alarm;
mod framing;
mod stream;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub use crate::body::BodyLimits;
use crate::body::{Body, Unread};
use crate::clients::{Begun, Place};
pub use crate::clients::{Limits, ServerSettings};
use crate::request::Parts;
use crate::response::{Response, ResponseBody};
use crate::run_to_end::{Presence, RunToEnd};

use framing::BodyFraming;
use stream::{ClientStream, Deadlines, Exchange, UnderWay};

/// A program that the server serves.
pub trait Serve: Send + Sync + 'static {
    /// The table `[server]`.
    fn settings(&self) -> &ServerSettings;

    /// What all clients share.
    fn limits(&self) -> &Arc<Limits>;

    /// A request of the program.
    type Request: Send;

    /// Makes a request of its parts, before its turn has come.
    fn request(&self, parts: Parts) -> Self::Request;

    /// Answers a request.
    fn respond(&self, request: Self::Request) -> impl Future<Output = Response> + Send;
}

/// When an unread body is longer than this, the connection is closed after the response.
const KEPT_THROUGH: u64 = 65_536;

/// How long it may take to arrive.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// What a client reads for whom there is no place.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Serves an application until `stop` is done, then waits for the running requests, up to the setting
/// `server.shutdown_timeout`.
///
/// # Errors
/// When the listener fails permanently.
pub async fn serve(
    application: Arc<impl Serve>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let settings = &application.settings();
    let deadlines = Deadlines {
        idle: Duration::from_secs(settings.keep_alive_timeout),
        head: Duration::from_secs(settings.header_timeout),
        write: Duration::from_secs(settings.write_timeout),
    };
    let shutdown = Duration::from_secs(settings.shutdown_timeout);
    let (farewell, _) = watch::channel(false);
    let port = listener.local_addr()?.port();
    let door = Door { application: Arc::clone(&application), port, deadlines, farewell: farewell.clone() };
    tokio::select! {
        never = door.accept_all(&listener) => match never {},
        () = stop => {}
    }
    drop((listener, door));
    let _ = farewell.send(true);
    if tokio::time::timeout(shutdown, application.limits().emptied()).await.is_err() {
        tracing::warn!("some requests were not done when the server stopped");
    }
    Ok(())
}

/// The listener and its limits.
struct Door<A> {
    application: Arc<A>,
    port: u16,
    deadlines: Deadlines,
    farewell: watch::Sender<bool>,
}

impl<A: Serve> Door<A> {
    async fn accept_all(&self, listener: &TcpListener) -> Infallible {
        let mut spare = Spare::new();
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.admit(stream, peer),
                // A client that is gone, or no descriptor for it: others may still come.
                Err(error) => {
                    self.application.limits().tell_refusal(&error.to_string());
                    spare.refuse(listener);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let Some(place) = self.application.limits().enter(peer.ip()) else {
            self.application.limits().tell_refusal("there are as many as the settings of [server] allow");
            return refuse(&stream);
        };
        // Small answers are not held back to be sent together.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            application: Arc::clone(&self.application),
            peer,
            port: self.port,
            place: Arc::new(place),
            exchange: Arc::default(),
            requests: AtomicU32::new(0),
        };
        tokio::spawn(connection.serve(stream, self.deadlines, self.farewell.subscribe()));
    }
}

/// Tells a client that there is no place for it, as far as that takes no waiting.
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(REFUSAL);
    // What was read is not answered by a reset, which could overtake the answer.
    let _ = stream.try_read(&mut [0; 1024]);
}

/// A spare descriptor for when there are no others: with it, further clients are accepted and refused at once;
/// without it, they would wait until they time out.
struct Spare(Option<std::fs::File>);

impl Spare {
    fn new() -> Self {
        Self(std::fs::File::open("/dev/null").ok())
    }

    fn refuse(&mut self, listener: &TcpListener) {
        self.0.take();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..64 {
            let std::task::Poll::Ready(Ok((stream, _))) = listener.poll_accept(&mut context) else { break };
            refuse(&stream);
        }
        *self = Self::new();
    }
}

/// One client's connection.
struct Connection<A> {
    application: Arc<A>,
    peer: SocketAddr,
    port: u16,
    place: Arc<Place>,
    exchange: Arc<Exchange>,
    requests: AtomicU32,
}

impl<A: Serve> Connection<A> {
    async fn serve(self, stream: TcpStream, deadlines: Deadlines, mut farewell: watch::Receiver<bool>) {
        let stream =
            ClientStream::new(stream, Arc::clone(&self.place), deadlines, Arc::clone(&self.exchange));
        let head = self.application.settings().max_head_size as usize;
        let service = service_fn(|request| self.answer(request));
        let connection = hyper::server::conn::http1::Builder::new()
            .header_read_timeout(None)
            .max_header_size(head)
            .max_buf_size(head.max(LEAST_BUFFER))
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let outcome = tokio::select! {
            outcome = connection.as_mut() => outcome,
            _ = farewell.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            tracing::debug!(%error, "a connection ended early");
        }
    }

    /// Answers a request. The handler runs to its end even if the client hangs up.
    fn answer(
        &self,
        request: http::Request<Incoming>,
    ) -> impl Future<Output = Result<http::Response<SentBody>, Infallible>> + Send + use<A> {
        let under_way = self.exchange.begin(framing_of(&request));
        let was_pipelined = self.exchange.was_pipelined();
        let is_last = self.count_request();
        let (place, application) = (Arc::clone(&self.place), Arc::clone(&self.application));
        let presence = Arc::new(Presence::default());
        let (head, incoming) = request.into_parts();
        let is_head = head.method == http::Method::HEAD;
        let body = Arc::new(Body::new(incoming));
        let client = (self.peer.ip(), self.port);
        // What is large is put where it stays before there is a future, which would be moved with it.
        let request =
            self.application.request(Parts::of(head, Arc::clone(&body), client, Arc::clone(&presence)));
        RunToEnd::new(presence, async move {
            let turn = place.turn(was_pipelined).await;
            let answer = std::pin::pin!(application.respond(request));
            let response = Begun::new(answer, turn).await;
            let sending = response.is_streamed().then(|| under_way.clone());
            let close = ends_connection(&body, under_way, is_last);
            Ok(into_http(response, is_head, close, sending))
        })
    }

    /// Counts a request; whether it is the last that this connection may bring.
    fn count_request(&self) -> bool {
        let most = self.application.settings().max_requests_per_connection;
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        most > 0 && number >= most
    }
}

/// The least buffer that hyper works with.
const LEAST_BUFFER: usize = 8192;

fn framing_of(request: &http::Request<Incoming>) -> BodyFraming {
    match request.body().size_hint().exact() {
        _ if request.headers().contains_key(TRANSFER_ENCODING) => BodyFraming::Chunked,
        Some(length) => BodyFraming::Length(length),
        None => BodyFraming::None,
    }
}

/// Whether the connection ends with this answer, by what is left of the body.
fn ends_connection(body: &Body, under_way: UnderWay, is_last: bool) -> bool {
    match body.unread() {
        Unread::Nothing => is_last,
        Unread::Broken => true,
        Unread::All(body) if body.size_hint().exact().is_some_and(|length| length <= KEPT_THROUGH) => {
            tokio::spawn(drain(body, under_way));
            is_last
        }
        // The stream takes what is left of it off the wire.
        Unread::All(_) | Unread::Rest => true,
    }
}

/// Reads a short body to its end.
async fn drain(mut body: Incoming, under_way: UnderWay) {
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, all).await;
    drop(under_way);
}

/// A body on its way. The request is under way until the last piece of a streamed one has been made.
type SentBody = ResponseBody<Option<UnderWay>>;

fn into_http(
    response: Response,
    is_head: bool,
    close: bool,
    sending: Option<UnderWay>,
) -> http::Response<SentBody> {
    let mut answer = response.into_http(is_head).map(|body| body.guarded(sending));
    if close {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}
