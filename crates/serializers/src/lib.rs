//! Serializers: which fields of a model are in the output, which may be written, and the validation of input. They know no
//! HTTP: input is an [`Input`], and a [`Context`] says what else validation may ask.
//!
//! A [`ModelSerializer`] is the declaration: it names fields, whose types and validators come from the model. A
//! [`Serializer`](struct@Serializer) is the validated input of one request, which a view saves. The fields are prepared once, at start
//! ([`SerializerClass`]): a list is written as JSON directly from the columns, without objects in between.

mod context;
mod declaration;
mod declared_at;
mod field_type;
pub mod fields;
mod input;
mod key;
mod method;
mod methods;
mod nested;
mod nested_writes;
mod plain;
mod plan;
mod reading;
mod relations;
mod representation;
mod serializer;
mod uniqueness;
mod validation;
mod validators;
mod value;

#[cfg(test)]
extern crate self as belleville;

// Derives write paths that begin with the facade's name, which examples and tests give to this crate.
#[doc(hidden)]
pub use crate as serializers;
#[doc(hidden)]
pub use belleville_db as db;

/// ```
/// # extern crate belleville_serializers as belleville;
/// # use belleville::db::Model;
/// use belleville::serializers::ModelSerializer;
///
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "library")]
/// # struct Book { #[field(primary_key)] id: i64, #[field(max_length = 100)] title: String }
/// #[derive(ModelSerializer)]
/// #[serializer(model = Book, fields = [id, title], read_only_fields = [id])]
/// struct BookSerializer;
/// ```
///
#[doc(inline)]
pub use belleville_macros::{HyperlinkedModelSerializer, ModelSerializer, Serializer, serializer_methods};
pub use context::{Context, RequestContext, ResolvedUrl, UrlOf};
pub use declaration::{Declaration, IntoRelatedRows, ModelSerializer, RelatedRows};
#[doc(hidden)]
pub use declaration::{Fixed, NoMethods, OfRequest, related_rows};
#[doc(hidden)]
pub use field_type::{FieldType, RelatedKeys, field};
pub use fields::{BoundField, Field};
pub use input::{Form, FormValue, Given, Input};
pub use method::{IntoMethod, MethodAnswer, SerializerMethodField};
#[doc(hidden)]
pub use methods::method_error;
pub use methods::{Methods, ValidateAll, ValidateField};
pub use nested::NestedSerializer;
pub use nested_writes::NestedWrites;
pub use plain::PlainSerializer;
#[doc(hidden)]
pub use plain::PlainValue;
pub use plan::{PlannedField, SerializerClass};
pub use relations::{
    HyperlinkedIdentityField, HyperlinkedRelatedField, PrimaryKeyRelatedField, Related, SlugRelatedField,
    StringRelatedField,
};
pub use serializer::Serializer;
pub use uniqueness::{
    FieldValidator, SerializerValidator, UniqueForDateValidator, UniqueForMonthValidator,
    UniqueForYearValidator, UniqueTogetherValidator, UniqueValidator,
};
pub use validation::Purpose;
pub use value::{FromValidated, Validated, ValidatedData};
