//! Multi-table inheritance: what the tables beside Django's (`conformance/queries`) cannot show.

use std::cell::RefCell;

use belleville_db::migrations::state::{
    ModelState, boolean, date_time, foreign_key, id, model, one_to_one, uuid,
};
use belleville_db::migrations::{AppConfig, Migration, Migrator, ProjectState};
use belleville_db::{
    AbstractModel, Database, DateTime, Error, FieldMeta, ForeignKey, LookupName, ManyToMany, Model,
    ModelHooks, ModelMeta, OrderName, Result, Uuid, ViolationKind, capture_queries, json::Json, schema,
};

use crate::library::migrated_apps;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "town")]
struct Owner {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "town", name = "Building", ordering = ["-name"], hooks)]
struct Place {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, unique)]
    name: String,
    #[field(on_delete = Cascade, related_name = "places")]
    owner: Option<ForeignKey<Owner>>,
    #[field(auto_now)]
    changed: DateTime,
    #[field(generated = upper(name), max_length = 20)]
    sign: Option<String>,
    #[field(default = 0)]
    floor: i64,
    #[field(related_name = "used")]
    users: ManyToMany<Owner>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "town", hooks)]
struct Shop {
    #[field(parent, column = "building_id", related_name = "as_shop")]
    place: Place,
    #[field(unique)]
    number: i64,
    #[field(on_delete = SetNull, related_name = "shops")]
    tenant: Option<ForeignKey<Owner>>,
    #[field(generated = number * 2)]
    double: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "town", ordering = ["number", "bread"])]
struct Bakery {
    #[field(parent)]
    shop: Shop,
    #[field(default = true)]
    bread: bool,
}

/// Its key is no number that the database makes.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "town")]
struct Thing {
    #[field(primary_key, default = Uuid::new_v4())]
    key: Uuid,
    #[field(max_length = 9)]
    label: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "town")]
struct Lamp {
    #[field(parent)]
    thing: Thing,
    on: bool,
    #[field(flatten)]
    dated: Dated,
}

#[derive(Clone, Debug, PartialEq, AbstractModel)]
struct Dated {
    #[field(auto_now_add)]
    made: DateTime,
}

thread_local! {
    /// Each test has a thread of its own.
    static CALLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn called(text: String) {
    CALLS.with_borrow_mut(|calls| calls.push(text));
}

fn calls() -> Vec<String> {
    CALLS.take()
}

impl ModelHooks for Place {
    async fn before_save(&mut self, _: &Database) -> Result<()> {
        called(format!("place saved: {}", self.name));
        Ok(())
    }

    async fn after_delete(&self, _: &Database) -> Result<()> {
        called(format!("place deleted: {}", self.name));
        Ok(())
    }
}

impl ModelHooks for Shop {
    async fn before_save(&mut self, _: &Database) -> Result<()> {
        self.name = self.name.to_lowercase();
        Ok(())
    }

    async fn after_save(&self, _: &Database, created: bool) -> Result<()> {
        called(format!("shop {} saved, created: {created}", self.id > 0));
        Ok(())
    }

    async fn after_delete(&self, _: &Database) -> Result<()> {
        called(format!("shop deleted: {} {}", self.name, self.number));
        Ok(())
    }
}

fn app() -> AppConfig {
    AppConfig::new("town")
        .model::<Owner>()
        .model::<Place>()
        .model::<Shop>()
        .model::<Bakery>()
        .model::<Thing>()
        .model::<Lamp>()
        .migration(
            Migration::new("0001_initial")
                .create(ModelState::of::<Owner>())
                .create(ModelState::of::<Place>())
                .create(ModelState::of::<Shop>())
                .create(model(
                    "Bakery",
                    [one_to_one("shop_ptr", "town.Shop").primary_key(), boolean("bread")],
                ))
                .create(ModelState::of::<Thing>())
                .create(ModelState::of::<Lamp>()),
        )
}

async fn database() -> Database {
    migrated_apps([app()]).await
}

fn place(id: i64, name: &str) -> Place {
    let changed = belleville_db::now();
    Place { id, name: name.to_owned(), owner: None, changed, sign: None, floor: 0, users: ManyToMany::new() }
}

fn shop(name: &str, number: i64) -> Shop {
    Shop { place: place(0, name), number, tenant: None, double: None }
}

fn fields<T>(meta: &ModelMeta, of: impl Fn(&FieldMeta) -> T) -> Vec<T> {
    meta.fields.iter().map(of).collect()
}

#[test]
fn the_fields_of_a_parent_come_first() {
    let inherited = ["id", "name", "owner", "changed", "sign", "floor"];
    // As `[f.name for f in Bakery._meta.fields]` of Django 5.2.19 has them.
    let names = fields(Bakery::META, |field| field.name);
    assert_eq!(names[..6], inherited);
    assert_eq!(names[6..], ["building_ptr", "number", "tenant", "double", "shop_ptr", "bread"]);
    let links = fields(Bakery::META, |field| (field.column, field.verbose_name, field.primary_key));
    assert_eq!(
        (links[6], links[10]),
        (("building_id", "building ptr", false), ("shop_ptr_id", "shop ptr", true))
    );
    assert_eq!((Bakery::META.pk().name, Shop::META.pk().name), ("shop_ptr", "building_ptr"));
    let own: Vec<&str> = Bakery::META.own_fields().iter().map(|field| field.name).collect();
    assert_eq!(own, ["shop_ptr", "bread"]);
    // A child has its parent's order unless it has one of its own.
    let order = |meta: &ModelMeta| -> Vec<&str> {
        meta.ordering.iter().map(|by| meta.fields[by.field].name).collect()
    };
    assert_eq!((order(Shop::META), order(Bakery::META)), (vec!["name"], vec!["number", "bread"]));
}

#[tokio::test]
async fn a_migration_has_the_link_and_the_own_fields() {
    let state = ModelState::of::<Lamp>();
    assert_eq!(
        state,
        model(
            "Lamp",
            [one_to_one("thing_ptr", "town.Thing").primary_key(), date_time("made"), boolean("on")]
        )
    );
    assert_eq!(
        state.to_string(),
        "model(\"Lamp\", [\n    one_to_one(\"thing_ptr\", \"town.Thing\").primary_key(),\n    date_time(\"made\"),\n    \
         boolean(\"on\"),\n])"
    );
    let apps = [app()];
    let made = Migrator::new(&apps).state().unwrap();
    let today = ProjectState::from_models(apps[0].models.iter().copied());
    assert_eq!(made.differences(&today), Vec::<String>::new());
    let db = database().await;
    for meta in db.registry().models() {
        assert_eq!(schema::differences(&db, meta).await.unwrap(), []);
    }
    // A table without the link, or with a parent's field, is not the child's.
    let wrong = AppConfig::new("town").migration(
        Migration::new("0001_initial")
            .create(model("Thing", [uuid("key").primary_key()]))
            .create(model("Lamp", [id(), boolean("on"), foreign_key("thing", "town.Thing")])),
    );
    let db = migrated_apps([wrong]).await;
    let texts: Vec<String> =
        schema::differences(&db, Lamp::META).await.unwrap().into_iter().map(|found| found.text).collect();
    assert!(texts[0].contains("column `thing_ptr_id` of the table `town_lamp` is missing"), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("label")), "{texts:?}");
}

#[tokio::test]
async fn rows_are_written_in_one_transaction() {
    let db = database().await;
    let (saved, statements) = capture_queries(async {
        let mut first = shop("First", 1);
        first.save(&db).await.map(|()| first)
    })
    .await;
    let first = saved.unwrap();
    // What the parent computes and sets is read back.
    assert_eq!((first.name.as_str(), first.sign.as_deref(), first.double), ("first", Some("FIRST"), Some(2)));
    let written: Vec<&String> = statements.iter().filter(|sql| sql.starts_with("INSERT")).collect();
    assert!(written[0].starts_with("INSERT INTO \"town_building\""), "{statements:?}");
    assert!(written[1].starts_with("INSERT INTO \"town_shop\""), "{statements:?}");
    assert_eq!(Shop::objects().get(&db).await.unwrap(), first);

    // What the child's table refuses leaves no row in the parent's.
    let refused = shop("second", 1).save(&db).await.unwrap_err();
    let Error::Integrity(violation) = refused else { panic!("{refused}") };
    assert_eq!((violation.kind, violation.table.as_deref()), (ViolationKind::Unique, Some("town_shop")));
    assert_eq!(Place::objects().count(&db).await.unwrap(), 1);
    let refused = shop("first", 2).save(&db).await.unwrap_err();
    let Error::Integrity(violation) = refused else { panic!("{refused}") };
    assert_eq!(violation.table.as_deref(), Some("town_building"));

    let row = [Shop::PLACE.to(Place::NAME).set("third"), Shop::NUMBER.set(1)];
    Shop::objects().create(&db, row).await.unwrap_err();
    assert_eq!(Place::objects().count(&db).await.unwrap(), 1);
    // Nothing is changed where one of the tables refuses.
    let row = [Shop::PLACE.to(Place::NAME).set("other"), Shop::NUMBER.set(7)];
    let other = Shop::objects().create(&db, row).await.unwrap();
    let both = [Shop::PLACE.to(Place::NAME).set("changed"), Shop::NUMBER.set(1)];
    Shop::objects().filter_pk(other.id).update(&db, both.clone()).await.unwrap_err();
    Shop::objects().update_one(&db, other.clone(), both).await.unwrap_err();
    assert_eq!(Shop::objects().filter_pk(other.id).get(&db).await.unwrap(), other);
}

#[tokio::test]
async fn a_place_becomes_a_shop() {
    let db = database().await;
    let mut hall = place(0, "hall");
    hall.save(&db).await.unwrap();
    assert!(Shop::PLACE.reverse().of(&hall).first(&db).await.unwrap().is_none());
    let mut as_shop = Shop { place: hall.clone(), number: 3, tenant: None, double: None };
    as_shop.save(&db).await.unwrap();
    assert_eq!(Shop::PLACE.reverse().of(&hall).get(&db).await.unwrap(), as_shop);
    assert_eq!(Place::objects().count(&db).await.unwrap(), 1);
    let mut bakery = Bakery { shop: as_shop.clone(), bread: false };
    bakery.save(&db).await.unwrap();
    assert_eq!((bakery.pk(), bakery.number, bakery.name.as_str()), (&hall.id, 3, "hall"));
    // A key to the parent is made of the parent.
    let key: ForeignKey<Place> = (&as_shop.place).into();
    assert_eq!(Shop::objects().filter(Shop::PLACE.key().eq(key)).count(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn keys_of_any_type_are_inherited() {
    let db = database().await;
    let row = [Lamp::THING.to(Thing::LABEL).set("desk"), Lamp::ON.set(true)];
    let made = Lamp::objects().create(&db, row).await.unwrap();
    assert_eq!(
        (made.pk(), made.dated.made > made.dated.made - belleville_db::Duration::from_secs(1)),
        (&made.key, true)
    );
    let mut lamp = Lamp {
        thing: Thing { key: Uuid::new_v4(), label: "floor".to_owned() },
        on: false,
        dated: made.dated.clone(),
    };
    lamp.save(&db).await.unwrap();
    lamp.on = true;
    lamp.label = "wall".to_owned();
    lamp.save(&db).await.unwrap();
    assert_eq!(Lamp::objects().filter_pk(lamp.key).get(&db).await.unwrap(), lamp);
    assert_eq!(
        lamp.delete(&db).await.unwrap().by_model,
        [("town.Lamp".to_owned(), 1), ("town.Thing".to_owned(), 1)]
    );
    assert_eq!(Thing::objects().values(Thing::LABEL).all(&db).await.unwrap(), ["desk"]);
}

#[tokio::test]
async fn hooks_are_those_of_the_model_that_is_saved_and_of_all_that_are_deleted() {
    let db = database().await;
    let row = [Shop::PLACE.to(Place::NAME).set("A"), Shop::NUMBER.set(1)];
    let made = Shop::objects().create(&db, row).await.unwrap();
    assert_eq!(
        (made.name.as_str(), calls().as_slice()),
        ("a", &["shop true saved, created: true".to_owned()][..])
    );
    let rename = [Shop::PLACE.to(Place::NAME).set("B")];
    let made = Shop::objects().update_one(&db, made, rename).await.unwrap().unwrap();
    assert_eq!(
        (made.name.as_str(), calls().as_slice()),
        ("b", &["shop true saved, created: false".to_owned()][..])
    );
    // Django sends pre_delete and post_delete of the child and of its parents.
    made.delete(&db).await.unwrap();
    assert_eq!(calls(), ["shop deleted: b 1", "place deleted: b"]);
}

#[tokio::test]
async fn parents_are_found_over_names_and_by_columns() {
    let db = database().await;
    let ann = Owner::objects().create(&db, [Owner::NAME.set("Ann")]).await.unwrap();
    for (name, number) in [("a", 2), ("b", 1)] {
        let mut bakery = Bakery { shop: shop(name, number), bread: true };
        bakery.owner = Some((&ann).into());
        bakery.tenant = Some((&ann).into());
        bakery.save(&db).await.unwrap();
        Place::USERS.of(&bakery).add(&db, [&ann]).await.unwrap();
    }
    let find = |model, name: &str, value: Json| {
        let lookup = LookupName::parse(model, db.registry(), name).unwrap();
        (lookup, value)
    };
    for (name, value) in [
        ("name", "a".into()),
        ("number__lt", 3.into()),
        ("owner__name", "Ann".into()),
        ("users__name", "Ann".into()),
        ("shop_ptr__building_ptr__name", "a".into()),
        ("id", 1.into()),
        ("pk__gte", 1.into()),
    ] {
        let (lookup, value) = find(Bakery::META, name, value);
        assert!(
            Bakery::objects().rows().filter(&lookup, &value).unwrap().count(&db).await.unwrap() > 0,
            "{name}"
        );
    }
    for (name, value) in [("places__as_shop__bakery__bread", true), ("used__as_shop__bakery__bread", true)] {
        let (lookup, value) = find(Owner::META, name, value.into());
        assert_eq!(
            Owner::objects().distinct().rows().filter(&lookup, &value).unwrap().count(&db).await.unwrap(),
            1
        );
    }
    // The links of other children belong to the parent alone.
    assert!(LookupName::parse(Bakery::META, db.registry(), "as_shop").is_err());
    let by_sign = OrderName::parse(Bakery::META, db.registry(), "-sign").unwrap();
    let rows = Bakery::objects().rows().order_by([&by_sign]).unwrap();
    let mut found = Vec::new();
    let columns: Vec<usize> =
        ["sign", "id", "shop_ptr", "number"].map(|name| Bakery::META.position(name).unwrap()).into();
    rows.for_each(&db, &columns, &mut |row| {
        let numbers = [1, 2, 3].map(|at| row.get(at).map(|value| format!("{value:?}")));
        found.push((format!("{:?}", row.get(0)?), numbers.into_iter().collect::<Result<Vec<_>>>()?));
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(found[0].0, "Text(\"B\")");
    assert_eq!(found[0].1[0], found[0].1[1]);
    // The key of the parent that leads to the child, and what refers to a field of the parent.
    let of_ann = Shop::PLACE.to(Place::OWNER).reverse();
    assert_eq!(of_ann.of(&ann).count(&db).await.unwrap(), 2);
    let owners = Owner::objects().filter(of_ann.to(Shop::NUMBER).eq(2)).count(&db).await.unwrap();
    let pairs = Owner::objects().prefetch(of_ann, Shop::objects()).all(&db).await.unwrap();
    assert_eq!((owners, pairs[0].1.len()), (1, 2));
}

/// Plain statements are written once and used again with other values.
#[tokio::test]
async fn statements_of_a_child_are_used_again() {
    let db = database().await;
    const NAME: belleville_db::Column<Shop, String> = Shop::PLACE.to(Place::NAME);
    for (name, number) in [("a", 1), ("b", 2), ("c", 3)] {
        shop(name, number).save(&db).await.unwrap();
        assert_eq!(Shop::objects().filter(NAME.eq(name)).get(&db).await.unwrap().number, number);
        let by_both = Shop::objects().filter(NAME.eq(name) & Shop::NUMBER.eq(number));
        assert_eq!(by_both.update(&db, [Shop::NUMBER.set(number + 10)]).await.unwrap(), 1);
        let found = Shop::objects().filter(Shop::NUMBER.eq(number + 10)).get(&db).await.unwrap();
        assert_eq!(
            Shop::objects().filter(NAME.eq(name)).update(&db, [NAME.set(format!("{name}!"))]).await.unwrap(),
            1
        );
        let again = Shop::objects().filter(NAME.eq(format!("{name}!"))).get(&db).await.unwrap();
        assert_eq!((again.id, again.number), (found.id, number + 10));
    }
    assert_eq!(Shop::objects().filter(NAME.eq("b!")).delete(&db).await.unwrap().total, 2);
    assert_eq!(Shop::objects().values(NAME).all(&db).await.unwrap(), ["c!", "a!"]);
}

#[tokio::test]
async fn what_is_computed_of_several_tables_is_refused() {
    let db = database().await;
    shop("a", 1).save(&db).await.unwrap();
    // Of one table it is done.
    let floor = Shop::PLACE.to(Place::FLOOR);
    let changed = Shop::objects().update(&db, [floor.set(floor + Shop::PLACE.to(Place::ID))]).await;
    assert_eq!(changed.unwrap(), 1);
    let of_the_child = [floor.set(Shop::NUMBER)];
    let refused = Shop::objects().update(&db, of_the_child).await.unwrap_err().to_string();
    assert!(refused.contains("joined columns are not permitted"), "{refused}");
    let of_the_parent = [Shop::NUMBER.set(floor)];
    let refused = Shop::objects().update(&db, of_the_parent).await.unwrap_err().to_string();
    assert!(refused.contains("joined columns are not permitted"), "{refused}");
}
