//! Columns: of the model itself, and over relations.

use std::marker::PhantomData;

use crate::query::generic::Generic;
use crate::query::path::{Hop, Path};
use crate::{FieldValue, ForeignKey, Model, Target};

/// A column of the model itself, which an assignment may set.
#[derive(Debug)]
pub enum Own {}

/// A column of a related model, or one that the database computes: conditions, orders and `values` may read it.
#[derive(Debug)]
pub enum Joined {}

/// A column of model `M` (or, when it is [`Joined`], of a model related to it) that holds a `T`.
///
/// `#[derive(Model)]` writes one constant per field: `Project::NAME`, `Project::OWNER`.
#[derive(Debug)]
pub struct Column<M, T, Of = Own> {
    pub(crate) path: Path,
    types: PhantomData<Types<M, T, Of>>,
}

type Types<M, T, Of> = fn() -> (M, T, Of);

impl<M, T, Of> Clone for Column<M, T, Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, Of> Copy for Column<M, T, Of> {}

impl<M, T> Column<M, T> {
    #[doc(hidden)]
    pub const fn new(field: usize) -> Self {
        Self { path: Path::field(field), types: PhantomData }
    }

    /// The position of the field in its model's metadata.
    pub const fn field(&self) -> usize {
        self.path.last()
    }
}

impl<M, T, Of> Column<M, T, Of> {
    pub(crate) const fn of_path(path: Path) -> Self {
        Self { path, types: PhantomData }
    }
}

impl<M, T> Column<M, T, Joined> {
    /// A column that the database computes: it is read, and never set.
    #[doc(hidden)]
    pub const fn generated(field: usize) -> Self {
        Self { path: Path::field(field), types: PhantomData }
    }
}

/// A foreign key, or an optional one: a column that refers to another model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a foreign key",
    label = "only a foreign key leads to another model"
)]
pub trait Reference: FieldValue {
    /// The model it refers to.
    type To: Model;

    /// What a column of that model holds when it is reached through this key.
    type Reached<U: FieldValue>: FieldValue;
}

impl<M: Target<F>, const F: usize> Reference for ForeignKey<M, F> {
    type To = M;
    type Reached<U: FieldValue> = U;
}

impl<M: Target<F>, const F: usize> Reference for Option<ForeignKey<M, F>> {
    type To = M;
    type Reached<U: FieldValue> = U::Optional;
}

impl<M: Model, T: Reference, Of> Column<M, T, Of> {
    /// A column of the related model: `Task::PROJECT.to(Project::OWNER)`. When the key is optional, so is the column.
    pub const fn to<U: FieldValue, Via>(
        self,
        column: Column<T::To, U, Via>,
    ) -> Column<M, T::Reached<U>, Joined> {
        Column { path: self.path.then(column.path), types: PhantomData }
    }

    /// The rows that are related to the row that the key refers to.
    pub const fn to_many<R, Via>(self, related: Related<T::To, R, Via>) -> Related<M, R> {
        Related { path: self.path.then(related.path), types: PhantomData }
    }
}

impl<M: Model, T: Reference> Column<M, T> {
    /// The way back: from the model that the key refers to, to the rows of `M` that refer to it. Django calls it by the
    /// key's `related_name`.
    pub const fn reverse(self) -> Related<T::To, M> {
        let key = self.path.last();
        Related { path: Path::reverse(M::META, key, pk_position(M::META)), types: PhantomData }
    }
}

const fn pk_position(meta: &'static crate::ModelMeta) -> usize {
    let mut at = 0;
    while at < meta.fields.len() {
        if meta.fields[at].primary_key {
            return at;
        }
        at += 1;
    }
    0
}

/// The rows of `R` that are related to a row of `M`: those that refer to it, or those of a many-to-many field.
///
/// `#[derive(Model)]` writes one constant per many-to-many field (`Book::GENRES`), which is the model's [`Own`]. A way
/// back over a foreign key is `Task::PROJECT.reverse()`.
#[derive(Debug)]
pub struct Related<M, R, Of = Joined> {
    /// It ends at the primary key of `R`.
    pub(crate) path: Path,
    types: PhantomData<Types<M, R, Of>>,
}

impl<M, R, Of> Clone for Related<M, R, Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, R, Of> Copy for Related<M, R, Of> {}

impl<M, R, Of> Related<M, R, Of> {
    pub(crate) const fn of_path(path: Path) -> Self {
        Self { path, types: PhantomData }
    }
}

impl<M: Model, R: Model> Related<M, R, Own> {
    /// Over the many-to-many field at this position. Called by derived code.
    #[doc(hidden)]
    pub const fn many(index: usize) -> Self {
        Self { path: Path::many(index, pk_position(R::META)), types: PhantomData }
    }

    /// The way back: from the rows on the other side to those that have the field. Django calls it by the field's
    /// `related_name`.
    pub const fn reverse(self) -> Related<R, M> {
        let path = Path::many_reverse(M::META, self.path.first_step(), pk_position(M::META));
        Related { path, types: PhantomData }
    }
}

impl<M: Model, R: Model> Related<M, R, Generic> {
    /// Over the generic relation at this position. Called by derived code.
    #[doc(hidden)]
    pub const fn generic(index: usize) -> Self {
        Self { path: Path::generic(index, pk_position(R::META)), types: PhantomData }
    }

    /// The way back: from the rows to the objects of `M` that they refer to.
    pub const fn reverse(self) -> Related<R, M> {
        let path = Path::generic_reverse(M::META, self.path.first_step(), pk_position(M::META));
        Related { path, types: PhantomData }
    }
}

impl<M: Model, R: Model, Of> Related<M, R, Of> {
    /// A column of the related rows. A row of `M` may have none of them, so that the value is optional.
    pub const fn to<U: FieldValue, Via>(self, column: Column<R, U, Via>) -> Column<M, U::Optional, Joined> {
        Column { path: self.path.then_field(column.path), types: PhantomData }
    }

    /// The rows that are related to the related rows.
    pub const fn to_many<S, Via>(self, related: Related<R, S, Via>) -> Related<M, S> {
        Related { path: self.path.then_field(related.path), types: PhantomData }
    }

    /// The primary keys of the related rows.
    pub const fn pk(self) -> Column<M, <R::Pk as FieldValue>::Optional, Joined> {
        Column { path: self.path, types: PhantomData }
    }
}

/// The way of `select_related`.
pub(in crate::query) fn way<M: Model, T, Of>(key: Column<M, T, Of>) -> Vec<Hop> {
    key.path.hops_through(M::meta())
}
