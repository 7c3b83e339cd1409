//! JSON Web Tokens over HTTP, as in simplejwt: the views that issue them, and the authenticators that accept them.

mod authentication;
mod issue;
mod jwk_set;
mod settings;
mod views;

use belleville_auth::jwt::{Token, TokenClass, TokenError, Tokens};
use belleville_auth::models::OutstandingToken;
use belleville_db::{Database, Model};
use http::header::HeaderName;

pub use authentication::{JWTAuthentication, JWTStatelessUserAuthentication};
pub use belleville_auth::jwt::blacklist::app as token_blacklist;
pub use issue::{JwtIssuer, TokenPair};
pub use settings::{Audience, SimpleJwt};
pub use views::{
    TokenSerializer, token_blacklist_view, token_obtain_pair, token_obtain_pair_with, token_obtain_sliding,
    token_obtain_sliding_with, token_refresh, token_refresh_sliding, token_verify,
};

use self::jwk_set::JwkSet;
use belleville_auth::user::AuthUser;
use belleville_http::exceptions::Result;
use belleville_http::services::Services;
use belleville_http::settings::{SettingsError, wsgi_header};
use belleville_rest::apps::App;
use belleville_rest::authentication::NamedAuthenticator;
use belleville_rest::request::Request;
use settings::in_simple_jwt;

/// simplejwt's settings, ready to be used.
#[derive(Debug)]
pub(crate) struct Jwt {
    tokens: Tokens,
    jwk_set: Option<JwkSet>,
    header_name: HeaderName,
    header_types: Vec<String>,
    token_classes: Vec<TokenClass>,
    rotate_refresh_tokens: bool,
    blacklist_after_rotation: bool,
    detect_refresh_reuse: bool,
    update_last_login: bool,
    check_user_is_active: bool,
    /// The app `token_blacklist` is there.
    has_blacklist: bool,
    rule: Option<UserAuthenticationRule>,
}

/// simplejwt's `USER_AUTHENTICATION_RULE`: which users may have tokens.
pub type UserAuthenticationRule = fn(&AuthUser) -> bool;

/// What simplejwt brings to a program. The tables of its blacklist come with [`token_blacklist`].
#[derive(Clone)]
pub struct JsonWebTokens {
    settings: SimpleJwt,
    /// Signs where the settings name no other key.
    secret_key: String,
    rule: Option<UserAuthenticationRule>,
}

impl std::fmt::Debug for JsonWebTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonWebTokens").finish_non_exhaustive()
    }
}

impl JsonWebTokens {
    /// With these settings; every active user may have tokens where no rule is given.
    pub fn new(settings: &SimpleJwt, secret_key: &str, rule: Option<UserAuthenticationRule>) -> Self {
        Self { settings: settings.clone(), secret_key: secret_key.to_owned(), rule }
    }
}

impl App for JsonWebTokens {
    fn authenticators(&self) -> Vec<NamedAuthenticator> {
        vec![
            NamedAuthenticator {
                names: &["JWTAuthentication", "rest_framework_simplejwt.authentication.JWTAuthentication"],
                authenticator: JWTAuthentication.into(),
            },
            NamedAuthenticator {
                names: &[
                    "JWTStatelessUserAuthentication",
                    "rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication",
                ],
                authenticator: JWTStatelessUserAuthentication.into(),
            },
        ]
    }

    fn ready(&self, services: &mut Services) -> Result<(), SettingsError> {
        let jwt = Jwt::new(self, &services.db)?;
        services.insert(jwt);
        Ok(())
    }
}

/// The tokens of a request's program.
fn jwt(request: &Request) -> Result<&Jwt> {
    request.services().require()
}

/// The challenge in `WWW-Authenticate`.
fn challenge(request: &Request) -> Option<String> {
    request.services().get::<Jwt>().map(Jwt::challenge)
}

impl Jwt {
    fn new(app: &JsonWebTokens, db: &Database) -> Result<Self, SettingsError> {
        let jwt = &app.settings;
        let options = jwt.options(&app.secret_key)?;
        let jwk_set = (!jwt.jwk_url.is_empty()).then(|| JwkSet::open(&jwt.jwk_url)).transpose()?;
        let tokens = match &jwk_set {
            Some(set) => {
                set.read().and_then(|set| Tokens::with_jwk_set(options, &set).map_err(in_simple_jwt))
            }
            None => Tokens::new(options).map_err(in_simple_jwt),
        }?;
        let has_blacklist =
            db.registry().models().iter().any(|model| model.label() == OutstandingToken::META.label());
        if jwt.blacklist_after_rotation && !has_blacklist {
            return Err(SettingsError::new(
                "simple_jwt.blacklist_after_rotation needs the blacklist's tables; add the app \
                 `simplejwt::token_blacklist()` to the program",
            ));
        }
        if jwt.detect_refresh_reuse && !(jwt.rotate_refresh_tokens && jwt.blacklist_after_rotation) {
            return Err(SettingsError::new(
                "simple_jwt.detect_refresh_reuse needs rotate_refresh_tokens and blacklist_after_rotation: without them a \
                 refresh token may come again",
            ));
        }
        Ok(Self {
            tokens,
            jwk_set,
            header_name: wsgi_header("simple_jwt.auth_header_name", &jwt.auth_header_name)?,
            header_types: header_types(jwt)?,
            token_classes: token_classes(jwt)?,
            rotate_refresh_tokens: jwt.rotate_refresh_tokens,
            blacklist_after_rotation: jwt.blacklist_after_rotation,
            detect_refresh_reuse: jwt.detect_refresh_reuse,
            update_last_login: jwt.update_last_login,
            check_user_is_active: jwt.check_user_is_active,
            has_blacklist,
            rule: app.rule,
        })
    }

    /// The challenge in `WWW-Authenticate`.
    fn challenge(&self) -> String {
        format!("{} realm=\"api\"", self.header_types.first().map_or("Bearer", String::as_str))
    }

    /// Whether there is a key to sign with; the error says how to fix it.
    pub(crate) fn check_signing(&self) -> Result<(), SettingsError> {
        if self.tokens.can_sign() {
            return Ok(());
        }
        Err(SettingsError::new(
            "simple_jwt.signing_key is not set, but a view of this program hands out tokens",
        ))
    }

    pub(crate) fn check_blacklist(&self) -> Result<(), SettingsError> {
        if self.has_blacklist {
            return Ok(());
        }
        Err(SettingsError::new(
            "a view of this program blacklists tokens, but the tables are missing; add the app \
             `simplejwt::token_blacklist()` to the program",
        ))
    }

    /// Reads a token of a class: checks its signature, times, blacklist, id and class.
    async fn validated(
        &self,
        db: &Database,
        class: TokenClass,
        encoded: &[u8],
    ) -> Result<Result<Token, TokenError>> {
        match self.decoded(class, encoded).await {
            Ok(token) => Ok(self.checked(db, &token).await?.map(|()| token)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// The first half, without the database: signature and times.
    async fn decoded(&self, class: TokenClass, encoded: &[u8]) -> Result<Token, TokenError> {
        if let Some(set) = &self.jwk_set {
            set.refresh(&self.tokens, encoded).await;
        }
        self.tokens.decode(class, encoded)
    }

    /// The second half: blacklist, id and class.
    async fn checked(&self, db: &Database, token: &Token) -> Result<Result<(), TokenError>> {
        let is_kept = token.class().is_outstanding() && self.has_blacklist;
        if is_kept && self.tokens.is_blacklisted(db, token).await? {
            return Ok(Err(TokenError::Blacklisted));
        }
        Ok(self.tokens.verify(token))
    }
}

fn header_types(jwt: &SimpleJwt) -> Result<Vec<String>, SettingsError> {
    let types = &jwt.auth_header_types;
    let good = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    if types.is_empty() || !types.iter().all(good) {
        return Err(SettingsError::new(
            "simple_jwt.auth_header_types should be words such as `Bearer`, one or more",
        ));
    }
    Ok(types.clone())
}

fn token_classes(jwt: &SimpleJwt) -> Result<Vec<TokenClass>, SettingsError> {
    let class = |name: &String| match name.rsplit('.').next() {
        Some("AccessToken") => Ok(TokenClass::Access),
        Some("SlidingToken") => Ok(TokenClass::Sliding),
        Some("UntypedToken") => Ok(TokenClass::Untyped),
        Some("RefreshToken") => Ok(TokenClass::Refresh),
        _ => Err(SettingsError::new(format!(
            "simple_jwt.auth_token_classes has `{name}`, which is unknown; known are AccessToken, SlidingToken, \
             RefreshToken and UntypedToken"
        ))),
    };
    if jwt.auth_token_classes.is_empty() {
        return Err(SettingsError::new(
            "simple_jwt.auth_token_classes is empty; simplejwt's default is AccessToken",
        ));
    }
    jwt.auth_token_classes.iter().map(class).collect()
}
