//! What clients send reaches the log as text that prints: no line of it is theirs, and no terminal obeys it.

use std::sync::Arc;

use belleville::pages::{Templates, api_auth};
use belleville::prelude::*;

use crate::server::{PASSWORD, Server, basic, log};

/// Whatever ends a line, drives a terminal or turns the direction of writing.
const FORBIDDEN: [char; 14] = [
    '\r', '\0', '\t', '\u{7}', '\u{8}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{9d}', '\u{2028}',
    '\u{202e}', '\u{2066}', '\u{200f}',
];

const PERCENT_ENCODED: &str =
    "%1B[2J%0D%0AINFO%20forged%7F%C2%85%C2%9B31m%C2%9D%E2%80%A8%E2%80%AE%E2%81%A6%E2%80%8F%09%07%08%00";
/// The same, but for what no header and no request line may have (RFC 9110).
const RAW: &str = "\u{85}\u{9b}31m\u{9d}\u{2028}\u{202e}\u{2066}\u{200f}";

async fn fails(request: Request) -> Result<Response> {
    let text = request.query_params().get("text").unwrap_or_default().to_owned();
    Err(Error::internal(format!("failed for {text}")))
}

fn server() -> Server {
    let templates = Arc::new(Templates::new(None).unwrap());
    let urls = Urls::new()
        .path("fails/", View::new("Fails").permission_classes(()).get(fails))
        .path("<name>/named/", View::new("Named").permission_classes(()).get(fails))
        .path("api-token-auth/", obtain_auth_token())
        .include("api-auth/", api_auth::urls(&templates));
    Server::start("", &[], urls)
}

#[test]
fn no_client_writes_a_line_of_the_log() {
    let log = log();
    let server = server();
    let secret = "a".repeat(32);
    let form = "Content-Type: application/x-www-form-urlencoded";
    let csrf = format!("{form}\nCookie: csrftoken={secret}\nX-CSRFToken: {secret}");
    for (line, headers, body, status) in [
        (format!("GET /nowhere-{PERCENT_ENCODED}/"), String::new(), String::new(), 404),
        (format!("GET /{PERCENT_ENCODED}/named/"), String::new(), String::new(), 500),
        (format!("GET /fails/?text={PERCENT_ENCODED}"), String::new(), String::new(), 500),
        (format!("GET /raw-{RAW}/"), String::new(), String::new(), 404),
        // The reason of a refused form quotes the origin; on a path that a page answers.
        ("POST /api-auth/login/".to_owned(), format!("Origin: https://{RAW}.example"), String::new(), 403),
        (
            "POST /api-auth/login/".to_owned(),
            "Origin: https://a.example\" reason=\"none".to_owned(),
            String::new(),
            403,
        ),
        ("POST /api-auth/login/".to_owned(), csrf, format!("username={PERCENT_ENCODED}&password=x"), 200),
        (
            "POST /api-token-auth/".to_owned(),
            form.to_owned(),
            format!("username=eve%22%20user_id%3D1%20{}&password=x", &PERCENT_ENCODED.replace("%00", "")),
            400,
        ),
        ("GET /fails/".to_owned(), basic(&format!("eve{RAW}"), PASSWORD), String::new(), 403),
    ] {
        let answer = server.send(&line, &headers, &body);
        assert_eq!(answer.status, status, "{line:?} {headers:?}: {}", answer.head);
    }
    let log = log.text();
    for forbidden in FORBIDDEN {
        assert!(!log.contains(forbidden), "{:?} in {log:?}", forbidden);
    }
    assert!(!log.lines().any(|line| line.starts_with("INFO forged")), "{log}");
    // They are there all the same, so that whoever reads the log sees what was tried.
    for part in [
        r#"reason="failed for \u{1b}[2J\r\nINFO forged\u{7f}\u{85}\u{9b}31m\u{9d}\u{2028}\u{202e}\u{2066}\u{200f}\t"#,
        // Headers are Latin-1, as in Django.
        r#"Origin checking failed - https://Â\u{85}Â\u{9b}31m"#,
        r"GET /raw-\u{85}\u{9b}31m\u{9d}\u{2028}\u{202e}\u{2066}\u{200f}/ status=404",
        r#"https://a.example\" reason=\"none"#,
        r#"through="basic" username="eve\u{85}\u{9b}31m"#,
        r#"username="eve\" user_id=1 \u{1b}[2J"#,
    ] {
        assert!(log.contains(part), "no {part} in {log}");
    }
}

/// A path or an error of any length is a line that can be read.
#[test]
fn a_line_of_the_log_is_bounded() {
    let log = log();
    let server = server();
    let long = format!("bounded-{}", "x".repeat(12_000));
    assert_eq!(server.get(&format!("/{long}/"), "").status, 404);
    assert_eq!(server.get(&format!("/fails/?text={long}"), "").status, 500);
    let log = log.text();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("bounded-")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line.len() < 1300 && line.contains("xxx...")), "{lines:?}");
}
