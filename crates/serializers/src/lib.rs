//! Serializers: which fields of a model are in the output, which may be written, and the validation of input. They know no
//! HTTP: input is an [`Input`], and a [`Context`] says what else validation may ask.
//!
//! A [`ModelSerializer`] is the declaration: it names fields, whose types and validators come from the model. A
//! [`Serializer`] is the validated input of one request, which a view saves. The fields are prepared once, at start
//! ([`SerializerClass`]): a list is written as JSON directly from the columns, without objects in between.

mod context;
mod declaration;
pub mod fields;
mod input;
mod plan;
mod reading;
mod relations;
mod representation;
mod serializer;
mod text;
mod validation;
mod validators;
mod value;

// Derives write paths that begin with the facade's name, which examples give to this crate.
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
pub use belleville_macros::ModelSerializer;
pub use context::Context;
#[doc(hidden)]
pub use declaration::related_rows;
pub use declaration::{DeclaredField, ModelSerializer, RelatedRows};
pub use fields::{BoundField, Field};
pub use input::{Form, FormValue, Given, Input};
pub use plan::{PlannedField, SerializerClass};
pub use relations::Related;
pub use serializer::Serializer;
pub use text::TextField;
pub use value::{FromValidated, Validated, ValidatedData};
