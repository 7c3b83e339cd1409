//! The validated input of one request.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::{
    Assignment, Column, Database, Error, FieldValue, Model, Value, change, create_row, missing_field,
};

use crate::validation::{Purpose, validate};
use crate::value::ValidatedData;
use crate::{Context, Input, SerializerClass};

/// The validated input of one request, to be saved: what `perform_create` and `perform_update` get. (The declaration
/// of the fields is a [`ModelSerializer`](crate::ModelSerializer).)
///
/// `E` is the error of whoever saves, so that a view can return what [`save`](Serializer::save) gives.
pub struct Serializer<M, E = Error> {
    class: Arc<SerializerClass>,
    validated: Vec<(usize, Value)>,
    instance: Option<M>,
    /// An assignment of [`Serializer::with`] that cannot be saved.
    refused: Option<Error>,
    error: PhantomData<fn() -> E>,
}

impl<M: fmt::Debug, E> fmt::Debug for Serializer<M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serializer")
            .field("class", &self.class.name())
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

impl<M: Model, E: From<Error>> Serializer<M, E> {
    /// Validates the input for a new object.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the messages by field, or whatever the database reports.
    pub async fn for_create(
        class: &Arc<SerializerClass>,
        input: &Input<'_>,
        context: &Context<'_>,
    ) -> Result<Self, E> {
        let validated = validate(class, input, &Purpose::create(), context).await?;
        Self::new(class, validated, None)
    }

    /// Validates the input for a change of an object. With `partial` (PATCH), fields that are left out stay
    /// unchanged.
    ///
    /// # Errors
    /// As [`Serializer::for_create`].
    pub async fn for_update(
        class: &Arc<SerializerClass>,
        input: &Input<'_>,
        instance: M,
        partial: bool,
        context: &Context<'_>,
    ) -> Result<Self, E> {
        let purpose = Purpose { pk: Some(instance.value(M::meta().pk_position())), partial };
        let validated = validate(class, input, &purpose, context).await?;
        Self::new(class, validated, Some(instance))
    }

    fn new(class: &Arc<SerializerClass>, data: ValidatedData, instance: Option<M>) -> Result<Self, E> {
        let mut validated = Vec::with_capacity(data.len());
        for (name, value) in data {
            if let Some(field) = M::meta().position(&name) {
                validated.push((field, value.into_column(M::meta().fields[field].kind)?));
            }
        }
        Ok(Self { class: Arc::clone(class), validated, instance, refused: None, error: PhantomData })
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
    /// [`Error::DoesNotExist`] when the object was deleted in the meantime, [`Error::Integrity`] when a constraint refuses
    /// the row, and [`Error::Refused`] with the name of the field when a new row lacks a value that neither the input nor
    /// the program has set.
    pub async fn save(self, db: &Database) -> Result<M, E> {
        if let Some(refused) = self.refused {
            return Err(refused.into());
        }
        let Some(instance) = self.instance else {
            if let Some(field) = missing_field(M::meta(), &self.validated) {
                return Err(Error::refused(self.class.missing(field)).into());
            }
            let row = create_row(db, M::meta(), self.validated).await?;
            return Ok(M::from_row(&row, 0)?);
        };
        // Boxed, so that a new object does not take its memory.
        let changed = Box::pin(change(instance, db, self.validated)).await?;
        changed.ok_or_else(|| Error::DoesNotExist(M::meta().name).into())
    }
}
