//! Conditions, and how they are put together.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, BitXor, Not};

use crate::query::node::Node;

/// A condition on rows of `M`, to be combined with `&`, `|`, `^` and `!`.
#[derive(Clone, Debug)]
pub struct Q<M> {
    pub(crate) node: Node,
    model: PhantomData<fn() -> M>,
}

impl<M> Q<M> {
    pub(crate) const fn new(node: Node) -> Self {
        Self { node, model: PhantomData }
    }

    /// The condition that every row meets: where conditions are put together in a loop.
    pub const fn all() -> Self {
        Self::new(Node::All(Vec::new()))
    }

    /// The condition that no row meets.
    pub const fn none() -> Self {
        Self::new(Node::Any(Vec::new()))
    }
}

/// Conditions put together are one list, whichever side has them already.
macro_rules! connectors {
    ($($trait:ident $method:ident $variant:ident),*) => {$(
        impl<M> $trait for Q<M> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                let listed = |node| match node {
                    Node::$variant(nodes) if !nodes.is_empty() => nodes,
                    node => vec![node],
                };
                let mut nodes = listed(self.node);
                nodes.extend(listed(other.node));
                Self::new(Node::$variant(nodes))
            }
        }
    )*};
}

connectors!(BitAnd bitand All, BitOr bitor Any, BitXor bitxor Odd);

impl<M> Not for Q<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(match self.node {
            Node::Not(node) => *node,
            node => Node::Not(Box::new(node)),
        })
    }
}
