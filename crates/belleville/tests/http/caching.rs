//! The cache, pages in it, and the engines of sessions. The blocks of `docs/guide/throttling-and-cache.md` are pieces of this
//! file.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use belleville::auth::models::Session;
use belleville::json;
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;

static MADE: AtomicUsize = AtomicUsize::new(0);

/// Whose page it is, and which one.
async fn page(request: Request) -> Result<Response> {
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let user = request.user().map_or("nobody".to_owned(), |user| user.username().to_owned());
    Response::data(200, &json!({ "user": user, "number": number as i64 }))
}

async fn private(request: Request) -> Result<Response> {
    let mut response = page(request).await?;
    response.patch_cache_control("private");
    Ok(response)
}

async fn public(request: Request) -> Result<Response> {
    let mut response = page(request).await?;
    response.patch_cache_control("public");
    Ok(response)
}

async fn failing(request: Request) -> Result<Response> {
    let mut response = page(request).await?;
    response.set_status(202);
    Ok(response)
}

async fn rates(request: Request) -> Result<Response> {
    let rates = request
        .cache()?
        .get_or_set("rates", async || json!({ "EUR": 1.08 }), Duration::from_secs(600))
        .await?;
    Response::data(200, &rates)
}

/// A page with a form, as the browsable API has it.
fn form(request: &Request) -> Response {
    Response::html(200, request.csrf_token())
}

fn urls() -> Urls {
    let templates = std::sync::Arc::new(belleville::pages::Templates::new(None).unwrap());
    let open = |name: &str| View::new(name).permission_classes(AllowAny);
    Urls::new()
        .path("page/", open("Page").get(page).cache_page(60))
        .path("by-language/", open("Page").get(page).cache_page(60).vary_on_headers(["Accept-Language"]))
        .path("private/", open("Page").get(private).cache_page(60))
        .path("public/", open("Page").get(public).cache_page(60))
        .path("failing/", open("Page").get(failing).cache_page(60))
        .path("none/", open("Page").get(page).never_cache())
        .path("posted/", open("Page").post(page).cache_page(60))
        .path("rates/", open("Rates").get(rates))
        .path("members/", View::new("Members").get(page).cache_page(60))
        .path("form/", open("Form").get(form).cache_page(60))
        .path("never-form/", open("Form").get(form).cache_page(0))
        .path("who/", View::new("Who").get(page))
        .include("api-auth/", belleville::pages::api_auth::urls(&templates))
}

pub(crate) fn app() -> App {
    App::new("cached", env!("CARGO_MANIFEST_DIR"), urls)
}

async fn client(text: &str) -> TestClient {
    let settings = Settings::read(text, &Default::default()).unwrap();
    TestClient::with_settings(&app(), settings).await
}

/// Whether a second request gets the page of the first one.
async fn is_kept(client: &TestClient, path: &str) -> bool {
    let first = client.get(path).await.text();
    client.get(path).await.text() == first
}

#[belleville::test]
async fn pages_are_kept_by_url_and_by_what_they_vary_on() {
    let client = client("").await;
    for (path, kept) in [
        ("/page/", true),
        ("/page/?a=1", true),
        ("/public/", true),
        ("/private/", false),
        ("/failing/", false),
        ("/none/", false),
    ] {
        assert_eq!(is_kept(&client, path).await, kept, "{path}");
    }
    assert_ne!(client.get("/page/").await.text(), client.get("/page/?a=1").await.text());
    let language =
        async |name: &str| client.get("/by-language/").header("Accept-Language", name).await.text();
    assert_eq!(language("de").await, language("de").await);
    assert_ne!(language("de").await, language("en").await);
    let posted = async || client.post("/posted/", json!({})).await.text();
    assert_ne!(posted().await, posted().await);
}

#[belleville::test]
async fn a_page_says_how_long_it_is_good() {
    let client = client("").await;
    for at in 0..2 {
        let page = client.get("/page/").await;
        assert_eq!(page.header("cache-control"), Some("max-age=60"));
        assert!(page.header("expires").is_some_and(|date| date.ends_with(" GMT")));
        assert_eq!(page.header("age").is_some(), at == 1);
        assert_eq!(page.header("content-type"), Some("application/json"));
    }
    let none = client.get("/none/").await;
    assert_eq!(none.header("cache-control"), Some("max-age=0, no-cache, no-store, must-revalidate, private"));
    assert_eq!(client.get("/by-language/").await.header("vary"), Some("Accept-Language, Accept, Cookie"));
}

#[belleville::test]
async fn nobody_sees_the_page_of_another_user() {
    let client = client("").await;
    client.create_user("alice").await;
    client.create_user("bob").await;
    let (alice, bob) = (client.login("alice").await, client.login("bob").await);
    for path in ["/members/", "/page/"] {
        let of_alice = alice.get(path).await;
        of_alice.assert_status(200).assert_key("user", "alice");
        assert_eq!(alice.get(path).await.text(), of_alice.text());
        bob.get(path).await.assert_key("user", "bob");
    }
    client.get("/members/").await.assert_status(403);
}

#[belleville::test]
async fn nobody_sees_the_token_of_another_visitor() {
    let client = client("").await;
    let of = async |secret: &str| {
        let cookie = format!("csrftoken={}", secret.repeat(32));
        client.get("/form/").header("Cookie", &cookie).await
    };
    let first = of("a").await;
    first.assert_header("Cache-Control", "max-age=60").assert_header("Vary", "Accept, Cookie");
    assert_eq!(of("a").await.text(), first.text());
    assert_ne!(of("b").await.text(), first.text());
    // Who has no secret yet gets one with each page, and the token of that one.
    for path in ["/form/", "/never-form/"] {
        let new = async || client.get(path).header("Cookie", "theme=dark").await;
        let (first, second) = (new().await, new().await);
        assert_ne!(first.text(), second.text());
        for page in [&first, &second] {
            let age = if path == "/form/" { "max-age=60" } else { "max-age=0" };
            page.assert_header("Cache-Control", age).assert_header("Vary", "Accept, Cookie");
            assert!(page.header("Set-Cookie").is_some_and(|cookie| cookie.starts_with("csrftoken=")));
        }
    }
}

#[belleville::test]
async fn a_handler_has_the_cache() {
    let client = client("cache_key_prefix = 'shop'\ncache_version = 3\n").await;
    client.get("/rates/").await.assert_json(json!({ "EUR": 1.08 }));
}

#[belleville::test]
async fn every_engine_keeps_sessions() {
    for (engine, rows) in [
        ("db", 1),
        ("cache", 0),
        ("cached_db", 1),
        ("signed_cookies", 0),
        ("django.contrib.sessions.backends.cached_db", 1),
    ] {
        let client = client(&format!("session_engine = '{engine}'\n")).await;
        client.create_user("alice").await;
        let alice = client.login("alice").await;
        alice.get("/who/").await.assert_key("user", "alice");
        let found = Session::objects().all(client.db()).await.unwrap();
        assert_eq!(found.len(), rows, "{engine}");
        let cookie = alice.cookie("sessionid").unwrap();
        assert_eq!(cookie.contains(':'), engine == "signed_cookies", "{engine}");
        // Of a cached row the next request reads nothing.
        Session::objects().delete(client.db()).await.unwrap();
        alice.get("/who/").await.assert_status(if engine == "db" { 403 } else { 200 });
        alice.post("/api-auth/logout/", json!({})).await;
        client.get("/who/").header("Cookie", &format!("sessionid={cookie}")).await.assert_status(
            // Whoever has kept such a cookie still has the session.
            if engine == "signed_cookies" { 200 } else { 403 },
        );
    }
}

#[test]
fn mistakes_are_told() {
    for (text, part) in [
        (
            "session_engine = 'file'",
            "session_engine: `file` is no session engine; there are db, cache, cached_db",
        ),
        (
            "cache_url = 'memcached://a'",
            "cache_url should be memory://, database://TABLE, redis://HOST:PORT/0",
        ),
        ("cache_url = 'database://'", "cache_url should be"),
        ("cache_max_entries = 0", "cache_max_entries is 0"),
    ] {
        let error = Settings::read(text, &Default::default()).err().map(|error| error.to_string());
        assert!(error.as_deref().is_some_and(|error| error.contains(part)), "{text}: {error:?}");
    }
}
