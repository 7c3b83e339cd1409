//! A model with a parent in a serializer. What is expected is what Django REST framework answers for the same models.

use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::prelude::*;
use belleville::test::TestClient;

use crate::server::Server;

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Owner {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town", ordering = ["id"])]
struct Place {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9, unique)]
    name: String,
    #[field(blank, on_delete = SetNull)]
    owner: Option<ForeignKey<Owner>>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Restaurant {
    #[field(parent)]
    place: Place,
    #[field(default = false)]
    serves_pizza: bool,
    #[field(unique)]
    number: i64,
}

#[derive(ModelSerializer)]
#[serializer(model = Restaurant, fields = [id, name, owner, serves_pizza, number], querysets = [owner = known])]
struct RestaurantSerializer;

/// A field of the parent may be set to these.
fn known(_: &Request) -> Result<QuerySet<Owner>> {
    Ok(Owner::objects().exclude(Owner::NAME.eq("Nobody")))
}

struct Restaurants;

impl ModelViewSet for Restaurants {
    type Model = Restaurant;
    type Serializer = RestaurantSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).authentication_classes(());
    }
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("restaurants", Restaurants);
    Urls::new().include("", router.urls())
}

fn town() -> AppConfig {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Owner>())
        .create(ModelState::of::<Place>())
        .create(ModelState::of::<Restaurant>());
    AppConfig::new("town").model::<Owner>().model::<Place>().model::<Restaurant>().migration(first)
}

fn server() -> Server {
    Server::start_with("", &[], urls(), vec![town()], vec![])
}

#[test]
fn fields_of_the_parent_are_read_and_written_as_its_own() {
    let server = server();
    let db = &server.application.db;
    server.runtime.block_on(Owner::objects().create(db, [Owner::NAME.set("Ann")])).unwrap();
    server.runtime.block_on(Owner::objects().create(db, [Owner::NAME.set("Nobody")])).unwrap();
    // A place that is no restaurant.
    server.runtime.block_on(Place::objects().create(db, [Place::NAME.set("Quay")])).unwrap();
    for (request, body, status, answer) in [
        (
            "POST /restaurants/",
            r#"{"name":"Napoli","serves_pizza":true,"number":1,"owner":1}"#,
            201,
            r#"{"id":2,"name":"Napoli","owner":1,"serves_pizza":true,"number":1}"#,
        ),
        (
            "POST /restaurants/",
            r#"{"name":"Napoli","number":1}"#,
            400,
            r#"{"name":["place with this name already exists."],"number":["restaurant with this number already exists."]}"#,
        ),
        (
            "POST /restaurants/",
            "{}",
            400,
            r#"{"name":["This field is required."],"number":["This field is required."]}"#,
        ),
        (
            "POST /restaurants/",
            r#"{"name":"Asia","number":2,"owner":9}"#,
            400,
            r#"{"owner":["Invalid pk \"9\" - object does not exist."]}"#,
        ),
        (
            "POST /restaurants/",
            r#"{"name":"Asia","number":2,"owner":2}"#,
            400,
            r#"{"owner":["Invalid pk \"2\" - object does not exist."]}"#,
        ),
        (
            "GET /restaurants/",
            "",
            200,
            r#"[{"id":2,"name":"Napoli","owner":1,"serves_pizza":true,"number":1}]"#,
        ),
        (
            "GET /restaurants/2/",
            "",
            200,
            r#"{"id":2,"name":"Napoli","owner":1,"serves_pizza":true,"number":1}"#,
        ),
        (
            "PATCH /restaurants/2/",
            r#"{"name":"Roma"}"#,
            200,
            r#"{"id":2,"name":"Roma","owner":1,"serves_pizza":true,"number":1}"#,
        ),
        (
            "PATCH /restaurants/2/",
            r#"{"number":7}"#,
            200,
            r#"{"id":2,"name":"Roma","owner":1,"serves_pizza":true,"number":7}"#,
        ),
        (
            "PUT /restaurants/2/",
            r#"{"id":5,"name":"Roma","number":8}"#,
            200,
            r#"{"id":2,"name":"Roma","owner":1,"serves_pizza":true,"number":8}"#,
        ),
        ("GET /restaurants/1/", "", 404, r#"{"detail":"No Restaurant matches the given query."}"#),
        // No restaurant has the name, but a place has.
        (
            "PATCH /restaurants/2/",
            r#"{"name":"Quay"}"#,
            400,
            r#"{"name":["place with this name already exists."]}"#,
        ),
        ("DELETE /restaurants/2/", "", 204, ""),
    ] {
        let header = if body.is_empty() { "" } else { "Content-Type: application/json" };
        let found = server.send(request, header, body);
        assert_eq!((found.status, found.body.as_str()), (status, answer), "{request} {body}");
    }
    assert_eq!(server.runtime.block_on(Place::objects().count(db)).unwrap(), 1);
}

#[test]
fn options_tell_the_fields_of_the_parent() {
    let body = server().send("OPTIONS /restaurants/", "", "").body;
    let fields = [
        r#""id":{"type":"integer","required":false,"read_only":true,"label":"ID"}"#,
        r#""name":{"type":"string","required":true,"read_only":false,"label":"Name","max_length":9}"#,
        r#""owner":{"type":"field","required":false,"read_only":false,"label":"Owner"}"#,
        r#""serves_pizza":{"type":"boolean","required":false,"read_only":false,"label":"Serves pizza"}"#,
    ];
    assert!(body.contains(&fields.join(",")), "{body}");
}

#[belleville::test]
async fn the_page_links_to_a_child_by_the_parents_key() {
    let client = TestClient::new(&App::new("town", env!("CARGO_MANIFEST_DIR"), urls).app(town())).await;
    let client = client.header("Accept", "text/html,*/*;q=0.8");
    client.post("/restaurants/", json!({"name": "Napoli", "number": 1})).await.assert_status(201);
    let link = "<a href=\"/restaurants/1/\">1</a>";
    assert!(client.get("/restaurants/").await.text().contains(link));
    assert!(!client.get("/restaurants/1/").await.text().contains(link));
}
