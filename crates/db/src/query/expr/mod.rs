//! Expressions with types: a column, and what is computed of columns. The compiler refuses a column of another model
//! and a value of another type.

mod column;
mod condition;
mod number;
mod order;

use std::marker::PhantomData;

use super::node::{Node, Outer};
use crate::files::FieldFile;
use crate::{FieldValue, ForeignKey, Model, Target, Value};

pub(super) use column::way;
pub use column::{Column, Joined, Own, Reference, Related};
pub use condition::Q;
pub use number::Number;
pub use order::{Assignment, Order, Orders};

/// An expression of model `M` whose value is a `T`.
#[derive(Debug)]
pub struct Expr<M, T> {
    pub(crate) node: Node,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M, T> Expr<M, T> {
    pub(crate) const fn new(node: Node) -> Self {
        Self { node, types: PhantomData }
    }

    /// A value, which the caller knows to be one of a `T`.
    #[doc(hidden)]
    pub const fn value(value: Value) -> Self {
        Self::new(Node::Value(value))
    }
}

/// A value or an expression that a `T` of model `M` can be compared with or computed with: Django's `F()` needs no
/// word of its own here, a column is one.
#[diagnostic::on_unimplemented(message = "a column of type `{T}` cannot be compared with or set to `{Self}`")]
pub trait IntoExpr<M, T> {
    /// The expression.
    fn into_expr(self) -> Expr<M, T>;
}

fn literal<M, T>(value: Value) -> Expr<M, T> {
    Expr::new(Node::Value(value))
}

impl<M, T: FieldValue> IntoExpr<M, T> for T {
    fn into_expr(self) -> Expr<M, T> {
        literal(self.to_value())
    }
}

impl<M, T: FieldValue> IntoExpr<M, Option<T>> for T {
    fn into_expr(self) -> Expr<M, Option<T>> {
        literal(self.to_value())
    }
}

macro_rules! texts {
    ($($type:ty)*) => {$(
        impl<M> IntoExpr<M, String> for $type {
            fn into_expr(self) -> Expr<M, String> {
                literal(Value::Text(self.to_owned()))
            }
        }

        impl<M> IntoExpr<M, Option<String>> for $type {
            fn into_expr(self) -> Expr<M, Option<String>> {
                literal(Value::Text(self.to_owned()))
            }
        }
    )*};
}

texts!(&str & String);

/// A file of the storage is compared by its name.
impl<M> IntoExpr<M, FieldFile> for &str {
    fn into_expr(self) -> Expr<M, FieldFile> {
        literal(Value::Text(self.to_owned()))
    }
}

impl<M> IntoExpr<M, Option<FieldFile>> for &str {
    fn into_expr(self) -> Expr<M, Option<FieldFile>> {
        literal(Value::Text(self.to_owned()))
    }
}

/// A row is compared by the field that the key refers to.
impl<M, R: Target<F>, const F: usize> IntoExpr<M, ForeignKey<R, F>> for &R {
    fn into_expr(self) -> Expr<M, ForeignKey<R, F>> {
        literal(self.key().to_value())
    }
}

impl<M, R: Target<F>, const F: usize> IntoExpr<M, Option<ForeignKey<R, F>>> for &R {
    fn into_expr(self) -> Expr<M, Option<ForeignKey<R, F>>> {
        literal(self.key().to_value())
    }
}

impl<M, R: Target<F, Key = String>, const F: usize> IntoExpr<M, ForeignKey<R, F>> for &str {
    fn into_expr(self) -> Expr<M, ForeignKey<R, F>> {
        literal(Value::Text(self.to_owned()))
    }
}

impl<M, R: Target<F, Key = String>, const F: usize> IntoExpr<M, Option<ForeignKey<R, F>>> for &str {
    fn into_expr(self) -> Expr<M, Option<ForeignKey<R, F>>> {
        literal(Value::Text(self.to_owned()))
    }
}

macro_rules! keys {
    ($($type:ty)*) => {$(
        impl PrimaryKey for $type {}

        impl<M, R: Target<F, Key = $type>, const F: usize> IntoExpr<M, ForeignKey<R, F>> for $type {
            fn into_expr(self) -> Expr<M, ForeignKey<R, F>> {
                literal(self.to_value())
            }
        }

        impl<M, R: Target<F, Key = $type>, const F: usize> IntoExpr<M, Option<ForeignKey<R, F>>> for $type {
            fn into_expr(self) -> Expr<M, Option<ForeignKey<R, F>>> {
                literal(self.to_value())
            }
        }
    )*};
}

keys!(i16 i32 i64 u16 u32 String crate::Uuid);

impl<M, T, Of> IntoExpr<M, T> for Column<M, T, Of> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::new(Node::Column(self.path))
    }
}

impl<M, T, Of> IntoExpr<M, Option<T>> for Column<M, T, Of> {
    fn into_expr(self) -> Expr<M, Option<T>> {
        Expr::new(Node::Column(self.path))
    }
}

impl<M, T> IntoExpr<M, T> for Expr<M, T> {
    fn into_expr(self) -> Self {
        self
    }
}

impl<M, T> IntoExpr<M, Option<T>> for Expr<M, T> {
    fn into_expr(self) -> Expr<M, Option<T>> {
        Expr::new(self.node)
    }
}

impl<M> IntoExpr<M, bool> for Q<M> {
    fn into_expr(self) -> Expr<M, bool> {
        Expr::new(self.node)
    }
}

/// A column of the query around a subquery: Django's `OuterRef`. See [`outer`].
#[derive(Clone, Copy, Debug)]
pub struct OuterRef<O, T> {
    node: Outer,
    types: PhantomData<fn() -> (O, T)>,
}

/// A column of the query around a subquery: `Task::PROJECT.eq(outer(Project::ID))`.
pub fn outer<O: Model, T, Of>(column: Column<O, T, Of>) -> OuterRef<O, T> {
    OuterRef { node: Outer { meta: O::meta(), path: column.path }, types: PhantomData }
}

impl<M, O, T> IntoExpr<M, T> for OuterRef<O, T> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::new(Node::Outer(self.node))
    }
}

impl<M, O, T> IntoExpr<M, Option<T>> for OuterRef<O, T> {
    fn into_expr(self) -> Expr<M, Option<T>> {
        Expr::new(Node::Outer(self.node))
    }
}

/// A foreign key can be compared with the key of the row around it.
impl<M, O: Target<F, Key = T>, T: PrimaryKey, const F: usize> IntoExpr<M, ForeignKey<O, F>>
    for OuterRef<O, T>
{
    fn into_expr(self) -> Expr<M, ForeignKey<O, F>> {
        Expr::new(Node::Outer(self.node))
    }
}

impl<M, O: Target<F, Key = T>, T: PrimaryKey, const F: usize> IntoExpr<M, Option<ForeignKey<O, F>>>
    for OuterRef<O, T>
{
    fn into_expr(self) -> Expr<M, Option<ForeignKey<O, F>>> {
        Expr::new(Node::Outer(self.node))
    }
}

/// A type of keys.
pub trait PrimaryKey: FieldValue {}
