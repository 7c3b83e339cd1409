//! Some rows of a query, which can be read and not be narrowed any more.

use std::ops::Range;

use super::batches::ObjectIterator;
use super::expr::{Column, Expr, Order, Q, Reference};
use super::output::{Columns, Fields, Objects, Output, Record};
use super::queryset::QuerySet;
use super::rows::Rows;
use crate::{Database, FieldValue, Model, Result};

/// Some rows of a query, counted from 0: [`QuerySet::slice`].
///
/// It cannot be filtered, on purpose. SQL would apply a condition after a slice as if it came before it, and find
/// rows that the slice leaves out: a viewset with a sliced queryset would show them by their keys. So filter and
/// order first, then slice.
#[derive(Debug)]
pub struct Sliced<M, Out = Objects>(pub(super) QuerySet<M, Out>);

impl<M, Out> Clone for Sliced<M, Out> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A query that was not sliced yet. `Sliced` is none, so that its `filter`, `exclude` and `order_by` say why they cannot be.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "cannot filter or reorder a query once a slice has been taken",
    label = "call this before `slice`"
)]
pub trait Unsliced {}

#[doc(hidden)]
impl<M: Model, Out> Sliced<M, Out> {
    pub fn filter(self, _: Q<M>) -> Self
    where
        Self: Unsliced,
    {
        self
    }

    pub fn exclude(self, _: Q<M>) -> Self
    where
        Self: Unsliced,
    {
        self
    }

    pub fn order_by(self, _: impl IntoIterator<Item = Order<M>>) -> Self
    where
        Self: Unsliced,
    {
        self
    }
}

impl<M: Model> Sliced<M> {
    /// As [`QuerySet::select_related`].
    pub fn select_related<T: Reference, Of>(self, key: Column<M, T, Of>) -> Self {
        Self(self.0.select_related(key))
    }

    /// As [`QuerySet::rows`].
    pub fn rows(self) -> Rows {
        self.0.rows()
    }
}

impl<M: Model, Out: Output<M>> Sliced<M, Out> {
    /// Only the rows of a range of these.
    pub fn slice(self, range: Range<u64>) -> Self {
        Self(self.0.with(|query| query.slice(range.start, range.end)))
    }

    /// As [`QuerySet::values`].
    pub fn values<C: Columns<M>>(self, columns: C) -> Sliced<M, Fields<C::Row>> {
        Sliced(self.0.values(columns))
    }

    /// As [`QuerySet::all`].
    ///
    /// # Errors
    /// As [`QuerySet::all`].
    pub async fn all(&self, db: &Database) -> Result<Vec<Out::Item>> {
        self.0.all(db).await
    }

    /// As [`QuerySet::iterator`].
    ///
    /// # Errors
    /// As [`QuerySet::iterator`].
    pub async fn iterator(&self, db: &Database, size: usize) -> Result<ObjectIterator<M, Out>> {
        self.0.iterator(db, size).await
    }

    /// As [`QuerySet::get`].
    ///
    /// # Errors
    /// As [`QuerySet::get`].
    pub async fn get(&self, db: &Database) -> Result<Out::Item> {
        self.0.get(db).await
    }

    /// As [`QuerySet::count`].
    ///
    /// # Errors
    /// As [`QuerySet::count`].
    pub async fn count(&self, db: &Database) -> Result<u64> {
        self.0.count(db).await
    }

    /// As [`QuerySet::exists`].
    ///
    /// # Errors
    /// As [`QuerySet::exists`].
    pub async fn exists(&self, db: &Database) -> Result<bool> {
        self.0.exists(db).await
    }

    /// As [`QuerySet::aggregate`], of these rows only.
    ///
    /// # Errors
    /// As [`QuerySet::aggregate`].
    pub async fn aggregate<C: Columns<M>>(&self, db: &Database, columns: C) -> Result<C::Row> {
        self.0.aggregate(db, columns).await
    }
}

impl<M: Model> From<QuerySet<M>> for Rows {
    fn from(queryset: QuerySet<M>) -> Self {
        queryset.rows()
    }
}

impl<M: Model> From<Sliced<M>> for Rows {
    fn from(sliced: Sliced<M>) -> Self {
        sliced.rows()
    }
}

impl<M, Out> From<Sliced<M, Out>> for QuerySet<M, Out> {
    fn from(sliced: Sliced<M, Out>) -> Self {
        sliced.0
    }
}

impl<M: Model, V: Record> Sliced<M, Fields<V>>
where
    V: FieldValue,
{
    /// As [`QuerySet::subquery`].
    pub fn subquery<O>(self) -> Expr<O, V::Optional> {
        self.0.subquery()
    }
}
