//! Functions of many rows.

use std::marker::PhantomData;

use super::expr::{Column, Expr, IntoExpr, Number, Order, Q, Related};
use super::methods::expressions;
use super::node::{Aggregate, AggregateFunction, Lookup, Node, Right, WindowFunction};
use super::window::Over;
use crate::{FieldValue, Model};

/// A function of many rows, which may be narrowed to different values or to some rows.
#[derive(Clone, Debug)]
pub struct Aggregated<M, T> {
    aggregate: Aggregate,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Aggregated<M, T> {
    fn of(function: AggregateFunction, of: Option<Node>) -> Self {
        let aggregate = Aggregate { function, of, distinct: false, filter: None };
        Self { aggregate, types: PhantomData }
    }

    /// Of different values only.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.aggregate.distinct = true;
        self
    }

    /// Of the rows that match the condition only.
    #[must_use]
    pub fn filter(mut self, q: Q<M>) -> Self {
        self.aggregate.filter = Some(match self.aggregate.filter {
            None => q.node,
            Some(before) => Node::All(vec![before, q.node]),
        });
        self
    }

    /// As an expression, which can be compared and computed with.
    pub fn expr(self) -> Expr<M, T> {
        Expr::new(Node::Aggregate(Box::new(self.aggregate)))
    }

    /// Over the rows of a window, beside each row.
    pub fn over(self, window: Over<M>) -> Expr<M, T> {
        window.of(WindowFunction::Aggregate(self.aggregate))
    }
}

impl<M, T> IntoExpr<M, T> for Aggregated<M, T> {
    fn into_expr(self) -> Expr<M, T> {
        self.expr()
    }
}

macro_rules! of_aggregates {
    ($($(#[$doc:meta])* $name:ident)*) => {
        impl<M, T: FieldValue> Aggregated<M, T> {
            $($(#[$doc])* pub fn $name(self, value: impl IntoExpr<M, T>) -> Q<M> { self.expr().$name(value) })*

            /// In ascending order.
            pub fn asc(self) -> Order<M> {
                self.expr().asc()
            }

            /// In descending order.
            pub fn desc(self) -> Order<M> {
                self.expr().desc()
            }

            /// NULL, or with `false` anything else.
            pub fn is_null(self, null: bool) -> Q<M> {
                self.expr().is_null(null)
            }
        }
    };
}

of_aggregates! {
    /// Equal; `None` matches NULL.
    eq
    /// Less than.
    lt
    /// Less than or equal.
    lte
    /// Greater than.
    gt
    /// Greater than or equal.
    gte
}

/// How many rows there are: `COUNT(*)`.
pub fn count_all<M>() -> Aggregated<M, i64> {
    Aggregated::of(AggregateFunction::Count, None)
}

impl<M: Model, R: Model, Of> Related<M, R, Of> {
    /// How many related rows there are.
    pub fn count(self) -> Aggregated<M, i64> {
        Aggregated::of(AggregateFunction::Count, Some(Node::Column(self.path)))
    }

    /// How many different related rows there are: where a query follows several relations to many rows, each of which
    /// multiplies the others.
    pub fn count_distinct(self) -> Aggregated<M, i64> {
        self.count().distinct()
    }

    /// There is a related row, or with `true` there is none.
    pub fn is_null(self, null: bool) -> Q<M> {
        Q::new(Node::compare(Node::Column(self.path), Lookup::IsNull, Right::Truth(null)))
    }

    /// One of the related rows is this one.
    pub fn eq(self, row: &R) -> Q<M> {
        Q::new(Node::equals(self.path, row.pk().to_value()))
    }

    /// One of the related rows is one of these.
    pub fn is_in<'a>(self, rows: impl IntoIterator<Item = &'a R>) -> Q<M> {
        Q::new(Node::is_in(self.path, rows.into_iter().map(|row| row.pk().to_value())))
    }
}

expressions! {
    #[FieldValue] {
        /// How many values there are that are not NULL.
        pub fn count(self) -> Aggregated<M, i64> {
            Aggregated::of(AggregateFunction::Count, Some(self.into_node()))
        }

        /// How many different values there are that are not NULL.
        pub fn count_distinct(self) -> Aggregated<M, i64> {
            self.count().distinct()
        }

        /// The least of them; `None` of no rows.
        pub fn min(self) -> Aggregated<M, T::Optional> {
            Aggregated::of(AggregateFunction::Min, Some(self.into_node()))
        }

        /// The greatest of them; `None` of no rows.
        pub fn max(self) -> Aggregated<M, T::Optional> {
            Aggregated::of(AggregateFunction::Max, Some(self.into_node()))
        }
    }
    #[Number] {
        /// The sum; `None` of no rows.
        pub fn sum(self) -> Aggregated<M, Option<T::Sum>> {
            Aggregated::of(AggregateFunction::Sum(T::CLASS), Some(self.into_node()))
        }

        /// The average; `None` of no rows.
        pub fn avg(self) -> Aggregated<M, Option<T::Average>> {
            Aggregated::of(AggregateFunction::Avg(T::CLASS), Some(self.into_node()))
        }

        /// The standard deviation of the population, or with `sample` of a sample.
        pub fn std_dev(self, sample: bool) -> Aggregated<M, Option<f64>> {
            Aggregated::of(AggregateFunction::StdDev { sample }, Some(self.into_node()))
        }

        /// The variance of the population, or with `sample` of a sample.
        pub fn variance(self, sample: bool) -> Aggregated<M, Option<f64>> {
            Aggregated::of(AggregateFunction::Variance { sample }, Some(self.into_node()))
        }
    }
}
