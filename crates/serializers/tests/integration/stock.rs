//! The models of the tests: things, each in a region.

use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Choices, Database, DateTime, ForeignKey, Model, Registry, TimeZone, parse_stored};
use belleville_serializers::ModelSerializer;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "stock")]
pub(crate) struct Region {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 5, unique)]
    pub(crate) code: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Choices)]
pub(crate) enum Color {
    #[choice("r", "Red")]
    Red,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "stock")]
pub(crate) struct Thing {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 5, unique)]
    pub(crate) name: String,
    #[field(kind = EmailField, max_length = 20, blank)]
    pub(crate) mail: String,
    pub(crate) size: i64,
    pub(crate) done: bool,
    #[field(max_length = 3)]
    pub(crate) color: Color,
    pub(crate) at: DateTime,
    #[field(on_delete = Cascade)]
    pub(crate) region: ForeignKey<Region>,
    #[field(on_delete = Cascade, related_name = "+")]
    pub(crate) origin: Option<ForeignKey<Region, { Region::CODE.field() }>>,
}

#[derive(ModelSerializer)]
#[serializer(model = Thing, fields = [name, mail, size, done, color, at, region, origin])]
pub(crate) struct ThingSerializer;

/// Two regions (7 is EU, 8 is US) and a thing that is called `taken`.
pub(crate) async fn filled() -> Database {
    filled_in(TimeZone::UTC).await
}

/// The same for a program in a time zone.
pub(crate) async fn filled_in(time_zone: TimeZone) -> Database {
    let first =
        Migration::new("0001_initial").create(ModelState::of::<Region>()).create(ModelState::of::<Thing>());
    let apps = [AppConfig::new("stock").model::<Region>().model::<Thing>().migration(first)];
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open_in("sqlite://:memory:", registry, time_zone).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    for (id, code) in [(7, "EU"), (8, "US")] {
        Region::objects().create(&db, [Region::ID.set(id), Region::CODE.set(code)]).await.unwrap();
    }
    let taken = [
        Thing::NAME.set("taken"),
        Thing::SIZE.set(1),
        Thing::DONE.set(true),
        Thing::COLOR.set(Color::Red),
        Thing::AT.set(parse_stored("2020-01-01 00:00:00").unwrap()),
        Thing::REGION.set(7),
    ];
    Thing::objects().create(&db, taken).await.unwrap();
    db
}
