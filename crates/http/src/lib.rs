//! HTTP: the server, requests and responses, and what Django's middleware does around a view. It knows no view, no
//! model's serializer and no policy of the API; the crate `belleville_http` does.
//!
//! [`server`] reads a request, which is an [`HttpRequest`](request::HttpRequest) from then on: its head, its body
//! (read when it is asked for), the [`Facts`](facts::Facts) that were found out about it, and the
//! [`Services`](services::Services) of the program. A module declares the [`settings`] that it reads.

use std::future::Future;
use std::pin::Pin;

pub mod address;
mod arriving;
mod body;
pub mod cache;
mod cache_control;
mod clients;
pub mod compression;
pub mod conditional;
pub mod cookies;
pub mod cors;
pub mod csrf;
pub mod exceptions;
pub mod facts;
mod failure;
mod file_response;
pub mod forwarding;
mod headers;
pub mod hosts;
mod lists;
pub mod media;
pub mod mimetypes;
pub mod panics;
pub mod parsers;
pub mod printable;
pub mod problem;
mod ranges;
pub mod request;
pub mod response;
mod run_to_end;
pub mod security;
pub mod server;
pub mod services;
pub mod session;
pub mod settings;
mod streaming;
pub mod uri;

/// JSON and Python's rules for texts and numbers, as they show on the wire.
pub use belleville_db::{json, python, suggest};
/// Names and values of headers, and statuses.
pub use http;

/// A boxed future, as the methods of object-safe traits return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
