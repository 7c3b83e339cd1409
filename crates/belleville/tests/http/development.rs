//! What is shown where `debug` is on, and that none of it is where it is off.

use belleville::App;
use belleville::prelude::*;

use crate::hooks::Note;
use crate::server::{Answer, PASSWORD, Server, basic, log};

/// The table is in no app, so that it is not there.
async fn notes(request: Request) -> Result<Response> {
    let notes = Note::objects().filter(Note::TEXT.eq("a secret value")).count(request.db()).await?;
    Ok(Response::json(200, notes.to_string().into_bytes()))
}

const NOTES_LINE: u32 = line!() - 4;

async fn fails(_: Request) -> Result<Response> {
    Err(Error::internal("the <printer> is on fire"))
}

async fn one(_: Request) -> Result<Response> {
    Ok(Response::json(200, b"1".to_vec()))
}

fn urls() -> Urls {
    let open = |name: &str| View::new(name).permission_classes([]);
    Urls::new()
        .path("api/notes/", open("Notes").get(notes).post(notes))
        .path("api/notes/<pk>/", open("Note").get(one))
        .path("api/fails/", open("Fails").get(fails))
        .path("api/only-post/", open("Only Post").post(one))
        .path("api/file", open("File").get(one))
}

fn app() -> App {
    App::new("development", env!("CARGO_MANIFEST_DIR"), urls)
}

fn server(debug: bool) -> Server {
    Server::start_app(&app(), "", &[("DEBUG", if debug { "1" } else { "0" })])
}

const BROWSER: &str = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
const PROGRAM: &str = "Accept: application/json";
const PAGE: Option<&str> = Some("text/html; charset=utf-8");
const TEXT: Option<&str> = Some("text/plain; charset=utf-8");

/// Django's pages without `DEBUG`, byte for byte.
fn plain(title: &str, text: &str) -> String {
    format!(
        "\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>{title}</title>\n</head>\n<body>\n  <h1>{title}</h1><p>{text}</p>\n</body>\n</html>\n"
    )
}

/// Where each of the texts is in the answer, which is after the one before.
fn assert_in_order(answer: &Answer, texts: &[&str]) {
    let mut rest = answer.body.as_str();
    for text in texts {
        let at = rest.find(text).unwrap_or_else(|| panic!("no {text} in its place in {}", answer.body));
        rest = &rest[at + text.len()..];
    }
}

#[test]
fn a_path_that_nothing_answers_is_told_with_the_patterns_tried() {
    let debug = server(true);
    // As Django's page, whatever the client takes.
    for accept in [BROWSER, PROGRAM, ""] {
        let answer = debug.get("/nowhere/%3Cb%3E/", accept);
        assert_eq!((answer.status, answer.header("content-type")), (404, PAGE), "{accept}");
        assert_in_order(
            &answer,
            &[
                "/nowhere/&lt;b&gt;/",
                "/api/notes/<",
                "/api/notes/&lt;pk&gt;/",
                "/api/fails/",
                "/api-auth/login/",
            ],
        );
        assert!(!answer.body.contains("<b>"), "{}", answer.body);
    }
    assert_in_order(&debug.get("/api/file/", BROWSER), &["/api/file answers, without the slash at the end."]);
    assert_in_order(&debug.get("/accounts/profile/", BROWSER), &["login_redirect_url"]);
    let live = server(false).get("/nowhere/", BROWSER);
    assert_eq!((live.status, live.header("content-type")), (404, PAGE));
    assert_eq!(live.body, plain("Not Found", "The requested resource was not found on this server."));
}

#[test]
fn an_error_is_told_with_its_reason_its_place_and_its_sql() {
    let place = format!("tests/http/development.rs:{NOTES_LINE}");
    let debug = server(true);
    for (accept, kind) in [(BROWSER, PAGE), ("", PAGE), (PROGRAM, TEXT), ("Accept: text/html;q=0", TEXT)] {
        let answer = debug.get("/api/notes/?page=2", accept);
        assert_eq!((answer.status, answer.header("content-type")), (500, kind), "{accept}");
        assert_in_order(
            &answer,
            &["no such table: notes_note", "GET /api/notes/", "Notes", &place, "SELECT COUNT(*)"],
        );
        assert!(!answer.body.contains("a secret value"), "{}", answer.body);
    }
    let answer = debug.get("/api/fails/", BROWSER);
    assert_in_order(&answer, &["the &lt;printer&gt; is on fire", "Fails", "tests/http/development.rs:"]);
    let live = server(false);
    for accept in [BROWSER, PROGRAM, ""] {
        let answer = live.get("/api/notes/", accept);
        assert_eq!((answer.status, answer.header("content-type")), (500, PAGE), "{accept}");
        assert_eq!(answer.body, plain("Server Error (500)", ""));
    }
}

/// The place and the statement are in the log, whether `debug` is on or not.
#[test]
fn the_log_has_the_place_and_the_sql() {
    let log = log();
    server(false).get("/api/notes/", "");
    let log = log.text();
    let line = log.lines().find(|line| line.contains("no such table: notes_note")).unwrap();
    assert!(line.contains(&format!("http/development.rs:{NOTES_LINE}")), "{line}");
    assert!(line.contains("SELECT COUNT(*)") && !line.contains("a secret value"), "{line}");
}

#[test]
fn secrets_are_never_shown() {
    let debug = server(true);
    let session = debug.login("alice", PASSWORD).cookie_value("sessionid").unwrap().to_owned();
    let token = debug.token("alice").rsplit(' ').next().unwrap().to_owned();
    let basic = basic("alice", PASSWORD);
    let csrf = "c".repeat(32);
    for accept in [BROWSER, PROGRAM] {
        for (authorization, secret) in [
            (basic.clone(), basic.rsplit(' ').next().unwrap()),
            (format!("Authorization: Hush {token}"), token.as_str()),
        ] {
            let headers = format!(
                "{accept}\n{authorization}\nCookie: sessionid={session}; csrftoken={csrf}\nX-Api-Key: hush-key\nX-Password: hush-word\n\
                 Referer: http://testserver/?code=hush-referer"
            );
            let answer = debug.get("/api/notes/?access_token=hush-query&page=seven", &headers);
            assert_eq!(answer.status, 500, "{}", answer.body);
            let key = crate::server::SECRET_KEY;
            for secret in [secret, &session, &csrf, &token, "hush-", PASSWORD, key, "db.sqlite3"] {
                assert!(!answer.body.contains(secret), "{secret} in {}", answer.body);
            }
        }
    }
    let page = debug.get("/api/notes/?access_token=hush&page=seven", &format!("{BROWSER}\n{basic}"));
    assert_in_order(
        &page,
        &["access_token", "***", "page", "seven", "accept", "text/html,", "authorization", "***"],
    );
}

#[test]
fn a_bad_request_is_told_with_its_reason() {
    let many = format!("/api/notes/?{}", "a&".repeat(1100));
    let (debug, live) = (server(true), server(false));
    for (answer, reason) in [
        (debug.get(&many, BROWSER), "DATA_UPLOAD_MAX_NUMBER_FIELDS"),
        (
            debug.get("/", "Host: evil.example:80"),
            "You may need to add &#39;evil.example&#39; to ALLOWED_HOSTS.",
        ),
    ] {
        assert_eq!((answer.status, answer.header("content-type")), (400, PAGE));
        assert_in_order(&answer, &[reason]);
    }
    for answer in [live.get(&many, BROWSER), live.get("/", "Host: evil.example:80")] {
        assert_eq!((answer.status, answer.body), (400, plain("Bad Request (400)", "")));
    }
}

/// Django raises a RuntimeError where a redirect would lose the data, when `DEBUG` is on.
#[test]
fn data_that_a_redirect_would_lose_is_told() {
    let (debug, live) = (server(true), server(false));
    let answer = debug.send("POST /api/notes", PROGRAM, "");
    assert_eq!((answer.status, answer.header("content-type")), (500, TEXT));
    assert_in_order(
        &answer,
        &["You called this URL via POST, but the URL doesn't end in a slash", "testserver/api/notes/"],
    );
    assert_eq!(debug.get("/api/notes", PROGRAM).status, 301);
    assert_eq!(live.send("POST /api/notes", PROGRAM, "").status, 301);
}

#[test]
fn the_root_says_what_is_here() {
    let debug = server(true);
    let page = debug.get("/", BROWSER);
    assert_eq!((page.status, page.header("content-type")), (200, PAGE));
    assert_in_order(
        &page,
        &[
            "You are not logged in",
            "<a href=\"/api/notes/\">",
            "/api/notes/&lt;pk&gt;/",
            "/api/only-post/",
            "<a href=\"/api-auth/login/\">",
            "/api-auth/logout/",
        ],
    );
    for absent in [
        "<a href=\"/api/only-post/\"",
        "<a href=\"/api-auth/logout/\"",
        "No users yet",
        "href=\"/api/notes/&lt;",
    ] {
        assert!(!page.body.contains(absent), "{absent} in {}", page.body);
    }
    assert!(
        page.body.contains("href=\"/api-auth/login/?next=%2F\"")
            || page.body.contains("href=\"/api-auth/login/?next=/\""),
        "{}",
        page.body
    );
    let session = debug.login("alice", PASSWORD).cookie_value("sessionid").unwrap().to_owned();
    let mine = debug.get("/", &format!("{BROWSER}\nCookie: sessionid={session}"));
    assert_in_order(&mine, &["You are <b>alice</b>"]);

    let json = debug.get("/", "");
    assert_eq!((json.status, json.header("content-type")), (200, Some("application/json")));
    assert!(
        json.body.starts_with(
            r#"{"user":null,"login":"http://testserver/api-auth/login/","urls":[{"url":"http://testserver/api/notes/","methods":["GET","POST","HEAD","OPTIONS"],"view":"Notes"},{"url":"/api/notes/<pk>/","#
        ),
        "{}",
        json.body
    );
    let mine = debug.get("/", &basic("alice", PASSWORD));
    assert!(mine.body.starts_with(r#"{"user":"alice","#), "{}", mine.body);

    let live = server(false);
    for accept in [BROWSER, ""] {
        assert_eq!(live.get("/", accept).status, 404);
    }
}

#[test]
fn a_program_keeps_its_own_root_and_icon() {
    fn urls() -> Urls {
        let view = || View::new("Own").permission_classes([]).get(one);
        Urls::new().path("", view()).path("favicon.ico", view())
    }
    let app = App::new("development", env!("CARGO_MANIFEST_DIR"), urls);
    let server = Server::start_app(&app, "debug = true", &[]);
    for path in ["/", "/favicon.ico"] {
        assert_eq!(server.get(path, "").body, "1", "{path}");
    }
}

#[test]
fn an_icon_makes_no_noise() {
    let log = log();
    let debug = server(true);
    let icon = debug.get("/favicon.ico", "Accept: image/avif,image/webp,*/*;q=0.8");
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/svg+xml")));
    assert!(icon.body.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{}", icon.body);
    debug.get("/nowhere/before-the-icon/", "");
    let text = log.text();
    assert!(text.contains("before-the-icon") && !text.contains("GET /favicon.ico status=200"), "{text}");
    assert_eq!(server(false).get("/favicon.ico", "").status, 404);
}

#[test]
fn who_has_no_users_is_told_how_to_make_one() {
    let advice = "No users yet: cargo run -- createsuperuser";
    let debug = server(true);
    for accept in [BROWSER, ""] {
        assert!(!debug.get("/", accept).body.contains(advice), "{accept}");
    }
    let db = &debug.application.db;
    debug.runtime.block_on(async {
        for user in User::objects().all(db).await.unwrap() {
            user.delete(db).await.unwrap();
        }
    });
    for accept in [BROWSER, ""] {
        let answer = debug.get("/", accept);
        assert!(answer.status == 200 && answer.body.contains(advice), "{}", answer.body);
    }
}
