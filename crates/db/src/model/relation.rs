//! What is known of a foreign key: where it leads, and what happens when the other row is deleted.

use super::ModelMeta;
use crate::{RowCondition, Value};

/// What a foreign key refers to, and what happens to its row when the other row is deleted.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Relation {
    /// The model referred to.
    pub to: fn() -> &'static ModelMeta,
    /// What happens when the other row is deleted.
    pub on_delete: OnDelete,
    /// The name of the reverse relation: `projects` of a user.
    pub related_name: Option<&'static str>,
    /// The position of the other model's field that the key refers to, where that is not its primary key.
    pub to_field: Option<usize>,
    /// The database checks that the other row exists.
    pub db_constraint: bool,
    /// The key makes its model a child of the other one.
    pub parent_link: bool,
    /// The rows that input may name: Django's `limit_choices_to`.
    pub limit_choices_to: Option<fn() -> RowCondition>,
}

#[doc(hidden)]
impl Relation {
    /// A relation; called by derived code.
    pub const fn new(
        to: fn() -> &'static ModelMeta,
        on_delete: OnDelete,
        related_name: Option<&'static str>,
    ) -> Self {
        Self {
            to,
            on_delete,
            related_name,
            to_field: None,
            db_constraint: true,
            parent_link: false,
            limit_choices_to: None,
        }
    }

    pub const fn to_field(self, field: usize) -> Self {
        Self { to_field: Some(field), ..self }
    }

    pub const fn without_constraint(self) -> Self {
        Self { db_constraint: false, ..self }
    }

    pub const fn limit_choices_to(self, limit: fn() -> RowCondition) -> Self {
        Self { limit_choices_to: Some(limit), ..self }
    }

    pub const fn parent_link(self) -> Self {
        Self { parent_link: true, ..self }
    }
}

/// What deleting a row does to the rows that refer to it. Django does this itself, not the database; so do we.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum OnDelete {
    /// The rows are deleted too.
    Cascade,
    /// The deletion is refused.
    Protect,
    /// The deletion is refused, unless the rows are deleted with it for another reason.
    Restrict,
    /// The foreign key becomes NULL.
    SetNull,
    /// The foreign key gets its default.
    SetDefault,
    /// The foreign key gets this value.
    Set(fn() -> Value),
    /// Nothing: the database refuses what it must.
    DoNothing,
}
