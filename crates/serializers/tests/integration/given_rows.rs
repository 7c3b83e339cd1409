//! The rows that a new object was given: what an answer shows of them, and when it reads them.

use belleville_db::functions::raw;
use belleville_db::json::parse;
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Database, Error, ManyToMany, Model, Registry, capture_queries};
use belleville_serializers::{Context, Input, ModelSerializer, Serializer, SerializerClass};

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["id"])]
struct Tag {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["-name"])]
struct Label {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop")]
struct Item {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    #[field(related_name = "items", blank)]
    tags: ManyToMany<Tag>,
    #[field(related_name = "items", blank)]
    labels: ManyToMany<Label>,
}

#[derive(ModelSerializer)]
#[serializer(model = Item, fields = [id, name, tags])]
struct TaggedSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Item, fields = [id, name, labels])]
struct LabelledSerializer;

async fn filled() -> Database {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Tag>())
        .create(ModelState::of::<Label>())
        .create(ModelState::of::<Item>());
    let apps = [AppConfig::new("shop").model::<Tag>().model::<Label>().model::<Item>().migration(first)];
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open("sqlite://:memory:", registry).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    for name in ["one", "two", "three"] {
        Tag::objects().create(&db, [Tag::NAME.set(name)]).await.unwrap();
        Label::objects().create(&db, [Label::NAME.set(name)]).await.unwrap();
    }
    db
}

/// Saves input, does something more, and gives what the answer shows and how many statements it has asked.
async fn answered<S: ModelSerializer<Model = Item>>(
    db: &Database,
    input: &str,
    then: impl AsyncFnOnce(&Item),
) -> (String, usize) {
    let (class, context, json) = (SerializerClass::of::<S>(), Context::new(db), parse(input).unwrap());
    let mut serializer: Serializer<Item, Error> =
        Serializer::for_create(&class, &Input::Json(&json), &context).await.unwrap();
    let given = serializer.given_rows();
    let item = serializer.save(db).await.unwrap();
    then(&item).await;
    let context = context.with_given_rows(&given);
    let (shown, queries) = capture_queries(class.represent(&item, &context)).await;
    (String::from_utf8(shown.unwrap()).unwrap(), queries.len())
}

const INPUT: &str = r#"{"name": "x", "tags": [3, 1, 3]}"#;

#[tokio::test]
async fn keys_that_were_just_written_are_not_read() {
    let db = filled().await;
    let shown = answered::<TaggedSerializer>(&db, INPUT, async |_| {}).await;
    assert_eq!(shown, (r#"{"id":1,"name":"x","tags":[1,3]}"#.to_owned(), 0));
    let shown = answered::<TaggedSerializer>(&db, r#"{"name": "y", "tags": []}"#, async |_| {}).await;
    assert_eq!(shown, (r#"{"id":2,"name":"y","tags":[]}"#.to_owned(), 0));
}

#[tokio::test]
async fn what_is_written_after_saving_is_seen() {
    let db = &filled().await;
    let more = async |item: &Item| {
        let tags = Tag::objects().filter(Tag::ID.eq(2)).all(db).await.unwrap();
        Item::TAGS.of(item).add(db, &tags).await.unwrap();
    };
    let shown = answered::<TaggedSerializer>(db, INPUT, more).await;
    assert_eq!(shown, (r#"{"id":1,"name":"x","tags":[1,2,3]}"#.to_owned(), 1));
    let fewer = async |_: &Item| {
        raw("DELETE FROM shop_item_tags WHERE tag_id = %s").bind(1).execute(db).await.unwrap();
    };
    let shown = answered::<TaggedSerializer>(db, INPUT, fewer).await;
    assert_eq!(shown, (r#"{"id":2,"name":"x","tags":[3]}"#.to_owned(), 1));
    let returned = async |_: &Item| {
        let sql = "DELETE FROM shop_item_tags WHERE tag_id = 3 RETURNING tag_id";
        let _gone: Vec<i64> = raw(sql).rows(db).await.unwrap();
    };
    let shown = answered::<TaggedSerializer>(db, INPUT, returned).await;
    assert_eq!(shown, (r#"{"id":3,"name":"x","tags":[1]}"#.to_owned(), 1));
}

#[tokio::test]
async fn what_a_trigger_changes_is_seen() {
    let db = filled().await;
    let before = answered::<TaggedSerializer>(&db, INPUT, async |_| {}).await;
    assert_eq!(before.1, 0);
    let trigger = "CREATE TRIGGER no_first AFTER INSERT ON shop_item_tags WHEN NEW.tag_id = 1 \
                   BEGIN DELETE FROM shop_item_tags WHERE id = NEW.id; END";
    raw(trigger).execute(&db).await.unwrap();
    let shown = answered::<TaggedSerializer>(&db, INPUT, async |_| {}).await;
    assert_eq!(shown, (r#"{"id":2,"name":"x","tags":[3]}"#.to_owned(), 1));
}

#[tokio::test]
async fn rows_in_another_order_than_that_of_their_keys_are_read() {
    let db = filled().await;
    let shown =
        answered::<LabelledSerializer>(&db, r#"{"name": "x", "labels": [1, 2, 3]}"#, async |_| {}).await;
    assert_eq!(shown, (r#"{"id":1,"name":"x","labels":[2,3,1]}"#.to_owned(), 1));
}

#[tokio::test]
async fn of_another_object_nothing_is_known() {
    let db = filled().await;
    answered::<TaggedSerializer>(&db, r#"{"name": "other", "tags": [2]}"#, async |_| {}).await;
    let (class, context, json) =
        (SerializerClass::of::<TaggedSerializer>(), Context::new(&db), parse(INPUT).unwrap());
    let mut serializer: Serializer<Item, Error> =
        Serializer::for_create(&class, &Input::Json(&json), &context).await.unwrap();
    let given = serializer.given_rows();
    serializer.save(&db).await.unwrap();
    let items = Item::objects().order_by([Item::ID.asc()]).all(&db).await.unwrap();
    let shown = class.represent_objects(&items, &context.with_given_rows(&given)).await.unwrap();
    assert_eq!(
        String::from_utf8(shown).unwrap(),
        r#"[{"id":1,"name":"other","tags":[2]},{"id":2,"name":"x","tags":[1,3]}]"#
    );
}
