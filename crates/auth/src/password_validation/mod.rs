//! Validators that refuse weak new passwords: Django's `AUTH_PASSWORD_VALIDATORS`. All validators are called, and
//! their errors are reported together, in their order.

mod common;
mod digits;
mod similarity;

use std::fmt;

use belleville_db::{Model, ValueRef};

use crate::user::{self, AuthUser};

pub use self::common::CommonPasswordValidator;
pub use self::similarity::{SimilarityTooLow, UserAttributeSimilarityValidator};

/// Why a validator refuses a password: one of the field's errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordError {
    /// Django's code, such as `password_too_short`.
    pub code: &'static str,
    /// The message for the user.
    pub message: String,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PasswordError {}

/// A field of the user that the password must not resemble.
#[derive(Clone, Copy, Debug)]
pub struct UserAttribute<'a> {
    /// The field, such as `email`.
    pub name: &'a str,
    /// The field's name in messages, such as `email address`.
    pub verbose_name: &'a str,
    /// Its value; an empty one is ignored.
    pub value: &'a str,
}

impl<'a> UserAttribute<'a> {
    /// The texts of a user; the password is not among them.
    pub fn of(user: &'a AuthUser) -> Vec<Self> {
        let fields = user::meta().fields.iter().enumerate();
        let texts = fields.filter_map(|(index, field)| match user.value_ref(index) {
            ValueRef::Text(value) if index != user::roles().password => {
                Some(Self { name: field.name, verbose_name: field.verbose_name, value })
            }
            _ => None,
        });
        texts.collect()
    }

    /// What is known of a user who is not made yet: the name to log in with and the address.
    pub fn of_new(username: &'a str, email: &'a str) -> Vec<Self> {
        let (meta, roles) = (user::meta(), user::roles());
        let login = (Some(roles.login), username);
        let email = (roles.email.filter(|field| *field != roles.login), email);
        let known = [login, email].into_iter().filter_map(|(field, value)| {
            let field = &meta.fields[field?];
            Some(Self { name: field.name, verbose_name: field.verbose_name, value })
        });
        known.collect()
    }
}

/// A rule for new passwords.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not validate passwords",
    note = "use a validator of `belleville_auth::password_validation`, or implement `validate` and `help_text`"
)]
pub trait PasswordValidator: Send + Sync {
    /// Checks `password`; `user` has the fields of its user, and is empty when there is no user yet.
    ///
    /// # Errors
    /// The message for the user when the password breaks the rule.
    fn validate(&self, password: &str, user: &[UserAttribute<'_>]) -> Result<(), PasswordError>;

    /// A text about the rule, for forms.
    fn help_text(&self) -> String;
}

/// Calls every validator.
///
/// # Errors
/// All their errors, in their order.
///
/// ```
/// use belleville_auth::password_validation::{startproject_validators, validate_password};
/// let errors = validate_password("1234", &[], &startproject_validators()).unwrap_err();
/// let codes: Vec<&str> = errors.iter().map(|error| error.code).collect();
/// assert_eq!(codes, ["password_too_short", "password_too_common", "password_entirely_numeric"]);
/// ```
pub fn validate_password(
    password: &str,
    user: &[UserAttribute<'_>],
    validators: &[Box<dyn PasswordValidator>],
) -> Result<(), Vec<PasswordError>> {
    let errors: Vec<_> = validators.iter().filter_map(|rule| rule.validate(password, user).err()).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The four validators that `django-admin startproject` puts into the settings. Django's own default is none.
#[must_use]
pub fn startproject_validators() -> Vec<Box<dyn PasswordValidator>> {
    vec![
        Box::new(UserAttributeSimilarityValidator::default()),
        Box::new(MinimumLengthValidator::default()),
        Box::new(CommonPasswordValidator::default()),
        Box::new(NumericPasswordValidator),
    ]
}

/// Requires a number of characters.
#[derive(Clone, Copy, Debug)]
pub struct MinimumLengthValidator {
    /// How many characters there must be; Django's default is 8.
    pub min_length: usize,
}

impl Default for MinimumLengthValidator {
    fn default() -> Self {
        Self { min_length: 8 }
    }
}

impl MinimumLengthValidator {
    fn characters(&self) -> String {
        format!("{} character{}", self.min_length, if self.min_length == 1 { "" } else { "s" })
    }
}

impl PasswordValidator for MinimumLengthValidator {
    fn validate(&self, password: &str, _user: &[UserAttribute<'_>]) -> Result<(), PasswordError> {
        if password.chars().count() >= self.min_length {
            return Ok(());
        }
        let message = format!("This password is too short. It must contain at least {}.", self.characters());
        Err(PasswordError { code: "password_too_short", message })
    }

    fn help_text(&self) -> String {
        format!("Your password must contain at least {}.", self.characters())
    }
}

/// Refuses passwords of digits alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NumericPasswordValidator;

impl PasswordValidator for NumericPasswordValidator {
    fn validate(&self, password: &str, _user: &[UserAttribute<'_>]) -> Result<(), PasswordError> {
        if password.is_empty() || !password.chars().all(digits::is_digit) {
            return Ok(());
        }
        let message = "This password is entirely numeric.".to_owned();
        Err(PasswordError { code: "password_entirely_numeric", message })
    }

    fn help_text(&self) -> String {
        "Your password can’t be entirely numeric.".to_owned()
    }
}
