//! Signed JSON: what Django's `signing.dumps` writes and `signing.loads` reads.

use std::io;
use std::time::Duration;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::ser::Formatter;

use super::{BadSignature, TimestampSigner, b64_decode, b64_encode};

/// The salt of `dumps` and `loads` when Django's caller names none.
pub const DEFAULT_SALT: &str = "django.core.signing";

/// How many bytes a compressed value may grow to: 1 MiB. A kilobyte of zlib data can become a megabyte of zeros. Only
/// a holder of the `SECRET_KEY` can sign such data, but even so one request must not exhaust the memory.
pub const MAX_DECOMPRESSED: usize = 1 << 20;

/// zlib's own default, which Django uses.
const ZLIB_LEVEL: u8 = 6;

/// `object` as signed, URL-safe JSON; with `compress`, zlib is used where it saves more than the dot that marks it.
///
/// # Errors
/// When `object` cannot be written as JSON, for instance a map whose keys are not strings.
///
/// ```
/// use belleville_auth::signing::{DEFAULT_SALT, SecretKeys, TimestampSigner, dumps, loads};
/// let signer = TimestampSigner::new(&SecretKeys::new("a long secret", [""; 0]), DEFAULT_SALT);
/// let signed = dumps(&signer, &["hello"], false)?;
/// assert_eq!(loads::<Vec<String>>(&signer, &signed, None).unwrap(), ["hello"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn dumps<T: Serialize + ?Sized>(
    signer: &TimestampSigner,
    object: &T,
    compress: bool,
) -> Result<String, serde_json::Error> {
    Ok(signer.sign(&payload(to_ascii_json(object)?.as_bytes(), compress)))
}

/// The object in `signed`, if the signature is valid and at most `max_age` old.
///
/// # Errors
/// When the signature is not valid or too old, or the content is not a `T` or longer than [`MAX_DECOMPRESSED`].
pub fn loads<T: DeserializeOwned>(
    signer: &TimestampSigner,
    signed: &str,
    max_age: Option<Duration>,
) -> Result<T, BadSignature> {
    let json = content(signer.unsign(signed, max_age)?).ok_or(BadSignature::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| BadSignature::Malformed)
}

/// `object` as Python's `json.dumps(object, separators=(",", ":"))` writes it: compact, and ASCII throughout.
///
/// # Errors
/// When `object` cannot be written as JSON.
pub fn to_ascii_json<T: Serialize + ?Sized>(object: &T) -> Result<String, serde_json::Error> {
    let mut json = Vec::with_capacity(128);
    object.serialize(&mut serde_json::Serializer::with_formatter(&mut json, AsciiFormatter))?;
    Ok(json.into_iter().map(char::from).collect())
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

/// Escapes what Python's `ensure_ascii` escapes: everything outside space to tilde.
struct AsciiFormatter;

impl Formatter for AsciiFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = fragment;
        while let Some(at) = plain.find(|c: char| !(' '..='~').contains(&c)) {
            let (before, rest) = plain.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut rest = rest.chars();
            for unit in rest.next().iter().flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = rest.as_str();
        }
        writer.write_all(plain.as_bytes())
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
