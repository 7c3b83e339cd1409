//! The server: every wait has a deadline, and everything that clients can use has a limit. HTTP/1.1 is hyper's, HTTP/2 that
//! of the crate `h2`.

mod alarm;
mod connection;
mod framing;
mod http1;
#[cfg(feature = "http2")]
mod http2;
mod lingering;
mod opening;
mod stream;
mod taking;
mod tls;
mod wire;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub use crate::body::BodyLimits;
pub use crate::clients::{Limits, ServerSettings};
use crate::request::{Origin, Parts};
use crate::response::Response;

use connection::Connection;
#[cfg(feature = "http2")]
pub(crate) use http2::StreamBody;
pub use tls::Tls;

/// A program that the server serves.
pub trait Serve: Send + Sync + 'static {
    /// The table `[server]`.
    fn settings(&self) -> &ServerSettings;

    /// What all clients share.
    fn limits(&self) -> &Arc<Limits>;

    /// The certificate and its key, where the server speaks HTTPS.
    fn tls(&self) -> Option<&Tls>;

    /// A request of the program.
    type Request: Send;

    /// Makes a request of its parts, before its turn has come.
    fn request(&self, parts: Parts) -> Self::Request;

    /// Answers a request.
    fn respond(&self, request: Self::Request) -> impl Future<Output = Response> + Send;
}

/// How long a connection may stand still.
#[derive(Clone, Copy, Debug)]
struct Deadlines {
    /// Without a request.
    idle: Duration,
    /// From a head's first byte to its last.
    head: Duration,
    /// For each 64 KiB of an answer.
    write: Duration,
}

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
                    spare.refuse(listener, |stream| self.refuse(stream));
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let Some(place) = self.application.limits().enter(peer.ip()) else {
            self.application.limits().tell_refusal("there are as many as the settings of [server] allow");
            return self.refuse(&stream);
        };
        // Small answers are not held back to be sent together.
        let _ = stream.set_nodelay(true);
        let is_encrypted = self.application.tls().is_some();
        let origin = Origin { peer: peer.ip(), port: self.port, is_encrypted };
        let connection = Connection::new(Arc::clone(&self.application), origin, place);
        tokio::spawn(opening::serve(connection, stream, self.deadlines, self.farewell.subscribe()));
    }

    /// Tells a client that there is no place for it, as far as that takes no waiting.
    fn refuse(&self, stream: &TcpStream) {
        // Who speaks TLS would not understand it.
        if self.application.tls().is_none() {
            let _ = stream.try_write(REFUSAL);
        }
        // What was read is not answered by a reset, which could overtake the answer.
        let _ = stream.try_read(&mut [0; 1024]);
    }
}

/// A spare descriptor for when there are no others: with it, further clients are accepted and refused at once;
/// without it, they would wait until they time out.
struct Spare(Option<std::fs::File>);

impl Spare {
    fn new() -> Self {
        Self(std::fs::File::open("/dev/null").ok())
    }

    fn refuse(&mut self, listener: &TcpListener, refuse: impl Fn(&TcpStream)) {
        self.0.take();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..64 {
            let std::task::Poll::Ready(Ok((stream, _))) = listener.poll_accept(&mut context) else { break };
            refuse(&stream);
        }
        *self = Self::new();
    }
}
