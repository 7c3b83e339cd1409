//! Slugs and lists of numbers.

use crate::python::{decimal_digit, is_word};

/// Whether a text is a slug for Django's `validate_slug`: letters and digits of ASCII, hyphens and underscores.
pub fn is_slug(text: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.bytes().all(is_good)
}

/// Whether a text is a slug for Django's `validate_unicode_slug`: letters and numbers, hyphens and underscores.
pub fn is_unicode_slug(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '-' || is_word(c))
}

/// Whether a text is whole numbers with a separator between them: Django's `int_list_validator`.
pub fn is_int_list(text: &str, separator: &str, allow_negative: bool) -> bool {
    let mut rest = text;
    loop {
        let unsigned = if allow_negative { rest.strip_prefix('-').unwrap_or(rest) } else { rest };
        let after = unsigned.trim_start_matches(|c| decimal_digit(c).is_some());
        if after.len() == unsigned.len() {
            return false;
        }
        if after.is_empty() {
            return true;
        }
        let Some(next) = after.strip_prefix(separator) else { return false };
        rest = next;
    }
}
