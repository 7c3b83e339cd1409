//! Generic foreign keys: what the tables beside Django's (`conformance/queries`) cannot show.

use std::sync::Arc;

use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration};
use belleville_db::{
    Column, ContentTypes, Database, Error, ForeignKey, GenericForeignKey, GenericRelation, LookupName, Model,
    Object, Uuid, capture_queries, json::Json,
};

use crate::library::migrated_apps;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "contenttypes", table = "django_content_type", unique_together = [["app_label", "model"]])]
struct ContentType {
    #[field(primary_key)]
    id: i32,
    #[field(max_length = 100)]
    app_label: String,
    #[field(max_length = 100)]
    model: String,
}

impl ContentTypes for ContentType {
    const APP_LABEL: Column<Self, String> = Self::APP_LABEL;
    const MODEL: Column<Self, String> = Self::MODEL;
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "zoo", ordering = ["id"])]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    text: String,
    #[field(on_delete = Cascade)]
    kind: Option<ForeignKey<ContentType>>,
    #[field(max_length = 40)]
    key: Option<String>,
    #[field(generic(kind, key))]
    about: GenericForeignKey,
    #[field(related_query_name = "note")]
    notes: GenericRelation<Note>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "zoo")]
struct Animal {
    #[field(primary_key, default = Uuid::new_v4())]
    key: Uuid,
    #[field(max_length = 20)]
    name: String,
    #[field(key = about, related_query_name = "animal")]
    notes: GenericRelation<Note>,
}

/// No model of the program has this table.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "zoo")]
struct Keeper {
    #[field(primary_key)]
    id: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "zoo", table = "zoo_animal", proxy)]
struct Pet {
    #[field(primary_key, default = Uuid::new_v4())]
    key: Uuid,
    #[field(max_length = 20)]
    name: String,
}

async fn database() -> Database {
    let types = AppConfig::new("contenttypes")
        .model::<ContentType>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<ContentType>()));
    let zoo = AppConfig::new("zoo").model::<Note>().model::<Animal>().model::<Pet>().migration(
        Migration::new("0001_initial")
            .depends_on("contenttypes", "0001_initial")
            .create(ModelState::of::<Note>())
            .create(ModelState::of::<Animal>()),
    );
    migrated_apps([types, zoo]).await
}

async fn animal(db: &Database, name: &str) -> Animal {
    Animal::objects().create(db, [Animal::NAME.set(name)]).await.unwrap()
}

async fn note_about<T: Model>(db: &Database, text: &str, object: &T) -> Note {
    let [kind, key] = Note::ABOUT.set(db, object).await.unwrap();
    Note::objects().create(db, [Note::TEXT.set(text), kind, key]).await.unwrap()
}

#[tokio::test]
async fn a_content_type_is_made_and_asked_for_once() {
    let db = database().await;
    let leo = animal(&db, "Leo").await;
    let (note, statements) = capture_queries(note_about(&db, "roars", &leo)).await;
    // It is looked for, made, and the row is written.
    assert_eq!(statements.len(), 3, "{statements:?}");
    let (_, statements) = capture_queries(note_about(&db, "sleeps", &leo)).await;
    assert_eq!(statements.len(), 1, "{statements:?}");
    let (found, statements) = capture_queries(Note::ABOUT.of(&note).get_as::<Animal>(&db)).await;
    assert_eq!((found.unwrap(), statements.len()), (Some(leo.clone()), 1), "{statements:?}");

    // One that is made in a transaction that is undone is not known afterwards.
    db.forget_content_types();
    let undone = db
        .atomic(async || {
            note_about(&db, "again", &note).await;
            note_about(&db, "once more", &note).await;
            Err::<(), _>(Error::Database("undone".to_owned()))
        })
        .await;
    assert!(undone.is_err());
    let (note, _) = capture_queries(note_about(&db, "again", &note)).await;
    let kinds = ContentType::objects().filter(ContentType::MODEL.eq("note")).all(&db).await.unwrap();
    assert_eq!(note.kind.unwrap().pk(), &kinds[0].id);

    // Another program has made the types anew.
    ContentType::objects().filter(ContentType::MODEL.eq("animal")).delete(&db).await.unwrap();
    db.forget_content_types();
    let note = note_about(&db, "moved", &leo).await;
    assert_eq!(Note::ABOUT.of(&note).get_as::<Animal>(&db).await.unwrap(), Some(leo));
}

#[tokio::test]
async fn an_object_has_its_type() {
    let db = database().await;
    let leo = animal(&db, "Leo").await;
    let mut note = note_about(&db, "roars", &leo).await;
    assert_eq!(note.key, Some(leo.key.to_string()));
    let object = Note::ABOUT.of(&note).get(&db).await.unwrap().unwrap();
    assert_eq!((object.downcast_ref::<Animal>(), object.downcast_ref::<Note>()), (Some(&leo), None));
    assert_eq!(Note::ABOUT.of(&note).get_as::<Note>(&db).await.unwrap(), None);
    // A proxy is the model with the table.
    let pet = Pet { key: leo.key, name: leo.name.clone() };
    assert_eq!(note_about(&db, "purrs", &pet).await.kind, note.kind);
    assert_eq!(Note::ABOUT.of(&note).get_as::<Pet>(&db).await.unwrap(), Some(pet));

    let about =
        Note::objects().filter(Note::ABOUT.is(&leo).unwrap()).values(Note::TEXT).all(&db).await.unwrap();
    assert_eq!(about, ["roars", "purrs"]);
    let first = note.clone();
    Note::ABOUT.assign(&db, &mut note, &first).await.unwrap();
    assert_eq!(note.key.as_deref(), Some("1"));
    // What is no key of the model is no object of it, and neither is nothing.
    note.key = Some("x".to_owned());
    assert!(Note::ABOUT.of(&note).get(&db).await.unwrap().is_none());
    note.kind = None;
    assert!(Note::ABOUT.of(&note).get(&db).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_model_of_the_program_is_told() {
    let db = database().await;
    let note = note_about(&db, "unknown", &Keeper { id: 1 }).await;
    let refused = Note::ABOUT.of(&note).get(&db).await.unwrap_err().to_string();
    assert!(refused.contains("zoo.keeper, which is no model of the program"), "{refused}");
}

#[tokio::test]
async fn objects_come_with_one_query_for_each_model() {
    let db = database().await;
    let (leo, kit) = (animal(&db, "Leo").await, animal(&db, "Kit").await);
    let first = note_about(&db, "a", &leo).await;
    note_about(&db, "b", &kit).await;
    note_about(&db, "c", &leo).await;
    note_about(&db, "d", &first).await;
    Note::objects().create(&db, [Note::TEXT.set("e")]).await.unwrap();
    let query = Note::objects().prefetch_objects(Note::ABOUT);
    let (found, statements) = capture_queries(query.all(&db)).await;
    assert_eq!(statements.len(), 3, "{statements:?}");
    let found = found.unwrap();
    let animal = |at: usize| found[at].1.as_ref().and_then(|object| object.downcast_ref::<Animal>());
    assert_eq!((animal(0), animal(1), animal(2), animal(3)), (Some(&leo), Some(&kit), Some(&leo), None));
    assert_eq!(found[3].1.as_ref().and_then(|object| object.downcast_ref::<Note>()), Some(&first));
    assert!(found[4].1.is_none());
    // The notes of a note, each with its object.
    let notes = Note::objects().prefetch(Note::NOTES, Note::objects().prefetch_objects(Note::ABOUT));
    let notes = notes.all(&db).await.unwrap();
    let inner: Vec<&(Note, Option<Arc<dyn Object>>)> = notes.iter().flat_map(|(_, notes)| notes).collect();
    assert_eq!((inner.len(), inner[0].0.text.as_str()), (1, "d"));
    assert_eq!(inner[0].1.as_ref().and_then(|object| object.downcast_ref::<Note>()), Some(&first));
}

/// Django's `GenericPrefetch("about", [..])`.
#[tokio::test]
async fn objects_come_by_a_query_for_each_model() {
    let db = database().await;
    let (leo, kit) = (animal(&db, "Leo").await, animal(&db, "Kit").await);
    let first = note_about(&db, "a", &leo).await;
    note_about(&db, "b", &kit).await;
    note_about(&db, "c", &leo).await;
    note_about(&db, "d", &first).await;
    note_about(&db, "e", &Keeper { id: 1 }).await;
    Note::objects().create(&db, [Note::TEXT.set("f")]).await.unwrap();
    let lions = Animal::objects().filter(Animal::NAME.starts_with("L")).annotate(Animal::NAME.lower());
    let query = Note::objects()
        .prefetch_objects_as(Note::ABOUT, lions.prefetch_related(Animal::NOTES))
        .prefetch_objects_as(Note::ABOUT, Note::objects());
    let (found, statements) = capture_queries(query.all(&db)).await;
    // The notes, the animals, the notes of the animals, and the notes that notes are about.
    assert_eq!(statements.len(), 4, "{statements:?}");
    let found = found.unwrap();
    let shown: Vec<_> = found
        .iter()
        .map(|((note, animal), about)| {
            let animal = animal.as_ref().map(|animal| {
                let ((animal, lower), notes) = &**animal;
                (animal.name.as_str(), lower.as_str(), notes.len())
            });
            (note.text.as_str(), animal, about.as_ref().map(|about| about.text.as_str()))
        })
        .collect();
    let leo = Some(("Leo", "leo", 2));
    assert_eq!(
        shown,
        [
            ("a", leo, None),
            ("b", None, None),
            ("c", leo, None),
            ("d", None, Some("a")),
            ("e", None, None),
            ("f", None, None),
        ]
    );
    // Two rows have one object.
    let [first, _, third, ..] = &found[..] else { panic!("{found:?}") };
    assert!(Arc::ptr_eq(first.0.1.as_ref().unwrap(), third.0.1.as_ref().unwrap()));
    // A proxy is the model with the table.
    let pets = Note::objects().prefetch_objects_as(Note::ABOUT, Pet::objects()).all(&db).await.unwrap();
    assert_eq!(pets.iter().filter(|(_, pet)| pet.is_some()).count(), 3);
}

#[tokio::test]
async fn keys_as_text_are_compared_with_keys_of_any_kind() {
    let db = database().await;
    let (leo, kit) = (animal(&db, "Leo").await, animal(&db, "Kit").await);
    let first = note_about(&db, "a", &leo).await;
    note_about(&db, "b", &first).await;
    // Another content type may have a text that is no number.
    let with_b = Note::objects().filter(Note::NOTES.to(Note::TEXT).eq("b"));
    assert_eq!(with_b.values(Note::ID).all(&db).await.unwrap(), [first.id]);
    let without = Note::objects().exclude(Note::NOTES.to(Note::TEXT).eq("b"));
    assert_eq!(without.values(Note::TEXT).all(&db).await.unwrap(), ["b"]);
    let notes = Animal::NOTES.of(&leo).all().unwrap().values(Note::TEXT).all(&db).await.unwrap();
    assert_eq!(
        (notes, Animal::NOTES.of(&kit).all().unwrap().count(&db).await.unwrap()),
        (vec!["a".to_owned()], 0)
    );
    // Also keys that SQLite keeps in another way than the text has them.
    let noted = Animal::objects().filter(Animal::NOTES.to(Note::TEXT).eq("a"));
    assert_eq!(noted.values(Animal::NAME).all(&db).await.unwrap(), ["Leo"]);
    let animal = Animal::NOTES.reverse();
    assert_eq!(Note::objects().filter(animal.to(Animal::NAME).eq("Leo")).count(&db).await.unwrap(), 1);
    let animals = Animal::objects().order_by([Animal::NAME.asc()]).prefetch_related(Animal::NOTES);
    let animals = animals.all(&db).await.unwrap();
    assert_eq!((animals[0].1.len(), animals[1].1.len()), (0, 1));
    // A deletion takes the notes about the animal and the notes about these.
    let deleted = leo.delete(&db).await.unwrap();
    assert_eq!(deleted.by_model, [("zoo.Animal".to_owned(), 1), ("zoo.Note".to_owned(), 2)]);
}

#[tokio::test]
async fn names_lead_over_generic_relations() {
    let db = database().await;
    let leo = animal(&db, "Leo").await;
    let first = note_about(&db, "a", &leo).await;
    note_about(&db, "b", &first).await;
    let find = |model, name: &str| LookupName::parse(model, db.registry(), name).unwrap();
    let over = find(Note::META, "notes__text");
    let rows = Note::objects().rows().filter(&over, &Json::from("b")).unwrap();
    assert_eq!(rows.count(&db).await.unwrap(), 1);
    let back = find(Note::META, "note__text");
    let rows = Note::objects().rows().filter(&back, &Json::from("a")).unwrap();
    assert_eq!(rows.count(&db).await.unwrap(), 1);
    let unknown = LookupName::parse(Animal::META, db.registry(), "nots").unwrap_err().to_string();
    assert!(unknown.contains("did you mean `notes`"), "{unknown}");
}

#[tokio::test]
async fn the_way_back_is_one_row() {
    let db = database().await;
    let first = note_about(&db, "a", &animal(&db, "Leo").await).await;
    let second = note_about(&db, "b", &first).await;
    let pairs = Note::objects().select_related_one(Note::NOTES.reverse()).all(&db).await.unwrap();
    assert_eq!(pairs, [(first.clone(), None), (second, Some(first))]);
}
