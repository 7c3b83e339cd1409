//! Rows as JSON and back. What is dumped and loaded beside a running Django is in `conformance/fixtures.py`.

use belleville_db::fixtures::{Dump, Fixture, FixtureError, Format, Load, Loaded};
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration};
use belleville_db::{Database, DateTime, ForeignKey, ManyToMany, Model, ModelHooks, Result};

use crate::library::migrated_apps;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press", natural_key = ["name"], hooks)]
struct Writer {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, unique)]
    name: String,
    #[field(on_delete = SetNull)]
    mentor: Option<ForeignKey<Writer>>,
    friends: ManyToMany<Writer>,
}

impl ModelHooks for Writer {
    async fn before_save(&mut self, _: &Database) -> Result<()> {
        self.name.push('!');
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press", natural_key = ["title", "writer"])]
struct Story {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    title: String,
    #[field(on_delete = Cascade)]
    writer: ForeignKey<Writer>,
    #[field(auto_now)]
    changed: DateTime,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press")]
struct Note {
    #[field(primary_key, max_length = 10)]
    code: String,
    #[field(on_delete = Cascade)]
    story: ForeignKey<Story>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press", ordering = ["-name"])]
struct Paper {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press")]
struct Daily {
    #[field(parent)]
    paper: Paper,
    pages: i32,
}

async fn empty() -> Database {
    let app = AppConfig::new("press").model::<Writer>().model::<Story>().model::<Note>().model::<Paper>();
    let tables = Migration::new("0001_initial")
        .create(ModelState::of::<Writer>())
        .create(ModelState::of::<Story>())
        .create(ModelState::of::<Note>())
        .create(ModelState::of::<Paper>())
        .create(ModelState::of::<Daily>());
    migrated_apps([app.model::<Daily>().migration(tables)]).await
}

async fn load(db: &Database, text: &str) -> Result<Loaded, FixtureError> {
    let fixture = Fixture { name: "press.json", text: text.as_bytes(), format: Format::Json };
    Load::default().run(db, &[fixture]).await
}

async fn dumped(db: &Database, change: impl FnOnce(&mut Dump)) -> String {
    let mut dump = Dump::new(vec![Writer::META, Story::META, Note::META]);
    change(&mut dump);
    let mut out = Vec::new();
    dump.write(db, &mut out, &mut |_| {}).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// Every object names one that comes later.
const BACKWARDS: &str = r#"[
    {"model": "press.note", "pk": "n", "fields": {"story": ["One", "Ann"]}},
    {"model": "press.story", "fields": {"title": "One", "writer": ["Ann"], "changed": "2026-01-02T03:04:05Z"}},
    {"model": "press.writer", "fields": {"name": "Ann", "mentor": ["Bob"], "friends": [["Bob"], ["Ann"]]}},
    {"model": "press.writer", "fields": {"name": "Bob", "mentor": ["Ann"], "friends": []}}
]"#;

// Django 5.2.19 loads the writers so; the story it refuses, because its writer is not there yet and may not be NULL.
#[tokio::test]
async fn objects_may_name_others_that_come_later() {
    let db = empty().await;
    let loaded = load(&db, BACKWARDS).await.unwrap();
    assert_eq!((loaded.saved, loaded.read), (4, 4));
    assert_eq!(
        dumped(&db, |dump| (dump.natural_foreign, dump.natural_primary) = (true, true)).await,
        r#"[{"model": "press.writer", "fields": {"name": "Ann", "mentor": ["Bob"], "friends": [["Ann"], ["Bob"]]}}, "#.to_owned()
            + r#"{"model": "press.writer", "fields": {"name": "Bob", "mentor": ["Ann"], "friends": [["Ann"]]}}, "#
            + r#"{"model": "press.story", "fields": {"title": "One", "writer": ["Ann"], "changed": "2026-01-02T03:04:05Z"}}, "#
            + r#"{"model": "press.note", "pk": "n", "fields": {"story": ["One", "Ann"]}}]"#
    );
    // A second time the same rows are found by their natural keys.
    load(&db, BACKWARDS).await.unwrap();
    assert_eq!(Writer::objects().count(&db).await.unwrap(), 2);
    assert_eq!(Story::objects().count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn rows_are_written_as_they_are() {
    let db = empty().await;
    let text = r#"[{"model": "press.Writer", "pk": 41, "fields": {"name": "Ann"}},
        {"model": "press.story", "pk": 7, "fields": {"title": "a", "writer": 41, "changed": "2026-01-02T03:04:05.5Z"}}]"#;
    load(&db, text).await.unwrap();
    let ann = Writer::objects().get(&db).await.unwrap();
    assert_eq!((ann.id, ann.name.as_str()), (41, "Ann"), "no hook is called");
    let changed = Story::objects().get(&db).await.unwrap().changed;
    assert_eq!(changed.to_string(), "2026-01-02T03:04:05.5", "no time is set");
    load(&db, r#"[{"model": "press.writer", "pk": 41, "fields": {"name": "Eva"}}]"#).await.unwrap();
    assert_eq!(Writer::objects().get(&db).await.unwrap().name, "Eva");
    // New rows come after those that were loaded.
    let new = Writer::objects().create(&db, [Writer::NAME.set("Bob")]).await.unwrap();
    assert_eq!((new.id, new.name.as_str()), (42, "Bob!"));
}

#[tokio::test]
async fn a_fixture_that_is_wrong_changes_nothing_and_says_where() {
    let db = empty().await;
    load(&db, BACKWARDS).await.unwrap();
    let before = dumped(&db, |_| {}).await;
    let first = r#"{"model": "press.writer", "fields": {"name": "New"}}"#;
    for (object, text) in [
        (
            r#"{"model": "press.note", "fields": {"story": 1}}"#,
            "Problem installing fixture 'press.json': object 2 (press.note): expected a primary key in `pk`",
        ),
        (
            r#"{"model": "press.note", "pk": "m", "fields": {"story": ["Two", "Ann"]}}"#,
            "Problem installing fixture 'press.json': object 2 (press.note, pk m), field `story`: there is no row of press.Story with the natural key ['Two', 'Ann']",
        ),
        (
            r#"{"model": "press.note", "pk": "m", "fields": {"story": ["One"]}}"#,
            "Problem installing fixture 'press.json': object 2 (press.note, pk m), field `story`: expected a natural key of press.Story, which is a list of 2 (title, name), found a list of 1",
        ),
        (
            r#"{"model": "press.story", "pk": 9, "fields": {"title": "x", "writer": ["Ann"]}}"#,
            "Problem installing fixture 'press.json': object 2 (press.story, pk 9), field `changed`: expected a value: the field has no default",
        ),
        (
            r#"{"model": "press.daily", "pk": 9, "fields": {"name": "x", "pages": 1}}"#,
            "Problem installing fixture 'press.json': object 2 (press.daily, pk 9), field `name`: the field is one of press.Paper, whose row is an object of its own",
        ),
        (
            r#"{"model": "press.daily", "pk": 9, "fields": {"pages": 3000000000}}"#,
            "Problem installing fixture 'press.json': object 2 (press.daily, pk 9), field `pages`: expected a whole number from -2147483648 to 2147483647",
        ),
        (
            r#"{"model": "press.writer", "pk": 9, "fields": {"name": "\ud800"}}"#,
            "Problem installing fixture 'press.json': object 2 (press.writer, pk 9), field `name`: expected a text",
        ),
    ] {
        let error = load(&db, &format!("[{first}, {object}]")).await.unwrap_err();
        assert_eq!(error.to_string(), text);
        assert_eq!(dumped(&db, |_| {}).await, before);
    }
}

#[tokio::test]
async fn more_rows_than_are_read_at_a_time_are_dumped_once_each_and_in_order() {
    let db = empty().await;
    let mut objects = Vec::new();
    for pk in 1..=1203 {
        // Django orders children by the order of their parents.
        objects
            .push(format!(r#"{{"model": "press.paper", "pk": {pk}, "fields": {{"name": "{}"}}}}"#, pk % 7));
        objects.push(format!(r#"{{"model": "press.daily", "pk": {pk}, "fields": {{"pages": {pk}}}}}"#));
    }
    load(&db, &format!("[{}]", objects.join(","))).await.unwrap();
    let mut expected: Vec<i64> = (1..=1203).collect();
    let by_key: Vec<String> = expected.iter().map(|pk| format!("\"pk\": {pk},")).collect();
    expected.sort_by_key(|pk| (6 - pk % 7, *pk));
    let by_parent: Vec<String> = expected.iter().map(|pk| format!("\"pk\": {pk},")).collect();
    for (model, keys) in [(Paper::META, by_key), (Daily::META, by_parent)] {
        let mut out = Vec::new();
        let mut seen = 0;
        let dump = Dump::new(vec![model]);
        let count = dump.write(&db, &mut out, &mut |objects| seen = objects).await.unwrap();
        assert_eq!((count, seen, dump.count(&db).await.unwrap()), (1203, 1203, 1203));
        let text = String::from_utf8(out).unwrap();
        let found: Vec<&str> = text
            .match_indices("\"pk\":")
            .map(|(at, _)| &text[at..=at + text[at..].find(',').unwrap()])
            .collect();
        assert_eq!(found, keys, "{}", model.label());
    }
}
