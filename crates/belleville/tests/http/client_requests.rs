//! `belleville::test`: what a request of a test can be, and what is said of its response. DRF's own tests of its client
//! (`test_testing.py`) are among these.

use belleville::http::header::{LOCATION, SET_COOKIE};
use belleville::json;
use belleville::json::Json;
use belleville::parsers::{Data, FormParser, JSONParser, MultiPartParser};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::{TestClient, assert_num_queries};

/// What DRF's test calls `view`: who asks, with which header and which token.
async fn view(request: Request) -> Result<Response> {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let user = request.user().map(AuthUser::username).unwrap_or_default();
    Response::data(
        200,
        &json!({"auth": header, "user": user, "token": request.auth::<String>().map_or("", String::as_str)}),
    )
}

/// What the request is.
async fn echo(request: Request) -> Result<Response> {
    let body = match &*request.data().await? {
        Data::Json(json) => json.clone(),
        Data::Form(form) => {
            let mut fields = belleville::json::Dict::new();
            for (name, values) in form.lists() {
                fields.insert(
                    name,
                    values.iter().map(|value| Json::from(value.as_str())).collect::<Vec<_>>().into(),
                );
            }
            for (name, file) in form.files() {
                fields.insert(
                    name,
                    json!({"name": file.name(), "type": file.content_type(), "size": file.size() as i64}),
                );
            }
            Json::Dict(fields)
        }
    };
    Response::data(
        200,
        &json!({
            "method": request.method(),
            "query": request.query_string(),
            "data": body,
            "url": request.build_absolute_uri("/x/"),
            "address": request.client_address().map(|address| address.to_string()),
            "cookie": request.cookie("kept"),
            "accept": request.headers().get("accept").and_then(|value| value.to_str().ok()),
        }),
    )
}

/// Leads to where the query says, with the status of the path.
async fn redirect(request: Request) -> Result<Response> {
    let mut response = Response::empty(request.kwarg_as("status")?);
    let to = request.query_params().get("to").unwrap_or("/echo/");
    response.set_header(LOCATION, to);
    Ok(response)
}

/// A path that leads to itself.
async fn circle(_: Request) -> Result<Response> {
    Ok(Response::redirect("/circle/"))
}

/// A path that leads to a longer one.
async fn longer(request: Request) -> Result<Response> {
    let mut response = Response::empty(302);
    response.set_header(LOCATION, &format!("{}x/", request.path()));
    Ok(response)
}

async fn broken(request: Request) -> Result<Response> {
    match request.query_params().get("how") {
        Some("panic") => panic!("the world ends"),
        Some("sql") => {
            belleville::db::functions::raw("SELECT * FROM nothing").execute(request.db()).await?;
            Ok(Response::empty(204))
        }
        _ => Err(Error::internal("the shelf is empty")),
    }
}

async fn counted(request: Request) -> Result<Response> {
    for _ in 0..2 {
        User::objects().count(request.db()).await?;
    }
    let mut response = Response::text(200, "Emma, by Jane Austen");
    response.set_header(SET_COOKIE, "kept=\"a b\"; Path=/");
    Ok(response)
}

fn all(name: &str) -> View {
    View::new(name)
        .permission_classes(AllowAny)
        .parser_classes((JSONParser, FormParser, MultiPartParser))
        .authentication_classes((SessionAuthentication, TokenAuthentication::new()))
}

const METHODS: [Method; 6] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

fn urls() -> Urls {
    Urls::new()
        .path("view/", all("View").get(view).post(view))
        .path("echo/", all("Echo").methods(METHODS, echo))
        .path("redirect/<int:status>/", all("Redirect").methods(METHODS, redirect))
        .path("circle/", all("Circle").get(circle))
        .path("longer/<path:rest>/", all("Longer").get(longer))
        .path("broken/", all("Broken").get(broken))
        .path("counted/", all("Counted").get(counted))
}

async fn client() -> TestClient {
    TestClient::with_settings(&app(), Settings::default()).await
}

fn app() -> App {
    App::new("tested", env!("CARGO_MANIFEST_DIR"), urls)
}

/// What a test that fails says.
fn failure(test: impl AsyncFn(&TestClient)) -> String {
    let run = || belleville::test::run(async { test(&client().await).await });
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
    panic.downcast::<String>().map_or_else(|_| "no text".to_owned(), |text| *text)
}

#[belleville::test]
async fn credentials_are_sent_with_every_request_until_the_logout() {
    let client = client().await.header("HTTP_AUTHORIZATION", "example");
    for _ in 0..3 {
        client.get("/view/").await.assert_key("auth", "example");
    }
    client.header("authorization", "other").get("/view/").await.assert_key("auth", "other");
    client.get("/view/").header("Authorization", "third").await.assert_key("auth", "third");
    client.logout().get("/view/").await.assert_key("auth", Json::Null);
}

#[belleville::test]
async fn a_user_and_a_token_are_forced_together_or_alone() {
    let client = client().await;
    let alice = client.create_user("alice").await;
    let (user, token) = (client.force_authenticate(&alice), client.force_auth("secret".to_owned()));
    let both = client.force_authenticate(&alice).force_auth("secret".to_owned());
    for (client, user, token) in [(&user, "alice", ""), (&token, "", "secret"), (&both, "alice", "secret")] {
        let answer = client.get("/view/").await;
        answer.assert_key("user", user).assert_key("token", token);
    }
    both.logout().get("/view/").await.assert_key("user", "").assert_key("token", "");
}

#[belleville::test]
async fn a_password_logs_in() {
    let client = client().await;
    client.create_user("alice").await;
    assert!(client.login_with_password("alice", "wrong").await.is_none());
    assert!(client.login_with_password("bob", "correct horse battery staple").await.is_none());
    let alice = client.login_with_password("alice", "correct horse battery staple").await.unwrap();
    alice.post("/view/", json!({})).await.assert_status(200).assert_key("user", "alice");
}

#[belleville::test]
async fn csrf_is_checked_where_the_test_says_so() {
    let client = client().await;
    client.create_user("alice").await;
    let alice = client.login("alice").await;
    alice.post("/view/", json!({})).await.assert_status(200).assert_key("user", "alice");

    let strict = alice.enforce_csrf_checks(true);
    let refused = strict.post("/view/", json!({})).await;
    refused.assert_status(403).assert_json(json!({"detail": "CSRF Failed: CSRF cookie not set."}));
    let token = "a".repeat(32);
    strict.set_cookie("csrftoken", &token);
    strict.post("/view/", json!({})).header("X-CSRFToken", &token).await.assert_status(200);
    let other = strict.post("/view/", json!({})).header("X-CSRFToken", &"b".repeat(32)).await;
    other.assert_status(403).assert_contains("CSRF token from the 'X-Csrftoken' HTTP header incorrect.");
    strict.enforce_csrf_checks(false).post("/view/", json!({})).await.assert_status(200);

    // A page is checked as well as the API.
    let form = [("username", "alice"), ("password", "correct horse battery staple")];
    client.request("POST", "/api-auth/login/").form(form).await.assert_status(302);
    let page = client.logout().enforce_csrf_checks(true).request("POST", "/api-auth/login/").form(form).await;
    page.assert_status(403);
}

#[belleville::test]
async fn redirects_are_followed_where_the_test_says_so() {
    let client = client().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        for status in [301, 302, 303, 307, 308] {
            let path = format!("/redirect/{status}/?to=/echo/%3Fa%3D1");
            let here = client.request(method, &path).json(&json!({"example": "test"})).await;
            here.assert_status(status).assert_redirects("/echo/?a=1");
            assert_eq!(here.redirect_chain(), []);
            let there = client.request(method, &path).json(&json!({"example": "test"})).follow().await;
            there.assert_status(200).assert_redirects("/echo/?a=1").assert_key("query", "a=1");
            assert_eq!(there.redirect_chain(), [("/echo/?a=1".to_owned(), status)]);
            let (method, data) = match status {
                307 | 308 => (method, json!({"example": "test"})),
                _ => ("GET", json!({})),
            };
            there.assert_key("method", method).assert_key("data", data);
        }
    }
}

#[belleville::test]
async fn a_redirect_may_lead_to_another_host() {
    let mut settings = Settings::default();
    settings.hosts.allowed_hosts.push("other.example".to_owned());
    let client = TestClient::with_settings(&app(), settings).await;
    let answer = client.get("/redirect/302/").query([("to", "https://other.example/echo/")]).follow().await;
    answer.assert_key("url", "https://other.example/x/").assert_redirects("https://other.example/echo/");
    let relative = client.get("/redirect/302/").query([("to", "../../echo/")]).follow().await;
    relative.assert_key("url", "http://testserver/x/");
}

#[test]
fn redirects_that_go_in_circles_end_the_test() {
    let circle = failure(async |client| drop(client.get("/circle/").follow().await));
    assert_eq!(
        circle,
        "Redirect loop detected. GET /circle/ was redirected to /circle/ (302), /circle/ (302)"
    );
    let long = failure(async |client| drop(client.get("/longer/x/").follow().await));
    assert!(long.starts_with("Too many redirects. GET /longer/x/x/"), "{long}");
}

#[test]
fn an_error_of_the_program_ends_the_test() {
    let text = failure(async |client| drop(client.get("/broken/").await));
    assert!(text.starts_with("GET /broken/ failed: the shelf is empty\nPlace: "), "{text}");
    assert!(text.contains("client_requests.rs"), "{text}");
    let sql = failure(async |client| drop(client.get("/broken/?how=sql").await));
    assert!(sql.contains("\nSQL: SELECT * FROM nothing"), "{sql}");
    let panic = failure(async |client| drop(client.get("/broken/?how=panic").await));
    assert_eq!(panic, "GET /broken/?how=panic failed: panicked: the world ends");
}

#[belleville::test]
async fn an_error_is_answered_where_the_test_says_so() {
    let client = client().await.raise_request_exception(false);
    for how in ["", "sql", "panic"] {
        client.get(&format!("/broken/?how={how}")).await.assert_status(500);
    }
}

#[belleville::test]
async fn data_are_sent_in_a_format() {
    let client = client().await;
    let data = json!({"title": "Emma \"x\"", "pages": 12, "price": 2.5, "tags": ["a", "b"], "read": true});
    let json_body = client.post("/echo/", data.clone()).format("json").await;
    json_body.assert_key("data", data.clone());
    let form = client.post("/echo/", data).format("multipart").await;
    form.assert_key(
        "data",
        json!({"title": ["Emma \"x\""], "pages": ["12"], "price": ["2.5"], "tags": ["a", "b"], "read": ["True"]}),
    );
    client.delete("/echo/").json(&json!({"ids": [1, 2]})).await.assert_key("data", json!({"ids": [1, 2]}));
    client.request("POST", "/echo/").body("application/json", "").await.assert_key("data", json!({}));
}

#[belleville::test]
async fn files_are_sent_in_forms() {
    let client = client().await;
    let png = b"\x89PNG\r\n\x1a\n";
    let answer = client.post("/echo/", json!({"title": "Emma"})).file("cover", "emma.png", png).await;
    answer.assert_key(
        "data",
        json!({"title": ["Emma"], "cover": {"name": "emma.png", "type": "image/png", "size": 8}}),
    );
    let alone = client.put("/echo/", json!({})).file("text", "a", "x").await;
    alone.assert_key("data", json!({"text": {"name": "a", "type": "application/octet-stream", "size": 1}}));
    let both = client
        .request("POST", "/echo/")
        .multipart([("a", "1"), ("a", "2")], [("f", "b.txt", &b"xy"[..])])
        .await;
    both.assert_key(
        "data",
        json!({"a": ["1", "2"], "f": {"name": "b.txt", "type": "text/plain", "size": 2}}),
    );
}

#[test]
fn what_cannot_be_sent_says_why() {
    for (data, said) in [
        (
            json!({"valid": 123, "invalid": {"a": 123}}),
            "Test data contained a dictionary value for key 'invalid', but multipart uploads do not support nested data. \
             You may want to consider using format='json' in this test case.",
        ),
        (
            json!({"a": null}),
            "Cannot encode None for key 'a' as POST data. Did you mean to pass an empty string or omit the value?",
        ),
        (json!([1]), "a form has names: give an object, json!({\"title\": \"Emma\"})"),
    ] {
        let text =
            failure(async |client| drop(client.post("/echo/", data.clone()).format("multipart").await));
        assert_eq!(text, format!("POST /echo/ cannot be sent: {said}"));
    }
    let format = failure(async |client| drop(client.post("/echo/", json!({})).format("xml").await));
    assert_eq!(format, "Invalid format 'xml'. Available formats are 'multipart', 'json'.");
    let file = failure(async |client| {
        drop(client.request("POST", "/echo/").body("text/plain", "x").file("a", "b", "c").await);
    });
    assert_eq!(file, "a file is part of a form: give its other fields as data");
    let address = failure(async |client| drop(client.get("/echo/").remote_addr("here").await));
    assert_eq!(address, "`here` is no address: write one such as 10.0.0.1 or ::1");
}

#[belleville::test]
async fn a_request_is_what_the_test_says() {
    let client = client().await;
    let plain = client.get("/echo/?demo=test").await;
    plain
        .assert_key("query", "demo=test")
        .assert_key("url", "http://testserver/x/")
        .assert_key("address", "127.0.0.1")
        .assert_key("cookie", Json::Null)
        .assert_key("accept", Json::Null);
    let query = [("demo", "test\u{e9}"), ("b c", "&")];
    client.get("/echo/").query(query).await.assert_key("query", "demo=test%C3%A9&b+c=%26");
    client.get("/echo/?a=1").query([("b", "2")]).query([]).await.assert_key("query", "a=1&b=2");
    let other = client
        .get("/echo/")
        .secure()
        .remote_addr("10.1.2.3")
        .cookie("kept", "once")
        .header("HTTP_ACCEPT", "application/json")
        .await;
    other
        .assert_key("url", "https://testserver/x/")
        .assert_key("address", "10.1.2.3")
        .assert_key("cookie", "once")
        .assert_key("accept", "application/json");
    client.set_cookie("kept", "always");
    client.get("/echo/").await.assert_key("cookie", "always");
    client.get("/echo/").cookie("kept", "once").await.assert_key("cookie", "once");
    client.get("/echo/").await.assert_key("cookie", "always");
    client.head("/echo/").await.assert_status(200);
    client.options("/echo/").await.assert_key("method", "OPTIONS");
}

#[belleville::test]
async fn a_secure_request_is_one_to_the_program() {
    let mut settings = Settings::default();
    settings.security.secure_ssl_redirect = true;
    let client = TestClient::with_settings(&app(), settings).await;
    client.get("/echo/").await.assert_redirects("https://testserver/echo/");
    client.get("/echo/").secure().await.assert_status(200);
    client.get("/echo/").follow().await.assert_key("url", "https://testserver/x/");
}

#[belleville::test]
async fn a_response_says_what_it_is() {
    let client = client().await;
    let answer = client.get("/counted/").await;
    answer
        .assert_status(200)
        .assert_contains("Emma")
        .assert_not_contains("Persuasion")
        .assert_header("content-type", "text/plain; charset=utf-8")
        .assert_num_queries(2);
    assert_eq!(
        (answer.content(), answer.text().as_str()),
        (&b"Emma, by Jane Austen"[..], "Emma, by Jane Austen")
    );
    assert_eq!((answer.cookie("kept"), answer.cookie("other")), (Some("a b"), None));
    assert!(answer.headers().contains_key("set-cookie"));
    assert!(answer.queries().iter().all(|sql| sql.starts_with("SELECT COUNT(*)")), "{:?}", answer.queries());
    let twice =
        assert_num_queries(4, async { (client.get("/counted/").await, client.get("/counted/").await) });
    twice.await.1.assert_num_queries(2);
}

#[test]
fn what_a_response_is_not_ends_the_test() {
    let of = |check: fn(&belleville::test::TestResponse)| {
        failure(async |client| check(&client.get("/counted/").await))
    };
    let shown = "200 OK\nEmma, by Jane Austen";
    for (text, said) in [
        (
            of(|answer| _ = answer.assert_contains("Persuasion")),
            format!("GET /counted/ should answer what contains\nPersuasion\nbut answered:\n{shown}"),
        ),
        (
            of(|answer| _ = answer.assert_not_contains("Emma")),
            format!("GET /counted/ should answer what does not contain\nEmma\nbut answered:\n{shown}"),
        ),
        (
            of(|answer| _ = answer.assert_header("content-language", "en")),
            format!("GET /counted/ should answer with content-language: \"en\", but it is (none):\n{shown}"),
        ),
        (
            of(|answer| _ = answer.assert_redirects("/echo/")),
            format!("GET /counted/ should redirect to /echo/, but leads to nowhere:\n{shown}"),
        ),
    ] {
        assert_eq!(text, said);
    }
    let queries = of(|answer| _ = answer.assert_num_queries(1));
    assert!(
        queries
            .starts_with("GET /counted/: 2 queries executed, 1 expected\nCaptured queries were:\n1. SELECT"),
        "{queries}"
    );
    let queries = failure(async |client| {
        assert_num_queries(3, async { client.get("/counted/").await }).await;
    });
    assert!(queries.starts_with("2 queries executed, 3 expected\n"), "{queries}");
}
