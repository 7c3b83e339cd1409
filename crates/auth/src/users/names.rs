//! Names and e-mail addresses of users: which are good, and how they are stored.

use belleville_db::validators::{INVALID_EMAIL, is_email};
use belleville_db::{FieldKind, FieldMeta, ValueRef, python};
use unicode_normalization::UnicodeNormalization;

use super::UserError;
use crate::user;

/// The longest address that Django's `User` holds.
const EMAIL_MAX_LENGTH: usize = 254;

/// Whether the name to log in with is the address.
pub fn logs_in_by_email() -> bool {
    user::roles().email == Some(user::roles().login)
}

/// The field of the name to log in with.
fn login_meta() -> &'static FieldMeta {
    &user::meta().fields[user::roles().login]
}

/// Django's message for a name that is taken.
pub fn username_taken() -> String {
    let field = login_meta();
    let usual = || {
        let (model, field) =
            (python::capfirst(user::meta().verbose_name), python::capfirst(field.verbose_name));
        format!("{model} with this {field} already exists.")
    };
    field.error_message("unique").map_or_else(usual, str::to_owned)
}

/// Refuses an address that Django would refuse; an empty one is allowed.
///
/// # Errors
/// [`UserError::Invalid`] with Django's message.
pub fn check_email(email: &str) -> Result<(), UserError> {
    if email.is_empty() {
        return Ok(());
    }
    let mut messages = Vec::new();
    if !is_email(email) {
        messages.push(INVALID_EMAIL.to_owned());
    }
    let most = user::roles().email.and_then(|field| user::meta().fields[field].max_length());
    messages.extend(too_long(email, most.map_or(EMAIL_MAX_LENGTH, |most| most as usize)));
    refused(&messages)
}

/// Django's message for a value of a model that is too long.
fn too_long(text: &str, most: usize) -> Option<String> {
    let length = text.chars().count();
    (length > most).then(|| format!("Ensure this value has at most {most} characters (it has {length})."))
}

/// Django joins the messages of one value where there is one line for them.
fn refused(messages: &[String]) -> Result<(), UserError> {
    if messages.is_empty() { Ok(()) } else { Err(UserError::Invalid(messages.join("; "))) }
}

/// Refuses a name that Django would refuse.
///
/// # Errors
/// [`UserError::Invalid`] with Django's message.
pub fn check_username(username: &str) -> Result<(), UserError> {
    if username.is_empty() {
        return Err(UserError::Invalid("This field cannot be blank.".to_owned()));
    }
    let field = login_meta();
    let said = field.run_validators(ValueRef::Text(username)).into_iter();
    let mut messages: Vec<String> = said.map(|said| said.text).collect();
    if is_address(field) && !is_email(username) {
        messages.push(INVALID_EMAIL.to_owned());
    }
    messages.extend(field.max_length().and_then(|most| too_long(username, most as usize)));
    refused(&messages)
}

/// Unicode's NFKC, so that names that look the same are the same.
pub fn normalize_username(username: &str) -> String {
    username.nfkc().collect()
}

/// A name as a new user gets it: where it is an address, with its domain in lower case.
pub fn normalize_login(login: &str) -> String {
    if is_address(login_meta()) { normalize_email(login) } else { normalize_username(login) }
}

fn is_address(field: &FieldMeta) -> bool {
    matches!(field.kind, FieldKind::EmailField { .. })
}

pub(super) fn normalize_email(email: &str) -> String {
    match email.trim().rsplit_once('@') {
        Some((name, domain)) => format!("{name}@{}", domain.to_lowercase()),
        None => email.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_djangos() {
        // Each row is what `validate_email` of Django 5.2 says.
        for (email, expected) in [
            ("", true),
            ("a@b.co", true),
            ("a.b+c@sub.example.com", true),
            ("a@localhost", true),
            ("a@[127.0.0.1]", true),
            ("a@[::1]", true),
            ("\"a@b\"@example.com", true),
            ("a@exämple.com", true),
            ("nomail", false),
            ("a@b", false),
            ("a b@example.com", false),
            (".a@example.com", false),
            ("a@-b.com", false),
            ("a@b..com", false),
            ("a@b.c", false),
            ("a@127.0.0.1", false),
            ("@b.com", false),
        ] {
            assert_eq!(check_email(email).is_ok(), expected, "{email}");
        }
    }

    #[test]
    fn names_are_djangos() {
        for (name, expected) in [
            ("alice", true),
            ("ümläut@x+y-z_.", true),
            ("", false),
            ("a b", false),
            ("a/b", false),
            (&"x".repeat(150), true),
            (&"x".repeat(151), false),
            ("a\n", false),
            ("²", true),
            ("①", true),
            ("٣", true),
            ("ª", true),
            ("𝒜", true),
            ("ﬁ", true),
            ("a\u{301}", false),
            ("ⓐ", false),
            ("a‿b", false),
            ("a\u{200d}", false),
        ] {
            assert_eq!(check_username(name).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_value_is_told_in_djangos_words() {
        // Each row is what `clean` of the field of Django 5.2's `User` says.
        let invalid =
            "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
        let long = "Ensure this value has at most 150 characters (it has 151).";
        for (name, expected) in [
            ("", "This field cannot be blank.".to_owned()),
            ("a b", invalid.to_owned()),
            (&"x".repeat(151), long.to_owned()),
            (&"!".repeat(151), format!("{invalid}; {long}")),
        ] {
            assert_eq!(check_username(name).map_err(|error| error.to_string()), Err(expected), "{name}");
        }
        let invalid = "Enter a valid email address.";
        let long = |length| format!("Ensure this value has at most 254 characters (it has {length}).");
        for (email, expected) in [
            ("nomail".to_owned(), invalid.to_owned()),
            (format!("{}@b.co", "x".repeat(250)), long(255)),
            (format!("{}@b.co", "x".repeat(316)), format!("{invalid}; {}", long(321))),
        ] {
            assert_eq!(check_email(&email).map_err(|error| error.to_string()), Err(expected), "{email}");
        }
    }
}
