//! The views that issue, refresh, verify and blacklist JSON Web Tokens. They need no authentication: the body has the
//! credentials.

use std::sync::Arc;

use belleville_auth::jwt::{Token, TokenClass, TokenError};
use belleville_auth::user::{self, AuthUser};
use belleville_auth::users;
use belleville_db::Database;
use belleville_http::services::Services;
use belleville_http::settings::SettingsError;

use super::issue::not_valid;
use super::{Jwt, challenge, jwt};
use belleville_http::exceptions::{Detail, Error, Result};
use belleville_http::json::JsonWriter;
use belleville_http::response::Response;
use belleville_rest::events::{EventKind, Through};
use belleville_rest::request::Request;
use belleville_rest::serializers::fields::{CharField, FieldOptions as _};
use belleville_rest::views::{CREDENTIALS_BODY_LIMIT, View};

use crate::input::{self, text};

/// Adds claims to the tokens that the program issues: simplejwt's `get_token`.
///
/// ```
/// # use belleville_auth::{jwt::Token, user::AuthUser};
/// # use belleville_accounts::simplejwt::TokenSerializer;
/// struct WithName;
///
/// impl TokenSerializer for WithName {
///     fn get_token(&self, user: &AuthUser, token: &mut Token) {
///         token.insert("name", user.username());
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not set the claims of a token",
    label = "implement TokenSerializer for it: `fn get_token(&self, user: &AuthUser, token: &mut Token)`"
)]
pub trait TokenSerializer: Send + Sync + 'static {
    /// Sets claims besides the standard ones. Those of a refresh token are in its access tokens too. They are signed,
    /// not encrypted: everybody who has the token can read them.
    fn get_token(&self, user: &AuthUser, token: &mut Token);
}

struct StandardClaims;

impl TokenSerializer for StandardClaims {
    fn get_token(&self, _: &AuthUser, _: &mut Token) {}
}

/// `TokenObtainPairView`: a name and a password for an access and a refresh token.
pub fn token_obtain_pair() -> View {
    token_obtain_pair_with(StandardClaims)
}

/// The same with custom claims.
pub fn token_obtain_pair_with(serializer: impl TokenSerializer) -> View {
    let serializer = Arc::new(serializer);
    token_view("Token Obtain Pair")
        .description(
            "Takes a set of user credentials and returns an access and refresh JSON web\ntoken pair to prove the \
             authentication of those credentials.",
        )
        .serializer_class(input::serializer("TokenObtainPairSerializer", [input::login(CharField::new()), ("password", text())]))
        .checked_at_start(can_sign)
        .post(move |request| obtain_pair(request, Arc::clone(&serializer)))
}

/// `TokenRefreshView`: a refresh token for an access token.
pub fn token_refresh() -> View {
    token_view("Token Refresh")
        .description(
            "Takes a refresh type JSON web token and returns an access type JSON web\ntoken if the refresh token is valid.",
        )
        .serializer_class(input::serializer("TokenRefreshSerializer", [("refresh", text()), ("access", text().read_only())]))
        .checked_at_start(can_sign)
        .post(refresh)
}

/// `TokenVerifyView`: whether a token is valid.
pub fn token_verify() -> View {
    token_view("Token Verify")
        .description(
            "Takes a token and indicates if it is valid.  This view provides no\ninformation about a token's fitness for a \
             particular use.",
        )
        .serializer_class(input::serializer("TokenVerifySerializer", [("token", text())]))
        .post(verify)
}

/// `TokenBlacklistView`: revokes a refresh token. It needs the app [`token_blacklist`](super::token_blacklist).
pub fn token_blacklist_view() -> View {
    token_view("Token Blacklist")
        .description(
            "Takes a token and blacklists it. Must be used with the\n`rest_framework_simplejwt.token_blacklist` app installed.",
        )
        .serializer_class(input::serializer("TokenBlacklistSerializer", [("refresh", text())]))
        .checked_at_start(has_blacklist)
        .post(blacklist)
}

/// `TokenObtainSlidingView`: a name and a password for a sliding token.
pub fn token_obtain_sliding() -> View {
    token_obtain_sliding_with(StandardClaims)
}

/// The same with custom claims.
pub fn token_obtain_sliding_with(serializer: impl TokenSerializer) -> View {
    let serializer = Arc::new(serializer);
    token_view("Token Obtain Sliding")
        .description(
            "Takes a set of user credentials and returns a sliding JSON web token to\nprove the authentication of those \
             credentials.",
        )
        .serializer_class(input::serializer("TokenObtainSlidingSerializer", [input::login(CharField::new()), ("password", text())]))
        .checked_at_start(can_sign)
        .post(move |request| obtain_sliding(request, Arc::clone(&serializer)))
}

/// `TokenRefreshSlidingView`: a sliding token for one with a new expiry.
pub fn token_refresh_sliding() -> View {
    token_view("Token Refresh Sliding")
        .description(
            "Takes a sliding JSON web token and returns a new, refreshed version if the\ntoken's refresh period has not \
             expired.",
        )
        .serializer_class(input::serializer("TokenRefreshSlidingSerializer", [("token", text())]))
        .checked_at_start(can_sign)
        .post(refresh_sliding)
}

fn can_sign(services: &Services) -> std::result::Result<(), SettingsError> {
    services.get().map_or(Ok(()), Jwt::check_signing)
}

fn has_blacklist(services: &Services) -> std::result::Result<(), SettingsError> {
    services.get().map_or(Ok(()), Jwt::check_blacklist)
}

/// No authenticators and no permissions, but a challenge.
fn token_view(name: &str) -> View {
    View::new(name)
        .class(format!("{}View", name.replace(' ', "")))
        .authentication_classes(())
        .permission_classes(())
        .open_on_purpose()
        .non_atomic()
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .challenge(|request| challenge(request).unwrap_or_default())
}

async fn obtain_pair(request: Request, serializer: Arc<impl TokenSerializer>) -> Result<Response> {
    let (user, refresh) = obtain(&request, TokenClass::Refresh, serializer.as_ref()).await?;
    let jwt = jwt(&request)?;
    let pair = jwt.pair_of(&refresh)?;
    request.emit(EventKind::TokenIssued, Through::Jwt, &user);
    Response::data(200, &pair)
}

async fn obtain_sliding(request: Request, serializer: Arc<impl TokenSerializer>) -> Result<Response> {
    let (user, token) = obtain(&request, TokenClass::Sliding, serializer.as_ref()).await?;
    let answer = [("token", jwt(&request)?.encoded(&token)?)];
    request.emit(EventKind::TokenIssued, Through::Jwt, &user);
    Ok(handed_out(&request, &answer))
}

/// Issues a token for the name and the password in the body.
async fn obtain(
    request: &Request,
    class: TokenClass,
    serializer: &impl TokenSerializer,
) -> Result<(AuthUser, Token)> {
    let [name, password] = input::texts(request, [user::login_field(), "password"]).await?;
    let jwt = jwt(request)?;
    let user = request.authenticate(Through::Jwt, &name, &password).await?;
    let Some(user) = user.filter(|user| may_have_tokens(jwt, user)) else {
        return Err(no_account());
    };
    // The blacklist's table has the token without the claims, as simplejwt's.
    let plain = jwt.new_token(class, &user);
    let mut token = plain.clone();
    serializer.get_token(&user, &mut token);
    let db = request.db();
    db.atomic(async || {
        if !request.is_password_current(db, &user).await? {
            return Err(no_account());
        }
        jwt.keep(db, &plain, &user).await?;
        if jwt.update_last_login {
            users::update_last_login(db, &user).await?;
        }
        Ok(())
    })
    .await?;
    Ok((user, token))
}

fn no_account() -> Error {
    Error::authentication_failed("No active account found with the given credentials")
}

async fn refresh(request: Request) -> Result<Response> {
    let [encoded_token] = input::texts(&request, ["refresh"]).await?;
    let jwt = jwt(&request)?;
    let token = jwt.decoded(TokenClass::Refresh, encoded_token.as_bytes()).await.map_err(not_valid)?;
    let outcome = exchange(&request, jwt, &token).await?;
    if matches!(outcome, Err(TokenError::Blacklisted)) && jwt.detect_refresh_reuse {
        end_family(&request, jwt, &token).await?;
    }
    let answer = outcome.map_err(not_valid)?;
    Ok(handed_out(&request, &answer))
}

/// Exchanges a refresh token for an access token and, with rotation, the next refresh token.
///
/// The signature is checked before the transaction begins: a request with a made-up token never waits for the write
/// lock, nor holds it.
async fn exchange(request: &Request, jwt: &Jwt, token: &Token) -> Result<Result<Tokens, TokenError>> {
    if let Err(error) = jwt.checked(request.db(), token).await? {
        return Ok(Err(error));
    }
    let user = refreshing_user(request, request.db(), token).await?;
    let mut answer = vec![("access", jwt.encoded(&jwt.tokens.access_token(token))?)];
    if jwt.rotate_refresh_tokens {
        let mut next = token.clone();
        jwt.tokens.renew(&mut next);
        answer.push(("refresh", jwt.encoded(&next)?));
        let db = request.db();
        let rotated = db.atomic(async || {
            if jwt.blacklist_after_rotation {
                // Of several requests with one token, the first that gets here wins; the others find it blacklisted.
                if let Err(error) = jwt.tokens.blacklist(db, token, user.as_ref()).await? {
                    return Ok(Err(error));
                }
            } else if let Err(error) = jwt.checked(db, token).await? {
                // It was revoked in the meantime, so no token may be issued for it.
                return Ok(Err(error));
            }
            if jwt.has_blacklist {
                jwt.tokens.outstand(db, &next, user.as_ref()).await?.map_err(not_valid)?;
            }
            Ok::<_, Error>(Ok(()))
        });
        if let Err(error) = rotated.await? {
            return Ok(Err(error));
        }
    }
    told(request, EventKind::TokenRefreshed, user.as_ref());
    Ok(Ok(answer))
}

/// A token that was exchanged is used again: the new tokens may belong to a thief, so all of them are revoked.
async fn end_family(request: &Request, jwt: &Jwt, token: &Token) -> Result<()> {
    let db = request.db();
    let ended = db.atomic(async || {
        let Some(user) = named_user(jwt, db, token).await? else { return Ok(None) };
        jwt.tokens.blacklist_family(db, token, &user).await?;
        Ok::<_, Error>(Some(user))
    });
    if let Some(user) = ended.await? {
        request.emit(EventKind::TokenReused, Through::Jwt, &user);
    }
    Ok(())
}

async fn refresh_sliding(request: Request) -> Result<Response> {
    let [encoded_token] = input::texts(&request, ["token"]).await?;
    let jwt = jwt(&request)?;
    let mut token = validated(jwt, request.db(), TokenClass::Sliding, &encoded_token).await?;
    jwt.tokens.slide(&mut token).map_err(not_valid)?;
    let answer = [("token", jwt.encoded(&token)?)];
    Ok(handed_out(&request, &answer))
}

async fn verify(request: Request) -> Result<Response> {
    let [encoded_token] = input::texts(&request, ["token"]).await?;
    let jwt = jwt(&request)?;
    let token = validated(jwt, request.db(), TokenClass::Untyped, &encoded_token).await?;
    // As simplejwt has it, the blacklist counts here only where rotation fills it.
    if jwt.blacklist_after_rotation && jwt.tokens.is_blacklisted(request.db(), &token).await? {
        return Err(Error::validation(Detail::non_field(TokenError::Blacklisted.to_string())));
    }
    Ok(Response::json(200, b"{}".to_vec()))
}

async fn blacklist(request: Request) -> Result<Response> {
    let [encoded_token] = input::texts(&request, ["refresh"]).await?;
    let jwt = jwt(&request)?;
    let token = validated(jwt, request.db(), TokenClass::Refresh, &encoded_token).await?;
    let user = named_user(jwt, request.db(), &token).await?;
    let db = request.db();
    // Both of its tables, or neither.
    db.atomic(async || jwt.tokens.blacklist(db, &token, user.as_ref()).await?.map_err(not_valid)).await?;
    told(&request, EventKind::TokenRevoked, user.as_ref());
    Ok(Response::json(200, b"{}".to_vec()))
}

async fn validated(jwt: &Jwt, db: &Database, class: TokenClass, encoded: &str) -> Result<Token> {
    jwt.validated(db, class, encoded.as_bytes()).await?.map_err(not_valid)
}

/// The user of a refresh token, who must still be allowed to have tokens. A token without a user is valid, as in
/// simplejwt; a token of a deleted user is not.
async fn refreshing_user(request: &Request, db: &Database, token: &Token) -> Result<Option<AuthUser>> {
    let jwt = jwt(request)?;
    let claim = token.get(&jwt.tokens.options().user_id_claim);
    if claim.is_none_or(|claim| !belleville_http::python::is_truthy(claim)) {
        return Ok(None);
    }
    if let Some(message) = claim.and_then(|claim| jwt.tokens.options().user_id_field.invalid(claim)) {
        return Err(Error::validation(Detail::non_field(message)));
    }
    let user = named_user(jwt, db, token).await?.filter(|user| may_have_tokens(jwt, user));
    user.map(Some).ok_or_else(|| Error::authentication_failed("No active account found for the given token."))
}

async fn named_user(jwt: &Jwt, db: &Database, token: &Token) -> Result<Option<AuthUser>> {
    let options = jwt.tokens.options();
    match token.get(&options.user_id_claim) {
        Some(claim) => Ok(options.user_id_field.find(db, claim).await?),
        None => Ok(None),
    }
}

/// simplejwt's `USER_AUTHENTICATION_RULE`.
fn may_have_tokens(jwt: &Jwt, user: &AuthUser) -> bool {
    match jwt.rule {
        Some(rule) => rule(user),
        None => user.is_active() || !jwt.check_user_is_active,
    }
}

fn told(request: &Request, kind: EventKind, user: Option<&AuthUser>) {
    if let Some(user) = user {
        request.emit(kind, Through::Jwt, user);
    }
}

/// Tokens by their names in a response.
type Tokens = Vec<(&'static str, String)>;

/// The response with tokens.
fn handed_out(request: &Request, items: &[(&str, String)]) -> Response {
    request.set_hands_out_credential();
    let out = JsonWriter::object_of(|object| {
        items.iter().for_each(|(key, text)| object.key(key).text(text));
    });
    Response::json(200, out)
}
