//! New users.

use std::fmt;

use belleville_db::{Database, Model, Value, create_row, missing_field};

use super::names::{
    check_email, check_username, logs_in_by_email, normalize_email, normalize_login, username_taken,
};
use super::{UserError, find};
use crate::hashers::make_unusable_password;
use crate::hashing::Hashing;
use crate::user::{self, AuthUser};

/// A new account.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The name to log in with. It is normalised: NFKC, or as an address where the field is one.
    pub username: String,
    /// The address; its domain is written in lower case. Where users log in by it, it is the name.
    pub email: String,
    /// The password; without one, the user cannot log in by password.
    pub password: Option<String>,
    /// Staff and superuser.
    pub is_superuser: bool,
    /// Other fields of the user model, by their names.
    pub fields: Vec<(&'static str, Value)>,
}

// The password stays out of logs.
impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Creates a user, as Django's `create_user` and `create_superuser`.
///
/// # Errors
/// [`UserError::Invalid`] with Django's message when the name is not valid or taken, and when the user model has a field
/// that needs a value and gets none.
pub async fn create_user(
    db: &Database,
    hashing: impl Into<Hashing<'_>>,
    new: NewUser,
) -> Result<AuthUser, UserError> {
    let username = normalize_login(&new.username);
    check_username(&username)?;
    if !logs_in_by_email() {
        check_email(&new.email)?;
    }
    let password = match &new.password {
        Some(password) => hashing.into().make(password).await?,
        None => make_unusable_password(),
    };
    if find(db, &username).await?.is_some() {
        return Err(UserError::Invalid(username_taken()));
    }
    let row = row_of(new, username, password)?;
    let meta = user::meta();
    if let Some(field) = missing_field(meta, &row) {
        return Err(UserError::Invalid(format!("a user needs a value of `{}`", field.name)));
    }
    match create_row(db, meta, row).await {
        Ok(row) => Ok(AuthUser::from_row(&row, 0)?),
        // Another request took the name in the meantime.
        Err(error) if error.is_integrity() => Err(UserError::Invalid(username_taken())),
        Err(error) => Err(error.into()),
    }
}

/// The values of a new user's fields.
fn row_of(new: NewUser, username: String, password: String) -> Result<Vec<(usize, Value)>, UserError> {
    let (meta, roles) = (user::meta(), user::roles());
    let mut row = vec![(roles.login, Value::Text(username)), (roles.password, Value::Text(password))];
    let mut set = |field: Option<usize>, value: Value| row.extend(field.map(|field| (field, value)));
    if !logs_in_by_email() {
        set(roles.email, Value::Text(normalize_email(&new.email)));
    }
    set(roles.is_staff, Value::Bool(new.is_superuser));
    set(roles.is_superuser, Value::Bool(new.is_superuser));
    for (name, value) in new.fields {
        let position = meta.position(name);
        let position =
            position.ok_or_else(|| UserError::Invalid(format!("{} has no field `{name}`", meta.label())))?;
        row.retain(|(field, _)| *field != position);
        row.push((position, value));
    }
    Ok(row)
}
