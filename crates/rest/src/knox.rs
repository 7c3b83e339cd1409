//! Several expiring tokens per user, as in django-rest-knox, and a view that lists them so that single ones can be
//! revoked.

use belleville_auth::knox;
use belleville_auth::models::KnoxToken;
use belleville_auth::users;
use belleville_db::Model;

pub use belleville_auth::knox::app;

use crate::application::Application;
use crate::authentication::{Authenticated, Authentication, token_key};
use crate::events::{EventKind, Through};
use crate::exceptions::{ApiException, Detail, Error, Result};
use crate::json::{Dict, Json};
use crate::permissions::IsAuthenticated;
use crate::request::Request;
use crate::response::Response;
use crate::settings::SettingsError;
use crate::urls::Urls;
use crate::views::{CREDENTIALS_BODY_LIMIT, View};

/// A token of the app `knox` in each request: `Authorization: Token ...`.
#[derive(Clone, Copy, Debug)]
pub struct KnoxTokenAuthentication;

impl Authentication for KnoxTokenAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        let settings = &request.application().settings.rest_knox;
        let Some(token) = token_key(request, &settings.auth_header_prefix)? else { return Ok(None) };
        let Some((token, user)) = knox::find(request.db(), &token).await? else {
            return Err(Error::authentication_failed("Invalid token."));
        };
        if !user.is_active {
            return Err(Error::authentication_failed("User inactive or deleted."));
        }
        if settings.auto_refresh {
            knox::renew(request.db(), &token, settings.token_ttl, settings.min_refresh_interval).await?;
        }
        Ok(Some(Authenticated::by(user, token)))
    }

    fn authenticate_header(&self, request: &Request) -> Option<String> {
        Some(request.application().settings.rest_knox.auth_header_prefix.clone())
    }
}

/// `login/`, `logout/` and `logoutall/` of `knox.urls`; `tokens/` lists the user's tokens, and DELETE of
/// `tokens/<token_key>/` revokes one. They need the app [`app`].
pub fn urls() -> Urls {
    Urls::new()
        .path("login/", view("Login").post(login))
        .path("logout/", view("Logout").authentication_classes(KnoxTokenAuthentication).post(logout))
        .path(
            "logoutall/",
            view("Logout All")
                .description(LOGOUT_ALL)
                .authentication_classes(KnoxTokenAuthentication)
                .post(logout_all),
        )
        .path("tokens/", view("Token List").get(list))
        .path("tokens/<token_key>/", view("Token Detail").delete(revoke))
}

const LOGOUT_ALL: &str = "Log the user out of all sessions\nI.E. deletes all auth tokens for the user";

fn view(name: &str) -> View {
    View::new(name)
        .class(format!("{}View", name.replace(' ', "")))
        .permission_classes(IsAuthenticated)
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .checked_at_start(has_table)
}

fn has_table(application: &Application) -> Result<(), SettingsError> {
    let models = application.db.registry().models();
    if models.iter().any(|model| model.label() == KnoxToken::META.label()) {
        return Ok(());
    }
    Err(SettingsError::new("knox's views need their table; add the app `knox::app()` to the program"))
}

/// Creates a token for the user of the request, who may be authenticated by any scheme.
async fn login(request: Request) -> Result<Response> {
    let user = request.user()?;
    let settings = &request.application().settings.rest_knox;
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
        let ttl = Some(settings.token_ttl).filter(|ttl| *ttl > 0);
        let created = knox::create(db, user, ttl).await?;
        users::update_last_login(db, user).await?;
        Ok(created)
    });
    let (row, token) = created.await?;
    request.emit(EventKind::TokenIssued, Through::Token, user);
    let mut body = Dict::new();
    body.insert("expiry", moment(row.expiry));
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
        item.insert("created", moment(Some(token.created)));
        item.insert("expiry", moment(token.expiry));
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

fn moment(moment: Option<belleville_db::DateTime>) -> Json {
    moment.map_or(Json::Null, |moment| Json::from(belleville_db::iso_8601(moment)))
}
