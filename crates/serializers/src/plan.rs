//! A serializer as it is prepared at start.

use std::sync::Arc;

use belleville_db::python::class_name;
use belleville_db::{FieldMeta, Model, ModelMeta, needs_value};

use crate::ModelSerializer;
use crate::fields::{BoundField, of_model};

/// The fields of a serializer, prepared at start.
#[derive(Debug)]
pub struct SerializerClass {
    name: &'static str,
    meta: &'static ModelMeta,
    fields: Vec<PlannedField>,
    columns: Vec<usize>,
}

/// A field with where its value comes from and goes to.
#[derive(Debug)]
pub struct PlannedField {
    /// The field.
    pub bound: BoundField,
    /// The name of its value among the validated ones.
    pub(crate) source: &'static str,
    /// The position of the model's field that it sets.
    pub(crate) column: usize,
}

impl SerializerClass {
    /// Prepares a serializer.
    ///
    /// # Panics
    /// At start, when a writable field is of a type that cannot be read from input yet.
    pub fn of<S: ModelSerializer>() -> Arc<Self> {
        let meta = S::Model::META;
        let declared = S::fields();
        let columns = declared.iter().map(|field| field.field).collect();
        let field = |field: crate::DeclaredField| {
            let options = crate::fields::Options {
                read_only: field.read_only.then_some(true),
                ..crate::fields::Options::default()
            };
            let name = meta.fields[field.field].name;
            PlannedField {
                bound: of_model(name, meta, field.field, options, field.queryset),
                source: name,
                column: field.field,
            }
        };
        let fields = declared.iter().copied().map(field).collect();
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
    pub fn fields(&self) -> &[PlannedField] {
        &self.fields
    }

    /// The fields that input sets.
    pub fn writable_fields(&self) -> impl Iterator<Item = &PlannedField> {
        self.fields.iter().filter(|field| !field.bound.read_only)
    }

    /// The positions of the model's fields that the output needs, in its order.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The first required field of a new row that input cannot set: the program must set it.
    pub fn untaken_field(&self) -> Option<&'static FieldMeta> {
        let takes = |index: usize| self.writable_fields().any(|field| field.column == index);
        let mut fields = self.meta.fields.iter().enumerate();
        fields.find(|(index, field)| needs_value(field) && !takes(*index)).map(|(_, field)| field)
    }

    /// The error for a row that is saved without a required value.
    pub fn missing(&self, field: &FieldMeta) -> String {
        let taken = self.writable_fields().any(|known| known.bound.name == field.name);
        let what = if taken { "got no value for" } else { "does not take" };
        format!("{} {what} `{}`, which has no default: set it in perform_create", self.name, field.name)
    }
}
