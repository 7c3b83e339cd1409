//! The command line of the snippets: `cargo run -p snippets`.

use std::process::ExitCode;

fn main() -> ExitCode {
    snippets::app().run()
}
