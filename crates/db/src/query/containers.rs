//! Comparisons of values that have others inside: arrays, ranges, hstores, documents; and of texts, which have parts.

use super::expr::{Column, Expr, IntoExpr, Q};
use super::methods::expressions;
use super::node::{Function, Lookup, Node, Right, Type};
use crate::files::FieldFile;
use crate::json::Json;
use crate::{Date, DateTime, Decimal, FieldValue, HStore, Range, RangeValue};

/// A type whose values have others of the same type inside.
#[diagnostic::on_unimplemented(
    message = "`{Self}` contains nothing",
    label = "this is for columns of texts, arrays, ranges, hstores and JSON"
)]
pub trait Container: FieldValue {
    #[doc(hidden)]
    const CONTAINS: Contains;
}

/// How a database is asked whether a value contains another one.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Contains(Lookup);

/// A type whose values can be inside of others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is contained in nothing",
    label = "this is for columns of arrays, ranges, hstores and JSON, and of what there are ranges of"
)]
pub trait Contained: FieldValue {
    /// The type that contains it: of a number or a date a [`Range`], of anything else the type itself.
    type Outer: FieldValue;

    #[doc(hidden)]
    const CASTS: Option<Casts>;
}

/// The type that a value is compared as, and the type of the range.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Casts(Type, Type);

/// A type of arrays.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an array", label = "this is for columns of arrays")]
pub trait Array: FieldValue {
    /// The type of what is in it.
    type Item: FieldValue;
}

/// A type of ranges.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a range", label = "this is for columns of ranges")]
pub trait Ranged: FieldValue {
    /// The type of its bounds.
    type Bound: FieldValue + Contained;
}

/// A type of arrays or of ranges.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no parts in common with another one",
    label = "this is for columns of arrays and ranges"
)]
pub trait Overlapping: FieldValue {}

impl Container for String {
    const CONTAINS: Contains = Contains(Lookup::Contains);
}

impl Container for FieldFile {
    const CONTAINS: Contains = Contains(Lookup::Contains);
}

impl<T: FieldValue + Sync> Container for Vec<T> {
    const CONTAINS: Contains = Contains(Lookup::Includes);
}

impl<T: FieldValue + Sync> Contained for Vec<T> {
    type Outer = Self;
    const CASTS: Option<Casts> = None;
}

impl<T: FieldValue + Sync> Array for Vec<T> {
    type Item = T;
}

impl<T: FieldValue + Sync> Overlapping for Vec<T> {}

impl<T: RangeValue> Overlapping for Range<T> {}

impl<T: RangeValue + Contained> Ranged for Range<T> {
    type Bound = T;
}

macro_rules! containers {
    ($($type:ty)*) => {$(
        impl Container for $type {
            const CONTAINS: Contains = Contains(Lookup::Includes);
        }

        impl Contained for $type {
            type Outer = Self;
            const CASTS: Option<Casts> = None;
        }
    )*};
}

containers! { HStore Json Range<i32> Range<i64> Range<Decimal> Range<Date> Range<DateTime> }

macro_rules! in_ranges {
    ($($type:ty, $as:ident, $range:ident $bound:ty;)*) => {$(
        impl Contained for $type {
            type Outer = Range<$bound>;
            const CASTS: Option<Casts> = Some(Casts(Type::$as, Type::$range));
        }
    )*};
}

in_ranges! {
    i16, Int, IntRange i32;
    i32, Int, IntRange i32;
    u16, Int, IntRange i32;
    u32, Int, IntRange i32;
    i64, BigInt, BigIntRange i64;
    f64, Decimal, DecimalRange Decimal;
    Decimal, Decimal, DecimalRange Decimal;
    Date, Date, DateRange Date;
    DateTime, DateTime, DateTimeRange DateTime;
}

impl<T: Container> Container for Option<T> {
    const CONTAINS: Contains = T::CONTAINS;
}

impl<T: Contained> Contained for Option<T> {
    type Outer = T::Outer;
    const CASTS: Option<Casts> = T::CASTS;
}

impl<T: Array> Array for Option<T> {
    type Item = T::Item;
}

impl<T: Ranged> Ranged for Option<T> {
    type Bound = T::Bound;
}

impl<T: Overlapping> Overlapping for Option<T> {}

fn cast(node: Node, to: Type) -> Node {
    Node::Call(Function::Cast(to), vec![node])
}

fn of_range<M, T>(range: Node, function: &'static str) -> Expr<M, T> {
    Expr::new(Node::Call(Function::OfRange(function), vec![range]))
}

expressions! {
    #[Container] {
        /// It contains the other one: a part of a text (SQLite matches ASCII letters in either case, as with Django), all
        /// values of an array, the pairs of an hstore, what is in a document, the whole of a range.
        pub fn contains(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(T::CONTAINS.0, other)
        }
    }
    #[Contained] {
        /// It is contained in the other one: all its values are in an array, its pairs in an hstore, what it has in a
        /// document; a range, a number or a date in a range.
        pub fn contained_by(self, other: impl IntoExpr<M, T::Outer>) -> Q<M> {
            let (left, right) = (self.into_node(), other.into_expr().node);
            let (left, right) = match T::CASTS {
                Some(Casts(own, range)) => (cast(left, own), cast(right, range)),
                None => (left, right),
            };
            Q::new(Node::compare(left, Lookup::IncludedBy, Right::One(right)))
        }
    }
    #[Overlapping] {
        /// They have a value in common.
        pub fn overlap(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Overlap, other)
        }
    }
    #[Array] {
        /// How many values it has.
        pub fn len(self) -> Expr<M, T::With<i64>> {
            Expr::new(Node::Call(Function::ArrayLength, vec![self.into_node()]))
        }

        /// The value at a position, counted from 0; NULL where there is none. In an array of arrays a value has two
        /// positions, `board.item(0).item(1)`; with one alone PostgreSQL finds NULL.
        pub fn item(self, position: u32) -> Expr<M, <T::Item as FieldValue>::Optional> {
            Expr::new(Node::Call(Function::ArrayItem(i64::from(position) + 1), vec![self.into_node()]))
        }

        /// The values from a position on, and before another one, both counted from 0: Django's `tags__0_2`.
        pub fn slice(self, positions: std::ops::Range<u32>) -> Expr<M, T> {
            let slice = Function::ArraySlice(i64::from(positions.start) + 1, i64::from(positions.end));
            Expr::new(Node::Call(slice, vec![self.into_node()]))
        }
    }
    #[Ranged] {
        /// A value is in it: Django's `contains` with a single value.
        pub fn contains_value(self, value: impl IntoExpr<M, T::Bound>) -> Q<M> {
            let value = value.into_expr().node;
            let value = match <T::Bound as Contained>::CASTS {
                Some(Casts(own, _)) => cast(value, own),
                None => value,
            };
            Q::new(Node::compare(self.into_node(), Lookup::Includes, Right::One(value)))
        }

        /// All of it is less than all of the other one.
        pub fn fully_lt(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::FullyLt, other)
        }

        /// All of it is greater than all of the other one.
        pub fn fully_gt(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::FullyGt, other)
        }

        /// Nothing of it is less than all of the other one.
        pub fn not_lt(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::NotLt, other)
        }

        /// Nothing of it is greater than all of the other one.
        pub fn not_gt(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::NotGt, other)
        }

        /// One begins where the other one ends.
        pub fn adjacent_to(self, other: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::AdjacentTo, other)
        }

        /// Where it begins, if it does: Django's `startswith`.
        pub fn start(self) -> Expr<M, <T::Bound as FieldValue>::Optional> {
            of_range(self.into_node(), "LOWER")
        }

        /// Where it ends, if it does: Django's `endswith`.
        pub fn end(self) -> Expr<M, <T::Bound as FieldValue>::Optional> {
            of_range(self.into_node(), "UPPER")
        }

        /// No value is in it.
        pub fn is_empty(self) -> Expr<M, T::With<bool>> {
            of_range(self.into_node(), "ISEMPTY")
        }

        /// Its lower bound belongs to it.
        pub fn lower_inc(self) -> Expr<M, T::With<bool>> {
            of_range(self.into_node(), "LOWER_INC")
        }

        /// It has no lower bound.
        pub fn lower_inf(self) -> Expr<M, T::With<bool>> {
            of_range(self.into_node(), "LOWER_INF")
        }

        /// Its upper bound belongs to it.
        pub fn upper_inc(self) -> Expr<M, T::With<bool>> {
            of_range(self.into_node(), "UPPER_INC")
        }

        /// It has no upper bound.
        pub fn upper_inf(self) -> Expr<M, T::With<bool>> {
            of_range(self.into_node(), "UPPER_INF")
        }
    }
}

macro_rules! std_ranges {
    ($($type:ty)*) => {$(
        impl<M, T> IntoExpr<M, Range<T>> for $type
        where
            T: RangeValue,
        {
            fn into_expr(self) -> Expr<M, Range<T>> {
                IntoExpr::<M, Range<T>>::into_expr(Range::from(self))
            }
        }

        impl<M, T> IntoExpr<M, Option<Range<T>>> for $type
        where
            T: RangeValue,
        {
            fn into_expr(self) -> Expr<M, Option<Range<T>>> {
                IntoExpr::<M, Option<Range<T>>>::into_expr(Range::from(self))
            }
        }
    )*};
}

std_ranges! {
    std::ops::Range<T> std::ops::RangeInclusive<T> std::ops::RangeFrom<T> std::ops::RangeTo<T>
    std::ops::RangeToInclusive<T>
}
