//! `belleville startproject shop`.

use std::process::ExitCode;

fn main() -> ExitCode {
    belleville_cli::main(std::env::args_os().skip(1))
}
