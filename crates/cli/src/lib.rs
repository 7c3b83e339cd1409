//! Starts projects and apps: `cargo belleville new shop`, `cargo run -- startapp orders`.
//!
//! Everything is checked before anything is written, and what could not be written to its end is taken away again.
//! The templates are in `templates/`; this crate needs nothing but the standard library, so that it is built in a second.

mod arguments;
mod dependency;
mod files;
mod names;
mod startapp;
mod startproject;
mod templates;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

pub use dependency::Dependency;
pub use startapp::startapp;
pub use startproject::startproject;

/// The lines of `Cargo.toml` without which a login takes ten times as long in a debug build: what a new project has, and
/// what `runserver` prints where they are missing.
pub const PROFILE: &str = include_str!("templates/profile.toml");

/// Why a command did nothing, in one line that says how to fix it.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Runs the command that the arguments name; the first argument is not the program's own name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    // Who has closed the output wants to read nothing.
    match arguments::run(arguments.map(|argument| argument.to_string_lossy().into_owned())) {
        Ok(said) => {
            let _ = writeln!(io::stdout(), "{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "belleville: {error}");
            ExitCode::FAILURE
        }
    }
}
