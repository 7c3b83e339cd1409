//! What a model does before and after its rows are saved and deleted: the uses of Django's signals, in one place.

use std::any::Any;
use std::fmt;
use std::pin::Pin;

use crate::{Database, Model, Result, Value};

/// A model with `#[model(hooks)]`, which `#[derive(Model)]` implements: its saving looks for [`ModelHooks`].
#[diagnostic::on_unimplemented(
    message = "the hooks of `{Self}` would never be called",
    label = "add `hooks` to its attribute: #[model(app = \"..\", hooks)]"
)]
pub trait WithHooks: Model {}

/// What a model does when its rows are saved and deleted: what Django's signals `pre_save`, `post_save`, `pre_delete` and
/// `post_delete` are used for. Each method may be left out.
///
/// They are called for each object that is saved (`save`, `create`, `get_or_create`, `update_or_create`, serializers) or
/// deleted (`delete`, of an object and of a queryset, and rows that are deleted with others). As in Django they are not
/// called by `bulk_create`, `bulk_update` and the `update` of a queryset, which do not have the objects.
///
/// They run inside of the transaction of the change, and an error undoes it. What must not happen for a change that is
/// undone later, such as a mail, belongs into [`Database::on_commit`].
///
/// ```
/// # extern crate belleville_db as belleville;
/// use belleville::db::{Database, Model, ModelHooks, Result};
///
/// #[derive(Clone, Debug, Model)]
/// #[model(app = "notes", hooks)]
/// struct Note {
///     #[field(primary_key)]
///     id: i64,
///     #[field(max_length = 100)]
///     title: String,
///     #[field(max_length = 100)]
///     slug: String,
/// }
///
/// impl ModelHooks for Note {
///     async fn before_save(&mut self, _: &Database) -> Result<()> {
///         if self.slug.is_empty() {
///             self.slug = self.title.to_lowercase().replace(' ', "-");
///         }
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has #[model(hooks)], but no hooks",
    label = "write `impl ModelHooks for {Self}`, or take `hooks` out of the attribute"
)]
pub trait ModelHooks: WithHooks {
    /// Before the row is written: Django's `pre_save`. What it changes in the object is written too. A new object with an
    /// automatic key has the key 0.
    fn before_save(&mut self, db: &Database) -> impl Future<Output = Result<()>> + Send {
        let _ = db;
        async { Ok(()) }
    }

    /// After the row was written: Django's `post_save`. `created` says whether it is new.
    fn after_save(&self, db: &Database, created: bool) -> impl Future<Output = Result<()>> + Send {
        let _ = (db, created);
        async { Ok(()) }
    }

    /// Before the row is deleted: Django's `pre_delete`. All rows that are deleted together are still there.
    fn before_delete(&self, db: &Database) -> impl Future<Output = Result<()>> + Send {
        let _ = db;
        async { Ok(()) }
    }

    /// After the row was deleted: Django's `post_delete`.
    fn after_delete(&self, db: &Database) -> impl Future<Output = Result<()>> + Send {
        let _ = db;
        async { Ok(()) }
    }
}

type Pending<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// An object of a model with hooks, without its type.
pub(crate) trait Hooked: Send + Sync {
    fn before_save<'a>(&'a mut self, db: &'a Database) -> Pending<'a>;
    fn after_save<'a>(&'a self, db: &'a Database, created: bool) -> Pending<'a>;
    fn before_delete<'a>(&'a self, db: &'a Database) -> Pending<'a>;
    fn after_delete<'a>(&'a self, db: &'a Database) -> Pending<'a>;
    fn values(&self) -> Vec<Value>;
}

impl<M: ModelHooks> Hooked for M {
    fn before_save<'a>(&'a mut self, db: &'a Database) -> Pending<'a> {
        Box::pin(ModelHooks::before_save(self, db))
    }

    fn after_save<'a>(&'a self, db: &'a Database, created: bool) -> Pending<'a> {
        Box::pin(ModelHooks::after_save(self, db, created))
    }

    fn before_delete<'a>(&'a self, db: &'a Database) -> Pending<'a> {
        Box::pin(ModelHooks::before_delete(self, db))
    }

    fn after_delete<'a>(&'a self, db: &'a Database) -> Pending<'a> {
        Box::pin(ModelHooks::after_delete(self, db))
    }

    fn values(&self) -> Vec<Value> {
        values_of(self)
    }
}

/// Every value of an object, in the order of the model's fields.
pub(crate) fn values_of<M: Model>(object: &M) -> Vec<Value> {
    (0..M::meta().fields.len()).map(|field| object.value(field)).collect()
}

/// The hooks of a model, in its metadata.
#[derive(Clone, Copy)]
pub struct Hooks {
    read: fn(&Vec<Value>) -> Result<Box<dyn Hooked>>,
    known: for<'a> fn(&'a mut dyn Any) -> Option<&'a mut dyn Hooked>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks")
    }
}

impl Hooks {
    /// The hooks of a model. Called by derived code.
    #[doc(hidden)]
    pub const fn of<M: ModelHooks>() -> Self {
        Self {
            read: |row| Ok(Box::new(M::from_row(row, 0)?)),
            known: |object| object.downcast_mut::<M>().map(|object| object as &mut dyn Hooked),
        }
    }

    /// The object of a row.
    pub(crate) fn read(&self, row: &Vec<Value>) -> Result<Box<dyn Hooked>> {
        (self.read)(row)
    }

    /// Calls `before_save` of an object, which may be of a type that stands for the model, as `AuthUser` does.
    pub(crate) async fn before_save<M: Model>(&self, object: &mut M, db: &Database) -> Result<()> {
        if let Some(known) = (self.known)(object) {
            return known.before_save(db).await;
        }
        let mut other = self.read(&values_of(object))?;
        other.before_save(db).await?;
        let changed = M::from_row(&other.values(), 0)?;
        let before = std::mem::replace(object, changed);
        object.keep_related(before);
        Ok(())
    }

    /// Calls `after_save` of an object, as [`Hooks::before_save`].
    pub(crate) async fn after_save<M: Model>(
        &self,
        object: &mut M,
        db: &Database,
        created: bool,
    ) -> Result<()> {
        match (self.known)(object) {
            Some(known) => known.after_save(db, created).await,
            None => self.read(&values_of(object))?.after_save(db, created).await,
        }
    }
}
