//! Answers in fewer bytes: Django's `GZipMiddleware`, with the content codings that are switched on.
//!
//! Which of them the client gets, `accepted` says; what each does with bytes, the module with its name.

use std::io;
use std::sync::Arc;

use http::header::{ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderValue};
use serde::Deserialize;
use tokio::sync::Semaphore;

use belleville_auth::crypto::random_below;

use crate::exceptions::{Error, Result};
use crate::request::HttpRequest;
use crate::response::{Content, Response};
use crate::settings::{Section, SettingsError};
use crate::streaming::{Chunks, StreamedBody};

mod accepted;
#[cfg(feature = "brotli")]
mod brotli;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "zstd")]
mod zstd;

/// The settings of this module.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CompressionSettings {
    /// The content codings of answers: `gzip`, `br` and `zstd`, each of which takes the feature of its name (`brotli` for `br`).
    /// A client gets the one that it likes best; of several, the one that stands first here. Where there is none, nothing is
    /// compressed.
    pub compression: Vec<String>,
    /// A compressed answer is longer by a random number of bytes below this, so that its length tells less of what is in it:
    /// Django's `max_random_bytes`. With 0 it is not.
    pub compression_max_random_bytes: u8,
}

impl Default for CompressionSettings {
    fn default() -> Self {
        Self { compression: Vec::new(), compression_max_random_bytes: 100 }
    }
}

impl Section for CompressionSettings {
    fn check(&self) -> Result<(), SettingsError> {
        self.compression.iter().try_for_each(|name| known(name).map(drop))
    }
}

/// A coding that is switched on.
#[derive(Clone, Copy, Debug)]
struct Coding {
    /// The name in headers.
    name: &'static str,
    begin: Begin,
}

/// Begins to compress: the result has so many bytes that mean nothing.
type Begin = fn(padding: u8) -> io::Result<Box<dyn Encoder>>;

/// Compresses one body.
trait Encoder: Send {
    /// Takes a piece; returns all there is by then, so that the client can read it.
    fn piece(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>>;

    /// Takes a whole body, or nothing behind pieces; returns what is left.
    fn finish(self: Box<Self>, bytes: &[u8]) -> io::Result<Vec<u8>>;
}

impl std::fmt::Debug for dyn Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Encoder")
    }
}

/// The codings that can be switched on: the name, the feature that builds it, and what begins it where it is built.
const CODINGS: [(&str, &str, Option<Begin>); 3] =
    [("gzip", "gzip", GZIP), ("br", "brotli", BROTLI), ("zstd", "zstd", ZSTD)];

#[cfg(feature = "gzip")]
const GZIP: Option<Begin> = Some(gzip::begin);
#[cfg(not(feature = "gzip"))]
const GZIP: Option<Begin> = None;

#[cfg(feature = "brotli")]
const BROTLI: Option<Begin> = Some(brotli::begin);
#[cfg(not(feature = "brotli"))]
const BROTLI: Option<Begin> = None;

#[cfg(feature = "zstd")]
const ZSTD: Option<Begin> = Some(zstd::begin);
#[cfg(not(feature = "zstd"))]
const ZSTD: Option<Begin> = None;

/// The row of a coding that a setting names.
fn known(given: &str) -> Result<(&'static str, &'static str, Option<Begin>), SettingsError> {
    let row = CODINGS.into_iter().find(|(name, ..)| *name == given);
    row.ok_or_else(|| {
        SettingsError::new(format!("compression has `{given}`; known are `gzip`, `br` and `zstd`"))
    })
}

impl Coding {
    fn named(given: &str) -> Result<Self, SettingsError> {
        match known(given)? {
            (name, _, Some(begin)) => Ok(Self { name, begin }),
            (name, feature, None) => Err(SettingsError::new(format!(
                "compression has `{name}`, which is not built into this program; give the dependency belleville the feature \
                 `{feature}`"
            ))),
        }
    }
}

/// A shorter body is sent as it is.
const SHORTEST: usize = 200;

/// A longer body is compressed beside the runtime's threads.
const LONGEST_AT_ONCE: usize = 32_768;

/// Compresses answers.
#[derive(Debug)]
pub struct CompressionMiddleware {
    /// The best liked first.
    codings: Vec<Coding>,
    max_random_bytes: u8,
}

impl CompressionMiddleware {
    /// What the settings say.
    ///
    /// # Errors
    /// When they name a coding that is not known or not built.
    pub fn new(settings: &CompressionSettings) -> Result<Self, SettingsError> {
        let codings =
            settings.compression.iter().map(|name| Coding::named(name)).collect::<Result<_, _>>()?;
        Ok(Self { codings, max_random_bytes: settings.compression_max_random_bytes })
    }

    /// Whether answers may be compressed at all.
    pub fn is_on(&self) -> bool {
        !self.codings.is_empty()
    }

    /// Compresses an answer where it is worth it and the client takes it.
    ///
    /// # Errors
    /// 500 when there is no memory for it.
    pub async fn finish(&self, request: &HttpRequest, response: &mut Response) -> Result<()> {
        if !self.is_on() || !is_worth_it(response) {
            return Ok(());
        }
        response.vary_on("Accept-Encoding");
        let header = request.header_text(&ACCEPT_ENCODING).unwrap_or_default();
        let Some(coding) = accepted::best(&header, &self.codings, |coding| coding.name) else {
            return Ok(());
        };
        let encoder = (coding.begin)(random_below(self.max_random_bytes)).map_err(Error::internal)?;
        let long_work = &request.services().bodies.clients.long_work;
        match std::mem::replace(response.content_mut(), Content::Empty) {
            Content::Streamed(body) => {
                let aside = Aside(Arc::clone(long_work));
                let make = |chunks| compress_stream(encoder, aside, body, chunks);
                *response.content_mut() = Content::Streamed(StreamedBody::new(make));
                response.headers_mut().remove(CONTENT_LENGTH);
            }
            Content::Data(bytes) | Content::Rendered(bytes) => {
                let (bytes, is_shorter) =
                    compress_whole(encoder, Aside(Arc::clone(long_work)), bytes).await?;
                let length = bytes.len();
                response.set_rendered(bytes);
                if !is_shorter {
                    return Ok(());
                }
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
            }
            Content::Empty => return Ok(()),
        }
        mark(response, coding);
        Ok(())
    }
}

/// Whether a body is long enough, and sent as it is otherwise. A part of something (206) cannot be compressed: it would have
/// to be a part of what is compressed.
fn is_worth_it(response: &Response) -> bool {
    let is_long = response.is_streamed() || response.body().len() >= SHORTEST;
    is_long && response.status() != 206 && !response.headers().contains_key(CONTENT_ENCODING)
}

/// Says what was done: a strong `ETag` becomes a weak one (RFC 9110, section 8.8.1), and nobody can ask for a part.
fn mark(response: &mut Response, coding: &Coding) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name));
    headers.remove(ACCEPT_RANGES);
    let strong = headers.get(ETAG).filter(|etag| etag.as_bytes().starts_with(b"\""));
    if let Some(weak) = strong.and_then(|etag| HeaderValue::try_from([b"W/", etag.as_bytes()].concat()).ok())
    {
        headers.insert(ETAG, weak);
    }
}

/// The shorter one of a body and the same compressed, and whether it is the second.
async fn compress_whole(encoder: Box<dyn Encoder>, aside: Aside, body: Vec<u8>) -> Result<(Vec<u8>, bool)> {
    let is_long = body.len() > LONGEST_AT_ONCE;
    let work = move || {
        encoder.finish(&body).map(|shorter| match shorter.len() < body.len() {
            true => (shorter, true),
            false => (body, false),
        })
    };
    aside.work(is_long, work).await
}

/// Sends what another body is compressed, piece by piece.
async fn compress_stream(
    mut encoder: Box<dyn Encoder>,
    aside: Aside,
    mut body: StreamedBody,
    mut chunks: Chunks,
) -> Result<()> {
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        let is_long = chunk.len() > LONGEST_AT_ONCE;
        let work = move || {
            let piece = encoder.piece(&chunk)?;
            Ok((encoder, piece))
        };
        let piece;
        (encoder, piece) = aside.work(is_long, work).await?;
        chunks.send(piece).await?;
    }
    chunks.send(encoder.finish(&[]).map_err(Error::internal)?).await
}

/// Where long work is done, so that the requests of others go on: on threads for such work, so much at once.
struct Aside(Arc<Semaphore>);

impl Aside {
    async fn work<T: Send + 'static>(
        &self,
        is_long: bool,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        if !is_long {
            return work().map_err(Error::internal);
        }
        let _turn = self.0.acquire().await;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
    }
}
