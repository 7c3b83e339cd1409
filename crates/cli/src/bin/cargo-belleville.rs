//! `cargo belleville new shop`: cargo runs this and gives it its own name as the first argument.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "belleville") {
        arguments.next();
    }
    belleville_cli::main(arguments)
}
