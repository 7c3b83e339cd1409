//! Settings, from the file and from the environment.

use belleville::auth::models::Session;
use belleville::pages::{BrowsableAPIRenderer, Templates, api_auth};
use belleville::prelude::*;
use belleville::settings::Settings;
use std::sync::Arc;

use crate::server::{Folder, PASSWORD, SECRET_KEY, Server};

async fn who(request: Request) -> Result<Response> {
    Ok(Response::json(200, format!("\"{}\"", request.user()?.username()).into_bytes()))
}

fn pages() -> Urls {
    let templates = Arc::new(Templates::new(None).unwrap());
    Urls::new()
        .path("who/", View::new("Who").get(who).post(who))
        .include("api-auth/", api_auth::urls(&templates))
}

fn basic(password: &str) -> String {
    crate::server::basic("alice", password)
}

#[test]
fn hosts_that_are_not_allowed_are_refused() {
    let strict = Server::start("", &[("ALLOWED_HOSTS", "api.example.com,.example.org")], pages());
    for (host, status) in [
        ("api.example.com", 403),
        ("www.example.org", 403),
        ("example.org:80", 403),
        ("evil.example", 400),
        ("localhost", 400),
    ] {
        assert_eq!(strict.get("/who/", &format!("Host: {host}")).status, status, "{host}");
    }
    let debug = Server::start("debug = true", &[("ALLOWED_HOSTS", "")], pages());
    assert_eq!(debug.get("/who/", "Host: localhost:8000").status, 403);
    assert_eq!(debug.get("/who/", "Host: evil.example").status, 400);
}

#[test]
fn the_reason_of_a_csrf_failure_is_for_developers() {
    for (debug, shown) in [("1", true), ("0", false)] {
        let server = Server::start("", &[("DEBUG", debug)], pages());
        let answer = server.send("POST /api-auth/login/", "", "");
        assert_eq!((answer.status, answer.body.contains("CSRF cookie not set.")), (403, shown));
    }
}

#[test]
fn default_classes_decide_who_is_asked_and_who_may() {
    let dotted = "rest_framework.authentication.BasicAuthentication";
    for (text, variables, status, challenge) in [
        ("", &[][..], 403, None),
        (
            &format!("[rest_framework]\ndefault_authentication_classes = ['{dotted}']"),
            &[],
            401,
            Some("Basic realm=\"api\""),
        ),
        (
            "[rest_framework]\ndefault_authentication_classes = ['TokenAuthentication']",
            &[],
            401,
            Some("Token"),
        ),
        (
            "",
            &[("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "TokenAuthentication,BasicAuthentication")],
            401,
            Some("Token"),
        ),
        (
            "[rest_framework]\ndefault_permission_classes = ['rest_framework.permissions.AllowAny']",
            &[],
            200,
            None,
        ),
        ("", &[("REST_FRAMEWORK__DEFAULT_PERMISSION_CLASSES", "AllowAny")], 200, None),
        ("", &[("REST_FRAMEWORK__DEFAULT_PERMISSION_CLASSES", "IsAdminUser")], 403, None),
    ] {
        async fn open(_: Request) -> Result<Response> {
            Ok(Response::json(200, b"1".to_vec()))
        }
        let server = Server::start(text, variables, Urls::new().path("open/", View::new("Open").get(open)));
        let answer = server.get("/open/", "");
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (status, challenge),
            "{text} {variables:?}"
        );
    }
}

#[test]
fn an_unknown_class_stops_the_start_and_the_known_are_listed() {
    for (key, known) in [
        ("default_authentication_classes", "TokenAuthentication"),
        ("default_permission_classes", "DjangoModelPermissions"),
    ] {
        let settings = crate::server::settings(
            &format!("[rest_framework]\n{key} = ['Nobody']"),
            &[],
            "sqlite://:memory:",
        );
        let db = Database::open(&settings.database_url, belleville::db::Registry::default()).unwrap();
        let error =
            belleville::application::Application::new(settings, db, Urls::new(), vec![], Default::default())
                .unwrap_err()
                .to_string();
        assert!(error.contains("`Nobody`") && error.contains(known) && error.contains(key), "{error}");
    }
}

#[test]
fn cookies_have_the_flags_and_the_age_that_are_set() {
    let plain = Server::start("", &[], pages()).login("alice", PASSWORD);
    assert!(
        plain.cookie("sessionid").unwrap().contains("Max-Age=1209600; Path=/; SameSite=Lax"),
        "{}",
        plain.head
    );
    assert!(!plain.head.contains("Secure"));
    assert_eq!(plain.header("location"), Some("/accounts/profile/"));

    let text = "session_cookie_age = 60\nsession_cookie_secure = true\ncsrf_cookie_secure = true\nlogin_redirect_url = '/api/'";
    let server = Server::start(text, &[], pages());
    let before = belleville::db::now();
    let answer = server.login("alice", PASSWORD);
    assert!(
        answer.cookie("sessionid").unwrap().contains("HttpOnly; Max-Age=60; Path=/; SameSite=Lax; Secure"),
        "{}",
        answer.head
    );
    assert!(answer.cookie("csrftoken").unwrap().ends_with("; Secure"), "{}", answer.head);
    for (name, session, csrf) in [("SESSION_COOKIE_SECURE", true, false), ("CSRF_COOKIE_SECURE", false, true)]
    {
        let answer = Server::start("", &[(name, "1")], pages()).login("alice", PASSWORD);
        let secure = |cookie| answer.cookie(cookie).unwrap().ends_with("; Secure");
        assert_eq!((secure("sessionid"), secure("csrftoken")), (session, csrf), "{name}");
    }
    assert_eq!(answer.header("location"), Some("/api/"));
    let row = server.runtime.block_on(Session::objects().get(&server.application.db)).unwrap();
    let left = row.expire_date.duration_since(before).as_secs();
    assert!((59..=90).contains(&left), "{left}");
}

#[test]
fn an_older_key_is_good_until_it_is_taken_away() {
    let old = Server::start(
        "",
        &[("SECRET_KEY", "the-key-of-last-year-0123456789-0123456789-0123456789")],
        pages(),
    );
    let session = old.login("alice", PASSWORD).cookie_value("sessionid").unwrap().to_owned();
    let row = old.runtime.block_on(Session::objects().get(&old.application.db)).unwrap();
    let hash = old
        .runtime
        .block_on(User::objects().filter(User::USERNAME.eq("alice")).get(&old.application.db))
        .unwrap()
        .password;
    for (fallbacks, status) in [("", 403), ("the-key-of-last-year-0123456789-0123456789-0123456789", 200)] {
        let new =
            Server::start("", &[("SECRET_KEY_FALLBACKS", fallbacks), ("SECRET_KEY", SECRET_KEY)], pages());
        let db = &new.application.db;
        new.runtime.block_on(async {
            let alice = User::objects().filter(User::USERNAME.eq("alice"));
            alice.update(db, [User::PASSWORD.set(&hash)]).await.unwrap();
            row.clone().save(db).await.unwrap();
        });
        let answer = new.get("/who/", &format!("Cookie: sessionid={session}"));
        assert_eq!(answer.status, status);
        if status == 200 {
            // Under a new key and signed anew, so that the older secret may go.
            let cycled = answer.cookie_value("sessionid").unwrap();
            let rows = new.runtime.block_on(Session::objects().all(db)).unwrap();
            assert_eq!(rows.len(), 1, "the old row is gone");
            assert_eq!(rows[0].session_key, cycled);
            assert_ne!(cycled, session);
            let only_new = Server::start("", &[("SECRET_KEY", SECRET_KEY)], pages());
            let db = &only_new.application.db;
            only_new.runtime.block_on(async {
                let alice = User::objects().filter(User::USERNAME.eq("alice"));
                alice.update(db, [User::PASSWORD.set(&hash)]).await.unwrap();
                rows[0].clone().save(db).await.unwrap();
            });
            assert_eq!(only_new.get("/who/", &format!("Cookie: sessionid={cycled}")).body, "\"alice\"");
        }
    }
}

#[test]
fn trusted_origins_may_send_unsafe_requests() {
    let trusted = [("CSRF_TRUSTED_ORIGINS", "https://app.example.com,https://*.example.org")];
    for (variables, origin, status) in [
        (&trusted[..], "https://app.example.com", 200),
        (&trusted, "https://a.b.example.org", 200),
        (&trusted, "https://example.org", 200),
        (&trusted, "http://app.example.com", 403),
        (&trusted, "http://a.example.org", 403),
        (&trusted, "https://app.example.com:444", 403),
        (&trusted, "https://evilexample.org", 403),
        (&trusted, "null", 403),
        (&[], "https://app.example.com", 403),
        (&[], "http://testserver", 200),
    ] {
        let server = Server::start("", variables, pages());
        let login = server.login("alice", PASSWORD);
        let (session, csrf) =
            (login.cookie_value("sessionid").unwrap(), login.cookie_value("csrftoken").unwrap());
        let headers =
            format!("Cookie: sessionid={session}; csrftoken={csrf}\nX-CSRFToken: {csrf}\nOrigin: {origin}");
        let answer = server.send("POST /who/", &headers, "");
        assert_eq!(answer.status, status, "{origin} {variables:?}");
        if status == 403 {
            let reason = format!("Origin checking failed - {origin} does not match any trusted origins.");
            assert_eq!(answer.body, format!("{{\"detail\":\"CSRF Failed: {reason}\"}}"));
        }
    }
}

#[test]
fn hashes_take_the_rounds_that_are_set_and_old_ones_are_renewed() {
    let server = Server::start("", &[("PBKDF2_ITERATIONS", "1234")], pages());
    let password = || {
        let alice = User::objects().filter(User::USERNAME.eq("alice"));
        server.runtime.block_on(alice.get(&server.application.db)).unwrap().password
    };
    assert!(password().starts_with("pbkdf2_sha256$1234$"), "{}", password());
    let old = Server::start("", &[("PBKDF2_ITERATIONS", "777")], pages());
    let hash = old
        .runtime
        .block_on(User::objects().filter(User::USERNAME.eq("alice")).get(&old.application.db))
        .unwrap()
        .password;
    let alice = User::objects().filter(User::USERNAME.eq("alice"));
    server.runtime.block_on(alice.update(&server.application.db, [User::PASSWORD.set(&hash)])).unwrap();
    assert_eq!(server.get("/who/", &basic(PASSWORD)).status, 200);
    assert!(password().starts_with("pbkdf2_sha256$1234$"), "{}", password());
}

#[test]
fn right_credentials_are_hashed_once_and_wrong_ones_always() {
    let operations = |age: &str| {
        let server = Server::start("", &[("BASIC_AUTHENTICATION_CACHE_AGE", age)], pages());
        let counted = |header: &str, status| {
            let before = server.application.hashing.operations();
            assert_eq!(server.get("/who/", header).status, status);
            server.application.hashing.operations() - before
        };
        let good = basic(PASSWORD);
        let counts = [
            counted(&good, 200),
            counted(&good, 200),
            counted(&basic("wrong"), 403),
            counted(&basic("wrong"), 403),
        ];
        let db = &server.application.db;
        let alice = || User::objects().filter(User::USERNAME.eq("alice"));
        server.runtime.block_on(alice().update(db, [User::IS_ACTIVE.set(false)])).unwrap();
        assert_eq!(server.get("/who/", &good).status, 403, "a deactivated user is refused at once");
        server
            .runtime
            .block_on(alice().update(db, [User::IS_ACTIVE.set(true), User::USERNAME.set("alicia")]))
            .unwrap();
        assert_eq!(server.get("/who/", &good).status, 403, "a renamed user is refused at once");
        server
            .runtime
            .block_on(
                User::objects()
                    .filter(User::USERNAME.eq("alicia"))
                    .update(db, [User::USERNAME.set("alice"), User::PASSWORD.set("!")]),
            )
            .unwrap();
        assert_eq!(server.get("/who/", &good).status, 403, "a changed password is refused at once");
        counts
    };
    assert_eq!(operations("60"), [1, 0, 1, 1]);
    assert_eq!(operations("0"), [1, 1, 1, 1]);
}

#[test]
fn right_credentials_are_forgotten_in_time() {
    let server = Server::start("", &[("BASIC_AUTHENTICATION_CACHE_AGE", "1")], pages());
    let before = server.application.hashing.operations();
    assert_eq!(server.get("/who/", &basic(PASSWORD)).status, 200);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(server.get("/who/", &basic(PASSWORD)).status, 200);
    assert_eq!(server.application.hashing.operations() - before, 2);
}

#[test]
fn a_projects_own_templates_win() {
    let folder = Folder::new();
    let own = folder.path().join("rest_framework");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("login.html"), "<p>{{ csrf_token|length }} {{ next }}</p>").unwrap();
    let templates = Arc::new(Templates::new(Some(folder.path())).unwrap());
    let urls = Urls::new().include("api-auth/", api_auth::urls(&templates));
    let server = Server::start("", &[], urls);
    assert_eq!(server.get("/api-auth/login/?next=<b>", "").status, 400, "no URL has these characters");
    assert_eq!(server.get("/api-auth/login/?next=%3Cb%3E", "").body, "<p>64 &lt;b&gt;</p>");

    std::fs::write(own.join("login.html"), "one\n{% if %}").unwrap();
    let error = Templates::new(Some(folder.path())).unwrap_err().to_string();
    assert!(error.contains("login.html") && error.contains('2'), "{error}");
}

#[test]
fn the_browsable_page_is_a_renderer() {
    let templates = Arc::new(Templates::new(None).unwrap());
    let renderers = vec![BrowsableAPIRenderer::new(templates).into()];
    let server = Server::start_with("", &[], pages(), vec![], renderers);
    let page = server.get("/who/", "Accept: text/html");
    assert_eq!((page.status, page.header("vary")), (403, Some("Accept, Cookie")));
    assert!(page.body.contains("Authentication credentials were not provided."));
    let without = Server::start("", &[], pages()).get("/who/", "Accept: text/html");
    assert_eq!(without.status, 406);
}

#[test]
fn settings_of_another_kind_are_refused_with_the_mend() {
    let none = std::collections::BTreeMap::new();
    for (text, part) in [
        ("database_url = 3", "expected a string"),
        ("pbkdf2_iterations = 0", "Django 5.2 uses 1000000"),
        ("page_size = 3", "unknown field `page_size`"),
    ] {
        let error = Settings::read(text, &none).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    for (url, part) in [
        ("mysql://localhost/x", "`mysql` is not supported"),
        ("sqlite:///", "names no file"),
        ("sqlite:////no/such/folder/db.sqlite3", "cannot open the database"),
    ] {
        let error = Database::open(url, belleville::db::Registry::default()).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("DATABASE_URL"), "{url}: {error}");
    }
}
