//! Parts of an order, and new values of columns.

use std::marker::PhantomData;
use std::ops::Neg;

use super::{Column, Expr, IntoExpr};
use crate::query::default_order;
use crate::query::node::{Node, OrderNode};
use crate::{Error, FieldValue, Model, OrderBy, Result, Value};

/// One part of a sort order.
#[derive(Clone, Debug)]
pub struct Order<M> {
    pub(crate) by: OrderNode,
    model: PhantomData<fn() -> M>,
}

impl<M> Order<M> {
    pub(in crate::query) const fn new(node: Node, descending: bool) -> Self {
        Self { by: OrderNode { node, descending, nulls_first: None }, model: PhantomData }
    }

    pub(in crate::query) const fn of_node(by: OrderNode) -> Self {
        Self { by, model: PhantomData }
    }

    /// NULL comes before everything else.
    #[must_use]
    pub const fn nulls_first(mut self) -> Self {
        self.by.nulls_first = Some(true);
        self
    }

    /// NULL comes after everything else.
    #[must_use]
    pub const fn nulls_last(mut self) -> Self {
        self.by.nulls_first = Some(false);
        self
    }
}

impl<M, T, Of> Neg for Column<M, T, Of> {
    type Output = Order<M>;

    fn neg(self) -> Order<M> {
        Order::new(Node::Column(self.path), true)
    }
}

impl<M, T> Neg for Expr<M, T> {
    type Output = Order<M>;

    fn neg(self) -> Order<M> {
        Order::new(self.node, true)
    }
}

impl<M, T, Of> From<Column<M, T, Of>> for Order<M> {
    fn from(column: Column<M, T, Of>) -> Self {
        Self::new(Node::Column(column.path), false)
    }
}

impl<M, T> From<Expr<M, T>> for Order<M> {
    fn from(expr: Expr<M, T>) -> Self {
        Self::new(expr.node, false)
    }
}

/// A part of an order, or several: a column, `-Book::PAGES`, an array of orders. `()` is what the model names by
/// `get_latest_by`.
pub trait Orders<M> {
    #[doc(hidden)]
    fn orders(self) -> Vec<Order<M>>;
}

impl<M> Orders<M> for Order<M> {
    fn orders(self) -> Vec<Self> {
        vec![self]
    }
}

impl<M, T, Of> Orders<M> for Column<M, T, Of> {
    fn orders(self) -> Vec<Order<M>> {
        vec![self.into()]
    }
}

impl<M, T> Orders<M> for Expr<M, T> {
    fn orders(self) -> Vec<Order<M>> {
        vec![self.into()]
    }
}

impl<M, const N: usize> Orders<M> for [Order<M>; N] {
    fn orders(self) -> Vec<Order<M>> {
        self.into()
    }
}

impl<M> Orders<M> for Vec<Order<M>> {
    fn orders(self) -> Self {
        self
    }
}

impl<M: Model> Orders<M> for () {
    fn orders(self) -> Vec<Order<M>> {
        let by = |by: &OrderBy| default_order::nodes(M::meta(), &[], by);
        M::meta().get_latest_by.iter().flat_map(by).map(Order::of_node).collect()
    }
}

/// A column's new value.
#[derive(Clone, Debug)]
pub struct Assignment<M> {
    pub(crate) field: usize,
    pub(crate) node: Node,
    model: PhantomData<fn() -> M>,
}

impl<M> Assignment<M> {
    pub(crate) const fn of(field: usize, node: Node) -> Self {
        Self { field, node, model: PhantomData }
    }

    /// The position of the field and its new value.
    ///
    /// # Errors
    /// When the value is an expression: only `update` has a row's columns to compute it from.
    pub fn into_parts(self) -> Result<(usize, Value)>
    where
        M: Model,
    {
        match self.node {
            Node::Value(value) => Ok((self.field, value)),
            _ => Err(Error::Database(format!(
                "{}.{} is set to an expression, which only `update` of a queryset can compute",
                M::meta().name,
                M::meta().fields[self.field].name
            ))),
        }
    }
}

impl<M, T: FieldValue> Column<M, T> {
    /// The column's new value, for `create` and `update`: a value, or an expression of the row's columns
    /// (`Book::COPIES.set(Book::COPIES + 1)`).
    pub fn set(self, value: impl IntoExpr<M, T>) -> Assignment<M> {
        Assignment { field: self.field(), node: value.into_expr().node, model: PhantomData }
    }
}
