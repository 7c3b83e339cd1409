//! Serializers: which fields of a model are in the output, which may be written, and the validation of input.
//!
//! A [`ModelSerializer`] is the declaration: it names fields, whose types and validators come from the model. A
//! [`Serializer`] is the validated input of one request, which a view saves. The fields are prepared once, at start
//! ([`SerializerClass`]): a list is written as JSON directly from the columns, without objects in between.

mod collections;
mod datetime;
mod fields;
mod output;
mod shown;
mod text;
mod validation;

use std::sync::Arc;

use belleville_db::{
    Assignment, Column, Database, FieldMeta, FieldValue, Model, ModelMeta, QuerySet, Reference, Rows, Value,
    change, create_row, missing_field, needs_value,
};
/// ```
/// # extern crate belleville_rest as belleville;
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

use crate::exceptions::{Error, Result};
use crate::names::class_name;
use crate::parsers::Data;
use crate::request::Request;
pub use fields::{Field, FieldType};
pub use text::CharField;
pub(crate) use validation::{check_shape, surrogate_message};

/// The declaration of a serializer: which fields of a model clients read and write. `#[derive(ModelSerializer)]`
/// implements it. (The validated input of a request is a [`Serializer`].)
///
/// `querysets` says which rows a foreign key may be set to, as DRF's `PrimaryKeyRelatedField(queryset=...)` does. For
/// any other row the response is the same as for one that does not exist.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::db::{ForeignKey, Model, QuerySet};
/// use belleville::exceptions::Result;
/// use belleville::request::Request;
/// use belleville::serializers::ModelSerializer;
///
/// # use belleville_auth::models::User;
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "projects")]
/// # struct Project { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] owner: ForeignKey<User> }
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "projects")]
/// # struct Task { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] project: ForeignKey<Project> }
/// #[derive(ModelSerializer)]
/// #[serializer(model = Task, fields = [id, project], querysets = [project = own_projects])]
/// struct TaskSerializer;
///
/// fn own_projects(request: &Request) -> Result<QuerySet<Project>> {
///     Ok(Project::objects().filter(Project::OWNER.eq(request.user()?)))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a serializer",
    label = "add #[derive(ModelSerializer)] and #[serializer(model = .., fields = [..])]"
)]
pub trait ModelSerializer: Send + Sync + 'static {
    /// The model.
    type Model: Model;

    /// The fields, in the order of the output.
    fn fields() -> Vec<DeclaredField>;
}

/// One field that a serializer names.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredField {
    /// The position of the model's field.
    pub field: usize,
    /// It is in the output but not accepted as input.
    pub read_only: bool,
    /// Of a foreign key: the rows that input may refer to. Other rows do not exist for the request.
    pub queryset: Option<RelatedRows>,
}

/// The rows that a request may refer to, which may depend on its user: DRF's `get_queryset` of a related field.
pub type RelatedRows = fn(&Request) -> Result<Rows>;

/// The rows of the model that a foreign key refers to. Called by derived code, where a queryset of another model does not
/// compile.
#[doc(hidden)]
pub fn related_rows<M: Model, T: Reference>(_: Column<M, T>, queryset: QuerySet<T::To>) -> Rows {
    queryset.rows()
}

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

    /// The first required field of a new row that input cannot set: the program must set it.
    pub(crate) fn untaken_field(&self) -> Option<&'static FieldMeta> {
        let takes = |index: usize| self.fields.iter().any(|field| field.source == index && !field.read_only);
        let mut fields = self.meta.fields.iter().enumerate();
        fields.find(|(index, field)| needs_value(field) && !takes(*index)).map(|(_, field)| field)
    }

    /// The error for a row that is saved without a required value.
    pub(crate) fn missing(&self, field: &FieldMeta) -> String {
        let taken = self.fields.iter().any(|known| known.name == field.name && !known.read_only);
        let what = if taken { "got no value for" } else { "does not take" };
        format!("{} {what} `{}`, which has no default: set it in perform_create", self.name, field.name)
    }

    /// The model.
    pub fn meta(&self) -> &'static ModelMeta {
        self.meta
    }

    /// The fields, in the order of the output.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The positions of the model's fields that the output needs, in its order.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }
}

/// The validated input of one request, to be saved: what `perform_create` and `perform_update` get. (The declaration
/// of the fields is a [`ModelSerializer`].)
#[derive(Debug)]
pub struct Serializer<M> {
    class: Arc<SerializerClass>,
    validated: Vec<(usize, Value)>,
    instance: Option<M>,
    /// An assignment of [`Serializer::with`] that cannot be saved.
    refused: Option<belleville_db::Error>,
}

impl<M: Model> Serializer<M> {
    /// Validates the input for a new object.
    ///
    /// # Errors
    /// 400 with the errors by field.
    pub async fn for_create(class: &Arc<SerializerClass>, data: &Data, request: &Request) -> Result<Self> {
        let validated = validation::validate(class, data, &validation::Purpose::create(), request).await?;
        Ok(Self { class: Arc::clone(class), validated, instance: None, refused: None })
    }

    /// Validates the input for a change of an object. With `partial` (PATCH), fields that are left out stay
    /// unchanged.
    ///
    /// # Errors
    /// 400 with the errors by field.
    pub async fn for_update(
        class: &Arc<SerializerClass>,
        data: &Data,
        instance: M,
        partial: bool,
        request: &Request,
    ) -> Result<Self> {
        let purpose = validation::Purpose { pk: Some(instance.value(M::meta().pk_position())), partial };
        let validated = validation::validate(class, data, &purpose, request).await?;
        Ok(Self { class: Arc::clone(class), validated, instance: Some(instance), refused: None })
    }

    /// Sets a field that is not in the input: `serializer.with(Project::OWNER.set(user))`.
    #[must_use]
    pub fn with(mut self, assignment: Assignment<M>) -> Self {
        match assignment.into_parts() {
            Ok((field, value)) => {
                self.validated.retain(|(known, _)| *known != field);
                self.validated.push((field, value));
            }
            Err(error) => self.refused = Some(error),
        }
        self
    }

    /// The validated value of a field, if the input has one.
    pub fn validated<T: FieldValue>(&self, column: Column<M, T>) -> Option<T> {
        let (_, value) = self.validated.iter().find(|(field, _)| *field == column.field())?;
        T::from_value(value.as_ref()).ok()
    }

    /// The object that is changed; `None` when a new one is created.
    pub fn instance(&self) -> Option<&M> {
        self.instance.as_ref()
    }

    /// Saves the row and returns the object.
    ///
    /// # Errors
    /// 404 when the object was deleted in the meantime, 409 when a constraint refuses the row, and a 500 that names the field
    /// when a new row lacks a value that neither the input nor the program has set.
    pub async fn save(self, db: &Database) -> Result<M> {
        if let Some(refused) = self.refused {
            return Err(refused.into());
        }
        let Some(instance) = self.instance else {
            if let Some(field) = missing_field(M::meta(), &self.validated) {
                return Err(Error::internal(self.class.missing(field)));
            }
            let row = create_row(db, M::meta(), self.validated).await?;
            return Ok(M::from_row(&row, 0)?);
        };
        change(instance, db, self.validated).await?.ok_or_else(|| no_match(M::meta()))
    }
}

/// 404, with the text of Django's `get_object_or_404`.
pub(crate) fn no_match(meta: &ModelMeta) -> Error {
    Error::not_found_because(format!("No {} matches the given query.", meta.name))
}
