//! What the browsable pages show of an answer, and what they give back to who typed it.

use belleville::json;
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::{TestClient, TestResponse};

use crate::hooks::{Note, NoteSerializer, notes};

/// Notes.
struct NoteViewSet;

/// The user's own <lines>:
/// see https://example.com/ and `code`.
///
/// Nobody else knows of them.
#[viewset]
impl ModelViewSet for NoteViewSet {
    type Model = Note;
    type Serializer = NoteSerializer;

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

#[derive(ModelSerializer)]
#[serializer(model = User, fields = [id, username], read_only_fields = [username])]
struct UserSerializer;

struct UserViewSet;

/// Everybody.
#[viewset]
impl ModelViewSet for UserViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = User;
    type Serializer = UserSerializer;
}

async fn throttled(_: Request) -> Result<Response> {
    Err(Error::throttled(Some(90.0)))
}

async fn busy(_: Request) -> Result<Response> {
    Err(Error::busy())
}

/// Refuses a body after it has read it.
async fn refuses(request: Request) -> Result<Response> {
    request.data().await?;
    Err(Error::validation("No."))
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("notes", NoteViewSet);
    router.register("users", UserViewSet);
    Urls::new()
        .include("api/", router.urls())
        .path("throttled/", View::new("Throttled").get(throttled))
        .path("busy/", View::new("Busy").get(busy))
        .path("refuses/", View::new("Refuses").post(refuses))
        .path("api-token-auth/", obtain_auth_token())
}

fn app() -> App {
    let own = notes().into_iter();
    own.fold(App::new("browsable", env!("CARGO_MANIFEST_DIR"), urls), App::app)
}

/// A client that reads pages, logged in.
async fn reader() -> TestClient {
    let client = TestClient::new(&app()).await;
    client.create_user("alice").await;
    client.login("alice").await.header("Accept", "text/html,*/*;q=0.8")
}

/// What stands in the form of a method, and the media type that is chosen there.
fn raw_form(page: &TestResponse, prefix: &str) -> (String, String) {
    let text = page.text();
    let part = |from: &str, to: &str| {
        let after = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
        after.split_once(to).unwrap().0.to_owned()
    };
    let content = part(&format!("<textarea id=\"{prefix}-content\""), "</textarea>");
    let content = content
        .split_once(">\n")
        .unwrap()
        .1
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let options = part(&format!("<select id=\"{prefix}-media-type\""), "</select>");
    let chosen = options.split_once("<option>").unwrap().1.split_once("</option>").unwrap().0.to_owned();
    (content, chosen)
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[belleville::test]
async fn what_was_typed_survives_a_refusal() {
    let alice = reader().await;
    alice.post("/api/notes/", json!({"text": "mine"})).await.assert_status(201);
    for (method, path, prefix) in
        [("POST", "/api/notes/", "post"), ("PUT", "/api/notes/1/", "put"), ("PATCH", "/api/notes/1/", "put")]
    {
        for (media_type, body) in [
            // Too long, and of a spelling that nobody else would use.
            (JSON, "{\"text\":   \"much <too> long for it\"}"),
            (JSON, "{\"text\": \"never closed"),
            (FORM, "text=much+too+long+for+it"),
        ] {
            let page = alice.request(method, path).body(media_type, body).await;
            page.assert_status(400);
            let expected = (body.to_owned(), media_type.to_owned());
            assert_eq!(raw_form(&page, prefix), expected, "{method} {body}");
        }
    }
    // What is there is offered where nothing was refused; what an error says never is.
    let page = alice.get("/api/notes/1/").await;
    let (content, chosen) = raw_form(&page, "put");
    assert_eq!(chosen, JSON);
    assert_eq!(content, "{\n    \"text\": \"mine\",\n    \"rank\": 7\n}");
    let page = alice.post("/api/notes/", json!({"text": "another"})).await;
    page.assert_status(201);
    assert!(raw_form(&page, "post").0.contains("\"text\": \"\""), "{}", page.text());
}

#[belleville::test]
async fn a_secret_that_was_typed_never_comes_back() {
    let alice = reader().await;
    for (media_type, body) in [
        (JSON, "{\"username\": \"alice\", \"password\": \"hush-hush\"}"),
        (JSON, "{\"username\": \"alice\", \"password\": \"hush-hush"),
        (JSON, "{\"refresh\": \"hush-hush\"}"),
        (FORM, "api_key=hush-hush"),
        (FORM, "client_secret=hush-hush"),
    ] {
        for path in ["/api-token-auth/", "/refuses/", "/api/notes/"] {
            let page = alice.request("POST", path).body(media_type, body).await;
            page.assert_status(400);
            assert!(!page.text().contains("hush-hush"), "{path} {body}: {}", page.text());
        }
    }
}

#[belleville::test]
async fn keys_in_an_answer_lead_to_their_objects() {
    let alice = reader().await;
    alice.post("/api/notes/", json!({"text": "http://a.b"})).await.assert_status(201);
    for (path, present, absent) in [
        (
            "/api/notes/",
            &["<a href=\"/api/notes/1/\">1</a>", "<a href=\"/api/users/1/\">1</a>", "<a href=\"http://a.b\""]
                [..],
            &["<a href=\"/api/notes/7/\">"][..],
        ),
        ("/api/notes/1/", &["<a href=\"/api/users/1/\">1</a>"], &["<a href=\"/api/notes/1/\">1</a>"]),
        ("/api/users/", &["<a href=\"/api/users/1/\">1</a>"], &["href=\"/api/notes/"]),
        ("/api/", &["<a href=\"http://testserver/api/notes/\""], &[]),
    ] {
        let page = alice.get(path).await.assert_status(200).text();
        for text in present {
            assert!(page.contains(text), "{path}: no {text} in {page}");
        }
        for text in absent {
            assert!(!page.contains(text), "{path}: {text} in {page}");
        }
    }
    let json = alice.header("Accept", "application/json").get("/api/notes/?format=json").await.text();
    assert!(!json.contains("href"), "{json}");
}

#[belleville::test]
async fn the_doc_comment_is_the_description() {
    let alice = reader().await;
    let page = alice.get("/api/notes/").await.text();
    let expected = "<p>The user&#39;s own &lt;lines&gt;:\nsee <a href=\"https://example.com/\" rel=\"nofollow\">https://example.com/</a> \
                    and <code>code</code>.</p><p>Nobody else knows of them.</p>";
    assert!(page.contains(expected), "{page}");
    assert!(alice.get("/api/users/").await.text().contains("<p>Everybody.</p>"));
    // DRF hands on the docstring with its lines.
    let text = alice.request("OPTIONS", "/api/notes/?format=json").header("Accept", JSON).await.text();
    let expected = "\"description\":\"The user's own <lines>:\\nsee https://example.com/ and `code`.\\n\\nNobody else knows of them.\"";
    assert!(text.contains(expected), "{text}");
}

#[belleville::test]
async fn a_wait_is_told() {
    let alice = reader().await;
    for (path, status, text) in [
        ("/throttled/", 429, "There were too many requests. Try again in 1 minute and 30 seconds."),
        ("/busy/", 503, "The server is busy. Try again in 1 second."),
    ] {
        let page = alice.get(path).await.assert_status(status).text();
        assert!(page.contains(text), "{path}: {page}");
    }
    assert!(!alice.get("/api/notes/").await.text().contains("Try again in"));
}

#[belleville::test]
async fn a_login_that_has_to_wait_is_told_in_words() {
    let mut settings = Settings::default();
    settings.login.login_failures_per_address = "1/hour".to_owned();
    let client = TestClient::with_settings(&app(), settings).await;
    let form = [("username", "alice"), ("password", "wrong")];
    client.request("POST", "/api-auth/login/").form(form).await.assert_status(200);
    let page = client.request("POST", "/api-auth/login/").form(form).await;
    let text = page.assert_status(429).text();
    let told = ["Try again in 1 hour.", "Try again in 59 minutes and ", "Try again in 59 minutes."];
    assert!(told.iter().any(|told| text.contains(told)), "{text}");
}
