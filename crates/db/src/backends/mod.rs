//! The database engines.

pub(crate) mod sqlite;
mod sqlite_functions;
