//! Signed values, which clients cannot forge: Django's `django.core.signing`. A signature covers everything before
//! the last `:`, is made with a key derived from a salt and the `SECRET_KEY`, and is checked against the `SECRET_KEY`
//! and then each fallback. `dumps` and `loads` sign JSON, compressed when that is shorter.

pub mod base62;
mod keys;
mod objects;

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use self::keys::SecretKeys;
pub use self::objects::{DEFAULT_SALT, MAX_DECOMPRESSED, dumps, loads};

use crate::crypto::constant_time_compare;

/// Why a signed value was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSignature {
    /// There is no `:` in it, and so no signature.
    NoSeparator,
    /// The signature is of none of the keys: the value is forged, damaged, or signed with another salt.
    DoesNotMatch,
    /// The signature is valid, but older than the caller allows.
    Expired {
        /// How old it is.
        age: Duration,
        /// The greatest age that is allowed.
        max_age: Duration,
    },
    /// The signature is valid, but the content is not as expected: no timestamp, not base64, not JSON, or too large.
    Malformed,
}

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSeparator => f.write_str("No \":\" found in value"),
            Self::DoesNotMatch => f.write_str("Signature does not match"),
            Self::Expired { age, max_age } => {
                write!(f, "Signature age {} > {} seconds", age.as_secs_f64(), max_age.as_secs_f64())
            }
            Self::Malformed => f.write_str("The signed value is malformed"),
        }
    }
}

impl std::error::Error for BadSignature {}

/// The digest under an HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// Django's default for the bare [`salted_hmac`].
    Sha1,
    /// What every signer uses.
    #[default]
    Sha256,
}

/// Django's `salted_hmac`: the HMAC of `value` under a key derived from `key_salt` and `secret`, 20 or 32 bytes long.
///
/// Each use has another `key_salt`, so that a signature made for one purpose is not valid for another.
#[must_use]
pub fn salted_hmac(key_salt: &str, value: impl AsRef<[u8]>, secret: &[u8], algorithm: Algorithm) -> Vec<u8> {
    hmac(&derived_key(key_salt, secret, algorithm), value.as_ref(), algorithm)
}

/// Signs strings, without a time: `value:signature`.
///
/// ```
/// use belleville_auth::signing::{SecretKeys, Signer};
/// let signer = Signer::new(&SecretKeys::new("a long secret", ["the one before"]), "invitations");
/// let signed = signer.sign("ada@example.com");
/// assert_eq!(signer.unsign(&signed), Ok("ada@example.com"));
/// assert!(signer.unsign("ada@example.com:forged").is_err());
/// ```
#[derive(Clone)]
pub struct Signer {
    derived: Vec<Zeroizing<Vec<u8>>>,
    algorithm: Algorithm,
}

impl Signer {
    /// A signer whose signatures are valid for `salt` only.
    #[must_use]
    pub fn new(keys: &SecretKeys, salt: &str) -> Self {
        Self::with_algorithm(keys, salt, Algorithm::Sha256)
    }

    /// The same with another digest: SHA-1 reads what Django before 3.1 signed.
    #[must_use]
    pub fn with_algorithm(keys: &SecretKeys, salt: &str, algorithm: Algorithm) -> Self {
        let key_salt = format!("{salt}signer");
        Self { derived: keys.iter().map(|key| derived_key(&key_salt, key, algorithm)).collect(), algorithm }
    }

    /// The signature of `value` alone, under the `SECRET_KEY`.
    #[must_use]
    pub fn signature(&self, value: &str) -> String {
        self.signature_with(&self.derived[0], value)
    }

    /// `value`, a colon, and its signature.
    #[must_use]
    pub fn sign(&self, value: &str) -> String {
        format!("{value}:{}", self.signature(value))
    }

    /// The value inside `signed`.
    ///
    /// # Errors
    /// When there is no signature, or no key made it.
    pub fn unsign<'a>(&self, signed: &'a str) -> Result<&'a str, BadSignature> {
        let (value, signature) = signed.rsplit_once(':').ok_or(BadSignature::NoSeparator)?;
        let made_by =
            |key: &Zeroizing<Vec<u8>>| constant_time_compare(signature, self.signature_with(key, value));
        if self.derived.iter().any(made_by) { Ok(value) } else { Err(BadSignature::DoesNotMatch) }
    }

    fn signature_with(&self, derived: &[u8], value: &str) -> String {
        b64_encode(&hmac(derived, value.as_bytes(), self.algorithm))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// Signs strings together with the time: `value:timestamp:signature`.
#[derive(Clone, Debug)]
pub struct TimestampSigner {
    signer: Signer,
}

impl TimestampSigner {
    /// A signer whose signatures are valid for `salt` only.
    #[must_use]
    pub fn new(keys: &SecretKeys, salt: &str) -> Self {
        Self { signer: Signer::new(keys, salt) }
    }

    /// `value`, signed now.
    #[must_use]
    pub fn sign(&self, value: &str) -> String {
        self.sign_at(value, SystemTime::now())
    }

    /// `value`, signed as of `time`, which is kept to the second.
    #[must_use]
    pub fn sign_at(&self, value: &str, time: SystemTime) -> String {
        self.signer.sign(&format!("{value}:{}", base62::encode(unix_seconds(time))))
    }

    /// The value in `signed`, if the signature is valid and at most `max_age` old.
    ///
    /// # Errors
    /// When no key made the signature, when it is too old, or when there is no timestamp in it.
    pub fn unsign<'a>(&self, signed: &'a str, max_age: Option<Duration>) -> Result<&'a str, BadSignature> {
        self.unsign_at(signed, max_age, SystemTime::now())
    }

    /// The same, with the age counted at `now`.
    ///
    /// # Errors
    /// As [`unsign`](Self::unsign).
    pub fn unsign_at<'a>(
        &self,
        signed: &'a str,
        max_age: Option<Duration>,
        now: SystemTime,
    ) -> Result<&'a str, BadSignature> {
        let (value, timestamp) =
            self.signer.unsign(signed)?.rsplit_once(':').ok_or(BadSignature::Malformed)?;
        let signed_at = base62::decode(timestamp).ok_or(BadSignature::Malformed)?;
        match max_age {
            Some(max_age) => check_age(signed_at, max_age, now).map(|()| value),
            None => Ok(value),
        }
    }
}

/// Unpadded, URL-safe base64, as in every signed value.
pub(crate) fn b64_encode(bytes: &[u8]) -> String {
    URL_SAFE_ENGINE.encode(bytes)
}

pub(crate) fn b64_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_ENGINE.decode(text).ok()
}

// Python pads what it reads and does not mind stray bits at the end.
const URL_SAFE_ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn check_age(signed_at: i64, max_age: Duration, now: SystemTime) -> Result<(), BadSignature> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let signed_at = Duration::from_secs(u64::try_from(signed_at).unwrap_or_default());
    let age = now.saturating_sub(signed_at);
    if age > max_age { Err(BadSignature::Expired { age, max_age }) } else { Ok(()) }
}

fn unix_seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn derived_key(key_salt: &str, secret: &[u8], algorithm: Algorithm) -> Zeroizing<Vec<u8>> {
    let salted = Zeroizing::new([key_salt.as_bytes(), secret].concat());
    Zeroizing::new(match algorithm {
        Algorithm::Sha1 => Sha1::digest(&*salted).to_vec(),
        Algorithm::Sha256 => Sha256::digest(&*salted).to_vec(),
    })
}

fn hmac(key: &[u8], value: &[u8], algorithm: Algorithm) -> Vec<u8> {
    fn finish<M: Mac + KeyInit>(key: &[u8], value: &[u8]) -> Vec<u8> {
        let mac = <M as KeyInit>::new_from_slice(key).expect("an HMAC takes a key of any length");
        mac.chain_update(value).finalize().into_bytes().to_vec()
    }
    match algorithm {
        Algorithm::Sha1 => finish::<Hmac<Sha1>>(key, value),
        Algorithm::Sha256 => finish::<Hmac<Sha256>>(key, value),
    }
}
