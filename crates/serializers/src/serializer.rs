//! The validated input of one request.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::{
    Assignment, Column, Database, Detail, Error, FieldValue, Model, Value, Way, change, create_row,
    missing_field,
};

use crate::context::OwnedContext;
use crate::fields::in_list;
use crate::given_rows::GivenRows;
use crate::methods::{Create, Update};
use crate::nested_writes::NestedValues;
use crate::validation::{Purpose, validate};
use crate::value::{Validated, ValidatedData};
use crate::{Context, Input, SerializerClass};

/// The validated input of one request, to be saved: what `perform_create` and `perform_update` get. (The declaration
/// of the fields is a [`ModelSerializer`](crate::ModelSerializer).)
///
/// `E` is the error of whoever saves, so that a view can return what [`save`](Serializer::save) gives.
pub struct Serializer<M, E = Error> {
    class: Arc<SerializerClass>,
    data: ValidatedData,
    instance: Option<M>,
    /// For the serializer's own `create` and `update`.
    context: Option<OwnedContext>,
    /// An assignment of [`Serializer::with`] that cannot be saved.
    refused: Option<Error>,
    given_rows: GivenRows,
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
        let data = validate(class, input, Purpose::create(), context).await?;
        Ok(Self::new(class, data, None, context))
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
        let purpose = Purpose::update_of(class.validators.object(&instance)).partial(partial);
        let data = validate(class, input, purpose, context).await?;
        Ok(Self::new(class, data, Some(instance), context))
    }

    /// Validates a list of inputs for new objects: DRF's `many=True`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the messages of each, or whatever the database reports.
    pub async fn for_create_many(
        class: &Arc<SerializerClass>,
        input: &Input<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Self>, E> {
        let all = class.validate_many(input, Purpose::create(), context).await?;
        Ok(all.into_iter().map(|data| Self::new(class, data, None, context)).collect())
    }

    fn new(
        class: &Arc<SerializerClass>,
        data: ValidatedData,
        instance: Option<M>,
        context: &Context<'_>,
    ) -> Self {
        let context = class.saves_by_context(instance.is_some()).then(|| context.owned());
        let (class, given_rows) = (Arc::clone(class), GivenRows::default());
        Self { class, data, instance, context, refused: None, given_rows, error: PhantomData }
    }

    /// Sets a field that is not in the input: `serializer.with(Project::OWNER.set(user))`.
    #[must_use]
    pub fn with(mut self, assignment: Assignment<M>) -> Self {
        if let Err(error) = self.data.assign(assignment) {
            self.refused = Some(error);
        }
        self
    }

    /// The validated value of a field, if the input has one.
    pub fn validated<T: FieldValue>(&self, column: Column<M, T>) -> Option<T> {
        self.data.field(column)
    }

    /// Every validated value: DRF's `validated_data`.
    pub fn data(&self) -> &ValidatedData {
        &self.data
    }

    /// The object that is changed; `None` when a new one is created.
    pub fn instance(&self) -> Option<&M> {
        self.instance.as_ref()
    }

    /// The rows that saving will give a new object, for the context of the answer:
    /// [`Context::with_given_rows`]. What the answer shows of them need not be read back then.
    pub fn given_rows(&mut self) -> GivenRows {
        if self.instance.is_none() {
            self.given_rows = GivenRows::of_new(&self.class);
        }
        self.given_rows.clone()
    }

    /// Saves the row and returns the object: by the serializer's own `create` or `update`, where it has one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a value that must be unique was taken in the meantime, or a row that input names was deleted,
    /// [`Error::DoesNotExist`] when the object itself was deleted, [`Error::Integrity`] when another constraint refuses the row, and
    /// [`Error::Refused`] with the name of the field when a new row lacks a value that neither the input nor the program
    /// has set.
    pub async fn save(self, db: &Database) -> Result<M, E> {
        if let Some(refused) = self.refused {
            return Err(refused.into());
        }
        let class = self.class;
        let context = self.context;
        let context = context.as_ref().map_or_else(|| Context::new(db), OwnedContext::borrowed);
        let named = class.named_rows(&self.data);
        let saved = match self.instance {
            None => save_new(&class, self.data, &context).await,
            // Boxed, so that a new object does not take its memory.
            Some(instance) => Box::pin(save_changed(&class, instance, self.data, &context)).await,
        };
        match saved {
            Ok(object) => {
                self.given_rows.saved(&class, &object, &named, db);
                Ok(object)
            }
            Err(error) => Err(Box::pin(class.explained(error, &named, db)).await.into()),
        }
    }
}

pub(crate) fn of_another_model(class: &SerializerClass) -> Error {
    Error::refused(format!(
        "{}: `create` and `update` return objects of {}",
        class.name(),
        class.meta().label()
    ))
}

/// Makes an object of validated values: by the serializer's own `create`, where it has one.
pub(crate) async fn save_new<M: Model>(
    class: &SerializerClass,
    data: ValidatedData,
    context: &Context<'_>,
) -> Result<M, Error> {
    match &class.methods.create {
        None => create(class, data, context).await,
        Some(create) => {
            let create = create.downcast_ref::<Create<M>>().ok_or_else(|| of_another_model(class))?;
            create(data, context).await
        }
    }
}

/// Changes an object by validated values: by the serializer's own `update`, where it has one.
pub(crate) async fn save_changed<M: Model>(
    class: &SerializerClass,
    object: M,
    data: ValidatedData,
    context: &Context<'_>,
) -> Result<M, Error> {
    match &class.methods.update {
        None => update(class, object, data, context).await,
        Some(update) => {
            let update = update.downcast_ref::<Update<M>>().ok_or_else(|| of_another_model(class))?;
            update(object, data, context).await
        }
    }
}

/// Validated values as the columns of a row, and the keys of the rows that its other relations lead to.
pub(crate) struct Parts {
    pub(crate) columns: Vec<(usize, Value)>,
    pub(crate) related: Vec<(Way, Vec<Value>)>,
}

impl Parts {
    pub(crate) fn of(class: &SerializerClass, data: ValidatedData) -> Result<Self, Error> {
        let meta = class.meta();
        let mut parts = Self { columns: Vec::with_capacity(data.len()), related: Vec::new() };
        for (name, value) in data {
            if let Some(field) = meta.position(&name) {
                let column =
                    value.into_column(meta.fields[field].kind).map_err(|error| class.at(&name, error))?;
                parts.columns.push((field, column));
                continue;
            }
            let way = class.way(&name).ok_or_else(|| class.not_saved(&name))?;
            let keys = match value {
                Validated::List(items) => items.iter().filter_map(Validated::value).cloned().collect(),
                Validated::Value(Value::Null) => Vec::new(),
                Validated::Value(key) => vec![key],
                Validated::Noted(noted) => vec![noted.value],
                Validated::Dict(_) => return Err(class.not_saved(&name)),
            };
            parts.related.push((way, keys));
        }
        Ok(parts)
    }
}

/// DRF's `ModelSerializer.create`, with the nested serializers that are saved by declaration.
pub(crate) async fn create<M: Model>(
    class: &SerializerClass,
    mut data: ValidatedData,
    context: &Context<'_>,
) -> Result<M, Error> {
    if class.has_nested_writes() {
        let nested = NestedValues::take(class, &mut data);
        return Box::pin(create_around(class, data, nested, context)).await;
    }
    let db = context.db();
    let parts = Parts::of(class, data)?;
    if let Some(field) = missing_field(M::meta(), &parts.columns) {
        return Err(Error::refused(class.missing(field)));
    }
    if parts.related.is_empty() {
        let row = create_row(db, M::meta(), parts.columns).await?;
        return M::from_row(&row, 0);
    }
    Box::pin(db.atomic(async || {
        let row = create_row(db, M::meta(), parts.columns).await?;
        let object = M::from_row(&row, 0)?;
        relate(&object, Made::Now, &parts.related, db).await?;
        Ok(object)
    }))
    .await
}

/// The same with what is nested in it.
async fn create_around<M: Model>(
    class: &SerializerClass,
    data: ValidatedData,
    nested: Vec<NestedValues<'_>>,
    context: &Context<'_>,
) -> Result<M, Error> {
    let db = context.db();
    let mut parts = Parts::of(class, data)?;
    let (before, after): (Vec<_>, Vec<_>) = nested.into_iter().partition(NestedValues::is_before);
    db.atomic(async || {
        for nested in before {
            parts.columns.push(nested.save_before(None, context).await?);
        }
        if let Some(field) = missing_field(M::meta(), &parts.columns) {
            return Err(Error::refused(class.missing(field)));
        }
        let row = create_row(db, M::meta(), parts.columns).await?;
        let object = M::from_row(&row, 0)?;
        relate(&object, Made::Now, &parts.related, db).await?;
        save_after(&object, after, context).await?;
        Ok(object)
    })
    .await
}

/// DRF's `ModelSerializer.update`, with the nested serializers that are saved by declaration.
pub(crate) async fn update<M: Model>(
    class: &SerializerClass,
    instance: M,
    mut data: ValidatedData,
    context: &Context<'_>,
) -> Result<M, Error> {
    let nested = if class.has_nested_writes() { NestedValues::take(class, &mut data) } else { Vec::new() };
    let db = context.db();
    let mut parts = Parts::of(class, data)?;
    let gone = || Error::DoesNotExist(M::meta().name);
    if parts.related.is_empty() && nested.is_empty() {
        return change(instance, db, parts.columns).await?.ok_or_else(gone);
    }
    let (before, after): (Vec<_>, Vec<_>) = nested.into_iter().partition(NestedValues::is_before);
    db.atomic(async || {
        for nested in before {
            let key = nested.key().map(|key| instance.value(key));
            parts.columns.push(nested.save_before(key, context).await?);
        }
        let object = change(instance, db, parts.columns).await?.ok_or_else(gone)?;
        relate(&object, Made::Before, &parts.related, db).await?;
        save_after(&object, after, context).await?;
        Ok(object)
    })
    .await
}

async fn save_after<M: Model>(
    object: &M,
    nested: Vec<NestedValues<'_>>,
    context: &Context<'_>,
) -> Result<(), Error> {
    for nested in nested {
        nested.save_after(object, context).await?;
    }
    Ok(())
}

/// Whether an object has been made just now, and has nothing that is related to it.
#[derive(Clone, Copy, PartialEq)]
enum Made {
    Now,
    Before,
}

/// Gives an object what is related to it.
async fn relate<M: Model>(
    object: &M,
    made: Made,
    related: &[(Way, Vec<Value>)],
    db: &Database,
) -> Result<(), Error> {
    let pk = object.value(M::meta().pk_position());
    for (way, keys) in related {
        match made {
            Made::Now => way.add(db, &pk, keys).await?,
            Made::Before => way.set(db, &pk, keys).await?,
        }
    }
    Ok(())
}

impl SerializerClass {
    /// The error of a value, where its field has it.
    fn at(&self, source: &str, error: Error) -> Error {
        let field = self.fields().iter().find(|field| field.source.is(source));
        match error {
            Error::Invalid(detail) => {
                let name = field.map_or(source, |field| field.bound.name);
                Error::Invalid(Detail::Dict(vec![(name.to_owned(), in_list(detail))]))
            }
            other => other,
        }
    }

    /// The error for a value that the model has no place for.
    fn not_saved(&self, name: &str) -> Error {
        Error::refused(format!(
            "{}: {} has no column `{name}`: write a method `create` or `update` that says what becomes of it, or take it out \
             of the values in `validate`",
            self.name(),
            self.meta().label()
        ))
    }

    /// Whether saving asks for the request.
    fn saves_by_context(&self, is_update: bool) -> bool {
        let method = if is_update { &self.methods.update } else { &self.methods.create };
        method.is_some() || self.has_nested_writes()
    }
}
