//! The command line: `runserver`, `migrate`, `createsuperuser` and the rest, one file each.
//!
//! Wrong use ends with one clear line on standard error and a status that is not zero.

pub mod application;
mod commands;
mod console;
mod declared;
pub mod in_process;
mod migration_files;
mod program;
mod questions;
mod secret_key;
pub mod settings;
mod slow_hash;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use console::Exit;

pub use console::CommandError;
pub use program::{Demo, DemoFuture, Pages, Program};

/// Runs the command that the arguments name; without one, `runserver`.
pub fn main(program: &Program, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // The options of `createsuperuser` are fields of the user model.
    if let Err(error) = (program.user_model)() {
        eprintln!("{}: {error}", program.name);
        return ExitCode::FAILURE;
    }
    let line = match commands::Line::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => {
            // Help and version are asked for; everything else is wrong use.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(program, line) {
        Ok(Exit::Success) => ExitCode::SUCCESS,
        Ok(Exit::Failure) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", program.name);
            ExitCode::FAILURE
        }
    }
}
