//! A serializer as it is prepared at start.

mod build;
mod source;

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use belleville_db::json::Dict;
use belleville_db::{Dialect, FieldMeta, ModelMeta, Result, Row, Way, needs_value};

use crate::ModelSerializer;
use crate::declared_at::declared_at;
use crate::fields::{BoundField, FieldShape, Outcome};
use crate::list::ListSerializerClass;
use crate::method::{AnyObject, Method, OfValues};
use crate::methods::Methods;
use crate::nested::{NestedField, Nesting};
use crate::nested_writes::Saver;
use crate::plain::NO_MODEL;
use crate::reading::Reading;
use crate::representation::Output;
use crate::uniqueness::Validators;
use crate::url_field::url_field_name;
use crate::value::ValidatedData;

pub(crate) use source::{Column, Source};

/// The fields of a serializer, prepared at start.
#[derive(Debug)]
pub struct SerializerClass {
    name: &'static str,
    meta: &'static ModelMeta,
    fields: Vec<PlannedField>,
    pub(crate) validators: Validators,
    pub(crate) methods: Methods,
    pub(crate) read_object: ReadObject,
    pub(crate) saver: Saver,
    /// How input is read that is right as it stands; `None` where a field takes more than the input to be read.
    pub(crate) at_once: Option<AtOncePlan>,
    /// What is read of the rows, and how it is written. It is worked out when it is first needed: a nested serializer's is
    /// a part of that of the one around it.
    output: OnceLock<Output>,
    /// The relations that saving sets, by the names of their fields' sources: worked out when an object is first saved.
    ways: OnceLock<Vec<(&'static str, Way)>>,
}

/// How input is read that is right as it stands.
#[derive(Debug)]
pub(crate) struct AtOncePlan {
    /// How many fields input sets.
    pub(crate) fields: usize,
    /// Those of them of whose values the database is asked something: the position among all fields, and among these.
    pub(crate) asking: Vec<(usize, usize)>,
}

/// Reads an object from the columns of a row.
pub(crate) type ReadObject = fn(&dyn Row, usize) -> Result<Box<AnyObject>>;

/// A field with where its value comes from and goes to.
#[derive(Debug)]
pub struct PlannedField {
    /// The field.
    pub bound: BoundField,
    pub(crate) source: Source,
    pub(crate) role: Role,
}

/// What a field is.
#[derive(Debug)]
pub(crate) enum Role {
    /// A value.
    Value,
    /// Another serializer, or a list of it.
    Nested(NestedField),
    /// A list of values.
    List(Arc<ListSerializerClass>),
    /// What a method says.
    Method(Method),
    /// What a method says of some values of the row.
    MethodOfValues(Arc<OfValues>),
    /// A value that no input sets.
    Hidden,
}

/// The serializers of models that are prepared, by their types.
static PREPARED: RwLock<Option<Prepared>> = RwLock::new(None);

/// Of each type, with the name of the field with its URL.
type Prepared = HashMap<(TypeId, &'static str), Arc<SerializerClass>>;

impl SerializerClass {
    /// A serializer, which is prepared when it is first asked for.
    ///
    /// # Panics
    /// At start, when the declaration does not fit the model; it says what to change.
    pub fn of<S: ModelSerializer>() -> Arc<Self> {
        let key = (TypeId::of::<S>(), url_field_name());
        let prepared = PREPARED.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(class) = prepared.as_ref().and_then(|prepared| prepared.get(&key)) {
            return Arc::clone(class);
        }
        drop(prepared);
        let class = declared_at(S::DECLARED_AT, || {
            let class = Self::nested::<S>(Nesting::default());
            class.output();
            class
        });
        let mut prepared = PREPARED.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(prepared.get_or_insert_default().entry(key).or_insert(class))
    }

    /// The name of the struct: `ProjectSerializer`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The model; `None` of a plain serializer.
    pub fn model(&self) -> Option<&'static ModelMeta> {
        (!std::ptr::eq(self.meta, &NO_MODEL)).then_some(self.meta)
    }

    /// The model, or one without fields of a plain serializer.
    pub(crate) fn meta(&self) -> &'static ModelMeta {
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

    /// What a form begins with: DRF's `get_initial`.
    pub fn initial(&self) -> Dict {
        let mut dict = Dict::new();
        for field in self.writable_fields() {
            dict.insert(field.bound.name, field.bound.initial());
        }
        dict
    }

    /// The fields that are shown.
    pub(crate) fn shown_fields(&self) -> impl Iterator<Item = &PlannedField> {
        self.fields.iter().filter(|field| !field.bound.write_only)
    }

    /// Where the values of the fields that are shown come from, as names of lookups: `author__name`.
    pub fn shown_sources(&self) -> impl Iterator<Item = String> {
        let sources = self.shown_fields().map(|field| field.source.names().join("__"));
        sources.filter(|name| !name.is_empty())
    }

    /// Whether representations may have a member of this name.
    pub fn may_show(&self, name: &str) -> bool {
        self.methods.to_representation.is_some() || self.shown_fields().any(|field| field.bound.name == name)
    }

    /// The defaults of fields that are read-only, which validators look at: DRF's `_read_only_defaults`.
    pub(crate) fn read_only_defaults(&self, reading: &mut Reading<'_>) -> ValidatedData {
        let mut defaults = ValidatedData::new();
        for field in self.fields.iter().filter(|field| field.bound.read_only) {
            if let [name] = field.source.names()
                && let Outcome::Valid(value) = field.bound.default(reading)
            {
                defaults.set(*name, value);
            }
        }
        defaults
    }

    /// Whether a nested serializer is saved with the object.
    pub(crate) fn has_nested_writes(&self) -> bool {
        let is_saved =
            |field: &PlannedField| matches!(&field.role, Role::Nested(nested) if nested.saved.is_some());
        self.writable_fields().any(is_saved)
    }

    /// Whether nothing is to be waited for while the values of its fields are gathered: it has neither methods of fields nor other
    /// serializers inside.
    pub(crate) fn waits_for_nothing(&self) -> bool {
        let has_inside = |field: &PlannedField| matches!(field.role, Role::Nested(_) | Role::List(_));
        !self.methods.has_field_methods() && !self.writable_fields().any(has_inside)
    }

    /// Whether its fields are all there is to it: what they make of input is neither changed nor refused by anything else.
    pub(crate) fn is_flat(&self) -> bool {
        self.waits_for_nothing()
            && self.validators.is_empty()
            && self.methods.validate.is_none()
            && self.methods.to_internal_value.is_none()
    }

    /// What is read of the rows, and how it is written.
    pub(crate) fn output(&self) -> &Output {
        self.output.get_or_init(|| Output::of(self))
    }

    /// The relation of a name that is no column of the model: a many-to-many field, or the way back of another model's.
    pub(crate) fn way(&self, name: &str) -> Option<Way> {
        let ways = self.ways.get_or_init(|| {
            let names = self.writable_fields().filter_map(|field| match field.source.names() {
                [name] if self.meta.position(name).is_none() => Some(*name),
                _ => None,
            });
            names.filter_map(|name| Some((name, self.find_way(name)?))).collect()
        });
        let known = ways.iter().find(|(known, _)| *known == name);
        known.map(|(_, way)| *way).or_else(|| self.find_way(name))
    }

    fn find_way(&self, name: &str) -> Option<Way> {
        let own = self.meta.lineage().find_map(|meta| {
            let many = meta.many.iter().find(|many| many.name == name)?;
            Way::find(meta, name, (many.to)())
        });
        own.or_else(|| {
            let field = self.fields.iter().find(|field| field.source.is(name))?;
            Way::find(self.meta, name, field.bound.field.relation()?.to())
        })
    }

    /// The first required field of a new row that input cannot set: the program must set it.
    pub fn untaken_field(&self) -> Option<&'static FieldMeta> {
        let takes = |name: &str| self.writable_fields().any(|field| field.source.is(name));
        self.meta.fields.iter().find(|field| needs_value(field) && !takes(field.name))
    }

    /// The error for a row that is saved without a required value.
    pub fn missing(&self, field: &FieldMeta) -> String {
        let taken = self.writable_fields().any(|known| known.source.is(field.name));
        let what = if taken { "got no value for" } else { "does not take" };
        format!("{} {what} `{}`, which has no default: set it in perform_create", self.name, field.name)
    }
}

/// Marks the fields that set a value which another one sets too.
fn mark_shared(fields: &mut [PlannedField]) {
    let names = |field: &PlannedField| field.source.names().to_vec();
    let all: Vec<_> = fields.iter().filter(|field| !field.bound.read_only).map(names).collect();
    for field in fields.iter_mut().filter(|field| !field.bound.read_only) {
        field.source.is_shared = all.iter().filter(|names| **names == field.source.names()).count() > 1;
    }
}

impl AtOncePlan {
    /// Of some fields; `None` where a field that input sets is read by more than its own input, or sets a value that another one sets.
    pub(crate) fn of(fields: &[PlannedField]) -> Option<Self> {
        let mut plan = Self { fields: 0, asking: Vec::new() };
        for (at, field) in fields.iter().enumerate().filter(|(_, field)| !field.bound.read_only) {
            let is_value = matches!(field.role, Role::Value | Role::Hidden);
            let is_own = field.source.names().len() == 1 && !field.source.is_shared;
            if !is_value || !is_own || !field.bound.may_be_read_at_once() {
                return None;
            }
            if field.bound.asks() {
                plan.asking.push((at, plan.fields));
            }
            plan.fields += 1;
        }
        Some(plan)
    }
}

impl PlannedField {
    /// Whether no input sets it, and nobody sees it: DRF's `HiddenField`.
    pub fn is_hidden(&self) -> bool {
        matches!(self.role, Role::Hidden)
    }

    /// What it says of itself on a database.
    pub fn shape(&self, dialect: Dialect) -> FieldShape {
        let mut shape = self.bound.shape_on(dialect);
        let Role::Nested(nested) = &self.role else { return shape };
        shape.shape.children = nested.children(dialect);
        match &nested.list {
            Some(list) => shape.of_list(&list.limits),
            None => shape,
        }
    }
}
