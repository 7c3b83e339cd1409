//! The sample's most used endpoints, written by hand on hyper and rusqlite or tokio-postgres: one task, a list of tasks,
//! and a new project; and those of `bench/library`. The answers are the same, byte for byte but for the order of headers.
//! `instructions.py` counts what both cost.
//!
//! It does what a careful programmer would write without a framework: prepared statements and connections that are kept. The
//! sample's rows are written straight into the body; the library has structs that `serde` reads and writes. It leaves out
//! everything that a framework must decide at run time.

mod library;
mod postgres;
mod shelf;
mod sqlite;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;

type Outcome = Result<(StatusCode, &'static str, Vec<u8>), Refused>;

/// Why a request has another answer than the usual one.
pub(crate) enum Refused {
    NotFound,
    Unauthenticated,
    BadRequest(&'static str),
    Failed,
}

/// Where the rows are.
enum State {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl State {
    /// What a URL or a file names.
    fn open(database: String) -> Result<Self, Box<dyn std::error::Error>> {
        if database.starts_with("postgres://") {
            return Ok(Self::Postgres(Postgres::new(&database)?));
        }
        Ok(Self::Sqlite(Sqlite::open(&database)?))
    }

    /// The active user of a token.
    async fn user(&self, key: &str) -> Result<i64, Refused> {
        match self {
            Self::Sqlite(rows) => rows.user(key),
            Self::Postgres(rows) => rows.user(key).await,
        }
    }

    async fn task(&self, user: i64, id: i64) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Sqlite(rows) => rows.task(user, id),
            Self::Postgres(rows) => rows.task(user, id).await,
        }
    }

    async fn tasks(&self, user: i64) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Sqlite(rows) => rows.tasks(user),
            Self::Postgres(rows) => rows.tasks(user).await,
        }
    }

    async fn create(&self, user: i64, name: &str, description: &str) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Sqlite(rows) => rows.create(user, name, description).await,
            Self::Postgres(rows) => rows.create(user, name, description).await,
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "by_hand DATABASE ADDRESS";
    let (database, address) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let state = Arc::new(State::open(database)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let state = Arc::clone(&state);
            tokio::spawn(async move {
                let service = hyper::service::service_fn(|request| answer(Arc::clone(&state), request));
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    })
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // The library's views look at no session.
    let has_session = request.uri().path().starts_with("/api/");
    let (status, allow, body) = match handled(&state, request).await {
        Ok(answer) => answer,
        Err(refused) => refused.answer(),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(8);
    headers.insert("allow", HeaderValue::from_static(allow));
    headers.insert("vary", HeaderValue::from_static(if has_session { "Accept, Cookie" } else { "Accept" }));
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("x-frame-options", HeaderValue::from_static("DENY"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    Ok(response)
}

const LIST: &str = "GET, POST, HEAD, OPTIONS";
const DETAIL: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";

async fn handled(state: &State, request: Request<Incoming>) -> Outcome {
    let method = request.method().clone();
    let path = request.uri().path();
    if path == "/api/tasks/" && method == Method::GET {
        let user = state.user(token(request.headers())?).await?;
        return Ok((StatusCode::OK, LIST, state.tasks(user).await?));
    }
    if let Some(id) = path.strip_prefix("/api/tasks/").and_then(|rest| rest.strip_suffix('/')) {
        let id = id.parse().map_err(|_| Refused::NotFound)?;
        let user = state.user(token(request.headers())?).await?;
        return Ok((StatusCode::OK, DETAIL, state.task(user, id).await?));
    }
    if path == "/api/projects/" && method == Method::POST {
        let user = state.user(token(request.headers())?).await?;
        let (name, description) = project(&body(request).await?)?;
        return Ok((StatusCode::CREATED, LIST, state.create(user, &name, &description).await?));
    }
    match state {
        State::Sqlite(database) => of_library(database, request).await,
        State::Postgres(_) => Err(Refused::NotFound),
    }
}

async fn of_library(database: &Sqlite, request: Request<Incoming>) -> Outcome {
    match (request.method().clone(), request.uri().path()) {
        (Method::GET, "/books/") => library::books(database),
        (Method::GET, "/authors/") => library::authors(database),
        (Method::GET, "/lines/" | "/whole-lines/") => library::lines(database),
        (Method::GET, "/shelf/") => shelf::page(database, request.headers(), request.uri()),
        (Method::POST, "/new-books/") => library::create(database, &body(request).await?).await,
        (Method::POST, "/checked-books/") => library::check_many(database, &body(request).await?),
        _ => Err(Refused::NotFound),
    }
}

async fn body(request: Request<Incoming>) -> Result<Bytes, Refused> {
    Ok(request.into_body().collect().await.map_err(|_| Refused::Failed)?.to_bytes())
}

fn token(headers: &HeaderMap) -> Result<&str, Refused> {
    let header = headers.get(AUTHORIZATION).ok_or(Refused::Unauthenticated)?;
    let text = header.to_str().map_err(|_| Refused::Unauthenticated)?;
    text.strip_prefix("Token ").ok_or(Refused::Unauthenticated)
}

/// The name and the description of a new project.
fn project(body: &[u8]) -> Result<(String, String), Refused> {
    let input: serde_json::Value = serde_json::from_slice(body).map_err(|_| Refused::BadRequest("body"))?;
    let text = |key: &str| input.get(key).and_then(|value| value.as_str()).map(|text| text.trim().to_owned());
    let name = text("name").filter(|name| !name.is_empty() && name.chars().count() <= 100);
    Ok((name.ok_or(Refused::BadRequest("name"))?, text("description").unwrap_or_default()))
}

impl Refused {
    fn answer(self) -> (StatusCode, &'static str, Vec<u8>) {
        let (status, text) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "Not found."),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "Invalid token."),
            Self::BadRequest(field) => (StatusCode::BAD_REQUEST, field),
            Self::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "A server error occurred."),
        };
        (status, DETAIL, format!("{{\"detail\":\"{text}\"}}").into_bytes())
    }
}

/// A new project, up to its time.
pub(crate) fn push_project(out: &mut Vec<u8>, id: i64, user: i64, name: &str, description: &str) {
    out.extend_from_slice(b"{\"id\":");
    push_number(out, id);
    out.extend_from_slice(b",\"owner\":");
    push_number(out, user);
    out.extend_from_slice(b",\"name\":");
    push_text(out, name);
    out.extend_from_slice(b",\"description\":");
    push_text(out, description);
    out.extend_from_slice(b",\"created_at\":\"");
}

/// A text of JSON. What the sample's rows have in them needs no other escapes.
pub(crate) fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            byte => out.push(byte),
        }
    }
    out.push(b'"');
}

pub(crate) fn push_number(out: &mut Vec<u8>, number: i64) {
    use std::io::Write as _;
    let _ = write!(out, "{number}");
}
