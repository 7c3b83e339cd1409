//! Constraints and indexes of expressions: how they are written, what they refuse, and what SQLite does not have.

use belleville_db::migrations::state::*;
use belleville_db::migrations::{
    AppConfig, Deferrable, Expression, Migration, MigrationName, Migrator, brin_index, btree_index, check,
    coalesce, concat, exclude, field, gin_index, gist_index, hash_index, index, lower, spgist_index, unique,
    upper,
};
use belleville_db::{
    Conflicts, Constraint, Database, Date, Decimal, Dialect, Error, Index, Model, Range, Registry,
    ViolationKind,
};

use crate::library::Place;
use crate::postgres::fresh_url;
use crate::postgres_kinds::Slot;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    app = "rules",
    constraints = [
        unique(name = "one_email", expressions = [lower(email)]),
        unique(name = "one_open", expressions = [team, upper(nick).desc()], condition = is_open),
        unique(name = "one_team", fields = ["team"], deferrable = deferred),
    ],
    indexes = [
        index(name = "by_worth", expressions = [(price * pieces).desc(), email]),
        index(name = "by_double", expressions = [2 * pieces]),
        index(name = "by_prefix", fields = ["email"], opclasses = ["varchar_pattern_ops"]),
        index(name = "by_many", expressions = [pieces >= 10 && !is_open], condition = team > 1),
    ],
)]
struct Member {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50)]
    email: String,
    #[field(max_length = 20)]
    nick: Option<String>,
    team: i64,
    pieces: i64,
    #[field(max_digits = 6, decimal_places = 2)]
    price: Decimal,
    is_open: bool,
}

fn member(email: &str, nick: &str, team: i64) -> Member {
    Member {
        id: 0,
        email: email.to_owned(),
        nick: Some(nick.to_owned()),
        team,
        pieces: 1,
        price: Decimal::from(1),
        is_open: true,
    }
}

#[test]
fn a_model_says_what_a_migration_says() {
    let state = ModelState::of::<Member>();
    let open = field("is_open").eq(true);
    assert_eq!(
        state.constraints,
        [
            unique("one_email", lower(field("email"))),
            unique("one_open", (field("team"), upper(field("nick")).desc())).condition(open.clone()),
            unique("one_team", ["team"]).deferrable(Deferrable::Deferred),
        ]
    );
    assert_eq!(
        state.indexes,
        [
            index("by_worth", ((field("price") * field("pieces")).desc(), field("email"))),
            index("by_double", Expression::from(2_i64) * field("pieces")),
            index("by_prefix", ["email"]).opclasses(["varchar_pattern_ops"]),
            index("by_many", field("pieces").gte(10).and(!open)).condition(field("team").gt(1)),
        ]
    );
}

/// What is printed is what is written here, and so compiles.
macro_rules! printed_as_written {
    ($($value:expr;)*) => {$({
        let plain = |text: &str| text.split_whitespace().collect::<String>().replace(",)", ")");
        assert_eq!(plain(&$value.to_string()), plain(stringify!($value)));
    })*};
}

#[test]
fn rules_are_printed_as_they_are_written() {
    printed_as_written! {
        index("a", ["b", "-c"]);
        index("a", lower(field("b")));
        index("a", field("b"));
        index("a", (lower(field("b")).collate("C").opclass("ops").desc(), field("c").asc(), field("d")));
        index("a", (field("b").desc().nulls_first(), field("c").asc().nulls_last()));
        index("a", Expression::from(2_i64) * field("b"));
        index("a", (field("b") + 1_i64) * (field("c") - field("d")));
        index("a", ((field("b") + field("c")).desc(), field("b")));
        index("a", field("b").gt(3).desc());
        index("a", (!field("b").eq(true)).desc());
        index("a", concat((field("b"), " ", coalesce((field("c"), field("d"))))));
        index("a", lower(field("b"))).condition((!field("c").eq(3)).and(field("d").is_null())).include(["e"]);
        index("a", ["b", "c"]).opclasses(["x_ops", "y_ops"]);
        btree_index("a", ["b"]).fillfactor(70).deduplicate_items(false);
        brin_index("a", ["b"]).autosummarize(true).pages_per_range(4);
        gin_index("a", ["b"]).gin_pending_list_limit(64).fastupdate(false);
        gist_index("a", ["b"]).buffering(true).fillfactor(70);
        hash_index("a", ["b"]);
        spgist_index("a", ["b"]);
        unique("a", lower(field("b"))).nulls_distinct(false);
        unique("a", ["b"]).deferrable(Deferrable::Immediate);
        unique("a", ["b"]).opclasses(["x_ops"]).condition(field("c").gt(1)).include(["d"]);
        check("a", (!field("b").eq(1)).or(field("c").is_not_null()));
        exclude("a", [(field("b") + field("c")).with("=")]);
        exclude("a", [field("b").with("="), lower(field("c")).opclass("x_ops").with("&&")])
            .spgist().condition(field("d").lt(3)).include(["e"]).deferrable(Deferrable::Deferred);
    }
}

#[test]
fn expressions_follow_the_names_of_their_fields() {
    let app = AppConfig::new("a").migration(
        Migration::new("1")
            .create(
                model("One", [id(), text("b"), text("c")])
                    .index(index("by_b", (lower(field("b")), field("c"))))
                    .index(index("by_c", upper(field("c"))))
                    .constraint(unique("one_b", coalesce((field("b"), field("c"))))),
            )
            .rename_field("One", "b", "d")
            .remove_constraint("One", "one_b")
            .add_constraint("One", unique("one_d", field("d").desc()).condition(field("d").eq("x")))
            .rename_field("One", "d", "e")
            .remove_field("One", "c"),
    );
    let state = Migrator::new(&[app]).state().unwrap();
    let one = state.model("a.One").unwrap();
    assert_eq!(one.indexes, []);
    assert_eq!(one.constraints, [unique("one_d", field("e").desc()).condition(field("e").eq("x"))]);
}

fn apps() -> [AppConfig; 1] {
    [AppConfig::new("rules")
        .model::<Member>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Member>()))]
}

async fn opened(url: &str, apps: &[AppConfig]) -> Database {
    let models: Vec<_> = apps.iter().flat_map(|app| app.models.iter().copied()).collect();
    let db = Database::open(url, Registry::new(models)).unwrap();
    Migrator::new(apps).migrate(&db, |_| {}).await.unwrap();
    db
}

fn broken(error: Error) -> (ViolationKind, Option<String>) {
    let Error::Integrity(violation) = error else { panic!("{error}") };
    (violation.kind, violation.constraint)
}

#[tokio::test]
async fn unique_expressions_refuse_rows() {
    let place = Place::new().await;
    let db = opened(place.url(), &apps()).await;
    for meta in db.registry().models() {
        assert_eq!(belleville_db::schema::differences(&db, meta).await.unwrap(), []);
    }
    member("Ann@x.org", "ann", 1).save(&db).await.unwrap();
    let error = member("aNN@X.org", "bo", 2).save(&db).await.unwrap_err();
    assert_eq!(broken(error), (ViolationKind::Unique, Some("one_email".to_owned())));
    member("bo@x.org", "bo", 3).save(&db).await.unwrap();
    let error = Member { id: 0, ..member("cy@x.org", "BO", 3) }.save(&db).await.unwrap_err();
    assert_eq!(broken(error), (ViolationKind::Unique, Some("one_open".to_owned())));
}

#[derive(Clone, Debug, Model)]
#[model(app = "till", constraints = [check(name = "is_paid", condition = amount > 0)])]
struct Payment {
    #[field(primary_key)]
    id: i64,
    #[field(unique)]
    number: i64,
    amount: i64,
}

/// As Django's `ignore_conflicts`, which writes `INSERT OR IGNORE`.
#[tokio::test]
async fn sqlite_leaves_out_rows_that_break_any_constraint() {
    let initial = Migration::new("0001_initial").create(ModelState::of::<Payment>());
    let apps = [AppConfig::new("till").model::<Payment>().migration(initial)];
    let db = opened("sqlite://:memory:", &apps).await;
    let payment = |number, amount| Payment { id: 0, number, amount };
    let mut payments = [payment(1, 5), payment(2, -1), payment(1, 6), payment(3, 7)];
    Payment::objects().bulk_create(&db, &mut payments, Conflicts::ignore()).await.unwrap();
    let kept = Payment::objects().order_by([Payment::NUMBER.asc()]).all(&db).await.unwrap();
    let kept: Vec<_> = kept.into_iter().map(|payment| (payment.number, payment.amount)).collect();
    assert_eq!(kept, [(1, 5), (3, 7)]);
    let refused = Payment::objects().bulk_create(&db, &mut payments[1..2], Conflicts::fail()).await;
    assert_eq!(broken(refused.unwrap_err()).0, ViolationKind::Check);
}

#[tokio::test]
async fn a_deferred_constraint_is_checked_at_the_end() {
    let Some(url) = fresh_url().await else { return };
    let db = opened(&url, &apps()).await;
    let mut ann = member("ann@x.org", "ann", 1);
    let mut bo = member("bo@x.org", "bo", 2);
    ann.save(&db).await.unwrap();
    bo.save(&db).await.unwrap();
    // The teams change places.
    db.atomic(async || {
        (ann.team, bo.team) = (2, 1);
        ann.save(&db).await?;
        bo.save(&db).await
    })
    .await
    .unwrap();
    let error = db
        .atomic(async || {
            bo.team = 2;
            bo.save(&db).await
        })
        .await
        .unwrap_err();
    assert_eq!(broken(error), (ViolationKind::Unique, Some("one_team".to_owned())));
}

#[tokio::test]
async fn rows_that_are_in_the_way_are_excluded() {
    let Some(url) = fresh_url().await else { return };
    let initial =
        Migration::new("0001_initial").create_extension("btree_gist").create(ModelState::of::<Slot>());
    let db = opened(&url, &[AppConfig::new("kinds").model::<Slot>().migration(initial)]).await;
    let slot = |room, guest: &str, days: std::ops::Range<i8>| Slot {
        id: 0,
        room,
        guest: Some(guest.to_owned()),
        booked: Range::from(Date::constant(2026, 5, days.start)..Date::constant(2026, 5, days.end)),
        tags: Vec::new(),
    };
    slot(1, "Ann", 1..5).save(&db).await.unwrap();
    slot(2, "Ann", 1..5).save(&db).await.unwrap();
    slot(1, "Bo", 5..8).save(&db).await.unwrap();
    let error = slot(1, "Cy", 7..9).save(&db).await.unwrap_err();
    assert_eq!(broken(error), (ViolationKind::Exclusion, Some("one_booking".to_owned())));
    // Among rooms above the third no two bookings touch; it is looked at when the transaction ends.
    slot(4, "Ann", 10..12).save(&db).await.unwrap();
    let error = slot(5, "Bo", 12..14).save(&db).await.unwrap_err();
    assert_eq!(broken(error), (ViolationKind::Exclusion, Some("apart".to_owned())));
}

/// The statements of a model with an index or a constraint, or why there are none.
fn statements(
    index: Option<Index>,
    constraint: Option<Constraint>,
    dialect: Dialect,
) -> Result<usize, String> {
    let mut one = model("One", [id(), text("b"), text("c").null()]);
    one.indexes.extend(index);
    one.constraints.extend(constraint);
    let apps = [AppConfig::new("a").migration(Migration::new("1").create(one))];
    let statements = Migrator::new(&apps).sql(MigrationName { app: "a", name: "1" }, dialect);
    statements.map(|statements| statements.len()).map_err(|error| error.to_string())
}

fn assert_refused(outcome: Result<usize, String>, why: &str) {
    let error = outcome.unwrap_err();
    assert!(error.contains(why), "{error}");
}

#[test]
fn sqlite_says_what_it_does_not_have() {
    for (index, why) in [
        (spgist_index("x", ["b"]), "a.One: the index `x` needs PostgreSQL, and the database is SQLite"),
        (btree_index("x", ["b"]), "a.One: the index `x` needs PostgreSQL"),
        (
            index("x", lower(field("b")).opclass("text_ops")),
            "a.One: the operator class `text_ops` of the index `x` needs PostgreSQL",
        ),
        (index("x", field("b").nulls_last()), "a.One: the place of NULL in the index `x` needs PostgreSQL"),
    ] {
        assert_eq!(statements(Some(index.clone()), None, Dialect::Postgres), Ok(2));
        assert_refused(statements(Some(index), None, Dialect::Sqlite), why);
    }
    let rule = exclude("x", [field("b").with("=")]);
    assert_eq!(statements(None, Some(rule.clone()), Dialect::Postgres), Ok(1));
    assert_refused(
        statements(None, Some(rule), Dialect::Sqlite),
        "a.One: the constraint `x` needs PostgreSQL, and the database is SQLite",
    );
    // As in Django, a table goes without such a constraint.
    let late = unique("x", ["b"]).deferrable(Deferrable::Deferred);
    assert_eq!(statements(None, Some(late), Dialect::Sqlite), Ok(1));
}

#[test]
fn what_no_database_has_is_refused() {
    for (index, why) in [
        (
            gin_index("x", ["b"]).fillfactor(70),
            "the index `x` has no option `fillfactor`; known are gin_pending_list_limit, fastupdate",
        ),
        (index("", lower(field("b"))), "goes by expressions, and so needs a name"),
        (index("x", ["b"]).opclasses(["a_ops", "b_ops"]), "has 1 fields and 2 operator classes"),
        (index("x", lower(field("b"))).opclasses(["a_ops"]), "each says its own `opclass`"),
        (index("x", lower(field("z"))), "the model a.One has no field `z`"),
    ] {
        assert_refused(statements(Some(index), None, Dialect::Postgres), why);
    }
    let late = |rule: Constraint| rule.deferrable(Deferrable::Deferred);
    for (rule, why) in [
        (late(unique("x", lower(field("b")))), "the constraint `x` cannot be deferrable"),
        (late(unique("x", ["b"]).condition(field("c").is_null())), "cannot be deferrable"),
        (exclude("x", []), "compares nothing"),
        (exclude("x", [field("b").with("= b)")]), "compares by `= b)`, which is no operator"),
    ] {
        assert_refused(statements(None, Some(rule), Dialect::Postgres), why);
    }
}
