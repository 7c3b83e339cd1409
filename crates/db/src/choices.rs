//! The values that a field may have, where these are few and have names: an enum with `#[derive(Choices)]`, or the option
//! `choices`.

use crate::kinds::FieldKind;
use crate::python::parse_decimal;
use crate::{Decimal, FieldValue, ValueRef};

/// One of the values that a field may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the column has.
    pub value: ChoiceValue,
    /// What people read.
    pub label: &'static str,
}

/// A choice as the column has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceValue {
    /// Text.
    Text(&'static str),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// A decimal number, as a text: `0.5`.
    Decimal(&'static str),
    /// NULL, where that has a name: `Unknown`.
    Null,
}

impl ChoiceValue {
    /// The value that is written; a decimal number is written as its text.
    pub fn to_ref(self) -> ValueRef<'static> {
        match self {
            Self::Text(text) | Self::Decimal(text) => ValueRef::Text(text),
            Self::Int(n) => ValueRef::Int(n),
            Self::Bool(value) => ValueRef::Bool(value),
            Self::Null => ValueRef::Null,
        }
    }

    pub(crate) fn is(self, value: ValueRef<'_>) -> bool {
        match self {
            Self::Decimal(text) => {
                Decimal::from_value(value).is_ok_and(|value| parse_decimal(text) == Some(value))
            }
            // SQLite has no booleans of its own.
            Self::Bool(choice) => bool::from_value(value).is_ok_and(|value| value == choice),
            _ => self.to_ref() == value,
        }
    }
}

/// An enum whose values are a field's choices: Django's `TextChoices` and `IntegerChoices`. `#[derive(Choices)]`
/// implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    label = "not a type of a field",
    note = "a field is a bool, i16, i32, i64, u16, u32, f64, String, DateTime, Date, Time, Duration, Decimal, Uuid, Json, \
            Vec<u8>, IpAddr, ForeignKey<Model>, ManyToMany<Model>, an enum with #[derive(Choices)], or an Option of one"
)]
pub trait FieldChoices: FieldValue + Copy + 'static {
    /// The kind of a field of this type that names none: a `CharField` as long as the longest value, or an `IntegerField`.
    const KIND: FieldKind;

    /// What people read of the value.
    fn label(self) -> &'static str;

    /// Every value, in the order of declaration.
    fn all() -> &'static [Self];
}

/// The length of the longest text among some choices, in characters. Called by derived code.
#[doc(hidden)]
pub const fn longest(choices: &[Choice]) -> Option<u32> {
    let mut longest = 0;
    let mut at = 0;
    while at < choices.len() {
        if let ChoiceValue::Text(text) = choices[at].value {
            let length = characters(text.as_bytes());
            longest = if length > longest { length } else { longest };
        }
        at += 1;
    }
    Some(longest)
}

/// How many characters a text in UTF-8 has: the bytes that begin one.
const fn characters(text: &[u8]) -> u32 {
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        if text[at] & 0b1100_0000 != 0b1000_0000 {
            count += 1;
        }
        at += 1;
    }
    count
}

/// Reads a choice from a column. Called by derived code.
#[doc(hidden)]
pub fn read_choice<T: FieldChoices>(value: ValueRef<'_>) -> crate::Result<T> {
    let position = T::CHOICES.iter().position(|choice| choice.value.is(value));
    match position.and_then(|position| T::all().get(position)) {
        Some(found) => Ok(*found),
        None => value.refused("one of the choices"),
    }
}
