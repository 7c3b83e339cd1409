//! What can go wrong with rows, in Django's words.

use std::fmt;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a query, a save or a deletion did not happen. Nothing of it was kept.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// `get` found no row; holds the model's name (`Project`).
    DoesNotExist(&'static str),
    /// `get` found more than one row; holds the model's name.
    MultipleObjectsReturned(&'static str),
    /// A unique, foreign key, check or not-null constraint refused the write; holds the database's words.
    Integrity(String),
    /// A row is referred to by a foreign key with `on_delete = Protect`: the model and the field that refer to it.
    Protected {
        /// The model whose rows would be orphaned.
        model: &'static str,
        /// Its foreign key.
        field: &'static str,
    },
    /// Another process held the write lock for longer than the busy timeout.
    Busy,
    /// A stored value is not of its column's type: the column and what was found.
    Decode(String),
    /// Anything else that the database reports.
    Database(String),
}

impl Error {
    /// Whether a constraint refused the write.
    pub fn is_integrity(&self) -> bool {
        matches!(self, Self::Integrity(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotExist(model) => write!(f, "{model} matching query does not exist."),
            Self::MultipleObjectsReturned(model) => {
                write!(f, "get() returned more than one {model}.")
            }
            Self::Integrity(text) => f.write_str(text),
            Self::Protected { model, field } => write!(
                f,
                "cannot delete: rows of {model} refer to it through the protected foreign key {model}.{field}"
            ),
            Self::Busy => f.write_str("the database is locked by another process"),
            Self::Decode(text) | Self::Database(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}
