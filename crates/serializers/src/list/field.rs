//! A list of values as a field of a serializer.

use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::{Result, ValueRef};

use super::{ListChild, ListSerializerClass};
use crate::Context;
use crate::fields::{
    BoundField, Field, FieldShape, Messages, Shape, ValidationError, cannot_show, show_array, show_child,
};
use crate::input::{Form, Given};
use crate::nested::Limits;
use crate::value::Validated;

/// A list in its place. What is common to all fields it has as a [`Field`]; its items are validated by the serializer around
/// it.
#[derive(Clone, Debug)]
pub(crate) struct ListValue(pub(crate) Arc<ListSerializerClass>);

impl Field for ListValue {
    fn error_messages(&self) -> Messages {
        Limits::MESSAGES
    }

    /// DRF's word for a list of serializers is that of any field.
    fn shape(&self) -> Shape {
        self.0.shape()
    }

    fn initial_value(&self) -> Json {
        Vec::<Json>::new().into()
    }

    /// `numbers[0]`, `numbers[1]`.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, _: bool) -> Option<Given<'a>> {
        Some(form.list(name).map_or(Given::Missing, Given::List))
    }

    fn child_field(&self) -> Option<&BoundField> {
        match &self.0.child {
            ListChild::Field(field) => Some(field),
            ListChild::List(_) | ListChild::Serializer { .. } => None,
        }
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    /// Its items ask the context.
    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }

    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.0.show(value, context, out)
    }

    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Validated::List(items) => self.0.show_items(items, context, out),
            value => {
                value.value().map_or(Err(cannot_show()), |value| self.show(value.as_ref(), context, out))
            }
        }
    }
}

impl ListSerializerClass {
    /// What it says of itself.
    pub(crate) fn shape(&self) -> Shape {
        let child = match &self.child {
            ListChild::Field(field) => field.shape(),
            ListChild::List(list) => FieldShape::of_item(list.shape()),
            // It has a shape of its own, as a nested serializer.
            ListChild::Serializer { .. } => FieldShape::of_item(Shape::new("nested object")),
        };
        Shape {
            min_length: self.limits.min_length,
            max_length: self.limits.max_length,
            child: Some(Box::new(child)),
            ..Shape::new("field")
        }
    }

    /// Writes an array, or the list of a document.
    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        show_array(value, out, &|item, out| match &self.child {
            ListChild::Field(field) => show_child(Some(field), item, context, out),
            ListChild::List(list) => list.show(item, context, out),
            ListChild::Serializer { .. } => Err(cannot_show()),
        })
    }

    /// Writes validated values.
    pub(super) fn show_items(
        &self,
        items: &[Validated],
        context: &Context<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match (&self.child, item) {
                (_, item) if item.is_null() => out.extend_from_slice(b"null"),
                (ListChild::Field(field), item) => field.field.represent(item, context, out)?,
                (ListChild::List(list), Validated::List(items)) => list.show_items(items, context, out)?,
                _ => return Err(cannot_show()),
            }
        }
        out.push(b']');
        Ok(())
    }
}
