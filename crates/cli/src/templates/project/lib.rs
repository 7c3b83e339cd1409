//! {{project}}: an API with Belleville.

pub mod notes;
pub mod urls;

use belleville::prelude::*;

/// The program: its apps and its URLs. `main` runs it, and so do the tests.
pub fn app() -> App {
    App::new("{{project}}", env!("CARGO_MANIFEST_DIR"), urls::urls).app(notes::app())
}
