//! Names and e-mail addresses of users: which are good, and how they are stored.

use belleville_db::{FieldKind, FieldMeta, python};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::UserError;
use crate::user;

/// The longest address that Django's `User` holds.
const EMAIL_MAX_LENGTH: usize = 254;

/// The longest text that Django's `EmailValidator` looks at.
const LONGEST_EMAIL: usize = 320;

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

/// Django's message for an invalid address.
pub const INVALID_EMAIL: &str = "Enter a valid email address.";

/// Whether a text is an address for Django's `validate_email`.
pub fn is_email(text: &str) -> bool {
    match text.rsplit_once('@') {
        Some((name, domain)) => text.chars().count() <= LONGEST_EMAIL && is_local(name) && is_domain(domain),
        None => false,
    }
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

/// Words of letters, digits and some signs, with dots between them; or anything printable in quotes.
fn is_local(name: &str) -> bool {
    let in_word = |c: char| c.is_ascii_alphanumeric() || "-!#$%&'*+/=?^_`{}|~".contains(c);
    if let Some(quoted) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return quoted.is_ascii() && !quoted.contains(['"', '\\', '\n', '\r', '\t', ' ']);
    }
    name.split('.').all(|word| !word.is_empty() && word.chars().all(in_word))
}

/// `localhost`, an address in brackets, or labels of at most 63 characters with a top-level domain.
fn is_domain(domain: &str) -> bool {
    if let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::IpAddr>().is_ok();
    }
    let is_label = |label: &str| {
        let good = |c: char| c.is_alphanumeric() || c == '-';
        (1..=63).contains(&label.chars().count())
            && label.chars().all(good)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    domain == "localhost"
        || (labels.len() > 1
            && labels.iter().all(|label| is_label(label))
            && top.chars().count() >= 2
            && !top.chars().all(|c| c.is_ascii_digit()))
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
    let mut messages: Vec<String> =
        field.validators.iter().filter_map(|validate| validate(username).err()).collect();
    if is_address(field) && !is_email(username) {
        messages.push(INVALID_EMAIL.to_owned());
    }
    messages.extend(field.max_length().and_then(|most| too_long(username, most as usize)));
    refused(&messages)
}

/// Django's `UnicodeUsernameValidator`: letters, digits and some signs.
///
/// # Errors
/// Django's message.
pub fn validate_username(username: &str) -> Result<(), String> {
    let is_good = |c: char| is_word(c) || matches!(c, '.' | '@' | '+' | '-');
    if !username.is_empty() && username.chars().all(is_good) {
        return Ok(());
    }
    let message =
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
    Err(message.to_owned())
}

/// Python's `\w`: letters, whatever counts as a number, and the underscore. Rust's letters have more among them: marks, and
/// letters in circles and squares.
fn is_word(c: char) -> bool {
    let is_symbol = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f149}' | '\u{1f150}'..='\u{1f169}' | '\u{1f170}'..='\u{1f189}');
    c == '_' || (c.is_alphanumeric() && !is_combining_mark(c) && !is_symbol)
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
