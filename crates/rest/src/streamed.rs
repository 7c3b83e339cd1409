//! Lists that are streamed: their rows are read, written and sent batch by batch.

use std::sync::Arc;

use belleville_db::{Rows, Way};
use belleville_http::response::Chunks;
use belleville_http::server::ServerSettings;
use tokio::time::{Duration, Instant};

use crate::exceptions::{Error, Result};
use crate::renderers::ListInPieces;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{RepresentedBatches, SerializerClass, context};

/// How many rows are read and sent at once: as many as one query finds the related rows of.
const BATCH: usize = Way::MOST_KEYS;

/// A list of some rows, streamed where the renderer that the client accepts can write it so.
///
/// Outside of a transaction the first batch is read before there is a response, so that what is wrong is told by a status. If
/// there is no other batch, the response is an ordinary one. In a transaction nothing is read before it has ended: a list that
/// is streamed is not part of it, as in Django.
pub(crate) async fn rows(
    request: &Request,
    rows: Rows,
    serializer: &Arc<SerializerClass>,
) -> Result<Response> {
    let Some(list) = request.list_in_pieces() else {
        return Ok(Response::json(200, serializer.represent_all(rows, &context(request)).await?));
    };
    if request.db().is_in_transaction() {
        let (request, serializer) = (request.clone(), Arc::clone(serializer));
        return Ok(Response::stream(200, list.content_type(), |chunks| async move {
            let batches = serializer.represent_batches(&rows, &context(&request), BATCH).await?;
            Sending { request, list, chunks, batches, began: Instant::now() }.all().await
        }));
    }
    let began = Instant::now();
    let mut batches = serializer.represent_batches(&rows, &context(request), BATCH).await?;
    let first = batches.next(&context(request)).await?;
    if !batches.has_more() {
        return Ok(Response::json(200, first));
    }
    let request = request.clone();
    Ok(Response::stream(200, list.content_type(), |chunks| async move {
        let mut sending = Sending { request, list, chunks, batches, began };
        sending.send(first).await?;
        sending.all().await
    }))
}

/// A list on its way.
struct Sending {
    request: Request,
    list: ListInPieces,
    chunks: Chunks,
    batches: RepresentedBatches,
    began: Instant,
}

impl Sending {
    /// What is left of it.
    async fn all(mut self) -> Result<()> {
        let most = self.request.services().require::<ServerSettings>()?.stream_timeout;
        while self.batches.has_more() {
            if self.began.elapsed() >= Duration::from_secs(most) {
                return Err(Error::internal(format!(
                    "a client took longer for a streamed list than the {most} seconds of server.stream_timeout"
                )));
            }
            let batch = self.batches.next(&context(&self.request)).await?;
            self.send(batch).await?;
        }
        let end = self.list.end();
        self.chunks.send(end).await
    }

    async fn send(&mut self, batch: Vec<u8>) -> Result<()> {
        let piece = self.list.add(&self.request, batch);
        self.chunks.send(piece).await
    }
}
