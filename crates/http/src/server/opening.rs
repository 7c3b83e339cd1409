//! What a connection speaks: TLS or not, and which version of HTTP.

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::connection::Connection;
use super::wire::Wire;
use super::{Deadlines, Serve, http1};

/// Serves a connection in the protocol that it speaks.
#[cfg(not(any(feature = "http2", feature = "tls")))]
pub(super) fn serve<A: Serve>(
    connection: Connection<A>,
    stream: TcpStream,
    deadlines: Deadlines,
    farewell: watch::Receiver<bool>,
) -> impl Future<Output = ()> + Send {
    http1::serve(connection, Wire::plain(stream), deadlines, farewell)
}

#[cfg(any(feature = "http2", feature = "tls"))]
pub(super) use of_features::serve;

#[cfg(any(feature = "http2", feature = "tls"))]
mod of_features {
    #[cfg(feature = "http2")]
    use std::future::poll_fn;
    #[cfg(feature = "http2")]
    use std::pin::Pin;

    #[cfg(feature = "http2")]
    use tokio::io::{AsyncRead, ReadBuf};

    use super::*;
    use crate::server::{ServerSettings, Tls};

    /// A connection whose protocol is known.
    enum Opened {
        Http1(Wire),
        #[cfg(feature = "http2")]
        Http2(Wire),
    }

    /// Serves a connection in the protocol that it speaks.
    pub(in crate::server) async fn serve<A: Serve>(
        connection: Connection<A>,
        stream: TcpStream,
        deadlines: Deadlines,
        mut farewell: watch::Receiver<bool>,
    ) {
        let opening = open(stream, connection.tls(), connection.settings(), deadlines);
        // Without the memory of what comes later, and the other way round.
        let opened = tokio::select! {
            opened = Box::pin(opening) => opened,
            _ = farewell.changed() => None,
        };
        match opened {
            Some(Opened::Http1(wire)) => http1::serve(connection, wire, deadlines, farewell).await,
            #[cfg(feature = "http2")]
            Some(Opened::Http2(wire)) => {
                Box::pin(super::super::http2::serve(connection, wire, deadlines, farewell)).await;
            }
            None => {}
        }
    }

    /// Finds out what a connection speaks; nothing when it is closed or does not say so in time.
    async fn open(
        stream: TcpStream,
        tls: Option<&Tls>,
        settings: &ServerSettings,
        deadlines: Deadlines,
    ) -> Option<Opened> {
        #[cfg(feature = "tls")]
        if let Some(tls) = tls {
            return encrypted(stream, tls, deadlines).await;
        }
        #[cfg(feature = "http2")]
        if settings.http2 {
            return by_first_bytes(stream, deadlines).await;
        }
        let _ = (tls, settings, deadlines);
        Some(Opened::Http1(Wire::plain(stream)))
    }

    /// Over TLS the two sides agree on it (ALPN).
    #[cfg(feature = "tls")]
    async fn encrypted(stream: TcpStream, tls: &Tls, deadlines: Deadlines) -> Option<Opened> {
        match tokio::time::timeout(deadlines.head, tls.accept(stream)).await {
            #[cfg(feature = "http2")]
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(super::super::tls::HTTP_2) => {
                Some(Opened::Http2(Wire::Encrypted(Box::new(stream))))
            }
            Ok(Ok(stream)) => Some(Opened::Http1(Wire::Encrypted(Box::new(stream)))),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => {
                tracing::debug!("a TLS handshake took too long");
                None
            }
        }
    }

    /// Without TLS a client that knows that the server speaks HTTP/2 begins with its preface (RFC 9113, section 3.3), which
    /// is no request of HTTP/1.
    #[cfg(feature = "http2")]
    async fn by_first_bytes(mut stream: TcpStream, deadlines: Deadlines) -> Option<Opened> {
        let mut first = vec![0; FIRST];
        let mut length = tokio::time::timeout(deadlines.idle, read(&mut stream, &mut first)).await.ok()??;
        let rest = async {
            while length < PREFACE.len() && PREFACE.starts_with(&first[..length]) {
                match read(&mut stream, &mut first[length..]).await {
                    Some(more) => length += more,
                    None => break,
                }
            }
        };
        tokio::time::timeout(deadlines.head, rest).await.ok()?;
        first.truncate(length);
        let is_http2 = first.starts_with(PREFACE);
        let wire = Wire::begun(stream, first.into());
        Some(if is_http2 { Opened::Http2(wire) } else { Opened::Http1(wire) })
    }

    /// What a client of HTTP/2 sends first.
    #[cfg(feature = "http2")]
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// How much is read to look for it: a usual request of HTTP/1 as a whole, which is then not read in two pieces.
    #[cfg(feature = "http2")]
    const FIRST: usize = 2048;

    /// Reads some bytes; nothing when the connection is closed.
    #[cfg(feature = "http2")]
    async fn read(stream: &mut TcpStream, into: &mut [u8]) -> Option<usize> {
        let mut buf = ReadBuf::new(into);
        // Not `try_read`: it would leave the socket marked as readable, so that the end of what a client sends overtook its
        // requests.
        poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, &mut buf)).await.ok()?;
        Some(buf.filled().len()).filter(|length| *length > 0)
    }
}
