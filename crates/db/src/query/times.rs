//! Dates and times: their parts, what they are cut to, and how far they are apart. Parts of a datetime are what clocks show in the
//! database's time zone ([`Database::time_zone`](crate::Database::time_zone)); what it is cut to is the point in time when they show that.

use super::expr::{Column, Expr, IntoExpr};
use super::functions::call;
use super::methods::expressions;
use super::node::{Function, Moment, Node, Operator, Part, Unit};
use crate::{Date, DateTime, Duration, FieldValue, Time};

/// A type of dates and times.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a date nor a time",
    label = "this is for dates and times"
)]
pub trait Temporal: FieldValue {
    #[doc(hidden)]
    const MOMENT: TemporalKind;
}

/// What kind of date or time a type is.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum TemporalKind {
    DateTime,
    Date,
    Time,
}

impl TemporalKind {
    const fn moment(self) -> Moment {
        match self {
            Self::DateTime => Moment::DateTime,
            Self::Date => Moment::Date,
            Self::Time => Moment::Time,
        }
    }
}

/// A type of datetimes.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a datetime", label = "this is for datetimes")]
pub trait Instant: Temporal {}

/// A type that has a date.
#[diagnostic::on_unimplemented(message = "`{Self}` has no date", label = "this is for dates and datetimes")]
pub trait Dated: Temporal {}

/// A type that has a time of day.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time of day",
    label = "this is for times and datetimes"
)]
pub trait Clock: Temporal {}

macro_rules! temporal {
    ($($type:ty: $kind:ident $($trait:ident)*;)*) => {$(
        impl Temporal for $type { const MOMENT: TemporalKind = TemporalKind::$kind; }
        impl Temporal for Option<$type> { const MOMENT: TemporalKind = TemporalKind::$kind; }
        $(impl $trait for $type {} impl $trait for Option<$type> {})*
    )*};
}

temporal! {
    DateTime: DateTime Instant Dated Clock;
    Date: Date Dated;
    Time: Time Clock;
}

expressions! {
    #[Dated] {
        /// The year.
        pub fn year(self) -> Expr<M, T::With<i64>> {
            part(Part::Year, T::MOMENT, self.into_node())
        }

        /// The year of the ISO 8601 week.
        pub fn iso_year(self) -> Expr<M, T::With<i64>> {
            part(Part::IsoYear, T::MOMENT, self.into_node())
        }

        /// The quarter, from 1 to 4.
        pub fn quarter(self) -> Expr<M, T::With<i64>> {
            part(Part::Quarter, T::MOMENT, self.into_node())
        }

        /// The month, from 1 to 12.
        pub fn month(self) -> Expr<M, T::With<i64>> {
            part(Part::Month, T::MOMENT, self.into_node())
        }

        /// The ISO 8601 week, from 1 to 53.
        pub fn week(self) -> Expr<M, T::With<i64>> {
            part(Part::Week, T::MOMENT, self.into_node())
        }

        /// The day of the month.
        pub fn day(self) -> Expr<M, T::With<i64>> {
            part(Part::Day, T::MOMENT, self.into_node())
        }

        /// The day of the week, from 1 (Sunday) to 7 (Saturday).
        pub fn week_day(self) -> Expr<M, T::With<i64>> {
            part(Part::WeekDay, T::MOMENT, self.into_node())
        }

        /// The day of the week, from 1 (Monday) to 7 (Sunday).
        pub fn iso_week_day(self) -> Expr<M, T::With<i64>> {
            part(Part::IsoWeekDay, T::MOMENT, self.into_node())
        }

        /// The first moment of its year.
        pub fn trunc_year(self) -> Expr<M, T> {
            cut(Unit::Year, T::MOMENT, self.into_node())
        }

        /// The first moment of its quarter.
        pub fn trunc_quarter(self) -> Expr<M, T> {
            cut(Unit::Quarter, T::MOMENT, self.into_node())
        }

        /// The first moment of its month.
        pub fn trunc_month(self) -> Expr<M, T> {
            cut(Unit::Month, T::MOMENT, self.into_node())
        }

        /// The first moment of its week, which begins on Monday.
        pub fn trunc_week(self) -> Expr<M, T> {
            cut(Unit::Week, T::MOMENT, self.into_node())
        }

        /// The first moment of its day.
        pub fn trunc_day(self) -> Expr<M, T> {
            cut(Unit::Day, T::MOMENT, self.into_node())
        }
    }
    #[Clock] {
        /// The hour.
        pub fn hour(self) -> Expr<M, T::With<i64>> {
            part(Part::Hour, T::MOMENT, self.into_node())
        }

        /// The minute.
        pub fn minute(self) -> Expr<M, T::With<i64>> {
            part(Part::Minute, T::MOMENT, self.into_node())
        }

        /// The second, without its fraction.
        pub fn second(self) -> Expr<M, T::With<i64>> {
            part(Part::Second, T::MOMENT, self.into_node())
        }

        /// The first moment of its hour.
        pub fn trunc_hour(self) -> Expr<M, T> {
            cut(Unit::Hour, T::MOMENT, self.into_node())
        }

        /// The first moment of its minute.
        pub fn trunc_minute(self) -> Expr<M, T> {
            cut(Unit::Minute, T::MOMENT, self.into_node())
        }

        /// The first moment of its second.
        pub fn trunc_second(self) -> Expr<M, T> {
            cut(Unit::Second, T::MOMENT, self.into_node())
        }
    }
    #[Instant] {
        /// The date, in the program's time zone.
        pub fn date(self) -> Expr<M, T::With<Date>> {
            call(Function::Date, vec![self.into_node()])
        }

        /// The time of day, in the program's time zone.
        pub fn time(self) -> Expr<M, T::With<Time>> {
            call(Function::Time, vec![self.into_node()])
        }

        /// Later by a length of time.
        pub fn plus(self, length: impl IntoExpr<M, Duration>) -> Expr<M, T> {
            between(Operator::TimeAdd, self.into_node(), length.into_expr().node)
        }

        /// Earlier by a length of time.
        pub fn minus(self, length: impl IntoExpr<M, Duration>) -> Expr<M, T> {
            between(Operator::TimeSubtract, self.into_node(), length.into_expr().node)
        }

        /// The length of time since another point in time.
        pub fn since(self, other: impl IntoExpr<M, T>) -> Expr<M, T::With<Duration>> {
            between(Operator::TimeBetween, self.into_node(), other.into_expr().node)
        }
    }
}

fn part<M, T>(part: Part, of: TemporalKind, node: Node) -> Expr<M, T> {
    call(Function::Extract(part, of.moment()), vec![node])
}

fn cut<M, T>(unit: Unit, of: TemporalKind, node: Node) -> Expr<M, T> {
    call(Function::Trunc(unit, of.moment()), vec![node])
}

fn between<M, T>(operator: Operator, left: Node, right: Node) -> Expr<M, T> {
    Expr::new(Node::Arithmetic(operator, Box::new([left, right])))
}

/// The database's time: at the beginning of the statement.
pub fn current_timestamp<M>() -> Expr<M, DateTime> {
    call(Function::Now, Vec::new())
}
