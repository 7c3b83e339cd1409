//! The database engines.

pub(crate) mod sqlite;
