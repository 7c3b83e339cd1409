//! Which SQL a database speaks. What differs between the two is written beside what is alike: in the writer of
//! queries, in the schema editor, and in the backends; nothing else asks for the dialect.

use crate::TimeZone;

/// The kind of a database, as far as its SQL is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
}

/// What a statement is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) dialect: Dialect,
    /// The program's time zone.
    pub(crate) time_zone: TimeZone,
}
