//! Ranges, which PostgreSQL alone has: Django's `IntegerRangeField` and its like.

use std::fmt;
use std::ops::{self, Bound};

use crate::{Date, DateTime, Decimal, FieldValue, Result, Value, ValueRef};

/// The values between two bounds, each of which may belong to them or be open: `Range::from(1..5)`, `Range::from(1..)`.
///
/// PostgreSQL keeps ranges of whole numbers and of dates with their lower bound and without the upper one: `1..=4` is read back
/// as `1..5`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range<T> {
    /// None where it is empty.
    bounds: Option<[Bound<T>; 2]>,
}

impl<T> Range<T> {
    /// The values from one bound to the other. PostgreSQL refuses a lower bound that is greater than the upper one.
    pub const fn new(lower: Bound<T>, upper: Bound<T>) -> Self {
        Self { bounds: Some([lower, upper]) }
    }

    /// No value at all.
    pub const fn empty() -> Self {
        Self { bounds: None }
    }

    pub(crate) fn of(bounds: Option<[Bound<T>; 2]>) -> Self {
        Self { bounds }
    }

    /// Whether it was made or read as one without values. PostgreSQL alone can tell that nothing is in `1..1`.
    pub const fn is_empty(&self) -> bool {
        self.bounds.is_none()
    }

    /// Where it begins; `None` of an empty one.
    pub fn lower(&self) -> Option<Bound<&T>> {
        self.bounds.as_ref().map(|[lower, _]| lower.as_ref())
    }

    /// Where it ends; `None` of an empty one.
    pub fn upper(&self) -> Option<Bound<&T>> {
        self.bounds.as_ref().map(|[_, upper]| upper.as_ref())
    }
}

macro_rules! from {
    ($($type:ty, |$range:ident| $lower:expr, $upper:expr;)*) => {$(
        impl<T> From<$type> for Range<T> {
            fn from($range: $type) -> Self {
                Self::new($lower, $upper)
            }
        }
    )*};
}

from! {
    ops::Range<T>, |range| Bound::Included(range.start), Bound::Excluded(range.end);
    ops::RangeFrom<T>, |range| Bound::Included(range.start), Bound::Unbounded;
    ops::RangeTo<T>, |range| Bound::Unbounded, Bound::Excluded(range.end);
    ops::RangeToInclusive<T>, |range| Bound::Unbounded, Bound::Included(range.end);
    ops::RangeFull, |_range| Bound::Unbounded, Bound::Unbounded;
}

impl<T> From<ops::RangeInclusive<T>> for Range<T> {
    fn from(range: ops::RangeInclusive<T>) -> Self {
        let (lower, upper) = range.into_inner();
        Self::new(Bound::Included(lower), Bound::Included(upper))
    }
}

/// The bounds of a range of any values.
pub trait Bounds: Sync {
    /// The lower one and the upper one; `None` of an empty range.
    fn bounds(&self) -> Option<[Bound<ValueRef<'_>>; 2]>;
}

impl fmt::Debug for dyn Bounds + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bounds().fmt(f)
    }
}

impl PartialEq for dyn Bounds + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.bounds() == other.bounds()
    }
}

impl Bounds for Range<Value> {
    fn bounds(&self) -> Option<[Bound<ValueRef<'_>>; 2]> {
        self.bounds.as_ref().map(|ends| ends.each_ref().map(|end| end.as_ref().map(Value::as_ref)))
    }
}

impl<T: RangeValue> Bounds for Range<T> {
    fn bounds(&self) -> Option<[Bound<ValueRef<'_>>; 2]> {
        self.bounds.as_ref().map(|ends| ends.each_ref().map(|end| end.as_ref().map(T::to_ref)))
    }
}

/// A type of which there are ranges.
#[diagnostic::on_unimplemented(
    message = "there is no field of ranges of `{Self}`",
    note = "there are ranges of i32, i64, Decimal, Date and DateTime"
)]
pub trait RangeValue: FieldValue + Sync {}

impl RangeValue for i32 {}
impl RangeValue for i64 {}
impl RangeValue for Decimal {}
impl RangeValue for Date {}
impl RangeValue for DateTime {}

impl<T: RangeValue> FieldValue for Range<T> {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let ValueRef::Range(range) = value else { return value.refused("a range") };
        let Some([lower, upper]) = range.bounds() else { return Ok(Self::empty()) };
        Ok(Self::new(bound(lower)?, bound(upper)?))
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Range(self)
    }
}

fn bound<T: FieldValue>(bound: Bound<ValueRef<'_>>) -> Result<Bound<T>> {
    Ok(match bound {
        Bound::Included(value) => Bound::Included(T::from_value(value)?),
        Bound::Excluded(value) => Bound::Excluded(T::from_value(value)?),
        Bound::Unbounded => Bound::Unbounded,
    })
}
