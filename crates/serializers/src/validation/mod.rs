//! Validates input field by field: DRF's `Serializer.to_internal_value` and `run_validation`. All fields are read first, then
//! the database is asked what they want to know, and after that what validators of whole serializers want to know. Then the
//! serializer's own methods are called.

mod draft;

use belleville_db::json::Json;
use belleville_db::{Detail, Error, ErrorDetail, Result, Value};

use crate::input::{Given, Input};
use crate::nested::Limits;
use crate::reading::{self, Answer, Reading};
use crate::uniqueness::Object;
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};
use draft::{Draft, finish_items, items, no_dictionary};

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
    check_shape(input)?;
    let mut reading = Reading::new(context, purpose);
    // A datetime without an offset is of the program's time zone.
    let zone = context.db().time_zone();
    let mut draft = zone.during(|| Draft::read(class, input, &mut reading));
    while reading.open_questions() > 0 {
        let questions = reading.take_questions();
        // Boxed, so that input without questions does not take the memory of a query.
        let answers = Box::pin(reading::answers(&questions, context)).await?;
        zone.during(|| draft.read_on(&answers, &mut reading));
    }
    if let Some(error) = reading.take_failure() {
        return Err(error);
    }
    draft.ask(&mut reading)?;
    if let Some(answers) = answers_left(&mut reading, context).await? {
        draft.learn(&answers);
    }
    draft.finish(context).await?.map_err(Error::Invalid)
}

/// The validated values of several inputs in a list: DRF's `many=True`.
pub(crate) async fn validate_many(
    class: &SerializerClass,
    input: &Input<'_>,
    limits: &Limits,
    purpose: Purpose,
    context: &Context<'_>,
) -> Result<Vec<ValidatedData>> {
    let given = match input {
        Input::Json(Json::Null) => return Err(Error::Invalid(no_data())),
        Input::Json(json) => Given::from(*json),
        Input::Form(form) => Given::Form(form.clone()),
    };
    let items = items(given).map_err(|found| {
        let text = format!("Expected a list of items but got type \"{found}\".");
        Error::Invalid(Detail::non_field(ErrorDetail::new(text, "not_a_list")))
    })?;
    if let Some(invalid) = limits.broken(items.len()) {
        return Err(Error::Invalid(invalid.detail(&[], Limits::MESSAGES).of_serializer()));
    }
    let mut reading = Reading::new(context, purpose);
    let zone = context.db().time_zone();
    let mut drafts = zone.during(|| Draft::read_items(class, items, &mut reading));
    while reading.open_questions() > 0 {
        let questions = reading.take_questions();
        let answers = reading::answers(&questions, context).await?;
        let drafts = drafts.iter_mut().flatten().flatten();
        zone.during(|| drafts.for_each(|draft| draft.read_on(&answers, &mut reading)));
    }
    if let Some(error) = reading.take_failure() {
        return Err(error);
    }
    drafts.iter_mut().flatten().flatten().try_for_each(|draft| draft.ask(&mut reading))?;
    if let Some(answers) = answers_left(&mut reading, context).await? {
        drafts.iter_mut().flatten().flatten().for_each(|draft| draft.learn(&answers));
    }
    let values = finish_items(drafts, context).await?.map_err(Error::Invalid)?;
    // None of them is null, which is no input of a serializer alone.
    let data = |value| match value {
        Validated::Dict(data) => Some(data),
        Validated::Value(_) | Validated::List(_) => None,
    };
    Ok(values.into_iter().filter_map(data).collect())
}

/// The answers to what validators of whole serializers have asked; `None` where they have asked nothing.
async fn answers_left(reading: &mut Reading<'_>, context: &Context<'_>) -> Result<Option<Vec<Answer>>> {
    if let Some(error) = reading.take_failure() {
        return Err(error);
    }
    let questions = reading.take_questions();
    if questions.is_empty() {
        return Ok(None);
    }
    Box::pin(reading::answers(&questions, context)).await.map(Some)
}

fn no_data() -> Detail {
    Detail::non_field(ErrorDetail::new("No data provided", "null"))
}

/// Input is a form or an object.
pub(crate) fn check_shape(input: &Input<'_>) -> Result<()> {
    Err(Error::Invalid(match input {
        Input::Form(_) | Input::Json(Json::Dict(_)) => return Ok(()),
        Input::Json(Json::Null) => no_data(),
        Input::Json(other) => no_dictionary(other.python_type_name()),
    }))
}
