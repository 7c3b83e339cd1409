//! The user of a token.

use belleville_db::json::Json;
use belleville_db::{Database, Model, Result, python};
use md5::{Digest, Md5};

use crate::crypto::hex;
use crate::models::User;

/// `USER_ID_FIELD`: the unique field of a user that tokens carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserIdField {
    /// The primary key.
    Id,
    /// The name to log in with.
    Username,
}

impl UserIdField {
    /// The claim for a user: a text in either case, since simplejwt 5.5.1.
    pub(super) fn of(self, user: &User) -> Json {
        match self {
            Self::Id => Json::from(user.id.to_string()),
            Self::Username => Json::from(user.username.as_str()),
        }
    }

    /// The user that a claim names. A value that cannot be a key names no user; Django answers 500 to it.
    ///
    /// # Errors
    /// Any database error.
    pub async fn find(self, db: &Database, claim: &Json) -> Result<Option<User>> {
        match (self, claim) {
            (_, Json::Null | Json::Surrogates(_)) => Ok(None),
            (Self::Username, name) => crate::users::find(db, &python::str_of(name)).await,
            (Self::Id, id) => match primary_key(id) {
                Some(id) => User::objects().filter_pk(id).first(db).await,
                None => Ok(None),
            },
        }
    }
}

/// Python's `int()` of a claim, if it is in the range of a key.
fn primary_key(claim: &Json) -> Option<i32> {
    let id = match claim {
        Json::Int(id) => *id,
        Json::Bool(b) => i64::from(*b),
        Json::Float(x) if x.is_finite() => x.trunc() as i64,
        Json::Str(text) => python::parse_int(text)?,
        _ => return None,
    };
    i32::try_from(id).ok()
}

/// What ties a token to the user's password: simplejwt's upper-case MD5 of the stored hash, which is itself a secret's
/// hash with a random salt.
#[must_use]
pub fn revocation_hash(user: &User) -> String {
    hex(&Md5::digest(user.password.as_bytes())).to_uppercase()
}
