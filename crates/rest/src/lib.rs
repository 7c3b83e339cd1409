//! The request pipeline, with the names of Django REST framework.
//!
//! [`middleware`] has each request first: it does what Django's middleware does, [`urls`] finds the view, and `dispatch`
//! runs the steps of a view: negotiation, authentication, permissions, handler, rendering. Each step is a module of
//! that name. No module here knows the whole program: what a request needs of it is among its
//! [`Services`](belleville_http::services::Services).

pub mod apps;
pub mod authentication;
mod cache_page;
pub mod development;
mod dispatch;
pub mod events;
pub mod filters;
mod finalize;
pub mod guardian;
mod handlers;
pub mod limits;
mod listing;
pub mod login;
pub mod metadata;
pub mod middleware;
pub mod monitoring;
mod names;
pub mod negotiation;
pub mod pagination;
pub mod passwords;
pub mod permissions;
pub mod policies;
pub mod renderers;
pub mod reports;
pub mod request;
pub mod routers;
pub mod serializers;
pub mod static_files;
mod streamed;
pub mod throttling;
pub mod urls;
pub mod versioning;
pub mod views;
pub mod viewsets;

// Derives write paths that begin with the facade's name.
extern crate self as belleville;
#[doc(hidden)]
pub use belleville_db as db;
/// What requests are made of and answered with, before and after a view.
pub use belleville_http::{
    BoxFuture, exceptions, http, json, parsers, printable, python, response, server, services, settings,
    suggest,
};
