//! `/api-token-auth/`: a name and a password for a token, as DRF's `ObtainAuthToken`.

use belleville_auth::{tokens, users};

use crate::exceptions::{Detail, Error, Result};
use crate::json::{Json, write_str};
use crate::parsers::{Data, ParserKind};
use crate::python;
use crate::renderers::JsonRenderer;
use crate::request::Request;
use crate::response::Response;
use crate::views::View;

/// The view that exchanges a name and a password for the user's token. Everybody may ask; the default authenticators
/// still look at the request, as in DRF.
pub fn obtain_auth_token() -> View {
    View::new("Obtain Auth Token")
        .class("ObtainAuthToken")
        .permission_classes([])
        .renderer_classes([std::sync::Arc::new(JsonRenderer) as _])
        .parser_classes([ParserKind::Form, ParserKind::MultiPart, ParserKind::Json])
        .metadata_actions(ACTIONS)
        .post(obtain)
}

/// What `OPTIONS` says of the fields.
const ACTIONS: &str = concat!(
    r#"{"POST":{"#,
    r#""username":{"type":"string","required":true,"read_only":false,"label":"Username"},"#,
    r#""password":{"type":"string","required":true,"read_only":false,"label":"Password"},"#,
    r#""token":{"type":"string","required":false,"read_only":true,"label":"Token"}}}"#,
);

async fn obtain(request: Request) -> Result<Response> {
    let (username, password) = credentials(request.data()?)?;
    let application = request.application();
    let user = users::authenticate(&application.db, &application.hashing, &username, &password).await?;
    let Some(user) = user else {
        let message = Detail::message("Unable to log in with provided credentials.");
        return Err(Error::validation(Detail::Dict(vec![("non_field_errors".to_owned(), message)])));
    };
    let token = tokens::get_or_create(&application.db, &user).await?;
    let mut out = b"{\"token\":".to_vec();
    write_str(&mut out, &token.key);
    out.push(b'}');
    Ok(Response::json(200, out))
}

/// Both texts, or what is wrong with each. The name is trimmed, the password is not.
fn credentials(data: &Data) -> Result<(String, String)> {
    crate::serializers::check_shape(data)?;
    let mut errors = Vec::new();
    let mut take = |name: &str, trim: bool| {
        text(data, name, trim).unwrap_or_else(|message| {
            errors.push((name.to_owned(), Detail::message(message)));
            String::new()
        })
    };
    let given = (take("username", true), take("password", false));
    if errors.is_empty() { Ok(given) } else { Err(Error::validation(Detail::Dict(errors))) }
}

fn text(data: &Data, name: &str, trim: bool) -> Result<String, String> {
    let text = match data {
        Data::Form(form) => form.get(name).map(str::to_owned),
        Data::Json(json) => match json.get(name) {
            None => None,
            Some(Json::Str(text)) => Some(text.clone()),
            Some(number @ (Json::Int(_) | Json::BigInt(_) | Json::Float(_))) => Some(python::str_of(number)),
            Some(Json::Null) => return Err("This field may not be null.".to_owned()),
            Some(Json::Surrogates(points)) => return Err(crate::serializers::surrogate_message(points)),
            Some(_) => return Err("Not a valid string.".to_owned()),
        },
    };
    let Some(text) = text else { return Err("This field is required.".to_owned()) };
    let text = if trim { python::str_strip(&text).to_owned() } else { text };
    match text.as_str() {
        "" => Err("This field may not be blank.".to_owned()),
        _ if text.contains('\0') => Err("Null characters are not allowed.".to_owned()),
        _ => Ok(text),
    }
}
