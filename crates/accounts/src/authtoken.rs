//! `/api-token-auth/`: a name and a password for a token, as DRF's `ObtainAuthToken`.

use belleville_auth::models::Token;
use belleville_auth::tokens;
use belleville_auth::user::AuthUser;

use belleville_http::exceptions::{Detail, Error, ErrorDetail, Result};
use belleville_http::json::JsonWriter;
use belleville_http::parsers::{FormParser, JSONParser, MultiPartParser};
use belleville_http::response::Response;
use belleville_rest::events::{EventKind, Through};
use belleville_rest::renderers::JSONRenderer;
use belleville_rest::request::Request;
use belleville_rest::serializers::fields::FieldOptions as _;
use belleville_rest::views::{CREDENTIALS_BODY_LIMIT, View};

use crate::input::{self, password, text};

/// The view that exchanges a name and a password for the user's token. It has no permissions, but the default
/// authenticators still check the request, as in DRF.
pub fn obtain_auth_token() -> View {
    View::new("Obtain Auth Token")
        .class("ObtainAuthToken")
        .permission_classes(())
        .throttle_classes(())
        .open_on_purpose()
        .non_atomic()
        .renderer_classes(JSONRenderer)
        .parser_classes((FormParser, MultiPartParser, JSONParser))
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .serializer_class(input::serializer(
            "AuthTokenSerializer",
            [("username", text()), ("password", password()), ("token", text().read_only())],
        ))
        .post(obtain)
}

/// The tokens of a request's program, for handlers: [`RequestTokens::tokens`](crate::RequestTokens::tokens).
#[derive(Clone, Copy, Debug)]
pub struct TokenIssuer<'a>(&'a Request);

impl<'a> TokenIssuer<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        Self(request)
    }

    /// The user's token, which is made if there is none: `Token.objects.get_or_create(user=user)`.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn get_or_create(self, user: &AuthUser) -> Result<Token> {
        let token = tokens::get_or_create(self.0.db(), user).await?;
        self.0.emit(EventKind::TokenIssued, Through::Token, user);
        Ok(token)
    }
}

async fn obtain(request: Request) -> Result<Response> {
    let [username, password] = input::texts(&request, ["username", "password"]).await?;
    let user = request.authenticate(Through::Token, &username, &password).await?.ok_or_else(refused)?;
    let token = token_of(&request, &user).await?;
    request.emit(EventKind::TokenIssued, Through::Token, &user);
    Ok(Response::json(200, JsonWriter::object_of(|object| object.key("token").text(&token.key))))
}

fn refused() -> Error {
    let message = ErrorDetail::new("Unable to log in with provided credentials.", "authorization");
    Error::validation(Detail::non_field(message))
}

/// The user's token. The password must not have changed since the user was read, where a new password revokes tokens.
async fn token_of(request: &Request, user: &AuthUser) -> Result<Token> {
    if !request.revokes_tokens() {
        return Ok(tokens::get_or_create(request.db(), user).await?);
    }
    let db = request.db();
    db.atomic(async || {
        if !request.is_password_current(db, user).await? {
            return Err(refused());
        }
        Ok(tokens::get_or_create(db, user).await?)
    })
    .await
}
