//! The reference project on Belleville: the sample at the same URLs, and `/conformance/...` with one endpoint for each
//! behaviour, as far as it is built. Served on a database that Django migrated and filled.

mod actions;
mod auth;
mod cached;
mod conditional;
mod converters;
mod echo;
mod errors;
mod every_field;
mod formats;
mod handlers;
mod lab;
mod library;
mod links;
mod model_permissions;
mod permissions;
mod routes;
mod sent;
mod stock;
mod throttled;
mod uploads;
mod urls;
mod versions;

use std::process::ExitCode;

use belleville::prelude::*;
use belleville::{knox, simplejwt};

/// The way from a book to the name that its owner logs in with, and from a book to those of its reviewers.
const LOGIN_NAMES: [&str; 2] = ["owner__username", "reviews__reviewer__username"];

fn main() -> ExitCode {
    App::new("conformance", env!("CARGO_MANIFEST_DIR"), urls)
        .app(simplejwt::token_blacklist())
        .app(tracker::projects())
        .app(library::app())
        .app(knox::app())
        .app(stock::app())
        .app(lab::app())
        .run()
}

/// Those of both programs of this folder, and the lab, which knows no users.
fn urls() -> Urls {
    urls::urls().include("conformance/", lab::urls(Urls::new()))
}
