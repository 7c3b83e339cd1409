//! The rows of several queries.

use std::ops::Range;
use std::sync::Arc;

use super::expr::Order;
use super::output::{Objects, Output};
use super::queryset::QuerySet;
use super::select::Combinator;
use super::sliced::Sliced;
use crate::{Database, Model, Result};

/// The rows of several queries: [`QuerySet::union`] and its like. They can be ordered, sliced, counted and read, and not
/// filtered any more: Django raises a `NotSupportedError` for that.
#[derive(Debug)]
pub struct Combined<M, Out = Objects>(pub(super) QuerySet<M, Out>);

impl<M, Out> Clone for Combined<M, Out> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M: Model, Out: Output<M>> Combined<M, Out> {
    /// Sets the order, by what the queries select.
    pub fn order_by(self, order: impl IntoIterator<Item = Order<M>>) -> Self {
        Self(self.0.order_by(order))
    }

    /// As [`QuerySet::union`].
    pub fn union(self, other: impl Into<QuerySet<M, Out>>) -> Self {
        self.0.combined_again(other.into(), Combinator::Union { all: false })
    }

    /// As [`QuerySet::slice`].
    pub fn slice(self, range: Range<u64>) -> Sliced<M, Out> {
        self.0.slice(range)
    }

    /// As [`QuerySet::all`].
    ///
    /// # Errors
    /// As [`QuerySet::all`].
    pub async fn all(&self, db: &Database) -> Result<Vec<Out::Item>> {
        self.0.all(db).await
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
}

impl<M: Model, Out: Output<M>> QuerySet<M, Out> {
    fn combined_again(mut self, other: Self, combinator: Combinator) -> Combined<M, Out> {
        self.query.combined.push((combinator, Arc::new(other.query)));
        Combined(self)
    }
}

impl<M: Model, Out: Output<M>> QuerySet<M, Out> {
    /// The rows of this query and of another one, each once.
    pub fn union(self, other: impl Into<Self>) -> Combined<M, Out> {
        self.combined(other.into(), Combinator::Union { all: false })
    }

    /// The rows of this query and then those of another one, also those that are in both.
    pub fn union_all(self, other: impl Into<Self>) -> Combined<M, Out> {
        self.combined(other.into(), Combinator::Union { all: true })
    }

    /// The rows that are in both queries.
    pub fn intersection(self, other: impl Into<Self>) -> Combined<M, Out> {
        self.combined(other.into(), Combinator::Intersection)
    }

    /// The rows that are not in the other query.
    pub fn difference(self, other: impl Into<Self>) -> Combined<M, Out> {
        self.combined(other.into(), Combinator::Difference)
    }

    fn combined(self, other: Self, combinator: Combinator) -> Combined<M, Out> {
        let mut query = self.query;
        if !query.is_sliced() {
            query.order = Some(Vec::new());
        }
        query.combined.push((combinator, Arc::new(other.query)));
        Combined(QuerySet::of(query))
    }
}
