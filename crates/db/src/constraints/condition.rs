//! What a row must be: conditions of constraints, indexes and generated fields.

use std::borrow::Cow;
use std::fmt;

use super::literal::Literal;
use crate::Value;

type Text = Cow<'static, str>;

/// What a row must be: a small part of a query's conditions, which needs no model to be written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// A comparison of a field: Django's lookups `exact`, `lt` and so on.
    Compare(Text, Comparison, Operand),
    /// A field is one of these values.
    In(Text, Vec<Value>),
    /// A field is NULL, or is not.
    IsNull(Text, bool),
    /// All of these.
    And(Vec<Condition>),
    /// One of these.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A value.
    Value(Value),
    /// Another field of the row: Django's `F`.
    Field(Text),
}

/// A field of a condition, by name: `field("age").gte(18)`.
pub fn field(name: impl Into<Text>) -> ConditionField {
    ConditionField(name.into())
}

/// A field of a condition.
#[derive(Clone, Debug)]
pub struct ConditionField(pub(crate) Text);

/// A value or a field on the right side of a comparison.
impl From<ConditionField> for Operand {
    fn from(field: ConditionField) -> Self {
        Self::Field(field.0)
    }
}

impl<T: crate::FieldValue> From<T> for Operand {
    fn from(value: T) -> Self {
        Self::Value(value.to_value())
    }
}

impl From<&str> for Operand {
    fn from(text: &str) -> Self {
        Self::Value(Value::Text(text.to_owned()))
    }
}

#[expect(clippy::wrong_self_convention, reason = "the names of the lookups, on a value that is used once")]
impl ConditionField {
    fn compare(self, comparison: Comparison, with: impl Into<Operand>) -> Condition {
        Condition::Compare(self.0, comparison, with.into())
    }

    /// It is equal.
    pub fn eq(self, with: impl Into<Operand>) -> Condition {
        self.compare(Comparison::Equal, with)
    }

    /// It is less.
    pub fn lt(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::Less, than)
    }

    /// It is less or equal.
    pub fn lte(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::LessOrEqual, than)
    }

    /// It is greater.
    pub fn gt(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::Greater, than)
    }

    /// It is greater or equal.
    pub fn gte(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::GreaterOrEqual, than)
    }

    /// It is one of these.
    pub fn is_in(self, values: impl IntoIterator<Item = impl Into<Operand>>) -> Condition {
        let values = values.into_iter().filter_map(|value| match value.into() {
            Operand::Value(value) => Some(value),
            Operand::Field(_) => None,
        });
        Condition::In(self.0, values.collect())
    }

    /// It is NULL.
    pub fn is_null(self) -> Condition {
        Condition::IsNull(self.0, true)
    }

    /// It is not NULL.
    pub fn is_not_null(self) -> Condition {
        Condition::IsNull(self.0, false)
    }
}

impl Condition {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::And(mut parts), Self::And(others)) => {
                parts.extend(others);
                Self::And(parts)
            }
            (Self::And(mut parts), other) => {
                parts.push(other);
                Self::And(parts)
            }
            (first, second) => Self::And(vec![first, second]),
        }
    }

    /// One of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Or(mut parts), Self::Or(others)) => {
                parts.extend(others);
                Self::Or(parts)
            }
            (Self::Or(mut parts), other) => {
                parts.push(other);
                Self::Or(parts)
            }
            (first, second) => Self::Or(vec![first, second]),
        }
    }

    /// The names of the fields that it looks at, each once: Django's `referenced_base_fields`.
    pub fn field_names(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.fields(&mut found);
        let mut names: Vec<&str> = Vec::new();
        for name in found {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The fields that it looks at.
    pub(crate) fn fields<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Compare(name, _, with) => {
                found.push(name);
                if let Operand::Field(other) = with {
                    found.push(other);
                }
            }
            Self::In(name, _) | Self::IsNull(name, _) => found.push(name),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.fields(found)),
            Self::Not(part) => part.fields(found),
        }
    }

    /// The same condition of a table in which a field has got another name.
    pub(crate) fn rename(&mut self, from: &str, to: &Text) {
        let rename = |name: &mut Text| {
            if name == from {
                *name = to.clone();
            }
        };
        match self {
            Self::Compare(name, _, with) => {
                rename(name);
                if let Operand::Field(other) = with {
                    rename(other);
                }
            }
            Self::In(name, _) | Self::IsNull(name, _) => rename(name),
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|part| part.rename(from, to)),
            Self::Not(part) => part.rename(from, to),
        }
    }
}

impl std::ops::Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// The condition as a migration is written.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(name, comparison, with) => {
                let method = match comparison {
                    Comparison::Equal => "eq",
                    Comparison::Less => "lt",
                    Comparison::LessOrEqual => "lte",
                    Comparison::Greater => "gt",
                    Comparison::GreaterOrEqual => "gte",
                };
                match with {
                    Operand::Field(other) => write!(f, "field({name:?}).{method}(field({other:?}))"),
                    Operand::Value(value) => write!(f, "field({name:?}).{method}({})", Literal(value)),
                }
            }
            Self::In(name, values) => {
                let values: Vec<String> = values.iter().map(|value| Literal(value).to_string()).collect();
                write!(f, "field({name:?}).is_in([{}])", values.join(", "))
            }
            Self::IsNull(name, true) => write!(f, "field({name:?}).is_null()"),
            Self::IsNull(name, false) => write!(f, "field({name:?}).is_not_null()"),
            Self::And(parts) => joined(f, parts, "and"),
            Self::Or(parts) => joined(f, parts, "or"),
            Self::Not(part) => write!(f, "!{part}"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        match (index, part) {
            // A method binds closer than `!`.
            (0, Condition::Not(_)) => write!(f, "({part})")?,
            (0, _) => write!(f, "{part}")?,
            _ => write!(f, ".{word}({part})")?,
        }
    }
    Ok(())
}
