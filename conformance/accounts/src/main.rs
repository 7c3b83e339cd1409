//! The reference project on Belleville with `people.Account` as its user model: Django's `AUTH_USER_MODEL`.

// What follows is the source of the other program of this folder, in which the projects are those of the sample.
extern crate accounts as tracker;

#[path = "../../src/actions.rs"]
mod actions;
#[path = "../../src/auth.rs"]
mod auth;
#[path = "../../src/cached.rs"]
mod cached;
#[path = "../../src/conditional.rs"]
mod conditional;
#[path = "../../src/converters.rs"]
mod converters;
#[path = "../../src/echo.rs"]
mod echo;
#[path = "../../src/errors.rs"]
mod errors;
#[path = "../../src/every_field.rs"]
mod every_field;
#[path = "../../src/formats.rs"]
mod formats;
#[path = "../../src/handlers.rs"]
mod handlers;
#[path = "../../src/library/mod.rs"]
mod library;
#[path = "../../src/links.rs"]
mod links;
#[path = "../../src/model_permissions.rs"]
mod model_permissions;
#[path = "../../src/permissions.rs"]
mod permissions;
#[path = "../../src/routes.rs"]
mod routes;
#[path = "../../src/sent.rs"]
mod sent;
#[path = "../../src/stock.rs"]
mod stock;
#[path = "../../src/throttled.rs"]
mod throttled;
#[path = "../../src/uploads.rs"]
mod uploads;
#[path = "../../src/urls.rs"]
mod urls;
#[path = "../../src/versions.rs"]
mod versions;

use std::process::ExitCode;

use belleville::prelude::*;
use belleville::{knox, simplejwt};
use tracker::models::Account;

/// The way from a book to the name that its owner logs in with, and from a book to those of its reviewers.
const LOGIN_NAMES: [&str; 2] = ["owner__email", "reviews__reviewer__email"];

fn main() -> ExitCode {
    App::new("accounts", env!("CARGO_MANIFEST_DIR"), urls::urls)
        .user_model::<Account>()
        .app(simplejwt::token_blacklist())
        .app(tracker::migrations::projects())
        .app(library::app())
        .app(knox::app())
        .app(stock::app())
        .app(tracker::migrations::people())
        .run()
}
