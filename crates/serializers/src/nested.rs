//! Serializers inside of serializers.

use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::{Dialect, Result, ValueRef, Way};

use crate::ModelSerializer;
use crate::fields::{Declared, Field, FieldShape, Kind, Messages, Shape, ValidationError, cannot_show};
use crate::input::{Form, Given};
use crate::list::ListSerializerClass;
use crate::nested_writes::NestedWrites;
use crate::plain::{self, PlainSerializer};
use crate::plan::SerializerClass;
use crate::value::Validated;

/// A serializer as a field of another one.
#[derive(Debug)]
pub struct NestedSerializer<S>(Nested, PhantomData<fn() -> S>);

/// The same without its type.
#[derive(Debug)]
pub(crate) struct Nested {
    pub(crate) class: fn(Nesting) -> Arc<SerializerClass>,
    pub(crate) many: bool,
    pub(crate) limits: Limits,
    pub(crate) writes: Option<NestedWrites>,
    pub(crate) key: Option<&'static str>,
}

/// How a serializer stands in another one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Nesting {
    /// In how many others it stands.
    pub(crate) level: u8,
    /// Input may name its rows by their primary keys.
    pub(crate) takes_keys: bool,
}

/// How many items a list of them has.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) allow_empty: bool,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { allow_empty: true, min_length: None, max_length: None }
    }
}

impl Nested {
    fn of(class: fn(Nesting) -> Arc<SerializerClass>) -> Self {
        Self { class, many: false, limits: Limits::default(), writes: None, key: None }
    }
}

impl Limits {
    /// DRF's messages of a `ListSerializer`.
    pub(crate) const MESSAGES: Messages = &[
        ("not_a_list", "Expected a list of items but got type \"{input_type}\"."),
        ("empty", "This list may not be empty."),
        ("max_length", "Ensure this field has no more than {max_length} elements."),
        ("min_length", "Ensure this field has at least {min_length} elements."),
    ];

    /// What so many items break.
    pub(crate) fn broken(&self, items: usize) -> Option<ValidationError> {
        let items = items as u64;
        if items == 0 && !self.allow_empty {
            return Some(ValidationError::of("empty"));
        }
        if let Some(most) = self.max_length.filter(|most| items > *most) {
            return Some(ValidationError::of("max_length").with("max_length", most));
        }
        let least = self.min_length.filter(|least| items < *least)?;
        Some(ValidationError::of("min_length").with("min_length", least))
    }
}

impl<S: ModelSerializer> NestedSerializer<S> {
    /// The fields of another serializer's model.
    pub fn new() -> Self {
        Self(Nested::of(SerializerClass::nested::<S>), PhantomData)
    }

    /// Its rows are saved with the object around it. Without this, a method `create` or `update` saves them, or the field is
    /// `read_only`.
    #[must_use]
    pub fn writes(mut self, writes: NestedWrites) -> Self {
        self.0.writes = Some(writes);
        self
    }

    /// The field by which input names a row that is there, instead of its primary key: of several that are saved with the
    /// object around them.
    #[must_use]
    pub fn key(mut self, field: &'static str) -> Self {
        self.0.key = Some(field);
        self
    }
}

impl<S: ModelSerializer> Default for NestedSerializer<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: PlainSerializer> NestedSerializer<S> {
    /// The fields of a serializer without a model.
    pub fn plain() -> Self {
        Self(Nested::of(plain::nested::<S>), PhantomData)
    }
}

impl<S> NestedSerializer<S> {
    /// Several of them, or one.
    #[must_use]
    pub fn many(mut self, many: bool) -> Self {
        self.0.many = many;
        self
    }

    /// Of several: none at all is one of the values, or is not.
    #[must_use]
    pub fn allow_empty(mut self, allow_empty: bool) -> Self {
        self.0.limits.allow_empty = allow_empty;
        self
    }

    /// The fewest of several.
    #[must_use]
    pub fn min_length(mut self, items: u64) -> Self {
        self.0.limits.min_length = Some(items);
        self
    }

    /// The most of several.
    #[must_use]
    pub fn max_length(mut self, items: u64) -> Self {
        self.0.limits.max_length = Some(items);
        self
    }
}

impl<S> From<NestedSerializer<S>> for Declared {
    fn from(field: NestedSerializer<S>) -> Self {
        Self::of(Kind::Nested(field.0))
    }
}

/// A nested serializer in its place. What is common to all fields it has as a [`Field`]; its own fields are validated and
/// shown by the serializer around it.
#[derive(Clone, Debug)]
pub(crate) struct NestedField {
    pub(crate) class: Arc<SerializerClass>,
    /// The list, where there are several.
    pub(crate) list: Option<Arc<ListSerializerClass>>,
    /// How its rows are saved with the object around them; nothing where that is not declared.
    pub(crate) saved: Option<Saved>,
}

/// How the rows of a nested serializer are saved with the object around them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saved {
    pub(crate) writes: NestedWrites,
    /// From the object to the rows.
    pub(crate) way: Way,
}

impl NestedField {
    /// Whether there are several.
    pub(crate) fn is_many(&self) -> bool {
        self.list.is_some()
    }

    /// What its fields say of themselves on a database.
    pub(crate) fn children(&self, dialect: Dialect) -> Vec<(&'static str, FieldShape)> {
        self.class.fields().iter().map(|field| (field.bound.name, field.shape(dialect))).collect()
    }
}

impl Field for NestedField {
    fn error_messages(&self) -> Messages {
        Limits::MESSAGES
    }

    fn shape(&self) -> Shape {
        Shape::new("nested object")
    }

    fn initial_value(&self) -> Json {
        if self.is_many() {
            return Vec::<Json>::new().into();
        }
        Json::Dict(self.class.initial())
    }

    /// `author.name`, or `books[0]title`.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, _: bool) -> Option<Given<'a>> {
        if self.is_many() {
            return Some(form.list(name).map_or(Given::Missing, Given::List));
        }
        let inside = form.dict(name);
        Some(if inside.is_empty() { Given::Missing } else { Given::Form(inside) })
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }
}
