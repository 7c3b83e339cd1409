//! `/api-token-auth/`: a name and a password for a token, as DRF's `ObtainAuthToken`.

use belleville_auth::tokens;

use crate::events::{EventKind, Through};
use crate::exceptions::{Detail, Error, Result};
use crate::json::write_str;
use crate::parsers::ParserKind;
use crate::renderers::JsonRenderer;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::CharField;
use crate::views::{CREDENTIALS_BODY_LIMIT, View};

const USERNAME: CharField = CharField::new("username", "Username");
const PASSWORD: CharField = CharField::new("password", "Password").untrimmed();
const TOKEN: CharField = CharField::new("token", "Token").read_only();

/// The view that exchanges a name and a password for the user's token. Everybody may ask; the default authenticators
/// still look at the request, as in DRF.
pub fn obtain_auth_token() -> View {
    View::new("Obtain Auth Token")
        .class("ObtainAuthToken")
        .permission_classes([])
        .renderer_classes([std::sync::Arc::new(JsonRenderer) as _])
        .parser_classes([ParserKind::Form, ParserKind::MultiPart, ParserKind::Json])
        .body_limit(CREDENTIALS_BODY_LIMIT)
        .text_fields(&[USERNAME, PASSWORD, TOKEN])
        .post(obtain)
}

async fn obtain(request: Request) -> Result<Response> {
    let [username, password] = CharField::read(&[USERNAME, PASSWORD], &request).await?;
    let Some(user) = request.authenticate(Through::Token, &username, &password).await? else {
        let message = Detail::message("Unable to log in with provided credentials.");
        return Err(Error::validation(Detail::Dict(vec![("non_field_errors".to_owned(), message)])));
    };
    let token = tokens::get_or_create(request.db(), &user).await?;
    request.emit(EventKind::TokenIssued, Through::Token, &user);
    let mut out = b"{\"token\":".to_vec();
    write_str(&mut out, &token.key);
    out.push(b'}');
    Ok(Response::json(200, out))
}
