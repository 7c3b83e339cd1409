//! Unique constraints: Django's `UniqueConstraint`.

use std::borrow::Cow;
use std::fmt;

use super::condition::Condition;
use super::keys::{self, IndexKeys};
use super::{Constraint, ConstraintRule, Deferrable, write_deferrable, write_options};

type Text = Cow<'static, str>;

/// What no two rows have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Unique {
    /// The fields, or what is computed of each row.
    pub keys: IndexKeys,
    /// The operator class of each field (PostgreSQL). Empty where the fields have their usual ones.
    pub opclasses: Vec<Text>,
    /// Among these rows alone.
    pub condition: Option<Condition>,
    /// Further fields that the index holds, so that queries need not look at the table (PostgreSQL).
    pub include: Vec<Text>,
    /// Whether two NULLs differ. Where it is said the constraint exists in PostgreSQL alone, as in Django.
    pub nulls_distinct: Option<bool>,
    /// When it is checked. Where it is said the constraint exists in PostgreSQL alone, as in Django.
    pub deferrable: Option<Deferrable>,
    /// What validation says of a row that it refuses, instead of the usual words.
    pub violation_error_message: Option<&'static str>,
    /// The short name of that message, instead of `unique`.
    pub violation_error_code: Option<&'static str>,
}

/// No two rows have the same values of these fields, or of these expressions.
pub fn unique(name: impl Into<Text>, keys: impl Into<IndexKeys>) -> Constraint {
    let unique = Unique {
        keys: keys.into(),
        opclasses: Vec::new(),
        condition: None,
        include: Vec::new(),
        nulls_distinct: None,
        deferrable: None,
        violation_error_message: None,
        violation_error_code: None,
    };
    Constraint { name: name.into(), rule: ConstraintRule::Unique(unique) }
}

impl Unique {
    pub(super) fn is_index(&self) -> bool {
        let has_expressions = matches!(self.keys, IndexKeys::Expressions(_));
        self.condition.is_some() || !self.include.is_empty() || !self.opclasses.is_empty() || has_expressions
    }

    pub(super) fn mistake(&self) -> Option<String> {
        if self.deferrable.is_some() && self.is_index() {
            return Some(
                "cannot be deferrable: it has expressions, a condition, `include` or `opclasses`".to_owned(),
            );
        }
        keys::opclasses_mistake(&self.keys, &self.opclasses)
    }

    pub(super) fn rename(&mut self, from: &str, to: &Text) {
        self.keys.rename(from, to);
        self.include.iter_mut().for_each(|field| keys::rename(field, from, to));
        self.condition.iter_mut().for_each(|condition| condition.rename(from, to));
    }

    pub(super) fn write(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unique({name:?}, {})", self.keys)?;
        write_options(f, &self.opclasses, self.condition.as_ref(), &self.include)?;
        self.nulls_distinct.map_or(Ok(()), |distinct| write!(f, ".nulls_distinct({distinct})"))?;
        write_deferrable(f, self.deferrable)
    }
}
