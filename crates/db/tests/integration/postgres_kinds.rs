//! The kinds of field that PostgreSQL alone has.

use std::ops::Bound;

use belleville_db::json::{self, Json};
use belleville_db::migrations::state::*;
use belleville_db::migrations::{
    AppConfig, Migration, MigrationName, Migrator, ProjectState, exclude, field, gin_index, gist_index,
    unique,
};
use belleville_db::{
    Conflicts, Database, Date, DateTime, Decimal, Dialect, Duration, FieldKind, HStore, LookupName, Model,
    Range, Registry, Time, Uuid, schema,
};

use crate::library::{migrated_apps, registry};
use crate::postgres;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    app = "kinds",
    indexes = [
        gin_index(fields = ["tags"]),
        gist_index(name = "by_ages", fields = ["ages"]),
    ],
)]
struct Collection {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, index)]
    tags: Vec<String>,
    #[field(size = 3)]
    numbers: Option<Vec<Option<i32>>>,
    board: Vec<Vec<i64>>,
    flags: Vec<bool>,
    floats: Vec<f64>,
    #[field(max_digits = 9, decimal_places = 3)]
    prices: Vec<Decimal>,
    days: Vec<Date>,
    moments: Vec<DateTime>,
    times: Vec<Time>,
    lengths: Vec<Duration>,
    ids: Vec<Uuid>,
    documents: Vec<Json>,
    blobs: Vec<Vec<u8>>,
    addresses: Vec<std::net::IpAddr>,
    #[field(default = 1..5)]
    ages: Range<i32>,
    keys: Option<Range<i64>>,
    amounts: Range<Decimal>,
    stay: Range<Date>,
    shift: Range<DateTime>,
    spans: Vec<Range<i32>>,
    #[field(default = HStore::new())]
    attributes: HStore,
    #[field(kind = SearchVectorField)]
    words: Option<String>,
}

fn app() -> AppConfig {
    let fields = [
        id(),
        array("tags", &FieldKind::CharField { max_length: Some(20) }).index(),
        kind("numbers", FieldKind::ArrayField { base: &FieldKind::IntegerField, size: Some(3) }).null(),
        array("board", &FieldKind::ArrayField { base: &FieldKind::BigIntegerField, size: None }),
        array("flags", &FieldKind::BooleanField),
        array("floats", &FieldKind::FloatField),
        array("prices", &FieldKind::DecimalField { max_digits: 9, decimal_places: 3 }),
        array("days", &FieldKind::DateField),
        array("moments", &FieldKind::DateTimeField),
        array("times", &FieldKind::TimeField),
        array("lengths", &FieldKind::DurationField),
        array("ids", &FieldKind::UUIDField),
        array("documents", &FieldKind::JSONField),
        array("blobs", &FieldKind::BinaryField { max_length: None }),
        array("addresses", &FieldKind::GenericIPAddressField),
        integer_range("ages"),
        big_integer_range("keys").null(),
        decimal_range("amounts"),
        date_range("stay"),
        date_time_range("shift"),
        array("spans", &FieldKind::IntegerRangeField),
        hstore("attributes"),
        search_vector("words").null(),
    ];
    let collection = model("Collection", fields)
        .index(gin_index("kinds_colle_tags_486cfd_gin", ["tags"]))
        .index(gist_index("by_ages", ["ages"]));
    AppConfig::new("kinds")
        .model::<Collection>()
        .migration(Migration::new("0001_initial").create_extension("hstore").create(collection))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn collection() -> Collection {
    let moment = |text| parsed::<DateTime>(text);
    Collection {
        id: 0,
        tags: ["", "a,b", "\"quoted\"", "back\\slash", "{NULL}", "null", "é\n"].map(str::to_owned).to_vec(),
        numbers: Some(vec![Some(1), None, Some(-7)]),
        board: vec![vec![1, 2, 3], vec![4, 5, i64::MAX]],
        flags: vec![true, false],
        floats: vec![0.1, -1e300, f64::INFINITY],
        prices: vec![parsed("1.500"), parsed("-999999.001")],
        days: vec![parsed("0001-01-01"), parsed("9999-12-31")],
        moments: vec![moment("1999-12-31T23:59:59.000001"), moment("0001-01-01T00:00:00")],
        times: vec![parsed("00:00:00"), parsed("23:59:59.999999")],
        lengths: vec![Duration::from_micros(-1), Duration::from_micros(90_000_000_007)],
        ids: vec![Uuid::from_u128(7)],
        documents: vec![json::loads("{\"a\": [1, null, \"\\\"\"]}").unwrap(), Json::Null],
        blobs: vec![vec![], vec![0, 255, 92, 34]],
        addresses: vec![parsed("::1"), parsed("10.0.0.1")],
        ages: Range::from(1..5),
        keys: Some(Range::from(..7)),
        amounts: Range::new(
            Bound::Excluded(parsed("0.10")),
            Bound::Included(parsed("12345678901234567890.5")),
        ),
        stay: Range::empty(),
        shift: Range::from(moment("2026-01-01T08:00:00")..),
        spans: vec![Range::from(1..2), Range::empty(), Range::from(..)],
        attributes: HStore::from([
            ("".to_owned(), Some("".to_owned())),
            ("a \"key\"".to_owned(), Some("back\\slash, => NULL".to_owned())),
            ("NULL".to_owned(), None),
        ]),
        words: Some("'a''b' 'c\\\\d' 'fat':2,4B 'rat':3A".to_owned()),
    }
}

#[tokio::test]
async fn each_kind_is_written_and_read() {
    let Some(url) = postgres::fresh_url().await else { return };
    // A database has an extension once, in whatever schema.
    postgres::run(&url, "CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public").await;
    let url = url.replace("&pool_size", ",public&pool_size");
    let apps = [app()];
    let db = Database::open(&url, registry(&apps)).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    let mut saved = collection();
    saved.save(&db).await.unwrap();
    let found = Collection::objects().get(&db).await.unwrap();
    assert_eq!(found, saved);
    // Whole numbers and dates have one form of each range.
    saved.ages = Range::from(1..=4);
    saved.words = Some("the quick fox".to_owned());
    saved.save(&db).await.unwrap();
    let found = Collection::objects().get(&db).await.unwrap();
    assert_eq!(found.ages, Range::from(1..5));
    assert_eq!(found.words.unwrap(), "'fox' 'quick' 'the'");
    // Several at once, made and changed.
    let [mut one, mut two] = [collection(), collection()];
    two.tags = vec![];
    two.numbers = None;
    let mut both = [one.clone(), two.clone()];
    Collection::objects().bulk_create(&db, &mut both, Conflicts::fail()).await.unwrap();
    let read = async |id| Collection::objects().filter_pk(id).get(&db).await.unwrap();
    (one.id, two.id) = (both[0].id, both[1].id);
    assert_eq!([read(one.id).await, read(two.id).await], [one.clone(), two.clone()]);
    (one.tags, one.ages, one.attributes) = (vec!["new".to_owned()], Range::empty(), HStore::new());
    two.words = Some("'word':1".to_owned());
    let columns = [
        Collection::TAGS.into(),
        Collection::NUMBERS.into(),
        Collection::BOARD.into(),
        Collection::AGES.into(),
        Collection::SHIFT.into(),
        Collection::SPANS.into(),
        Collection::ATTRIBUTES.into(),
        Collection::WORDS.into(),
    ];
    let changed = [one.clone(), two.clone()];
    assert_eq!(Collection::objects().bulk_update(&db, &changed, columns).await.unwrap(), 2);
    assert_eq!([read(one.id).await, read(two.id).await], changed);
    // The table is the model's.
    let differences = schema::differences(&db, Collection::meta()).await.unwrap();
    assert_eq!(differences, []);
    let wrong = db.atomic(async || {
        Collection::objects()
            .update(&db, [Collection::AGES.set(Range::new(Bound::Included(5), Bound::Excluded(1)))])
            .await
    });
    assert!(wrong.await.unwrap_err().to_string().contains("lower bound must be less than or equal"));
}

/// What texts mean, as in a query string; `conformance/queries` has the lookups with values of JSON.
#[tokio::test]
async fn names_compare_with_texts() {
    let registry = registry(&[app()]);
    let parse = |name| LookupName::parse(Collection::META, &registry, name);
    for (name, text, expected) in [
        ("numbers__0", "one", "expected a whole number of 64 bits"),
        ("numbers", "1,two", "expected a whole number of 64 bits"),
        ("ages", "1", "expected two bounds"),
        ("ages__contains", "one", "expected a whole number of 64 bits"),
        ("ages__overlap", "1,2,3", "expected two bounds"),
        ("id__contained_by", "1", "expected two bounds"),
        ("attributes", "a", "expected an object of texts"),
    ] {
        let error = parse(name).unwrap().with_text::<Collection>(text).unwrap_err();
        assert_eq!(error.to_string(), expected, "{name}");
    }
    for (name, expected) in [
        ("tags__lenn", "`tags__lenn`: a ArrayField has no lookup `lenn`; did you mean `len`?"),
        ("ages__upper", "`ages__upper`: a IntegerRangeField has no lookup `upper`"),
        ("tags__0_x", "`tags__0_x`: a ArrayField has no lookup `0_x`"),
    ] {
        let error = parse(name).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    if postgres::fresh_url().await.is_none() {
        return;
    }
    let entries = AppConfig::new("texts")
        .model::<Entry>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Entry>()));
    let db = migrated_apps([entries]).await;
    let tags = vec!["a".to_owned(), "b".to_owned()];
    let row = [Entry::TITLE.set("A quick fox"), Entry::TAGS.set(tags), Entry::AGES.set(1..5)];
    Entry::objects().create(&db, row).await.unwrap();
    for (name, text, count) in [
        ("tags", "a,b", 1),
        ("tags", "b,a", 0),
        ("tags__contains", "b", 1),
        ("tags__contained_by", "c,b,a", 1),
        ("tags__overlap", "x,y", 0),
        ("tags__1", "b", 1),
        ("tags__len", "2", 1),
        ("ages", "1,5", 1),
        ("ages__contains", "4", 1),
        ("ages__contains", "2,6", 0),
        ("ages__fully_lt", "5,6", 1),
        ("ages__endswith", "5", 1),
        ("id__contained_by", "1,2", 1),
        ("title__search", "foxes", 1),
    ] {
        let lookup = LookupName::parse(Entry::META, &Registry::new([Entry::META]), name).unwrap();
        let found = Entry::objects().filter(lookup.with_text(text).unwrap()).count(&db).await.unwrap();
        assert_eq!(found, count, "{name} {text}");
    }
}

#[derive(Clone, Debug, Model)]
#[model(app = "texts")]
struct Entry {
    #[field(primary_key)]
    id: i64,
    title: String,
    tags: Vec<String>,
    ages: Range<i32>,
}

#[tokio::test]
async fn sqlite_has_no_such_columns() {
    let apps = [app()];
    let db = Database::open("sqlite://:memory:", registry(&apps)).unwrap();
    let why =
        "kinds.Collection.tags: a column of the kind ArrayField needs PostgreSQL, and the database is SQLite";
    let error = Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
    // The program does not start.
    let differences = schema::differences(&db, Collection::meta()).await.unwrap();
    assert!(differences.iter().all(|difference| difference.is_fatal));
    assert_eq!((differences[0].text.as_str(), differences.len()), (why, 22));
}

/// A room that is booked by the day: each kind of index, and exclusions.
#[derive(Clone, Debug, Model)]
#[model(
    app = "kinds",
    constraints = [
        exclude(name = "one_booking", expressions = [(room, "="), (booked, "&&")]),
        exclude(
            name = "apart",
            expressions = [(booked, "-|-")],
            spgist,
            condition = room > 3,
            include = ["room"],
            deferrable = deferred,
        ),
        unique(name = "one_guest", fields = ["room", "guest"], nulls_distinct = false),
        unique(
            name = "one_small_guest",
            expressions = [lower(guest).collate("C").opclass("text_pattern_ops").desc()],
            nulls_distinct = true,
            condition = room > 3,
            include = ["room"],
        ),
    ],
    indexes = [
        btree_index(fields = ["-room"]),
        brin_index(fields = ["room"]),
        hash_index(fields = ["room"]),
        spgist_index(fields = ["booked"]),
        btree_index(
            name = "tree",
            fields = ["guest"],
            fillfactor = 70,
            deduplicate_items = true,
            condition = room > 3,
            include = ["room"],
        ),
        brin_index(name = "ranges", expressions = [room], autosummarize = true, pages_per_range = 4),
        gin_index(
            name = "inside",
            fields = ["tags"],
            opclasses = ["array_ops"],
            fastupdate = false,
            gin_pending_list_limit = 64,
        ),
        gist_index(name = "common", fields = ["booked"], buffering = false, fillfactor = 80),
        hash_index(name = "digest", expressions = [upper(guest)], fillfactor = 60),
        spgist_index(name = "space", fields = ["booked"], fillfactor = 50),
        index(name = "collated", expressions = [guest, guest.collate("C").desc().nulls_last()]),
    ],
)]
pub(crate) struct Slot {
    #[field(primary_key)]
    pub(crate) id: i64,
    pub(crate) room: i32,
    #[field(max_length = 20)]
    pub(crate) guest: Option<String>,
    pub(crate) booked: Range<Date>,
    pub(crate) tags: Vec<String>,
}

/// `ddl/django_postgres_kinds.py` has printed what Django 5.2.19 does for the same migrations.
#[test]
fn the_statements_are_djangos() {
    let alter = |name, field| Migration::new(name).alter_field("Collection", field);
    let app = app()
        .migration(alter("longer", array("tags", &FieldKind::CharField { max_length: Some(40) }).index()))
        .migration(alter("texts", array("tags", &FieldKind::TextField { max_length: None }).index()))
        .migration(alter("no_size", array("numbers", &FieldKind::IntegerField).null()))
        .migration(alter("big_numbers", array("numbers", &FieldKind::BigIntegerField).null()))
        .migration(alter("null", hstore("attributes").null()))
        .migration(Migration::new("add").add_field("Collection", array("more", &FieldKind::DateField).null()))
        .migration(
            Migration::new("add_default")
                .add_field("Collection", array("most", &FieldKind::IntegerField).default(Vec::<i32>::new()))
                .add_field("Collection", integer_range("years").default(Range::from(1..5)))
                .add_field("Collection", hstore("facts").default(HStore::from([("a".to_owned(), None)]))),
        )
        .migration(Migration::new("index").add_index("Collection", gin_index("", ["words"])))
        .migration(Migration::new("remove").remove_field("Collection", "more"))
        .migration(Migration::new("methods").create_extension("btree_gist").create(ModelState::of::<Slot>()))
        .migration(
            Migration::new("exclusions")
                .remove_constraint("Slot", "apart")
                .remove_constraint("Slot", "one_guest")
                .remove_constraint("Slot", "one_small_guest")
                .add_constraint("Slot", exclude("again", [field("booked").opclass("range_ops").with("-|-")]))
                .add_constraint("Slot", unique("guests", ["guest"]).nulls_distinct(false)),
        );
    let apps = [app];
    let mut expected = include_str!("../ddl/kinds_postgres.sql").lines();
    for migration in &apps[0].migrations {
        let name = MigrationName { app: "kinds", name: migration.name };
        assert_eq!(expected.next(), Some(format!("-- {}", migration.name).as_str()));
        for sql in Migrator::new(&apps).sql(name, Dialect::Postgres).unwrap() {
            assert_eq!(Some(format!("{sql};").as_str()), expected.next(), "{}", migration.name);
        }
    }
    assert_eq!(expected.next(), None);
}

#[test]
fn the_migration_is_printed_as_it_is_written() {
    let apps = [app()];
    let migrations = Migrator::new(&apps).state().unwrap();
    assert_eq!(
        migrations.differences(&ProjectState::from_models([Collection::meta()])),
        Vec::<String>::new()
    );
    let printed = migrations.model("kinds.Collection").unwrap().to_string();
    for line in [
        "array(\"tags\", &FieldKind::CharField { max_length: Some(20) }).index(),",
        "kind(\"numbers\", FieldKind::ArrayField { base: &FieldKind::IntegerField, size: Some(3) }).null(),",
        "array(\"board\", &FieldKind::ArrayField { base: &FieldKind::BigIntegerField, size: None }),",
        "integer_range(\"ages\"),",
        "hstore(\"attributes\"),",
        "search_vector(\"words\").null(),",
    ] {
        assert!(printed.contains(line), "{line} is not in {printed}");
    }
    assert!(printed.contains(".index(gist_index(\"by_ages\", [\"ages\"]))"), "{printed}");
    assert_eq!(apps[0].migrations[0].operations[0].to_string(), ".create_extension(\"hstore\")");
}
