//! The methods of a list: what DRF's users override of a `ListSerializer`.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use belleville_db::Result;
use belleville_db::json::Json;

use crate::Context;
use crate::fields::cannot_show;
use crate::methods::BoxFuture;
use crate::value::{Validated, ValidatedData};

/// The methods of a list, by their names in DRF. `#[serializer_methods]` collects them from an implementation.
#[derive(Clone, Default)]
pub struct ListMethods {
    pub(crate) validate: Option<Arc<ValidateItems>>,
    pub(crate) create: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) update: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) to_representation: Option<Arc<ShowItems>>,
}

/// `validate`.
pub(crate) type ValidateItems =
    dyn for<'a> Fn(&'a mut Vec<Validated>, &'a Context<'a>) -> BoxFuture<'a, Result<()>> + Send + Sync;
/// `create`.
pub(crate) type CreateAll<M> =
    Box<dyn for<'a> Fn(Vec<ValidatedData>, &'a Context<'a>) -> BoxFuture<'a, Result<Vec<M>>> + Send + Sync>;
/// `update`.
pub(crate) type UpdateAll<M> = Box<
    dyn for<'a> Fn(Vec<M>, Vec<ValidatedData>, &'a Context<'a>) -> BoxFuture<'a, Result<Vec<M>>>
        + Send
        + Sync,
>;
/// `to_representation`.
pub(crate) type ShowItems =
    dyn for<'a> Fn(Vec<Json>, &'a Context<'a>) -> BoxFuture<'a, Result<Vec<Json>>> + Send + Sync;

impl fmt::Debug for ListMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListMethods").finish_non_exhaustive()
    }
}

/// What `validate` of a list is given of an item: the [`ValidatedData`] of a serializer, or whatever it is ([`Validated`]).
pub trait ListItem: Into<Validated> + Send + Sized + 'static {
    #[doc(hidden)]
    fn of(item: Validated) -> Result<Self>;
}

impl ListItem for Validated {
    fn of(item: Validated) -> Result<Self> {
        Ok(item)
    }
}

impl ListItem for ValidatedData {
    fn of(item: Validated) -> Result<Self> {
        match item {
            Validated::Dict(data) => Ok(data),
            _ => Err(cannot_show()),
        }
    }
}

impl ListMethods {
    /// No methods.
    pub fn new() -> Self {
        Self::default()
    }

    /// `validate`: refuses the items together, or changes them.
    #[must_use]
    pub fn validate<T: ListItem, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(&'a mut Vec<T>, &'a Context<'a>) -> BoxFuture<'a, Result<()>> + Send + Sync + 'static,
    {
        let method = Arc::new(method);
        self.validate = Some(Arc::new(move |items, context| {
            let method = Arc::clone(&method);
            Box::pin(async move {
                let given = std::mem::take(items).into_iter().map(T::of).collect::<Result<Vec<T>>>();
                let mut given = given?;
                method(&mut given, context).await?;
                items.extend(given.into_iter().map(Into::into));
                Ok(())
            })
        }));
        self
    }

    /// `create`: saves new objects.
    #[must_use]
    pub fn create<M: 'static, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(Vec<ValidatedData>, &'a Context<'a>) -> BoxFuture<'a, Result<Vec<M>>>
            + Send
            + Sync
            + 'static,
    {
        let method: CreateAll<M> = Box::new(method);
        self.create = Some(Arc::new(method));
        self
    }

    /// `update`: saves what becomes of objects.
    #[must_use]
    pub fn update<M: 'static, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(Vec<M>, Vec<ValidatedData>, &'a Context<'a>) -> BoxFuture<'a, Result<Vec<M>>>
            + Send
            + Sync
            + 'static,
    {
        let method: UpdateAll<M> = Box::new(method);
        self.update = Some(Arc::new(method));
        self
    }

    /// `to_representation`: changes what is shown of the items.
    #[must_use]
    pub fn to_representation<F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(Vec<Json>, &'a Context<'a>) -> BoxFuture<'a, Result<Vec<Json>>> + Send + Sync + 'static,
    {
        self.to_representation = Some(Arc::new(method));
        self
    }
}
