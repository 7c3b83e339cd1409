//! Throttles. The blocks of `docs/guide/throttling-and-cache.md` are pieces of this file.

use belleville::http::HeaderName;
use belleville::json;
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;
use belleville::throttling::Verdict;

use crate::server::{Folder, Server, settings};

/// Two requests a minute with one API key.
struct PerKey;

impl SimpleRateThrottle for PerKey {
    fn scope(&self) -> &str {
        "key"
    }

    fn rate(&self) -> Option<&str> {
        Some("2/min")
    }

    fn ident(&self, request: &Request) -> Result<Option<String>> {
        Ok(request.header(&HeaderName::from_static("x-api-key")))
    }
}

/// Nobody may call while the office is closed.
struct OfficeHours;

impl Throttle for OfficeHours {
    async fn allow_request(&self, request: &Request) -> Result<Verdict> {
        let is_open = request.query_params().get("office") == Some("open");
        Ok(if is_open { Verdict::allowed() } else { Verdict::refused(Some(3600.0)) })
    }
}

async fn ok(_: Request) -> Result<Response> {
    Response::data(200, &json!({ "ok": true }))
}

fn open(name: &str) -> View {
    View::new(name).permission_classes(AllowAny).get(ok)
}

fn urls() -> Urls {
    Urls::new()
        .path("plain/", open("Plain"))
        .path("free/", open("Free").throttle_classes(()))
        .path("search/", open("Search").throttle_classes(ScopedRateThrottle).throttle_scope("search"))
        .path(
            "sign-up/",
            open("Sign Up").throttle_classes(AnonRateThrottle.with_scope("sign-up").with_rate("3/day")),
        )
        .path("keys/", open("Keys").throttle_classes((PerKey, AnonRateThrottle)))
        .path("office/", open("Office").throttle_classes(OfficeHours))
}

fn app() -> App {
    App::new("throttled", env!("CARGO_MANIFEST_DIR"), urls)
}

const CLASSES: &str = "[rest_framework]\ndefault_throttle_classes = [\"AnonRateThrottle\"]\n\
    default_throttle_rates = { anon = \"2/min\", search = \"1/hour\", user = false }\n";

async fn client(text: &str) -> TestClient {
    let settings = Settings::read(text, &Default::default()).unwrap();
    TestClient::with_settings(&app(), settings).await
}

/// The statuses of requests, one after the other.
async fn statuses(client: &TestClient, path: &str, header: (&str, &str), times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(client.get(path).header(header.0, header.1).await.status());
    }
    statuses
}

const NO_HEADER: (&str, &str) = ("X-Nothing", "");

#[belleville::test]
async fn classes_and_rates_are_those_of_the_settings_and_of_the_view() {
    let client = client(CLASSES).await;
    assert_eq!(statuses(&client, "/plain/", NO_HEADER, 3).await, [200, 200, 429]);
    assert_eq!(statuses(&client, "/free/", NO_HEADER, 3).await, [200, 200, 200]);
    assert_eq!(statuses(&client, "/search/", NO_HEADER, 2).await, [200, 429]);
    assert_eq!(statuses(&client, "/sign-up/", NO_HEADER, 4).await, [200, 200, 200, 429]);
    let refused = client.get("/plain/").await;
    assert_eq!(refused.text(), r#"{"detail":"Request was throttled. Expected available in 60 seconds."}"#);
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit")), (Some("60"), None));
}

#[belleville::test]
async fn throttles_of_ones_own_count_for_whom_they_say() {
    let client = client("[rest_framework]\ndefault_throttle_rates = { anon = false, search = false }").await;
    assert_eq!(statuses(&client, "/keys/", ("X-API-Key", "a"), 3).await, [200, 200, 429]);
    assert_eq!(statuses(&client, "/keys/", ("X-API-Key", "b"), 1).await, [200]);
    assert_eq!(statuses(&client, "/keys/", NO_HEADER, 4).await, [200; 4]);
    let closed = client.get("/office/").await;
    assert_eq!((closed.status(), closed.header("retry-after")), (429, Some("3600")));
    client.get("/office/?office=open").await.assert_status(200);
}

#[belleville::test]
async fn proxies_tell_who_the_client_is() {
    let with = |proxies: &str| format!("{CLASSES}num_proxies = {proxies}\n");
    // The addresses of a third request, which is refused if they are those of the first two.
    for (proxies, third, status) in [
        ("0", "10.0.0.3, 10.0.0.9", 429),
        ("1", "10.0.0.3, 10.0.0.2", 429),
        ("1", "10.0.0.1, 10.0.0.3", 200),
        ("2", "10.0.0.1, 10.0.0.3", 429),
        ("2", "10.0.0.3, 10.0.0.2", 200),
        ("5", "10.0.0.1, 10.0.0.3", 429),
        ("false", "10.0.0.1,10.0.0.2", 429),
        ("false", "10.0.0.1, 10.0.0.3", 200),
    ] {
        let client = client(&with(proxies)).await;
        let header = ("X-Forwarded-For", "10.0.0.1, 10.0.0.2");
        assert_eq!(statuses(&client, "/plain/", header, 2).await, [200, 200]);
        let found = statuses(&client, "/plain/", ("X-Forwarded-For", third), 1).await;
        assert_eq!(found, [status], "{proxies}: {third}");
    }
}

#[belleville::test]
async fn responses_tell_what_is_left_where_the_settings_say_so() {
    let client = client(&format!("{CLASSES}rate_limit_headers = true\n")).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        let answer = client.get("/plain/").await;
        assert_eq!(answer.header("ratelimit-policy"), Some("\"anon\";q=2;w=60"));
        told.push(answer.header("ratelimit").unwrap_or_default().to_owned());
    }
    assert_eq!(told, ["\"anon\";r=1;t=60", "\"anon\";r=0;t=60", "\"anon\";r=0;t=60"]);
    let both = client.get("/keys/").header("X-API-Key", "a").await;
    assert_eq!(both.header("ratelimit-policy"), Some("\"key\";q=2;w=60, \"anon\";q=2;w=60"));
    assert_eq!(client.get("/free/").await.header("ratelimit"), None);
}

#[test]
fn mistakes_stop_the_start() {
    let start = |text: &str, urls: fn() -> Urls| {
        let folder = Folder::new();
        let app = App::new("throttled", env!("CARGO_MANIFEST_DIR"), urls);
        app.application(settings(text, &[], &folder.database())).map(drop).map_err(|error| error.to_string())
    };
    let missing = "Plain: AnonRateThrottle: rest_framework.default_throttle_rates has no rate for the scope `anon`; add \
                   one: anon = \"100/day\", or anon = false for no limit";
    let plain: fn() -> Urls = || Urls::new().path("plain/", open("Plain"));
    let wrong: fn() -> Urls =
        || Urls::new().path("wrong/", open("Wrong").throttle_classes(UserRateThrottle.with_rate("5/year")));
    let scoped: fn() -> Urls =
        || Urls::new().path("a/", open("A").throttle_classes(ScopedRateThrottle).throttle_scope("nowhere"));
    for (text, urls, part) in [
        ("[rest_framework]\ndefault_throttle_classes = ['AnonRateThrottle']", plain, missing),
        (
            "[rest_framework]\ndefault_throttle_classes = ['AnonThrottle']",
            plain,
            "did you mean `AnonRateThrottle`?",
        ),
        ("", wrong, "`5/year` is no rate; write it as `5/min`"),
        ("", scoped, "no rate for the scope `nowhere`"),
    ] {
        let refused = start(text, urls).expect_err(text);
        assert!(refused.contains(part), "{refused}");
    }
    assert_eq!(start("", plain), Ok(()));
    let error =
        Settings::read("[rest_framework]\ndefault_throttle_rates = { anon = '5' }", &Default::default());
    assert!(error.err().is_some_and(|error| error.to_string().contains("`5` is no rate")));
}

/// Sends so many requests, over so many connections at once; how many were let through.
pub(crate) fn let_through(servers: &[std::net::SocketAddr], connections: usize, each: usize) -> usize {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|number| {
                let address = servers[number % servers.len()];
                scope.spawn(move || {
                    let one = "GET /many/ HTTP/1.1\r\nHost: testserver\r\n\r\n";
                    let last = "GET /many/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n";
                    let requests = one.repeat(each - 1) + last;
                    let answers = crate::server::exchange(address, requests.as_bytes());
                    let count = |status: &str| answers.matches(&format!("HTTP/1.1 {status}")).count();
                    assert_eq!(count("200") + count("429"), each, "{answers}");
                    count("200")
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

pub(crate) fn many() -> Urls {
    Urls::new().path("many/", open("Many").throttle_classes(AnonRateThrottle.with_rate("1000/hour")))
}

#[test]
fn ten_thousand_requests_at_once_and_a_thousand_of_them_are_let_through() {
    let server = Server::start("", &[], many());
    assert_eq!(let_through(&[server.address], 50, 200), 1000);
}
