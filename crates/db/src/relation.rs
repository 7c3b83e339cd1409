//! A reference to a row of another model.

use std::fmt;

use crate::{FieldValue, Model, Result, Row, Target, ValueRef};

/// A foreign key: the other row's primary key and, after `select_related`, the row itself.
///
/// A key to another unique field says which (Django's `to_field`), and has that field's type:
/// `ForeignKey<Region, { Region::CODE.field() }>`.
// The default is `PRIMARY_KEY`, as a literal: so the compiler's messages leave it out.
pub struct ForeignKey<M: Target<FIELD>, const FIELD: usize = 256> {
    key: M::Key,
    object: Option<Box<M>>,
}

impl<M: Model> ForeignKey<M> {
    /// A reference by primary key.
    pub fn new(pk: M::Pk) -> Self {
        Self::by(pk)
    }

    /// The primary key of the row referred to.
    pub fn pk(&self) -> &M::Pk {
        &self.key
    }
}

impl<M: Target<FIELD>, const FIELD: usize> ForeignKey<M, FIELD> {
    /// A reference by the value of the field that the key refers to.
    pub fn by(key: M::Key) -> Self {
        Self { key, object: None }
    }

    /// The value of the field that the key refers to.
    pub fn key(&self) -> &M::Key {
        &self.key
    }

    /// The row referred to, when `select_related` has loaded it.
    pub fn get(&self) -> Option<&M> {
        self.object.as_deref()
    }

    /// Takes the loaded row out.
    pub fn into_object(self) -> Option<M> {
        self.object.map(|object| *object)
    }
}

impl<M: Target<FIELD>, const FIELD: usize> From<&M> for ForeignKey<M, FIELD> {
    fn from(object: &M) -> Self {
        Self::by(object.key().clone())
    }
}

impl<M: Target<FIELD>, const FIELD: usize> Clone for ForeignKey<M, FIELD> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), object: self.object.clone() }
    }
}

impl<M: Target<FIELD>, const FIELD: usize> fmt::Debug for ForeignKey<M, FIELD> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", M::meta().name, self.key)
    }
}

impl<M: Target<FIELD>, const FIELD: usize> PartialEq for ForeignKey<M, FIELD> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<M: Target<FIELD>, const FIELD: usize> FieldValue for ForeignKey<M, FIELD> {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        M::Key::from_value(value).map(Self::by)
    }

    fn to_ref(&self) -> ValueRef<'_> {
        self.key.to_ref()
    }
}

/// A field that `select_related` can fill: a foreign key, or an optional one. Called by derived code.
#[doc(hidden)]
pub trait LoadRelated {
    /// Takes over the row that another key has loaded, when the keys are equal.
    fn keep(&mut self, before: Self);

    /// Reads the related row (or, further along `path`, a row related to it) from the columns at `offset`.
    fn load(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()>;
}

impl<M: Target<FIELD>, const FIELD: usize> LoadRelated for ForeignKey<M, FIELD> {
    fn keep(&mut self, before: Self) {
        if self.key == before.key && self.object.is_none() {
            self.object = before.object;
        }
    }

    fn load(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()> {
        match (path, &mut self.object) {
            ([], object) => *object = Some(Box::new(M::from_row(row, offset)?)),
            (path, Some(object)) => object.load_related(path, row, offset)?,
            // The shorter paths are loaded first, so the object is only missing when the row has none.
            (_, None) => {}
        }
        Ok(())
    }
}

impl<M: Target<FIELD>, const FIELD: usize> LoadRelated for Option<ForeignKey<M, FIELD>> {
    fn keep(&mut self, before: Self) {
        if let (Some(key), Some(before)) = (self, before) {
            key.keep(before);
        }
    }

    fn load(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()> {
        match self {
            Some(key) => key.load(path, row, offset),
            None => Ok(()),
        }
    }
}
