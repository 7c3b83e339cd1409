//! New passwords of users, and what ends with the old ones.

use belleville_db::{Database, Model, ModelMeta, QuerySet};

use super::UserError;
use crate::hashing::Hashing;
use crate::models::{KnoxToken, OutstandingToken, Token};
use crate::user::{self, AuthUser};

/// Hashes a new password and stores it; only the column `password` is written. With `ends_tokens` every token of the
/// user is revoked in the same transaction (see [`end_tokens`]).
///
/// # Errors
/// [`UserError::Busy`] when the hashing pool is full, and any database error.
pub async fn set_password(
    db: &Database,
    hashing: impl Into<Hashing<'_>>,
    user: &mut AuthUser,
    password: &str,
    ends_tokens: bool,
) -> Result<(), UserError> {
    let hash = hashing.into().make(password).await?;
    db.atomic(async || {
        let set = [user::password_column().set(&hash)];
        if let Some(changed) = AuthUser::objects().update_one(db, user.clone(), set).await? {
            *user = changed;
        }
        if ends_tokens {
            end_tokens(db, user).await?;
        }
        Ok(())
    })
    .await
}

/// The user's row.
fn row(user: &AuthUser) -> QuerySet<AuthUser> {
    AuthUser::objects().filter_pk(user.pk().clone())
}

/// The user's row, if it still has the password that was read.
pub(super) fn row_with_password(user: &AuthUser) -> QuerySet<AuthUser> {
    row(user).filter(user::password_column().eq(user.password()))
}

/// As [`set_password`], but only if the password was not changed since `user` was read. Returns whether it was set.
///
/// # Errors
/// As [`set_password`].
pub async fn change_password(
    db: &Database,
    hashing: impl Into<Hashing<'_>>,
    user: &mut AuthUser,
    password: &str,
    ends_tokens: bool,
) -> Result<bool, UserError> {
    if !ends_tokens {
        return replace_password(db, hashing, user, password).await;
    }
    let hash = hashing.into().make(password).await?;
    db.atomic(async || {
        let replaced = replace_hash(db, user, hash).await?;
        if replaced {
            end_tokens(db, user).await?;
        }
        Ok(replaced)
    })
    .await
}

/// Revokes every token of a user that is stored in a table: DRF's and knox's are deleted, refresh and sliding tokens
/// are blacklisted, if the program has the app. Access tokens are not stored: they are valid until they expire,
/// unless simplejwt's `CHECK_REVOKE_TOKEN` ties them to the password.
///
/// # Errors
/// Any database error.
pub async fn end_tokens(db: &Database, user: &AuthUser) -> belleville_db::Result<()> {
    let has = |meta: &ModelMeta| db.registry().models().iter().any(|model| model.label() == meta.label());
    if has(Token::META) {
        Token::objects().filter(Token::USER.eq(user)).delete(db).await?;
    }
    if has(KnoxToken::META) {
        KnoxToken::objects().filter(KnoxToken::USER.eq(user)).delete(db).await?;
    }
    if has(OutstandingToken::META) {
        crate::jwt::blacklist_all(db, user).await?;
    }
    Ok(())
}

/// Replaces the hash of the same password, if the password was not changed since `user` was read. Returns whether it
/// was replaced.
///
/// # Errors
/// [`UserError::Busy`] when the hashing pool is full, and any database error.
pub async fn replace_password(
    db: &Database,
    hashing: impl Into<Hashing<'_>>,
    user: &mut AuthUser,
    password: &str,
) -> Result<bool, UserError> {
    let hash = hashing.into().make(password).await?;
    Ok(replace_hash(db, user, hash).await?)
}

async fn replace_hash(db: &Database, user: &mut AuthUser, hash: String) -> belleville_db::Result<bool> {
    let rows = AuthUser::objects().filter(user::password_column().eq(user.password()));
    let changed = rows.update_one(db, user.clone(), [user::password_column().set(&hash)]).await?;
    let is_replaced = changed.is_some();
    changed.into_iter().for_each(|changed| *user = changed);
    Ok(is_replaced)
}
