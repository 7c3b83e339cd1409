//! Users: authentication by name and password, and new accounts.

use std::fmt;

use belleville_db::{
    Database, FieldKind, FieldMeta, Model, ModelMeta, QuerySet, Value, create_row, missing_field, now, python,
};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::hashers::{Verification, make_unusable_password};
use crate::hashing::{Busy, Hashing, HashingError};
use crate::models::{KnoxToken, OutstandingToken, Token};
use crate::user::{self, AuthUser};

/// The backend that a session names, so that Django accepts it.
pub const MODEL_BACKEND: &str = "django.contrib.auth.backends.ModelBackend";

/// The longest address that Django's `User` holds.
const EMAIL_MAX_LENGTH: usize = 254;

/// The longest text that Django's `EmailValidator` looks at.
const LONGEST_EMAIL: usize = 320;

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
fn row_with_password(user: &AuthUser) -> QuerySet<AuthUser> {
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

fn normalize_email(email: &str) -> String {
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
