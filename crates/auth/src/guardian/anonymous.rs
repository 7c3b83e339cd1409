//! The user whose permissions those have who are not logged in.

use belleville_db::{Database, Error, Result, Value, create_row, missing_field};

use crate::hashers::make_unusable_password;
use crate::user;
use crate::users::find;

/// Makes the user with this name, with a password that nobody can log in with, where there is none: what guardian does after
/// `migrate`. Every other field gets its default.
///
/// # Errors
/// Any database error, and when the user model has a field that needs a value and has no default.
pub async fn create_anonymous_user(db: &Database, name: &str) -> Result<()> {
    if find(db, name).await?.is_some() {
        return Ok(());
    }
    let (meta, roles) = (user::meta(), user::roles());
    let row = vec![
        (roles.login, Value::Text(name.to_owned())),
        (roles.password, Value::Text(make_unusable_password())),
    ];
    if let Some(field) = missing_field(meta, &row) {
        return Err(Error::Database(format!(
            "the user `{name}`, whose permissions those have who are not logged in, cannot be made: {} needs a value of `{}`. Make \
             the user yourself, or set anonymous_user_name = false",
            meta.label(),
            field.name
        )));
    }
    match create_row(db, meta, row).await {
        // Another process was faster.
        Err(error) if error.is_integrity() && find(db, name).await?.is_some() => Ok(()),
        outcome => outcome.map(drop),
    }
}
