//! The request pipeline, with the names of Django REST framework.
//!
//! `server` reads a request, `middleware` does what Django's middleware does, [`urls`] finds the view, and `dispatch`
//! runs the steps of a view: negotiation, authentication, permissions, handler, rendering. Each step is a module of
//! that name.

use std::future::Future;
use std::pin::Pin;

pub mod account;
mod address;
pub mod application;
pub mod authentication;
pub mod authtoken;
mod body;
mod cookies;
mod csrf;
pub mod development;
mod dispatch;
pub mod events;
pub mod exceptions;
mod failure;
mod handlers;
mod hosts;
pub mod in_process;
pub mod knox;
mod limits;
mod lists;
pub mod login;
pub mod mail;
mod metadata;
mod middleware;
pub mod negotiation;
mod panics;
pub mod parsers;
pub mod permissions;
pub mod printable;
pub mod renderers;
pub mod request;
pub mod response;
pub mod routers;
mod security;
pub mod serializers;
pub mod server;
mod session;
pub mod settings;
pub mod simplejwt;
pub mod suggest;
mod uri;
pub mod urls;
pub mod views;
pub mod viewsets;

// Derives write paths that begin with the facade's name.
extern crate self as belleville;
#[doc(hidden)]
pub use belleville_db as db;
/// JSON and Python's rules for texts and numbers, as they show on the wire.
pub use belleville_db::{json, python};
/// Names and values of headers, and statuses.
pub use http;

/// A boxed future, as the methods of object-safe traits return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
