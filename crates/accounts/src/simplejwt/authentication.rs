//! `Authorization: Bearer ...`: authentication by JSON Web Token.

use belleville_auth::jwt::{Token, TokenClass};
use belleville_auth::user::{AuthUser, Described, UserPk};

use super::{Jwt, challenge, jwt};
use belleville_http::exceptions::{ApiException, Detail, Error, Result};
use belleville_http::json::Json;
use belleville_http::python;
use belleville_rest::authentication::{Authenticated, Authentication, words};
use belleville_rest::request::Request;

/// Authenticates the user of an access token. The user's row is read at every request: a deactivated or deleted user
/// is refused.
#[derive(Clone, Copy, Debug)]
pub struct JWTAuthentication;

/// Authenticates a user from the token's claims alone, without the database: for services that share the signing key.
///
/// [`Request::user`] has the key that the claim means, and `username`, `is_staff`
/// and `is_superuser` from the claims of these names, and no permission; [`Request::auth`] has the [`Token`] itself.
#[derive(Clone, Copy, Debug)]
pub struct JWTStatelessUserAuthentication;

impl Authentication for JWTAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        let jwt = jwt(request)?;
        let Some(token) = validated_token(request, jwt).await? else { return Ok(None) };
        let user = user(request, jwt, &token).await?;
        Ok(Some(Authenticated::by(user, token)))
    }

    fn authenticate_header(&self, request: &Request) -> Option<String> {
        challenge(request)
    }
}

impl Authentication for JWTStatelessUserAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        let jwt = jwt(request)?;
        let Some(token) = validated_token(request, jwt).await? else { return Ok(None) };
        let user = described_user(user_claim(jwt, &token)?, &token);
        Ok(Some(Authenticated::by(user, token)))
    }

    fn authenticate_header(&self, request: &Request) -> Option<String> {
        challenge(request)
    }
}

async fn validated_token(request: &Request, jwt: &Jwt) -> Result<Option<Token>> {
    let Some(raw) = raw_token(request, jwt)? else { return Ok(None) };
    let mut messages = Vec::new();
    for class in &jwt.token_classes {
        match jwt.validated(request.db(), *class, &raw).await? {
            Ok(token) => return Ok(Some(token)),
            Err(error) => messages.push(message(*class, error.to_string())),
        }
    }
    let detail = ("messages".to_owned(), Detail::List(messages));
    Err(refused_with("token_not_valid", "Given token not valid for any token type", Some(detail)))
}

/// The token in the header; the word before it is compared letter by letter.
fn raw_token(request: &Request, jwt: &Jwt) -> Result<Option<Vec<u8>>> {
    let header = request.header_bytes(&jwt.header_name).unwrap_or_default();
    let mut parts = words(&header);
    let of_ours = |word: &&[u8]| jwt.header_types.iter().any(|known| known.as_bytes() == *word);
    if parts.next().filter(of_ours).is_none() {
        return Ok(None);
    }
    match (parts.next(), parts.next()) {
        (Some(token), None) => Ok(Some(token.to_vec())),
        _ => Err(refused(
            "bad_authorization_header",
            "Authorization header must contain two space-delimited values",
        )),
    }
}

fn message(class: TokenClass, text: String) -> Detail {
    let item = |key: &str, text: String| (key.to_owned(), Detail::from(text));
    Detail::Dict(vec![
        item("token_class", class.name().to_owned()),
        item("token_type", class.token_type().to_owned()),
        item("message", text),
    ])
}

fn user_claim<'a>(jwt: &Jwt, token: &'a Token) -> Result<&'a Json> {
    token
        .get(&jwt.tokens.options().user_id_claim)
        .ok_or_else(|| refused("token_not_valid", "Token contained no recognizable user identification"))
}

async fn user(request: &Request, jwt: &Jwt, token: &Token) -> Result<AuthUser> {
    let claim = user_claim(jwt, token)?;
    let found = jwt.tokens.options().user_id_field.find(request.db(), claim).await?;
    let user = found.ok_or_else(|| refused("user_not_found", "User not found"))?;
    if jwt.check_user_is_active && !user.is_active() {
        return Err(refused("user_inactive", "User is inactive"));
    }
    if !jwt.tokens.is_current(token, &user) {
        return Err(refused("password_changed", "The user's password has been changed."));
    }
    Ok(user)
}

/// A user made from claims, without a row. A claim that is no key of the user model is nobody's.
fn described_user(id: &Json, token: &Token) -> AuthUser {
    let pk = match id {
        Json::Int(number) => UserPk::from_number(*number),
        Json::Str(text) => UserPk::parse(text),
        _ => None,
    };
    let is = |claim: &str| matches!(token.get(claim), Some(Json::Bool(true)));
    let username = token.get("username").map(python::str_of).unwrap_or_default();
    let claims = Described { username, is_staff: is("is_staff"), is_superuser: is("is_superuser") };
    AuthUser::described(pk.unwrap_or(UserPk::NOBODY), claims)
}

/// simplejwt's errors say their code in the body.
pub(super) fn refused(code: &'static str, text: &str) -> Error {
    refused_with(code, text, None)
}

fn refused_with(code: &'static str, text: &str, more: Option<(String, Detail)>) -> Error {
    let mut detail = vec![("detail".to_owned(), Detail::from(text)), ("code".to_owned(), Detail::from(code))];
    detail.extend(more);
    ApiException::new(401, code, Detail::Dict(detail)).of_authentication().into()
}
