//! Every operation of a migration, in the words of both databases and on rows. `ddl/django_operations.py` has printed what
//! Django 5.2.19 does for the same operations.

use belleville_db::migrations::state::*;
use belleville_db::migrations::{
    AppConfig, Deferrable, Expression, Migration, MigrationName, Migrator, abs, check, coalesce, concat,
    field, index, length, lower, trim, unique, upper,
};
use belleville_db::{Database, Decimal, Dialect, Model, Registry};

use crate::library::{File, Place};

fn migrations() -> Vec<Migration> {
    let stock =
        model("Stock", [id(), integer("least"), integer("most").null(), char("state", 9), boolean("open")])
            .constraint(check("not_negative", field("least").gte(0)))
            .constraint(check("least_below_most", field("least").lt(field("most"))))
            .constraint(check("both", field("least").gte(1).and(field("state").eq("a'b"))))
            .constraint(check(
                "one",
                field("least").eq(1).or(field("open").eq(true).and(field("most").gt(5))),
            ))
            .constraint(check("not_x", !field("state").eq("x")))
            .constraint(check("not_three", !field("most").eq(3)))
            .constraint(check("a_or_b", field("state").is_in(["a", "b"])))
            .constraint(check("most_or_shut", field("most").is_not_null().or(field("open").eq(false))))
            .constraint(unique("one_range", ["least", "most"]))
            .constraint(unique("one_open", ["state"]).condition(field("open").eq(true)))
            .constraint(
                unique("one_endless", ["least"])
                    .condition(field("open").eq(true).and(field("most").is_null())),
            )
            .index(index("", ["state", "-least"]));
    let author = || foreign_key("author", "shop.Author");
    vec![
        Migration::new("initial")
            .create(model("Author", [id(), char("name", 50).unique()]))
            .create(model(
                "Book",
                [
                    id(),
                    char("title", 40),
                    positive_integer("rank").null(),
                    boolean("open"),
                    integer("number"),
                    author(),
                ],
            ))
            .create(model("Person", [id()]).many_to_many("friends", "shop.Person"))
            .create(stock),
        Migration::new("add_null").add_field("Book", char("subtitle", 20).null()),
        Migration::new("add_default").add_field("Book", integer("pages").default(3)),
        Migration::new("add_text").add_field("Book", char("code", 5).default_text("a'b")),
        Migration::new("add_key").add_field("Book", foreign_key("editor", "shop.Author").null()),
        Migration::new("add_unique").add_field("Book", char("isbn", 13).null().unique()),
        Migration::new("longer").alter_field("Book", char("title", 80)),
        Migration::new("not_null").alter_field("Book", char("subtitle", 20).default_text("x")),
        Migration::new("null").alter_field("Book", char("code", 5).null()),
        Migration::new("index").alter_field("Book", integer("pages").index()),
        Migration::new("no_index").alter_field("Book", integer("pages")),
        Migration::new("text_index").alter_field("Book", char("code", 5).null().index()),
        Migration::new("unique").alter_field("Book", char("title", 80).unique()),
        Migration::new("not_unique").alter_field("Book", char("title", 80)),
        Migration::new("another_type").alter_field("Book", char("number", 9)),
        Migration::new("no_check").alter_field("Book", integer("rank").null()),
        Migration::new("a_check").alter_field("Book", positive_integer("rank").null()),
        Migration::new("key_null").alter_field("Book", author().null()),
        Migration::new("rename").rename_field("Book", "pages", "length"),
        Migration::new("rename_key").rename_field("Book", "editor", "reviewer"),
        Migration::new("remove").remove_field("Book", "length"),
        Migration::new("remove_key").remove_field("Book", "reviewer"),
        Migration::new("together").alter_unique_together("Book", [["title", "author"]]),
        Migration::new("apart").alter_unique_together("Book", std::iter::empty::<[&str; 0]>()),
        Migration::new("add_index")
            .add_index("Book", index("by_title", ["title"]))
            .add_index("Book", index("ranked", ["-title", "rank"]).condition(field("rank").gt(3))),
        Migration::new("rename_index").rename_index("Book", "by_title", "titles"),
        Migration::new("remove_index").remove_index("Book", "titles"),
        Migration::new("add_constraint")
            .add_constraint("Book", unique("one_rank", ["title", "rank"]))
            .add_constraint("Book", unique("oc", ["code"]).condition(field("open").eq(true)))
            .add_constraint("Book", check("low", field("rank").lt(9))),
        Migration::new("remove_constraint")
            .remove_constraint("Book", "one_rank")
            .remove_constraint("Book", "oc")
            .remove_constraint("Book", "low"),
        Migration::new("key_type").alter_field("Author", auto("id")),
        Migration::new("add_many").add_many_to_many("Book", "readers", "shop.Person"),
        Migration::new("remove_many").remove_many_to_many("Book", "readers"),
        Migration::new("db_default").add_field("Book", integer("stars").db_default(5)),
        Migration::new("other_db_default").alter_field("Book", integer("stars").db_default(6)),
        Migration::new("alter_table").alter_table("Stock", "stocks"),
        Migration::new("delete").delete_model("Stock"),
        Migration::new("generated").create(line()),
        Migration::new("add_generated")
            .add_field("Line", integer("twice").generated(field("pieces") * 2_i64)),
        Migration::new("alter_beside_generated").alter_field("Line", big_integer("size").null()),
        Migration::new("rename_computed_of").rename_field("Line", "pieces", "count"),
        Migration::new("remove_generated").remove_field("Line", "twice"),
        Migration::new("child").create(model(
            "Novel",
            [
                one_to_one("book_ptr", "shop.Book").primary_key(),
                char("plot", 20),
                foreign_key("ghost", "shop.Author").null(),
            ],
        )),
        Migration::new("add_to_child").add_field("Novel", integer("parts").default(1)),
        Migration::new("alter_of_child").alter_field("Novel", char("plot", 40).unique()),
        Migration::new("delete_child").delete_model("Novel"),
        Migration::new("expressions").create(entry()),
        Migration::new("add_expressions")
            .add_index("Entry", index("by_small_nick", lower(field("nick"))))
            .add_constraint("Entry", unique("one_nick", upper(field("nick"))))
            .add_constraint("Entry", unique("late_nick", ["nick"]).deferrable(Deferrable::Deferred)),
        Migration::new("alter_below_expressions").alter_field("Entry", big_integer("pieces")),
        Migration::new("remove_expressions")
            .remove_index("Entry", "by_small_nick")
            .remove_constraint("Entry", "one_nick")
            .remove_constraint("Entry", "late_nick")
            .remove_constraint("Entry", "part"),
    ]
}

/// A model of which the database computes a part.
fn line() -> ModelState {
    let half: Decimal = "0.50".parse().unwrap();
    let is_many = field("pieces").gte(10).and(!field("name").eq("x"));
    model(
        "Line",
        [
            id(),
            char("name", 20),
            char("nick", 20).null(),
            decimal("price", 6, 2),
            integer("pieces"),
            float("rate"),
            integer("size"),
            decimal("total", 8, 2).generated(field("price") * field("pieces")),
            integer("more").generated((field("pieces") + 1_i64) * 2_i64 - field("pieces") % 3_i64),
            float("half").generated(field("rate") / 2.5),
            char("small", 20).generated(lower(field("name"))).unique(),
            char("called", 50).generated(concat((field("name"), " it's ", field("nick")))),
            char("known", 20).generated(coalesce((field("nick"), field("name")))).index(),
            integer("long").generated(length(upper(trim(field("name"))))),
            decimal("far", 6, 2).generated(abs(field("price"))),
            decimal("paid", 6, 2).generated(coalesce((field("price"), field("pieces")))),
            boolean("many").generated(is_many),
            decimal("dear", 8, 2).generated(field("price") * half),
        ],
    )
}

/// A model whose indexes and constraints go by what is computed of its rows.
fn entry() -> ModelState {
    let half: Decimal = "0.50".parse().unwrap();
    let many = |than: i64| field("pieces").gt(than);
    model(
        "Entry",
        [id(), char("name", 20), char("nick", 20).null(), decimal("price", 6, 2), integer("pieces")],
    )
    .constraint(unique("one_name", lower(field("name"))))
    .constraint(
        unique("one_pair", (lower(field("name")).desc(), field("nick")))
            .condition(many(3))
            .include(["price"]),
    )
    .constraint(unique("part", (upper(field("nick")), field("price") * field("pieces"))).condition(many(4)))
    .constraint(
        unique("one_prefix", ["name", "nick"]).opclasses(["varchar_pattern_ops", "varchar_pattern_ops"]),
    )
    .constraint(unique("late", ["pieces"]).deferrable(Deferrable::Deferred))
    .constraint(unique("soon", ["price"]).deferrable(Deferrable::Immediate))
    .index(index("by_small", (lower(field("name")).desc(), field("nick"))))
    .index(index("by_worth", field("price") * field("pieces")))
    .index(index("by_half", (field("price") * half).desc()))
    .index(index("by_more", ((field("pieces") + 1_i64).desc(), Expression::from(2_i64) * field("pieces"))))
    .index(index("by_known", coalesce((field("nick"), field("name")))))
    .index(index("by_called", concat((field("name"), " it's ", field("nick")))))
    .index(index("by_length", (length(upper(trim(field("name")))), abs(field("price")))))
    .index(index("by_nick", field("nick").asc()))
    .index(index("by_many", many(3).and(!field("name").eq("x"))))
    .index(index("by_prefix", ["name", "-nick"]).opclasses(["varchar_pattern_ops", "varchar_pattern_ops"]))
    .index(index("by_part", lower(field("nick"))).condition(many(3)).include(["price"]))
}

fn app() -> AppConfig {
    migrations().into_iter().fold(AppConfig::new("shop"), AppConfig::migration)
}

#[test]
fn the_statements_of_every_operation_are_djangos() {
    let apps = [app()];
    for (dialect, expected) in [
        (Dialect::Postgres, include_str!("../ddl/operations_postgres.sql")),
        (Dialect::Sqlite, include_str!("../ddl/operations_sqlite.sql")),
    ] {
        let mut expected = expected.lines();
        for migration in &apps[0].migrations {
            let name = MigrationName { app: "shop", name: migration.name };
            assert_eq!(expected.next(), Some(format!("-- {}", migration.name).as_str()), "{dialect:?}");
            for sql in Migrator::new(&apps).sql(name, dialect).unwrap() {
                // A name that the database is asked for: here nobody can know that the column became unique later.
                let sql = sql.replace("\"shop_book_title_key\"", "\"shop_book_title_1f19d72a_uniq\"");
                assert_eq!(
                    expected.next(),
                    Some(format!("{sql};").as_str()),
                    "{dialect:?}: {}",
                    migration.name
                );
            }
        }
        assert_eq!(expected.next(), None);
    }
}

/// The rows outlive what happens to their tables, with the keys between them.
#[tokio::test]
async fn rows_outlive_the_migrations_of_their_tables() {
    let place = Place::new().await;
    let db = Database::open(place.url(), Registry::default()).unwrap();
    let mut before = app();
    let rest = before.migrations.split_off(1);
    Migrator::new(std::slice::from_ref(&before)).migrate(&db, |_| {}).await.unwrap();
    place
        .run(
            "INSERT INTO shop_author (name) VALUES ('Ann'); \
             INSERT INTO shop_book (title, rank, open, number, author_id) \
             VALUES ('One', 1, true, 7, 1), ('Two', NULL, false, 8, 1);",
        )
        .await;
    before.migrations.extend(rest);
    let count = before.migrations.len();
    assert_eq!(Migrator::new(std::slice::from_ref(&before)).migrate(&db, |_| {}).await.unwrap(), count - 1);
    let rows = place.texts(
        "SELECT title || '|' || coalesce(rank || '', '-') || '|' || number || '|' || author_id || '|' || subtitle || '|' || code \
         || '|' || stars FROM shop_book ORDER BY id",
    );
    assert_eq!(rows.await, ["One|1|7|1|x|a'b|5", "Two|-|8|1|x|a'b|5"]);
    // The key still holds.
    let nobody = Migration::new("nobody").run_sql("DELETE FROM shop_author");
    before.migrations.push(nobody);
    Migrator::new(&[before]).migrate(&db, |_| {}).await.unwrap_err();
}

#[tokio::test]
async fn keys_that_a_migration_loses_undo_it() {
    let file = File::new();
    let db = Database::open(&file.url(), Registry::default()).unwrap();
    let first = || {
        AppConfig::new("a").migration(
            Migration::new("1")
                .create(model("One", [id()]))
                .create(model("Two", [id(), foreign_key("one", "a.One")])),
        )
    };
    Migrator::new(&[first()]).migrate(&db, |_| {}).await.unwrap();
    file.connect()
        .execute_batch("INSERT INTO a_one DEFAULT VALUES; INSERT INTO a_two (one_id) VALUES (1)")
        .unwrap();
    let lossy = first().migration(Migration::new("2").run_sql("DELETE FROM a_one"));
    let error = Migrator::new(&[lossy]).migrate(&db, |_| {}).await.unwrap_err().to_string();
    assert!(
        error.contains("a.2 failed") && error.contains("keys refer to rows that are gone, in a_two"),
        "{error}"
    );
    let count: i64 = file.connect().query_row("SELECT count(*) FROM a_one", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
    // Keys are followed again afterwards.
    let careless = first().migration(
        Migration::new("2")
            .run(async |db: &Database| Two::objects().create(db, [Two::ONE.set(77)]).await.map(drop)),
    );
    Migrator::new(&[careless]).migrate(&db, |_| {}).await.unwrap_err();
}

#[derive(Clone, Debug, Model)]
#[model(app = "a")]
struct One {
    #[field(primary_key)]
    id: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "a")]
struct Two {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    one: belleville_db::ForeignKey<One>,
}

#[tokio::test]
async fn a_table_of_sqlite_that_is_made_anew_keeps_its_triggers() {
    let file = crate::library::File::new();
    let made = AppConfig::new("a").migration(
        Migration::new("1")
            .create(model("Note", [id(), char("text", 10), integer("count").default(0)]))
            .create(model("Log", [id(), char("text", 10)])),
    );
    let db = Database::open(&file.url(), Registry::new([])).unwrap();
    Migrator::new(std::slice::from_ref(&made)).migrate(&db, |_| {}).await.unwrap();
    file.connect()
        .execute_batch(
            "CREATE TRIGGER logged AFTER INSERT ON a_note BEGIN INSERT INTO a_log (text) VALUES (new.text); END;
             CREATE TRIGGER counted AFTER INSERT ON a_log BEGIN UPDATE a_note SET count = count + 1; END;
             CREATE VIEW texts AS SELECT text FROM a_note;",
        )
        .unwrap();
    let longer = made.migration(Migration::new("2").alter_field("Note", char("text", 20)));
    Migrator::new(&[longer]).migrate(&db, |_| {}).await.unwrap();
    let connection = file.connect();
    connection.execute_batch("INSERT INTO a_note (text, count) VALUES ('one', 0)").unwrap();
    let number = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(number("SELECT count(*) FROM a_log WHERE text = 'one'"), 1);
    assert_eq!(number("SELECT count FROM a_note"), 1);
    assert_eq!(number("SELECT count(*) FROM texts"), 1);
}
