//! Functions of the rows around each row.

use super::expr::{Expr, IntoExpr, Order};
use super::node::{Node, OrderNode, Window, WindowFunction};
use super::output::Columns;
use crate::FieldValue;

/// Which rows a window function looks at, in which order: [`window`].
#[derive(Clone, Debug)]
pub struct Over<M> {
    partition_by: Vec<Node>,
    order_by: Vec<OrderNode>,
    model: std::marker::PhantomData<fn() -> M>,
}

/// All the rows: `row_number(window().partition_by(Book::AUTHOR).order_by([-Book::PAGES]))`.
pub fn window<M>() -> Over<M> {
    Over { partition_by: Vec::new(), order_by: Vec::new(), model: std::marker::PhantomData }
}

impl<M> Over<M> {
    /// Only the rows with the same values.
    #[must_use]
    pub fn partition_by<C: Columns<M>>(mut self, columns: C) -> Self {
        self.partition_by = columns.selected().0;
        self
    }

    /// In this order.
    #[must_use]
    pub fn order_by(mut self, order: impl IntoIterator<Item = Order<M>>) -> Self {
        self.order_by = order.into_iter().map(|order| order.by).collect();
        self
    }

    pub(super) fn of<T>(self, function: WindowFunction) -> Expr<M, T> {
        let Self { partition_by, order_by, .. } = self;
        Expr::new(Node::Window(Box::new(Window { function, partition_by, order_by })))
    }
}

macro_rules! window_functions {
    ($($(#[$doc:meta])* $name:ident $function:ident $type:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name<M>(window: Over<M>) -> Expr<M, $type> {
            window.of(WindowFunction::$function)
        }
    )*};
}

window_functions! {
    /// The number of the row in its window, from 1.
    row_number RowNumber i64;
    /// The rank of the row; after equal rows, ranks are left out.
    rank Rank i64;
    /// The rank of the row, without gaps.
    dense_rank DenseRank i64;
    /// The rank as a share, from 0 to 1.
    percent_rank PercentRank f64;
    /// The share of the rows that come before this one or are equal to it.
    cume_dist CumeDist f64;
}

/// The number of the bucket, of so many equal ones.
pub fn ntile<M>(buckets: u32, window: Over<M>) -> Expr<M, i64> {
    window.of(WindowFunction::Ntile(buckets))
}

/// The value in the row that is so many rows before this one.
pub fn lag<M, T: FieldValue>(value: impl IntoExpr<M, T>, rows: u32, window: Over<M>) -> Expr<M, T::Optional> {
    window.of(WindowFunction::Lag(value.into_expr().node, rows))
}

/// The value in the row that is so many rows after this one.
pub fn lead<M, T: FieldValue>(
    value: impl IntoExpr<M, T>,
    rows: u32,
    window: Over<M>,
) -> Expr<M, T::Optional> {
    window.of(WindowFunction::Lead(value.into_expr().node, rows))
}

/// The value in the first row of the window.
pub fn first_value<M, T: FieldValue>(value: impl IntoExpr<M, T>, window: Over<M>) -> Expr<M, T> {
    window.of(WindowFunction::FirstValue(value.into_expr().node))
}

/// The value in the last row of the window.
pub fn last_value<M, T: FieldValue>(value: impl IntoExpr<M, T>, window: Over<M>) -> Expr<M, T> {
    window.of(WindowFunction::LastValue(value.into_expr().node))
}
