//! Tokens that can be revoked: simplejwt's app `token_blacklist`, with its tables and its migrations.

use belleville_db::json::Json;
use belleville_db::migrations::state::{big_auto, char, date_time, foreign_key, model, one_to_one, text};
use belleville_db::migrations::{AUTH_USER_MODEL, AppConfig, Migration};
use belleville_db::{Database, Error, ForeignKey, Model, Result, now, python};

use super::token::Token;
use super::{TokenError, Tokens};
use crate::models::{BlacklistedToken, OutstandingToken};
use crate::user::AuthUser;

/// `rest_framework_simplejwt.token_blacklist`: the app that a program adds to be able to revoke refresh tokens.
pub fn app() -> AppConfig {
    const FIRST: &str = "0001_initial";
    AppConfig::new("token_blacklist")
        .model::<BlacklistedToken>()
        .model::<OutstandingToken>()
        .migration(
            Migration::new(FIRST)
                .depends_on_user_model()
                .create(model(
                    "OutstandingToken",
                    [
                        text("token"),
                        date_time("created_at").null(),
                        date_time("expires_at"),
                        foreign_key("user", AUTH_USER_MODEL).null(),
                        char("jti", 255).unique(),
                        big_auto("id"),
                    ],
                ))
                .create(model(
                    "BlacklistedToken",
                    [
                        date_time("blacklisted_at"),
                        one_to_one("token", "token_blacklist.OutstandingToken"),
                        big_auto("id"),
                    ],
                )),
        )
        .migration(Migration::new("0002_outstandingtoken_jti_hex").part_of(FIRST))
        .migration(Migration::new("0003_auto_20171017_2007").part_of(FIRST))
        .migration(Migration::new("0004_auto_20171017_2013").part_of(FIRST))
        .migration(Migration::new("0005_remove_outstandingtoken_jti").part_of(FIRST))
        .migration(Migration::new("0006_auto_20171017_2113").part_of(FIRST))
        .migration(Migration::new("0007_auto_20171017_2214").part_of(FIRST))
        .migration(Migration::new("0008_migrate_to_bigautofield").part_of(FIRST))
        .migration(Migration::new("0010_fix_migrate_to_bigautofield").part_of(FIRST))
        .migration(Migration::new("0011_linearizes_history").part_of(FIRST))
        .migration(Migration::new("0012_alter_outstandingtoken_user").part_of(FIRST))
        .migration(Migration::new("0013_alter_blacklistedtoken_options_and_more").part_of(FIRST))
}

impl Tokens {
    /// Whether a token was revoked. A token without an id is never found in the blacklist.
    ///
    /// # Errors
    /// Any database error.
    pub async fn is_blacklisted(&self, db: &Database, token: &Token) -> Result<bool> {
        let Some(jti) = self.jti(token) else { return Ok(false) };
        let taken_back = BlacklistedToken::TOKEN.to(OutstandingToken::JTI).eq(jti.as_str());
        BlacklistedToken::objects().filter(taken_back).exists(db).await
    }

    /// Adds a token of `user` to the table of outstanding tokens, unless it is there already.
    ///
    /// # Errors
    /// Any database error.
    pub async fn outstand(
        &self,
        db: &Database,
        token: &Token,
        user: Option<&AuthUser>,
    ) -> Result<Result<OutstandingToken, TokenError>> {
        let Some(jti) = self.jti(token) else { return Ok(Err(TokenError::NoId)) };
        let known = OutstandingToken::objects().filter(OutstandingToken::JTI.eq(jti.as_str()));
        if let Some(known) = known.first(db).await? {
            return Ok(Ok(known));
        }
        let (Some(expires_at), Some(encoded)) = (token.expires_at(), self.encode(token)) else {
            return Ok(Err(TokenError::Invalid));
        };
        let row = [
            OutstandingToken::USER.set(user.map(ForeignKey::from)),
            OutstandingToken::JTI.set(jti.as_str()),
            OutstandingToken::TOKEN.set(encoded),
            OutstandingToken::CREATED_AT.set(Some(token.made_at())),
            OutstandingToken::EXPIRES_AT.set(expires_at),
        ];
        match db.atomic(async || OutstandingToken::objects().create(db, row).await).await {
            // Another request added it in the meantime.
            Err(error) if error.is_integrity() => Ok(Ok(known.get(db).await?)),
            outcome => outcome.map(Ok),
        }
    }

    /// Adds a token to the blacklist. Of several requests that blacklist the same token at the same time, one
    /// succeeds; the others get [`TokenError::Blacklisted`]. Call it in a transaction when other changes depend on
    /// it.
    ///
    /// # Errors
    /// Any database error.
    pub async fn blacklist(
        &self,
        db: &Database,
        token: &Token,
        user: Option<&AuthUser>,
    ) -> Result<Result<(), TokenError>> {
        let outstanding = match self.outstand(db, token, user).await? {
            Ok(outstanding) => outstanding,
            Err(error) => return Ok(Err(error)),
        };
        let row = [BlacklistedToken::TOKEN.set(&outstanding), BlacklistedToken::BLACKLISTED_AT.set(now())];
        match db.atomic(async || BlacklistedToken::objects().create(db, row).await).await {
            Err(Error::Integrity(_)) => Ok(Err(TokenError::Blacklisted)),
            outcome => outcome.map(|_| Ok(())),
        }
    }

    fn jti(&self, token: &Token) -> Option<String> {
        match token.get(&self.options().jti_claim)? {
            Json::Str(jti) => Some(jti.to_string()),
            other => Some(python::str_of(other)),
        }
    }
}

/// Deletes expired tokens from the tables of outstanding and blacklisted tokens; returns how many.
///
/// # Errors
/// Any database error.
pub async fn flush_expired(db: &Database) -> Result<u64> {
    let expired = OutstandingToken::objects().filter(OutstandingToken::EXPIRES_AT.lte(now()));
    let count = expired.count(db).await?;
    expired.delete(db).await?;
    Ok(count)
}
