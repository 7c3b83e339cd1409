//! Signed JSON: what Django's `signing.dumps` writes and `signing.loads` reads.

use std::time::Duration;

use belleville_db::json::{self, Json, Unencodable};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::{BadSignature, TimestampSigner, b64_decode, b64_encode};

/// The salt of `dumps` and `loads` when Django's caller names none.
pub const DEFAULT_SALT: &str = "django.core.signing";

/// How many bytes a compressed value may grow to: 1 MiB. A kilobyte of zlib data can become a megabyte of zeros. Only
/// a holder of the `SECRET_KEY` can sign such data, but even so one request must not exhaust the memory.
pub const MAX_DECOMPRESSED: usize = 1 << 20;

/// zlib's own default, which Django uses.
const ZLIB_LEVEL: u8 = 6;

/// `object` as signed, URL-safe JSON, as Python's `json.dumps` writes it compactly; with `compress`, zlib is used where it
/// saves more than the dot that marks it.
///
/// # Errors
/// When the key of an object had lone surrogates, which are not kept.
///
/// ```
/// use belleville_auth::signing::{DEFAULT_SALT, SecretKeys, TimestampSigner, dumps, loads};
/// use belleville_db::json::Json;
/// let signer = TimestampSigner::new(&SecretKeys::new("a long secret", [""; 0]), DEFAULT_SALT);
/// let signed = dumps(&signer, &Json::from("hello"), false)?;
/// assert_eq!(loads(&signer, &signed, None), Ok(Json::from("hello")));
/// # Ok::<(), belleville_db::json::Unencodable>(())
/// ```
pub fn dumps(signer: &TimestampSigner, object: &Json, compress: bool) -> Result<String, Unencodable> {
    Ok(signer.sign(&payload(object.dumps()?.as_bytes(), compress)))
}

/// The object in `signed`, if the signature is valid and at most `max_age` old.
///
/// # Errors
/// When the signature is not valid or too old, or the content is no JSON or longer than [`MAX_DECOMPRESSED`].
pub fn loads(
    signer: &TimestampSigner,
    signed: &str,
    max_age: Option<Duration>,
) -> Result<Json, BadSignature> {
    let content = content(signer.unsign(signed, max_age)?).and_then(|bytes| String::from_utf8(bytes).ok());
    let object = content.and_then(|text| json::loads(&text).ok());
    object.ok_or(BadSignature::Malformed)
}

pub(crate) fn payload(json: &[u8], compress: bool) -> String {
    if compress {
        let compressed = compress_to_vec_zlib(json, ZLIB_LEVEL);
        if compressed.len() + 1 < json.len() {
            return format!(".{}", b64_encode(&compressed));
        }
    }
    b64_encode(json)
}

pub(crate) fn content(payload: &str) -> Option<Vec<u8>> {
    match payload.strip_prefix('.') {
        Some(compressed) => {
            decompress_to_vec_zlib_with_limit(&b64_decode(compressed)?, MAX_DECOMPRESSED).ok()
        }
        None => b64_decode(payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zlib_bomb_is_refused_and_the_limit_itself_is_not() {
        for (length, fits) in [(MAX_DECOMPRESSED, true), (MAX_DECOMPRESSED + 1, false)] {
            let bomb = payload(&vec![b'0'; length], true);
            assert!(bomb.starts_with('.') && bomb.len() < 4096);
            assert_eq!(content(&bomb).map(|bytes| bytes.len()), fits.then_some(length));
        }
    }

    #[test]
    fn compression_must_earn_its_dot() {
        for json in (1..40).map(|length| "a".repeat(length)) {
            let saves_enough = compress_to_vec_zlib(json.as_bytes(), ZLIB_LEVEL).len() < json.len() - 1;
            assert_eq!(payload(json.as_bytes(), true).starts_with('.'), saves_enough, "{json}");
            assert!(!payload(json.as_bytes(), false).starts_with('.'));
        }
    }

    #[test]
    fn damaged_payloads_are_none() {
        for damaged in [".", ".eJ", ".AAAA", "a", "€", "*"] {
            assert_eq!(content(damaged), None, "{damaged}");
        }
    }
}
