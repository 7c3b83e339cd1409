//! Which statement an error is about, for the log and for the page of a failed request.
//!
//! An [`Error`] is small and says what the database said, not what it was asked. SQLite is called inline, so that the
//! statement that failed last on a thread is the one that an error is about which was not kept in the meantime. What is
//! remembered is the text with its placeholders: no value, which may be a secret.

use std::cell::RefCell;

use crate::Error;

thread_local! {
    /// The words of the error, and the statement.
    static LAST: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Keeps the statement that an error is about.
pub(crate) fn remember(error: &Error, sql: &str) {
    // Tried again until it succeeds, or told as 503.
    if !matches!(error, Error::Busy) {
        LAST.set(Some((error.to_string(), sql.to_owned())));
    }
}

/// The SQL text, without values, of the statement that failed with this error. It is known only on the thread where it
/// failed, until another one fails there, and once.
pub fn take_failed_statement(error: &Error) -> Option<String> {
    let (words, sql) = LAST.take()?;
    // What has told the column as well ends with the same words.
    error.to_string().ends_with(&words).then_some(sql)
}
