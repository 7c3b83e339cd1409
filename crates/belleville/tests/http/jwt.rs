//! JSON Web Tokens: what a program decides in code, and who tries to get in without one.

use std::sync::{Arc, Mutex};

use belleville::App;
use belleville::auth::jwt::{Options, Token, TokenClass, Tokens, UserIdField};
use belleville::auth::models::{BlacklistedToken, OutstandingToken};
use belleville::permissions::DjangoModelPermissions;
use belleville::prelude::*;
use belleville::simplejwt::{self, TokenSerializer};

use crate::hooks::{Note, NoteSerializer, notes};
use crate::server::{Answer, PASSWORD, SECRET_KEY, Server, settings};

struct WithName;

impl TokenSerializer for WithName {
    fn get_token(&self, user: &AuthUser, token: &mut Token) {
        token.insert("name", user.username());
        token.insert("staff", user.is_staff());
    }
}

struct Notes;

impl ModelViewSet for Notes {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(DjangoModelPermissions);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

async fn name(request: Request) -> Result<Response> {
    let name = request.auth::<Token>().and_then(|token| token.get("name")).cloned();
    Response::data(200, &name.unwrap_or(belleville::json::Json::Null))
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("notes", Notes);
    let mut stateless_router = DefaultRouter::new();
    stateless_router.register("notes", Notes);
    Urls::new()
        .include("", router.urls())
        .include("stateless/", stateless_router.urls())
        .path(
            "staff/",
            View::new("Staff")
                .authentication_classes(JWTStatelessUserAuthentication)
                .permission_classes(IsAdminUser)
                .get(name),
        )
        .path("name/", View::new("Name").get(name))
        .path("token/", simplejwt::token_obtain_pair_with(WithName))
        .path("token/refresh/", simplejwt::token_refresh())
        .path("token/verify/", simplejwt::token_verify())
        .path("token/blacklist/", simplejwt::token_blacklist_view())
        .path("sliding/", simplejwt::token_obtain_sliding_with(WithName))
}

fn program() -> App {
    let app = App::new("jwt", env!("CARGO_MANIFEST_DIR"), urls).app(simplejwt::token_blacklist());
    notes().into_iter().fold(app, App::app)
}

const JWT: (&str, &str) = ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "JWTAuthentication");
const STATELESS: (&str, &str) =
    ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "JWTStatelessUserAuthentication");
const ROTATION: [(&str, &str); 2] =
    [("SIMPLE_JWT__ROTATE_REFRESH_TOKENS", "1"), ("SIMPLE_JWT__BLACKLIST_AFTER_ROTATION", "1")];

fn post(server: &Server, path: &str, json: &str) -> Answer {
    server.send(&format!("POST {path}"), "Content-Type: application/json", json)
}

fn part(answer: &Answer, key: &str) -> String {
    let start = format!("\"{key}\":\"");
    let rest = answer.body.split_once(&start).unwrap_or_else(|| panic!("no {key} in {answer:?}")).1;
    rest.split('"').next().unwrap().to_owned()
}

fn obtain(server: &Server, username: &str) -> Answer {
    post(server, "/token/", &format!("{{\"username\":\"{username}\",\"password\":\"{PASSWORD}\"}}"))
}

#[test]
fn claims_of_ones_own_are_in_every_token() {
    let server = Server::start_app(&program(), "", &[JWT]);
    let pair = obtain(&server, "alice");
    let name = |access: &str| server.get("/name/", &format!("Authorization: Bearer {access}")).body;
    assert_eq!(name(&part(&pair, "access")), "\"alice\"");
    let refreshed =
        post(&server, "/token/refresh/", &format!("{{\"refresh\":\"{}\"}}", part(&pair, "refresh")));
    assert_eq!(name(&part(&refreshed, "access")), "\"alice\"");
    let sliding =
        post(&server, "/sliding/", &format!("{{\"username\":\"bob\",\"password\":\"{PASSWORD}\"}}"));
    let server =
        Server::start_app(&program(), "", &[JWT, ("SIMPLE_JWT__AUTH_TOKEN_CLASSES", "SlidingToken")]);
    let answer = server.get("/name/", &format!("Authorization: Bearer {}", part(&sliding, "token")));
    assert_eq!(answer.body, "\"bob\"");
}

#[test]
fn of_many_uses_of_one_refresh_token_exactly_one_wins() {
    let server = Server::start_app(&program(), "", &[JWT, ROTATION[0], ROTATION[1]]);
    exactly_one_wins(&server);
    let db = &server.application.db;
    let (outstanding, blacklisted) = server.runtime.block_on(async {
        (
            OutstandingToken::objects().count(db).await.unwrap(),
            BlacklistedToken::objects().count(db).await.unwrap(),
        )
    });
    assert_eq!((outstanding, blacklisted), (10, 5));
    // With the family's end besides, there are no more winners.
    exactly_one_wins(&Server::start_app(&program(), "", &[JWT, ROTATION[0], ROTATION[1], REUSE]));
}

fn exactly_one_wins(server: &Server) {
    for _ in 0..5 {
        let body = format!("{{\"refresh\":\"{}\"}}", part(&obtain(server, "alice"), "refresh"));
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let send = || post(server, "/token/refresh/", &body);
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(send)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let winners = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(winners, 1, "{answers:?}");
        for loser in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!((loser.status, loser.body.as_str()), (401, BLACKLISTED));
        }
    }
}

/// Holds the write lock until what it returns is dropped.
fn hold(server: &Server) -> tokio::sync::oneshot::Sender<()> {
    let (let_go, gone) = tokio::sync::oneshot::channel::<()>();
    let (holds, held) = std::sync::mpsc::channel();
    let db = server.application.db.clone();
    server.runtime.spawn(async move {
        db.atomic(async || {
            holds.send(()).unwrap();
            let _ = gone.await;
            Ok::<_, belleville::db::Error>(())
        })
        .await
    });
    held.recv().unwrap();
    let_go
}

/// What anybody can make up neither waits for the write lock nor holds it; a hang is the failure.
#[test]
fn only_genuine_tokens_wait_for_the_write_lock() {
    let server = Server::start_app(&program(), "", &[JWT, ROTATION[0], ROTATION[1]]);
    let pair = obtain(&server, "alice");
    let genuine = part(&pair, "refresh");
    let forged = format!("{}AAAA", &genuine[..genuine.len() - 4]);
    let spent = part(&obtain(&server, "alice"), "refresh");
    assert_eq!(post(&server, "/token/refresh/", &format!("{{\"refresh\":\"{spent}\"}}")).status, 200);
    let held = hold(&server);
    for token in
        ["x", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA", &forged, &part(&pair, "access"), &spent]
    {
        for path in ["/token/refresh/", "/token/blacklist/"] {
            assert_eq!(
                post(&server, path, &format!("{{\"refresh\":\"{token}\"}}")).status,
                401,
                "{path} {token}"
            );
        }
    }
    drop(held);
    assert_eq!(post(&server, "/token/refresh/", &format!("{{\"refresh\":\"{genuine}\"}}")).status, 200);
}

/// Exchanges a refresh token; the next one, or the refusal.
fn exchange(server: &Server, refresh: &str) -> Result<String, (u16, String)> {
    let answer = post(server, "/token/refresh/", &format!("{{\"refresh\":\"{refresh}\"}}"));
    if answer.status == 200 { Ok(part(&answer, "refresh")) } else { Err((answer.status, answer.body)) }
}

const REUSE: (&str, &str) = ("SIMPLE_JWT__DETECT_REFRESH_REUSE", "1");

#[test]
fn a_refresh_token_that_comes_again_ends_what_came_of_its_login() {
    let blacklisted = Err((401, BLACKLISTED.to_owned()));
    for detects in [true, false] {
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&told);
        let app = program()
            .on_event(move |event| ear.lock().unwrap().push((event.kind.name(), event.username.clone())));
        let variables = [JWT, ROTATION[0], ROTATION[1], REUSE];
        let server = Server::start_app(&app, "", &variables[..if detects { 4 } else { 3 }]);
        let log_in = |name: &str| part(&obtain(&server, name), "refresh");
        let (first, phone, of_bob) = (log_in("alice"), log_in("alice"), log_in("bob"));
        let second = exchange(&server, &first).unwrap();
        let third = exchange(&server, &second).unwrap();
        told.lock().unwrap().clear();
        // A thief has the first, or its owner has, and the other has used it.
        assert_eq!(exchange(&server, &first), blacklisted);
        let reused = told.lock().unwrap().clone();
        let expected = [("token_reused", "alice".to_owned())];
        assert_eq!(reused, expected[..usize::from(detects)]);
        let outcome = exchange(&server, &third);
        if detects {
            assert_eq!(outcome, blacklisted, "nobody goes on with the family");
        } else {
            assert!(outcome.is_ok(), "simplejwt does nothing more");
        }
        // Her other login and other users' go on.
        exchange(&server, &exchange(&server, &phone).unwrap()).unwrap();
        exchange(&server, &of_bob).unwrap();
    }
}

/// What the settings of a program that says nothing come to.
fn default_options(signing_key: &str) -> Options {
    Options {
        algorithm: "HS256".parse().unwrap(),
        signing_key: signing_key.to_owned(),
        verifying_key: String::new(),
        audience: vec![],
        audience_is_list: true,
        issuer: None,
        leeway: 0.0,
        access_token_lifetime: 300,
        refresh_token_lifetime: 86_400,
        sliding_token_lifetime: 300,
        sliding_token_refresh_lifetime: 86_400,
        token_type_claim: "token_type".to_owned(),
        jti_claim: "jti".to_owned(),
        sliding_token_refresh_exp_claim: "refresh_exp".to_owned(),
        user_id_field: UserIdField::pk(),
        user_id_claim: "user_id".to_owned(),
        check_revoke_token: false,
        revoke_token_claim: "hash_password".to_owned(),
    }
}

/// Tokens from Django, or from before, say no family: they are one.
#[test]
fn tokens_of_no_family_end_together() {
    let server = Server::start_app(&program(), "", &[JWT, ROTATION[0], ROTATION[1], REUSE]);
    let of_django = |name: &str| {
        server.runtime.block_on(async {
            let db = &server.application.db;
            let user = belleville::auth::users::find(db, name).await.unwrap().unwrap();
            let tokens = Tokens::new(default_options(SECRET_KEY)).unwrap();
            let token = tokens.for_user(TokenClass::Refresh, &user);
            tokens.outstand(db, &token, Some(&user)).await.unwrap().unwrap();
            tokens.encode(&token).unwrap()
        })
    };
    let (one, other, of_bob) = (of_django("alice"), of_django("alice"), of_django("bob"));
    let own = part(&obtain(&server, "alice"), "refresh");
    let next = exchange(&server, &one).unwrap();
    let blacklisted = Err((401, BLACKLISTED.to_owned()));
    for refresh in [&one, &next, &other] {
        assert_eq!(exchange(&server, refresh), blacklisted);
    }
    exchange(&server, &own).unwrap();
    exchange(&server, &of_bob).unwrap();
}

const BLACKLISTED: &str = r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#;

#[test]
fn a_token_is_taken_back_once() {
    let server = Server::start_app(&program(), "", &[JWT]);
    let body = format!("{{\"refresh\":\"{}\"}}", part(&obtain(&server, "alice"), "refresh"));
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| post(&server, "/token/blacklist/", &body).status)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(post(&server, "/token/refresh/", &body).body, BLACKLISTED);
}

#[test]
fn who_may_have_tokens_is_the_programs_to_say() {
    let app = program().user_authentication_rule(|user| user.username() != "bob");
    let server = Server::start_app(&app, "", &[JWT]);
    assert_eq!(obtain(&server, "alice").status, 200);
    let refused = obtain(&server, "bob");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.body, r#"{"detail":"No active account found with the given credentials"}"#);
    // A token from before the rule.
    let before = Server::start_app(&program(), "", &[JWT]);
    let body = format!("{{\"refresh\":\"{}\"}}", part(&obtain(&before, "bob"), "refresh"));
    let refused = post(&server, "/token/refresh/", &body);
    assert_eq!(refused.body, r#"{"detail":"No active account found for the given token."}"#);
}

#[test]
fn every_wrong_guess_costs_the_same() {
    let server = Server::start_app(&program(), "", &[JWT]);
    let guess = |username: &str, password: &str| {
        let before = server.application.hashing.operations();
        let answer =
            post(&server, "/token/", &format!("{{\"username\":\"{username}\",\"password\":\"{password}\"}}"));
        (answer.status, answer.body, server.application.hashing.operations() - before)
    };
    let refused = r#"{"detail":"No active account found with the given credentials"}"#;
    server.runtime.block_on(async {
        let bob = User::objects().filter(User::USERNAME.eq("bob"));
        bob.update(&server.application.db, [User::IS_ACTIVE.set(false)]).await.unwrap();
    });
    for (username, password) in [("alice", "wrong"), ("nobody", "wrong"), ("bob", PASSWORD), ("bob", "wrong")]
    {
        assert_eq!(guess(username, password), (401, refused.to_owned(), 1), "{username}");
    }
}

#[test]
fn a_described_user_has_no_permissions() {
    let server = Server::start_app(&program(), "", &[STATELESS]);
    let root = format!("Authorization: Bearer {}", part(&obtain(&server, "root"), "access"));
    let note = "{\"text\":\"x\"}";
    let headers = format!("{root}\nContent-Type: application/json");
    // `root` is a superuser in the table, which nobody looks at.
    assert_eq!(server.send("POST /stateless/notes/", &headers, note).status, 403);
    assert_eq!(server.get("/stateless/notes/", &root).status, 200);
    // `is_staff` counts only as a claim of that name.
    assert_eq!(server.get("/staff/", &root).status, 403);
    let server = Server::start_app(&program(), "", &[JWT]);
    assert_ne!(server.send("POST /notes/", &headers, note).status, 403);
}

#[test]
fn a_public_key_signs_nothing() {
    let vectors = include_str!("../../../auth/tests/vectors/jwt.json");
    let public =
        vectors.split("\"public\": \"").nth(3).unwrap().split('"').next().unwrap().replace("\\n", "\n");
    let folder = crate::server::Folder::new();
    let text = settings(
        "",
        &[("SIMPLE_JWT__ALGORITHM", "RS256"), ("SIMPLE_JWT__VERIFYING_KEY", &public)],
        &folder.database(),
    );
    let error = program().application(text).expect_err("a view signs tokens").to_string();
    assert!(error.contains("simple_jwt.signing_key is not set"), "{error}");
}

#[test]
fn a_set_of_keys_is_read_from_a_file() {
    let vectors = include_str!("../../../auth/tests/vectors/jwt.json");
    let vector = vectors.split("\"algorithm\": \"ES256\"").nth(2).unwrap();
    let jwk = vector.split("\"jwk\": ").nth(1).unwrap().split('}').next().unwrap();
    let token = vector.split("\"token\": \"").nth(1).unwrap().split('"').next().unwrap();
    let folder = crate::server::Folder::new();
    let file = folder.path().join("keys.json");
    std::fs::write(&file, format!("{{\"keys\":[{jwk}}}]}}")).unwrap();
    let url = format!("file://{}", file.display());
    let variables = [JWT, ("SIMPLE_JWT__ALGORITHM", "ES256"), ("SIMPLE_JWT__JWK_URL", url.as_str())];
    let verifying = App::new("jwt", env!("CARGO_MANIFEST_DIR"), || {
        Urls::new()
            .path("name/", View::new("Name").get(name))
            .path("token/verify/", simplejwt::token_verify())
    });
    let server = Server::start_app(&verifying, "", &variables);
    assert_eq!(server.get("/name/", &format!("Authorization: Bearer {token}")).body, "\"Zoë\"");
    assert_eq!(post(&server, "/token/verify/", &format!("{{\"token\":\"{token}\"}}")).status, 200);
    assert_eq!(
        server.get("/name/", "Authorization: Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6InR3byJ9.e30.AAAA").status,
        401
    );
}

#[test]
fn what_happens_to_tokens_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let app = program().on_event(move |event| {
        let line =
            format!("{} {} {:?} {}", event.kind.name(), event.through.name(), event.user_id, event.username);
        ear.lock().unwrap().push(line);
        assert!(event.address.is_some());
    });
    let server = Server::start_app(&app, "", &[JWT]);
    let refresh = part(&obtain(&server, "alice"), "refresh");
    let body = format!("{{\"refresh\":\"{refresh}\"}}");
    post(&server, "/token/refresh/", &body);
    post(&server, "/token/blacklist/", &body);
    post(&server, "/token/blacklist/", &body);
    post(&server, "/token/", "{\"username\":\"mallory\",\"password\":\"secret-guess\"}");
    let alice = server.user("alice").id;
    let expected = [
        format!("token_issued jwt Some({alice}) alice"),
        format!("token_refreshed jwt Some({alice}) alice"),
        format!("token_revoked jwt Some({alice}) alice"),
        "login_failed jwt None mallory".to_owned(),
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[test]
fn mistakes_stop_the_start() {
    let folder = crate::server::Folder::new();
    for (variable, value, mend) in [
        ("SIMPLE_JWT__ALGORITHM", "none", "known are HS256, HS384"),
        ("SIMPLE_JWT__ALGORITHM", "RS256", "RS256 needs signing_key or verifying_key"),
        (
            "SIMPLE_JWT__SIGNING_KEY",
            "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYI",
            "signing_key is an asymmetric key",
        ),
        ("SIMPLE_JWT__JWK_URL", "ftp://example.com/keys", "simple_jwt.jwk_url is `ftp://example.com/keys`"),
        ("SIMPLE_JWT__JWK_URL", "file:///nowhere/keys.json", "cannot read /nowhere/keys.json"),
        ("SIMPLE_JWT__AUTH_HEADER_NAME", "X-Token", "write it as WSGI does"),
        ("SIMPLE_JWT__AUTH_HEADER_TYPES", "", "should be words such as `Bearer`"),
        ("SIMPLE_JWT__AUTH_TOKEN_CLASSES", "Access", "known are AccessToken, SlidingToken"),
        ("SIMPLE_JWT__AUTH_TOKEN_CLASSES", "", "simplejwt's default is AccessToken"),
        ("SIMPLE_JWT__DETECT_REFRESH_REUSE", "1", "needs rotate_refresh_tokens and blacklist_after_rotation"),
        (
            "SIMPLE_JWT__USER_ID_FIELD",
            "email",
            "it should be a unique field of auth.User: `id` or `username`",
        ),
    ] {
        let settings = settings("", &[(variable, value)], &folder.database());
        let error = program().application(settings).expect_err(variable).to_string();
        assert!(error.contains(mend), "{variable}={value}: {error}");
    }
    let without = App::new("jwt", env!("CARGO_MANIFEST_DIR"), urls);
    let error =
        without.application(settings("", &[], &folder.database())).expect_err("no tables").to_string();
    assert!(error.contains("add the app `simplejwt::token_blacklist()`"), "{error}");
    let without = App::new("jwt", env!("CARGO_MANIFEST_DIR"), Urls::new);
    let error =
        without.application(settings("", &ROTATION, &folder.database())).expect_err("no tables").to_string();
    assert!(error.contains("blacklist_after_rotation needs the blacklist's tables"), "{error}");
}

#[cfg(not(feature = "jwk-url"))]
#[test]
fn an_address_of_keys_needs_the_feature() {
    let folder = crate::server::Folder::new();
    let settings = settings("", &[("SIMPLE_JWT__JWK_URL", "https://example.com/keys")], &folder.database());
    let error = program().application(settings).expect_err("no HTTP client").to_string();
    assert!(error.contains("build with the feature `jwk-url`"), "{error}");
}

/// A server that hands out keys, a set at each request; the last one stays. No set is a redirect.
#[cfg(feature = "jwk-url")]
fn keys_at_an_address(sets: Vec<Option<String>>) -> (String, Arc<Mutex<usize>>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let number = *count.lock().unwrap();
            *count.lock().unwrap() += 1;
            let answer = match sets.get(number).or(sets.last()).unwrap() {
                Some(set) => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{set}", set.len()),
                None => "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".to_owned(),
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, asked)
}

#[cfg(feature = "jwk-url")]
#[test]
fn a_set_of_keys_is_read_from_an_address() {
    let vectors = include_str!("../../../auth/tests/vectors/jwt.json");
    let vector = vectors.split("\"algorithm\": \"RS256\"").nth(2).unwrap();
    let jwk = vector.split("\"jwk\": ").nth(1).unwrap().split('}').next().unwrap();
    let token = vector.split("\"token\": \"").nth(1).unwrap().split('"').next().unwrap();
    let verifying = App::new("jwt", env!("CARGO_MANIFEST_DIR"), || {
        Urls::new()
            .path("name/", View::new("Name").get(name))
            .path("token/verify/", simplejwt::token_verify())
    });
    let variables =
        |url: &str| [JWT, ("SIMPLE_JWT__ALGORITHM", "RS256"), ("SIMPLE_JWT__JWK_URL", Box::leak(url.into()))];
    let (url, asked) = keys_at_an_address(vec![Some(format!("{{\"keys\":[{jwk}}}]}}"))]);
    let server = Server::start_app(&verifying, "", &variables(&url));
    let status = |token: &str| server.get("/name/", &format!("Authorization: Bearer {token}")).status;
    assert_eq!(status(token), 200);
    // A made-up key is not asked for again and again.
    for _ in 0..5 {
        assert_eq!(status("eyJhbGciOiJSUzI1NiIsImtpZCI6InR3byJ9.e30.AAAA"), 401);
    }
    assert_eq!(*asked.lock().unwrap(), 1);

    let folder = crate::server::Folder::new();
    let error = |url: &str| {
        let settings = settings("", &variables(url), &folder.database());
        verifying.application(settings).expect_err("no keys").to_string()
    };
    let (redirect, _) = keys_at_an_address(vec![None]);
    assert!(error(&redirect).contains("cannot read http://127.0.0.1"));
    let (empty, _) = keys_at_an_address(vec![Some("{\"keys\":[]}".to_owned())]);
    assert!(error(&empty).contains("the JWK set has no key"));
    assert!(error("http://127.0.0.1:1/keys").contains("cannot read http://127.0.0.1:1/keys"));
}
