//! Names that Rust or English would write differently: keywords and acronyms.

use belleville::auth::models::Permission as PermissionRow;
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::prelude::*;

use crate::server::Server;

#[derive(Clone, Debug, Model)]
#[model(app = "keys", ordering = ["-type"], unique_together = [["type", "move"]])]
struct APIKey {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    r#type: String,
    #[field(default = -3)]
    r#move: i16,
    #[field(default = 1)]
    little: u16,
    #[field(default = 2)]
    large: u32,
    #[field(default = 4)]
    number: Option<i32>,
    #[field(on_delete = Cascade)]
    r#use: Option<ForeignKey<User>>,
}

#[derive(ModelSerializer)]
#[serializer(model = APIKey, fields = [type, r#move, little, large, number, r#use], read_only_fields = [r#type, move])]
struct ReadOnlySerializer;

#[derive(ModelSerializer)]
#[serializer(model = APIKey, fields = [r#type, move, little, large, number, use])]
struct APIKeySerializer;

macro_rules! viewsets {
    ($($name:ident $serializer:ident)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = APIKey;
            type Serializer = $serializer;

            fn queryset(&self, _: &Request) -> Result<QuerySet<APIKey>> {
                Ok(APIKey::objects().exclude(APIKey::TYPE.eq("hidden")))
            }

            fn configure(&self, config: &mut Config<Self>) {
                config.permission_classes(AllowAny);
            }

            async fn perform_create(&self, serializer: Serializer<APIKey>, request: &Request) -> Result<APIKey> {
                if serializer.validated(APIKey::TYPE).is_some() {
                    return serializer.save(request.db()).await;
                }
                serializer.with(APIKey::TYPE.set("set")).save(request.db()).await
            }
        }
    )*};
}

viewsets!(Keys APIKeySerializer ReadOnlyKeys ReadOnlySerializer);

fn server() -> Server {
    let app = AppConfig::new("keys").model::<APIKey>();
    let app = app.migration(Migration::new("0001_initial").create(ModelState::of::<APIKey>()));
    let mut router = DefaultRouter::new();
    router.register("keys", Keys);
    router.register("read-only", ReadOnlyKeys).basename("read-only");
    Server::start_with("", &[], Urls::new().include("", router.urls()), vec![app], vec![])
}

#[test]
fn a_field_may_be_named_by_a_keyword_of_rust() {
    let server = server();
    let seen = |line: &str, body: &str| {
        let answer = server.send(line, "Content-Type: application/json", body);
        (answer.status, answer.body)
    };
    assert_eq!(
        seen("POST /keys/", r#"{"type": "api"}"#),
        (201, r#"{"type":"api","move":-3,"little":1,"large":2,"number":4,"use":null}"#.to_owned())
    );
    assert_eq!(
        seen("POST /read-only/", r#"{"type": "taken", "move": 9}"#),
        (201, r#"{"type":"set","move":-3,"little":1,"large":2,"number":4,"use":null}"#.to_owned())
    );
    assert_eq!(
        seen("PATCH /keys/1/", r#"{"type": "more than ten characters", "use": 2, "move": 5}"#),
        (400, r#"{"type":["Ensure this field has no more than 10 characters."]}"#.to_owned())
    );
    assert_eq!(
        seen("GET /keys/2/", ""),
        (200, r#"{"type":"set","move":-3,"little":1,"large":2,"number":4,"use":null}"#.to_owned())
    );
    let list = seen("GET /keys/", "").1;
    assert!(list.starts_with(r#"[{"type":"set""#), "ordered by -type: {list}");
    let columns: Vec<_> = APIKey::META.fields.iter().map(|field| (field.name, field.column)).collect();
    assert_eq!(columns[1..3], [("type", "type"), ("move", "move")]);
    assert_eq!(columns[6], ("use", "use_id"));
}

#[test]
fn an_acronym_is_one_word_in_the_names_of_permissions() {
    let server = server();
    let named = PermissionRow::objects().filter(PermissionRow::CODENAME.eq("add_apikey"));
    let permission = server.runtime.block_on(named.get(&server.application.db)).unwrap();
    assert_eq!(permission.name, "Can add api key");
    let options = server.send("OPTIONS /keys/", "", "");
    assert_eq!(options.status, 200);
}
