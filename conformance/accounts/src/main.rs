//! The reference project on Belleville with `people.Account` as its user model: Django's `AUTH_USER_MODEL`.

// What follows is the source of the other program of this folder, in which the projects are those of the sample.
extern crate accounts as tracker;

#[path = "../../src/auth.rs"]
mod auth;
#[path = "../../src/converters.rs"]
mod converters;
#[path = "../../src/echo.rs"]
mod echo;
#[path = "../../src/errors.rs"]
mod errors;
#[path = "../../src/every_field.rs"]
mod every_field;
#[path = "../../src/library/mod.rs"]
mod library;
#[path = "../../src/links.rs"]
mod links;
#[path = "../../src/model_permissions.rs"]
mod model_permissions;
#[path = "../../src/permissions.rs"]
mod permissions;
#[path = "../../src/stock.rs"]
mod stock;
#[path = "../../src/uploads.rs"]
mod uploads;
#[path = "../../src/urls.rs"]
mod urls;

use std::process::ExitCode;

use belleville::prelude::*;
use belleville::{knox, simplejwt};
use tracker::models::Account;

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
