//! Revokes many tokens at once: those of one family (all refresh tokens that rotation has made from one login), or
//! all tokens of a user.
//!
//! simplejwt's tables have the user of a token, but not the token that it was exchanged for. Our own claim has that:
//! rotation copies it, here and in Django. All tokens of a user without the claim, from Django or from earlier
//! versions, are one family.

use std::collections::HashSet;

use belleville_db::{Database, Model, Result, now};

use super::token::Token;
use super::{Tokens, jws, uuid4};
use crate::models::{BlacklistedToken, OutstandingToken};
use crate::user::AuthUser;

/// The claim that tokens of one family share.
const CLAIM: &str = "refresh_family";

impl Tokens {
    /// Begins a family: all tokens that are made from this refresh token can be revoked together.
    pub fn begin_family(&self, token: &mut Token) {
        token.insert(CLAIM, uuid4());
    }

    /// Revokes every outstanding token of a user in the family of `token`.
    ///
    /// # Errors
    /// Any database error; inside a transaction nothing is revoked then.
    pub async fn blacklist_family(&self, db: &Database, token: &Token, user: &AuthUser) -> Result<()> {
        let family = token.get(CLAIM);
        let is_of_family = |outstanding: &OutstandingToken| {
            let claims = jws::payload(outstanding.token.as_bytes());
            claims.as_ref().and_then(|claims| claims.get(CLAIM)) == family
        };
        blacklist(db, user, is_of_family).await
    }
}

/// Revokes every outstanding token of a user.
///
/// # Errors
/// Any database error; inside a transaction nothing is revoked then.
pub async fn blacklist_all(db: &Database, user: &AuthUser) -> Result<()> {
    blacklist(db, user, |_| true).await
}

async fn blacklist(
    db: &Database,
    user: &AuthUser,
    which: impl Fn(&OutstandingToken) -> bool + Send,
) -> Result<()> {
    let now = now();
    let own = OutstandingToken::objects().filter(OutstandingToken::USER.eq(user));
    let in_time = own.filter(OutstandingToken::EXPIRES_AT.gt(now)).all(db).await?;
    let taken_back = BlacklistedToken::objects()
        .filter(BlacklistedToken::TOKEN.to(OutstandingToken::USER).eq(user))
        .filter(BlacklistedToken::TOKEN.to(OutstandingToken::EXPIRES_AT).gt(now));
    let taken_back: HashSet<i64> = taken_back.all(db).await?.iter().map(|row| *row.token.pk()).collect();
    for outstanding in in_time.iter().filter(|token| !taken_back.contains(&token.id) && which(token)) {
        let row = [BlacklistedToken::TOKEN.set(outstanding), BlacklistedToken::BLACKLISTED_AT.set(now)];
        BlacklistedToken::objects().create(db, row).await?;
    }
    Ok(())
}
