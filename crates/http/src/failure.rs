//! What went wrong inside the program: the reason, the place in the code and the statement, as far as they are known.

use std::fmt;
use std::panic::Location;

use crate::printable::Quoted;

/// A mistake of the program. The log says it; a client reads it only when `debug` is on.
#[derive(Clone, Debug)]
pub struct Failure {
    reason: String,
    place: Option<String>,
    sql: Option<String>,
}

impl Failure {
    /// A failure at the place where this is called.
    #[track_caller]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), place: Some(Location::caller().to_string()), sql: None }
    }

    /// A failure whose place in the code is not known, or does not matter.
    pub fn without_place(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), place: None, sql: None }
    }

    /// What a database reported, with the statement that it was asked.
    #[track_caller]
    pub fn of_database(error: &belleville_db::Error) -> Self {
        Self { sql: belleville_db::take_failed_statement(error), ..Self::new(error.to_string()) }
    }

    /// The same at another place: `src/views.rs:12:5`.
    #[must_use]
    pub fn at(self, place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// What went wrong.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The file, the line and the column of the code where the error was made, or where it became one of the API's.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The statement that the database was asked, without values.
    pub fn sql(&self) -> Option<&str> {
        self.sql.as_deref()
    }

    /// Leaves a line in the log.
    pub fn log(&self) {
        let place = self.place.as_deref().map(Quoted).map(tracing::field::display);
        let sql = self.sql.as_deref().map(Quoted).map(tracing::field::display);
        tracing::error!(reason = %Quoted(&self.reason), place, sql, "the request failed");
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<String> for Failure {
    #[track_caller]
    fn from(reason: String) -> Self {
        Self::new(reason)
    }
}

impl From<&str> for Failure {
    #[track_caller]
    fn from(reason: &str) -> Self {
        Self::new(reason)
    }
}
