//! The links in "forgotten password" mails: Django's `PasswordResetTokenGenerator`. A token is valid for one user,
//! until it expires or until the password, the e-mail address or the last login changes; using it changes the
//! password.

use crate::crypto::{constant_time_compare, hex};
use crate::signing::{Algorithm, SecretKeys, b64_decode, b64_encode, salted_hmac};

/// Django's `PASSWORD_RESET_TIMEOUT`: three days, in seconds.
pub const PASSWORD_RESET_TIMEOUT: u64 = 259_200;

const KEY_SALT: &str = "django.contrib.auth.tokens.PasswordResetTokenGenerator";
/// As many base 36 digits as 64 bits can take, Django's own limit.
const MAX_TIMESTAMP_DIGITS: usize = 13;

/// The values that a token depends on.
#[derive(Clone, Copy)]
pub struct ResetUser<'a> {
    /// The primary key, as `str()` writes it.
    pub pk: &'a str,
    /// The stored, encoded password.
    pub password: &'a str,
    /// The last login as `YYYY-MM-DD HH:MM:SS`, in UTC and without fractions; `None` before the first.
    pub last_login: Option<&'a str>,
    /// The e-mail address, which may be empty.
    pub email: &'a str,
}

/// Makes and checks password reset tokens.
#[derive(Clone, Debug)]
pub struct PasswordResetTokenGenerator {
    keys: SecretKeys,
    timeout: u64,
}

impl PasswordResetTokenGenerator {
    /// A generator of tokens that are valid for `timeout` seconds.
    #[must_use]
    pub fn new(keys: &SecretKeys, timeout: u64) -> Self {
        Self { keys: keys.clone(), timeout }
    }

    /// A token for `user`, created at `now`: the seconds since 2001-01-01 00:00 in the *local* time of Django's
    /// `TIME_ZONE`, as in Django.
    #[must_use]
    pub fn make_token(&self, user: &ResetUser<'_>, now: u64) -> String {
        token_under(self.keys.primary(), user, now)
    }

    /// Whether `token` was created for `user` with these values, and has not expired at `now`.
    #[must_use]
    pub fn check_token(&self, user: &ResetUser<'_>, token: &str, now: u64) -> bool {
        let Some(timestamp) = timestamp(token) else { return false };
        let made_with = |secret| constant_time_compare(token, token_under(secret, user, timestamp));
        self.keys.iter().any(made_with) && now.saturating_sub(timestamp) <= self.timeout
    }
}

/// The user's primary key as the link carries it: URL-safe base64.
#[must_use]
pub fn encode_uid(pk: &str) -> String {
    b64_encode(pk.as_bytes())
}

/// The primary key that `uidb64` carries; `None` when it carries none.
#[must_use]
pub fn decode_uid(uidb64: &str) -> Option<String> {
    String::from_utf8(b64_decode(uidb64)?).ok()
}

fn token_under(secret: &[u8], user: &ResetUser<'_>, timestamp: u64) -> String {
    let ResetUser { pk, password, last_login, email } = user;
    let value = format!("{pk}{password}{}{timestamp}{email}", last_login.unwrap_or_default());
    let digest = hex(&salted_hmac(KEY_SALT, value, secret, Algorithm::Sha256));
    // Every second digit: Django shortens the link this way.
    let short: String = digest.chars().step_by(2).collect();
    format!("{}-{short}", base36(timestamp))
}

fn timestamp(token: &str) -> Option<u64> {
    let (timestamp, digest) = token.split_once('-')?;
    let one_dash = !digest.contains('-');
    (one_dash && timestamp.len() <= MAX_TIMESTAMP_DIGITS).then(|| u64::from_str_radix(timestamp, 36).ok())?
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.is_empty() {
        digits.extend(char::from_digit((number % 36) as u32, 36));
        number /= 36;
    }
    digits.iter().rev().collect()
}

impl std::fmt::Debug for ResetUser<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResetUser").field("pk", &self.pk).finish_non_exhaustive()
    }
}
