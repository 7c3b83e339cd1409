//! The sample API's command line: `cargo run`, `cargo run -- migrate`, `cargo run -- createsuperuser`.

use std::process::ExitCode;

use belleville::prelude::*;
use belleville::simplejwt;

fn main() -> ExitCode {
    App::new("tracker", env!("CARGO_MANIFEST_DIR"), tracker::urls::urls)
        .app(simplejwt::token_blacklist())
        .app(tracker::projects())
        .demo(tracker::demo)
        .run()
}
