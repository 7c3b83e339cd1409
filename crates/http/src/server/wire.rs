//! The bytes of a connection as they are for HTTP: on a socket, or decrypted.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(feature = "http2")]
use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(feature = "tls")]
use tokio_rustls::server::TlsStream;

/// A connection's bytes.
pub(super) enum Wire {
    Plain(Plain),
    #[cfg(feature = "tls")]
    Encrypted(Box<TlsStream<TcpStream>>),
}

/// A socket.
pub(super) struct Plain {
    stream: TcpStream,
    /// What was read to know the protocol, and is to be read again.
    #[cfg(feature = "http2")]
    first: Bytes,
}

impl Wire {
    /// A socket from which nothing was read.
    pub(super) fn plain(stream: TcpStream) -> Self {
        Self::Plain(Plain {
            stream,
            #[cfg(feature = "http2")]
            first: Bytes::new(),
        })
    }

    /// A socket from which these bytes were read.
    #[cfg(feature = "http2")]
    pub(super) fn begun(stream: TcpStream, first: Bytes) -> Self {
        Self::Plain(Plain { stream, first })
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(plain) => &plain.stream,
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => stream.get_ref().0,
        }
    }

    /// What the client never took is not kept for it by the operating system either.
    pub(super) fn forget(&self) {
        let _ = self.socket().set_zero_linger();
    }
}

impl AsyncRead for Plain {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        #[cfg(feature = "http2")]
        if !self.first.is_empty() {
            let length = self.first.len().min(buf.remaining());
            buf.put_slice(&self.first[..length]);
            self.first.advance(length);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(plain) => Pin::new(plain).poll_read(cx, buf),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(plain) => Pin::new(&mut plain.stream).poll_write(cx, bytes),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(plain) => Pin::new(&mut plain.stream).poll_write_vectored(cx, pieces),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => Pin::new(stream).poll_write_vectored(cx, pieces),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(plain) => plain.stream.is_write_vectored(),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(plain) => Pin::new(&mut plain.stream).poll_flush(cx),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(plain) => Pin::new(&mut plain.stream).poll_shutdown(cx),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
