//! Several expiring tokens a user.

use belleville::App;
use belleville::auth::models::KnoxToken;
use belleville::knox;
use belleville::prelude::*;

use crate::server::{Answer, PASSWORD, Server, basic, settings};

async fn whoami(request: Request) -> Result<Response> {
    Response::data(200, &belleville::json::Json::from(request.user()?.username()))
}

fn urls() -> Urls {
    Urls::new().include("auth/", knox::urls()).path("me/", View::new("Me").get(whoami))
}

fn program() -> App {
    App::new("knox", env!("CARGO_MANIFEST_DIR"), urls).app(knox::app())
}

const CLASSES: (&str, &str) =
    ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "knox.auth.TokenAuthentication,BasicAuthentication");

fn login(server: &Server, username: &str) -> Answer {
    server.send("POST /auth/login/", &basic(username, PASSWORD), "")
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.split('"').rev().nth(1).unwrap().to_owned()
}

fn me(server: &Server, word: &str, token: &str) -> (u16, String) {
    let answer = server.get("/me/", &format!("Authorization: {word} {token}"));
    (answer.status, answer.body)
}

fn sql(server: &Server, change: impl FnOnce(&KnoxToken) -> belleville::db::DateTime) {
    server.runtime.block_on(async {
        let db = &server.application.db;
        let row = KnoxToken::objects().first(db).await.unwrap().unwrap();
        let expiry = change(&row);
        KnoxToken::objects().update(db, [KnoxToken::EXPIRY.set(Some(expiry))]).await.unwrap();
    });
}

const INVALID: &str = r#"{"detail":"Invalid token."}"#;

#[test]
fn tokens_are_made_listed_and_taken_back() {
    let server = Server::start_app(&program(), "", &[CLASSES]);
    assert_eq!(server.send("POST /auth/login/", "", "").status, 401);
    let (first, second) = (token(&login(&server, "alice")), token(&login(&server, "alice")));
    let of_bob = token(&login(&server, "bob"));
    assert_eq!((first.len(), first == second), (64, false));
    assert_eq!(me(&server, "Token", &first), (200, "\"alice\"".to_owned()));
    assert_eq!(me(&server, "token", &second), (200, "\"alice\"".to_owned()));
    for wrong in [&first[..63], &format!("{first}0"), &first.to_uppercase(), "short", "é"] {
        assert_eq!(me(&server, "Token", wrong), (401, INVALID.to_owned()), "{wrong}");
    }

    let of_alice = format!("Authorization: Token {first}");
    let list = server.get("/auth/tokens/", &of_alice);
    let keys = |token: &str| list.body.contains(&format!("\"token_key\":\"{}\"", &token[..15]));
    assert_eq!(
        (list.status, keys(&first), keys(&second), keys(&of_bob)),
        (200, true, true, false),
        "{list:?}"
    );
    // Nothing in the list or in the table is a token.
    assert!(!list.body.contains(&first) && !list.body.contains(&second));

    let delete = |key: &str| server.send(&format!("DELETE /auth/tokens/{key}/"), &of_alice, "").status;
    assert_eq!(delete(&of_bob[..15]), 404);
    assert_eq!(delete(&second[..15]), 204);
    assert_eq!(me(&server, "Token", &second).0, 401);
    assert_eq!(me(&server, "Token", &of_bob).0, 200);

    let third = token(&login(&server, "alice"));
    assert_eq!(server.send("POST /auth/logout/", &of_alice, "").status, 204);
    assert_eq!((me(&server, "Token", &first).0, me(&server, "Token", &third).0), (401, 200));
    let fourth = token(&login(&server, "alice"));
    assert_eq!(
        server.send("POST /auth/logoutall/", &format!("Authorization: Token {third}"), "").status,
        204
    );
    assert_eq!((me(&server, "Token", &third).0, me(&server, "Token", &fourth).0), (401, 401));
    assert_eq!(me(&server, "Token", &of_bob).0, 200);
}

#[test]
fn the_table_holds_no_token() {
    let server = Server::start_app(&program(), "", &[CLASSES]);
    // Made by django-rest-knox 5.1.0.
    let (made, digest) = (
        "e353b0f974eae232f605b51ebd1053c811152c7e58d06e63e3de781e4c152c1f",
        "10270fab0d73afdd3ec5a31b22b366439639852a9c1ba70135ec5aac134b7cf0ebdebfa5636d50a39b5996eee20fcd4b7695d08f73b0aa11b17d78f86f74a8d8",
    );
    let alice = server.user("alice");
    server.runtime.block_on(async {
        let row = [
            KnoxToken::DIGEST.set(digest),
            KnoxToken::TOKEN_KEY.set(&made[..15]),
            KnoxToken::USER.set(&AuthUser::from(alice)),
        ];
        KnoxToken::objects().create(&server.application.db, row).await.unwrap();
    });
    assert_eq!(me(&server, "Token", made).0, 200);
    assert_eq!(me(&server, "Token", digest).0, 401);
}

#[test]
fn a_token_expires_and_is_gone() {
    let server = Server::start_app(&program(), "", &[CLASSES, ("REST_KNOX__TOKEN_TTL", "100")]);
    let made = login(&server, "alice");
    assert!(made.body.contains("\"expiry\":\"20"), "{made:?}");
    let token = token(&made);
    sql(&server, |row| {
        let seconds = row.expiry.unwrap().duration_since(row.created).as_secs();
        assert!((99..=101).contains(&seconds), "{seconds}");
        row.created
    });
    assert_eq!(me(&server, "Token", &token), (401, INVALID.to_owned()));
    let left = server.runtime.block_on(KnoxToken::objects().count(&server.application.db)).unwrap();
    assert_eq!(left, 0);
    let server = Server::start_app(&program(), "", &[CLASSES, ("REST_KNOX__TOKEN_TTL", "0")]);
    assert!(login(&server, "alice").body.contains("\"expiry\":null"));
}

#[test]
fn use_renews_a_token_where_that_is_set() {
    for (auto_refresh, interval, renewed) in [("0", "60", false), ("1", "60", true), ("1", "100000", false)] {
        let variables = [
            CLASSES,
            ("REST_KNOX__AUTO_REFRESH", auto_refresh),
            ("REST_KNOX__MIN_REFRESH_INTERVAL", interval),
        ];
        let server = Server::start_app(&program(), "", &variables);
        let token = token(&login(&server, "alice"));
        let soon = |row: &KnoxToken| row.created.checked_add(jiff_minutes(5)).unwrap();
        sql(&server, soon);
        assert_eq!(me(&server, "Token", &token).0, 200);
        sql(&server, |row| {
            assert_eq!(row.expiry.unwrap() > soon(row), renewed, "{auto_refresh} {interval}");
            row.created
        });
    }
}

fn jiff_minutes(minutes: u64) -> std::time::Duration {
    std::time::Duration::from_secs(60 * minutes)
}

#[test]
fn there_is_a_limit_and_another_word_where_that_is_set() {
    let variables =
        [CLASSES, ("REST_KNOX__TOKEN_LIMIT_PER_USER", "2"), ("REST_KNOX__AUTH_HEADER_PREFIX", "Key")];
    let server = Server::start_app(&program(), "", &variables);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| login(&server, "alice").status)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 2, "{statuses:?}");
    let refused = login(&server, "alice");
    assert_eq!(refused.body, r#"{"error":"Maximum amount of tokens allowed per user exceeded."}"#);
    let token = token(&login(&server, "bob"));
    assert_eq!((me(&server, "Key", &token).0, me(&server, "Token", &token).0), (200, 401));
    assert_eq!(server.get("/me/", "").header("www-authenticate"), Some("Key"));
}

#[test]
fn an_inactive_user_is_refused() {
    let server = Server::start_app(&program(), "", &[CLASSES]);
    let token = token(&login(&server, "alice"));
    server.runtime.block_on(async {
        let alice = User::objects().filter(User::USERNAME.eq("alice"));
        alice.update(&server.application.db, [User::IS_ACTIVE.set(false)]).await.unwrap();
    });
    assert_eq!(me(&server, "Token", &token), (401, r#"{"detail":"User inactive or deleted."}"#.to_owned()));
}

#[test]
fn a_program_without_the_table_does_not_start() {
    let folder = crate::server::Folder::new();
    let app = App::new("knox", env!("CARGO_MANIFEST_DIR"), urls);
    let error = app.application(settings("", &[], &folder.database())).expect_err("no table").to_string();
    assert!(error.contains("add the app `knox::app()`"), "{error}");
}
