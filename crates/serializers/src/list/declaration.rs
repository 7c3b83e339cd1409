//! What a program declares of a list.

use std::sync::Arc;

use super::{ListMethods, ListSerializerClass};
use crate::fields::Declared;
use crate::nested::Limits;
use crate::nested_writes::NestedWrites;

/// The declaration of a list of serializers or of values. `#[derive(ListSerializer)]` implements it. (The validated input of a
/// request is a [`ValidatedList`](crate::ValidatedList).)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a serializer of a list",
    label = "add #[derive(ListSerializer)] to a struct with a field `child`"
)]
pub trait ListSerializer: Send + Sync + 'static {
    /// The serializer, or the kind of field, of its items.
    type Child;

    /// The list, prepared when it is first asked for.
    fn class() -> &'static Arc<ListSerializerClass>;

    /// The items and what is said about them. Called once, at start.
    fn declaration() -> ListDeclaration;
}

/// What is said of a list: its items, how many there may be, how they are saved, and its methods.
#[derive(Debug)]
pub struct ListDeclaration {
    pub(super) child: Declared,
    pub(super) limits: Limits,
    pub(super) methods: ListMethods,
    pub(super) writes: Option<NestedWrites>,
    pub(super) key: Option<&'static str>,
}

impl ListDeclaration {
    /// A list of such items.
    pub fn new(child: impl Into<Declared>) -> Self {
        Self {
            child: child.into(),
            limits: Limits::default(),
            methods: ListMethods::new(),
            writes: None,
            key: None,
        }
    }

    /// No items at all are a list, or are not.
    #[must_use]
    pub fn allow_empty(mut self, allow_empty: bool) -> Self {
        self.limits.allow_empty = allow_empty;
        self
    }

    /// The fewest items.
    #[must_use]
    pub fn min_length(mut self, items: u64) -> Self {
        self.limits.min_length = Some(items);
        self
    }

    /// The most items.
    #[must_use]
    pub fn max_length(mut self, items: u64) -> Self {
        self.limits.max_length = Some(items);
        self
    }

    /// What becomes of the rows that a list changes. Without this, only an `update` of its own changes rows.
    #[must_use]
    pub fn writes(mut self, writes: NestedWrites) -> Self {
        self.writes = Some(writes);
        self
    }

    /// The field by which input names a row that is there, instead of its primary key.
    #[must_use]
    pub fn key(mut self, field: &'static str) -> Self {
        self.key = Some(field);
        self
    }

    /// The methods of the list.
    #[must_use]
    pub fn methods(mut self, methods: ListMethods) -> Self {
        self.methods = methods;
        self
    }
}
