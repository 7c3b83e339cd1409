//! A reference to a row of another model.

use std::fmt;

use crate::{FieldValue, Model, Result, Row, ValueRef};

/// A foreign key: the other row's primary key and, after `select_related`, the row itself.
pub struct ForeignKey<M: Model> {
    pk: M::Pk,
    object: Option<Box<M>>,
}

impl<M: Model> ForeignKey<M> {
    /// A reference by primary key.
    pub fn new(pk: M::Pk) -> Self {
        Self { pk, object: None }
    }

    /// The primary key of the row referred to.
    pub fn pk(&self) -> &M::Pk {
        &self.pk
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

impl<M: Model> From<&M> for ForeignKey<M> {
    fn from(object: &M) -> Self {
        Self::new(object.pk().clone())
    }
}

impl<M: Model> Clone for ForeignKey<M> {
    fn clone(&self) -> Self {
        Self { pk: self.pk.clone(), object: self.object.clone() }
    }
}

impl<M: Model> fmt::Debug for ForeignKey<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", M::meta().name, self.pk)
    }
}

impl<M: Model> PartialEq for ForeignKey<M> {
    fn eq(&self, other: &Self) -> bool {
        self.pk == other.pk
    }
}

impl<M: Model> FieldValue for ForeignKey<M> {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        M::Pk::from_value(value).map(Self::new)
    }

    fn to_ref(&self) -> ValueRef<'_> {
        self.pk.to_ref()
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

impl<M: Model> LoadRelated for ForeignKey<M> {
    fn keep(&mut self, before: Self) {
        if self.pk == before.pk && self.object.is_none() {
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

impl<M: Model> LoadRelated for Option<ForeignKey<M>> {
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
