//! Tables and indexes, as Django 5.2.19's `makemigrations` and `migrate` left them in `sqlite_master`.

use belleville_db::migrations::state::{ModelState, big_integer, char, id, model};
use belleville_db::migrations::{AppConfig, Migration, MigrationName, Migrator, ProjectState};
use belleville_db::{
    Database, Dialect, FieldChoices as _, FieldValue as _, ForeignKey, ManyToMany, Model, ModelMeta, Registry,
};

use crate::library::{File, Place, migrated};
use crate::postgres::either;
use crate::shop;

const DJANGOS: &str = r#"
CREATE TABLE "library_littlekey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "flag" bool NULL);
CREATE TABLE "library_publisher" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL UNIQUE);
CREATE TABLE "library_author" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL, "email" varchar(254) NULL, "rank" integer NULL, "mentor_id" bigint NULL REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED, "publisher_id" bigint NULL REFERENCES "library_publisher" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_badge" ("code" varchar(20) NOT NULL PRIMARY KEY, "made" datetime NOT NULL, "author_id" bigint NOT NULL UNIQUE REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(40) NOT NULL, "blurb" text NOT NULL, "pages" integer unsigned NULL CHECK ("pages" >= 0), "shelf" smallint NOT NULL, "copies" bigint NOT NULL, "floor" smallint unsigned NOT NULL CHECK ("floor" >= 0), "rating" real NULL, "available" bool NOT NULL, "created" datetime NOT NULL, "updated" datetime NOT NULL, "author_id" bigint NOT NULL REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED, "editor_id" bigint NULL REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_award" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(40) NOT NULL, "book_id" bigint NOT NULL REFERENCES "library_book" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_stamp" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "old_number" integer NOT NULL, "badge_id" varchar(20) NOT NULL REFERENCES "library_badge" ("code") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_useslittlekey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "little_id" integer NOT NULL REFERENCES "library_littlekey" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "library_author_rank_abcecc90" ON "library_author" ("rank");
CREATE INDEX "library_author_mentor_id_774c4db9" ON "library_author" ("mentor_id");
CREATE INDEX "library_author_publisher_id_e7267322" ON "library_author" ("publisher_id");
CREATE UNIQUE INDEX "library_book_author_id_title_e8635dfc_uniq" ON "library_book" ("author_id", "title");
CREATE INDEX "library_book_author_id_d9a3b67e" ON "library_book" ("author_id");
CREATE INDEX "library_book_editor_id_03910eb0" ON "library_book" ("editor_id");
CREATE INDEX "library_award_book_id_bcf18722" ON "library_award" ("book_id");
CREATE INDEX "library_stamp_badge_id_83936444" ON "library_stamp" ("badge_id");
CREATE INDEX "library_useslittlekey_little_id_0b5ecff4" ON "library_useslittlekey" ("little_id");
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
CREATE TABLE sqlite_sequence(name,seq);
"#;

#[tokio::test]
async fn the_schema_is_djangos_to_the_letter() {
    let file = File::new();
    migrated(&file.url()).await;
    let connection = file.connect();
    let mut query = connection.prepare("SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL").unwrap();
    let mut ours: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut djangos: Vec<&str> = DJANGOS.trim().lines().collect();
    ours.sort_unstable();
    djangos.sort_unstable();
    assert_eq!(ours, djangos);
}

/// The models of some apps.
fn models(apps: &[AppConfig]) -> impl Iterator<Item = &'static ModelMeta> {
    apps.iter().flat_map(|app| app.models.iter().copied())
}

fn sql(apps: &[AppConfig], name: MigrationName, dialect: Dialect) -> Vec<String> {
    let statements = Migrator::new(apps).sql(name, dialect).unwrap();
    statements.into_iter().map(|sql| format!("{sql};")).collect()
}

/// The files are what `sqlmigrate` of Django 5.2.19 prints of the same models.
#[test]
fn the_statements_for_each_kind_of_column_are_djangos() {
    let name = MigrationName { app: "app", name: "0001_initial" };
    for (dialect, expected) in [
        (Dialect::Sqlite, include_str!("../ddl/app_sqlite.sql")),
        (Dialect::Postgres, include_str!("../ddl/app_postgres.sql")),
    ] {
        let ours = sql(&shop::apps(), name, dialect);
        for (ours, djangos) in ours.iter().zip(expected.lines()) {
            assert_eq!(ours, djangos);
        }
        assert_eq!(ours.len(), expected.lines().count());
    }
}

#[test]
fn migrations_and_models_are_compared() {
    let apps = shop::apps();
    let migrations = Migrator::new(&apps).state().unwrap();
    let today = ProjectState::from_models(models(&apps));
    assert_eq!(migrations.differences(&today), Vec::<String>::new());

    let [auth, mut app] = shop::apps();
    app = app.migration(
        Migration::new("0002_more")
            .add_field("Tag", char("colour", 9).null())
            .alter_field("Tag", char("label", 31))
            .remove_field("Seat", "note")
            .delete_model("Note"),
    );
    let migrations = Migrator::new(&[auth, app]).state().unwrap();
    assert_eq!(
        migrations.differences(&today),
        [
            "app.Note is in no migration",
            "app.Seat.note is in no migration: char(\"note\", 10)",
            "app.Tag.label was `char(\"label\", 31)` in the migrations and is `char(\"label\", 30)`",
            "app.Tag.colour is in the migrations and is no field any more",
        ]
    );
}

#[test]
fn a_state_is_printed_as_it_is_written() {
    let apps = shop::apps();
    let migrations = Migrator::new(&apps).state().unwrap();
    assert_eq!(
        migrations.model("app.Seat").unwrap().to_string(),
        "model(\"Seat\", [\n    id(),\n    integer(\"row\"),\n    integer(\"num\"),\n    char(\"note\", 10),\n    \
         char(\"zone\", 5).null(),\n    char(\"label\", 5),\n])\n.unique_together([\"row\", \"num\"])\n\
         .constraint(unique(\"zone_label_uniq\", [\"zone\", \"label\"]))"
    );
    let category = migrations.model("app.Category").unwrap();
    assert_eq!(category.fields[2].to_string(), "slug(\"slug\", 20).unique().without_index()");
}

/// A model that got a column after its first migration.
#[derive(Clone, Debug, Model)]
#[model(app = "grown")]
struct Plant {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    #[field(default = 1)]
    height: i64,
}

#[tokio::test]
async fn a_migration_stays_what_it_was() {
    let initial = || {
        AppConfig::new("grown")
            .model::<Plant>()
            .migration(Migration::new("0001_initial").create(model("Plant", [id(), char("name", 20)])))
    };
    let grown = || {
        initial()
            .migration(Migration::new("0002_height").add_field("Plant", big_integer("height").default(1i64)))
    };
    let file = File::new();
    let open = |apps: &[AppConfig]| Database::open(&file.url(), Registry::new(models(apps))).unwrap();
    // The database of yesterday, with a row, and then the second migration.
    let yesterday = [initial()];
    Migrator::new(&yesterday).migrate(&open(&yesterday), |_| {}).await.unwrap();
    file.connect().execute("INSERT INTO grown_plant (name) VALUES ('Oak')", []).unwrap();
    let today = [grown()];
    let db = open(&today);
    assert_eq!(Migrator::new(&today).migrate(&db, |_| {}).await.unwrap(), 1);
    let plants = Plant::objects().all(&db).await.unwrap();
    assert_eq!((plants[0].name.as_str(), plants[0].height), ("Oak", 1));
    // A fresh database has the same table.
    let table = |file: &File| -> String {
        let sql = "SELECT sql FROM sqlite_master WHERE name = 'grown_plant'";
        file.connect().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let fresh = File::new();
    let db = Database::open(&fresh.url(), Registry::new(models(&today))).unwrap();
    assert_eq!(Migrator::new(&today).migrate(&db, |_| {}).await.unwrap(), 2);
    assert_eq!(table(&fresh), table(&file));
    assert_eq!(ModelState::of::<Plant>().fields.len(), 3);
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    app = "rules",
    default_related_name = "%(class)s_rows",
    default_permissions = ["view"],
    constraints = [
        check(name = "adult", condition = age >= 18 && (!is_open || name != "x")),
        check(name = "least", condition = age < most || most.is_null()),
        unique(name = "one_open", fields = ["name"], condition = is_open && name.is_in("a", "b")),
    ],
    indexes = [index(fields = ["name", "-age"])],
)]
struct Ruled {
    #[field(primary_key)]
    id: i64,
    age: i64,
    most: Option<i64>,
    #[field(max_length = 9, column = "called")]
    name: String,
    #[field(db_default = true)]
    is_open: bool,
    #[field(on_delete = Cascade)]
    parent: Option<ForeignKey<Ruled>>,
    #[field(on_delete = Set(1), db_constraint = false, index = false)]
    other: ForeignKey<Ruled, { Ruled::ID.field() }>,
    friends: ManyToMany<Ruled>,
}

/// The statements are what `sqlmigrate` of Django 5.2.19 prints of the same model.
#[test]
fn the_options_of_a_model_are_in_its_table() {
    let apps = [AppConfig::new("rules")
        .model::<Ruled>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Ruled>()))];
    let name = MigrationName { app: "rules", name: "0001_initial" };
    let ours = sql(&apps, name, Dialect::Sqlite);
    for (ours, expected) in ours.iter().zip(include_str!("../ddl/rules_sqlite.sql").lines()) {
        assert_eq!(ours, expected);
    }
    assert_eq!(ours.len(), include_str!("../ddl/rules_sqlite.sql").lines().count());
    let related = |name: &str| Ruled::META.field(name).unwrap().relation.as_ref().unwrap().related_name;
    assert_eq!(related("parent"), Some("ruled_rows"));
    assert_eq!(Ruled::META.default_permissions, ["view"]);
    let friends = &Ruled::META.many[0];
    let (from, to) = friends.link().unwrap();
    assert_eq!((from.column, to.column, friends.is_symmetrical()), ("from_ruled_id", "to_ruled_id", true));
}

#[tokio::test]
async fn values_of_every_kind_come_back() {
    use belleville_db::{Date, Decimal, Duration, Time, Uuid, json};
    use shop::{Level, Product, Size};
    let place = Place::new().await;
    let apps = shop::apps();
    let db = Database::open(place.url(), Registry::new(models(&apps))).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    for meta in db.registry().models() {
        assert_eq!(belleville_db::schema::differences(&db, meta).await.unwrap(), []);
    }
    let mut product = Product {
        id: 0,
        name: "Lamp".into(),
        code: None,
        blurb: String::new(),
        body: "a".into(),
        price: "1.50".parse::<Decimal>().unwrap(),
        qty: -3,
        big: Some(i64::MIN),
        small: Some(-7),
        pos: Some(2_147_483_647),
        ratio: Some(0.1),
        active: true,
        maybe: Some(false),
        size: Size::MiddleSized,
        level: Some(Level::High),
        born: Some("2024-02-29".parse::<Date>().unwrap()),
        at: Some(belleville_db::now()),
        tm: Some("03:04:05.000006".parse::<Time>().unwrap()),
        dur: Some(Duration::from_micros(-1)),
        uid: "01234567-89ab-cdef-0123-456789abcdef".parse::<Uuid>().unwrap(),
        email: "a@b.org".into(),
        url: "https://b.org".into(),
        ip: Some("::1".parse().unwrap()),
        slug: "lamp".into(),
        data: Some(json::loads("{\"a\": [1, null, \"\\u00e9\"]}").unwrap()),
        doc: Some("lamp.txt".into()),
        blob: Some(vec![0, 255]),
        created: belleville_db::now(),
        updated: belleville_db::now(),
        category: None,
        tags: ManyToMany::new(),
    };
    product.save(&db).await.unwrap();
    let read = Product::objects().get(&db).await.unwrap();
    assert_eq!(read, product);
    assert_eq!(read.size.label(), "Middle sized");
    let label = Product::META.field("level").unwrap().choice_label(read.level.unwrap().to_ref());
    assert_eq!(label, Some("High"));
    // As Django 5.2.19 stores the same values.
    let stored = either(
        "SELECT price || ' ' || active || ' ' || size || ' ' || level || ' ' || born || ' ' || tm || ' ' || dur || ' ' || uid \
         || ' ' || host(ip) || ' ' || data || ' ' || encode(blob, 'hex') FROM app_product",
        "SELECT price || ' ' || active || ' ' || size || ' ' || level || ' ' || born || ' ' || tm || ' ' || dur || ' ' || uid \
         || ' ' || ip || ' ' || data || ' ' || hex(blob) FROM app_product",
    );
    let djangos = either(
        "1.50 true M 9 2024-02-29 03:04:05.000006 -1 days +23:59:59.999999 01234567-89ab-cdef-0123-456789abcdef ::1 \
         {\"a\": [1, null, \"\u{e9}\"]} 00ff",
        "1.5 1 M 9 2024-02-29 03:04:05.000006 -1 0123456789abcdef0123456789abcdef ::1 {\"a\": [1, null, \"\\u00e9\"]} 00FF",
    );
    assert_eq!(place.texts(stored).await, [djangos]);
}
