//! One's own functions as validators: each takes a value of the field's type.

use crate::{ErrorDetail, FieldValue, ValueRef};

/// Calls a function of texts.
#[doc(hidden)]
pub fn call_text<E: Into<ErrorDetail>>(
    value: ValueRef<'_>,
    function: fn(&str) -> Result<(), E>,
) -> Result<(), ErrorDetail> {
    match value {
        ValueRef::Text(text) => function(text).map_err(Into::into),
        _ => Err(super::INVALID.into()),
    }
}

/// Calls a function that takes a value.
#[doc(hidden)]
pub fn call<T: FieldValue, E: Into<ErrorDetail>>(
    value: ValueRef<'_>,
    function: fn(T) -> Result<(), E>,
) -> Result<(), ErrorDetail> {
    match T::from_value(value) {
        Ok(value) => function(value).map_err(Into::into),
        Err(_) => Err(super::INVALID.into()),
    }
}

/// Calls a function that borrows a value.
#[doc(hidden)]
pub fn call_with<T: FieldValue, E: Into<ErrorDetail>>(
    value: ValueRef<'_>,
    function: fn(&T) -> Result<(), E>,
) -> Result<(), ErrorDetail> {
    match T::from_value(value) {
        Ok(value) => function(&value).map_err(Into::into),
        Err(_) => Err(super::INVALID.into()),
    }
}
