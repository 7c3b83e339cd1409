//! Exclusion constraints of PostgreSQL: Django's `ExclusionConstraint`.

use std::borrow::Cow;
use std::fmt;

use super::condition::{Condition, ConditionField};
use super::keys::{self, IndexKey};
use super::{Constraint, ConstraintRule, Deferrable, write_deferrable, write_options};
use crate::Expression;
use crate::generated::Part;

type Text = Cow<'static, str>;

/// No two rows are in each other's way: not all of the comparisons hold of two rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// What is compared.
    pub keys: Vec<ExclusionKey>,
    /// It uses an SP-GiST index in place of a GiST index.
    pub spgist: bool,
    /// Among these rows alone.
    pub condition: Option<Condition>,
    /// Further fields that the index holds.
    pub include: Vec<Text>,
    /// When it is checked.
    pub deferrable: Option<Deferrable>,
}

/// What is compared of two rows, and by which operator: `field("booked").with("&&")`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExclusionKey {
    /// What is computed of each row.
    pub key: IndexKey,
    /// The operator: `=`, `&&`, `-|-`.
    pub operator: Text,
}

/// Of two rows not all of these comparisons hold (PostgreSQL):
/// `exclude("one_booking", [field("room").with("="), field("booked").with("&&")])`.
pub fn exclude(name: impl Into<Text>, keys: impl IntoIterator<Item = ExclusionKey>) -> Constraint {
    let keys = keys.into_iter().collect();
    let exclusion = Exclusion { keys, spgist: false, condition: None, include: Vec::new(), deferrable: None };
    Constraint { name: name.into(), rule: ConstraintRule::Exclude(exclusion) }
}

impl IndexKey {
    /// Compared by this operator, in an exclusion.
    pub fn with(self, operator: impl Into<Text>) -> ExclusionKey {
        ExclusionKey { key: self, operator: operator.into() }
    }
}

macro_rules! compared {
    ($($of:ty)*) => {$(
        /// What is computed as a key of an exclusion.
        impl $of {
            /// Compared by this operator, in an exclusion.
            pub fn with(self, operator: impl Into<Text>) -> ExclusionKey {
                IndexKey::from(self).with(operator)
            }
        }
    )*};
}

compared!(Expression ConditionField);

/// The comparison as a migration is written.
impl fmt::Display for ExclusionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            key if key.is_plain() => write!(f, "{}", Part(&key.expression))?,
            key => write!(f, "{key}")?,
        }
        write!(f, ".with({:?})", self.operator)
    }
}

impl Exclusion {
    pub(super) fn mistake(&self) -> Option<String> {
        // What PostgreSQL makes operators of.
        let is_operator =
            |text: &str| !text.is_empty() && text.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c));
        if self.keys.is_empty() {
            return Some("compares nothing: name its expressions and their operators".to_owned());
        }
        let wrong = self.keys.iter().find(|key| !is_operator(&key.operator))?;
        Some(format!("compares by `{}`, which is no operator", wrong.operator))
    }

    pub(super) fn rename(&mut self, from: &str, to: &Text) {
        self.keys.iter_mut().for_each(|key| key.key.expression.rename(from, to));
        self.include.iter_mut().for_each(|field| keys::rename(field, from, to));
        self.condition.iter_mut().for_each(|condition| condition.rename(from, to));
    }

    pub(super) fn write(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
        write!(f, "exclude({name:?}, [{}])", keys.join(", "))?;
        f.write_str(if self.spgist { ".spgist()" } else { "" })?;
        write_options(f, &[], self.condition.as_ref(), &self.include)?;
        write_deferrable(f, self.deferrable)
    }
}
