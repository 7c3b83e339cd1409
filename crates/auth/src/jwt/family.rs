//! Many tokens taken back at once: those of a family, which is what came of one login by rotation, or all of a user's.
//!
//! simplejwt's tables know whose a token is and not which it was exchanged for. That is in the token: a claim of our own,
//! which rotation keeps, here and in Django. Tokens without it, from Django or from before, are one family.

use std::collections::HashSet;

use belleville_db::{Database, Model, Result, now};

use super::token::Token;
use super::{Tokens, jws, uuid4};
use crate::models::{BlacklistedToken, OutstandingToken, User};

/// The claim that tokens of one family share.
const CLAIM: &str = "refresh_family";

impl Tokens {
    /// Begins a family: what comes of this refresh token can be taken back together.
    pub fn begin_family(&self, token: &mut Token) {
        token.insert(CLAIM, uuid4());
    }

    /// Takes back every outstanding token of a user that is of one family with `token`.
    ///
    /// # Errors
    /// Whatever the database reports; inside a transaction nothing is taken back then.
    pub async fn blacklist_family(&self, db: &Database, token: &Token, user: &User) -> Result<()> {
        let family = token.get(CLAIM);
        let is_of_family = |outstanding: &OutstandingToken| {
            let claims = jws::payload(outstanding.token.as_bytes());
            claims.as_ref().and_then(|claims| claims.get(CLAIM)) == family
        };
        blacklist(db, user, is_of_family).await
    }
}

/// Takes back every outstanding token of a user.
///
/// # Errors
/// Whatever the database reports; inside a transaction nothing is taken back then.
pub async fn blacklist_all(db: &Database, user: &User) -> Result<()> {
    blacklist(db, user, |_| true).await
}

async fn blacklist(
    db: &Database,
    user: &User,
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
