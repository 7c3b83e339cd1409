//! Numbers of different kinds together, as Python compares them and counts with them: exactly, whatever their kind.

use std::cmp::Ordering;

use crate::json::Json;
use crate::python::parse_decimal;
use crate::{Decimal, FieldValue as _, Value, ValueRef};

/// Python's `int`, `float` or `Decimal`.
#[derive(Clone, Debug)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
    Decimal(Decimal),
}

impl Number {
    pub(super) fn of(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Int(number) => Some(Self::Int(number.into())),
            ValueRef::Float(number) => Some(Self::Float(number)),
            ValueRef::Json(Json::BigInt(digits)) => parse_decimal(digits).map(Self::Decimal),
            ValueRef::Decimal(_) | ValueRef::Numeric(_) => Decimal::from_value(value).ok().map(Self::Decimal),
            _ => None,
        }
    }

    /// Python's `float()`.
    fn to_float(&self) -> f64 {
        match self {
            Self::Int(number) => *number as f64,
            Self::Float(number) => *number,
            Self::Decimal(number) => number.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// The number exactly. None where it is infinite or no number.
    fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Int(number) => Some(Decimal::from(*number)),
            Self::Float(number) => Decimal::try_from(*number).ok(),
            Self::Decimal(number) => Some(number.clone()),
        }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        self.computed(other, |one, two| one + two, |one, two| one + two, |one, two| one + two)
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.computed(other, |one, two| one - two, |one, two| one - two, |one, two| one - two)
    }

    /// By the wider of the two kinds, as Python does. A `Decimal` and a `float` together are an error there, and a float here.
    fn computed(
        &self,
        other: &Self,
        ints: fn(i128, i128) -> i128,
        floats: fn(f64, f64) -> f64,
        decimals: fn(Decimal, Decimal) -> Decimal,
    ) -> Self {
        match (self, other) {
            (Self::Int(one), Self::Int(two)) => Self::Int(ints(*one, *two)),
            (Self::Float(_), _) | (_, Self::Float(_)) => {
                Self::Float(floats(self.to_float(), other.to_float()))
            }
            _ => match (self.to_decimal(), other.to_decimal()) {
                (Some(one), Some(two)) => Self::Decimal(decimals(one, two)),
                _ => Self::Float(f64::NAN),
            },
        }
    }

    /// Python's `type(other)(self)`.
    pub(super) fn as_kind_of(&self, other: &Self) -> Self {
        match other {
            Self::Int(_) => match self {
                Self::Int(number) => Self::Int(*number),
                _ => Self::Int(self.to_float().trunc() as i128),
            },
            Self::Float(_) => Self::Float(self.to_float()),
            Self::Decimal(_) => self.to_decimal().map_or(Self::Float(f64::NAN), Self::Decimal),
        }
    }

    /// `math.isclose(math.remainder(self, step), 0, abs_tol=1e-9)`.
    pub(super) fn is_multiple_of(&self, step: &Self) -> bool {
        remainder(self.to_float(), step.to_float()).abs() <= 1e-9
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(number) => {
                i64::try_from(number).map_or_else(|_| Self::Decimal(Decimal::from(number)), Self::Int)
            }
            Number::Float(number) => Self::Float(number),
            Number::Decimal(number) => Self::Decimal(number),
        }
    }
}

/// What is left of `x` when the nearest multiple of `y` is taken away: IEEE 754's remainder.
fn remainder(x: f64, y: f64) -> f64 {
    let (absolute, step) = (x.abs(), y.abs());
    let above = absolute % step;
    let below = step - above;
    match above.partial_cmp(&below) {
        Some(Ordering::Less) => above,
        Some(Ordering::Greater) => -below,
        Some(Ordering::Equal) => above - 2.0 * ((0.5 * (absolute - above)) % step),
        None => f64::NAN,
    }
}

/// Values that cannot be compared.
#[derive(Debug)]
pub(super) struct NotComparable;

/// Which of two values is greater; none is where one is not a number (`NaN`).
pub(super) fn order(one: ValueRef<'_>, two: ValueRef<'_>) -> Result<Option<Ordering>, NotComparable> {
    match (one, two) {
        (ValueRef::Date(one), ValueRef::Date(two)) => Ok(Some(one.cmp(&two))),
        (ValueRef::DateTime(one), ValueRef::DateTime(two)) => Ok(Some(one.cmp(&two))),
        (ValueRef::Time(one), ValueRef::Time(two)) => Ok(Some(one.cmp(&two))),
        (ValueRef::Duration(one), ValueRef::Duration(two)) => Ok(Some(one.cmp(&two))),
        _ => match (Number::of(one), Number::of(two)) {
            (Some(one), Some(two)) => Ok(order_numbers(&one, &two)),
            _ => Err(NotComparable),
        },
    }
}

fn order_numbers(one: &Number, two: &Number) -> Option<Ordering> {
    match (one, two) {
        (Number::Int(one), Number::Int(two)) => Some(one.cmp(two)),
        (Number::Float(one), Number::Float(two)) => one.partial_cmp(two),
        _ => match (one.to_decimal(), two.to_decimal()) {
            (Some(one), Some(two)) => Some(one.cmp(&two)),
            // One of them is infinite, or not a number.
            _ => one.to_float().partial_cmp(&two.to_float()),
        },
    }
}
