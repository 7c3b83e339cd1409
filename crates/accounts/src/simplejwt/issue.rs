//! JSON Web Tokens for a user: what the views and the handlers of a program hand out.

use belleville_auth::jwt::{Token, TokenClass, TokenError};
use belleville_auth::user::AuthUser;
use belleville_db::Database;
use belleville_http::exceptions::{Error, Result};
use belleville_rest::events::{EventKind, Through};
use belleville_rest::request::Request;
use serde::Serialize;

use super::authentication::refused;
use super::{Jwt, jwt};

/// An access token, and the refresh token for the next one.
#[derive(Clone, Serialize)]
pub struct TokenPair {
    /// The refresh token.
    pub refresh: String,
    /// The access token.
    pub access: String,
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenPair").finish_non_exhaustive()
    }
}

/// The JSON Web Tokens of a request's program, for handlers: [`RequestTokens::jwt`](crate::RequestTokens::jwt).
#[derive(Clone, Copy, Debug)]
pub struct JwtIssuer<'a>(&'a Request);

impl<'a> JwtIssuer<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        Self(request)
    }

    /// A refresh and an access token for a user: simplejwt's `RefreshToken.for_user`. Whether the user may have them is for the
    /// handler to know.
    ///
    /// # Errors
    /// 500 when there is no key to sign with, and whatever the database reports.
    pub async fn pair_for(self, user: &AuthUser) -> Result<TokenPair> {
        self.pair_with(user, |_| {}).await
    }

    /// The same with claims of one's own, which both tokens have.
    ///
    /// # Errors
    /// As [`JwtIssuer::pair_for`].
    pub async fn pair_with(self, user: &AuthUser, claims: impl FnOnce(&mut Token)) -> Result<TokenPair> {
        let refresh = self.issue(TokenClass::Refresh, user, claims).await?;
        jwt(self.0)?.pair_of(&refresh)
    }

    /// A sliding token for a user: simplejwt's `SlidingToken.for_user`.
    ///
    /// # Errors
    /// As [`JwtIssuer::pair_for`].
    pub async fn sliding_for(self, user: &AuthUser) -> Result<String> {
        let token = self.issue(TokenClass::Sliding, user, |_| {}).await?;
        jwt(self.0)?.encoded(&token)
    }

    async fn issue(
        self,
        class: TokenClass,
        user: &AuthUser,
        claims: impl FnOnce(&mut Token),
    ) -> Result<Token> {
        let jwt = jwt(self.0)?;
        jwt.check_signing().map_err(Error::internal)?;
        let mut token = jwt.new_token(class, user);
        // The blacklist's table has the token without the claims, as simplejwt's.
        jwt.keep(self.0.db(), &token, user).await?;
        claims(&mut token);
        self.0.emit(EventKind::TokenIssued, Through::Jwt, user);
        Ok(token)
    }
}

impl Jwt {
    /// A token that nobody has yet.
    pub(super) fn new_token(&self, class: TokenClass, user: &AuthUser) -> Token {
        let mut token = self.tokens.for_user(class, user);
        if self.detect_refresh_reuse && class == TokenClass::Refresh {
            self.tokens.begin_family(&mut token);
        }
        token
    }

    /// Adds a token to those that can be blacklisted, where the program has a blacklist.
    pub(super) async fn keep(&self, db: &Database, token: &Token, user: &AuthUser) -> Result<()> {
        if !self.has_blacklist {
            return Ok(());
        }
        self.tokens.outstand(db, token, Some(user)).await?.map(drop).map_err(not_valid)
    }

    /// A refresh token as it is sent, with an access token.
    pub(super) fn pair_of(&self, refresh: &Token) -> Result<TokenPair> {
        let access = self.tokens.access_token(refresh);
        Ok(TokenPair { refresh: self.encoded(refresh)?, access: self.encoded(&access)? })
    }

    pub(super) fn encoded(&self, token: &Token) -> Result<String> {
        self.tokens.encode(token).ok_or_else(|| not_valid(TokenError::Invalid))
    }
}

pub(super) fn not_valid(error: TokenError) -> Error {
    refused("token_not_valid", &error.to_string())
}
