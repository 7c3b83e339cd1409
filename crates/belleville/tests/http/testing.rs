//! The blocks of `docs/guide/testing.md`.

use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::parsers::Data;
use belleville::prelude::*;
use belleville::test::{TestClient, assert_num_queries};

#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["id"])]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    title: String,
    #[field(on_delete = Cascade)]
    owner: ForeignKey<User>,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
struct NoteSerializer;

struct NoteViewSet;

impl ModelViewSet for NoteViewSet {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn queryset(&self, request: &Request) -> Result<QuerySet<Note>> {
        Ok(Note::objects().filter(Note::OWNER.eq(request.user()?)))
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

async fn upload(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let Data::Form(form) = &*data else { return Err(Error::validation("A form is needed.")) };
    Response::data(201, &json!({"type": form.file("cover").map(|file| file.content_type())}))
}

async fn broken(_: Request) -> Result<Response> {
    Err(Error::internal("the shelf is empty"))
}

/// The scopes of a key.
struct Scopes(Vec<&'static str>);

async fn scopes(request: Request) -> Result<Response> {
    let Some(Scopes(scopes)) = request.auth() else { return Err(Error::permission_denied()) };
    Response::data(200, &json!({"scopes": scopes.join(" "), "user": request.user()?.username()}))
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("notes", NoteViewSet);
    Urls::new()
        .include("api/", router.urls())
        .path("upload/", View::new("Upload").post(upload).permission_classes(AllowAny))
        .path("broken/", View::new("Broken").get(broken).permission_classes(AllowAny))
        .path("scopes/", View::new("Scopes").get(scopes))
}

fn app() -> App {
    let notes = AppConfig::new("notes").model::<Note>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(ModelState::of::<Note>()),
    );
    App::new("notes", env!("CARGO_MANIFEST_DIR"), urls).app(notes)
}

#[belleville::test]
async fn a_user_sees_only_their_own_notes() {
    let client = TestClient::new(&app()).await;
    client.get("/api/notes/").await.assert_status(403);

    client.create_user("alice").await;
    let bob = client.create_user("bob").await;
    let (alice, bob) = (client.login("alice").await, client.force_authenticate(&bob));

    let created = alice.post("/api/notes/", json!({"title": "Milk"})).await;
    created.assert_status(201).assert_json(json!({"id": 1, "title": "Milk"}));

    alice.get("/api/notes/").await.assert_json(json!([{"id": 1, "title": "Milk"}]));
    bob.get("/api/notes/1/").await.assert_status(404);
    assert_eq!(Note::objects().count(client.db()).await.unwrap(), 1);
}

#[belleville::test]
async fn who_a_request_is_from() {
    let client = TestClient::new(&app()).await;
    let user = client.create_user("alice").await;
    let alice = client.login("alice").await;
    // With the password of `create_user`.
    let found = client.login_with_password("alice", "correct horse battery staple").await;
    assert!(found.is_some());

    let client = client.force_authenticate(&user).force_auth(Scopes(vec!["read"]));
    client.get("/scopes/").await.assert_json(json!({"scopes": "read", "user": "alice"}));
    client.logout().get("/scopes/").await.assert_status(403);

    let client = alice.enforce_csrf_checks(true);
    let refused = client.post("/api/notes/", json!({"title": "Milk"})).await;
    refused.assert_status(403).assert_json(json!({"detail": "CSRF Failed: CSRF cookie not set."}));
}

#[belleville::test]
async fn what_is_sent() {
    let client = TestClient::new(&app()).await;
    let user = client.create_user("alice").await;
    let client = client.force_authenticate(&user);
    let png = b"\x89PNG\r\n\x1a\n";
    client
        .post("/upload/", json!({"title": "Emma"}))
        .file("cover", "emma.png", png)
        .await
        .assert_key("type", "image/png");
    client.post("/api/notes/", json!({"title": "Milk"})).format("multipart").await.assert_status(201);
    client.request("POST", "/api/notes/").form([("title", "Milk")]).await.assert_status(201);
    client.request("POST", "/api/notes/").body("text/csv", "title\nMilk\n").await.assert_status(415);
    client.get("/api/notes/").query([("format", "json")]).header("Accept", "*/*").await.assert_status(200);
    client
        .get("/api/notes/")
        .secure()
        .remote_addr("203.0.113.9")
        .cookie("theme", "dark")
        .await
        .assert_status(200);
}

#[belleville::test]
async fn what_is_answered() {
    let client = TestClient::new(&app()).await;
    let user = client.create_user("alice").await;
    let client = client.force_authenticate(&user);
    // Without its slash, the path is redirected.
    client.get("/api/notes").await.assert_status(301).assert_redirects("/api/notes/");
    let followed = client.get("/api/notes").follow().await;
    followed.assert_status(200).assert_redirects("/api/notes/");
    assert_eq!(followed.redirect_chain(), [("/api/notes/".to_owned(), 301)]);

    client.get("/api/notes/").await.assert_num_queries(1).assert_header("Allow", "GET, POST, HEAD, OPTIONS");
    assert_num_queries(2, async {
        client.post("/api/notes/", json!({"title": "Milk"})).await;
        client.get("/api/notes/").await.assert_contains("Milk");
    })
    .await;

    let client = client.raise_request_exception(false);
    client.get("/broken/").await.assert_status(500);
}
