//! Several expiring tokens per user, as in django-rest-knox, and a view that lists them so that single ones can be
//! revoked.

use belleville_auth::knox;
use belleville_auth::models::KnoxToken;
use belleville_auth::user::AuthUser;
use belleville_auth::users;
use belleville_db::{Database, DateTime, Model};
use serde::Deserialize;

pub use belleville_auth::knox::app;

use belleville_http::exceptions::{ApiException, Detail, Error, Result};
use belleville_http::json::{Dict, Json};
use belleville_http::response::Response;
use belleville_http::services::Services;
use belleville_http::settings::{Section, SettingsError};
use belleville_rest::apps::App;
use belleville_rest::authentication::{Authenticated, Authentication, NamedAuthenticator, token_key};
use belleville_rest::events::{EventKind, Through};
use belleville_rest::permissions::IsAuthenticated;
use belleville_rest::request::Request;
use belleville_rest::urls::Urls;
use belleville_rest::views::{CREDENTIALS_BODY_LIMIT, View};

/// The table `[rest_knox]`: django-rest-knox's settings, in lower case. Times are in seconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RestKnox {
    /// How long a token is valid; 0 is forever.
    pub token_ttl: u32,
    /// How many valid tokens a user may have; 0 is no limit.
    pub token_limit_per_user: u32,
    /// Extend the expiry of a token whenever it is used.
    pub auto_refresh: bool,
    /// The shortest extension that is written.
    pub min_refresh_interval: u32,
    /// The word before the token in the header.
    pub auth_header_prefix: String,
}

impl Default for RestKnox {
    fn default() -> Self {
        Self {
            token_ttl: 36_000,
            token_limit_per_user: 0,
            auto_refresh: false,
            min_refresh_interval: 60,
            auth_header_prefix: "Token".to_owned(),
        }
    }
}

impl Section for RestKnox {
    const TABLE: Option<&'static str> = Some("rest_knox");
}

/// What knox brings to a program. Its tables come with [`app`].
#[derive(Clone, Copy, Debug)]
pub struct Knox;

impl App for Knox {
    fn authenticators(&self) -> Vec<NamedAuthenticator> {
        let names = &["KnoxTokenAuthentication", "knox.auth.TokenAuthentication"];
        vec![NamedAuthenticator { names, authenticator: KnoxTokenAuthentication.into() }]
    }
}

/// A token of the app `knox` in each request: `Authorization: Token ...`.
#[derive(Clone, Copy, Debug)]
pub struct KnoxTokenAuthentication;

impl Authentication for KnoxTokenAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        let settings = request.services().require::<RestKnox>()?;
        let Some(token) = token_key(request, &settings.auth_header_prefix)? else { return Ok(None) };
        let Some((token, user)) = knox::find(request.db(), &token).await? else {
            return Err(Error::authentication_failed("Invalid token."));
        };
        if !user.is_active() {
            return Err(Error::authentication_failed("User inactive or deleted."));
        }
        if settings.auto_refresh {
            knox::renew(request.db(), &token, settings.token_ttl, settings.min_refresh_interval).await?;
        }
        Ok(Some(Authenticated::by(user, token)))
    }

    fn authenticate_header(&self, request: &Request) -> Option<String> {
        request.services().get::<RestKnox>().map(|settings| settings.auth_header_prefix.clone())
    }
}

/// `login/`, `logout/` and `logoutall/` of `knox.urls`; `tokens/` lists the user's tokens, and DELETE of
/// `tokens/<token_key>/` revokes one. They need the app [`app`].
pub fn urls() -> Urls {
    Urls::new()
        .path("login/", view("Login").post(login))
        .name("knox_login")
        .path("logout/", view("Logout").authentication_classes(KnoxTokenAuthentication).post(logout))
        .name("knox_logout")
        .path(
            "logoutall/",
            view("Logout All")
                .description(LOGOUT_ALL)
                .authentication_classes(KnoxTokenAuthentication)
                .post(logout_all),
        )
        .name("knox_logoutall")
        .path("tokens/", view("Token List").get(list))
        .path("tokens/<token_key>/", view("Token Detail").delete(revoke))
}

const LOGOUT_ALL: &str = "Log the user out of all sessions\nI.E. deletes all auth tokens for the user";

fn view(name: &str) -> View {
    View::new(name)
        .class(format!("{}View", name.replace(' ', "")))
        .permission_classes(IsAuthenticated)
        .non_atomic()
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .checked_at_start(has_table)
}

/// The tokens of a request's program, for handlers: [`RequestTokens::knox`](crate::RequestTokens::knox).
#[derive(Clone, Copy, Debug)]
pub struct KnoxIssuer<'a>(&'a Request);

impl<'a> KnoxIssuer<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        Self(request)
    }

    /// A new token for a user, with the text that the client gets: `AuthToken.objects.create(user)`. It is valid as long as
    /// the setting `token_ttl` says.
    ///
    /// # Errors
    /// 500 when the program has no table for it, and whatever the database reports.
    pub async fn create(self, user: &AuthUser) -> Result<(KnoxToken, String)> {
        has_table(self.0.services()).map_err(Error::internal)?;
        let created = self.0.services().require::<RestKnox>()?.create(self.0.db(), user).await?;
        self.0.emit(EventKind::TokenIssued, Through::Token, user);
        Ok(created)
    }
}

impl RestKnox {
    async fn create(&self, db: &Database, user: &AuthUser) -> Result<(KnoxToken, String)> {
        let ttl = Some(self.token_ttl).filter(|ttl| *ttl > 0);
        Ok(knox::create(db, user, ttl).await?)
    }
}

fn has_table(services: &Services) -> Result<(), SettingsError> {
    let models = services.db.registry().models();
    if models.iter().any(|model| model.label() == KnoxToken::META.label()) {
        return Ok(());
    }
    Err(SettingsError::new("knox's tokens need their table; add the app `knox::app()` to the program"))
}

/// Creates a token for the user of the request, who may be authenticated by any scheme.
async fn login(request: Request) -> Result<Response> {
    let user = request.user()?;
    let settings = request.services().require::<RestKnox>()?;
    // Counted and created in one transaction, so that two requests at the same time cannot exceed the limit.
    let db = request.db();
    let created = db.atomic(async || {
        if !request.is_password_current(db, user).await? {
            return Err(Error::not_authenticated());
        }
        let limit = settings.token_limit_per_user as usize;
        if limit > 0 && knox::of(db, user).await?.len() >= limit {
            let message = "Maximum amount of tokens allowed per user exceeded.";
            let detail = Detail::Dict(vec![("error".to_owned(), Detail::from(message))]);
            return Err(ApiException::new(403, "token_limit", detail).into());
        }
        let created = settings.create(db, user).await?;
        users::update_last_login(db, user).await?;
        Ok(created)
    });
    let (row, token) = created.await?;
    request.emit(EventKind::TokenIssued, Through::Token, user);
    let mut body = Dict::new();
    body.insert("expiry", moment(request.db(), row.expiry));
    body.insert("token", Json::from(token));
    Response::data(200, &Json::Dict(body))
}

async fn logout(request: Request) -> Result<Response> {
    if let Some(token) = request.auth::<KnoxToken>() {
        token.delete(request.db()).await?;
    }
    request.emit(EventKind::TokenRevoked, Through::Token, request.user()?);
    Ok(Response::empty(204))
}

async fn logout_all(request: Request) -> Result<Response> {
    let user = request.user()?;
    KnoxToken::objects().filter(KnoxToken::USER.eq(user)).delete(request.db()).await?;
    request.emit(EventKind::TokenRevoked, Through::Token, user);
    Ok(Response::empty(204))
}

async fn list(request: Request) -> Result<Response> {
    let tokens = knox::of(request.db(), request.user()?).await?;
    let item = |token: KnoxToken| {
        let mut item = Dict::new();
        item.insert("token_key", Json::from(token.token_key));
        item.insert("created", moment(request.db(), Some(token.created)));
        item.insert("expiry", moment(request.db(), token.expiry));
        Json::Dict(item)
    };
    Response::data(200, &Json::List(tokens.into_iter().map(item).collect()))
}

async fn revoke(request: Request) -> Result<Response> {
    let user = request.user()?;
    let key = request.kwarg("token_key").unwrap_or_default();
    let own = KnoxToken::objects().filter(KnoxToken::USER.eq(user)).filter(KnoxToken::TOKEN_KEY.eq(key));
    if own.delete(request.db()).await?.total == 0 {
        return Err(Error::not_found());
    }
    request.emit(EventKind::TokenRevoked, Through::Token, user);
    Ok(Response::empty(204))
}

/// A point in time as clocks in the program's time zone show it.
fn moment(db: &Database, moment: Option<DateTime>) -> Json {
    moment.and_then(|moment| db.time_zone().to_local(moment)).map(|local| local.iso_8601()).into()
}
