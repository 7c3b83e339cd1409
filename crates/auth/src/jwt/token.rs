//! A token and its claims.

use std::fmt;

use belleville_db::DateTime;
use belleville_db::json::{Dict, Json};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The classes of simplejwt's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenClass {
    /// Valid for requests, for a short time.
    Access,
    /// Valid for getting new access tokens, for a longer time.
    Refresh,
    /// Both at once.
    Sliding,
    /// A token of any class, where only its signature and times are checked.
    Untyped,
}

impl TokenClass {
    /// The claim `token_type`.
    #[must_use]
    pub const fn token_type(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Sliding => "sliding",
            Self::Untyped => "untyped",
        }
    }

    /// simplejwt's name of the class.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "AccessToken",
            Self::Refresh => "RefreshToken",
            Self::Sliding => "SlidingToken",
            Self::Untyped => "UntypedToken",
        }
    }

    /// Whether tokens of the class are kept in the table of outstanding tokens and looked up in the blacklist.
    #[must_use]
    pub const fn is_outstanding(self) -> bool {
        matches!(self, Self::Refresh | Self::Sliding)
    }
}

/// Why a token is not valid, in simplejwt's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It is not a token, is not signed by the configured key and algorithm, or has invalid claims.
    Invalid,
    /// It has expired.
    Expired,
    /// It was revoked, or exchanged for a new one.
    Blacklisted,
    /// The claim that names its class is missing.
    NoType,
    /// It is of another class than the expected one.
    WrongType,
    /// The claim that identifies it is missing.
    NoId,
    /// A required claim is missing.
    NoClaim(String),
    /// The time in a claim has passed.
    ClaimExpired(String),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => f.write_str("Token is invalid"),
            Self::Expired => f.write_str("Token is expired"),
            Self::Blacklisted => f.write_str("Token is blacklisted"),
            Self::NoType => f.write_str("Token has no type"),
            Self::WrongType => f.write_str("Token has wrong type"),
            Self::NoId => f.write_str("Token has no id"),
            Self::NoClaim(claim) => write!(f, "Token has no '{claim}' claim"),
            Self::ClaimExpired(claim) => write!(f, "Token '{claim}' claim has expired"),
        }
    }
}

impl std::error::Error for TokenError {}

/// A token: its class, its claims in order, and the time at which it was created or read.
#[derive(Clone)]
pub struct Token {
    pub(super) class: TokenClass,
    pub(super) claims: Dict,
    pub(super) at: Timestamp,
}

// The claims are not enough to forge a token, but they may be private.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.class.name()).finish_non_exhaustive()
    }
}

impl Token {
    /// Its class.
    #[must_use]
    pub fn class(&self) -> TokenClass {
        self.class
    }

    /// A claim.
    #[must_use]
    pub fn get(&self, claim: &str) -> Option<&Json> {
        self.claims.get(claim)
    }

    /// Sets a claim. Claims of a refresh token are copied to the access tokens that are made from it.
    pub fn insert(&mut self, claim: impl Into<String>, value: impl Into<Json>) {
        self.claims.insert(claim.into(), value.into());
    }

    /// Claims and values, in order.
    pub fn claims(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.claims.iter()
    }

    /// The time in the claim `exp`, if it is one.
    pub(super) fn expires_at(&self) -> Option<DateTime> {
        let moment = Timestamp::from_second(seconds(self.get("exp")?)?).ok()?;
        Some(TimeZone::UTC.to_datetime(moment))
    }

    /// The time at which it was created or read.
    pub(super) fn made_at(&self) -> DateTime {
        TimeZone::UTC.to_datetime(self.at)
    }
}

/// The whole seconds of a number, as Python's `int()` cuts them.
pub(super) fn seconds(value: &Json) -> Option<i64> {
    match value {
        Json::Int(seconds) => Some(*seconds),
        Json::Bool(b) => Some(i64::from(*b)),
        // The cast saturates: a number beyond 64 bits is later than any clock.
        Json::Float(x) if x.is_finite() => Some(x.trunc() as i64),
        Json::Str(text) => belleville_db::python::parse_int(text),
        Json::BigInt(digits) => Some(if digits.starts_with('-') { i64::MIN } else { i64::MAX }),
        _ => None,
    }
}
