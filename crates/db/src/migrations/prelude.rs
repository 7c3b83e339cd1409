//! The names that a file of a migration uses: `use belleville::db::migrations::prelude::*`.

pub use super::state::*;
pub use super::{
    AUTH_USER_MODEL, Deferrable, Expression, Migration, abs, brin_index, btree_index, by_database, check,
    coalesce, concat, exclude, field, gin_index, gist_index, hash_index, index, length, lower, noop,
    spgist_index, trim, unique, upper,
};
pub use crate::json;
pub use crate::{
    Database, Date, DateTime, Decimal, Duration, FieldKind, HStore, IndexMethod, Model, Range, Result, Time,
    Uuid, Value,
};
