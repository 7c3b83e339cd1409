//! Several tokens per user, stored as hashes and with an expiry: django-rest-knox's table and tokens.
//!
//! The table has the SHA-512 of a token and its first letters, by which it is found. A fast hash is enough: a token
//! has 256 random bits, which cannot be guessed.

use belleville_db::migrations::state::{char, date_time, foreign_key, model};
use belleville_db::migrations::{AUTH_USER_MODEL, AppConfig, Migration};
use belleville_db::{Database, DateTime, Model, Result, now};
use jiff::ToSpan;
use sha2::{Digest, Sha512};

use crate::crypto::{constant_time_compare, hex, token_hex};
use crate::models::KnoxToken;
use crate::user::AuthUser;

/// Random bytes in a token.
const TOKEN_BYTES: usize = 32;
/// How many letters of a token are stored unhashed.
const TOKEN_KEY_LENGTH: usize = 15;

/// The app `knox`, which a program adds to use such tokens. Its migrations do what those of django-rest-knox do.
pub fn app() -> AppConfig {
    const TOKEN: &str = "AuthToken";
    let (created, user) = (|| date_time("created"), || foreign_key("user", AUTH_USER_MODEL));
    let by_key = model(TOKEN, [char("key", 64).primary_key(), created(), user()]);
    let by_digest =
        model(TOKEN, [char("digest", 64).primary_key(), char("salt", 16).unique(), created(), user()]);
    AppConfig::new("knox")
        .model::<KnoxToken>()
        .migration(Migration::new("0001_initial").depends_on_user_model().create(by_key))
        .migration(Migration::new("0002_auto_20150916_1425").delete_model(TOKEN).create(by_digest))
        .migration(
            Migration::new("0003_auto_20150916_1526").alter_field(TOKEN, char("digest", 128).primary_key()),
        )
        .migration(Migration::new("0004_authtoken_expires").add_field(TOKEN, date_time("expires").null()))
        .migration(
            Migration::new("0005_authtoken_token_key").add_field(TOKEN, char("token_key", 8).index().null()),
        )
        .migration(
            Migration::new("0006_auto_20160818_0932")
                .run_sql("DELETE FROM \"knox_authtoken\" WHERE \"token_key\" IS NULL")
                .alter_field(TOKEN, char("token_key", 8).index()),
        )
        .migration(Migration::new("0007_auto_20190111_0542").rename_field(TOKEN, "expires", "expiry"))
        .migration(Migration::new("0008_remove_authtoken_salt").remove_field(TOKEN, "salt"))
        .migration(
            Migration::new("0009_extend_authtoken_field").alter_field(TOKEN, char("token_key", 25).index()),
        )
}

/// Creates a token for a user that is valid for this many seconds, or forever. Its text is returned here and stored
/// nowhere. Expired tokens of the user are deleted.
///
/// # Errors
/// Any database error.
pub async fn create(db: &Database, user: &AuthUser, ttl: Option<u32>) -> Result<(KnoxToken, String)> {
    let token = token_hex(TOKEN_BYTES);
    let now = now();
    let row = [
        KnoxToken::DIGEST.set(digest(&token)),
        KnoxToken::TOKEN_KEY.set(&token[..TOKEN_KEY_LENGTH]),
        KnoxToken::USER.set(user),
        KnoxToken::EXPIRY.set(ttl.and_then(|ttl| later(now, ttl))),
    ];
    let expired = KnoxToken::objects().filter(KnoxToken::USER.eq(user)).filter(KnoxToken::EXPIRY.lt(now));
    expired.delete(db).await?;
    Ok((KnoxToken::objects().create(db, row).await?, token))
}

/// The token with this text, with its user. An expired token is deleted, and `None` is returned.
///
/// # Errors
/// Any database error.
pub async fn find(db: &Database, token: &str) -> Result<Option<(KnoxToken, AuthUser)>> {
    let Some(key) = token.get(..TOKEN_KEY_LENGTH) else { return Ok(None) };
    let candidates =
        KnoxToken::objects().filter(KnoxToken::TOKEN_KEY.eq(key)).select_related(KnoxToken::USER);
    let digest = digest(token);
    for candidate in candidates.all(db).await? {
        if !constant_time_compare(&candidate.digest, &digest) {
            continue;
        }
        if candidate.expiry.is_some_and(|expiry| expiry < now()) {
            candidate.delete(db).await?;
            return Ok(None);
        }
        let user = candidate.user.clone().into_object();
        return Ok(user.map(|user| (candidate, user)));
    }
    Ok(None)
}

/// Extends the expiry of a token, unless the gain would be less than this many seconds.
///
/// # Errors
/// Any database error.
pub async fn renew(db: &Database, token: &KnoxToken, ttl: u32, least_gain: u32) -> Result<()> {
    let (Some(expiry), Some(renewed)) = (token.expiry, later(now(), ttl)) else { return Ok(()) };
    let worth_a_write = later(expiry, least_gain).is_some_and(|least| renewed > least);
    if worth_a_write {
        let row = KnoxToken::objects().filter_pk(token.digest.clone());
        row.update(db, [KnoxToken::EXPIRY.set(Some(renewed))]).await?;
    }
    Ok(())
}

/// The valid tokens of a user.
///
/// # Errors
/// Any database error.
pub async fn of(db: &Database, user: &AuthUser) -> Result<Vec<KnoxToken>> {
    let all = KnoxToken::objects().filter(KnoxToken::USER.eq(user)).order_by([KnoxToken::CREATED.asc()]);
    let now = now();
    Ok(all
        .all(db)
        .await?
        .into_iter()
        .filter(|token| token.expiry.is_none_or(|expiry| expiry > now))
        .collect())
}

fn later(moment: DateTime, seconds: u32) -> Option<DateTime> {
    moment.checked_add(i64::from(seconds).seconds()).ok()
}

fn digest(token: &str) -> String {
    hex(&Sha512::digest(token.as_bytes()))
}
