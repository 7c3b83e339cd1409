//! DRF's tokens: one per user, 40 hexadecimal digits, stored unhashed.

use belleville_db::{Annotated, Database, DateTime, ForeignKey, Model, Prepared, Result, Value};

use crate::crypto::token_hex;
use crate::models::Token;
use crate::user::AuthUser;

/// Random bytes in a key.
const KEY_BYTES: usize = 20;

/// The token with exactly this key, and its user, in one query.
///
/// # Errors
/// Any database error.
pub async fn find(db: &Database, key: String) -> Result<Option<(Token, AuthUser)>> {
    static FIND: Prepared<AuthUser, Annotated<Option<DateTime>>> = Prepared::new(|| {
        let token = Token::USER.reverse();
        AuthUser::objects().filter(token.to(Token::KEY).eq("")).annotate(token.to(Token::CREATED))
    });
    let found = FIND.first(db, vec![Value::Text(key.clone())]).await?;
    Ok(found.and_then(|(user, created)| {
        let token = Token { key, user: ForeignKey::from(&user), created: created? };
        Some((token, user))
    }))
}

/// The user's token, created if there is none.
///
/// # Errors
/// Any database error.
pub async fn get_or_create(db: &Database, user: &AuthUser) -> Result<Token> {
    if let Some(token) = of(db, user).await? {
        return Ok(token);
    }
    match db.atomic(async || create(db, user).await).await {
        // Another request created it in the meantime.
        Err(error) if error.is_integrity() => Token::objects().filter(Token::USER.eq(user)).get(db).await,
        outcome => outcome,
    }
}

/// Replaces the user's token by a new one; the old one is no longer valid.
///
/// # Errors
/// Any database error; the old token stays then.
pub async fn replace(db: &Database, user: &AuthUser) -> Result<Token> {
    db.atomic(async || {
        Token::objects().filter(Token::USER.eq(user)).delete(db).await?;
        create(db, user).await
    })
    .await
}

async fn of(db: &Database, user: &AuthUser) -> Result<Option<Token>> {
    Ok(Token::objects().filter(Token::USER.eq(user)).all(db).await?.pop())
}

async fn create(db: &Database, user: &AuthUser) -> Result<Token> {
    Token::objects().create(db, [Token::KEY.set(token_hex(KEY_BYTES)), Token::USER.set(user)]).await
}
