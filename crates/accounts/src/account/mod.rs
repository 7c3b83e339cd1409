//! Account endpoints for a front end: login and logout, the current user, registration, password change and password
//! reset. A program includes all of them with [`urls`], or single views.
//!
//! No response says whether a user exists, except that of registration, which cannot hide that a name is taken.

use std::sync::Arc;

use belleville_auth::password_validation::{UserAttribute, validate_password};
use belleville_auth::user::{self, AuthUser};
use belleville_auth::users::{self, NewUser, UserError};
use belleville_db::{FieldMeta, Model, Value, change, missing_field};
use belleville_http::services::Services;
use belleville_http::settings::{Section, SettingsError};
use belleville_rest::apps::App;
use belleville_rest::passwords::PasswordValidators;
use http::header::CACHE_CONTROL;
use serde::Deserialize;

use belleville_http::exceptions::{Detail, Error, ErrorDetail, Result};
use belleville_http::json::{Dict, Json};
use belleville_http::response::Response;
use belleville_rest::authentication::SessionAuthentication;
use belleville_rest::events::{EventKind, Through};
use belleville_rest::permissions::{AllowAny, IsAuthenticated};
use belleville_rest::request::Request;
use belleville_rest::serializers::Purpose;
use belleville_rest::serializers::fields::{CharField, Declared, FieldOptions as _};
use belleville_rest::urls::Urls;
use belleville_rest::views::{CREDENTIALS_BODY_LIMIT, View};

use crate::input::{self, password, text, text_of};
use crate::mail::{self, MailQueue, MailSettings, MailTransport, Mailer};

mod limits;
mod password_reset;

use limits::{AccountLimits, AccountRates};
use password_reset::{reset_password, send_link};

/// The account endpoints.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AccountSettings {
    /// The URL of a password reset link, with `{uid}` and `{token}` in it.
    pub password_reset_url: String,
    /// For how many seconds a password reset link is valid.
    pub password_reset_timeout: u64,
    /// How many times one address may try to register: `20/hour`; not limited when empty.
    pub registrations_per_address: String,
    /// How many times one address may request a password reset link or use one that is not valid: `20/hour`; not
    /// limited when empty.
    pub password_resets_per_address: String,
    /// How many password reset links may be requested for one e-mail address: `5/hour`; not limited when empty.
    pub password_resets_per_email: String,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            password_reset_url: String::new(),
            password_reset_timeout: belleville_auth::reset_token::PASSWORD_RESET_TIMEOUT,
            registrations_per_address: String::new(),
            password_resets_per_address: String::new(),
            password_resets_per_email: String::new(),
        }
    }
}

impl Section for AccountSettings {
    fn check(&self) -> std::result::Result<(), SettingsError> {
        AccountRates::new(self).map(drop)
    }
}

/// What the account endpoints bring to a program: their limits, and the mail that they send.
#[derive(Clone)]
pub struct Accounts {
    settings: AccountSettings,
    mail: MailSettings,
    transport: Option<Arc<dyn MailTransport>>,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Accounts {
    /// With the program's own transport, or the one that the settings name.
    pub fn new(
        settings: &AccountSettings,
        mail: &MailSettings,
        transport: Option<Arc<dyn MailTransport>>,
    ) -> Self {
        Self { settings: settings.clone(), mail: mail.clone(), transport }
    }
}

impl App for Accounts {
    fn ready(&self, services: &mut Services) -> std::result::Result<(), SettingsError> {
        services.insert(AccountLimits::new(AccountRates::new(&self.settings)?));
        let transport = match &self.transport {
            Some(transport) => Some(Arc::clone(transport)),
            None => mail::of_settings(&self.mail, services.debug)?,
        };
        services.insert(Mailer { transport, queue: MailQueue::default() });
        Ok(())
    }
}

/// Every view of this module: `login/`, `logout/`, `user/`, `register/`, `password/change/`, `password/reset/` and
/// `password/reset/confirm/`.
pub fn urls() -> Urls {
    Urls::new()
        .path("login/", login())
        .path("logout/", logout())
        .path("user/", current_user())
        .path("register/", register())
        .path("password/change/", password_change())
        .path("password/reset/", password_reset())
        .path("password/reset/confirm/", password_reset_confirm())
}

/// The field of the name to log in with.
fn username() -> (&'static str, Declared) {
    input::login(sized(user::login_field()))
}

/// A text with the length that the field has in the user model.
fn sized(name: &str) -> CharField {
    let most = user::meta().field(name).and_then(FieldMeta::max_length);
    most.map_or_else(CharField::new, |most| CharField::new().max_length(most.into()))
}

/// An e-mail address, which mail servers take up to this length (RFC 5321).
fn email() -> CharField {
    CharField::new().max_length(254)
}

/// Logs in with a session. GET returns the CSRF token, which the POST must have: without it another site could log
/// its visitor in as somebody else.
pub fn login() -> View {
    open_view("Login")
        .description("Begins a session. GET answers the CSRF token to be sent with the POST.")
        .serializer_class(input::serializer("LoginSerializer", [username(), ("password", password())]))
        .get(csrf_token)
        .post(log_in)
}

/// Logs out: ends the session.
pub fn logout() -> View {
    open_view("Logout").description("Ends the session.").post(log_out)
}

/// The current user; PATCH changes the first and the last name.
pub fn current_user() -> View {
    View::new("Current User")
        .non_atomic()
        .permission_classes(IsAuthenticated)
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .description("The user that the request is from.")
        .serializer_class(input::serializer("UserSerializer", names()))
        .get(show_user)
        .patch(change_user)
}

/// Registers a new user, who is active at once.
pub fn register() -> View {
    open_view("Register")
        .description("Makes an account.")
        .serializer_class(input::serializer("RegisterSerializer", registration()))
        .checked_at_start(can_register)
        .post(make_account)
}

/// Changes the current user's password, which requires the old one. The user's other sessions end.
pub fn password_change() -> View {
    View::new("Password Change")
        .non_atomic()
        .permission_classes(IsAuthenticated)
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .description("Sets a new password. Other sessions of the user end.")
        .serializer_class(input::serializer(
            "PasswordChangeSerializer",
            [("old_password", password()), ("new_password", password())],
        ))
        .post(change_password)
}

/// Sends a signed link to an address, if a user has it. The link leads to `password_reset_url`.
pub fn password_reset() -> View {
    open_view("Password Reset")
        .description("Sends a link by which a new password can be set.")
        .serializer_class(input::serializer("PasswordResetSerializer", [("email", email().into())]))
        .checked_at_start(can_send)
        .post(send_link)
}

/// Sets a new password with the parts of such a link.
pub fn password_reset_confirm() -> View {
    open_view("Password Reset Confirm")
        .description("Sets a new password by the parts of a link that was sent.")
        .serializer_class(input::serializer(
            "PasswordResetConfirmSerializer",
            [("uid", text()), ("token", text()), ("new_password", password())],
        ))
        .post(reset_password)
}

/// Only sessions are checked: a wrong token of another scheme must not prevent a login.
fn open_view(name: &str) -> View {
    View::new(name)
        .authentication_classes(SessionAuthentication)
        .permission_classes(AllowAny)
        .open_on_purpose()
        .non_atomic()
        .body_limit(CREDENTIALS_BODY_LIMIT)
}

fn can_send(services: &Services) -> std::result::Result<(), SettingsError> {
    if services.get::<Mailer>().is_none_or(|mailer| mailer.transport.is_none()) {
        return Err(SettingsError::new(
            "a view of this program sends mail, but there is no transport; give one (App::mail), or set email_backend",
        ));
    }
    let leads_on = |settings: &AccountSettings| {
        let url = &settings.password_reset_url;
        url.contains("{uid}") && url.contains("{token}")
    };
    if !services.get().is_some_and(leads_on) {
        return Err(SettingsError::new(
            "password_reset_url should be where your front end sets a new password, with {uid} and {token} in it: \
             https://app.example.com/reset/{uid}/{token}/",
        ));
    }
    Ok(())
}

async fn csrf_token(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    body.insert("csrf_token", Json::from(request.csrf_token()));
    let mut response = Response::data(200, &Json::Dict(body))?;
    response.set_header(CACHE_CONTROL, "no-store");
    Ok(response)
}

async fn log_in(request: Request) -> Result<Response> {
    belleville_http::csrf::check(&request).await?;
    let [name, password] = input::texts(&request, [user::login_field(), "password"]).await?;
    let name = users::normalize_username(&name);
    let Some(user) = request.authenticate(Through::Account, &name, &password).await? else {
        return Err(in_field("non_field_errors", "Unable to log in with provided credentials."));
    };
    request.login(&user).await?;
    shown(200, &user)
}

async fn log_out(request: Request) -> Result<Response> {
    request.logout().await?;
    Ok(Response::empty(204))
}

async fn show_user(request: Request) -> Result<Response> {
    shown(200, request.user()?)
}

/// The e-mail address is not among them: with a changed address, a thief of the session could have a password reset
/// link sent to it.
async fn change_user(request: Request) -> Result<Response> {
    let given = request.take_validated(Purpose::update().partial(true)).await?;
    let user = request.user()?.clone();
    let change_of = |name| Some((user::meta().position(name)?, Value::Text(text_of(&given, name)?)));
    let changes: Vec<_> = NAMES.into_iter().filter_map(change_of).collect();
    if changes.is_empty() {
        return shown(200, &user);
    }
    match change(user, request.db(), changes).await? {
        Some(user) => shown(200, &user),
        None => Err(Error::not_found()),
    }
}

/// The fields of a registration: the address is asked for where it is not the name itself.
fn registration() -> impl Iterator<Item = (&'static str, Declared)> {
    let address = user::roles().email.filter(|_| !users::logs_in_by_email());
    let address = address.map(|_| ("email", email().allow_blank(true).required(false)));
    [username()].into_iter().chain(address).chain([("password", password())])
}

/// What users may change of themselves, as far as the user model has it.
const NAMES: [&str; 2] = ["first_name", "last_name"];

fn names() -> [(&'static str, Declared); 2] {
    NAMES.map(|name| (name, sized(name).allow_blank(true).required(false)))
}

/// A registration has to be able to fill a row.
fn can_register(_: &Services) -> std::result::Result<(), SettingsError> {
    let roles = user::roles();
    let given = [roles.login, roles.password].map(|field| (field, Value::Null));
    match missing_field(user::meta(), &given) {
        None => Ok(()),
        Some(field) => Err(SettingsError::new(format!(
            "the view `register` cannot fill the field `{}` of {}: give it a default, or write a view of your own with \
             users::create_user",
            field.name,
            user::label()
        ))),
    }
}

async fn make_account(request: Request) -> Result<Response> {
    let [name, email, password] = input::texts(&request, [user::login_field(), "email", "password"]).await?;
    let new = NewUser {
        username: users::normalize_login(&name),
        email: if users::logs_in_by_email() { String::new() } else { email },
        password: Some(password),
        ..NewUser::default()
    };
    let attempt = request.services().require::<AccountLimits>()?.registration(&request).await?;
    let made = limits::count_unless_technical(attempt, new_account(&request, new).await)?;
    shown(201, &made)
}

async fn new_account(request: &Request, new: NewUser) -> Result<AuthUser> {
    let password = new.password.as_deref().unwrap_or_default();
    check_new_account(request, &new.username, &new.email, password).await?;
    match users::create_user(request.db(), request.hashing()?, new).await {
        // Another request took the name in the meantime.
        Err(UserError::Invalid(message)) => Err(in_field(user::login_field(), &message)),
        outcome => Ok(outcome?),
    }
}

/// Collects all errors of a new account, before its password is hashed.
async fn check_new_account(request: &Request, username: &str, email: &str, password: &str) -> Result<()> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| errors.push((field.to_owned(), Detail::message(message)));
    if let Err(error) = users::check_username(username) {
        wrong(user::login_field(), error.to_string());
    } else if users::find(request.db(), username).await?.is_some() {
        wrong(user::login_field(), users::username_taken());
    }
    if let Err(error) = users::check_email(email) {
        wrong("email", error.to_string());
    }
    if let Some(problems) = password_problems(request, password, &UserAttribute::of_new(username, email)) {
        errors.push(("password".to_owned(), problems));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::validation(Detail::Dict(errors))) }
}

async fn change_password(request: Request) -> Result<Response> {
    let [old, new] = input::texts(&request, ["old_password", "new_password"]).await?;
    let username = request.user()?.username().to_owned();
    let wrong =
        || in_field("old_password", "Your old password was entered incorrectly. Please enter it again.");
    let mut user = request.authenticate(Through::Account, &username, &old).await?.ok_or_else(wrong)?;
    check_password(&request, &user, &new)?;
    if !replace_password(&request, &mut user, &new).await? {
        return Err(wrong());
    }
    // The session of this request stays valid, under a new key.
    if request.successful_authenticator() == Some("SessionAuthentication") {
        request.keep_session(&user).await?;
    }
    Ok(Response::empty(204))
}

/// Of several requests with the same old password at the same time, one sets the new password.
async fn replace_password(request: &Request, user: &mut AuthUser, password: &str) -> Result<bool> {
    let ends_tokens = request.revokes_tokens();
    let replaced =
        users::change_password(request.db(), request.hashing()?, user, password, ends_tokens).await?;
    if replaced {
        request.emit(EventKind::PasswordChanged, Through::Account, user);
    }
    Ok(replaced)
}

fn check_password(request: &Request, user: &AuthUser, password: &str) -> Result<()> {
    match password_problems(request, password, &UserAttribute::of(user)) {
        None => Ok(()),
        Some(problems) => Err(Error::validation(Detail::Dict(vec![("new_password".to_owned(), problems)]))),
    }
}

fn password_problems(request: &Request, password: &str, user: &[UserAttribute<'_>]) -> Option<Detail> {
    let validators = request.services().get::<PasswordValidators>()?;
    let errors = validate_password(password, user, validators).err()?;
    Some(errors.into_iter().map(|error| ErrorDetail::new(error.message, error.code)).collect())
}

fn in_field(field: &str, message: &str) -> Error {
    Error::validation(Detail::Dict(vec![(field.to_owned(), Detail::message(message))]))
}

fn shown(status: u16, user: &AuthUser) -> Result<Response> {
    let meta = user::meta();
    let mut body = Dict::new();
    body.insert(meta.pk().name, user.pk().to_json());
    body.insert(user::login_field(), Json::from(user.username()));
    for name in ["email", "first_name", "last_name"] {
        if let Some(text) = user.text_of(name).filter(|_| name != user::login_field()) {
            body.insert(name, Json::from(text));
        }
    }
    Response::data(status, &Json::Dict(body))
}
