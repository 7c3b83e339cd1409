//! Credentials: what a guess costs, how a hash is renewed, and that nothing of them is ever printed.

use belleville::application::secret_keys;
use belleville::auth::models::{Session, Token, TokenProxy};
use belleville::auth::sessions::store::Saved;
use belleville::auth::users::NewUser;
use belleville::pages::{Templates, api_auth};
use belleville::prelude::*;

use crate::server::{Answer, PASSWORD, SECRET_KEY, Server, settings};

async fn who(request: Request) -> Result<Response> {
    Ok(Response::json(200, format!("\"{}\"", request.user()?.username()).into_bytes()))
}

fn urls() -> Urls {
    let templates = std::sync::Arc::new(Templates::new(None).unwrap());
    Urls::new()
        .path("who/", View::new("Who").get(who))
        .path("api-token-auth/", obtain_auth_token())
        .include("api-auth/", api_auth::urls(&templates))
}

/// One of the three ways to say a name and a password.
type Way = fn(&Server, &str, &str) -> Answer;

fn form(server: &Server, username: &str, password: &str) -> Answer {
    server.login(username, password)
}

fn token(server: &Server, username: &str, password: &str) -> Answer {
    let body = format!("{{\"username\":\"{username}\",\"password\":\"{password}\"}}");
    server.send("POST /api-token-auth/", "Content-Type: application/json", &body)
}

fn basic(server: &Server, username: &str, password: &str) -> Answer {
    server.get("/who/", &crate::server::basic(username, password))
}

/// Who measures how long a refusal takes learns nothing about who has an account.
#[test]
fn every_wrong_guess_costs_the_same() {
    let ways: [(Way, u16, &str); 3] = [
        (form, 200, "Please enter a correct username and password."),
        (token, 400, "{\"non_field_errors\":[\"Unable to log in with provided credentials.\"]}"),
        (basic, 403, "{\"detail\":\"Invalid username/password.\"}"),
    ];
    let server = Server::start("", &[], urls());
    let db = &server.application.db;
    server.runtime.block_on(async {
        let bob = User::objects().filter(User::USERNAME.eq("bob"));
        bob.update(db, [User::IS_ACTIVE.set(false)]).await.unwrap();
        let root = User::objects().filter(User::USERNAME.eq("root"));
        root.update(db, [User::PASSWORD.set("!unusable")]).await.unwrap();
    });
    for (way, status, text) in ways {
        for (username, password) in
            [("nobody", "wrong"), ("alice", "wrong"), ("bob", "wrong"), ("bob", PASSWORD), ("root", "wrong")]
        {
            let before = server.application.hashing.operations();
            let answer = way(&server, username, password);
            let operations = server.application.hashing.operations() - before;
            assert_eq!((answer.status, operations), (status, 1), "{username}: {}", answer.body);
            assert!(answer.body.contains(text), "{username}: {}", answer.body);
        }
    }
    // A form without a name asks nobody.
    let before = server.application.hashing.operations();
    assert!(server.login("", "wrong").body.contains("This field is required."));
    assert_eq!(server.application.hashing.operations(), before);
}

#[test]
fn every_login_renews_an_old_hash() {
    let old = Server::start("", &[("PBKDF2_ITERATIONS", "777")], urls()).user("alice").password.clone();
    assert!(old.starts_with("pbkdf2_sha256$777$"), "{old}");
    let server = Server::start("", &[("PBKDF2_ITERATIONS", "1234")], urls());
    for (way, status) in [(form as Way, 302), (token, 200), (basic, 200)] {
        let alice = User::objects().filter(User::USERNAME.eq("alice"));
        server.runtime.block_on(alice.update(&server.application.db, [User::PASSWORD.set(&old)])).unwrap();
        // A wrong guess renews nothing.
        assert_ne!(way(&server, "alice", "wrong").status, status);
        assert_eq!(server.user("alice").password, old);
        assert_eq!(way(&server, "alice", PASSWORD).status, status);
        let renewed = server.user("alice").password.clone();
        assert!(renewed.starts_with("pbkdf2_sha256$1234$"), "{renewed}");
        assert_eq!(way(&server, "alice", PASSWORD).status, status, "the renewed hash is good");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let fallback = "an-older-key-0123456789";
    let server = Server::start("", &[("SECRET_KEY_FALLBACKS", fallback)], urls());
    let key = server.login("alice", PASSWORD).cookie_value("sessionid").unwrap().to_owned();
    let db = &server.application.db;
    let session = server.runtime.block_on(Session::objects().get(db)).unwrap();
    let token = server.runtime.block_on(Token::objects().first(db)).unwrap().unwrap();
    let alice = server.user("alice");
    let settings = settings("", &[("SECRET_KEY_FALLBACKS", fallback)], "sqlite://:memory:");
    let new = NewUser {
        username: "carol".to_owned(),
        email: String::new(),
        password: Some(PASSWORD.to_owned()),
        is_superuser: false,
        ..NewUser::default()
    };
    assert_eq!((session.session_key.as_str(), settings.secret_key.as_str()), (key.as_str(), SECRET_KEY));
    let secrets = [SECRET_KEY, fallback, PASSWORD, &alice.password, &key, &session.session_data, &token.key]
        .map(str::to_owned);
    let printed = [
        format!("{settings:#?} {:#?}", secret_keys(&settings).unwrap()),
        format!("{alice:#?} {new:#?} {session:#?} {token:#?}"),
        format!("{:#?}", TokenProxy { key: token.key.clone() }),
        format!("{:#?}", Saved::Kept { key: key.clone(), age: Some(60) }),
        format!("{:#?} {:#?}", server.application, server.application.hashing),
    ];
    for (text, secret) in printed.iter().flat_map(|text| secrets.iter().map(move |secret| (text, secret))) {
        assert!(!text.contains(secret.as_str()), "{secret} in {text}");
    }
}
