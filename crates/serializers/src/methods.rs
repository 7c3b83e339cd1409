//! The methods of a serializer: what DRF's users override.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use belleville_db::json::{Dict, Json};
use belleville_db::{Error, Result};

use crate::Context;
use crate::method::{AnyObject, object};
use crate::validation::no_dictionary;
use crate::value::{Validated, ValidatedData};

/// A future that is boxed.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The methods of a serializer, by their names in DRF. `#[serializer_methods]` collects them from an implementation.
#[derive(Clone, Default)]
pub struct Methods {
    pub(crate) to_internal_value: Option<Arc<ToInternalValue>>,
    /// `to_internal_value` makes the values, and the fields read nothing.
    pub(crate) replaces_fields: bool,
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

/// What a serializer's methods are collected in: those of one, or of a list.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no serializer",
    label = "#[serializer_methods] is for a struct with #[derive(ModelSerializer)], #[derive(Serializer)] or #[derive(ListSerializer)]"
)]
pub trait SerializerMethods {
    #[doc(hidden)]
    type Methods: Default;
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

/// `to_internal_value`.
pub(crate) type ToInternalValue = dyn for<'a> Fn(Json, &'a Context<'a>) -> Result<Internal> + Send + Sync;

/// What `to_internal_value` makes of input.
#[doc(hidden)]
#[derive(Debug)]
pub enum Internal {
    /// What the fields read.
    Input(Json),
    /// The values, instead of the fields.
    Values(ValidatedData),
}

/// What `to_internal_value` may be given: the input, whatever it is ([`Json`]), or one that has names ([`Dict`]).
#[diagnostic::on_unimplemented(
    message = "`to_internal_value` is not given a `{Self}`",
    label = "take `Json`, or `Dict` of input that has names"
)]
pub trait Representation: Sized {
    #[doc(hidden)]
    fn of(input: Json) -> Result<Self>;
}

impl Representation for Json {
    fn of(input: Json) -> Result<Self> {
        Ok(input)
    }
}

impl Representation for Dict {
    fn of(input: Json) -> Result<Self> {
        match input {
            Json::Dict(dict) => Ok(dict),
            other => Err(Error::Invalid(no_dictionary(other.python_type_name()))),
        }
    }
}

/// What `to_internal_value` may return: the input as the fields are to read it ([`Dict`] or [`Json`]), or the values that they
/// would have made of it ([`ValidatedData`]).
#[diagnostic::on_unimplemented(
    message = "`to_internal_value` does not return a `{Self}`",
    label = "return a `Dict`, which the fields read then, or the values: `ValidatedData`"
)]
pub trait InternalValue {
    #[doc(hidden)]
    const REPLACES_FIELDS: bool = false;

    #[doc(hidden)]
    fn into_internal(self) -> Internal;
}

impl InternalValue for Json {
    fn into_internal(self) -> Internal {
        Internal::Input(self)
    }
}

impl InternalValue for Dict {
    fn into_internal(self) -> Internal {
        Internal::Input(Json::Dict(self))
    }
}

impl InternalValue for ValidatedData {
    const REPLACES_FIELDS: bool = true;

    fn into_internal(self) -> Internal {
        Internal::Values(self)
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
    /// Whether there is a `validate_<field>`.
    pub(crate) fn has_field_methods(&self) -> bool {
        !self.fields.is_empty()
    }

    /// `validate_<field>` of a field.
    pub(crate) fn of_field(&self, name: &str) -> Option<&Arc<dyn ValidateField>> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, method)| method)
    }

    /// No methods.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with those of a base that it does not have itself.
    #[must_use]
    pub fn inheriting(mut self, base: Self) -> Self {
        if self.to_internal_value.is_none() {
            (self.to_internal_value, self.replaces_fields) = (base.to_internal_value, base.replaces_fields);
        }
        let others = base.fields.into_iter().filter(|(name, _)| self.of_field(name).is_none());
        let others: Vec<_> = others.collect();
        self.fields.extend(others);
        self.validate = self.validate.or(base.validate);
        self.create = self.create.or(base.create);
        self.update = self.update.or(base.update);
        self.to_representation = self.to_representation.or(base.to_representation);
        self
    }

    /// `to_internal_value`: changes input before the fields read it, or makes the values of it instead of them. It is not
    /// async: what asks the database is the business of the fields, and of `validate`.
    #[must_use]
    pub fn to_internal_value<I: Representation, T: InternalValue, F>(mut self, method: F) -> Self
    where
        F: for<'a> Fn(I, &'a Context<'a>) -> Result<T> + Send + Sync + 'static,
    {
        self.replaces_fields = T::REPLACES_FIELDS;
        self.to_internal_value =
            Some(Arc::new(move |input, context| Ok(method(I::of(input)?, context)?.into_internal())));
        self
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
