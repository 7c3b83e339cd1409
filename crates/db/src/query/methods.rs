//! How a method is written once for columns and for expressions.

use super::expr::{Column, Expr};
use super::node::Node;

/// Methods of columns and expressions whose type is of a trait: `#[Trait] { methods }`.
macro_rules! expressions {
    ($(#[$($bounds:tt)*] { $($body:tt)* })*) => {$(
        expressions!(@column [$($bounds)*] { $($body)* });
        expressions!(@expr [$($bounds)*] { $($body)* });
    )*};
    (@column [$($bounds:tt)*] { $($body:tt)* }) => {
        impl<M, T, Of> Column<M, T, Of> where T: $($bounds)* { $($body)* }
    };
    (@expr [$($bounds:tt)*] { $($body:tt)* }) => {
        impl<M, T> Expr<M, T> where T: $($bounds)* { $($body)* }
    };
}

pub(super) use expressions;

impl<M, T, Of> Column<M, T, Of> {
    pub(super) fn into_node(self) -> Node {
        Node::Column(self.path)
    }
}

impl<M, T> Expr<M, T> {
    pub(super) fn into_node(self) -> Node {
        self.node
    }
}
