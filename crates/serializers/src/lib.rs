//! Serializers: which fields of a model are in the output, which may be written, and the validation of input. They know no
//! HTTP: input is an [`Input`], and a [`Context`] says what else validation may ask.
//!
//! A [`ModelSerializer`] is the declaration: it names fields, whose types and validators come from the model. A
//! [`Serializer`](struct@Serializer) is the validated input of one request, which a view saves. The fields are prepared once, at start
//! ([`SerializerClass`]): a list is written as JSON directly from the columns, without objects in between.

mod belonging;
mod context;
mod declaration;
mod declared_at;
mod field_defaults;
mod field_type;
pub mod fields;
mod given_rows;
mod input;
mod key;
mod list;
mod method;
mod methods;
mod nested;
mod nested_writes;
mod plain;
mod plan;
mod reading;
mod relations;
mod representation;
mod reuse;
mod serializer;
mod uniqueness;
mod url_field;
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
pub use belleville_macros::{
    HyperlinkedModelSerializer, ListSerializer, ModelSerializer, Serializer, SerializerFields,
    serializer_methods,
};
pub use context::{Context, RequestContext, ResolvedUrl, UrlOf};
pub use declaration::{Declaration, IntoRelatedRows, ModelSerializer, RelatedRows};
#[doc(hidden)]
pub use declaration::{Fixed, NoMethods, OfRequest, related_rows};
pub use field_defaults::{FieldDefaults, FieldSettings};
#[doc(hidden)]
pub use field_type::{FieldType, RelatedKeys, field};
pub use fields::{BoundField, Field};
pub use given_rows::GivenRows;
pub use input::{Form, FormValue, Given, Input};
pub use list::{ListDeclaration, ListItem, ListMethods, ListSerializer, ListSerializerClass, ValidatedList};
pub use method::{IntoMethod, MethodAnswer, SerializerMethodField};
#[doc(hidden)]
pub use methods::{Internal, SerializerMethods, method_error};
pub use methods::{InternalValue, Methods, Representation, ValidateAll, ValidateField};
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
pub use representation::RepresentedBatches;
pub use reuse::SerializerFields;
#[doc(hidden)]
pub use reuse::base_names;
pub use serializer::Serializer;
pub use uniqueness::{
    FieldValidator, SerializerValidator, UniqueForDateValidator, UniqueForMonthValidator,
    UniqueForYearValidator, UniqueTogetherValidator, UniqueValidator,
};
#[doc(hidden)]
pub use url_field::set_url_field_name;
pub use url_field::url_field_name;
pub use validation::Purpose;
pub use value::{FromValidated, Note, Noted, Validated, ValidatedData};
