//! `credentials_no_store`: no copy of an answer with a credential in it is kept on its way.

use belleville::prelude::*;
use belleville::{App, account, knox, simplejwt};

use crate::server::{Answer, PASSWORD, Server, basic};

async fn own_token(request: Request) -> Result<Response> {
    let alice = User::objects().filter(User::USERNAME.eq("alice")).get(request.db()).await?;
    request.emit(
        belleville::events::EventKind::TokenIssued,
        belleville::events::Through::Token,
        &alice.into(),
    );
    let mut response = Response::json(200, b"1".to_vec());
    response.set_header(belleville::http::header::CACHE_CONTROL, "max-age=60");
    Ok(response)
}

fn program() -> App {
    let urls = || {
        Urls::new()
            .path("api-token-auth/", obtain_auth_token())
            .path("token/", simplejwt::token_obtain_pair())
            .path("token/refresh/", simplejwt::token_refresh())
            .path("token/verify/", simplejwt::token_verify())
            .path("sliding/", simplejwt::token_obtain_sliding())
            .path("sliding/refresh/", simplejwt::token_refresh_sliding())
            .path("own/", View::new("Own").permission_classes(()).post(own_token))
            .include("knox/", knox::urls())
            .path("account/login/", account::login())
            .path("account/user/", account::current_user())
    };
    App::new("credentials", env!("CARGO_MANIFEST_DIR"), urls).app(knox::app())
}

const JSON: &str = "Content-Type: application/json";

fn post(server: &Server, path: &str, json: &str) -> Answer {
    let answer = server.send(&format!("POST {path}"), JSON, json);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

fn token(answer: &Answer, key: &str) -> String {
    answer.body.split(&format!("\"{key}\":\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Every answer that hands out a credential, by what it is.
fn credentials(server: &Server) -> Vec<(&'static str, Answer)> {
    let who = format!("{{\"username\":\"alice\",\"password\":\"{PASSWORD}\"}}");
    let pair = post(server, "/token/", &who);
    let refreshed =
        post(server, "/token/refresh/", &format!("{{\"refresh\":\"{}\"}}", token(&pair, "refresh")));
    let sliding = post(server, "/sliding/", &who);
    let slid = post(server, "/sliding/refresh/", &format!("{{\"token\":\"{}\"}}", token(&sliding, "token")));
    let secret = "a".repeat(32);
    let csrf = format!("Cookie: csrftoken={secret}\nX-CSRFToken: {secret}\n{JSON}");
    vec![
        ("DRF's token", post(server, "/api-token-auth/", &who)),
        ("a pair", pair),
        ("a refreshed token", refreshed),
        ("a sliding token", sliding),
        ("a slid token", slid),
        ("knox", server.send("POST /knox/login/", &basic("alice", PASSWORD), "")),
        ("a session", server.send("POST /account/login/", &csrf, &who)),
        ("a program's own, kept for a minute", post(server, "/own/", "")),
        ("a session from a form", server.login("alice", PASSWORD)),
    ]
}

#[test]
fn credentials_are_not_stored_where_the_setting_says_so() {
    let rotating = [("CREDENTIALS_NO_STORE", "1"), ("SIMPLE_JWT__ROTATE_REFRESH_TOKENS", "1")];
    for variables in [&rotating[..1], &rotating[..]] {
        let server = Server::start_app(&program(), "", variables);
        for (what, answer) in credentials(&server) {
            let said: Vec<&str> = answer.headers("cache-control").collect();
            match what {
                // Django's pages for credentials say so themselves.
                "a session from a form" => assert!(said[0].contains("no-store"), "{what}: {said:?}"),
                _ => assert_eq!(said, ["no-store"], "{what}"),
            }
        }
        // Nothing is handed out here.
        let wrong = server.send("POST /token/", JSON, "{\"username\":\"alice\",\"password\":\"wrong\"}");
        let verified = server.send("POST /token/verify/", JSON, "{\"token\":\"x\"}");
        let shown = server.get("/account/user/", &basic("alice", PASSWORD));
        assert_eq!([&wrong, &verified, &shown].map(|answer| answer.header("cache-control")), [None; 3]);
    }
    // DRF, simplejwt and knox say nothing.
    let silent = Server::start_app(&program(), "", &[]);
    for (what, answer) in credentials(&silent) {
        match what {
            "a session from a form" => {}
            "a program's own, kept for a minute" => {
                assert_eq!(answer.header("cache-control"), Some("max-age=60"))
            }
            _ => assert_eq!(answer.header("cache-control"), None, "{what}"),
        }
    }
    // The CSRF token of the account endpoints never was.
    assert_eq!(silent.get("/account/login/", "").header("cache-control"), Some("no-store"));
}
