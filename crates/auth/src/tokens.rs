//! DRF's tokens: one a user, 40 hexadecimal digits, kept as they are sent.

use belleville_db::{Database, Model, Result};

use crate::crypto::token_hex;
use crate::models::{Token, User};

/// Random bytes in a key.
const KEY_BYTES: usize = 20;

/// The token with exactly this key; its user is loaded with it, in one query.
///
/// # Errors
/// Whatever the database reports.
pub async fn find(db: &Database, key: &str) -> Result<Option<(Token, User)>> {
    let found = Token::objects().filter(Token::KEY.eq(key)).select_related(Token::USER).all(db).await?.pop();
    Ok(found.and_then(|token| {
        let user = token.user.clone().into_object()?;
        Some((token, user))
    }))
}

/// The user's token, made if there is none.
///
/// # Errors
/// Whatever the database reports.
pub async fn get_or_create(db: &Database, user: &User) -> Result<Token> {
    if let Some(token) = of(db, user).await? {
        return Ok(token);
    }
    match create(db, user).await {
        // Another request made it in the meantime.
        Err(error) if error.is_integrity() => Token::objects().filter(Token::USER.eq(user)).get(db).await,
        outcome => outcome,
    }
}

/// Makes the user a new token in place of the old one, which is no longer good.
///
/// # Errors
/// Whatever the database reports; the old token stays then.
pub async fn replace(db: &Database, user: &User) -> Result<Token> {
    let transaction = db.atomic().await?;
    Token::objects().filter(Token::USER.eq(user)).delete(&transaction).await?;
    let token = create(&transaction, user).await?;
    transaction.commit().await?;
    Ok(token)
}

async fn of(db: &Database, user: &User) -> Result<Option<Token>> {
    Ok(Token::objects().filter(Token::USER.eq(user)).all(db).await?.pop())
}

async fn create(db: &Database, user: &User) -> Result<Token> {
    Token::objects().create(db, [Token::KEY.set(token_hex(KEY_BYTES)), Token::USER.set(user)]).await
}
