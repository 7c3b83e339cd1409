//! A model: its metadata, and what `#[derive(Model)]` writes for a struct.

mod field;
mod meta;
mod registry;
mod relation;

use std::any::Any;
use std::fmt::Debug;

use crate::{Database, Deleted, FieldValue, QuerySet, Result, Row, Value, ValueRef, query::save};

pub use field::{FieldMeta, FieldRef, Folder, Period, Protocol};
pub use meta::{ModelMeta, OrderBy, Parent, UserRoles};
pub use registry::Registry;
pub use relation::{OnDelete, Relation};

/// A model: a struct whose values are rows of one table. `#[derive(Model)]` implements it.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a model", label = "add #[derive(Model)] to it")]
pub trait Model: Clone + Debug + Send + Sync + Sized + 'static {
    /// The type of the primary key.
    type Pk: FieldValue + Clone + Debug + PartialEq + Send + Sync + 'static;

    /// The metadata of the table.
    const META: &'static ModelMeta;

    /// The metadata of the table: [`Model::META`], but for a model whose table is known only when the program starts.
    fn meta() -> &'static ModelMeta {
        Self::META
    }

    /// The primary key. An object that was not saved yet has the automatic key 0.
    fn pk(&self) -> &Self::Pk;

    /// Sets the primary key, after an insert has created it.
    #[doc(hidden)]
    fn set_pk(&mut self, pk: Self::Pk);

    /// Reads an object from the columns of a row that begin at `offset`, in the order of [`ModelMeta::fields`].
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) when a column holds a value of another type.
    fn from_row(row: &dyn Row, offset: usize) -> Result<Self>;

    /// Reads a related row into the foreign key at the beginning of `path`.
    #[doc(hidden)]
    fn load_related(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()>;

    /// Takes over the related rows that another copy of the object has loaded, where the key is still the same.
    #[doc(hidden)]
    fn keep_related(&mut self, before: Self);

    /// The value of the field at a position of [`ModelMeta::fields`]; NULL for a position that does not exist.
    fn value_ref(&self, field: usize) -> ValueRef<'_>;

    /// The same, owned.
    fn value(&self, field: usize) -> Value {
        self.value_ref(field).to_owned()
    }

    /// Every row of the table, in the model's default order.
    fn objects() -> QuerySet<Self> {
        QuerySet::new()
    }

    /// Saves the object: updates its row or, when there is none (or the automatic key is 0), inserts one. The object
    /// then has the key that the database created and the times that `auto_now` sets.
    ///
    /// # Errors
    /// [`Error::Integrity`](crate::Error::Integrity) when a constraint refuses it.
    fn save(&mut self, db: &Database) -> impl Future<Output = Result<()>> + Send {
        save::save(self, db)
    }

    /// Deletes the object's row and the rows that depend on it, in one transaction.
    ///
    /// # Errors
    /// [`Error::Protected`](crate::Error::Protected) when a protected key refers to it.
    fn delete(&self, db: &Database) -> impl Future<Output = Result<Deleted>> + Send {
        let rows = Self::objects().filter_pk(self.pk().clone());
        async move { rows.delete(db).await }
    }
}

/// The field at a position of an abstract model. `#[derive(AbstractModel)]` implements it.
pub trait AbstractField<const FIELD: usize> {
    /// The type of the field.
    type Type;

    /// Its metadata, but for the name of the way back, which each model has of its own.
    const META: FieldMeta;
}

/// A field of a model that a foreign key can refer to: the primary key, or the unique field at a position.
/// `#[derive(Model)]` implements it for each unique field.
#[diagnostic::on_unimplemented(
    message = "a foreign key cannot refer to this field of `{Self}`",
    label = "only the primary key and fields with `unique` can be referred to",
    note = "`ForeignKey<Region>` refers to the primary key, `ForeignKey<Region, {{ Region::CODE.field() }}>` to a unique field"
)]
pub trait Target<const FIELD: usize>: Model {
    /// The type of the field.
    type Key: FieldValue + Clone + Debug + PartialEq + Send + Sync + 'static;

    /// The field's value in a row.
    fn key(&self) -> &Self::Key;
}

/// Where a foreign key refers to the primary key, whatever its position: a model has no field at 256.
pub const PRIMARY_KEY: usize = 256;

impl<M: Model> Target<PRIMARY_KEY> for M {
    type Key = M::Pk;

    fn key(&self) -> &M::Pk {
        self.pk()
    }
}

/// A model of users, which the program may name as its own (Django's `AUTH_USER_MODEL`). `#[derive(Model)]` implements it
/// for a struct with `#[model(user(..))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of users",
    label = "say which of its fields authentication reads: #[model(user(login = email, is_active, is_staff, is_superuser))]"
)]
pub trait UserModel: Model {}

/// An object of any model: what an object permission is asked about.
pub trait Object: Any + Debug + Send + Sync {
    /// The metadata of the object's model.
    fn meta(&self) -> &'static ModelMeta;

    /// The value of a field by name (`owner` and `owner_id` mean the same), or `None` when there is no such field.
    fn field(&self, name: &str) -> Option<Value>;

    /// The value of the field at a position of [`ModelMeta::fields`].
    fn value_at(&self, field: usize) -> ValueRef<'_>;

    /// The object, to be compared with a type that is known: `object.as_any().downcast_ref::<Project>()`.
    fn as_any(&self) -> &dyn Any;
}

impl dyn Object {
    /// The object with its type, if it is one of this model.
    pub fn downcast_ref<M: Model>(&self) -> Option<&M> {
        self.as_any().downcast_ref()
    }
}

impl<M: Model> Object for M {
    fn meta(&self) -> &'static ModelMeta {
        M::meta()
    }

    fn field(&self, name: &str) -> Option<Value> {
        let index = M::meta().position(name)?;
        Some(self.value(index))
    }

    fn value_at(&self, field: usize) -> ValueRef<'_> {
        self.value_ref(field)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
