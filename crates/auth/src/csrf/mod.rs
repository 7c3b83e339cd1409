//! Whether an unsafe request comes from our own pages: Django's `CsrfViewMiddleware`, on plain strings. First the
//! request's source must be ours or trusted ([`check_source`]), then it must carry the secret that the cookie holds
//! ([`check_token`]). A masked token is the same secret, which looks different each time it is shown.

mod origin;

use std::fmt;

use belleville_db::python;

use crate::crypto::{RANDOM_STRING_CHARS, constant_time_compare, get_random_string};

pub use self::origin::{OriginWithoutScheme, Source, TrustedOrigins, check_source};

/// How many characters a secret has.
pub const CSRF_SECRET_LENGTH: usize = 32;
/// How many characters a masked token has: the mask, then the secret under it.
pub const CSRF_TOKEN_LENGTH: usize = 2 * CSRF_SECRET_LENGTH;
/// The session key of the secret under `CSRF_USE_SESSIONS`.
pub const CSRF_SESSION_KEY: &str = "_csrftoken";

const ALPHABET: &str = RANDOM_STRING_CHARS;

/// Why a request was refused, in Django's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The `Origin` header, as sent, is neither ours nor trusted.
    BadOrigin(String),
    /// HTTPS without an `Origin` or a `Referer`.
    NoReferer,
    /// The `Referer` is no absolute URL.
    MalformedReferer,
    /// The `Referer` is not HTTPS although the request is.
    InsecureReferer,
    /// The `Referer` is neither ours nor trusted.
    BadReferer(String),
    /// There is no CSRF cookie.
    NoCookie,
    /// The CSRF cookie is not a secret.
    BadCookie(TokenFormat),
    /// Neither the form nor the header has a token.
    TokenMissing,
    /// The token is not one.
    BadToken(TokenSource, TokenFormat),
    /// The token does not match the secret.
    WrongToken(TokenSource),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadOrigin(origin) => {
                write!(f, "Origin checking failed - {origin} does not match any trusted origins.")
            }
            Self::NoReferer => f.write_str("Referer checking failed - no Referer."),
            Self::MalformedReferer => f.write_str("Referer checking failed - Referer is malformed."),
            Self::InsecureReferer => {
                f.write_str("Referer checking failed - Referer is insecure while host is secure.")
            }
            Self::BadReferer(referer) => {
                write!(f, "Referer checking failed - {referer} does not match any trusted origins.")
            }
            Self::NoCookie => f.write_str("CSRF cookie not set."),
            Self::BadCookie(format) => write!(f, "CSRF cookie {format}."),
            Self::TokenMissing => f.write_str("CSRF token missing."),
            Self::BadToken(source, format) => write!(f, "CSRF token from {source} {format}."),
            Self::WrongToken(source) => write!(f, "CSRF token from {source} incorrect."),
        }
    }
}

impl std::error::Error for Reason {}

/// What is wrong with a string that should be a secret or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// Neither 32 nor 64 characters.
    IncorrectLength,
    /// It has characters other than letters and digits.
    InvalidCharacters,
}

impl fmt::Display for TokenFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IncorrectLength => "has incorrect length",
            Self::InvalidCharacters => "has invalid characters",
        })
    }
}

/// Where a token was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The form field `csrfmiddlewaretoken`.
    Post,
    /// The header of this name.
    Header(String),
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Post => f.write_str("POST"),
            Self::Header(name) => write!(f, "the '{}' HTTP header", python::title(name)),
        }
    }
}

/// The token that came with a request.
#[derive(Clone, Copy)]
pub struct Submitted<'a> {
    /// The form field `csrfmiddlewaretoken`, of a POST only. An empty one counts as none.
    pub post_field: Option<&'a str>,
    /// The value of the header.
    pub header: Option<&'a str>,
    /// The header's name, such as `X-CSRFToken`.
    pub header_name: &'a str,
}

/// The secret behind a visitor's tokens. `Debug` does not print it.
#[derive(Clone)]
pub struct CsrfSecret(String);

impl CsrfSecret {
    /// A new secret: for a visitor without one, for one whose cookie is malformed, and at each login.
    #[must_use]
    pub fn new_random() -> Self {
        Self(random_secret())
    }

    /// The secret in a cookie or session, unmasked when Django before 4.1 wrote it.
    ///
    /// # Errors
    /// When it has the wrong length or characters.
    pub fn parse(text: &str) -> Result<Self, TokenFormat> {
        check_token_format(text)?;
        Ok(Self(unmasked(text)))
    }

    /// The secret in a session, which only a server can have written. A malformed one matches no token.
    #[must_use]
    pub fn kept(text: &str) -> Self {
        Self(if text.len() == CSRF_TOKEN_LENGTH { unmasked(text) } else { text.to_owned() })
    }

    /// The value of the cookie.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The secret under a new mask, for a page. It is different each time, so that attacks on compression (BREACH)
    /// cannot find it out.
    #[must_use]
    pub fn masked(&self) -> String {
        mask_cipher_secret(&self.0, &random_secret())
    }

    /// Whether `token`, well formed and masked or not, is this secret.
    fn matches(&self, token: &str) -> bool {
        constant_time_compare(unmasked(token), &self.0)
    }
}

impl fmt::Debug for CsrfSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfSecret(..)")
    }
}

/// Checks that the `submitted` token matches the visitor's secret.
///
/// # Errors
/// Django's reason for refusing the request.
///
/// ```
/// use belleville_auth::csrf::{CsrfSecret, Reason, Submitted, check_token};
/// let secret = CsrfSecret::new_random();
/// let masked = secret.masked();
/// let submitted = Submitted { post_field: None, header: Some(&masked), header_name: "X-CSRFToken" };
/// assert_eq!(check_token(Some(CsrfSecret::parse(secret.as_str())), submitted), Ok(()));
/// assert_eq!(check_token(None, submitted), Err(Reason::NoCookie));
/// ```
pub fn check_token(
    stored: Option<Result<CsrfSecret, TokenFormat>>,
    submitted: Submitted<'_>,
) -> Result<(), Reason> {
    let secret = stored.ok_or(Reason::NoCookie)?.map_err(Reason::BadCookie)?;
    let (token, source) = submitted.token().ok_or(Reason::TokenMissing)?;
    match check_token_format(token) {
        Err(format) => Err(Reason::BadToken(source, format)),
        Ok(()) if secret.matches(token) => Ok(()),
        Ok(()) => Err(Reason::WrongToken(source)),
    }
}

impl<'a> Submitted<'a> {
    /// The form field is checked before the header, even when only the header is right.
    fn token(self) -> Option<(&'a str, TokenSource)> {
        match self.post_field.filter(|field| !field.is_empty()) {
            Some(field) => Some((field, TokenSource::Post)),
            None => Some((self.header?, TokenSource::Header(self.header_name.to_owned()))),
        }
    }
}

fn random_secret() -> String {
    get_random_string(CSRF_SECRET_LENGTH, ALPHABET)
}

fn check_token_format(token: &str) -> Result<(), TokenFormat> {
    if !matches!(token.chars().count(), CSRF_SECRET_LENGTH | CSRF_TOKEN_LENGTH) {
        Err(TokenFormat::IncorrectLength)
    } else if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Err(TokenFormat::InvalidCharacters)
    } else {
        Ok(())
    }
}

fn mask_cipher_secret(secret: &str, mask: &str) -> String {
    let cipher = combine(secret, mask, |secret, mask| secret + mask);
    format!("{mask}{cipher}")
}

/// The secret in a well-formed token, masked or not.
fn unmasked(token: &str) -> String {
    match token.split_at_checked(CSRF_SECRET_LENGTH) {
        Some((mask, cipher)) if !cipher.is_empty() => {
            combine(cipher, mask, |cipher, mask| cipher + ALPHABET.len() - mask)
        }
        _ => token.to_owned(),
    }
}

fn combine(left: &str, right: &str, sum: impl Fn(usize, usize) -> usize) -> String {
    let index = |byte| ALPHABET.bytes().position(|candidate| candidate == byte).unwrap_or_default();
    let pairs = left.bytes().zip(right.bytes());
    pairs.map(|(l, r)| char::from(ALPHABET.as_bytes()[sum(index(l), index(r)) % ALPHABET.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masking_is_djangos() {
        let (secret, mask) = ("abcdefghijklmnopqrstuvwxyzABCDEF", "Z9".repeat(16));
        let token = mask_cipher_secret(secret, &mask);
        assert_eq!(token, format!("{mask}Za1c3e5g7i9kbmdofqhsjulwnypArCtE"));
        assert_eq!(unmasked(&token), secret);
        assert_eq!(unmasked(secret), secret);
    }

    #[test]
    fn a_secret_looks_different_each_time_and_is_the_same() {
        let secret = CsrfSecret::new_random();
        let (one, other) = (secret.masked(), secret.masked());
        assert_ne!(one, other);
        assert!(secret.matches(&one) && secret.matches(&other) && secret.matches(secret.as_str()));
        assert!(!CsrfSecret::new_random().matches(&one));
        assert!(!format!("{secret:?}").contains(secret.as_str()));
    }

    #[test]
    fn header_names_are_titled_as_python_does() {
        for (name, title) in
            [("X-CSRFToken", "X-Csrftoken"), ("x-csrf2token", "X-Csrf2Token"), ("X_y", "X_Y")]
        {
            assert_eq!(python::title(name), title);
        }
    }
}
