//! Rules about a value that is of the right type. Each has the message and the code of Django's or DRF's validator.

use belleville_db::{Database, ErrorDetail, ModelMeta, Result, Value, row_exists};

use crate::Field;
use crate::validation::Purpose;

/// The messages of the model field's own validators that refuse a value.
pub(crate) fn of_model(field: &Field, value: &Value) -> Vec<ErrorDetail> {
    let validators = field.model_field.validators.iter();
    validators.filter_map(|validator| validator.check(value.as_ref()).err()).collect()
}

/// DRF's `UniqueValidator`: no other row has the value.
pub(crate) async fn unique(
    meta: &'static ModelMeta,
    field: &Field,
    value: &Value,
    purpose: &Purpose,
    db: &Database,
) -> Result<Option<ErrorDetail>> {
    let model_field = field.model_field;
    // A parent's field is unique among all the parent's rows.
    let meta = meta.owner(field.source);
    let must_be = model_field.unique && !value.is_null();
    // Boxed, so that other fields do not take the memory of the query.
    if !must_be || !Box::pin(row_exists(db, meta, field.source, value, purpose.pk.as_ref())).await? {
        return Ok(None);
    }
    let usual = || format!("{} with this {} already exists.", meta.verbose_name, model_field.verbose_name);
    let message = model_field.error_message("unique").map_or_else(usual, str::to_owned);
    Ok(Some(ErrorDetail::new(message, "unique")))
}

/// Django's `MaxLengthValidator`.
pub(crate) fn max_length(text: &str, most: Option<u32>) -> Option<ErrorDetail> {
    let most = most.filter(|most| text.chars().count() > *most as usize)?;
    let message = format!("Ensure this field has no more than {most} characters.");
    Some(ErrorDetail::new(message, "max_length"))
}

/// Django's `ProhibitNullCharactersValidator`.
pub(crate) fn null_characters(text: &str) -> Option<ErrorDetail> {
    let message = "Null characters are not allowed.";
    text.contains('\0').then(|| ErrorDetail::new(message, "null_characters_not_allowed"))
}

/// DRF's `ProhibitSurrogateCharactersValidator`, of a text that UTF-8 cannot hold: its code points.
pub(crate) fn surrogates(points: &[u32]) -> ErrorDetail {
    let first = points.iter().find(|point| (0xD800..0xE000).contains(*point)).copied().unwrap_or(0xD800);
    let message = format!("Surrogate characters are not allowed: U+{first:X}.");
    ErrorDetail::new(message, "surrogate_characters_not_allowed")
}

/// Django's `MinValueValidator`.
pub(crate) fn too_small(min_value: i64) -> ErrorDetail {
    let message = format!("Ensure this value is greater than or equal to {min_value}.");
    ErrorDetail::new(message, "min_value")
}

/// Django's `MaxValueValidator`.
pub(crate) fn too_great(max_value: i64) -> ErrorDetail {
    ErrorDetail::new(format!("Ensure this value is less than or equal to {max_value}."), "max_value")
}
