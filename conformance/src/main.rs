//! The reference project on Belleville: the sample at the same URLs, and `/conformance/...` with one endpoint for each
//! behaviour, as far as it is built. Served on a database that Django migrated and filled.

mod auth;
mod converters;
mod echo;
mod errors;
mod every_field;
mod lab;
mod library;
mod links;
mod model_permissions;
mod permissions;
mod stock;
mod uploads;
mod urls;

use std::process::ExitCode;

use belleville::prelude::*;
use belleville::{knox, simplejwt};

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
