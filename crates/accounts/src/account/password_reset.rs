//! Password reset: a signed link by mail, and the new password that is set with it.

use std::sync::Arc;

use belleville_auth::hashers::is_password_usable;
use belleville_auth::reset_token::{PasswordResetTokenGenerator, ResetUser, decode_uid, encode_uid};
use belleville_auth::user::{self, AuthUser, UserPk};
use belleville_auth::users;
use belleville_db::{Model, TimeZone, now};
use jiff::civil::date;

use super::{AccountLimits, AccountSettings, check_password, in_field, replace_password};
use belleville_auth::signing::SecretKeys;
use belleville_http::exceptions::{Error, Result};
use belleville_http::json::{Dict, Json};
use belleville_http::services::Services;

use crate::input;
use crate::mail::{Mail, MailSettings, MailTransport, Mailer};
use belleville_http::printable::Quoted;
use belleville_http::response::Response;
use belleville_rest::request::Request;

pub(super) async fn send_link(request: Request) -> Result<Response> {
    let [email] = input::texts(&request, ["email"]).await?;
    users::check_email(&email).map_err(|error| in_field("email", &error.to_string()))?;
    let services = request.services();
    // It counts, whatever the result is.
    drop(services.require::<AccountLimits>()?.reset_mail(&request, &email).await?);
    let mailer = services.require::<Mailer>()?;
    let Some(transport) = mailer.transport.clone() else {
        return Err(Error::internal("there is no mail transport"));
    };
    // Neither the response nor its time reveals whether a user has the address: it is looked up later.
    let asked = Asked {
        services: Arc::clone(request.shared_services()),
        from: services.require::<MailSettings>()?.default_from_email.clone(),
        links: Links::of(services)?,
        email,
        host: request.host().into_owned(),
        time_zone: request.db().time_zone(),
    };
    mailer.queue.push(async move { asked.send_links(transport.as_ref()).await });
    let mut body = Dict::new();
    body.insert("detail", Json::from("If an account has this address, a link has been sent to it."));
    Response::data(200, &Json::Dict(body))
}

/// The data of a request that the mail needs, so that the rest of the request need not stay in memory.
struct Asked {
    services: Arc<Services>,
    from: String,
    links: Links,
    email: String,
    host: String,
    time_zone: TimeZone,
}

impl Asked {
    async fn send_links(&self, transport: &dyn MailTransport) {
        for mail in self.links().await {
            if let Err(error) = transport.send(mail).await {
                tracing::error!(error = %Quoted(error), "a mail could not be sent");
            }
        }
    }

    /// A mail for each active user with the address and a usable password, to the address as the user wrote it.
    async fn links(&self) -> Vec<Mail> {
        let Some(email) = user::email_column() else { return Vec::new() };
        let users = match AuthUser::objects().filter(email.iexact(&self.email)).all(&self.services.db).await {
            Ok(users) => users,
            Err(error) => {
                tracing::error!(error = %Quoted(error), "a link could not be made");
                return Vec::new();
            }
        };
        let may_reset = |user: &&AuthUser| user.is_active() && is_password_usable(user.password());
        users.iter().filter(may_reset).map(|user| self.mail(user)).collect()
    }

    fn mail(&self, user: &AuthUser) -> Mail {
        Mail {
            from: self.from.clone(),
            to: user.email().to_owned(),
            subject: format!("Password reset on {}", self.host),
            body: format!(
                "Somebody asked for a new password for the account {} on {}.\nTo set one, follow this link:\n\n{}\n\nIf it was \
                 not you, there is nothing to do: the password stays as it is.",
                user.username(),
                self.host,
                self.link(user)
            ),
        }
    }

    fn link(&self, user: &AuthUser) -> String {
        let pk = user.pk().to_string();
        let made = |user: &ResetUser<'_>| {
            self.links.generator().make_token(user, seconds_since_2001(self.time_zone))
        };
        let token = with_reset_user(user, made);
        self.links.settings.password_reset_url.replace("{uid}", &encode_uid(&pk)).replace("{token}", &token)
    }
}

pub(super) async fn reset_password(request: Request) -> Result<Response> {
    let [uid, token, new] = input::texts(&request, ["uid", "token", "new_password"]).await?;
    let attempt = request.services().require::<AccountLimits>()?.reset_link(&request).await?;
    let mut user = match user_of_link(&request, &uid, &token).await {
        // A link that is not valid is counted.
        Ok(user) => user.ok_or_else(spent)?,
        Err(error) => {
            attempt.release();
            return Err(error);
        }
    };
    attempt.release();
    check_password(&request, &user, &new)?;
    if !replace_password(&request, &mut user, &new).await? {
        return Err(spent());
    }
    Ok(Response::empty(204))
}

/// The user that a valid link is for.
async fn user_of_link(request: &Request, uid: &str, token: &str) -> Result<Option<AuthUser>> {
    let Some(pk) = decode_uid(uid).and_then(|pk| UserPk::parse(&pk)) else { return Ok(None) };
    let user = AuthUser::objects().filter_pk(pk).first(request.db()).await?;
    let generator = Links::of(request.services())?.generator();
    let is_good = |user: &ResetUser<'_>| {
        generator.check_token(user, token, seconds_since_2001(request.db().time_zone()))
    };
    Ok(user.filter(|user| user.is_active() && with_reset_user(user, is_good)))
}

fn spent() -> Error {
    in_field("token", "The link is not good, or no longer.")
}

/// What links are made of.
struct Links {
    keys: SecretKeys,
    settings: AccountSettings,
}

impl Links {
    fn of(services: &Services) -> Result<Self> {
        let (keys, settings) = (services.require::<SecretKeys>()?, services.require::<AccountSettings>()?);
        Ok(Self { keys: keys.clone(), settings: settings.clone() })
    }

    fn generator(&self) -> PasswordResetTokenGenerator {
        PasswordResetTokenGenerator::new(&self.keys, self.settings.password_reset_timeout)
    }
}

fn with_reset_user<T>(user: &AuthUser, then: impl FnOnce(&ResetUser<'_>) -> T) -> T {
    let pk = user.pk().to_string();
    let last_login = user.last_login().map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string());
    then(&ResetUser {
        pk: &pk,
        password: user.password(),
        last_login: last_login.as_deref(),
        email: user.email(),
    })
}

/// Time as Django counts it in these tokens: as clocks show it.
fn seconds_since_2001(time_zone: TimeZone) -> u64 {
    let utc = now();
    let local = time_zone.to_local(utc).map_or(utc, |local| local.at);
    u64::try_from(local.duration_since(date(2001, 1, 1).at(0, 0, 0, 0)).as_secs()).unwrap_or_default()
}
