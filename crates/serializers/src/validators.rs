//! Rules about a value that is of the right type. Each has the message and the code of Django's or DRF's validator.

use belleville_db::ErrorDetail;

/// Django's `ProhibitNullCharactersValidator`.
pub(crate) fn null_characters(text: &str) -> Option<ErrorDetail> {
    let message = "Null characters are not allowed.";
    has_null(text.as_bytes()).then(|| ErrorDetail::new(message, "null_characters_not_allowed"))
}

/// Whether one of some bytes is 0: eight at a time, and without a branch for each eight, because nearly no text has one.
fn has_null(bytes: &[u8]) -> bool {
    // The high bit of each byte that is 0, and of some above it.
    let nulls =
        |word: u64| word.wrapping_sub(u64::from_ne_bytes([1; 8])) & !word & u64::from_ne_bytes([0x80; 8]);
    let (words, tail) = bytes.as_chunks::<8>();
    let found = words.iter().fold(0, |found, word| found | nulls(u64::from_ne_bytes(*word)));
    match bytes.last_chunk::<8>() {
        Some(last) => found | nulls(u64::from_ne_bytes(*last)) != 0,
        None => tail.contains(&0),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_character_is_found_wherever_it_stands() {
        for length in 0..40 {
            assert!(null_characters(&"é".repeat(length)).is_none(), "{length}");
            for at in 0..length {
                let text = "\u{1}".repeat(at) + "\0" + &"\u{7f}".repeat(length - at);
                assert!(null_characters(&text).is_some(), "{at} of {length}");
            }
        }
    }
}
