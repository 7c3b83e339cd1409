//! Fields that the database computes. The values are those that Django 5.2.19 reads of the same rows on both databases.

use belleville_db::migrations::{AppConfig, Migration, state::ModelState};
use belleville_db::{Conflicts, Database, Decimal, FieldMeta, Model, create_row};

use crate::library::migrated_apps;
use crate::postgres::either;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["total"])]
struct Line {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    #[field(max_length = 20)]
    nick: Option<String>,
    #[field(max_digits = 6, decimal_places = 2)]
    price: Decimal,
    pieces: i32,
    #[field(generated = price * pieces, max_digits = 8, decimal_places = 2)]
    total: Decimal,
    #[field(generated = (pieces + 1) * -2)]
    less: i32,
    #[field(generated = concat(upper(name), " ", nick), max_length = 50)]
    called: String,
    #[field(generated = pieces >= 10 && name != "x")]
    many: bool,
    #[field(generated = nick)]
    again: Option<String>,
}

fn line(name: &str, price: &str, pieces: i32) -> Line {
    Line {
        id: 0,
        name: name.to_owned(),
        nick: None,
        price: price.parse().unwrap(),
        pieces,
        total: Decimal::from(0),
        less: 0,
        called: String::new(),
        many: false,
        again: None,
    }
}

type Computed<'a> = (String, i32, &'a str, bool, Option<&'a str>);

fn computed(line: &Line) -> Computed<'_> {
    (line.total.to_string(), line.less, &line.called, line.many, line.again.as_deref())
}

async fn empty() -> Database {
    let app = AppConfig::new("shop")
        .model::<Line>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Line>()));
    migrated_apps([app]).await
}

#[tokio::test]
async fn what_the_database_computes_is_read_back() {
    let db = empty().await;
    let mut lamp = line("lamp", "1.50", 3);
    lamp.save(&db).await.unwrap();
    assert_eq!(computed(&lamp), ("4.50".to_owned(), -8, "LAMP ", false, None));
    lamp.pieces = 10;
    lamp.nick = Some("l".to_owned());
    lamp.save(&db).await.unwrap();
    assert_eq!(computed(&lamp), ("15.00".to_owned(), -22, "LAMP l", true, Some("l")));
    let lines =
        || Line::objects().filter(Line::TOTAL.gt("5.00".parse::<Decimal>().unwrap()) & Line::MANY.eq(true));
    assert_eq!(lines().all(&db).await.unwrap(), [lamp.clone()]);

    let row = [Line::NAME.set("x"), Line::PRICE.set(Decimal::from(2)), Line::PIECES.set(11)];
    let made = Line::objects().create(&db, row).await.unwrap();
    assert_eq!(computed(&made), ("22.00".to_owned(), -24, "X ", false, None));
    let (set, _) =
        Line::objects().update_or_create(&db, [Line::NAME.set("x")], [Line::PIECES.set(1)]).await.unwrap();
    assert_eq!(computed(&set), ("2.00".to_owned(), -4, "X ", false, None));
    assert_eq!(Line::objects().filter_pk(made.id).get(&db).await.unwrap(), set);
}

#[tokio::test]
async fn many_rows_are_computed_at_once() {
    let db = empty().await;
    let mut lines = [line("a", "1.25", 2), line("b", "0.10", 3)];
    Line::objects().bulk_create(&db, &mut lines, Conflicts::fail()).await.unwrap();
    assert_eq!(lines.each_ref().map(|line| line.total.to_string()), ["2.50", "0.30"]);
    // The default order is by what is computed.
    lines.reverse();
    assert_eq!(Line::objects().all(&db).await.unwrap(), lines);
    Line::objects().update(&db, [Line::PIECES.set(4)]).await.unwrap();
    let totals = Line::objects().values(Line::TOTAL).all(&db).await.unwrap();
    assert_eq!(totals.iter().map(|total| total.to_string()).collect::<Vec<_>>(), ["0.40", "5.00"]);
}

#[tokio::test]
async fn no_input_sets_what_is_computed() {
    let db = empty().await;
    let at = |name: &str| Line::META.position(name).unwrap();
    let given = [("name", "a".into()), ("price", 2.into()), ("pieces", 1.into()), ("total", 9.into())];
    let given = given.map(|(name, value): (_, Given)| (at(name), value.0)).into();
    let row = create_row(&db, Line::META, given).await.unwrap();
    assert_eq!(computed(&Line::from_row(&row, 0).unwrap()).0, "2.00");
    let fields: Vec<&FieldMeta> = Line::META.fields.iter().filter(|field| !field.editable).collect();
    assert_eq!(
        fields.iter().map(|field| field.name).collect::<Vec<_>>(),
        ["total", "less", "called", "many", "again"]
    );
    assert!(fields.iter().all(|field| !belleville_db::needs_value(field)));
    let differences = belleville_db::schema::differences(&db, Line::META).await.unwrap();
    assert_eq!(differences, []);
}

struct Given(belleville_db::Value);

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self(belleville_db::Value::Text(text.to_owned()))
    }
}

impl From<i64> for Given {
    fn from(number: i64) -> Self {
        Self(belleville_db::Value::Int(number))
    }
}

/// A part of the table, whose other columns are computed when they are read.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
struct Box {
    #[field(primary_key)]
    id: i64,
    side: i32,
    #[field(generated = side * side, db_persist = false)]
    area: i32,
}

#[tokio::test]
async fn a_column_need_not_be_stored() {
    if either(true, false) {
        // PostgreSQL stores them before its version 18.
        return;
    }
    let state = ModelState::of::<Box>();
    assert!(
        state
            .to_string()
            .contains(r#"integer("area").generated(field("side") * field("side")).not_stored()"#)
    );
    let app = AppConfig::new("shop").model::<Box>().migration(Migration::new("0001_initial").create(state));
    let db = migrated_apps([app]).await;
    let mut made = Box { id: 0, side: 3, area: 0 };
    made.save(&db).await.unwrap();
    assert_eq!((made.area, Box::objects().get(&db).await.unwrap()), (9, made));
}

/// Django's state keeps the old name, so that the table cannot be made anew.
#[tokio::test]
async fn a_field_that_is_computed_of_can_get_another_name() {
    use belleville_db::migrations::{field, state::*};
    let twice = integer("twice").generated(field("side") * 2_i64);
    let app = |more: fn(Migration) -> Migration| {
        let first = Migration::new("0001_initial")
            .create(model("Box", [id(), integer("side"), integer("high"), twice.clone()]))
            .rename_field("Box", "side", "edge")
            .alter_field("Box", big_integer("high").null());
        AppConfig::new("shop").migration(more(first))
    };
    migrated_apps([app(|migration| migration)]).await;
    let other = [app(|migration| {
        migration
            .alter_field("Box", integer("twice").generated(belleville_db::migrations::field("edge") * 3_i64))
    })];
    let db = Database::open("sqlite://:memory:", belleville_db::Registry::default()).unwrap();
    let refused = belleville_db::migrations::Migrator::new(&other).migrate(&db, |_| {}).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("remove the field and add it again"), "{refused}");
}
