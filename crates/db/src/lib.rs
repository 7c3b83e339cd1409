//! Models, querysets and migrations: rows of a database that Django may share.
//!
//! A model's metadata ([`ModelMeta`]) is read by everything else: querysets, serializers, deletion and migrations.
//! This crate does not depend on HTTP.

// Derives write paths that begin with `::belleville::db`: in the crates below the facade this crate has that name.
#[doc(hidden)]
pub use crate as db;
extern crate self as belleville;

mod arrays;
mod backends;
mod captured;
mod choices;
mod constraints;
mod content_types;
mod database;
pub mod datetime;
mod dialect;
mod error;
mod failed_statement;
pub mod files;
pub mod fixtures;
mod generated;
mod generic;
mod hooks;
mod hstore;
mod inheritance;
pub mod json;
mod kinds;
mod many;
pub mod migrations;
mod model;
mod numeric;
mod private_file;
pub mod python;
mod query;
mod ranges;
mod relation;
mod row;
pub mod schema;
pub mod suggest;
mod transaction;
mod untouched;
mod validation;
pub mod validators;
mod value;
mod violated;

pub use arrays::Items;
pub use backends::client::{Client, client};
#[doc(hidden)]
pub use belleville_macros::model_with_base;
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
pub use belleville_macros::{AbstractModel, Choices, Model, Record};
pub use bigdecimal::BigDecimal as Decimal;
pub use captured::capture_queries;
pub use choices::{Choice, ChoiceValue, FieldChoices};
#[doc(hidden)]
pub use choices::{longest, read_choice};
pub use constraints::{
    Comparison, Condition, Constraint, ConstraintRule, Deferrable, Exclusion, ExclusionKey, Index, IndexKey,
    IndexKeys, IndexMethod, IndexOptions, KeyOrder, Operand, Unique,
};
pub use database::{Database, OpenError};
pub use datetime::{
    Date, DateTime, Duration, Time, TimeZone, iso_8601, now, parse_stored, stored, write_iso_8601,
};
pub use dialect::Dialect;
pub use error::{Conflict, Error, Result, Violation, ViolationKind};
pub use failed_statement::take_failed_statement;
pub use generated::{Arithmetic, Expression, Function, Generated};
pub use generic::{
    ContentTypes, GenericForeignKey, GenericKeyMeta, GenericRelation, GenericRelationMeta, WithGenericKey,
};
#[doc(hidden)]
pub use generic::{generic_key, generic_relation, holds_keys_of};
pub use hooks::{Hooks, ModelHooks, WithHooks};
pub use hstore::HStore;
pub use inheritance::ParentLink;
#[doc(hidden)]
pub use inheritance::{has_field, inherited_fields, joined, parent_position, text};
pub use kinds::{Family, FieldKind, KindRow, SerializerField};
#[doc(hidden)]
pub use many::many_field;
pub use many::{ManyMeta, ManyToMany};
pub use model::{
    AbstractField, FieldMeta, FieldRef, Folder, Model, ModelMeta, Object, OnDelete, OrderBy, PRIMARY_KEY,
    Parent, Period, Protocol, Registry, Relation, Target, UserModel, UserRoles,
};
pub use numeric::Numeric;
pub use private_file::create_private;
pub use query::aggregates::Aggregated;
pub use query::batches::{ObjectIterator, PrefetchIterator, RowBatches};
pub use query::bulk::{Conflicts, FieldOf, change_all, create_rows, saves_in_bulk};
pub use query::combined::Combined;
pub use query::containers::{Array, Contained, Container, Overlapping, Ranged};
pub use query::deletion::Deleted;
pub use query::documents::{Document, IntoJsonKey, Keyed, Pairs};
pub use query::expr::{
    Assignment, Column, Expr, IntoExpr, Joined, Number, Order, Orders, OuterRef, Own, PrimaryKey, Q,
    Reference, Related,
};
pub use query::functions::{Castable, Optional, Text, When};
pub use query::generic::{
    Generic, GenericKey, GenericObject, GenericRows, PrefetchedObjects, PrefetchedObjectsAs,
};
pub use query::lookups::{Like, OneOf};
pub use query::many::ManyRows;
pub use query::named::{Annotation, LookupName, OrderName, UnknownName, WrongValue};
pub use query::needs::Needs;
pub use query::output::{
    Annotated, Columns, Fields, Objects, OfObjects, Output, Record, RecordOf, Selectable, WithOne,
};
#[doc(hidden)]
pub use query::output::{Selected, read_value};
pub use query::prefetch::{Fetch, Prefetched};
pub use query::prepared::Prepared;
pub use query::queryset::QuerySet;
pub use query::raw::{Parameter, Raw};
pub use query::row_condition::RowCondition;
#[doc(hidden)]
pub use query::row_condition::limited_to;
pub use query::rows::Rows;
pub use query::save::{change, create_row, missing_field, needs_value};
pub use query::search::{Headline, IntoSearchVector, Rank, SearchQuery, SearchVector, Weight};
pub use query::select::Lock;
pub use query::sliced::Sliced;
pub use query::times::{Clock, Dated, Instant, Temporal};
pub use query::ways::{ColumnPath, Selection, Way, WayKind};
pub use query::window::Over;
pub use ranges::{Bounds, Range, RangeValue};
pub use relation::ForeignKey;
#[doc(hidden)]
pub use relation::LoadRelated;
pub use row::Row;
#[doc(hidden)]
pub use row::read_column;
pub use transaction::{Begin, Isolation};
pub use uuid::Uuid;
pub use validation::{Detail, ErrorDetail, NON_FIELD_ERRORS};
pub use validators::Validator;
pub use value::{FieldValue, Value, ValueRef, decimal_with_places};

/// What expressions are made of beside columns and their methods: Django's `db.models.functions` and `expressions`.
pub mod functions {
    pub use crate::query::aggregates::count_all;
    pub use crate::query::expr::outer;
    pub use crate::query::functions::{value, when};
    pub use crate::query::raw::raw;
    pub use crate::query::search::{search_rank, search_rank_by, search_vector};
    pub use crate::query::times::current_timestamp;
    pub use crate::query::window::{
        cume_dist, dense_rank, first_value, lag, last_value, lead, ntile, percent_rank, rank, row_number,
        window,
    };
}
