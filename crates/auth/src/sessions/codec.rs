//! The format of `django_session.session_data`, so that Django and Belleville read each other's sessions. Data
//! without a valid signature reads as an empty session, as in Django.

use std::fmt;

use belleville_db::json::{Dict, Json, Unencodable};

use crate::crypto::{constant_time_compare, get_random_string, hex};
use crate::signing::{self, Algorithm, SecretKeys, TimestampSigner, salted_hmac};

/// The salt of the db, cache, `cached_db` and file engines alike.
const SESSION_SALT: &str = "django.contrib.sessions.SessionStore";
const AUTH_HASH_SALT: &str = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";
const KEY_LENGTH: usize = 32;
/// No capitals: some session engines store keys without regard to case.
const KEY_CHARS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const MIN_KEY_LENGTH: usize = 8;

/// Writes and reads `session_data`.
///
/// ```
/// use belleville_auth::sessions::codec::{SessionCodec, SessionData};
/// use belleville_auth::signing::SecretKeys;
/// let codec = SessionCodec::new(&SecretKeys::new("a long secret", [""; 0]));
/// let mut session = SessionData::new();
/// session.insert("basket", 3);
/// assert_eq!(codec.decode(&codec.encode(&session)?), session);
/// assert!(codec.decode("garbage").is_empty());
/// # Ok::<(), belleville_db::json::Unencodable>(())
/// ```
#[derive(Clone, Debug)]
pub struct SessionCodec {
    signer: TimestampSigner,
}

impl SessionCodec {
    /// The codec of the sessions signed with `keys`.
    #[must_use]
    pub fn new(keys: &SecretKeys) -> Self {
        Self { signer: TimestampSigner::new(keys, SESSION_SALT) }
    }

    /// The text to store in `session_data`.
    ///
    /// # Errors
    /// When the key of an object in the session had lone surrogates, which are not kept.
    pub fn encode(&self, session: &SessionData) -> Result<String, Unencodable> {
        signing::dumps(&self.signer, &session.to_json(), true)
    }

    /// The session in `session_data`; an empty one when the signature is not valid. The age is not checked here: only
    /// `expire_date` decides when a session ends.
    #[must_use]
    pub fn decode(&self, session_data: &str) -> SessionData {
        let data = signing::loads(&self.signer, session_data, None).ok();
        data.as_ref().and_then(SessionData::of_json).unwrap_or_default()
    }
}

/// A session's content: JSON values by key, in the order in which they were first set. Unknown keys are kept
/// unchanged.
#[derive(Clone, Default, PartialEq)]
pub struct SessionData {
    entries: Vec<(String, Json)>,
}

impl SessionData {
    /// An empty session.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The session of a JSON object.
    pub(super) fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::Dict(dict) => Some(dict.iter().map(|(key, value)| (key, value.clone())).collect()),
            _ => None,
        }
    }

    pub(super) fn to_json(&self) -> Json {
        let mut dict = Dict::new();
        self.iter().for_each(|(key, value)| dict.insert(key, value.clone()));
        Json::Dict(dict)
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Sets `key`, in its old place when it had one; returns the old value.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Json>) -> Option<Json> {
        let (key, value) = (key.into(), value.into());
        if let Some((_, old)) = self.entries.iter_mut().find(|(name, _)| *name == key) {
            return Some(std::mem::replace(old, value));
        }
        self.entries.push((key, value));
        None
    }

    /// Removes `key`.
    pub fn remove(&mut self, key: &str) -> Option<Json> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Removes every key.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Whether `key` is set.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether no key is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many keys are set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }
}

/// A session's values may be secrets (a reset token, a CSRF secret), so only its keys print.
impl fmt::Debug for SessionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionData")?;
        f.debug_list().entries(self.iter().map(|(key, _)| key)).finish()
    }
}

impl<K: Into<String>, V: Into<Json>> FromIterator<(K, V)> for SessionData {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut session = Self::new();
        for (key, value) in entries {
            session.insert(key, value);
        }
        session
    }
}

/// A key for a new session: 32 characters, 165 bits. The store makes another one when it is taken.
#[must_use]
pub fn new_session_key() -> String {
    get_random_string(KEY_LENGTH, KEY_CHARS)
}

/// Whether the `key` of a cookie may be the key of a session. Django requires eight characters and nothing else.
#[must_use]
pub fn is_valid_session_key(key: &str) -> bool {
    key.chars().count() >= MIN_KEY_LENGTH
}

/// Which secret a session auth hash was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthHashMatch {
    /// The `SECRET_KEY`: nothing to do.
    Current,
    /// A fallback: the session is valid, but gets a new key and a new hash.
    Fallback,
    /// None of them: the password has changed, or the hash was forged. The session is flushed.
    None,
}

/// The session auth hash of a user whose stored password is `password`: it ends a session when the password changes.
#[must_use]
pub fn session_auth_hash(password: &str, keys: &SecretKeys) -> String {
    auth_hash_under(keys.primary(), password)
}

/// Whether `hash`, from a session, still fits the user whose stored password is `password`.
#[must_use]
pub fn verify_session_auth_hash(hash: &str, password: &str, keys: &SecretKeys) -> AuthHashMatch {
    let made_with = |secret: &[u8]| constant_time_compare(hash, auth_hash_under(secret, password));
    if made_with(keys.primary()) {
        AuthHashMatch::Current
    } else if keys.fallbacks().any(made_with) {
        AuthHashMatch::Fallback
    } else {
        AuthHashMatch::None
    }
}

fn auth_hash_under(secret: &[u8], password: &str) -> String {
    hex(&salted_hmac(AUTH_HASH_SALT, password, secret, Algorithm::Sha256))
}
