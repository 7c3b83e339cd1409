//! Serializers without a model: a struct that is read from input and shown.

use std::sync::Arc;

use belleville_db::{ModelMeta, Result, Row};

use crate::declared_at::declared_at;
use crate::fields::Declared;
use crate::method::AnyObject;
use crate::methods::Methods;
use crate::nested::Nesting;
use crate::plan::SerializerClass;
use crate::validation::{Purpose, validate, validate_many};
use crate::value::{FromValidated, Validated, ValidatedData};
use crate::{Context, Input};

/// A serializer without a model: DRF's plain `Serializer`. `#[derive(Serializer)]` implements it for a struct, whose fields
/// are the validated values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plain serializer",
    label = "add #[derive(Serializer)] to the struct"
)]
pub trait PlainSerializer: Sized + Send + Sync + 'static {
    /// The place of the declaration, `src/serializers.rs:12`, which mistakes in it name.
    #[doc(hidden)]
    const DECLARED_AT: &'static str = "";

    /// The serializer, prepared when it is first asked for.
    fn class() -> &'static Arc<SerializerClass>;

    /// The fields, in their order.
    fn fields() -> Vec<(&'static str, Declared)>;

    /// The methods of the serializer.
    fn methods() -> Methods {
        Methods::new()
    }

    /// The struct of validated values.
    ///
    /// # Errors
    /// When a value is of another type than the struct's field.
    fn from_data(data: &ValidatedData) -> Result<Self>;

    /// The values of the struct.
    fn to_data(&self) -> ValidatedData;
}

/// What a serializer has that has no model.
pub(crate) static NO_MODEL: ModelMeta = ModelMeta::new("", "", "", "", &[]);

pub(crate) fn no_object(_: &dyn Row, _: usize) -> Result<Box<AnyObject>> {
    Err(crate::fields::cannot_show())
}

impl SerializerClass {
    /// Prepares the serializer of a struct.
    ///
    /// # Panics
    /// When the declaration contradicts itself; it says what to change.
    pub fn of_struct<S: PlainSerializer>() -> Arc<Self> {
        declared_at(S::DECLARED_AT, || nested::<S>(Nesting::default()))
    }

    /// Validates the input: DRF's `is_valid` and `validated_data`.
    ///
    /// # Errors
    /// [`Error::Invalid`](belleville_db::Error::Invalid) with the messages by field.
    pub async fn validate(
        &self,
        input: &Input<'_>,
        purpose: Purpose,
        context: &Context<'_>,
    ) -> Result<ValidatedData> {
        validate(self, input, purpose, context).await
    }

    /// Validates a list of inputs: DRF's `many=True`.
    ///
    /// # Errors
    /// As [`SerializerClass::validate`], with the messages of each.
    pub async fn validate_many(
        self: &Arc<Self>,
        input: &Input<'_>,
        purpose: Purpose,
        context: &Context<'_>,
    ) -> Result<Vec<ValidatedData>> {
        validate_many(self, input, purpose, context).await
    }
}

/// A struct that can be a value of a plain serializer's field. The compiler finds `Kind`.
#[doc(hidden)]
pub trait PlainValue<Kind>: Sized {
    #[doc(hidden)]
    fn read(value: Option<&Validated>) -> Result<Self>;

    #[doc(hidden)]
    fn show(&self) -> Option<Validated>;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct One<K>(std::marker::PhantomData<fn() -> K>);

#[doc(hidden)]
#[derive(Debug)]
pub struct Struct;

#[doc(hidden)]
#[derive(Debug)]
pub struct OptionalStruct;

#[doc(hidden)]
#[derive(Debug)]
pub struct Structs;

#[doc(hidden)]
#[derive(Debug)]
pub struct OptionalStructs;

#[doc(hidden)]
#[derive(Debug)]
pub struct OptionalValidated;

/// A value of a column's type. What the input leaves out is NULL.
impl<T: FromValidated<K> + Into<Validated> + Clone, K> PlainValue<One<K>> for T {
    fn read(value: Option<&Validated>) -> Result<Self> {
        T::from_validated(value.unwrap_or(&Validated::NULL))
    }

    fn show(&self) -> Option<Validated> {
        Some(self.clone().into())
    }
}

impl<S: PlainSerializer> PlainValue<Struct> for S {
    fn read(value: Option<&Validated>) -> Result<Self> {
        match value {
            Some(Validated::Dict(data)) => S::from_data(data),
            _ => Err(crate::fields::cannot_show()),
        }
    }

    fn show(&self) -> Option<Validated> {
        Some(Validated::Dict(self.to_data()))
    }
}

impl<S: PlainSerializer> PlainValue<OptionalStruct> for Option<S> {
    fn read(value: Option<&Validated>) -> Result<Self> {
        match value {
            Some(Validated::Dict(data)) => S::from_data(data).map(Some),
            _ => Ok(None),
        }
    }

    fn show(&self) -> Option<Validated> {
        self.as_ref().map(|value| Validated::Dict(value.to_data()))
    }
}

impl<S: PlainSerializer> PlainValue<Structs> for Vec<S> {
    fn read(value: Option<&Validated>) -> Result<Self> {
        let Some(Validated::List(items)) = value else { return Ok(Vec::new()) };
        let item = |item: &Validated| match item {
            Validated::Dict(data) => S::from_data(data),
            _ => Err(crate::fields::cannot_show()),
        };
        items.iter().map(item).collect()
    }

    fn show(&self) -> Option<Validated> {
        Some(Validated::List(self.iter().map(|item| Validated::Dict(item.to_data())).collect()))
    }
}

impl<S: PlainSerializer> PlainValue<OptionalStructs> for Option<Vec<S>> {
    fn read(value: Option<&Validated>) -> Result<Self> {
        value
            .filter(|value| !value.is_null())
            .map(|value| <Vec<S> as PlainValue<_>>::read(Some(value)))
            .transpose()
    }

    fn show(&self) -> Option<Validated> {
        self.as_ref().and_then(PlainValue::show)
    }
}

/// What the field has made of it, of whatever type.
impl PlainValue<OptionalValidated> for Option<Validated> {
    fn read(value: Option<&Validated>) -> Result<Self> {
        Ok(value.cloned())
    }

    fn show(&self) -> Option<Validated> {
        self.clone()
    }
}

/// The class of a plain serializer.
pub(crate) fn nested<S: PlainSerializer>(nesting: Nesting) -> Arc<SerializerClass> {
    let name = belleville_db::python::class_name::<S>();
    SerializerClass::without_model(name, S::fields(), S::methods(), nesting.level)
}
