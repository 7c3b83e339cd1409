//! The user of a token.

use belleville_db::json::Json;
use belleville_db::{Column, Database, Family, Model, Q, Result, Uuid, ValueRef, python};
use md5::{Digest, Md5};

use crate::crypto::hex;
use crate::user::{self, AuthUser};

/// `USER_ID_FIELD`: the unique field of a user that tokens carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserIdField(usize);

impl UserIdField {
    /// The field of the user model with this name; `pk` is the primary key.
    ///
    /// # Errors
    /// The names of the unique fields, when there is no such field or it is not unique.
    pub fn named(name: &str) -> std::result::Result<Self, String> {
        let meta = user::meta();
        let position = if name == "pk" { Some(Self::pk().0) } else { meta.position(name) };
        match position.filter(|position| meta.fields[*position].unique) {
            Some(position) => Ok(Self(position)),
            None => {
                let unique = meta.fields.iter().filter(|field| field.unique);
                Err(unique.map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(" or "))
            }
        }
    }

    /// The primary key.
    pub fn pk() -> Self {
        Self(user::meta().pk_position())
    }

    /// The claim for a user: a text in any case, since simplejwt 5.5.1.
    pub(super) fn of(self, user: &AuthUser) -> Json {
        if self.is_pk() {
            return Json::from(user.pk().to_string());
        }
        match user.value_ref(self.0) {
            ValueRef::Text(text) => Json::from(text),
            ValueRef::Int(number) => Json::from(number.to_string()),
            ValueRef::Uuid(uuid) => Json::from(uuid.to_string()),
            _ => Json::Null,
        }
    }

    fn is_pk(self) -> bool {
        self.0 == user::meta().pk_position()
    }

    /// The user that a claim names. A value that the field cannot hold names no user; Django answers 500 to it.
    ///
    /// # Errors
    /// Any database error.
    pub async fn find(self, db: &Database, claim: &Json) -> Result<Option<AuthUser>> {
        let Some(value) = self.names(claim) else { return Ok(None) };
        AuthUser::objects().filter(value).first(db).await
    }

    /// Django's message about a claim that is no UUID, where the field is one.
    pub fn invalid(self, claim: &Json) -> Option<String> {
        let is_uuid = user::meta().fields[self.0].value_kind().row().family == Family::Uuid;
        let is_wrong = is_uuid && *claim != Json::Null && self.names(claim).is_none();
        is_wrong.then(|| format!("“{}” is not a valid UUID.", python::str_of(claim)))
    }

    /// The condition that the field has the value of the claim.
    fn names(self, claim: &Json) -> Option<Q<AuthUser>> {
        match user::meta().fields[self.0].value_kind().row().family {
            _ if matches!(claim, Json::Null | Json::Surrogates(_)) => None,
            Family::Integer => Some(Column::<_, i64>::new(self.0).eq(integer(claim)?)),
            Family::Uuid => {
                let uuid = match claim {
                    // Python counts with booleans.
                    Json::Bool(bit) => Uuid::from_u128(u128::from(*bit)),
                    Json::Int(number) => Uuid::from_u128(u128::try_from(*number).ok()?),
                    Json::Str(text) => python::parse_uuid(text)?,
                    _ => return None,
                };
                Some(Column::<_, Uuid>::new(self.0).eq(uuid))
            }
            _ => Some(Column::<_, String>::new(self.0).eq(python::str_of(claim))),
        }
    }
}

/// Python's `int()` of a claim.
fn integer(claim: &Json) -> Option<i64> {
    match claim {
        Json::Int(number) => Some(*number),
        Json::Bool(b) => Some(i64::from(*b)),
        Json::Float(x) if x.is_finite() => Some(x.trunc() as i64),
        Json::Str(text) => python::parse_int(text),
        _ => None,
    }
}

/// What ties a token to the user's password: simplejwt's upper-case MD5 of the stored hash, which is itself a secret's
/// hash with a random salt.
#[must_use]
pub fn revocation_hash(user: &AuthUser) -> String {
    hex(&Md5::digest(user.password().as_bytes())).to_uppercase()
}
