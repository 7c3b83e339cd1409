//! Tokens that can be revoked: simplejwt's app `token_blacklist`, with its tables and its migrations.

use belleville_db::json::Json;
use belleville_db::migrations::state::{
    auto, big_auto, char, date_time, foreign_key, model, one_to_one, text, uuid,
};
use belleville_db::migrations::{AUTH_USER_MODEL, AppConfig, Migration, by_database};
use belleville_db::{Database, Error, ForeignKey, Model, Result, now, python};

use super::token::Token;
use super::{TokenError, Tokens};
use crate::models::{BlacklistedToken, OutstandingToken};
use crate::user::AuthUser;

/// `rest_framework_simplejwt.token_blacklist`: the app that a program adds to be able to revoke refresh tokens.
///
/// Its migrations do what those of simplejwt do, one by one: constraints keep the names of columns of an earlier time.
pub fn app() -> AppConfig {
    const OUTSTANDING: &str = "OutstandingToken";
    const BLACKLISTED: &str = "BlacklistedToken";
    let user = || foreign_key("user", AUTH_USER_MODEL);
    AppConfig::new("token_blacklist")
        .model::<OutstandingToken>()
        .model::<BlacklistedToken>()
        .migration(
            Migration::new("0001_initial")
                .depends_on_user_model()
                .create(model(BLACKLISTED, [auto("id"), date_time("blacklisted_at")]))
                .create(model(
                    OUTSTANDING,
                    [
                        auto("id"),
                        uuid("jti").unique(),
                        text("token"),
                        date_time("created_at"),
                        date_time("expires_at"),
                        user(),
                    ],
                ))
                .add_field(BLACKLISTED, one_to_one("token", "token_blacklist.OutstandingToken")),
        )
        .migration(
            Migration::new("0002_outstandingtoken_jti_hex")
                .add_field(OUTSTANDING, char("jti_hex", 255).null()),
        )
        .migration(Migration::new("0003_auto_20171017_2007").run_sql_reversible(
            by_database(
                "UPDATE \"token_blacklist_outstandingtoken\" SET \"jti_hex\" = \"jti\"",
                "UPDATE \"token_blacklist_outstandingtoken\" SET \"jti_hex\" = replace(\"jti\"::text, '-', '')",
            ),
            by_database(
                "UPDATE \"token_blacklist_outstandingtoken\" SET \"jti\" = \"jti_hex\"",
                "UPDATE \"token_blacklist_outstandingtoken\" SET \"jti\" = \"jti_hex\"::uuid",
            ),
        ))
        .migration(
            Migration::new("0004_auto_20171017_2013").alter_field(OUTSTANDING, char("jti_hex", 255).unique()),
        )
        .migration(Migration::new("0005_remove_outstandingtoken_jti").remove_field(OUTSTANDING, "jti"))
        .migration(Migration::new("0006_auto_20171017_2113").rename_field(OUTSTANDING, "jti_hex", "jti"))
        .migration(
            Migration::new("0007_auto_20171017_2214")
                .alter_field(OUTSTANDING, date_time("created_at").null())
                .alter_field(OUTSTANDING, user().null()),
        )
        .migration(
            Migration::new("0008_migrate_to_bigautofield")
                .alter_field(BLACKLISTED, big_auto("id").explicit())
                .alter_field(OUTSTANDING, big_auto("id").explicit()),
        )
        .migration(
            Migration::new("0010_fix_migrate_to_bigautofield").run_sql_reversible(by_database(REMADE_BLACKLIST, ""), ""),
        )
        .migration(Migration::new("0011_linearizes_history"))
        .migration(Migration::new("0012_alter_outstandingtoken_user").alter_field(OUTSTANDING, user().null()))
        .migration(Migration::new("0013_alter_blacklistedtoken_options_and_more"))
}

/// Django's 0010 changes nothing but makes the tables of SQLite anew, whereby the key to a token gets the size of its
/// target.
const REMADE_BLACKLIST: &str = "
CREATE TABLE \"new__token_blacklist_blacklistedtoken\" (\"blacklisted_at\" datetime NOT NULL, \"token_id\" bigint NOT NULL UNIQUE REFERENCES \"token_blacklist_outstandingtoken\" (\"id\") DEFERRABLE INITIALLY DEFERRED, \"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT);
INSERT INTO \"new__token_blacklist_blacklistedtoken\" (\"id\", \"blacklisted_at\", \"token_id\") SELECT \"id\", \"blacklisted_at\", \"token_id\" FROM \"token_blacklist_blacklistedtoken\";
DROP TABLE \"token_blacklist_blacklistedtoken\";
ALTER TABLE \"new__token_blacklist_blacklistedtoken\" RENAME TO \"token_blacklist_blacklistedtoken\"";

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
