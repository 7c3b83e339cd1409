//! Users: authentication by name and password, and new accounts.

mod names;
mod new;
mod passwords;

use std::fmt;

use belleville_db::{Database, Model, now};

use crate::hashers::Verification;
use crate::hashing::{Busy, Hashing, HashingError};
use crate::user::{self, AuthUser};

use passwords::row_with_password;

pub use names::{
    check_email, check_username, logs_in_by_email, normalize_login, normalize_username, username_taken,
};
pub use new::{NewUser, create_user};
pub use passwords::{change_password, end_tokens, replace_password, set_password};

/// The backend that a session names, so that Django accepts it.
pub const MODEL_BACKEND: &str = "django.contrib.auth.backends.ModelBackend";

/// Why an operation on users failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum UserError {
    /// Too many passwords wait to be hashed.
    Busy,
    /// The password cannot be hashed; the reason.
    Hashing(String),
    /// The database failed.
    Database(belleville_db::Error),
    /// The name or address is not valid; Django's message.
    Invalid(String),
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too many passwords wait to be hashed"),
            Self::Hashing(reason) => f.write_str(reason),
            Self::Database(error) => error.fmt(f),
            Self::Invalid(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for UserError {}

impl From<belleville_db::Error> for UserError {
    fn from(error: belleville_db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Busy> for UserError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<HashingError> for UserError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy(_) => Self::Busy,
            other => Self::Hashing(other.to_string()),
        }
    }
}

/// The active user with this name and password, as Django's `ModelBackend`.
///
/// An unknown name costs the same work as a wrong password. When the password is correct but its hash is of another
/// algorithm or work factor than the preferred one, it is hashed again, which ends the user's other sessions, as in
/// Django.
///
/// # Errors
/// [`UserError::Busy`] when the hashing pool is full, and any database error.
pub async fn authenticate(
    db: &Database,
    hashing: impl Into<Hashing<'_>>,
    username: &str,
    password: &str,
) -> Result<Option<AuthUser>, UserError> {
    let hashing = hashing.into();
    let Some(mut user) = find(db, username).await? else {
        hashing.burn().await?;
        return Ok(None);
    };
    match hashing.check(password, user.password()).await? {
        Verification::Wrong => return Ok(None),
        Verification::Right { must_update: true } => {
            if !replace_password(db, hashing, &mut user, password).await? {
                // Somebody has set it in the meantime: the same one, by another login, or a new one.
                let Some(now) = find(db, username).await? else { return Ok(None) };
                if matches!(hashing.check(password, now.password()).await?, Verification::Wrong) {
                    return Ok(None);
                }
                user = now;
            }
        }
        Verification::Right { must_update: false } => {}
    }
    Ok(Some(user).filter(AuthUser::is_active))
}

/// The user with exactly this name.
///
/// # Errors
/// Any database error.
pub async fn find(db: &Database, username: &str) -> belleville_db::Result<Option<AuthUser>> {
    AuthUser::objects().filter(user::login_column().eq(username)).first(db).await
}

/// Whether the password is as it was when `user` was read.
///
/// # Errors
/// Any database error.
pub async fn has_password_of(db: &Database, user: &AuthUser) -> belleville_db::Result<bool> {
    row_with_password(user).exists(db).await
}

/// Sets `last_login` to now: Django's handler of the signal `user_logged_in`.
///
/// # Errors
/// Any database error.
pub async fn update_last_login(db: &Database, user: &AuthUser) -> belleville_db::Result<()> {
    let Some(last_login) = user::last_login_column() else { return Ok(()) };
    AuthUser::objects().update_one(db, user.clone(), [last_login.set(Some(now()))]).await.map(drop)
}
