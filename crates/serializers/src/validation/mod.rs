//! Validates input field by field: DRF's `Serializer.to_internal_value` and `run_validation`.

mod draft;

use belleville_db::json::Json;
use belleville_db::{Detail, Error, ErrorDetail, Result, Value};

use crate::input::Input;
use crate::reading::{self, Reading};
use crate::value::ValidatedData;
use crate::{Context, SerializerClass};
use draft::Draft;

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

/// The validated values, or every error at once.
pub(crate) async fn validate(
    class: &SerializerClass,
    input: &Input<'_>,
    purpose: &Purpose,
    context: &Context<'_>,
) -> Result<ValidatedData> {
    check_shape(input)?;
    let mut reading = Reading::new(context, purpose.partial, purpose.pk.clone());
    let mut draft = Draft::read(class, input, &mut reading);
    while reading.open_questions() > 0 {
        let questions = reading.take_questions();
        // Boxed, so that input without questions does not take the memory of a query.
        let answers = Box::pin(reading::answers(&questions, context)).await?;
        draft.read_on(&answers, &mut reading);
    }
    if let Some(error) = reading.take_failure() {
        return Err(error);
    }
    draft.finish().map_err(Error::Invalid)
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
