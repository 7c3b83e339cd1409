//! Django's settings of its middleware, each over HTTP: what the answer has with the setting, it has not without.

use std::collections::BTreeMap;
use std::sync::Arc;

use belleville::auth::models::Session;
use belleville::pages::{BrowsableAPIRenderer, Templates, api_auth};
use belleville::prelude::*;
use belleville::settings::Settings;

use crate::server::{PASSWORD, Server};

async fn who(request: Request) -> Result<Response> {
    Ok(Response::json(200, format!("\"{}\"", request.user()?.username()).into_bytes()))
}

async fn echo(request: Request) -> Result<Response> {
    request.data().await?;
    Ok(Response::json(200, b"\"echo\"".to_vec()))
}

fn urls() -> Urls {
    let templates = Arc::new(Templates::new(None).unwrap());
    Urls::new()
        .path("who/", View::new("Who").get(who).post(who))
        .path("echo/", View::new("Echo").permission_classes(AllowAny).get(echo).post(echo))
        .include("api-auth/", api_auth::urls(&templates))
}

fn serve(variables: &[(&str, &str)]) -> Server {
    let templates = Arc::new(Templates::new(None).unwrap());
    let renderers = vec![BrowsableAPIRenderer::new(templates).into()];
    Server::start_with("", variables, urls(), vec![], renderers)
}

/// A request: its line, its headers and its body.
type Sent = (&'static str, &'static str, &'static str);

const GET: Sent = ("GET /who/", "", "");
const GET_SECURE: Sent = ("GET /who/", "X-Forwarded-Proto: https", "");
const LOGIN_PAGE: Sent = ("GET /api-auth/login/", "", "");
const LOGIN: Sent = (
    "POST /api-auth/login/",
    "Cookie: csrftoken=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
     X-CSRFToken: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
     Content-Type: application/x-www-form-urlencoded",
    "username=alice&password=correct horse",
);
const TWO_FILES: Sent = (
    "POST /echo/",
    "Content-Type: multipart/form-data; boundary=B",
    "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n1\r\n--B--\r\n",
);

const PROXY: (&str, &str) = ("SECURE_PROXY_SSL_HEADER", "HTTP_X_FORWARDED_PROTO,https");
const REDIRECT: (&str, &str) = ("SECURE_SSL_REDIRECT", "1");
const HSTS: (&str, &str) = ("SECURE_HSTS_SECONDS", "60");

/// The setting and others that it needs; a request; a text; whether the answer has it.
type Row = (&'static [(&'static str, &'static str)], Sent, &'static str, bool);

const ROWS: &[Row] = &[
    (&[HSTS, PROXY], GET_SECURE, "strict-transport-security: max-age=60", true),
    (
        &[("SECURE_HSTS_INCLUDE_SUBDOMAINS", "1"), HSTS, PROXY],
        GET_SECURE,
        "max-age=60; includeSubDomains",
        true,
    ),
    (&[("SECURE_HSTS_PRELOAD", "1"), HSTS, PROXY], GET_SECURE, "max-age=60; preload", true),
    (&[("SECURE_CONTENT_TYPE_NOSNIFF", "0")], GET, "x-content-type-options: nosniff", false),
    (&[REDIRECT], ("POST /who?a=b", "", ""), "location: https://testserver/who?a=b", true),
    (&[("SECURE_SSL_HOST", "a.example"), REDIRECT], GET, "location: https://a.example/who/", true),
    (&[("SECURE_REDIRECT_EXEMPT", "^w[h]o/$"), REDIRECT], GET, "301 Moved Permanently", false),
    (&[("SECURE_REFERRER_POLICY", "origin, unsafe-url")], GET, "referrer-policy: origin,unsafe-url", true),
    (&[("SECURE_CROSS_ORIGIN_OPENER_POLICY", "false")], GET, "cross-origin-opener-policy", false),
    (&[("X_FRAME_OPTIONS", "sameorigin")], GET, "x-frame-options: SAMEORIGIN", true),
    (
        &[("USE_X_FORWARDED_HOST", "1")],
        ("GET /who/", "Host: testserver\nX-Forwarded-Host: evil.example", ""),
        "400 Bad Request",
        true,
    ),
    (
        &[("USE_X_FORWARDED_PORT", "1"), ("CSRF_COOKIE_DOMAIN", "testserver"), PROXY],
        (
            LOGIN.0,
            "X-Forwarded-Proto: https
             X-Forwarded-Port: 443
             Referer: https://testserver/
             Cookie: csrftoken=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
             X-CSRFToken: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "",
        ),
        "HTTP/1.1 200",
        true,
    ),
    (&[("SESSION_COOKIE_NAME", "sid")], LOGIN, "set-cookie: sid=", true),
    (&[("SESSION_COOKIE_AGE", "60")], LOGIN, "Max-Age=60;", true),
    (&[("SESSION_COOKIE_DOMAIN", "a.example")], LOGIN, "; Domain=a.example; expires", true),
    (&[("SESSION_COOKIE_PATH", "/api")], LOGIN, "Path=/api; SameSite=Lax", true),
    (&[("SESSION_COOKIE_SECURE", "1")], LOGIN, "SameSite=Lax; Secure", true),
    (&[("SESSION_COOKIE_HTTPONLY", "0")], LOGIN, "HttpOnly", false),
    (&[("SESSION_COOKIE_SAMESITE", "None")], LOGIN, "SameSite=None", true),
    (&[("SESSION_EXPIRE_AT_BROWSER_CLOSE", "1")], LOGIN, "HttpOnly; Path=/", true),
    (
        // An unknown key becomes a row of its own, as in Django.
        &[("SESSION_SAVE_EVERY_REQUEST", "1")],
        ("GET /nowhere/", "Cookie: sessionid=unknownunknown", ""),
        "set-cookie: sessionid=",
        true,
    ),
    (&[("CSRF_COOKIE_NAME", "xsrf")], LOGIN_PAGE, "set-cookie: xsrf=", true),
    (&[("CSRF_COOKIE_AGE", "false")], LOGIN_PAGE, "Max-Age", false),
    (&[("CSRF_COOKIE_DOMAIN", ".a.example")], LOGIN_PAGE, "; Domain=.a.example; expires", true),
    (&[("CSRF_COOKIE_PATH", "/api")], LOGIN_PAGE, "Path=/api; SameSite=Lax", true),
    (&[("CSRF_COOKIE_SECURE", "1")], LOGIN_PAGE, "SameSite=Lax; Secure", true),
    (&[("CSRF_COOKIE_HTTPONLY", "1")], LOGIN_PAGE, "HttpOnly", true),
    (&[("CSRF_COOKIE_SAMESITE", "false")], LOGIN_PAGE, "SameSite", false),
    (&[("CSRF_HEADER_NAME", "HTTP_X_XSRF")], LOGIN, "302 Found", false),
    (
        &[("CSRF_HEADER_NAME", "HTTP_X_XSRF")],
        ("GET /who/", "Accept: text/html", ""),
        "data-header=\"X-XSRF\"",
        true,
    ),
    (&[("CSRF_USE_SESSIONS", "1")], LOGIN_PAGE, "set-cookie: csrftoken=", false),
    (&[("DATA_UPLOAD_MAX_MEMORY_SIZE", "20")], LOGIN, "400 Bad Request", true),
    (&[("DATA_UPLOAD_MAX_NUMBER_FIELDS", "1")], LOGIN, "400 Bad Request", true),
    (&[("DATA_UPLOAD_MAX_NUMBER_FILES", "1")], TWO_FILES, "400 Bad Request", true),
    (&[("SESSION_ENGINE", "signed_cookies")], LOGIN, "sessionid=.eJ", true),
    (&[("APPEND_SLASH", "0")], ("GET /who", "", ""), "404 Not Found", true),
];

#[test]
fn each_setting_shows_in_an_answer() {
    for (variables, (line, headers, body), part, expected) in ROWS {
        for (variables, expected) in [(*variables, *expected), (&variables[1..], !expected)] {
            let answer = serve(variables).send(line, headers, body);
            let text = format!("{}\r\n{}", answer.head, answer.body);
            assert_eq!(text.contains(part), expected, "{part} with {variables:?}:\n{text}");
        }
    }
}

#[test]
fn no_setting_of_the_middleware_is_left_out() {
    let error = Settings::read("odd = 1", &BTreeMap::new()).unwrap_err().to_string();
    let prefixes = ["secure_", "x_frame", "use_x_", "session_", "csrf_", "data_upload_"];
    // These have tests of their own.
    let others = ["secure_proxy_ssl_header", "csrf_trusted_origins"];
    let known = error.split('`').skip(3).step_by(2);
    for key in
        known.filter(|key| prefixes.iter().any(|prefix| key.starts_with(prefix)) && !others.contains(key))
    {
        assert!(ROWS.iter().any(|row| row.0[0].0.to_lowercase() == key), "{key}");
    }
}

#[test]
fn a_saved_session_begins_its_time_anew() {
    for (every_request, is_anew) in [("1", true), ("0", false)] {
        let server = serve(&[("SESSION_SAVE_EVERY_REQUEST", every_request)]);
        let session = server.login("alice", PASSWORD).cookie_value("sessionid").unwrap().to_owned();
        let far = belleville::db::parse_stored("2999-01-01 00:00:00").unwrap();
        let db = &server.application.db;
        server.runtime.block_on(Session::objects().update(db, [Session::EXPIRE_DATE.set(far)])).unwrap();
        let answer = server.get("/who/", &format!("Cookie: sessionid={session}"));
        assert_eq!((answer.status, answer.cookie("sessionid").is_some()), (200, is_anew));
        let row = server.runtime.block_on(Session::objects().get(db)).unwrap();
        assert_eq!((row.session_key == session, row.expire_date < far), (true, is_anew));
    }
}

/// A session's secret is known from the page alone; a login makes a new one.
#[test]
fn a_secret_in_the_session_is_checked_and_renewed() {
    let server = serve(&[("CSRF_USE_SESSIONS", "1")]);
    let token = |page: &str| page.split("value=\"").nth(1).unwrap()[..64].to_owned();
    let page = server.get("/api-auth/login/", "");
    let anonymous = page.cookie_value("sessionid").unwrap().to_owned();
    let login = |token: &str| {
        let form = "Content-Type: application/x-www-form-urlencoded";
        let headers = format!("{form}\nCookie: sessionid={anonymous}\nX-CSRFToken: {token}");
        server.send("POST /api-auth/login/", &headers, &format!("username=alice&password={PASSWORD}"))
    };
    assert_eq!(login(&"a".repeat(32)).status, 403);
    let in_form = token(&page.body);
    let answer = login(&in_form);
    assert_eq!((answer.status, answer.cookie("csrftoken")), (302, None));
    let session = answer.cookie_value("sessionid").unwrap();
    assert_ne!(session, anonymous);
    let post = |token: &str| {
        server.send("POST /who/", &format!("Cookie: sessionid={session}\nX-CSRFToken: {token}"), "").status
    };
    assert_eq!(post(&in_form), 403, "the secret of before the login");
    let page = server.get("/who/", &format!("Accept: text/html\nCookie: sessionid={session}")).body;
    let in_page = page.split("data-token=\"").nth(1).unwrap()[..64].to_owned();
    assert_eq!(post(&in_page), 200);
}

/// Files don't count for the size of a form, as in Django, and what is not a form counts whole.
#[test]
fn files_may_be_longer_than_a_body() {
    let server = serve(&[("DATA_UPLOAD_MAX_MEMORY_SIZE", "100")]);
    let file = |field: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n{}\r\n--B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n{field}\r\n--B--\r\n",
            "x".repeat(5000)
        )
    };
    let multipart = "Content-Type: multipart/form-data; boundary=B";
    let json = "Content-Type: application/json";
    for (headers, body, status) in [
        (multipart, file("1"), 200),
        (multipart, file(&"x".repeat(98)), 400),
        (json, format!("\"{}\"", "x".repeat(98)), 200),
        (json, format!("\"{}\"", "x".repeat(99)), 400),
    ] {
        assert_eq!(server.send("POST /echo/", headers, &body).status, status, "{} bytes", body.len());
    }
    // Under Django's own 2.5 MiB: a file may be longer, a field may not.
    let default = serve(&[]);
    let part = |name: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"a\"{name}\r\n\r\n{}\r\n--B--\r\n",
            "x".repeat(3 << 20)
        )
    };
    assert_eq!(default.send("POST /echo/", multipart, &part("; filename=\"f\"")).status, 200);
    assert_eq!(default.send("POST /echo/", multipart, &part("")).status, 400);
    let unlimited = serve(&[("DATA_UPLOAD_MAX_MEMORY_SIZE", "false")]);
    assert_eq!(unlimited.send("POST /echo/", json, &format!("\"{}\"", "x".repeat(3_000_000))).status, 200);
}

/// Django redirects to no URL of more than 16,384 characters.
#[test]
fn a_url_that_is_too_long_is_not_led_to_https() {
    let server = serve(&[REDIRECT, ("SERVER__MAX_HEAD_SIZE", "32768")]);
    let most = 16_384 - "https://testserver/who/?".len();
    for (length, status) in [(most, 301), (most + 1, 400)] {
        assert_eq!(server.get(&format!("/who/?{}", "a".repeat(length)), "").status, status);
    }
}
