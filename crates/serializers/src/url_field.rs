//! What the field with an object's own URL is called: DRF's setting `URL_FIELD_NAME`.

use std::sync::{PoisonError, RwLock};

/// What declarations call it.
pub(crate) const DECLARED: &str = "url";

static NAME: RwLock<&'static str> = RwLock::new(DECLARED);

/// What the field that serializers declare as `url` is called in input and output.
pub fn url_field_name() -> &'static str {
    *NAME.read().unwrap_or_else(PoisonError::into_inner)
}

/// Sets [`url_field_name`], for the serializers that are prepared after this: a program does so before it declares its URLs.
pub fn set_url_field_name(name: &str) {
    let mut known = NAME.write().unwrap_or_else(PoisonError::into_inner);
    if *known != name {
        // Serializers keep the names of their fields for good.
        *known = Box::leak(Box::from(name));
    }
}
