//! Rules about a value that is of the right type. Each has the message and the code of Django's or DRF's validator.

use belleville_db::ErrorDetail;

/// Django's `ProhibitNullCharactersValidator`.
pub(crate) fn null_characters(text: &str) -> Option<ErrorDetail> {
    let message = "Null characters are not allowed.";
    // Without a branch for each byte: nearly no text has one.
    let is_found = text.bytes().fold(false, |is_found, byte| is_found | (byte == 0));
    is_found.then(|| ErrorDetail::new(message, "null_characters_not_allowed"))
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
