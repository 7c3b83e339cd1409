//! The databases' own command lines: sqlite3 and psql.

use std::ffi::OsString;

use super::{postgres, sqlite, unsupported, url};
use crate::database::OpenError;

/// How the command line of a database is started.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// The program: `sqlite3` or `psql`.
    pub program: &'static str,
    /// Its arguments. The password is none of them: other users could see it there.
    pub arguments: Vec<OsString>,
    /// What is set in its environment besides, the password among it.
    pub environment: Vec<(&'static str, OsString)>,
    /// The name of the database: the file's path, or the server's name for it.
    pub database: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("program", &self.program)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// How the command line of the database that a URL names is started, with these parameters: as Django's `dbshell` does it.
/// Nothing is opened.
///
/// # Errors
/// When the URL is of another kind, has an unknown option, or names no database.
pub fn client(url: &str, parameters: &[String]) -> Result<Client, OpenError> {
    match url::scheme(url) {
        "sqlite" => sqlite::client(url, parameters),
        "postgres" | "postgresql" => postgres::client(url, parameters),
        other => Err(unsupported(other)),
    }
}
