//! Files as answers: Django's `FileResponse`, and the ranges of RFC 9110, which Django does not know.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use belleville_auth::crypto::{RANDOM_STRING_CHARS, get_random_string};
use belleville_db::DateTime;
use bytes::Bytes;
use http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE,
};

use crate::conditional::quoted_etag;
use crate::cookies::http_date;
use crate::exceptions::{Error, Result};
use crate::mimetypes::guess_type;
use crate::ranges::{Asked, Part};
use crate::request::HttpRequest;
use crate::response::{Chunks, Response};
use crate::uri::quote_plain;

/// How much of a file is in memory.
const PIECE: usize = 65_536;

/// The length of the text between the parts of an answer with several ranges.
const BOUNDARY: usize = 32;

/// A file as an answer: Django's `FileResponse`.
///
/// ```no_run
/// # extern crate belleville_http as belleville;
/// # use belleville::exceptions::Result;
/// # use belleville::request::HttpRequest as Request;
/// use belleville::response::{FileResponse, Response};
///
/// async fn report(request: Request) -> Result<Response> {
///     let file = FileResponse::open("reports/2025.pdf").await?;
///     Ok(file.as_attachment().filename("report.pdf").answer(&request))
/// }
/// ```
///
/// The type follows from the name, and the length is known. The file is read beside the threads that answer requests, a piece at a
/// time. Where a client asks for ranges of it (`Range`), it gets these, 206; Django sends all of it. What is sent without `Range` is what
/// Django sends.
#[derive(Debug)]
pub struct FileResponse {
    source: Source,
    length: u64,
    name: String,
    is_attachment: bool,
    content_type: Option<String>,
    etag: Option<String>,
    last_modified: Option<DateTime>,
}

#[derive(Debug)]
enum Source {
    File(File),
    Bytes(Bytes),
}

impl FileResponse {
    /// A file of the file system.
    ///
    /// # Errors
    /// 404 when there is none, 500 when it cannot be read.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let name = name_of(&path);
        let opened = tokio::task::spawn_blocking(move || opened(&path)).await;
        match opened.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok((file, length)) => Ok(Self::new(Source::File(file), length, name)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::not_found()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Bytes that are in memory, as those of a file of this name.
    pub fn of_bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let length = content.len() as u64;
        Self::new(Source::Bytes(content), length, name.into())
    }

    fn new(source: Source, length: u64, name: String) -> Self {
        Self {
            source,
            length,
            name,
            is_attachment: false,
            content_type: None,
            etag: None,
            last_modified: None,
        }
    }

    /// A browser saves it, rather than showing it.
    #[must_use]
    pub fn as_attachment(self) -> Self {
        Self { is_attachment: true, ..self }
    }

    /// The name under which a browser saves it, and by which the type is guessed. Folders before it are left out.
    #[must_use]
    pub fn filename(self, name: impl AsRef<Path>) -> Self {
        Self { name: name_of(name.as_ref()), ..self }
    }

    /// The type, instead of one that is guessed.
    #[must_use]
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        Self { content_type: Some(content_type.into()), ..self }
    }

    /// Its `ETag`, quoted where it is not: a client that has a part of the same file may ask for the rest of it (`If-Range`).
    #[must_use]
    pub fn etag(self, etag: &str) -> Self {
        Self { etag: Some(quoted_etag(etag)), ..self }
    }

    /// Its `Last-Modified`, for the same.
    #[must_use]
    pub fn last_modified(self, at: DateTime) -> Self {
        Self { last_modified: Some(at), ..self }
    }

    /// The answer to a request: the whole file, or the ranges of it that are asked for.
    pub fn answer(self, request: &HttpRequest) -> Response {
        let content_type = self.type_of_content();
        match self.asked(request) {
            Asked::Whole => {
                let whole = Part { first: 0, length: self.length };
                self.parts(200, &content_type, vec![Piece::Of(whole)])
            }
            Asked::Parts(parts) if parts.len() == 1 => {
                let range = parts[0].content_range(self.length);
                let mut response = self.parts(206, &content_type, vec![Piece::Of(parts[0])]);
                response.set_header(CONTENT_RANGE, &range);
                response
            }
            Asked::Parts(parts) => {
                let boundary = get_random_string(BOUNDARY, RANDOM_STRING_CHARS);
                let pieces = self.with_heads(&parts, &content_type, &boundary);
                self.parts(206, &format!("multipart/byteranges; boundary={boundary}"), pieces)
            }
            Asked::Nothing => {
                let mut response = Response::html(416, "");
                response.set_header(CONTENT_RANGE, &format!("bytes */{}", self.length));
                response
            }
        }
    }

    fn type_of_content(&self) -> String {
        if let Some(said) = &self.content_type {
            return said.clone();
        }
        // A compressed file is told as such, so that a browser does not decompress it.
        let guessed = match guess_type(&self.name) {
            (_, Some("br")) => Some("application/x-brotli"),
            (_, Some("bzip2")) => Some("application/x-bzip"),
            (_, Some("compress")) => Some("application/x-compress"),
            (_, Some("gzip")) => Some("application/gzip"),
            (_, Some("xz")) => Some("application/x-xz"),
            (guessed, _) => guessed,
        };
        guessed.unwrap_or("application/octet-stream").to_owned()
    }

    fn asked(&self, request: &HttpRequest) -> Asked {
        let Some(ranges) = request.header_text(&RANGE).filter(|_| request.method() == "GET") else {
            return Asked::Whole;
        };
        let is_current = request.header_text(&IF_RANGE).is_none_or(|known| self.is(&known));
        if is_current { Asked::of(&ranges, self.length) } else { Asked::Whole }
    }

    /// Whether it is still the file of which a client has a part: a weak `ETag` does not say so.
    fn is(&self, known: &str) -> bool {
        let known = known.trim();
        if known.contains('"') {
            return !known.starts_with("W/") && self.etag.as_deref() == Some(known);
        }
        self.last_modified.is_some_and(|at| http_date(at) == known)
    }

    /// The parts of an answer with several ranges, each with its head.
    fn with_heads(&self, parts: &[Part], content_type: &str, boundary: &str) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(2 * parts.len() + 1);
        for (at, part) in parts.iter().enumerate() {
            let before = if at == 0 { "" } else { "\r\n" };
            let range = part.content_range(self.length);
            pieces.push(Piece::Text(format!(
                "{before}--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: {range}\r\n\r\n"
            )));
            pieces.push(Piece::Of(*part));
        }
        pieces.push(Piece::Text(format!("\r\n--{boundary}--\r\n")));
        pieces
    }

    fn parts(self, status: u16, content_type: &str, pieces: Vec<Piece>) -> Response {
        let length: u64 = pieces.iter().map(Piece::length).sum();
        let source = self.source;
        let mut response = Response::stream(status, content_type, |chunks| send(source, pieces, chunks));
        response.set_header(CONTENT_LENGTH, &length.to_string());
        if let Some(disposition) = content_disposition(self.is_attachment, &self.name) {
            response.set_header(CONTENT_DISPOSITION, &disposition);
        }
        if let Some(etag) = &self.etag {
            response.set_header(ETAG, etag);
        }
        if let Some(at) = self.last_modified {
            response.set_header(LAST_MODIFIED, &http_date(at));
        }
        response
    }
}

/// A piece of an answer: text of ours, or a part of the file.
enum Piece {
    Text(String),
    Of(Part),
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Of(part) => part.length,
        }
    }
}

async fn send(mut source: Source, pieces: Vec<Piece>, mut chunks: Chunks) -> Result<()> {
    for piece in pieces {
        let part = match piece {
            Piece::Text(text) => {
                chunks.send(text).await?;
                continue;
            }
            Piece::Of(part) => part,
        };
        source = match source {
            Source::Bytes(bytes) => {
                let (first, end) = (part.first as usize, (part.first + part.length) as usize);
                chunks.send(bytes.slice(first..end)).await?;
                Source::Bytes(bytes)
            }
            Source::File(file) => Source::File(send_file(file, part, &mut chunks).await?),
        };
    }
    Ok(())
}

async fn send_file(mut file: File, part: Part, chunks: &mut Chunks) -> Result<File> {
    let (mut at, end) = (part.first, part.first + part.length);
    while at < end {
        let most = PIECE.min(usize::try_from(end - at).unwrap_or(PIECE));
        let read = tokio::task::spawn_blocking(move || read(file, at, most)).await;
        let (same, piece) = read.map_err(Error::internal)?.map_err(Error::internal)?;
        at += piece.len() as u64;
        file = same;
        chunks.send(piece).await?;
    }
    Ok(file)
}

/// Reads some bytes, which the file has had.
fn read(mut file: File, at: u64, most: usize) -> io::Result<(File, Vec<u8>)> {
    file.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::with_capacity(most);
    (&mut file).take(most as u64).read_to_end(&mut piece)?;
    if piece.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
    }
    Ok((file, piece))
}

fn opened(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    Ok((file, metadata.len()))
}

/// What stands behind the last slash, as Python's `basename`.
fn name_of(path: &Path) -> String {
    let path = path.to_string_lossy();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The name under which a browser saves what it gets: Django's `content_disposition_header`.
pub fn content_disposition(is_attachment: bool, name: &str) -> Option<String> {
    let disposition = if is_attachment { "attachment" } else { "inline" };
    if name.is_empty() {
        return is_attachment.then(|| disposition.to_owned());
    }
    let may_be_quoted = name.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
    Some(if may_be_quoted {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("{disposition}; filename=\"{quoted}\"")
    } else {
        format!("{disposition}; filename*=utf-8''{}", quote_plain(name))
    })
}
