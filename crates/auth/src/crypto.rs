//! Random strings for salts, session keys, CSRF secrets and tokens, from the operating system's random source and
//! without bias: Django's `django.utils.crypto`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Django's default alphabet: 62 letters and digits.
pub const RANDOM_STRING_CHARS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A random string of `length` characters, each chosen from the ASCII characters of `allowed_chars` with equal
/// probability.
///
/// Its strength in bits is `length * log2(allowed_chars.len())`: 131 for 22 of [`RANDOM_STRING_CHARS`].
///
/// # Panics
/// When `allowed_chars` is empty or not ASCII, or when the operating system's random source fails.
///
/// ```
/// use belleville_auth::crypto::{RANDOM_STRING_CHARS, get_random_string};
/// assert_eq!(get_random_string(22, RANDOM_STRING_CHARS).len(), 22);
/// ```
#[must_use]
pub fn get_random_string(length: usize, allowed_chars: &str) -> String {
    assert!(
        !allowed_chars.is_empty() && allowed_chars.is_ascii() && allowed_chars.len() <= 256,
        "an alphabet is 1 to 256 ASCII characters"
    );
    let mut chosen = String::with_capacity(length);
    let mut buffer = [0; 64];
    while chosen.len() < length {
        fill(&mut buffer);
        let wanted = length - chosen.len();
        chosen.extend(buffer.iter().filter_map(|byte| pick(*byte, allowed_chars.as_bytes())).take(wanted));
    }
    chosen
}

/// `bytes` random bytes in lower-case hexadecimal, twice as many characters: Python's `secrets.token_hex`.
///
/// # Panics
/// When the operating system's random source fails.
#[must_use]
pub fn token_hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    fill(&mut buffer);
    hex(&buffer)
}

/// `bytes` in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pairs = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    pairs.map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

/// The MD5 of some bytes in hexadecimal, for what is no secret: `ETag`.
#[must_use]
pub fn md5_hex(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// The SHA-256 of some bytes in base64, as a Content-Security-Policy names a text.
#[must_use]
pub fn sha256_base64(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// Whether two values are equal, in a time that depends on their lengths only.
#[must_use]
pub fn constant_time_compare(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> bool {
    left.as_ref().ct_eq(right.as_ref()).into()
}

/// A random number below a limit, 0 where that is 0: Python's `secrets.randbelow`.
///
/// # Panics
/// When the operating system's random source fails.
#[must_use]
pub fn random_below(limit: u8) -> u8 {
    let Some(fair) = u8::MAX.checked_rem(limit).map(|rest| u8::MAX - rest) else { return 0 };
    let mut byte = [0];
    loop {
        fill(&mut byte);
        // What is above the last multiple of the limit would favour the first numbers.
        if byte[0] < fair {
            return byte[0] % limit;
        }
    }
}

pub(crate) fn fill(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the operating system's random source works");
}

/// Bytes above the last multiple of the alphabet's length are not used: wrapping them around would favour the first
/// characters.
fn pick(byte: u8, alphabet: &[u8]) -> Option<char> {
    let byte = usize::from(byte);
    let unbiased = 256 - 256 % alphabet.len();
    (byte < unbiased).then(|| char::from(alphabet[byte % alphabet.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_gives_each_character_the_same_chance() {
        for alphabet in [RANDOM_STRING_CHARS, "01", "abc", "abcdefghijklmnopqrstuvwxyz0123456789"] {
            let mut counts = vec![0_usize; 256];
            for character in (0..=255).filter_map(|byte| pick(byte, alphabet.as_bytes())) {
                counts[character as usize] += 1;
            }
            let expected = 256 / alphabet.len();
            assert!(alphabet.bytes().all(|c| counts[usize::from(c)] == expected), "{alphabet}");
        }
    }

    #[test]
    fn strings_have_the_asked_length_and_alphabet_and_differ() {
        for length in [0, 1, 32, 1000] {
            let drawn = get_random_string(length, "ab");
            assert_eq!(drawn.len(), length);
            assert!(drawn.bytes().all(|c| c == b'a' || c == b'b'));
        }
        assert_ne!(get_random_string(32, RANDOM_STRING_CHARS), get_random_string(32, RANDOM_STRING_CHARS));
        assert_eq!(token_hex(20).len(), 40);
        assert_ne!(token_hex(20), token_hex(20));
    }

    #[test]
    fn hexadecimal_is_lower_case_and_padded() {
        assert_eq!(hex(&[0, 15, 16, 255]), "000f10ff");
    }

    #[test]
    fn comparison_sees_length_and_content() {
        assert!(constant_time_compare("abc", b"abc"));
        assert!(!constant_time_compare("abc", "abd"));
        assert!(!constant_time_compare("abc", "abcd"));
    }
}
