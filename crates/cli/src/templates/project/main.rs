//! The command line of {{project}}: `cargo run`, `cargo run -- migrate`, `cargo run -- createsuperuser`.

use std::process::ExitCode;

fn main() -> ExitCode {
    {{project}}::app().run()
}
