//! What `inspectdb` makes of tables that are hard to read. `conformance/inspectdb.py` compiles what it writes.

use belleville_db::schema::inspect::{self, Apps, TableFacts, Written};
use belleville_db::{Database, Date, Duration, ManyToMany, Model, ModelMeta, Registry, Uuid, schema};

use crate::library::File;
use crate::postgres::{self, either};

/// A database with these tables. The file goes with it.
struct Tables(Database, #[expect(dead_code, reason = "it is deleted when it is dropped")] File);

impl Tables {
    async fn new(sql: &str) -> Self {
        let file = File::new();
        let url = match postgres::fresh_url().await {
            Some(url) => {
                postgres::run(&url, sql).await;
                url
            }
            None => {
                file.connect().execute_batch(sql).unwrap();
                file.url()
            }
        };
        Self(Database::open(&url, Registry::default()).unwrap(), file)
    }

    async fn facts(&self) -> Vec<TableFacts> {
        let mut facts = Vec::new();
        for name in inspect::tables(&self.0).await.unwrap() {
            facts.push(inspect::table(&self.0, &name).await.unwrap());
        }
        facts
    }

    async fn written(&self, apps: &Apps) -> Written {
        inspect::write(&self.0, &self.facts().await, &[], apps)
    }

    /// The models in the app `shop`, without line breaks between options.
    async fn source(sql: &str) -> String {
        let apps = Apps { named: Some("shop".to_owned()), ..Apps::default() };
        let source = Self::new(sql).await.written(&apps).await.source;
        let words: Vec<&str> = source.split_whitespace().collect();
        words.join(" ").replace("( ", "(").replace(" )", ")")
    }
}

/// Each of these parts is in the models of the tables.
async fn assert_written(sql: &str, parts: &[&str]) {
    let source = Tables::source(sql).await;
    for part in parts {
        assert!(source.contains(part), "{part}\nis not in\n{source}");
    }
}

#[tokio::test]
async fn a_model_gets_its_app_from_an_option_a_content_type_or_the_names_of_the_tables() {
    let tables = Tables::new(
        "CREATE TABLE my_shop_orderline (id integer PRIMARY KEY); CREATE TABLE my_extra (id integer PRIMARY KEY)",
    )
    .await;
    let apps = |named: Option<&str>, types: &[(&str, &str)]| Apps {
        named: named.map(str::to_owned),
        content_types: types.iter().map(|(app, model)| ((*app).to_owned(), (*model).to_owned())).collect(),
        otherwise: "program".to_owned(),
    };
    for (apps, expected) in [
        (
            apps(Some("my_shop"), &[]),
            ["app = \"my_shop\", table = \"my_extra\"", "app = \"my_shop\", managed", "struct Orderline "],
        ),
        (
            apps(None, &[("my_shop", "orderline")]),
            ["app = \"my\", managed", "app = \"my_shop\", managed", "struct Extra "],
        ),
        (
            apps(None, &[]),
            ["struct Extra ", "app = \"my\", table = \"my_shop_orderline\"", "struct ShopOrderline "],
        ),
    ] {
        let source = tables.written(&apps).await.source;
        for part in expected {
            assert!(source.contains(part), "{part}\nis not in\n{source}");
        }
    }
    let tables = Tables::new(
        "CREATE TABLE a_one (id integer PRIMARY KEY); CREATE TABLE b_one (id integer PRIMARY KEY);
         CREATE TABLE one (id integer PRIMARY KEY)",
    )
    .await;
    let source = tables.written(&apps(None, &[("a", "one"), ("b", "one")])).await.source;
    for part in [
        "(app = \"a\", managed = false)]\npub struct One {",
        "(app = \"b\", name = \"One\", managed = false)]\npub struct BOne {",
        "(app = \"program\", name = \"One\", table = \"one\", managed = false)]\npub struct TableOne {",
    ] {
        assert!(source.contains(part), "{part}\nis not in\n{source}");
    }
}

#[tokio::test]
async fn a_table_without_a_key_of_one_column_has_another_one_or_is_left_out() {
    let sql = "CREATE TABLE bare (a integer, b text UNIQUE);
        CREATE TABLE pairs (a integer, b integer, PRIMARY KEY (a, b));
        CREATE TABLE numbered (a integer, b integer, c integer NOT NULL UNIQUE, PRIMARY KEY (a, b));
        CREATE TABLE unique_only (a text NOT NULL UNIQUE, b integer);
        CREATE VIEW seen AS SELECT a AS id, b FROM pairs;
        CREATE VIEW unseen AS SELECT b FROM pairs";
    assert_written(
        sql,
        &[
            "// The composite primary key (a, b) found, that is not supported. The first column is selected.",
            "#[field(primary_key, kind = IntegerField)] pub a: i32",
            "// The composite primary key (a, b) found, that is not supported. This column is unique, and",
            "#[field(primary_key, kind = IntegerField)] pub c: i32",
            "#[field(primary_key)] pub a: String",
            "// Created from a view. Don't remove `managed = false`.",
        ],
    )
    .await;
    let written = Tables::new(sql).await.written(&Apps::default()).await;
    assert_eq!(
        written.left_out,
        [
            "The table `bare` is left out: it has no primary key and no column that is unique and never NULL.",
            "The view `unseen` is left out: it has no column `id`, which could be its key.",
        ]
    );
    assert!(written.left_out.iter().all(|reason| written.source.contains(&reason[..60])));
}

const TAGGED: &str =
    "CREATE TABLE shop_tag (id integer PRIMARY KEY); CREATE TABLE shop_book (id integer PRIMARY KEY);";

#[tokio::test]
async fn a_table_between_two_models_is_a_field_only_if_it_is_nothing_else() {
    let id = either("id serial PRIMARY KEY", "id integer PRIMARY KEY");
    let keys = "book_id integer NOT NULL REFERENCES shop_book (id), tag_id integer NOT NULL REFERENCES shop_tag (id)";
    let pair = "UNIQUE (book_id, tag_id)";
    // Somebody refers to the table itself.
    let tables = format!(
        "{TAGGED} CREATE TABLE shop_book_tags ({id}, {keys}, {pair});
         CREATE TABLE shop_note (id integer PRIMARY KEY, tagged_id integer REFERENCES shop_book_tags (id))"
    );
    assert_written(&tables, &["pub tagged: Option<ForeignKey<BookTags>>", "pub struct BookTags"]).await;
    for (table, columns, is_field) in [
        ("shop_book_tags", format!("{id}, {keys}, {pair}"), true),
        ("shop_book_tags", format!("{id}, {keys}"), false),
        ("shop_book_tags", format!("{id}, {keys}, weight integer, {pair}"), false),
        ("shop_book_tags", format!("{id}, {keys}, {pair}, CHECK (book_id > 3)"), false),
        ("shop_book_tags", format!("{id}, {}, {pair}", keys.replacen(" NOT NULL", "", 1)), false),
        (
            "shop_book_tags",
            format!("{id}, {}, UNIQUE (bok_id, tag_id)", keys.replace("book_id ", "bok_id ")),
            false,
        ),
        ("shop_tagging", format!("{id}, {keys}, {pair}"), false),
        ("shop_book_type", format!("{id}, {keys}, {pair}"), false),
    ] {
        let source = Tables::source(&format!("{TAGGED} CREATE TABLE {table} ({columns})")).await;
        assert_eq!(source.contains("pub tags: ManyToMany<Tag>"), is_field, "{columns}\n{source}");
        assert_eq!(source.matches("pub struct").count(), if is_field { 2 } else { 3 }, "{source}");
    }
}

#[tokio::test]
async fn keys_say_what_they_refer_to_and_what_the_database_does() {
    assert_written(
        "CREATE TABLE shop_region (id integer PRIMARY KEY, code varchar(3) NOT NULL UNIQUE, town integer);
         CREATE TABLE shop_town (id integer PRIMARY KEY REFERENCES shop_region (id) ON DELETE CASCADE,
            region_id varchar(3) REFERENCES shop_region (code) ON DELETE SET NULL,
            other integer NOT NULL UNIQUE REFERENCES shop_region (id) ON DELETE RESTRICT,
            always integer NOT NULL DEFAULT 1 REFERENCES shop_region (id) ON DELETE SET DEFAULT,
            near integer REFERENCES shop_town (id))",
        &[
            // A field of the region has the name of the usual way back.
            "#[field(primary_key, one_to_one, on_delete = Cascade, related_name = \"town_id_set\", column = \"id\")] \
             pub id: ForeignKey<Region>",
            "#[field(index = false, on_delete = SetNull, related_name = \"town_region_set\", blank)] \
             pub region: Option<ForeignKey<Region, { Region::CODE.field() }>>",
            "one_to_one, on_delete = Restrict, related_name = \"town_other_set\", column = \"other\"",
            "// The database says ON DELETE SET DEFAULT.",
            "#[field(index = false, on_delete = DoNothing, column = \"near\", blank)] pub near: Option<ForeignKey<Town>>",
            "pub town: Option<i32>",
        ],
    )
    .await;
}

#[tokio::test]
async fn what_a_model_cannot_say_is_a_comment() {
    assert_written(
        "CREATE TABLE shop_thing (id integer PRIMARY KEY, a integer, b integer, name text, made timestamp DEFAULT CURRENT_TIMESTAMP,
            CONSTRAINT a_is_small CHECK (a < 3 OR b IS NULL), CONSTRAINT a_name CHECK (length(name) > 3));
         CREATE UNIQUE INDEX of_lower ON shop_thing (lower(name));
         CREATE INDEX of_some ON shop_thing (a, b DESC) WHERE a > 0;
         CREATE INDEX of_sum ON shop_thing ((a + b))",
        &[
            "constraints = [check(name = \"a_is_small\", condition = a < 3 || b.is_null())]",
            "indexes = [index(name = \"of_some\", fields = [\"a\", \"-b\"], condition = a > 0)]",
            "// The check `a_name` is left out: ",
            "// A unique constraint could not be introspected: `of_lower`, btree (lower(name)).",
            "// An index is left out: `of_sum`, btree (",
            "// The database's default is CURRENT_TIMESTAMP.",
        ],
    )
    .await;
}

#[tokio::test]
async fn values_decide_where_sqlites_types_do_not() {
    if either(true, false) {
        return;
    }
    assert_written(
        "CREATE TABLE shop_row (id integer PRIMARY KEY, long integer, short integer, hash char(32), key char(32), host char(39),
            mixed, money decimal);
         INSERT INTO shop_row VALUES (1, 3000000000, 3, 'no uuid', '0123456789abcdef0123456789ABCDEF', 'a name', 2.5, 1.12345678)",
        &[
            "// Some values do not fit into the usual type of IntegerField. #[field(kind = IntegerField, blank)] \
             pub long: Option<i64>",
            "pub short: Option<i32>",
            "#[field(max_length = 32, blank)] pub hash: Option<String>",
            "pub key: Option<Uuid>",
            "#[field(max_length = 39, blank)] pub host: Option<String>",
            "// This field type is a guess. #[field(blank)] pub mixed: Option<f64>",
            "#[field(max_digits = 10, decimal_places = 8, blank)] pub money: Option<Decimal>",
        ],
    )
    .await;
}

#[tokio::test]
async fn values_decide_where_postgresqls_types_do_not() {
    if either(false, true) {
        return;
    }
    assert_written(
        "CREATE TABLE shop_row (id integer PRIMARY KEY, whole integer[], holes text[], board integer[][], price numeric);
         INSERT INTO shop_row VALUES (1, '{1,2}', '{a,NULL}', '{{1,2},{3,NULL}}', 1234567.123)",
        &[
            "pub whole: Option<Vec<i32>>",
            "pub holes: Option<Vec<Option<String>>>",
            "pub board: Option<Vec<Vec<Option<i32>>>>",
            "#[field(max_digits = 12, decimal_places = 5, blank)] pub price: Option<Decimal>",
        ],
    )
    .await;
}

/// A table of somebody else, whose types Django would not have chosen.
#[derive(Clone, Debug, Model)]
#[model(app = "other", table = "other_thing", managed = false)]
struct Theirs {
    #[field(primary_key, kind = IntegerField)]
    id: i32,
    #[field(max_length = 9)]
    name: Option<String>,
    rate: Option<f64>,
    whole: Option<i64>,
    day: Option<Date>,
}

/// The same table as if migrations had made it.
#[derive(Clone, Debug, Model)]
#[model(app = "other", table = "other_thing")]
struct Ours {
    #[field(primary_key, kind = IntegerField)]
    id: i32,
    #[field(max_length = 9)]
    name: Option<String>,
    rate: Option<f64>,
    whole: Option<i64>,
    day: Option<Date>,
}

/// A model whose values are not in the table.
#[derive(Clone, Debug, Model)]
#[model(app = "other", table = "other_thing", managed = false)]
struct Wrong {
    #[field(primary_key, kind = IntegerField)]
    id: i32,
    name: Option<Date>,
    rate: Option<Uuid>,
    whole: Option<Duration>,
    day: Option<bool>,
}

#[tokio::test]
async fn a_table_that_is_not_managed_may_have_other_types_that_hold_the_values() {
    let tables = Tables::new(either(
        "CREATE DOMAIN whole AS smallint;
         CREATE TABLE other_thing (id integer PRIMARY KEY, name char(20), rate real, whole whole, day date)",
        "CREATE TABLE other_thing (id integer PRIMARY KEY, name char(20), rate float, whole smallint, day date)",
    ))
    .await;
    let differing = async |meta: &ModelMeta| {
        let found = schema::differences(&tables.0, meta).await.unwrap();
        let names =
            found.iter().filter_map(|difference| difference.text.split('`').nth(1).map(str::to_owned));
        names.collect::<Vec<_>>()
    };
    assert_eq!(differing(Theirs::META).await, <[&str; 0]>::default());
    assert_eq!(differing(Ours::META).await, ["name", "rate", "whole"]);
    // SQLite's `float` is a type that Django does not know, and a duration is a whole number there.
    let wrong = either(vec!["name", "rate", "whole", "day"], vec!["name", "day"]);
    assert_eq!(differing(Wrong::META).await, wrong);
}

/// A side of a table between two models.
#[derive(Clone, Debug, Model)]
#[model(app = "shop", managed = false)]
struct Tag {
    #[field(primary_key)]
    id: i32,
}

/// The other side.
#[derive(Clone, Debug, Model)]
#[model(app = "shop", managed = false)]
struct Book {
    #[field(primary_key)]
    id: i32,
    tags: ManyToMany<Tag>,
}

#[tokio::test]
async fn a_table_between_models_that_are_not_managed_is_not_either() {
    let id = either("id serial PRIMARY KEY", "id bigint PRIMARY KEY");
    let keys = "book_id smallint NOT NULL REFERENCES shop_book (id), tag_id smallint NOT NULL REFERENCES shop_tag (id)";
    let tables = Tables::new(&format!("{TAGGED} CREATE TABLE shop_book_tags ({id}, {keys})")).await;
    let through = Book::META.many[0].through();
    assert_eq!((through.db_table, through.managed), ("shop_book_tags", false));
    assert_eq!(schema::differences(&tables.0, through).await.unwrap(), []);
}

#[tokio::test]
async fn facts_have_what_the_database_says() {
    let tables = Tables::new(
        "CREATE TABLE one (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (b, a));
         CREATE TABLE two (id integer PRIMARY KEY, x integer, y integer, FOREIGN KEY (x, y) REFERENCES one (b, a) ON DELETE CASCADE,
            CONSTRAINT xy UNIQUE (x, y));
         CREATE INDEX a_few ON two (y DESC) WHERE x > 1",
    )
    .await;
    let facts = tables.facts().await;
    let [one, two] = facts.as_slice() else { panic!("there are two tables: {facts:?}") };
    assert_eq!(one.primary_key, ["b", "a"]);
    assert!(one.columns.iter().all(|column| !column.null && column.column_type == "integer"));
    let [key] = two.foreign_keys.as_slice() else { panic!("{two:?}") };
    assert_eq!(
        (key.columns.join(" "), key.to_table.as_str(), key.to_columns.join(" ")),
        ("x y".into(), "one", "b a".into())
    );
    assert_eq!(key.on_delete, "CASCADE");
    let [unique] = two.uniques.as_slice() else { panic!("{two:?}") };
    assert_eq!((unique.name.as_deref(), unique.is_constraint), (Some("xy"), true));
    assert_eq!(unique.whole_columns(), Some(vec!["x", "y"]));
    let [index] = two.indexes.as_slice() else { panic!("{two:?}") };
    assert!(index.parts[0].descending && !index.is_constraint);
    assert_eq!(index.condition.as_deref(), Some(either("(x > 1)", "x > 1")));
    assert!(two.column("x").is_some_and(|column| column.null));
}
