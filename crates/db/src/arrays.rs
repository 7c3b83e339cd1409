//! Arrays, which PostgreSQL alone has: Django's `ArrayField` as a `Vec`. NULL inside of one is an `Option`.

use std::fmt;

use crate::{Choice, FieldValue, Result, Value, ValueRef};

/// The values of an array, one by one.
pub trait Items: Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// The value at a position; NULL where there is none.
    fn item(&self, index: usize) -> ValueRef<'_>;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> dyn Items + 'a {
    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.len()).map(|index| self.item(index))
    }
}

impl fmt::Debug for dyn Items + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for dyn Items + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Items for Vec<Value> {
    fn len(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> ValueRef<'_> {
        self.get(index).map_or(ValueRef::Null, Value::as_ref)
    }
}

impl<T: FieldValue + Sync> Items for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> ValueRef<'_> {
        self.get(index).map_or(ValueRef::Null, T::to_ref)
    }
}

/// An array.
impl<T: FieldValue + Sync> FieldValue for Vec<T> {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    const HAS_NULL_INSIDE: bool = T::IS_OPTIONAL || T::HAS_NULL_INSIDE;
    const CHOICES: &'static [Choice] = T::CHOICES;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Array(items) => items.iter().map(T::from_value).collect(),
            other => other.refused("an array"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        ValueRef::Array(self)
    }
}
