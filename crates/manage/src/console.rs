//! Words to and from the person at the terminal.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};

/// How a command ends that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// With status 0.
    Success,
    /// With status 1: what was asked about is not so.
    Failure,
}

/// Why a command failed and how to fix it, in one line.
#[derive(Debug)]
pub struct CommandError(String);

impl CommandError {
    /// An error in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CommandError {}

macro_rules! from_errors {
    ($($error:ty)*) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        }
    )*};
}

from_errors! {
    belleville_http::settings::SettingsError
    belleville_db::OpenError
    belleville_db::Error
    belleville_db::fixtures::FixtureError
    belleville_db::fixtures::UnknownLabel
    belleville_db::migrations::MigrationError
    belleville_auth::users::UserError
    belleville_rest::exceptions::Error
    io::Error
}

/// Whether somebody is there to be asked.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal()
}

/// Asks a question and reads one line.
pub(crate) fn ask(question: &str) -> Result<String, CommandError> {
    print!("{question}");
    io::stdout().flush()?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(CommandError::new("Operation cancelled."));
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for a password, which is not shown.
pub(crate) fn ask_password(question: &str) -> Result<String, CommandError> {
    if !is_interactive() {
        return ask(question);
    }
    Ok(rpassword::prompt_password(question)?)
}
