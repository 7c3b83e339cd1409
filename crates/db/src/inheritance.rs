//! Multi-table inheritance: a child has the fields of its parent and some more, and its table has these and a link to the
//! parent's row. This module has what derived code is made of, and the constant of the link.

use std::marker::PhantomData;

use crate::ForeignKey;
use crate::model::{FieldMeta, Model};
use crate::query::expr::{Column, Joined, Related};
use crate::query::path::Path;

/// The fields of a child: those of the parent, the link, and its own.
#[doc(hidden)]
pub const fn inherited_fields<const ALL: usize, const OWN: usize>(
    parent: &'static [FieldMeta],
    own: [FieldMeta; OWN],
) -> [FieldMeta; ALL] {
    let mut fields = [own[0]; ALL];
    let mut at = 0;
    while at < parent.len() {
        // The child's primary key is the link.
        fields[at] = FieldMeta { primary_key: false, ..parent[at] };
        at += 1;
    }
    let mut own_at = 0;
    while own_at < OWN {
        fields[parent.len() + own_at] = own[own_at];
        own_at += 1;
    }
    fields
}

/// Whether a parent has a field: what a child must not declare again, and may name, as in `ordering`.
#[doc(hidden)]
pub const fn has_field(parent: &[FieldMeta], name: &str) -> bool {
    position(parent, name).is_some()
}

/// The position of a parent's field that a child names.
#[doc(hidden)]
pub const fn parent_position(parent: &[FieldMeta], name: &str) -> usize {
    match position(parent, name) {
        Some(position) => position,
        // It is refused beside the name.
        None => 0,
    }
}

const fn position(fields: &[FieldMeta], name: &str) -> Option<usize> {
    let mut at = 0;
    while at < fields.len() {
        if is_equal(fields[at].name, name) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Whether two texts are the same, where the compiler asks.
pub(crate) const fn is_equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Two texts as one of this length: `place` and `_ptr`.
#[doc(hidden)]
pub const fn joined<const LENGTH: usize>(first: &str, second: &str) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let (first, second) = (first.as_bytes(), second.as_bytes());
    let mut at = 0;
    while at < LENGTH {
        bytes[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    bytes
}

/// The text of [`joined`].
#[doc(hidden)]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a text that is made of texts"),
    }
}

/// The way from a child to its parent, whose fields it has. `#[derive(Model)]` writes one constant for the field with
/// `#[field(parent)]`: `Restaurant::PLACE`.
#[derive(Debug)]
pub struct ParentLink<M, P> {
    /// The position of the link.
    field: usize,
    types: PhantomData<fn() -> (M, P)>,
}

impl<M, P> Clone for ParentLink<M, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, P> Copy for ParentLink<M, P> {}

impl<M: Model, P: Model> ParentLink<M, P> {
    #[doc(hidden)]
    pub const fn new(field: usize) -> Self {
        Self { field, types: PhantomData }
    }

    /// A column of the parent as one of the child: `Restaurant::PLACE.to(Place::NAME)`. What the parent's own columns can do,
    /// it can do too: it can be set by `create` and `update`.
    pub const fn to<T, Of>(self, column: Column<P, T, Of>) -> Column<M, T, Of> {
        Column::of_path(self.inherited(column.path))
    }

    /// Rows that are related to the parent's row.
    pub const fn to_many<R, Of>(self, related: Related<P, R, Of>) -> Related<M, R> {
        Related::of_path(self.inherited(related.path))
    }

    /// The link as a column: a one-to-one key to the parent.
    pub const fn key(self) -> Column<M, ForeignKey<P>, Joined> {
        Column::of_path(Path::field(self.field))
    }

    /// The way back: from a row of the parent to the child's row, if there is one. Django calls it by the child's name:
    /// `place.restaurant`.
    pub const fn reverse(self) -> Related<P, M> {
        Related::of_path(Path::reverse(M::META, self.field, self.field))
    }

    /// Fields have the same positions in both models. What is no field belongs to the parent.
    const fn inherited(self, path: Path) -> Path {
        if path.begins_with_a_field() { path } else { Path::field(self.field).then(path) }
    }
}
