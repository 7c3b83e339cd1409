//! What a new password ends: sessions always, tokens where `revoke_tokens_on_password_change` says so.

use std::sync::{Arc, Mutex};

use belleville::application::Application;
use belleville::auth::hashers::PasswordHashers;
use belleville::auth::jwt::Token;
use belleville::auth::models::OutstandingToken;
use belleville::auth::users;
use belleville::authentication::BoxedAuthenticator;
use belleville::mail::{Mail, MailError, MailTransport};
use belleville::prelude::*;
use belleville::simplejwt::TokenSerializer;
use belleville::{App, BoxFuture, account, knox, simplejwt};

use crate::server::{Answer, PASSWORD, Server, basic};

async fn who(request: Request) -> Result<Response> {
    Ok(Response::json(200, format!("\"{}\"", request.user()?.username()).into_bytes()))
}

/// Keeps mail instead of sending it.
#[derive(Clone, Default)]
struct Pigeon(Arc<Mutex<Vec<Mail>>>);

impl MailTransport for Pigeon {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        self.0.lock().unwrap().push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

fn urls() -> Urls {
    let by =
        |authentication: BoxedAuthenticator| View::new("Who").authentication_classes(authentication).get(who);
    Urls::new()
        .path("by-token/", by(TokenAuthentication::default().into()))
        .path("by-knox/", by(knox::KnoxTokenAuthentication.into()))
        .path("by-jwt/", by(JWTAuthentication.into()))
        .path("token/", simplejwt::token_obtain_pair())
        .path("token/refresh/", simplejwt::token_refresh())
        .include("knox/", knox::urls())
        .include("account/", account::urls())
}

const JSON: &str = "Content-Type: application/json";

/// A server, and where its mail goes.
fn start(variables: &[(&str, &str)]) -> (Server, Pigeon) {
    let pigeon = Pigeon::default();
    let app = App::new("passwords", env!("CARGO_MANIFEST_DIR"), urls)
        .app(knox::app())
        .app(simplejwt::token_blacklist())
        .mail(pigeon.clone());
    let reset = ("PASSWORD_RESET_URL", "https://app.example.com/reset/{uid}/{token}/");
    let server = Server::start_app(&app, "", &[&[reset], variables].concat());
    (server, pigeon)
}

fn text(answer: &Answer, key: &str) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.split(&format!("\"{key}\":\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// What a user has got from logging in by every way.
struct Credentials {
    token: String,
    knox: String,
    access: String,
    refresh: String,
}

impl Credentials {
    fn of(server: &Server, username: &str, password: &str) -> Self {
        let body = format!("{{\"username\":\"{username}\",\"password\":\"{password}\"}}");
        let pair = server.send("POST /token/", JSON, &body);
        let knox = server.send("POST /knox/login/", &basic(username, password), "");
        Self {
            token: server.token(username),
            knox: format!("Authorization: Token {}", text(&knox, "token")),
            access: format!("Authorization: Bearer {}", text(&pair, "access")),
            refresh: format!("{{\"refresh\":\"{}\"}}", text(&pair, "refresh")),
        }
    }

    /// Which of them are good: DRF's token, knox's, the access token, the refresh token.
    fn good(&self, server: &Server) -> [bool; 4] {
        [
            server.get("/by-token/", &self.token).status == 200,
            server.get("/by-knox/", &self.knox).status == 200,
            server.get("/by-jwt/", &self.access).status == 200,
            server.send("POST /token/refresh/", JSON, &self.refresh).status == 200,
        ]
    }
}

const REVOKES: (&str, &str) = ("REVOKE_TOKENS_ON_PASSWORD_CHANGE", "1");
const CHECKS: (&str, &str) = ("SIMPLE_JWT__CHECK_REVOKE_TOKEN", "1");

/// By whom knows the old password, and by who has a link.
fn change_password(server: &Server, pigeon: &Pigeon, by_link: bool) {
    let answer = if by_link {
        server.runtime.block_on(async {
            let alice = User::objects().filter(User::USERNAME.eq("alice"));
            alice.update(&server.application.db, [User::EMAIL.set("alice@example.com")]).await.unwrap();
        });
        server.send("POST /account/password/reset/", JSON, "{\"email\":\"alice@example.com\"}");
        let mail = || pigeon.0.lock().unwrap().pop();
        let mail = std::iter::repeat_with(mail).find_map(|mail| {
            std::thread::yield_now();
            mail
        });
        let body = mail.unwrap().body;
        let mut parts = body.split("/reset/").nth(1).unwrap().split('/');
        let (uid, token) = (parts.next().unwrap(), parts.next().unwrap());
        let json =
            format!("{{\"uid\":\"{uid}\",\"token\":\"{token}\",\"new_password\":\"another long phrase\"}}");
        server.send("POST /account/password/reset/confirm/", JSON, &json)
    } else {
        let json = format!("{{\"old_password\":\"{PASSWORD}\",\"new_password\":\"another long phrase\"}}");
        server.send("POST /account/password/change/", &format!("{JSON}\n{}", basic("alice", PASSWORD)), &json)
    };
    assert_eq!(answer.status, 204, "{answer:?}");
}

#[test]
fn tokens_end_with_the_password_where_the_setting_says_so() {
    for (variables, expected) in [
        // Django, DRF, knox and simplejwt change nothing.
        (&[][..], [true, true, true, true]),
        // An access token is in no table: its five minutes go on.
        (&[REVOKES], [false, false, true, false]),
        (&[REVOKES, CHECKS], [false, false, false, false]),
    ] {
        for by_link in [false, true] {
            let (server, pigeon) = start(variables);
            let (of_alice, of_bob) =
                (Credentials::of(&server, "alice", PASSWORD), Credentials::of(&server, "bob", PASSWORD));
            change_password(&server, &pigeon, by_link);
            assert_eq!(of_alice.good(&server), expected, "{variables:?}, by a link: {by_link}");
            assert_eq!(of_bob.good(&server), [true; 4], "another user's");
            // What the new password gets is good.
            assert_eq!(Credentials::of(&server, "alice", "another long phrase").good(&server), [true; 4]);
        }
    }
}

/// The same password under a new hash is no new password.
#[test]
fn a_hash_that_is_renewed_ends_nothing() {
    let (server, _) = start(&[REVOKES]);
    let before = Credentials::of(&server, "alice", PASSWORD);
    server.runtime.block_on(async {
        let old = PasswordHashers::from_setting(["PBKDF2PasswordHasher"], 500).unwrap();
        let hash = old.make_password(PASSWORD).unwrap();
        let alice = User::objects().filter(User::USERNAME.eq("alice"));
        alice.update(&server.application.db, [User::PASSWORD.set(&hash)]).await.unwrap();
    });
    let old = server.user("alice").password;
    Credentials::of(&server, "alice", PASSWORD);
    assert_ne!(server.user("alice").password, old, "the login renewed the hash");
    assert_eq!(before.good(&server), [true; 4]);
}

/// A password that is not changed ends nothing.
#[test]
fn a_change_that_is_refused_ends_nothing() {
    let (server, _) = start(&[REVOKES]);
    let before = Credentials::of(&server, "alice", PASSWORD);
    for (old, new) in [("wrong", "another long phrase"), (PASSWORD, "short")] {
        let json = format!("{{\"old_password\":\"{old}\",\"new_password\":\"{new}\"}}");
        let headers = format!("{JSON}\n{}", basic("alice", PASSWORD));
        assert_eq!(server.send("POST /account/password/change/", &headers, &json).status, 400);
    }
    assert_eq!(before.good(&server), [true; 4]);
}

/// Sets a new password while a token is made: after the old one was found right.
struct Meanwhile;

impl TokenSerializer for Meanwhile {
    fn get_token(&self, user: &AuthUser, token: &mut Token) {
        token.insert("name", user.username());
        let server = SERVER.lock().unwrap().clone().unwrap();
        let mut user = user.clone();
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                users::set_password(&server.db, &server.hashing, &mut user, "another long phrase", true)
                    .await
                    .unwrap();
            });
        });
    }
}

static SERVER: Mutex<Option<Arc<Application>>> = Mutex::new(None);

/// Who keeps logging in with a stolen password does not get a token that outlives it.
#[test]
fn a_token_of_the_old_password_is_not_made_when_the_new_one_is_set() {
    for (variables, status) in [(&[REVOKES][..], 401), (&[], 200)] {
        let urls = || Urls::new().path("token/", simplejwt::token_obtain_pair_with(Meanwhile));
        let app = App::new("meanwhile", env!("CARGO_MANIFEST_DIR"), urls).app(simplejwt::token_blacklist());
        let server = Server::start_app(&app, "", variables);
        *SERVER.lock().unwrap() = Some(Arc::clone(&server.application));
        let body = format!("{{\"username\":\"alice\",\"password\":\"{PASSWORD}\"}}");
        assert_eq!(server.send("POST /token/", JSON, &body).status, status);
        let outstanding = OutstandingToken::objects();
        let made = server.runtime.block_on(outstanding.exists(&server.application.db)).unwrap();
        assert_eq!(made, status == 200);
        *SERVER.lock().unwrap() = None;
    }
}

/// Logins at the same time, each of which renews the hash, all succeed.
#[test]
fn logins_at_once_renew_a_hash_together() {
    let (server, _) = start(&[REVOKES]);
    server.runtime.block_on(async {
        let old = PasswordHashers::from_setting(["PBKDF2PasswordHasher"], 500).unwrap();
        let hash = old.make_password(PASSWORD).unwrap();
        let alice = User::objects().filter(User::USERNAME.eq("alice"));
        alice.update(&server.application.db, [User::PASSWORD.set(&hash)]).await.unwrap();
    });
    let body = format!("{{\"username\":\"alice\",\"password\":\"{PASSWORD}\"}}");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = || server.send("POST /token/", JSON, &body).status;
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses, [200; 8]);
}
