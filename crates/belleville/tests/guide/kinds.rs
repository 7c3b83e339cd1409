//! Fields of every kind.

use std::net::IpAddr;

use belleville::db::json::Json;
use belleville::db::migrations::state::{ModelState, big_integer, char, id, model};
use belleville::db::migrations::{field, index, lower, unique};
use belleville::db::{Choices, Date, Decimal, Duration, FieldChoices, GenericRelation, Time, Uuid, now};
use belleville::json;
use belleville::prelude::*;

use crate::generic::Remark;
use crate::library::database;

/// A parcel on its way.
#[derive(Clone, Debug, Model)]
#[model(
    app = "post",
    table = "post_parcels",
    verbose_name = "parcel",
    ordering = ["-sent", "id"],
    get_latest_by = ["sent"],
    permissions = [["open_parcel", "Can open parcel"]]
)]
pub struct Parcel {
    #[field(primary_key, default = Uuid::new_v4())]
    pub id: Uuid,
    #[field(max_length = 20, unique, error_messages = [["unique", "This label is used already."]])]
    pub label: String,
    #[field(kind = SlugField)]
    pub route: String,
    #[field(kind = EmailField, blank)]
    pub sender: String,
    #[field(kind = URLField, help_text = "Where the parcel can be followed.")]
    pub tracking: Option<String>,
    #[field(blank, validators = [no_shouting])]
    pub note: String,
    #[field(default = Speed::Normal)]
    pub speed: Speed,
    pub priority: Option<Priority>,
    #[field(max_digits = 6, decimal_places = 2)]
    pub postage: Decimal,
    #[field(validators = [min_value(0), max_value(31.5, "No parcel of %(value)s kg, please.")])]
    pub weight: f64,
    #[field(default = 1, index)]
    pub pieces: u32,
    pub floor: i16,
    #[field(column = "number_of_scans", db_default = 0, default = 0, editable = false)]
    pub scans: i64,
    #[field(default = false)]
    pub insured: bool,
    pub signed: Option<bool>,
    pub due: Option<Date>,
    pub not_before: Option<Time>,
    pub time_on_road: Option<Duration>,
    pub scanner: Option<IpAddr>,
    #[field(default = json!({}))]
    pub customs: Json,
    pub signature: Option<Vec<u8>>,
    #[field(default = now(), verbose_name = "handed in")]
    pub sent: DateTime,
    #[field(auto_now_add)]
    pub created: DateTime,
    #[field(auto_now)]
    pub changed: DateTime,
}

/// How fast a parcel travels.
#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub enum Speed {
    #[choice("n", "Normal")]
    Normal,
    #[choice("x", "Express")]
    Express,
}

/// Which parcel goes first.
#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub enum Priority {
    #[choice(1, "Low")]
    Low,
    #[choice(2, "High")]
    High,
}

fn no_shouting(text: &str) -> Result<(), String> {
    if text.len() > 3 && text.to_uppercase() == text {
        Err("Not in capitals, please.".to_owned())
    } else {
        Ok(())
    }
}

/// When a row was made, and when it was saved last.
#[derive(Clone, Debug, AbstractModel)]
pub struct Timestamps {
    #[field(auto_now_add)]
    pub created: DateTime,
    #[field(auto_now)]
    pub changed: DateTime,
}

/// Where parcels are handed in.
#[derive(Clone, Debug, Model)]
#[model(app = "post", verbose_name_plural = "offices of the post", ordering = ["-created"])]
pub struct Office {
    #[field(primary_key)]
    pub id: i64,
    #[field(flatten)]
    pub times: Timestamps,
    #[field(max_length = 9, unique)]
    pub code: String,
    #[field(max_length = 50)]
    pub town: String,
    #[field(generated = concat(code, ", ", upper(town)), max_length = 61)]
    pub label: String,
    pub remarks: GenericRelation<Remark>,
}

/// Its counters, which refer to the office by its code.
#[derive(Clone, Debug, Model)]
#[model(app = "post")]
pub struct Counter {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = Cascade, related_name = "counters")]
    pub office: ForeignKey<Office, { Office::CODE.field() }>,
}

#[belleville::test]
async fn shared_and_computed_fields() -> Result<()> {
    let db = &database().await;
    let paris = [Office::CODE.set("P1"), Office::TOWN.set("Paris")];
    let paris = Office::objects().create(db, paris).await?;
    assert_eq!(paris.label, "P1, PARIS");
    let counter = Counter::objects().create(db, [Counter::OFFICE.set(&paris)]).await?;
    assert_eq!(counter.office.key(), "P1");
    let today = Office::objects().filter(Office::CREATED.gte(paris.times.created));
    assert_eq!(today.filter(Office::LABEL.contains("PARIS")).count(db).await?, 1);
    assert_eq!(Counter::objects().filter(Counter::OFFICE.eq(&paris)).count(db).await?, 1);
    Ok(())
}

/// A box that letters are kept in. Its name is the same in small and in capital letters.
#[derive(Clone, Debug, Model)]
#[model(
    app = "post",
    constraints = [unique(name = "one_name_a_town", expressions = [lower(name), town])],
    indexes = [index(name = "boxes_by_fill", expressions = [(letters * 100 / size).desc()], condition = size > 0)],
)]
pub struct Letterbox {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 50)]
    pub name: String,
    #[field(max_length = 50)]
    pub town: String,
    #[field(default = 0)]
    pub letters: i64,
    #[field(default = 20)]
    pub size: i64,
}

#[test]
fn a_migration_says_the_expressions_too() {
    let table = model(
        "Letterbox",
        [id(), char("name", 50), char("town", 50), big_integer("letters"), big_integer("size")],
    )
    .constraint(unique("one_name_a_town", (lower(field("name")), field("town"))))
    .index(
        index("boxes_by_fill", (field("letters") * 100_i64 / field("size")).desc())
            .condition(field("size").gt(0)),
    );
    let state = ModelState::of::<Letterbox>();
    assert_eq!((state.constraints, state.indexes), (table.constraints, table.indexes));
}

#[belleville::test]
async fn names_are_the_same_in_any_case() -> Result<()> {
    let db = &database().await;
    let named = |name: &str| [Letterbox::NAME.set(name), Letterbox::TOWN.set("Paris")];
    Letterbox::objects().create(db, named("Corner")).await?;
    let error = Letterbox::objects().create(db, named("CORNER")).await.unwrap_err();
    let belleville::db::Error::Integrity(violation) = error else { panic!("{error}") };
    assert_eq!(violation.constraint.as_deref(), Some("one_name_a_town"));
    Ok(())
}

#[belleville::test]
async fn every_kind_is_stored_and_read() -> Result<()> {
    let db = &database().await;
    let parcel = Parcel::objects()
        .create(
            db,
            [
                Parcel::LABEL.set("B-1"),
                Parcel::ROUTE.set("paris-lyon"),
                Parcel::NOTE.set(""),
                Parcel::SPEED.set(Speed::Express),
                Parcel::POSTAGE.set(Decimal::from(7)),
                Parcel::WEIGHT.set(1.5),
                Parcel::FLOOR.set(-2),
                Parcel::DUE.set(Date::constant(2026, 3, 1)),
                Parcel::CUSTOMS.set(json!({"contents": ["books"], "value": 20})),
                Parcel::SCANNER.set("2001:db8::1".parse::<IpAddr>().unwrap()),
                Parcel::SIGNATURE.set(vec![1, 2, 3]),
                Parcel::TIME_ON_ROAD.set(Duration::from_hours(30)),
            ],
        )
        .await?;
    assert_eq!(parcel.speed.label(), "Express");
    let found = Parcel::objects().filter(Parcel::SPEED.eq(Speed::Express)).get(db).await?;
    assert_eq!((found.id, found.pieces, found.scans, found.insured), (parcel.id, 1, 0, false));
    assert_eq!((found.due, found.signed, found.priority), (Some(Date::constant(2026, 3, 1)), None, None));
    assert_eq!(found.postage.to_string(), "7.00");
    assert_eq!((found.scanner, found.signature), (parcel.scanner, Some(vec![1, 2, 3])));
    assert_eq!(found.time_on_road, Some(Duration::from_hours(30)));
    let by_contents = Parcel::objects().filter(Parcel::CUSTOMS.key("contents").key(0).eq(json!("books")));
    assert!(by_contents.exists(db).await?);
    assert_eq!(Speed::all(), [Speed::Normal, Speed::Express]);
    assert_eq!((Priority::High.label(), Priority::all().len()), ("High", 2));
    assert_eq!(Parcel::META.db_table, "post_parcels");
    assert!(Parcel::objects().create(db, [Parcel::LABEL.set("B-1")]).await.is_err());
    Ok(())
}
