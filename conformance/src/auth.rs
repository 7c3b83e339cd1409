//! `/conformance/auth/<scheme>/{open,private}/`: who a request is from, under every scheme.

use belleville::auth::jwt;
use belleville::auth::models::{KnoxToken, Token};
use belleville::authentication::{
    Authenticated, BoxedAuthenticator, KnoxTokenAuthentication, RemoteUserAuthentication,
};
use belleville::http::HeaderName;
use belleville::json::{Dict, Json};
use belleville::prelude::*;
use belleville::python;
use belleville::settings::SimpleJwt;

const SESSION: SessionAuthentication = SessionAuthentication;
/// No server stands in front of the reference, so that nobody sets it.
const REMOTE_USER: HeaderName = HeaderName::from_static("remote-user-of-the-proxy");
const BASIC: BasicAuthentication = BasicAuthentication;

/// Tokens under another keyword, as the reference has it.
struct BearerTokenAuthentication;

const API_KEY: TokenAuthentication = TokenAuthentication::with_keyword("Api-Key");

impl Authentication for BearerTokenAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        API_KEY.authenticate(request).await
    }

    fn authenticate_header(&self, request: &Request) -> Option<String> {
        API_KEY.authenticate_header(request)
    }
}

fn schemes() -> Vec<(&'static str, Vec<BoxedAuthenticator>)> {
    vec![
        ("session", vec![SESSION.into()]),
        ("basic", vec![BASIC.into()]),
        ("token", vec![TokenAuthentication::new().into()]),
        ("jwt", vec![JWTAuthentication.into()]),
        ("jwt-stateless", vec![JWTStatelessUserAuthentication.into()]),
        ("knox", vec![KnoxTokenAuthentication.into()]),
        ("remote-user", vec![RemoteUserAuthentication::from_header(REMOTE_USER).into()]),
        ("keyword", vec![BearerTokenAuthentication.into()]),
        ("session-basic", vec![SESSION.into(), BASIC.into()]),
        ("basic-session", vec![BASIC.into(), SESSION.into()]),
        ("token-jwt-basic", vec![TokenAuthentication::new().into(), JWTAuthentication.into(), BASIC.into()]),
        ("none", vec![]),
    ]
}

pub(crate) fn urls(mut urls: Urls) -> Urls {
    for (scheme, authenticators) in schemes() {
        let view = |name: &str, rule: Rule| {
            View::new(name)
                .authentication_classes(authenticators.clone())
                .permission_classes(rule)
                .get(who_am_i)
                .post(who_am_i)
        };
        urls = urls
            .path(&format!("auth/{scheme}/open/"), view("Open Who Am I", AllowAny.into()))
            .path(&format!("auth/{scheme}/private/"), view("Private Who Am I", IsAuthenticated.into()));
    }
    urls
}

async fn who_am_i(request: Request) -> Result<Response> {
    let user = request.user().ok();
    let jwt = request.auth::<jwt::Token>();
    let auth = request.auth::<Token>().map(|_| "Token");
    let auth =
        auth.or(request.auth::<KnoxToken>().map(|_| "AuthToken")).or(jwt.map(|token| token.class().name()));
    let (name, id) = match (user, request.successful_authenticator()) {
        (Some(_), Some("JWTStatelessUserAuthentication")) => {
            let claim = &request.services().require::<SimpleJwt>()?.user_id_claim;
            let id = jwt.and_then(|token| token.get(claim)).cloned().unwrap_or(Json::Null);
            (format!("TokenUser {}", python::str_of(&id)), id)
        }
        (Some(user), _) => (user.username().to_owned(), user.pk().to_json()),
        (None, _) => ("AnonymousUser".to_owned(), Json::Null),
    };
    let mut body = Dict::new();
    body.insert("user", Json::from(name));
    body.insert("id", id);
    body.insert("is_authenticated", Json::Bool(user.is_some()));
    body.insert("auth", auth.map_or(Json::Null, Json::from));
    // django-rest-knox calls its own as DRF does.
    let name = request.successful_authenticator().map(|name| name.trim_start_matches("Knox"));
    body.insert("authenticator", name.map_or(Json::Null, Json::from));
    Response::data(200, &Json::Dict(body))
}
