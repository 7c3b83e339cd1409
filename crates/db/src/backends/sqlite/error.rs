//! What SQLite says of a failure, in our words.

use rusqlite::ErrorCode;

use super::functions::INVALID_REGEX;
use crate::{Error, Violation, ViolationKind};

/// What SQLite says of a constraint: its kind by the extended code, and the rest in words such as
/// `UNIQUE constraint failed: library_book.author_id, library_book.title`.
fn violation(extended_code: i32, text: &str) -> Violation {
    use rusqlite::ffi;
    let kind = match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE => ViolationKind::Unique,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => ViolationKind::PrimaryKey,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ViolationKind::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ViolationKind::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => ViolationKind::Check,
        _ => ViolationKind::Other,
    };
    let named = text.split_once("constraint failed: ").map(|(_, named)| named);
    // An index of expressions has no columns to name.
    let named = named.map(|named| index_name(named).unwrap_or(named));
    let columns: Vec<(&str, &str)> =
        named.unwrap_or_default().split(", ").map_while(|name| name.split_once('.')).collect();
    match (kind, named, columns.first()) {
        (ViolationKind::Check | ViolationKind::Other, _, _) | (_, _, None) => {
            let constraint = named.or((kind == ViolationKind::Other).then_some(text)).map(str::to_owned);
            Violation { kind, table: None, columns: Vec::new(), constraint }
        }
        (_, _, Some((table, _))) => {
            let columns = columns.iter().map(|(_, column)| (*column).to_owned()).collect();
            Violation { kind, table: Some((*table).to_owned()), columns, constraint: None }
        }
    }
}

/// The name in `index 'one_email'`.
fn index_name(named: &str) -> Option<&str> {
    named.strip_prefix("index '")?.strip_suffix('\'')
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => {
                let extended = error.sqlite_error().map_or(0, |error| error.extended_code);
                Self::Integrity(violation(extended, &text))
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::Timeout,
            _ if text == INVALID_REGEX => Self::InvalidRegex,
            _ => Self::Database(text),
        }
    }
}
