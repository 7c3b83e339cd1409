//! A serializer as it is prepared at start.

use std::sync::Arc;

use belleville_db::python::class_name;
use belleville_db::{FieldMeta, Model, ModelMeta, needs_value};

use crate::{Field, ModelSerializer};

/// The fields of a serializer, prepared at start.
#[derive(Debug)]
pub struct SerializerClass {
    name: &'static str,
    meta: &'static ModelMeta,
    fields: Vec<Field>,
    columns: Vec<usize>,
}

impl SerializerClass {
    /// Prepares a serializer.
    ///
    /// # Panics
    /// At start, when a writable field is of a type that cannot be read from input yet.
    pub fn of<S: ModelSerializer>() -> Arc<Self> {
        let meta = S::Model::META;
        let declared = S::fields();
        let fields: Vec<Field> = declared.iter().map(|field| Field::of(meta, *field)).collect();
        let columns = declared.iter().map(|field| field.field).collect();
        Arc::new(Self { name: class_name::<S>(), meta, fields, columns })
    }

    /// The name of the struct: `ProjectSerializer`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The model.
    pub fn meta(&self) -> &'static ModelMeta {
        self.meta
    }

    /// The fields, in the order of the output.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The fields that input sets.
    pub fn writable_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.read_only)
    }

    /// The positions of the model's fields that the output needs, in its order.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The first required field of a new row that input cannot set: the program must set it.
    pub fn untaken_field(&self) -> Option<&'static FieldMeta> {
        let takes = |index: usize| self.writable_fields().any(|field| field.source == index);
        let mut fields = self.meta.fields.iter().enumerate();
        fields.find(|(index, field)| needs_value(field) && !takes(*index)).map(|(_, field)| field)
    }

    /// The error for a row that is saved without a required value.
    pub fn missing(&self, field: &FieldMeta) -> String {
        let taken = self.writable_fields().any(|known| known.name == field.name);
        let what = if taken { "got no value for" } else { "does not take" };
        format!("{} {what} `{}`, which has no default: set it in perform_create", self.name, field.name)
    }
}
