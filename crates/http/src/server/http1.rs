//! HTTP/1.1, on hyper.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;

use super::connection::Connection;
use super::framing::BodyFraming;
use super::stream::{ClientStream, Exchange, UnderWay};
use super::wire::Wire;
use super::{Deadlines, Serve};
use crate::arriving::Arriving;
use crate::body::{Body, Unread};
use crate::response::{Response, ResponseBody};

/// When an unread body is longer than this, the connection is closed after the response.
const KEPT_THROUGH: u64 = 65_536;

/// How long it may take to arrive.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// The least buffer that hyper works with.
const LEAST_BUFFER: usize = 8192;

/// Serves a connection until it is closed, or until the farewell and the end of the request that is under way.
pub(super) async fn serve<A: Serve>(
    connection: Connection<A>,
    wire: Wire,
    deadlines: Deadlines,
    mut farewell: watch::Receiver<bool>,
) {
    let exchange = Arc::<Exchange>::default();
    let stream = ClientStream::new(wire, Arc::clone(connection.place()), deadlines, Arc::clone(&exchange));
    let head = connection.settings().max_head_size as usize;
    let service = service_fn(|request| answer(&connection, &exchange, request));
    let serving = hyper::server::conn::http1::Builder::new()
        .header_read_timeout(None)
        .max_header_size(head)
        .max_buf_size(head.max(LEAST_BUFFER))
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let outcome = tokio::select! {
        outcome = serving.as_mut() => outcome,
        _ = farewell.changed() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Answers a request.
fn answer<A: Serve>(
    connection: &Connection<A>,
    exchange: &Arc<Exchange>,
    request: http::Request<Incoming>,
) -> impl Future<Output = Result<http::Response<SentBody>, Infallible>> + Send + use<A> {
    let under_way = exchange.begin(framing_of(&request));
    let was_pipelined = exchange.was_pipelined();
    let is_last = connection.count_request();
    let (head, incoming) = request.into_parts();
    let is_head = head.method == http::Method::HEAD;
    let body = Arc::new(Body::new(Arriving::Http1(incoming)));
    connection.answer(head, Arc::clone(&body), was_pipelined, move |response| {
        let sending = response.is_streamed().then(|| under_way.clone());
        let close = ends_connection(&body, under_way, is_last);
        Ok(into_http(response, is_head, close, sending))
    })
}

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
        Unread::All(body) if body.announced().is_some_and(|length| length <= KEPT_THROUGH) => {
            tokio::spawn(drain(body, under_way));
            is_last
        }
        // The stream takes what is left of it off the wire.
        Unread::All(_) | Unread::Rest => true,
    }
}

/// Reads a short body to its end.
async fn drain(mut body: Arriving, under_way: UnderWay) {
    let all = async { while let Some(Ok(_)) = body.next().await {} };
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
