//! Models, querysets and migrations: rows of a database that Django may share.
//!
//! A model's metadata ([`ModelMeta`]) is read by everything else: querysets, serializers, deletion and migrations.
//! This crate does not depend on HTTP.

// Derives write paths that begin with `::belleville::db`: in the crates below the facade this crate has that name.
#[doc(hidden)]
pub use crate as db;
extern crate self as belleville;

mod backends;
mod column;
mod compile;
mod database;
mod datetime;
mod deletion;
mod error;
mod failed_statement;
pub mod json;
pub mod migrations;
mod model;
mod private_file;
pub mod python;
mod queryset;
mod relation;
mod row;
mod save;
pub mod schema;
mod statements;
mod value;

/// ```
/// # extern crate belleville_db as belleville;
/// use belleville::db::{Model, QuerySet};
///
/// /// A book of the library.
/// #[derive(Clone, Debug, Model)]
/// #[model(app = "library", ordering = ["title"])]
/// pub struct Book {
///     #[field(primary_key)]
///     pub id: i64,
///     #[field(max_length = 100, unique)]
///     pub title: String,
///     #[field(default = 1)]
///     pub copies: i32,
/// }
///
/// // The table has Django's name, and each field has a typed constant.
/// assert_eq!(Book::META.db_table, "library_book");
/// let available: QuerySet<Book> = Book::objects().filter(Book::COPIES.gt(0));
/// ```
///
#[doc(inline)]
pub use belleville_macros::Model;
pub use bigdecimal::BigDecimal as Decimal;
pub use column::{Assignment, Column, Columns, Joined, Operand, Order, Own, Q, Reference, Text};
pub use database::{Atomic, Database, OpenError};
pub use datetime::{Date, DateTime, Duration, Time, iso_8601, now, parse_stored, stored};
pub use deletion::Deleted;
pub use error::{Error, Result, Violation, ViolationKind};
pub use failed_statement::take_failed_statement;
pub use model::{
    FieldKind, FieldMeta, Model, ModelMeta, Object, OnDelete, OrderBy, Registry, Relation, Validator,
};
pub use private_file::create_private;
pub use queryset::{Prefetched, QuerySet, Rows, Sliced, Values};
pub use relation::ForeignKey;
#[doc(hidden)]
pub use relation::LoadRelated;
pub use row::Row;
#[doc(hidden)]
pub use row::read_column;
pub use save::{create_row, missing_field, needs_value, row_exists, update_row};
pub use uuid::Uuid;
pub use value::{FieldValue, Value, ValueRef};
