//! Fields that PostgreSQL alone has. The queries are asked of the one that `BELLEVILLE_TEST_POSTGRES_URL` names.

use belleville::db::functions::{self, search_rank};
use belleville::db::migrations::state::*;
use belleville::db::migrations::{AppConfig, Migrator, exclude, field, gin_index, gist_index, lower};
use belleville::db::{Date, FieldKind, HStore, Headline, Q, Range, Registry, SearchQuery};
use belleville::prelude::*;

/// A room that is rented by the day.
#[derive(Clone, Debug, Model)]
#[model(
    app = "rooms",
    constraints = [exclude(name = "one_booking", expressions = [(lower(title), "="), (booked, "&&")])],
    indexes = [
        gin_index(fields = ["tags"], fastupdate = false),
        gist_index(name = "rooms_by_days", fields = ["booked"]),
    ],
)]
pub struct Room {
    #[field(primary_key)]
    pub id: i64,
    pub title: String,
    #[field(max_length = 20, default = vec![])]
    pub tags: Vec<String>,
    #[field(size = 7)]
    pub prices: Option<Vec<Option<i32>>>,
    pub booked: Option<Range<Date>>,
    #[field(default = HStore::new())]
    pub facts: HStore,
    #[field(kind = SearchVectorField)]
    pub words: Option<String>,
}

fn app() -> AppConfig {
    let initial = Migration::new("0001_initial").create_extension("hstore").create_extension("btree_gist");
    let initial = initial.create_extension("pg_trgm").create_extension("unaccent");
    let migration = initial.create(
        model(
            "Room",
            [
                id(),
                text("title"),
                array("tags", &FieldKind::CharField { max_length: Some(20) }),
                kind("prices", FieldKind::ArrayField { base: &FieldKind::IntegerField, size: Some(7) })
                    .null(),
                date_range("booked").null(),
                hstore("facts"),
                search_vector("words").null(),
            ],
        )
        .constraint(exclude("one_booking", [lower(field("title")).with("="), field("booked").with("&&")]))
        .index(gin_index("", ["tags"]).fastupdate(false))
        .index(gist_index("rooms_by_days", ["booked"])),
    );
    AppConfig::new("rooms").model::<Room>().migration(migration)
}

fn conditions() -> [Q<Room>; 13] {
    let (quiet, may) = (vec!["quiet".to_owned()], |day| Date::constant(2026, 5, day));
    [
        Room::TAGS.contains(quiet.clone()),
        Room::TAGS.overlap(quiet),
        Room::TAGS.len().gt(1),
        Room::TAGS.item(0).eq("quiet"),
        Room::BOOKED.contains_value(may(3)),
        Room::BOOKED.overlap(may(4)..may(9)),
        Room::BOOKED.end().lt(may(9)),
        Room::FACTS.has_key("view"),
        Room::FACTS.key("view").eq("sea"),
        Room::TITLE.search("rooms"),
        Room::WORDS.search(SearchQuery::websearch("quiet -street").config("english")),
        Room::TITLE.unaccent().icontains("quíet"),
        Room::TITLE.trigram_word_similar("quit"),
    ]
}

async fn find_words(db: &Database) -> belleville::db::Result<u64> {
    let words = functions::search_vector(Room::TITLE).config("english");
    Room::objects().update(db, [Room::WORDS.set(words)]).await
}

async fn headlines(db: &Database) -> belleville::db::Result<Vec<(String, f64)>> {
    let marked = Headline::new().start_sel("<mark>").stop_sel("</mark>");
    let title = Room::TITLE.search_headline_by(marked, "quiet");
    let likeness = Room::TITLE.trigram_word_similarity("quit");
    Room::objects().order_by([likeness.clone().desc()]).values((title, likeness)).all(db).await
}

#[belleville::test]
async fn each_condition_finds_the_room() {
    let Ok(url) = std::env::var("BELLEVILLE_TEST_POSTGRES_URL") else { return };
    let apps = [app()];
    let db = &Database::open(&url, Registry::new([Room::META])).unwrap();
    Migrator::new(&apps).migrate(db, |_| {}).await.unwrap();
    let rooms = Room::objects();
    let room = rooms.create(
        db,
        [
            Room::TITLE.set("A quiet room"),
            Room::TAGS.set(vec!["quiet".to_owned(), "sea".to_owned()]),
            Room::BOOKED.set(Date::constant(2026, 5, 1)..=Date::constant(2026, 5, 4)),
            Room::FACTS.set(HStore::from([("view".to_owned(), Some("sea".to_owned()))])),
        ],
    );
    room.await.unwrap();
    find_words(db).await.unwrap();
    for condition in conditions() {
        assert_eq!(Room::objects().filter(condition).count(db).await.unwrap(), 1);
    }
    let shown = headlines(db).await.unwrap();
    assert_eq!(shown, [("A <mark>quiet</mark> room".to_owned(), 0.6)]);
    let query = SearchQuery::plain("quiet") & !SearchQuery::phrase("quiet street");
    let best = Room::objects()
        .filter(Room::WORDS.search(query.clone()))
        .order_by([search_rank(Room::WORDS, query).desc()])
        .first(db)
        .await
        .unwrap();
    assert_eq!(
        best.unwrap().booked.unwrap(),
        Range::from(Date::constant(2026, 5, 1)..Date::constant(2026, 5, 5))
    );
}

#[belleville::test]
async fn sqlite_has_no_such_columns() {
    let db = Database::open("sqlite://:memory:", Registry::new([Room::META])).unwrap();
    let error = Migrator::new(&[app()]).migrate(&db, |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("rooms.Room.tags: a column of the kind ArrayField needs PostgreSQL"));
}
