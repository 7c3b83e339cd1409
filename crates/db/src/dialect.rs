//! Which SQL a database speaks. What differs between the two is written beside what is alike: in the writer of
//! queries, in the schema editor, and in the backends; nothing else asks for the dialect.

/// The kind of a database, as far as its SQL is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
}
