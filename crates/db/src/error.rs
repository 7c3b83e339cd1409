//! What can go wrong with rows, in Django's words.

use std::fmt;

use crate::validation::Detail;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a query, a save or a deletion failed. Nothing of it was stored.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// `get` found no row; the value is the model's name (`Project`).
    DoesNotExist(&'static str),
    /// `get` found more than one row; the value is the model's name.
    MultipleObjectsReturned(&'static str),
    /// A constraint refused the write.
    Integrity(Violation),
    /// A row is referred to by a foreign key with `on_delete = Protect`: the model and the field that refer to it.
    Protected {
        /// The model whose rows would be orphaned.
        model: &'static str,
        /// Its foreign key.
        field: &'static str,
    },
    /// Other writers, of this process or another one, held the write lock for longer than the busy timeout.
    Busy,
    /// The database cannot be reached, or ended the connection: it is being restarted, there is no network, the password
    /// is wrong. The text says which, for the log.
    Unavailable(String),
    /// All connections to the database were in use for longer than `pool_timeout`.
    PoolTimeout,
    /// A statement ran for longer than `statement_timeout`, and was ended.
    Timeout,
    /// Another transaction at the same time made it impossible to go on. From its beginning it may succeed.
    Conflict(Conflict),
    /// A text that the database cannot hold or compare with: PostgreSQL has no character U+0000.
    NullCharacter,
    /// The pattern of a lookup is no regular expression that the database can use. It comes from a client mostly.
    InvalidRegex,
    /// A stored value is not of its field's type: the table, the column, and which kind of value was found. It does
    /// not contain the value, which may be a secret.
    Decode(String),
    /// Any other database error.
    Database(String),
    /// A file's name that is none, or leads out of its storage: Django's exception of the same name, with its text.
    SuspiciousFileOperation(String),
    /// A file of a storage could not be read, written or removed.
    File(std::io::Error),
    /// Values are not valid: what is wrong with each.
    Invalid(Detail),
    /// A hook of a model ([`ModelHooks`](crate::ModelHooks)) or a serializer refused, with its own reason.
    Refused(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Adds the table that was written, where the database does not name it.
    pub(crate) fn in_table(mut self, table: &str) -> Self {
        if let Self::Integrity(violation) = &mut self {
            violation.table.get_or_insert_with(|| table.to_owned());
        }
        self
    }

    /// Adds the column that could not be read.
    #[doc(hidden)]
    #[must_use]
    pub fn in_column(self, table: &str, column: &str) -> Self {
        match self {
            Self::Decode(text) => Self::Decode(format!("{table}.{column}: {text}")),
            other => other,
        }
    }

    /// The error of a hook: a text, or an error of another kind.
    pub fn refused(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Refused(reason.into())
    }

    /// Whether a constraint refused the write.
    pub fn is_integrity(&self) -> bool {
        matches!(self, Self::Integrity(_))
    }
}

/// Why a transaction must be begun again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Its isolation level does not allow what would come out.
    Serialization,
    /// It and another transaction waited for each other.
    Deadlock,
}

/// The constraint that refused a write, as far as the database names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What kind of constraint it is.
    pub kind: ViolationKind,
    /// The table. `None` when the foreign keys are broken at the commit of a transaction: SQLite does not name the
    /// table then.
    pub table: Option<String>,
    /// The columns, if the database names them.
    pub columns: Vec<String>,
    /// The constraint's name. SQLite gives it for a check, and for an index on an expression; PostgreSQL always, except
    /// for NOT NULL.
    pub constraint: Option<String>,
}

/// A kind of constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// Another row has the value.
    Unique,
    /// Another row has the primary key.
    PrimaryKey,
    /// The row referred to does not exist, or other rows still refer to it.
    ForeignKey,
    /// A column that must have a value has none.
    NotNull,
    /// A condition on the row does not hold.
    Check,
    /// Another row is in the way of an exclusion constraint, as of a time that is taken already.
    Exclusion,
    /// A trigger or another rule of the database.
    Other,
}

impl ViolationKind {
    /// Whether a change by another request at the same time can cause it. Only a mistake of the program can cause the
    /// others.
    pub fn may_be_a_race(self) -> bool {
        matches!(self, Self::Unique | Self::PrimaryKey | Self::ForeignKey | Self::Exclusion)
    }

    /// The text of SQLite and Django.
    fn words(self) -> &'static str {
        match self {
            Self::Unique | Self::PrimaryKey => "UNIQUE constraint failed",
            Self::ForeignKey => "FOREIGN KEY constraint failed",
            Self::NotNull => "NOT NULL constraint failed",
            Self::Check => "CHECK constraint failed",
            Self::Exclusion => "EXCLUDE constraint failed",
            Self::Other => "constraint failed",
        }
    }
}

impl Violation {
    /// A column without a value.
    pub(crate) fn not_null(table: &str, column: &str) -> Self {
        Self {
            kind: ViolationKind::NotNull,
            table: Some(table.to_owned()),
            columns: vec![column.to_owned()],
            constraint: None,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.words())?;
        let known = self.columns.is_empty().then(|| self.constraint.clone()).flatten();
        let column = |column: &String| match &self.table {
            Some(table) => format!("{table}.{column}"),
            None => column.clone(),
        };
        let about: Vec<String> = known.into_iter().chain(self.columns.iter().map(column)).collect();
        if !about.is_empty() {
            write!(f, ": {}", about.join(", "))?;
        }
        match (&self.table, &self.constraint) {
            (Some(table), _) if self.columns.is_empty() => write!(f, " (table {table})"),
            (_, Some(constraint)) if !self.columns.is_empty() => write!(f, " (constraint {constraint})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotExist(model) => write!(f, "{model} matching query does not exist."),
            Self::MultipleObjectsReturned(model) => {
                write!(f, "get() returned more than one {model}.")
            }
            Self::Integrity(violation) => violation.fmt(f),
            Self::Protected { model, field } => write!(
                f,
                "cannot delete: rows of {model} refer to it through the protected foreign key {model}.{field}"
            ),
            Self::Busy => f.write_str("database is locked"),
            Self::Unavailable(text) => f.write_str(text),
            Self::PoolTimeout => f.write_str(
                "all connections to the database are in use: pool_size in DATABASE_URL allows more, pool_timeout a longer wait",
            ),
            Self::Timeout => f.write_str("the statement took longer than statement_timeout"),
            Self::Conflict(Conflict::Serialization) => {
                f.write_str("could not serialize access: another transaction changed the same rows")
            }
            Self::Conflict(Conflict::Deadlock) => f.write_str("deadlock with another transaction"),
            Self::NullCharacter => f.write_str("PostgreSQL cannot hold a text with the character U+0000"),
            Self::InvalidRegex => f.write_str("the pattern of a lookup is no regular expression"),
            Self::Decode(text) | Self::Database(text) | Self::SuspiciousFileOperation(text) => f.write_str(text),
            Self::File(error) => error.fmt(f),
            Self::Invalid(detail) => detail.fmt(f),
            Self::Refused(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
