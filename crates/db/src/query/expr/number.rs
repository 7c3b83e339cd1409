//! Arithmetic.

use std::ops::{Add, Div, Mul, Rem, Sub};

use super::{Column, Expr, IntoExpr};
use crate::FieldValue;
use crate::query::node::{Class, Node, Operator};

/// A type of numbers, whose columns can be computed with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "arithmetic needs columns of numbers"
)]
pub trait Number: FieldValue {
    /// What kind of number it is.
    #[doc(hidden)]
    const CLASS: Class;

    /// The sum of a column of them.
    type Sum: FieldValue;

    /// Their average.
    type Average: FieldValue;
}

macro_rules! numbers {
    ($($type:ty, $class:ident, $sum:ty, $average:ty;)*) => {$(
        impl Number for $type {
            const CLASS: Class = Class::$class;
            type Sum = $sum;
            type Average = $average;
        }

        impl Number for Option<$type> {
            const CLASS: Class = Class::$class;
            type Sum = $sum;
            type Average = $average;
        }
    )*};
}

numbers! {
    i16, Whole, i64, f64;
    i32, Whole, i64, f64;
    i64, Whole, i64, f64;
    u16, Whole, i64, f64;
    u32, Whole, i64, f64;
    f64, Float, f64, f64;
    crate::Decimal, Decimal, crate::Decimal, crate::Decimal;
    crate::Duration, Duration, crate::Duration, crate::Duration;
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $operator:ident),*) => {$(
        impl<M, T: Number, Of, R: IntoExpr<M, T>> $trait<R> for Column<M, T, Of> {
            type Output = Expr<M, T>;

            fn $method(self, other: R) -> Expr<M, T> {
                computed(Node::Column(self.path), Operator::$operator, other.into_expr().node)
            }
        }

        impl<M, T: Number, R: IntoExpr<M, T>> $trait<R> for Expr<M, T> {
            type Output = Self;

            fn $method(self, other: R) -> Self {
                computed(self.node, Operator::$operator, other.into_expr().node)
            }
        }
    )*};
}

arithmetic!(Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide, Rem rem Modulo);

fn computed<M, T>(left: Node, operator: Operator, right: Node) -> Expr<M, T> {
    Expr::new(Node::Arithmetic(operator, Box::new([left, right])))
}
