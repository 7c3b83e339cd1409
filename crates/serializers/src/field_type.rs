//! From the type of a declared field to what is declared with it. Called by derived code.

use std::fmt::Display;
use std::net::IpAddr;

use belleville_db::json::Json;
use belleville_db::{Date, DateTime, Duration, FieldChoices, ForeignKey, Model, Time, Uuid};

use crate::fields::{
    BooleanField, CharField, ChoiceField, DateField, DateTimeField, Declared, DurationField, Field,
    FloatField, HiddenField, IPAddressField, IntegerField, JSONField, ListField, TimeField, UUIDField,
};
use crate::{
    HyperlinkedIdentityField, HyperlinkedRelatedField, ModelSerializer, NestedSerializer, PlainSerializer,
    PrimaryKeyRelatedField, SlugRelatedField, StringRelatedField,
};

/// A type that a serializer's field can have: a kind of field, a relation or another serializer. The compiler finds `Kind`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field of a serializer",
    label = "give a kind of field (`CharField`), a relation (`SlugRelatedField<Genre>`) or another serializer",
    note = "a field of one's own implements `Field` and `Default`"
)]
pub trait FieldType<Kind> {
    #[doc(hidden)]
    type Builder;

    #[doc(hidden)]
    fn builder() -> Self::Builder;
}

/// The field, to which options are added.
#[doc(hidden)]
pub fn field<T: FieldType<Kind>, Kind>() -> T::Builder {
    T::builder()
}

#[doc(hidden)]
#[derive(Debug)]
pub struct OfValue;

#[doc(hidden)]
#[derive(Debug)]
pub struct OfRelation;

#[doc(hidden)]
#[derive(Debug)]
pub struct OfSerializer;

#[doc(hidden)]
#[derive(Debug)]
pub struct OfPlainSerializer;

#[doc(hidden)]
#[derive(Debug)]
pub struct OfPlainValue;

#[doc(hidden)]
#[derive(Debug)]
pub struct OfChoices;

impl<T: Field + Default> FieldType<OfValue> for T {
    type Builder = T;

    fn builder() -> T {
        T::default()
    }
}

impl<S: ModelSerializer> FieldType<OfSerializer> for S {
    type Builder = NestedSerializer<S>;

    fn builder() -> NestedSerializer<S> {
        NestedSerializer::new()
    }
}

impl<S: PlainSerializer> FieldType<OfPlainSerializer> for S {
    type Builder = NestedSerializer<S>;

    fn builder() -> NestedSerializer<S> {
        NestedSerializer::plain()
    }
}

/// The types of values have the field that DRF maps the model's field of such a value to.
macro_rules! values {
    ($($type:ty: $field:expr => $builder:ty),* $(,)?) => {$(
        impl FieldType<OfPlainValue> for $type {
            type Builder = $builder;

            fn builder() -> $builder {
                $field
            }
        }
    )*};
}

values! {
    bool: BooleanField::new() => BooleanField,
    String: CharField::new() => CharField,
    i64: IntegerField::new() => IntegerField,
    i32: IntegerField::new().min_value(i32::MIN as i64).max_value(i32::MAX as i64) => IntegerField,
    f64: FloatField::new() => FloatField,
    Date: DateField::new() => DateField,
    DateTime: DateTimeField::new() => DateTimeField,
    Time: TimeField::new() => TimeField,
    Duration: DurationField::new() => DurationField,
    Uuid: UUIDField::new() => UUIDField,
    Json: JSONField::new() => JSONField,
    IpAddr: IPAddressField::new() => IPAddressField,
}

impl<M: Model> FieldType<OfRelation> for PrimaryKeyRelatedField<M> {
    type Builder = Self;

    fn builder() -> Self {
        Self::new()
    }
}

impl<M: Model> FieldType<OfRelation> for SlugRelatedField<M> {
    type Builder = Self;

    fn builder() -> Self {
        Self::new()
    }
}

impl<M: Model + Display> FieldType<OfRelation> for StringRelatedField<M> {
    type Builder = Self;

    fn builder() -> Self {
        Self::new()
    }
}

impl<M: Model> FieldType<OfRelation> for HyperlinkedRelatedField<M> {
    type Builder = Self;

    fn builder() -> Self {
        Self::new()
    }
}

impl FieldType<OfRelation> for HyperlinkedIdentityField {
    type Builder = Self;

    fn builder() -> Self {
        Self::new()
    }
}

impl FieldType<OfRelation> for HiddenField {
    type Builder = Self;

    fn builder() -> Self {
        Self::new()
    }
}

/// An enum of choices.
impl<T: FieldChoices> FieldType<OfChoices> for T {
    type Builder = ChoiceField;

    fn builder() -> ChoiceField {
        ChoiceField::of_enum::<T>()
    }
}

/// A key of another row, or several: what a relation of a plain serializer gives.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation",
    label = "a relation gives a `ForeignKey<Author>`, or with several rows a `Vec<ForeignKey<Author>>`"
)]
pub trait RelatedKeys {
    /// The model.
    type To: Model;
    /// There are several.
    const MANY: bool;
}

impl<M: Model> RelatedKeys for ForeignKey<M> {
    type To = M;
    const MANY: bool = false;
}

impl<M: Model> RelatedKeys for Vec<ForeignKey<M>> {
    type To = M;
    const MANY: bool = true;
}

impl<T: RelatedKeys> FieldType<OfKeys> for T {
    type Builder = PrimaryKeyRelatedField<T::To>;

    fn builder() -> Self::Builder {
        PrimaryKeyRelatedField::new().many(T::MANY)
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub struct OfKeys;

/// A list of values.
impl<T: FieldType<OfPlainValue>> FieldType<OfList<OfPlainValue>> for Vec<T>
where
    Declared: From<T::Builder>,
{
    type Builder = ListField;

    fn builder() -> ListField {
        ListField::new().child(T::builder())
    }
}

/// A list of structs.
impl<S: PlainSerializer> FieldType<OfList<OfPlainSerializer>> for Vec<S> {
    type Builder = NestedSerializer<S>;

    fn builder() -> NestedSerializer<S> {
        NestedSerializer::plain().many(true)
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub struct OfList<K>(std::marker::PhantomData<fn() -> K>);
