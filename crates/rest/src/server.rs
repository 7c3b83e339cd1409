//! The door: HTTP/1.1 by hyper, with bounded bodies and a quiet end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::application::Application;
use crate::middleware;
use crate::request::{Body, Parts};
use crate::response::Response;

/// The longest body, in bytes, unless `data_upload_max_memory_size` is more than that: files of a form may be longer than
/// the setting.
const LONGEST_BODY: usize = 2_621_440;

/// How long a client may take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);

/// How much more of a body that is too long is read all the same, so that the client is there to read the answer.
const MOST_DRAINED: usize = 15 * LONGEST_BODY;

/// How long requests under way are waited for when the server is asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves an application until `stop` is done, then lets the requests under way finish.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    application: Arc<Application>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let port = listener.local_addr()?.port();
    let mut connections = JoinSet::new();
    let (farewell, _) = tokio::sync::watch::channel(false);
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                // Small answers are not held back to be sent together.
                let _ = stream.set_nodelay(true);
                let ends = Ends { peer, port };
                connections.spawn(connection(Arc::clone(&application), stream, ends, farewell.subscribe()));
            }
            // Out of file descriptors, or a client that is gone: others may still come.
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let _ = farewell.send(true);
    let _ = tokio::time::timeout(FAREWELL, async { while connections.join_next().await.is_some() {} }).await;
    Ok(())
}

/// Who is at the other end of a connection, and where it came in.
#[derive(Clone, Copy)]
struct Ends {
    peer: SocketAddr,
    port: u16,
}

async fn connection(
    application: Arc<Application>,
    stream: tokio::net::TcpStream,
    ends: Ends,
    mut farewell: tokio::sync::watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let application = Arc::clone(&application);
        async move { Ok::<_, std::convert::Infallible>(answer(&application, request, ends).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
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

async fn answer(
    application: &Arc<Application>,
    request: http::Request<Incoming>,
    ends: Ends,
) -> http::Response<Full<Bytes>> {
    let (head, incoming) = request.into_parts();
    let is_head = head.method == http::Method::HEAD;
    let most = application.settings.uploads.data_upload_max_memory_size.unwrap_or(usize::MAX);
    let body = match tokio::time::timeout(BODY_TIMEOUT, read(incoming, most.max(LONGEST_BODY))).await {
        Ok(Ok(body)) => body,
        // The client went away before the end of its body: nobody waits for the answer.
        Ok(Err(_)) => return http::Response::default(),
        Err(_) => return into_http(Response::empty(408), is_head, true),
    };
    let unread = matches!(body, Body::TooLarge);
    let response = middleware::handle(application, parts(head, body, ends)).await;
    into_http(response, is_head, unread)
}

fn parts(head: http::request::Parts, body: Body, ends: Ends) -> Parts {
    let raw_path = head.uri.path().to_owned();
    Parts {
        method: head.method.as_str().to_ascii_uppercase(),
        path: decoded(&raw_path),
        raw_path,
        query_string: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
        peer: Some(ends.peer.ip()),
        port: ends.port,
    }
}

/// Reads a body of so many bytes at the most. Of a longer one nothing is kept.
async fn read(mut incoming: Incoming, longest: usize) -> Result<Body, hyper::Error> {
    if incoming.is_end_stream() {
        return Ok(Body::Read(Bytes::new()));
    }
    let mut bytes = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = incoming.frame().await {
        let Ok(chunk) = frame?.into_data() else { continue };
        length += chunk.len();
        if length > longest.saturating_add(MOST_DRAINED) {
            break;
        }
        if length > longest {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(if length > longest { Body::TooLarge } else { Body::Read(bytes.freeze()) })
}

/// A path percent-decoded as Django does it: what is not UTF-8 stays quoted.
fn decoded(raw: &str) -> String {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(raw).collect();
    let mut path = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        path.push_str(chunk.valid());
        for byte in chunk.invalid() {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

fn into_http(response: Response, is_head: bool, close: bool) -> http::Response<Full<Bytes>> {
    let Response { status, headers, content } = response;
    let body = if is_head { Bytes::new() } else { content.into_bytes().into() };
    let mut answer = http::Response::new(Full::new(body));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    if close {
        answer.headers_mut().insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
    }
    answer
}
