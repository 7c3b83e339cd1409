//! What is done around the views: middleware of one's own, pages of other sites, ids of requests, health and numbers. The blocks of
//! `docs/guide/middleware.md` are pieces of this file.

use std::time::Instant;

use belleville::http::HeaderName;
use belleville::json;
use belleville::middleware::{Middleware, Next};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;

use crate::server::{Server, log};

/// Says how long the view took.
struct Timing;

impl Middleware for Timing {
    async fn handle(&self, request: &Request, next: Next<'_>) -> Response {
        let began = Instant::now();
        let mut response = next.run(request).await;
        let took = format!("app;dur={}", began.elapsed().as_millis());
        response.set_header(HeaderName::from_static("server-timing"), &took);
        response
    }
}

/// The customer that a request is for, by the first part of the host.
struct Tenant(String);

struct Tenants;

impl Middleware for Tenants {
    async fn handle(&self, request: &Request, next: Next<'_>) -> Response {
        let host = request.host();
        let Some((tenant, _)) = host.split_once('.') else {
            return Response::text(404, "There is nothing here.");
        };
        request.facts().get_or_insert_with(|| Tenant(tenant.to_owned()));
        next.run(request).await
    }
}

async fn greet(request: Request) -> Result<Response> {
    let tenant = request.facts().get::<Tenant>().map(|Tenant(name)| name.as_str());
    Response::data(200, &json!({"tenant": tenant, "id": request.request_id()}))
}

fn urls() -> Urls {
    Urls::new().path("greet/", View::new("Greet").permission_classes(AllowAny).get(greet))
}

fn app() -> App {
    App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).middleware(Timing).middleware(Tenants)
}

fn plain() -> App {
    App::new("shop", env!("CARGO_MANIFEST_DIR"), urls)
}

async fn with(settings: &str) -> TestClient {
    TestClient::with_settings(&plain(), Settings::read(settings, &Default::default()).unwrap()).await
}

#[belleville::test]
async fn middleware_of_ones_own_is_before_and_after_the_views() {
    let settings = Settings::read("allowed_hosts = ['.example.com']", &Default::default()).unwrap();
    let client = TestClient::with_settings(&app(), settings).await;
    let answer = client.get("/greet/").header("Host", "acme.example.com").await;
    answer.assert_status(200).assert_key("tenant", "acme");
    assert!(answer.header("server-timing").is_some());
    // The second answers itself, and the first sees it; so do Django's headers.
    let refused = client.get("/greet/").await;
    assert_eq!((refused.status(), refused.text().as_str()), (404, "There is nothing here."));
    assert!(refused.header("server-timing").is_some() && refused.header("x-content-type-options").is_some());
    // What no URL answers goes through it, and a host that is not allowed does not.
    assert!(
        client.get("/nowhere/").header("Host", "acme.example.com").await.header("server-timing").is_some()
    );
    let foreign = client.get("/greet/").header("Host", "acme.example.org").await;
    assert_eq!((foreign.status(), foreign.header("server-timing")), (400, None));
}

#[belleville::test]
async fn hosts_and_user_agents_are_sent_away() {
    let client = with("prepend_www = true\nallowed_hosts = ['www.testserver']").await;
    for (path, location) in [
        ("/greet/?a=b", "http://www.testserver/greet/?a=b"),
        ("/greet", "http://www.testserver/greet/"),
        ("/nowhere", "http://www.testserver/nowhere"),
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status(), answer.header("location")), (301, Some(location)), "{path}");
    }
    client.get("/greet/").header("Host", "www.testserver").await.assert_status(200);

    let client = with("disallowed_user_agents = ['^Bad', 'spider']").await;
    for (agent, status) in [("Bad/1", 403), ("NotBad", 200), ("a spider", 403), ("Spider", 200)] {
        client.get("/greet/").header("User-Agent", agent).await.assert_status(status);
    }
    client.get("/greet/").await.assert_status(200);
}

const ORIGIN: &str = "https://shop.example.com";

/// What an answer says to a page of another site.
async fn told(settings: &str, method: &'static str, origin: &str, name: &str) -> Option<String> {
    let client = with(settings).await;
    let request = client.request(method, "/greet/").header("Origin", origin);
    let request = request.header("Access-Control-Request-Private-Network", "true");
    let request =
        if method == "OPTIONS" { request.header("Access-Control-Request-Method", "POST") } else { request };
    request.await.header(name).map(str::to_owned)
}

#[belleville::test]
async fn other_sites_are_told_what_the_settings_say() {
    let allowed = "cors_allowed_origins = ['https://shop.example.com']\n";
    let allow_origin = "access-control-allow-origin";
    for (settings, method, origin, name, expected) in [
        ("", "GET", ORIGIN, allow_origin, None),
        ("", "GET", ORIGIN, "vary", Some("Accept, Cookie")),
        (allowed, "GET", ORIGIN, allow_origin, Some(ORIGIN)),
        (allowed, "GET", ORIGIN, "vary", Some("Accept, Cookie, origin")),
        (allowed, "GET", "https://evil.example.com", allow_origin, None),
        (allowed, "GET", "https://evil.example.com", "vary", Some("Accept, Cookie, origin")),
        ("cors_allow_all_origins = true", "GET", ORIGIN, allow_origin, Some("*")),
        (
            "cors_allow_all_origins = true\ncors_allow_credentials = true",
            "GET",
            ORIGIN,
            allow_origin,
            Some(ORIGIN),
        ),
        (
            &format!("{allowed}cors_allow_credentials = true"),
            "GET",
            ORIGIN,
            "access-control-allow-credentials",
            Some("true"),
        ),
        (allowed, "GET", ORIGIN, "access-control-allow-credentials", None),
        (
            "cors_allowed_origin_regexes = ['https://\\d+\\.example\\.com$']",
            "GET",
            ORIGIN,
            allow_origin,
            None,
        ),
        (
            "cors_allowed_origin_regexes = ['https://[a-z]+[.]example[.]com$']",
            "GET",
            ORIGIN,
            allow_origin,
            Some(ORIGIN),
        ),
        ("cors_allowed_origin_regexes = ['shop']", "GET", ORIGIN, allow_origin, None),
        (&format!("{allowed}cors_urls_regex = '^/api/'"), "GET", ORIGIN, allow_origin, None),
        (&format!("{allowed}cors_urls_regex = '^/greet/$'"), "GET", ORIGIN, allow_origin, Some(ORIGIN)),
        (
            &format!("{allowed}cors_expose_headers = ['x-a', 'x-b']"),
            "GET",
            ORIGIN,
            "access-control-expose-headers",
            Some("x-a, x-b"),
        ),
        (allowed, "GET", ORIGIN, "access-control-allow-methods", None),
        (
            allowed,
            "OPTIONS",
            ORIGIN,
            "access-control-allow-methods",
            Some("DELETE, GET, OPTIONS, PATCH, POST, PUT"),
        ),
        (
            &format!("{allowed}cors_allow_methods = ['GET']"),
            "OPTIONS",
            ORIGIN,
            "access-control-allow-methods",
            Some("GET"),
        ),
        (
            &format!("{allowed}cors_allow_headers = ['x-a']"),
            "OPTIONS",
            ORIGIN,
            "access-control-allow-headers",
            Some("x-a"),
        ),
        (allowed, "OPTIONS", ORIGIN, "access-control-max-age", Some("86400")),
        (&format!("{allowed}cors_preflight_max_age = 0"), "OPTIONS", ORIGIN, "access-control-max-age", None),
        (allowed, "OPTIONS", ORIGIN, "access-control-allow-private-network", None),
        (
            &format!("{allowed}cors_allow_private_network = true"),
            "OPTIONS",
            ORIGIN,
            "access-control-allow-private-network",
            Some("true"),
        ),
        // A view does not see what a browser asks beforehand.
        (allowed, "OPTIONS", "https://evil.example.com", "allow", None),
    ] {
        assert_eq!(
            told(settings, method, origin, name).await.as_deref(),
            expected,
            "{settings}: {method} {name}"
        );
    }
}

#[belleville::test]
async fn requests_have_ids() {
    let client = with("request_id_header = 'X-Request-ID'").await;
    let given = client.get("/greet/").header("X-Request-ID", "abc-1").await;
    given.assert_key("id", "abc-1");
    assert_eq!(given.header("x-request-id"), Some("abc-1"));
    let made = client.get("/greet/").await.header("x-request-id").unwrap().to_owned();
    assert_eq!(made.len(), 32);
    assert_ne!(client.get("/greet/").await.header("x-request-id"), Some(made.as_str()));
    // What could mislead whoever reads the log is not taken.
    for odd in ["a b", "", "\u{e9}", &"a".repeat(129)] {
        let answer = client.get("/greet/").header("X-Request-ID", odd).await;
        assert_ne!(answer.header("x-request-id"), Some(odd));
    }
    let without = with("").await.get("/greet/").header("X-Request-ID", "abc-1").await;
    assert_eq!(without.header("x-request-id"), None);
}

#[test]
fn ids_and_times_are_in_the_log() {
    let log = log();
    let text = "request_id_header = 'X-Request-ID'\naccess_log = true";
    let server = Server::start(text, &[], urls());
    assert_eq!(server.get("/greet/", "X-Request-ID: seen-in-the-log").status, 200);
    let log = log.text();
    let line = log.lines().find(|line| line.contains("seen-in-the-log")).unwrap();
    assert!(line.contains("GET /greet/ status=200") && line.contains("milliseconds="), "{line}");
}

#[belleville::test]
async fn the_program_says_whether_it_is_healthy() {
    let client = with("").await;
    let well = client.get("/healthz").header("Host", "10.0.0.7").await;
    well.assert_status(200).assert_json(json!({"database": "ok", "migrations": "ok"}));
    assert_eq!(well.header("cache-control"), Some("no-store"));
    client.request("POST", "/healthz").await.assert_status(404);
    with("health_url = '/up'").await.get("/up").await.assert_status(200);
    let off = with("health_url = false").await;
    off.get("/healthz").await.assert_status(404);
}

#[test]
fn a_program_without_its_tables_is_not_healthy() {
    let server = Server::start_unmigrated(&plain());
    let answer = server.get("/healthz", "");
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains(r#""migrations":"waiting""#), "{}", answer.body);
}

#[belleville::test]
async fn numbers_are_kept_where_the_setting_says_so() {
    let client = with("metrics_url = '/metrics'").await;
    client.get("/greet/").await.assert_status(200);
    client.get("/greet/").await.assert_status(200);
    client.request("POST", "/greet/").await.assert_status(405);
    client.get("/nowhere/").await.assert_status(404);
    client.request("BREW", "/greet/").await.assert_status(405);
    let text = client.get("/metrics").await;
    assert_eq!(text.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = text.text();
    for line in [
        "# TYPE http_requests_total counter",
        r#"http_requests_total{method="GET",view="Greet",status="200"} 2"#,
        r#"http_requests_total{method="POST",view="Greet",status="405"} 1"#,
        r#"http_requests_total{method="GET",view="",status="404"} 1"#,
        r#"http_requests_total{method="other",view="Greet",status="405"} 1"#,
        r#"http_request_duration_seconds_bucket{method="GET",view="Greet",le="+Inf"} 2"#,
        r#"http_request_duration_seconds_count{method="GET",view="Greet"} 2"#,
        "http_connections 0",
    ] {
        assert!(text.lines().any(|known| known == line), "no {line} in\n{text}");
    }
    with("").await.get("/metrics").await.assert_status(404);
}
