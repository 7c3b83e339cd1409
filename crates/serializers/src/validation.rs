//! Validates input field by field: DRF's `Serializer.to_internal_value` and `Field.run_validation`.

use std::borrow::Cow;
use std::ops::ControlFlow::{self, Break, Continue};

use belleville_db::json::Json;
use belleville_db::{Detail, Error, ErrorDetail, Result, Value};

use crate::fields::{Blank, Field, in_list, null, required};
use crate::input::{Given, Input};
use crate::{Context, SerializerClass, validators};

/// What the input is validated for.
pub(crate) struct Purpose {
    /// The object that is being changed.
    pub(crate) pk: Option<Value>,
    /// Fields that are left out stay unchanged.
    pub(crate) partial: bool,
}

impl Purpose {
    pub(crate) fn create() -> Self {
        Self { pk: None, partial: false }
    }
}

/// The result of validating a field.
enum Outcome {
    /// Left out.
    Skip,
    Valid(Value),
    Invalid(Detail),
}

/// The validated values by the model's field, or every error at once.
pub(crate) async fn validate(
    class: &SerializerClass,
    input: &Input<'_>,
    purpose: &Purpose,
    context: &Context<'_>,
) -> Result<Vec<(usize, Value)>> {
    check_shape(input)?;
    let mut validated = Vec::new();
    let mut errors = Vec::new();
    for field in class.writable_fields() {
        let given = input.given(field, purpose.partial);
        match run_validation(class, field, given, purpose, context).await? {
            Outcome::Skip => {}
            Outcome::Valid(value) => validated.push((field.source, value)),
            Outcome::Invalid(detail) => errors.push((field.name.to_owned(), in_list(detail))),
        }
    }
    if errors.is_empty() { Ok(validated) } else { Err(Error::Invalid(Detail::Dict(errors))) }
}

/// Input is a form or an object.
pub(crate) fn check_shape(input: &Input<'_>) -> Result<()> {
    let message = match input {
        Input::Form(_) | Input::Json(Json::Dict(_)) => return Ok(()),
        Input::Json(Json::Null) => ErrorDetail::new("No data provided", "null"),
        Input::Json(other) => {
            let found = other.python_type_name();
            ErrorDetail::new(format!("Invalid data. Expected a dictionary, but got {found}."), "invalid")
        }
    };
    Err(Error::Invalid(Detail::non_field(message)))
}

async fn run_validation(
    class: &SerializerClass,
    field: &Field,
    given: Given<'_>,
    purpose: &Purpose,
    context: &Context<'_>,
) -> Result<Outcome> {
    let (value, mut messages, of_kind) = match validate_empty_values(field, given, purpose.partial) {
        Break(Outcome::Valid(value)) => (value, Vec::new(), Vec::new()),
        Break(outcome) => return Ok(outcome),
        Continue(json) => match to_internal_value(field, &json, context).await? {
            Err(detail) => return Ok(Outcome::Invalid(detail)),
            Ok(value) => {
                let (own, of_kind) =
                    (validators::of_model(field, &value), field.kind.validate(&value, &json));
                (value, own, of_kind)
            }
        },
    };
    // In DRF's order: the model's own come first, then the model's uniqueness, then those of the kind of field.
    messages.extend(validators::unique(class.meta(), field, &value, purpose, context.db()).await?);
    messages.extend(of_kind);
    Ok(if messages.is_empty() {
        Outcome::Valid(value)
    } else {
        Outcome::Invalid(messages.into_iter().collect())
    })
}

/// What follows from a value that is missing, null, blank or a file; otherwise the value.
fn validate_empty_values<'a>(
    field: &Field,
    given: Given<'a>,
    partial: bool,
) -> ControlFlow<Outcome, Cow<'a, Json>> {
    let refused = |message: ErrorDetail| Break(Outcome::Invalid(message.into()));
    let given = match given {
        Given::Value(json) => match text_of(&json).map_or(Blank::Value, |text| field.kind.blank(text)) {
            Blank::Value => return Continue(json),
            Blank::Allowed => return Break(Outcome::Valid(Value::Text(String::new()))),
            Blank::Refused(message) => return refused(message),
            Blank::Null => Given::Null,
        },
        other => other,
    };
    match given {
        Given::Null if field.allow_null => Break(Outcome::Valid(Value::Null)),
        Given::Null => refused(null()),
        Given::File(name) => refused(field.kind.refuse_file(name)),
        _ if partial || !field.required => Break(Outcome::Skip),
        _ => refused(required()),
    }
}

fn text_of(json: &Json) -> Option<&str> {
    match json {
        Json::Str(text) => Some(text),
        _ => None,
    }
}

/// The value of a field, or why there is none. That of a relation is the key of a row that the request may refer to.
async fn to_internal_value(
    field: &Field,
    json: &Json,
    context: &Context<'_>,
) -> Result<Result<Value, Detail>> {
    let value = field.kind.to_internal_value(json);
    if let (Some(relation), Ok(key)) = (field.kind.relation(), &value)
        // Boxed, so that other fields do not take the memory of the query.
        && !Box::pin(relation.may_name(key, context)).await?
    {
        return Ok(Err(relation.does_not_exist(json).into()));
    }
    Ok(value)
}
