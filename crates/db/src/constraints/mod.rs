//! Constraints and indexes that have a name: the same values say them in a model's metadata and in a migration.

mod condition;
mod exclusion;
mod index;
mod keys;
mod literal;
mod unique;

use std::borrow::Cow;
use std::fmt;

pub(crate) use condition::ConditionField;
pub use condition::{Comparison, Condition, Operand, field};
pub use exclusion::{Exclusion, ExclusionKey, exclude};
pub use index::{
    Index, IndexMethod, IndexOptions, brin_index, btree_index, gin_index, gist_index, hash_index, index,
    spgist_index,
};
pub(crate) use keys::rename;
pub use keys::{IndexKey, IndexKeys, KeyOrder};
pub(crate) use literal::Literal;
pub use unique::{Unique, unique};

type Text = Cow<'static, str>;

/// A constraint of a table: Django's `UniqueConstraint`, `CheckConstraint` or `ExclusionConstraint`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The name in the database.
    pub name: Text,
    /// What it refuses.
    pub rule: ConstraintRule,
}

/// What a constraint refuses.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConstraintRule {
    /// Two rows with the same values.
    Unique(Unique),
    /// A row that does not meet the condition.
    Check(Condition),
    /// Two rows that are in each other's way (PostgreSQL).
    Exclude(Exclusion),
}

/// When a constraint is checked, if not after each row (PostgreSQL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferrable {
    /// At the end of the transaction.
    Deferred,
    /// After each statement, and at the end of a transaction that asks for it: `SET CONSTRAINTS`.
    Immediate,
}

/// Each row meets the condition.
pub fn check(name: impl Into<Text>, condition: Condition) -> Constraint {
    Constraint { name: name.into(), rule: ConstraintRule::Check(condition) }
}

impl Constraint {
    /// The constraint counts rows that meet a condition alone. For a check this is the condition itself.
    #[must_use]
    pub fn condition(mut self, given: Condition) -> Self {
        match &mut self.rule {
            ConstraintRule::Unique(unique) => unique.condition = Some(given),
            ConstraintRule::Check(condition) => *condition = given,
            ConstraintRule::Exclude(exclusion) => exclusion.condition = Some(given),
        }
        self
    }

    /// The index of a unique constraint or an exclusion holds these fields too.
    #[must_use]
    pub fn include(mut self, fields: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        let include = match &mut self.rule {
            ConstraintRule::Unique(unique) => &mut unique.include,
            ConstraintRule::Exclude(exclusion) => &mut exclusion.include,
            ConstraintRule::Check(_) => return self,
        };
        include.extend(fields.into_iter().map(Into::into));
        self
    }

    /// When a unique constraint or an exclusion is checked (PostgreSQL).
    #[must_use]
    pub fn deferrable(mut self, when: Deferrable) -> Self {
        match &mut self.rule {
            ConstraintRule::Unique(unique) => unique.deferrable = Some(when),
            ConstraintRule::Exclude(exclusion) => exclusion.deferrable = Some(when),
            ConstraintRule::Check(_) => {}
        }
        self
    }

    /// The operator class of each field of a unique constraint (PostgreSQL).
    #[must_use]
    pub fn opclasses(mut self, names: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        if let ConstraintRule::Unique(unique) = &mut self.rule {
            unique.opclasses.extend(names.into_iter().map(Into::into));
        }
        self
    }

    /// Whether two NULLs differ in a unique constraint.
    #[must_use]
    pub fn nulls_distinct(mut self, distinct: bool) -> Self {
        if let ConstraintRule::Unique(unique) = &mut self.rule {
            unique.nulls_distinct = Some(distinct);
        }
        self
    }

    /// What validation says of a row that a unique constraint refuses.
    #[must_use]
    pub fn violation_error_message(mut self, text: &'static str) -> Self {
        if let ConstraintRule::Unique(unique) = &mut self.rule {
            unique.violation_error_message = Some(text);
        }
        self
    }

    /// The short name of what validation says of a row that a unique constraint refuses.
    #[must_use]
    pub fn violation_error_code(mut self, code: &'static str) -> Self {
        if let ConstraintRule::Unique(unique) = &mut self.rule {
            unique.violation_error_code = Some(code);
        }
        self
    }

    /// The constraint as the database knows it: without the words of validation.
    pub(crate) fn of_database(mut self) -> Self {
        if let ConstraintRule::Unique(unique) = &mut self.rule {
            (unique.violation_error_message, unique.violation_error_code) = (None, None);
        }
        self
    }

    /// An exclusion uses an SP-GiST index in place of a GiST index.
    #[must_use]
    pub fn spgist(mut self) -> Self {
        if let ConstraintRule::Exclude(exclusion) = &mut self.rule {
            exclusion.spgist = true;
        }
        self
    }

    /// Such a constraint is made as an index, beside the table; the others are a part of the table.
    pub(crate) fn is_index(&self) -> bool {
        matches!(&self.rule, ConstraintRule::Unique(unique) if unique.is_index())
    }

    /// Whether Django's SQLite makes the table anew for it, one that SQLite does not have included.
    pub(crate) fn remakes_table(&self) -> bool {
        let is_deferrable =
            matches!(&self.rule, ConstraintRule::Unique(unique) if unique.deferrable.is_some());
        !self.is_index() && !is_deferrable
    }

    /// What is wrong with what was declared.
    pub(crate) fn mistake(&self) -> Option<String> {
        match &self.rule {
            ConstraintRule::Unique(unique) => unique.mistake(),
            ConstraintRule::Exclude(exclusion) => exclusion.mistake(),
            ConstraintRule::Check(_) => None,
        }
    }

    /// The same constraint of a table in which a field has got another name.
    pub(crate) fn rename(&mut self, from: &str, to: &Text) {
        match &mut self.rule {
            ConstraintRule::Unique(unique) => unique.rename(from, to),
            ConstraintRule::Check(condition) => condition.rename(from, to),
            ConstraintRule::Exclude(exclusion) => exclusion.rename(from, to),
        }
    }
}

/// The constraint as a migration is written.
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            ConstraintRule::Check(condition) => write!(f, "check({:?}, {condition})", self.name),
            ConstraintRule::Unique(unique) => unique.write(&self.name, f),
            ConstraintRule::Exclude(exclusion) => exclusion.write(&self.name, f),
        }
    }
}

/// What indexes and constraints have in common, as a migration is written.
fn write_options(
    f: &mut fmt::Formatter<'_>,
    opclasses: &[Text],
    condition: Option<&Condition>,
    include: &[Text],
) -> fmt::Result {
    if !opclasses.is_empty() {
        write!(f, ".opclasses({opclasses:?})")?;
    }
    if let Some(condition) = condition {
        write!(f, ".condition({condition})")?;
    }
    if include.is_empty() { Ok(()) } else { write!(f, ".include({include:?})") }
}

fn write_deferrable(f: &mut fmt::Formatter<'_>, deferrable: Option<Deferrable>) -> fmt::Result {
    deferrable.map_or(Ok(()), |when| write!(f, ".deferrable(Deferrable::{when:?})"))
}
