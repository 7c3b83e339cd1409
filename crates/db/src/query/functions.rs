//! Functions of one row: of any value, of numbers and of texts; cases and casts.

use super::expr::{Column, Expr, IntoExpr, Number, Q};
use super::methods::expressions;
use super::node::{Case, Function, Node, Type};
use crate::files::FieldFile;
use crate::json::Json;
use crate::{Date, DateTime, Duration, FieldValue, Time, Value};

/// A type that may be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never NULL",
    label = "this is for columns that may be NULL"
)]
pub trait Optional: FieldValue {
    /// The type without NULL.
    type Inner: FieldValue;
}

impl<T: FieldValue> Optional for Option<T> {
    type Inner = T;
}

/// A type of text.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a text", label = "this is for columns of text")]
pub trait Text: FieldValue {}

impl Text for String {}

impl Text for Option<String> {}

impl Text for FieldFile {}

impl Text for Option<FieldFile> {}

expressions! {
    #[FieldValue] {
        /// This value, or the other one where this is NULL.
        pub fn coalesce(self, other: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Coalesce, vec![self.into_node(), other.into_expr().node])
        }

        /// The greater of two values.
        pub fn greatest(self, other: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Greatest, vec![self.into_node(), other.into_expr().node])
        }

        /// The lesser of two values.
        pub fn least(self, other: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Least, vec![self.into_node(), other.into_expr().node])
        }

        /// NULL where it equals the other.
        pub fn null_if(self, other: impl IntoExpr<M, T>) -> Expr<M, T::Optional> {
            call(Function::NullIf, vec![self.into_node(), other.into_expr().node])
        }
    }
    #[Optional] {
        /// This value, or a default where it is NULL: `Coalesce` with a value that is never NULL.
        pub fn or(self, default: impl IntoExpr<M, T::Inner>) -> Expr<M, T::Inner> {
            call(Function::Coalesce, vec![self.into_node(), default.into_expr().node])
        }
    }
    #[Number] {
        /// Without its sign.
        pub fn abs(self) -> Expr<M, T> {
            call(Function::Abs, vec![self.into_node()])
        }

        /// Rounded to a number of decimal places. The database decides what a half is rounded to.
        pub fn round(self, places: i32) -> Expr<M, T> {
            call(Function::Round(T::CLASS), vec![self.into_node(), whole(i64::from(places))])
        }

        /// The remainder of a division, with the sign of this number.
        pub fn modulo(self, divisor: impl IntoExpr<M, T>) -> Expr<M, T::With<f64>> {
            call(Function::Mod, vec![self.into_node(), divisor.into_expr().node])
        }

        /// The greatest whole number that is not greater.
        pub fn floor(self) -> Expr<M, T> {
            call(Function::Floor, vec![self.into_node()])
        }

        /// The least whole number that is not less.
        pub fn ceil(self) -> Expr<M, T> {
            call(Function::Ceil, vec![self.into_node()])
        }
    }
    #[Text] {
        /// In lower case.
        pub fn lower(self) -> Expr<M, T> {
            call(Function::Lower, vec![self.into_node()])
        }

        /// In upper case.
        pub fn upper(self) -> Expr<M, T> {
            call(Function::Upper, vec![self.into_node()])
        }

        /// How many characters it has.
        pub fn length(self) -> Expr<M, T::With<i64>> {
            call(Function::Length, vec![self.into_node()])
        }

        /// Without white space at either end.
        pub fn trim(self) -> Expr<M, T> {
            call(Function::Trim, vec![self.into_node()])
        }

        /// Without white space at the beginning.
        pub fn ltrim(self) -> Expr<M, T> {
            call(Function::LTrim, vec![self.into_node()])
        }

        /// Without white space at the end.
        pub fn rtrim(self) -> Expr<M, T> {
            call(Function::RTrim, vec![self.into_node()])
        }

        /// This text and then another one; NULL counts as an empty text.
        pub fn concat(self, other: impl IntoExpr<M, Option<String>>) -> Expr<M, String> {
            call(Function::Concat, vec![self.into_node(), other.into_expr().node])
        }

        /// As many characters as `length` says, from a position that is counted from 1.
        pub fn substr(self, start: i64, length: i64) -> Expr<M, T> {
            call(Function::Substr, vec![self.into_node(), whole(start), whole(length)])
        }

        /// The first characters.
        pub fn left(self, length: i64) -> Expr<M, T> {
            call(Function::Left, vec![self.into_node(), whole(length)])
        }

        /// The last characters.
        pub fn right(self, length: i64) -> Expr<M, T> {
            call(Function::Right, vec![self.into_node(), whole(length)])
        }

        /// With every occurrence of one text replaced by another.
        pub fn replace(self, from: impl IntoExpr<M, T>, to: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Replace, vec![self.into_node(), from.into_expr().node, to.into_expr().node])
        }

        /// Where a text begins in it, counted from 1; 0 when it is not there.
        pub fn str_index(self, text: impl IntoExpr<M, T>) -> Expr<M, T::With<i64>> {
            call(Function::StrIndex, vec![self.into_node(), text.into_expr().node])
        }
    }
}

pub(super) fn call<M, T>(function: Function, nodes: Vec<Node>) -> Expr<M, T> {
    Expr::new(Node::Call(function, nodes))
}

fn whole(n: i64) -> Node {
    Node::Value(Value::Int(n))
}

impl<M, T, Of> Column<M, T, Of> {
    /// As another type.
    pub fn cast<U: Castable>(self) -> Expr<M, U> {
        call(Function::Cast(U::KIND.kind()), vec![self.into_node()])
    }
}

impl<M, T> Expr<M, T> {
    /// As another type.
    pub fn cast<U: Castable>(self) -> Expr<M, U> {
        call(Function::Cast(U::KIND.kind()), vec![self.into_node()])
    }
}

/// A type that a value can be cast to.
pub trait Castable: FieldValue {
    #[doc(hidden)]
    const KIND: CastKind;
}

/// What kind of type it is.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct CastKind(u8);

const CASTS: [Type; 12] = [
    Type::Bool,
    Type::Int,
    Type::BigInt,
    Type::Float,
    Type::Decimal,
    Type::Text,
    Type::Date,
    Type::DateTime,
    Type::Time,
    Type::Duration,
    Type::Uuid,
    Type::Json,
];

impl CastKind {
    fn kind(self) -> Type {
        CASTS[usize::from(self.0)]
    }
}

macro_rules! castable {
    ($($type:ty, $at:literal;)*) => {$(
        impl Castable for $type { const KIND: CastKind = CastKind($at); }
        impl Castable for Option<$type> { const KIND: CastKind = CastKind($at); }
    )*};
}

castable! {
    bool, 0;
    i32, 1;
    i64, 2;
    f64, 3;
    crate::Decimal, 4;
    String, 5;
    Date, 6;
    DateTime, 7;
    Time, 8;
    Duration, 9;
    crate::Uuid, 10;
    Json, 11;
}

/// A value chosen by conditions: Django's `Case(When(...))`.
#[derive(Clone, Debug)]
pub struct When<M, T> {
    case: Case,
    types: std::marker::PhantomData<fn() -> (M, T)>,
}

/// The value where the condition is true: `when(Note::STARS.gt(3), "good").otherwise("bad")`.
pub fn when<M, T: FieldValue>(condition: Q<M>, value: impl IntoExpr<M, T>) -> When<M, T> {
    let case = Case { when: vec![(condition.node, value.into_expr().node)], otherwise: None };
    When { case, types: std::marker::PhantomData }
}

impl<M, T: FieldValue> When<M, T> {
    /// The value where this condition is true and the ones before are not.
    #[must_use]
    pub fn when(mut self, condition: Q<M>, value: impl IntoExpr<M, T>) -> Self {
        self.case.when.push((condition.node, value.into_expr().node));
        self
    }

    /// The value where no condition is true.
    pub fn otherwise(mut self, value: impl IntoExpr<M, T>) -> Expr<M, T> {
        self.case.otherwise = Some(value.into_expr().node);
        Expr::new(Node::Case(Box::new(self.case)))
    }

    /// NULL where no condition is true.
    pub fn or_null(self) -> Expr<M, T::Optional> {
        Expr::new(Node::Case(Box::new(self.case)))
    }
}

/// A value, where an expression is asked for.
pub fn value<M, T: FieldValue>(value: T) -> Expr<M, T> {
    Expr::new(Node::Value(value.to_value()))
}
