//! Viewsets whose objects are found by another field than the primary key, and the names of their URLs.

use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::json::Json;
use belleville::prelude::*;
use belleville::test::TestClient;

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
struct Genre {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50, unique)]
    slug: String,
    #[field(on_delete = Cascade)]
    owner: ForeignKey<User>,
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, slug, owner], read_only_fields = [owner])]
struct GenreSerializer;

/// Only their owner may use them.
struct Genres;

impl ModelViewSet for Genres {
    type Model = Genre;
    type Serializer = GenreSerializer;

    const LOOKUP: Lookup<Genre> = Lookup::field(Genre::SLUG).url_kwarg("name").converter("slug");

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsOwner::new());
    }

    async fn perform_create(&self, serializer: Serializer<Genre>, request: &Request) -> Result<Genre> {
        serializer.with(Genre::OWNER.set(request.user()?)).save(request.db()).await
    }
}

/// Where a genre is, for who knows its slug.
async fn place(request: Request) -> Result<Response> {
    let slug = request.query_params().get("slug").unwrap_or_default();
    let url = request.reverse("library:genre-detail", [("name", slug)])?;
    Response::data(200, &Json::from(url))
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("genres", Genres);
    Urls::new()
        .include("api/", router.urls().namespace("library"))
        .path("place/", View::new("Place").permission_classes(AllowAny).get(place))
}

fn library() -> AppConfig {
    AppConfig::new("library").model::<Genre>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(ModelState::of::<Genre>()),
    )
}

async fn client() -> TestClient {
    let app = App::new("library", env!("CARGO_MANIFEST_DIR"), urls).app(library());
    let client = TestClient::new(&app).await;
    for name in ["alice", "bob"] {
        client.create_user(name).await;
    }
    let alice = client.login("alice").await;
    alice.post("/api/genres/", json!({"slug": "poetry"})).await.assert_status(201);
    alice
}

#[belleville::test]
async fn an_object_is_found_by_its_slug() {
    let alice = client().await;
    for path in ["/api/genres/poetry/", "/api/genres/poetry.json"] {
        alice.get(path).await.assert_status(200).assert_key("slug", "poetry");
    }
    let missing = alice.get("/api/genres/1/").await;
    missing.assert_status(404);
    assert_eq!(missing.text(), "{\"detail\":\"No Genre matches the given query.\"}");
    // No slug, and therefore no path.
    alice.get("/api/genres/p%C3%A9/").await.assert_status(404);
    let changed = alice.patch("/api/genres/poetry/", json!({"slug": "verse"})).await;
    changed.assert_status(200).assert_key("slug", "verse");
    alice.get("/api/genres/poetry/").await.assert_status(404);
    let bob = alice.login("bob").await;
    for method in ["GET", "PUT", "DELETE"] {
        bob.request(method, "/api/genres/verse/").await.assert_status(403);
    }
    let alice = bob.login("alice").await;
    alice.delete("/api/genres/verse/").await.assert_status(204);
    alice.get("/api/genres/verse/").await.assert_status(404);
}

#[belleville::test]
async fn urls_are_written_from_their_names() {
    let alice = client().await;
    assert_eq!(alice.get("/api/").await.text(), "{\"genres\":\"http://testserver/api/genres/\"}");
    let place = alice.get("/place/?slug=poetry").await;
    assert_eq!(place.text(), "\"http://testserver/api/genres/poetry/\"");
    let place = alice.get("/place/?slug=poetry&format=json").await;
    assert_eq!(place.text(), "\"http://testserver/api/genres/poetry/?format=json\"");
}

#[belleville::test]
async fn pages_link_the_slug() {
    let alice = client().await.header("Accept", "text/html");
    let list = alice.get("/api/genres/").await;
    assert!(list.text().contains("href=\"/api/genres/poetry/\""), "{}", list.text());
    assert!(!list.text().contains("href=\"/api/genres/1/\""), "{}", list.text());
    // The page of the genre does not lead to itself.
    let detail = alice.get("/api/genres/poetry/").await;
    let body = detail.text().split_once("<pre").map(|(_, after)| after.to_owned()).unwrap();
    assert!(!body.contains("href=\"/api/genres/poetry/\""), "{body}");
}
