//! The reference project on Belleville: the sample at the same URLs, and `/conformance/...` with one endpoint for each
//! behaviour, as far as it is built. Served on a database that Django migrated and filled.

mod auth;
mod converters;
mod echo;
mod errors;
mod model_permissions;
mod permissions;

use std::process::ExitCode;

use belleville::prelude::*;
use belleville::{knox, simplejwt};

fn main() -> ExitCode {
    App::new("conformance", env!("CARGO_MANIFEST_DIR"), urls)
        .app(simplejwt::token_blacklist())
        .app(tracker::migrations::app())
        .app(knox::app())
        .run()
}

fn urls() -> Urls {
    let urls = auth::urls(Urls::new());
    let urls = permissions::urls(urls);
    let urls = echo::urls(urls);
    let urls = errors::urls(urls);
    let urls = model_permissions::urls(urls);
    let urls = converters::urls(urls);
    tracker::urls::urls()
        .include("conformance/knox/", knox::urls())
        .include("conformance/", urls)
        .path("api/token/sliding/", simplejwt::token_obtain_sliding())
        .path("api/token/sliding/refresh/", simplejwt::token_refresh_sliding())
}
