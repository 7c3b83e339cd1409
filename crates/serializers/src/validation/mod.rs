//! Validates input field by field: DRF's `Serializer.to_internal_value` and `run_validation`. All fields are read first, then
//! the database is asked what they want to know, and after that what validators of whole serializers want to know. Then the
//! serializer's own methods are called.

mod at_once;
mod draft;
mod inside;
mod list;
mod slots;
mod source;

use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::{Detail, Error, ErrorDetail, Model, Result, Value};

use crate::fields::ValidationError;
use crate::input::{Given, Input};
use crate::list::{Found, ListSerializerClass};
use crate::nested::Limits;
use crate::reading::{Answers, Reading};
use crate::uniqueness::Object;
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};
use draft::Draft;
use list::ListDraft;
use slots::Slots;

pub(crate) use source::{ItemSource, Source, no_dictionary};

/// What input is validated for: DRF's `instance` and `partial`.
#[derive(Clone, Debug, Default)]
pub struct Purpose {
    /// The object that is changed; its key is NULL where it has none.
    pub(crate) object: Option<Object>,
    pub(crate) is_partial: bool,
}

impl Purpose {
    /// A new object.
    pub fn create() -> Self {
        Self::default()
    }

    /// An object that is changed.
    pub fn update() -> Self {
        Self::update_of(Object::of_key(Value::Null))
    }

    /// This object is changed.
    pub(crate) fn update_of(object: Object) -> Self {
        Self { object: Some(object), is_partial: false }
    }

    /// Fields that are left out stay unchanged, or are required and have their defaults.
    #[must_use]
    pub fn partial(self, is_partial: bool) -> Self {
        Self { is_partial, ..self }
    }
}

/// The validated values, or every error at once.
pub(crate) async fn validate(
    class: &SerializerClass,
    input: &Input<'_>,
    purpose: Purpose,
    context: &Context<'_>,
) -> Result<ValidatedData> {
    let given = given(input).ok_or_else(|| Error::Invalid(class.no_data()))?;
    let mut reading = Reading::new(context, purpose);
    let mut slots = Slots::default();
    let about = |_: &Source<'_>, reading: &Reading<'_>| reading.about().clone();
    let draft = context.during(|| Draft::read(class, given, &about, &mut slots, &mut reading));
    let mut draft = read_on(draft, &mut slots, &mut reading, context).await?;
    draft.ask(&mut slots, &mut reading);
    if let Some(answers) = answers(&slots, &mut reading, context).await? {
        draft.learn(&mut slots, &answers);
    }
    draft.finish(&mut slots, context).await?.map_err(Error::Invalid)
}

/// The validated items of a list.
pub(crate) async fn validate_list(
    list: &ListSerializerClass,
    input: &Input<'_>,
    purpose: Purpose,
    context: &Context<'_>,
) -> Result<Vec<Validated>> {
    let (mut slots, mut reading) = (Slots::default(), Reading::new(context, purpose));
    let draft = list_draft(list, input, &mut slots, &mut reading)?;
    let draft = ask(draft, &mut slots, &mut reading, context).await?;
    draft.finish(&mut slots, context).await?.map_err(Error::Invalid)
}

/// The validated values of each of several inputs of a serializer.
pub(crate) async fn validate_many(
    class: &Arc<SerializerClass>,
    input: &Input<'_>,
    purpose: Purpose,
    context: &Context<'_>,
) -> Result<Vec<ValidatedData>> {
    let list = ListSerializerClass::many(Arc::clone(class));
    let (mut slots, mut reading) = (Slots::default(), Reading::new(context, purpose));
    let draft = list_draft(&list, input, &mut slots, &mut reading)?;
    let draft = ask(draft, &mut slots, &mut reading, context).await?;
    draft.finish_items(&mut slots, context).await?.map_err(Error::Invalid)
}

/// A list that is the whole input.
fn list_draft<'a>(
    list: &'a ListSerializerClass,
    input: &Input<'a>,
    slots: &mut Slots<'a>,
    reading: &mut Reading<'_>,
) -> Result<ListDraft<'a>> {
    let given = given(input).ok_or_else(|| Error::Invalid(no_data()))?;
    let about = |_: &Source<'_>, reading: &Reading<'_>| reading.about().clone();
    let draft =
        reading.context().during(|| ListDraft::read_given(list, given, refused, &about, slots, reading));
    draft.map_err(Error::Invalid)
}

/// The validated items of a list that changes rows, each of which is about the row that it names. `rows` finds the rows of
/// some keys.
pub(crate) async fn validate_changes<M: Model>(
    list: &ListSerializerClass,
    input: &Input<'_>,
    is_partial: bool,
    rows: impl AsyncFnOnce(Vec<Value>) -> Result<Vec<M>>,
    context: &Context<'_>,
) -> Result<(Vec<Validated>, Vec<M>)> {
    let mut reading = Reading::new(context, Purpose::create().partial(is_partial));
    let sources = context.during(|| sources(list, input, &mut reading))?;
    let keys = list.keys_of(&sources);
    let objects = rows(keys.iter().flatten().cloned().collect()).await?;
    let found = Found::of_objects(list, &objects);
    let mut slots = Slots::default();
    let draft =
        context.during(|| ListDraft::of_found(list, sources, &keys, &found, &mut slots, &mut reading));
    let draft = ask(draft, &mut slots, &mut reading, context).await?;
    let items = draft.finish(&mut slots, context).await?.map_err(Error::Invalid)?;
    Ok((items, objects))
}

/// A list that was read, once the database has answered all that there is to ask.
async fn ask<'a>(
    draft: ListDraft<'a>,
    slots: &mut Slots<'a>,
    reading: &mut Reading<'_>,
    context: &Context<'_>,
) -> Result<ListDraft<'a>> {
    let draft = read_on(Ok(draft), slots, reading, context).await?;
    draft.ask(slots, reading);
    if let Some(answers) = answers(slots, reading, context).await? {
        draft.learn(slots, &answers);
    }
    Ok(draft)
}

/// What was read, once the database has answered all that fields have asked.
async fn read_on<D>(
    draft: Result<D, Detail>,
    slots: &mut Slots<'_>,
    reading: &mut Reading<'_>,
    context: &Context<'_>,
) -> Result<D> {
    if let Some(error) = reading.take_failure() {
        return Err(error);
    }
    let draft = draft.map_err(Error::Invalid)?;
    while let Some(answers) = answers(slots, reading, context).await? {
        context.during(|| slots.read_on(&answers, reading));
    }
    Ok(draft)
}

/// What there is for each item of a list that is the whole input.
fn sources<'a>(
    list: &'a ListSerializerClass,
    input: &Input<'a>,
    reading: &mut Reading<'_>,
) -> Result<Vec<ItemSource<'a>>> {
    let given = given(input).ok_or_else(|| Error::Invalid(no_data()))?;
    ListDraft::sources(list, given, refused, reading).map_err(Error::Invalid)
}

/// The answers to what was asked; `None` where nothing was.
async fn answers(
    slots: &Slots<'_>,
    reading: &mut Reading<'_>,
    context: &Context<'_>,
) -> Result<Option<Answers>> {
    if let Some(error) = reading.take_failure() {
        return Err(error);
    }
    let questions = reading.take_questions();
    if questions.is_empty() {
        return Ok(None);
    }
    // Boxed, so that input without questions does not take the memory of a query.
    Box::pin(questions.answers(|place| slots.value_at(place), context)).await.map(Some)
}

/// What is said of a list that is the whole input, and is none or has too few or too many items.
fn refused(invalid: ValidationError) -> Detail {
    invalid.detail(&[], Limits::MESSAGES)
}

fn no_data() -> Detail {
    Detail::non_field(ErrorDetail::new("No data provided", "null"))
}

/// What there is; nothing where it is null.
fn given<'a>(input: &Input<'a>) -> Option<Given<'a>> {
    match input {
        Input::Json(Json::Null) => None,
        Input::Json(json) => Some(Given::from(*json)),
        Input::Form(form) => Some(Given::Form(form.clone())),
    }
}

impl SerializerClass {
    /// What is said of null.
    fn no_data(&self) -> Detail {
        match self.methods.replaces_fields {
            // DRF's `BaseSerializer` has the words of a field.
            true => Detail::message(ErrorDetail::new("This field may not be null.", "null")),
            false => no_data(),
        }
    }
}
