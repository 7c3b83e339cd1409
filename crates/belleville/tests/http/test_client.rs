//! `belleville::test`: what a program's own tests are written with.

use belleville::json;
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;

async fn who(request: Request) -> Result<Response> {
    let name = request.user()?.username();
    Response::data(200, &json!({"name": name, "by": request.successful_authenticator().unwrap_or_default()}))
}

async fn echo(request: Request) -> Result<Response> {
    let header = request.headers().get("x-question").and_then(|value| value.to_str().ok());
    let body = String::from_utf8_lossy(&request.body().await?).into_owned();
    Response::data(
        201,
        &json!({"type": request.content_type(), "header": header, "query": request.query_string(), "body": body}),
    )
}

fn urls() -> Urls {
    Urls::new()
        .path("who/", View::new("Who").get(who).post(who))
        .path("echo/", View::new("Echo").post(echo).permission_classes(AllowAny))
        .path("token/", obtain_auth_token())
}

fn app() -> App {
    App::new("tested", env!("CARGO_MANIFEST_DIR"), urls)
}

#[belleville::test]
async fn a_session_needs_no_token_of_csrf() {
    let client = TestClient::new(&app()).await;
    client.get("/who/").await.assert_status(403);
    client.create_user("alice").await;
    let alice = client.login("alice").await;
    for response in [alice.get("/who/").await, alice.post("/who/", json!({})).await] {
        response.assert_status(200).assert_json(json!({"by": "SessionAuthentication", "name": "alice"}));
    }
    // The client that it was made from is still nobody's.
    client.get("/who/").await.assert_status(403);
}

#[belleville::test]
async fn a_session_is_in_the_cookie_of_the_settings() {
    let mut settings = Settings::default();
    settings.session.session_cookie_name = "key".to_owned();
    let client = TestClient::with_settings(&app(), settings).await;
    client.create_user("alice").await;
    let alice = client.login("alice").await;
    assert!(alice.cookie("key").is_some() && alice.cookie("sessionid").is_none());
    alice.post("/who/", json!({})).await.assert_status(200);
}

#[belleville::test]
async fn the_login_form_leaves_its_cookies() {
    let client = TestClient::new(&app()).await;
    let user = client.create_user("alice").await;
    assert_eq!((user.is_superuser(), client.create_superuser("root").await.is_superuser()), (false, true));
    let form = [("username", "alice"), ("password", "correct horse battery staple")];
    let answer = client.request("POST", "/api-auth/login/").form(form).await;
    answer.assert_status(302);
    client.get("/who/").await.assert_key("name", "alice");
    client.request("POST", "/api-auth/logout/").await;
    assert_eq!(client.cookie("sessionid"), None);
    client.get("/who/").await.assert_status(403);
}

#[belleville::test]
async fn a_user_may_be_forced_and_a_header_sent_with_every_request() {
    let client = TestClient::new(&app()).await;
    let alice = client.create_user("alice").await;
    let forced = client.force_authenticate(&alice);
    forced.post("/who/", json!({})).await.assert_json(json!({"name": "alice", "by": "ForcedAuthentication"}));
    let basic = client.header(
        "Authorization",
        crate::server::basic("alice", "correct horse battery staple").split_once(' ').unwrap().1,
    );
    basic.post("/who/", json!({})).await.assert_json(json!({"name": "alice", "by": "BasicAuthentication"}));
    client.get("/who/").await.assert_status(403);
}

#[belleville::test]
async fn requests_carry_what_they_are_given() {
    let client = TestClient::new(&app()).await;
    let answer =
        client.request("POST", "/echo/?a=1&b=%20").header("X-Question", "42").body("text/x", "h\u{e9}").await;
    answer
        .assert_status(201)
        .assert_json(json!({"type": "text/x", "header": "42", "query": "a=1&b=%20", "body": "h\u{e9}"}));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = client.post("/echo/", json!({"a": [1, null, {"b": 2.5}, []], "c": {}})).await;
    answer.assert_key("type", "application/json").assert_key("body", r#"{"a":[1,null,{"b":2.5},[]],"c":{}}"#);
    let answer = client.request("POST", "/echo/").form([("a b", "c&d"), ("\u{e9}", "~")]).await;
    answer.assert_key("body", "a+b=c%26d&%C3%A9=~").assert_key("header", json!(null));
}

/// A transport that must not be asked.
struct RealMail;

impl belleville::mail::MailTransport for RealMail {
    fn send(
        &self,
        _: belleville::mail::Mail,
    ) -> belleville::BoxFuture<'_, std::result::Result<(), belleville::mail::MailError>> {
        panic!("a test sends no mail");
    }
}

#[belleville::test]
async fn mail_stays_in_the_test() {
    let mut settings = Settings::default();
    settings.account.password_reset_url = "https://a.example/{uid}/{token}".to_owned();
    let urls = || Urls::new().path("reset/", belleville::account::password_reset());
    let app = App::new("tested", env!("CARGO_MANIFEST_DIR"), urls).mail(RealMail);
    let client = TestClient::with_settings(&app, settings).await;
    client.create_user("alice").await;
    assert!(client.outbox().await.is_empty());
    client.post("/reset/", json!({"email": "alice@example.com"})).await.assert_status(200);
    let sent: Vec<String> = client.outbox().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(sent, ["alice@example.com"]);
}

#[belleville::test]
async fn each_test_has_a_database_of_its_own() {
    let (one, two) = (TestClient::new(&app()).await, TestClient::new(&app()).await);
    one.create_user("alice").await;
    assert_eq!(User::objects().count(one.db()).await.unwrap(), 1);
    assert_eq!(User::objects().count(two.db()).await.unwrap(), 0);
}

/// What a test that fails says.
fn failure(test: impl AsyncFn(&TestClient)) -> String {
    let run = || belleville::test::run(async { test(&TestClient::new(&app()).await).await });
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
    panic.downcast::<String>().map_or_else(|_| "no text".to_owned(), |text| *text)
}

#[test]
fn a_failure_says_what_was_asked_and_what_was_answered() {
    let refused = r#"{"detail":"Authentication credentials were not provided."}"#;
    let status = failure(async |client| {
        client.get("/who/?a=1").await.assert_status(200);
    });
    assert_eq!(status, format!("GET /who/?a=1 should answer 200, but answered:\n403 Forbidden\n{refused}"));
    let body = failure(async |client| {
        client.get("/who/").await.assert_json(json!({"name": "alice"}));
    });
    assert_eq!(
        body,
        format!("GET /who/ should answer\n{{\"name\":\"alice\"}}\nbut answered:\n403 Forbidden\n{refused}")
    );
    let key = failure(async |client| {
        client.get("/who/").await.assert_key("name", "alice");
    });
    assert_eq!(
        key,
        format!("GET /who/ should answer \"name\": \"alice\", but answered:\n403 Forbidden\n{refused}")
    );
    let page = failure(async |client| drop(client.get("/who").await.json()));
    assert!(
        page.starts_with("GET /who answered what is no JSON:\n301 Moved Permanently (Location: /who/)"),
        "{page}"
    );
    let slash = failure(async |client| drop(client.get("who/").await));
    assert_eq!(slash, "the path of GET who/ begins with a slash: /who/");
    let nobody = failure(async |client| drop(client.login("alice").await));
    assert!(nobody.ends_with("make one: client.create_user(\"alice\").await"), "{nobody}");
    let name = failure(async |client| drop(client.create_user("a b").await));
    assert!(name.starts_with("the user `a b` cannot be made: "), "{name}");
}
