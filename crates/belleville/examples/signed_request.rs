//! A custom authenticator: each request is signed with a secret that is never sent.
//!
//! The client sends `X-Key-Id: alice`, `X-Timestamp:` the seconds since 1970, and as `X-Signature:` the `salted_hmac` of
//!
//! ```text
//! METHOD\n/path?query\nTIMESTAMP\nBODY
//! ```
//!
//! in hexadecimal, with the salt `signed_request` and the user's secret, here the token that `drf_create_token` makes.
//!
//! `cargo run -p belleville --example signed_request` serves `/whoami/` with it.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use belleville::auth::crypto::{constant_time_compare, hex};
use belleville::auth::models::Token;
use belleville::auth::signing::{Algorithm, salted_hmac};
use belleville::auth::user;
use belleville::authentication::Authenticated;
use belleville::http::HeaderName;
use belleville::json::Json;
use belleville::prelude::*;

/// How far the client's clock may be off, and how long a request that somebody overheard could be sent again.
const TOLERANCE: u64 = 300;

/// Recognises a request by its signature.
struct SignedRequestAuthentication;

impl Authentication for SignedRequestAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        // Without the header it is another scheme's request: the next authenticator is asked.
        let Some(username) = header(request, "x-key-id") else { return Ok(None) };
        let refused = || Error::authentication_failed("The signature is not good.");
        let timestamp = header(request, "x-timestamp").ok_or_else(refused)?;
        let signature = header(request, "x-signature").ok_or_else(refused)?;
        if !is_recent(&timestamp) {
            return Err(Error::authentication_failed("The timestamp is not of the last minutes."));
        }
        let key = Token::objects().filter(Token::USER.to(user::login_column()).eq(username.as_str()));
        let key = key.select_related(Token::USER).first(request.db()).await?;
        // An unknown name is compared with something, too, so that it takes as long as a known one.
        let secret = key.as_ref().map_or("", |token| &token.key);
        let genuine = constant_time_compare(signature, sign(secret, &message(request, &timestamp).await?));
        match key.and_then(|token| token.user.into_object()) {
            Some(user) if genuine && user.is_active() => Ok(Some(Authenticated::new(user))),
            _ => Err(refused()),
        }
    }

    fn authenticate_header(&self, _: &Request) -> Option<String> {
        Some("Signature".to_owned())
    }
}

fn header(request: &Request, name: &'static str) -> Option<String> {
    request.header(&HeaderName::from_static(name))
}

fn is_recent(timestamp: &str) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    timestamp.parse::<u64>().is_ok_and(|then| then.abs_diff(now) <= TOLERANCE)
}

async fn message(request: &Request, timestamp: &str) -> Result<Vec<u8>> {
    let head = format!("{}\n{}\n{timestamp}\n", request.method(), request.full_path());
    Ok([head.as_bytes(), &request.body().await?].concat())
}

/// The signature of a message.
pub(crate) fn sign(secret: &str, message: &[u8]) -> String {
    hex(&salted_hmac("signed_request", message, secret.as_bytes(), Algorithm::Sha256))
}

async fn whoami(request: Request) -> Result<Response> {
    Response::data(200, &Json::from(request.user()?.username()))
}

/// One view with the scheme.
pub(crate) fn urls() -> Urls {
    let view =
        View::new("Who Am I").authentication_classes(SignedRequestAuthentication).get(whoami).post(whoami);
    Urls::new().path("whoami/", view)
}

fn main() -> ExitCode {
    App::new("signed_request", env!("CARGO_MANIFEST_DIR"), urls).run()
}
