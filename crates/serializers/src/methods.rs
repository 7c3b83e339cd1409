//! The methods of a serializer: what DRF's users override.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use belleville_db::json::Dict;
use belleville_db::{Error, Result};

use crate::Context;
use crate::method::{AnyObject, object};
use crate::value::{Validated, ValidatedData};

/// A future that is boxed.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The methods of a serializer, by their names in DRF. `#[serializer_methods]` collects them from an implementation.
#[derive(Clone, Default)]
pub struct Methods {
    pub(crate) fields: Vec<(&'static str, Arc<dyn ValidateField>)>,
    pub(crate) validate: Option<Arc<dyn ValidateAll>>,
    pub(crate) create: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) update: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) to_representation: Option<Arc<ToRepresentation>>,
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("Methods").field("fields", &fields).finish_non_exhaustive()
    }
}

/// `validate_<field>`: refuses a value, or makes another of it.
pub trait ValidateField: Send + Sync {
    #[doc(hidden)]
    fn call<'a>(&'a self, value: Validated, context: &'a Context<'a>) -> BoxFuture<'a, Result<Validated>>;
}

impl<F> ValidateField for F
where
    F: for<'a> Fn(Validated, &'a Context<'a>) -> BoxFuture<'a, Result<Validated>> + Send + Sync,
{
    fn call<'a>(&'a self, value: Validated, context: &'a Context<'a>) -> BoxFuture<'a, Result<Validated>> {
        self(value, context)
    }
}

/// `validate`: refuses the values together, or changes them.
pub trait ValidateAll: Send + Sync {
    #[doc(hidden)]
    fn call<'a>(&'a self, data: &'a mut ValidatedData, context: &'a Context<'a>)
    -> BoxFuture<'a, Result<()>>;
}

impl<F> ValidateAll for F
where
    F: for<'a> Fn(&'a mut ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<()>> + Send + Sync,
{
    fn call<'a>(
        &'a self,
        data: &'a mut ValidatedData,
        context: &'a Context<'a>,
    ) -> BoxFuture<'a, Result<()>> {
        self(data, context)
    }
}

/// `create`.
pub(crate) type Create<M> =
    Box<dyn for<'a> Fn(ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<M>> + Send + Sync>;
/// `update`.
pub(crate) type Update<M> =
    Box<dyn for<'a> Fn(M, ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<M>> + Send + Sync>;
/// `to_representation`.
pub(crate) type ToRepresentation =
    dyn for<'a> Fn(&'a AnyObject, Dict, &'a Context<'a>) -> BoxFuture<'a, Result<Dict>> + Send + Sync;

impl Methods {
    /// `validate_<field>` of a field.
    pub(crate) fn of_field(&self, name: &str) -> Option<&Arc<dyn ValidateField>> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, method)| method)
    }

    /// No methods.
    pub fn new() -> Self {
        Self::default()
    }

    /// `validate_<field>` of a field.
    #[must_use]
    pub fn validate_field<F>(mut self, field: &'static str, method: F) -> Self
    where
        F: for<'a> Fn(Validated, &'a Context<'a>) -> BoxFuture<'a, Result<Validated>> + Send + Sync + 'static,
    {
        self.fields.push((field, Arc::new(method)));
        self
    }

    /// `validate`.
    #[must_use]
    pub fn validate<F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(&'a mut ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<()>>
            + Send
            + Sync
            + 'static,
    {
        self.validate = Some(Arc::new(method));
        self
    }

    /// `create`: saves a new object.
    #[must_use]
    pub fn create<M: 'static, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<M>> + Send + Sync + 'static,
    {
        let method: Create<M> = Box::new(method);
        self.create = Some(Arc::new(method));
        self
    }

    /// `update`: saves a changed object.
    #[must_use]
    pub fn update<M: 'static, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(M, ValidatedData, &'a Context<'a>) -> BoxFuture<'a, Result<M>> + Send + Sync + 'static,
    {
        let method: Update<M> = Box::new(method);
        self.update = Some(Arc::new(method));
        self
    }

    /// `to_representation`: changes what is shown of an object, or of the [`ValidatedData`] of a serializer without a model.
    #[must_use]
    pub fn to_representation<M: Any + Send + Sync, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(&'a M, Dict, &'a Context<'a>) -> BoxFuture<'a, Result<Dict>> + Send + Sync + 'static,
    {
        self.to_representation = Some(Arc::new(move |any, data, context| match object::<M>(any) {
            Ok(object) => method(object, data, context),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }));
        self
    }
}

/// What a method says that refuses something, as DRF shows it of the whole serializer.
pub(crate) fn of_serializer(error: Error) -> Error {
    match error {
        Error::Invalid(detail) => Error::Invalid(detail.of_serializer()),
        other => other,
    }
}

/// The error of a method, of whatever type it is. Called by derived code.
#[doc(hidden)]
pub fn method_error<E>(error: E) -> Error
where
    Error: From<E>,
{
    error.into()
}
