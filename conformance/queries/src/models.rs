//! A bookshop: each kind of relation and of column. `django/shop/models.py` has the same models.

use belleville_db::json::Json;
use belleville_db::migrations::AppConfig;
use belleville_db::{
    Column, ContentTypes, Date, DateTime, Decimal, Dialect, Duration, ForeignKey, GenericForeignKey,
    GenericRelation, HStore, ManyToMany, Model, ModelMeta, Range, Registry, Time, Uuid,
};

use crate::results::ToJson;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", natural_key = ["name"])]
pub(crate) struct Publisher {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 50, unique)]
    pub(crate) name: String,
    #[field(max_length = 2)]
    pub(crate) country: Option<String>,
    pub(crate) founded: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["name", "id"])]
pub(crate) struct Author {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(max_length = 100, unique)]
    pub(crate) email: Option<String>,
    pub(crate) born: Option<Date>,
    pub(crate) score: Option<f64>,
    #[field(on_delete = SetNull, related_name = "authors")]
    pub(crate) publisher: Option<ForeignKey<Publisher>>,
    #[field(on_delete = SetNull, related_name = "pupils")]
    pub(crate) mentor: Option<ForeignKey<Author>>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Profile {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(one_to_one, on_delete = Cascade, related_name = "profile")]
    pub(crate) author: ForeignKey<Author>,
    pub(crate) bio: String,
    #[field(max_length = 100)]
    pub(crate) website: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", natural_key = ["name"])]
pub(crate) struct Tag {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 30, unique)]
    pub(crate) name: String,
    #[field(max_length = 10)]
    pub(crate) color: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["id"])]
pub(crate) struct Book {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) title: String,
    #[field(max_length = 20, unique)]
    pub(crate) isbn: Option<String>,
    pub(crate) blurb: String,
    #[field(on_delete = Cascade, related_name = "books")]
    pub(crate) author: ForeignKey<Author>,
    #[field(on_delete = SetNull, related_name = "edited")]
    pub(crate) editor: Option<ForeignKey<Author>>,
    pub(crate) pages: Option<u32>,
    #[field(default = 0)]
    pub(crate) stock: i32,
    #[field(max_digits = 8, decimal_places = 2)]
    pub(crate) price: Decimal,
    #[field(max_digits = 5, decimal_places = 2)]
    pub(crate) discount: Option<Decimal>,
    pub(crate) rating: Option<f64>,
    pub(crate) published: Option<Date>,
    pub(crate) opens: Option<Time>,
    pub(crate) created: DateTime,
    pub(crate) sold: Option<DateTime>,
    pub(crate) reading: Option<Duration>,
    pub(crate) code: Uuid,
    pub(crate) meta: Option<Json>,
    #[field(default = true)]
    pub(crate) available: bool,
    pub(crate) featured: Option<bool>,
    #[field(through = Tagging, related_name = "books")]
    pub(crate) tags: ManyToMany<Tag>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", unique_together = [["book", "tag"]])]
pub(crate) struct Tagging {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "taggings")]
    pub(crate) book: ForeignKey<Book>,
    #[field(on_delete = Cascade, related_name = "taggings")]
    pub(crate) tag: ForeignKey<Tag>,
    #[field(default = 1)]
    pub(crate) weight: i32,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Review {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "reviews")]
    pub(crate) book: ForeignKey<Book>,
    #[field(on_delete = SetNull, related_name = "reviews")]
    pub(crate) reviewer: Option<ForeignKey<Author>>,
    pub(crate) stars: i16,
    pub(crate) text: String,
    pub(crate) helpful: Option<i32>,
    pub(crate) made: DateTime,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Customer {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, unique)]
    pub(crate) email: String,
    #[field(max_length = 50)]
    pub(crate) city: Option<String>,
    #[field(default = false)]
    pub(crate) vip: bool,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Purchase {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Protect, related_name = "purchases")]
    pub(crate) customer: ForeignKey<Customer>,
    pub(crate) placed: DateTime,
    pub(crate) paid: Option<DateTime>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["-quantity", "id"])]
pub(crate) struct Line {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "lines")]
    pub(crate) purchase: ForeignKey<Purchase>,
    #[field(on_delete = Protect, related_name = "lines")]
    pub(crate) book: ForeignKey<Book>,
    pub(crate) quantity: u16,
    #[field(max_digits = 8, decimal_places = 2)]
    pub(crate) unit: Decimal,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Warehouse {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Shelf {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "shelves")]
    pub(crate) warehouse: ForeignKey<Warehouse>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Box {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "boxes")]
    pub(crate) warehouse: Option<ForeignKey<Warehouse>>,
    #[field(on_delete = Restrict, related_name = "boxes")]
    pub(crate) shelf: ForeignKey<Shelf>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Sensor {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = SetDefault, default = ForeignKey::<Warehouse>::new(1), related_name = "sensors")]
    pub(crate) warehouse: ForeignKey<Warehouse>,
    #[field(on_delete = Set(ForeignKey::<Warehouse>::new(2)), related_name = "backups")]
    pub(crate) backup: ForeignKey<Warehouse>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Guard {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Protect, related_name = "guards")]
    pub(crate) warehouse: ForeignKey<Warehouse>,
    #[field(on_delete = SetNull, related_name = "guards")]
    pub(crate) shelf: Option<ForeignKey<Shelf>>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Memo {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = DoNothing, db_constraint = false, related_name = "memos")]
    pub(crate) warehouse: ForeignKey<Warehouse>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Club {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
    #[field(related_name = "clubs")]
    pub(crate) members: ManyToMany<Author>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Person {
    #[field(primary_key)]
    pub(crate) id: i64,
    pub(crate) friends: ManyToMany<Person>,
    #[field(symmetrical = false, related_name = "followers")]
    pub(crate) follows: ManyToMany<Person>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", natural_key = ["number"])]
pub(crate) struct Region {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(unique)]
    pub(crate) number: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Branch {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "branches")]
    pub(crate) region: Option<ForeignKey<Region, { Region::NUMBER.field() }>>,
    #[field(max_length = 20)]
    pub(crate) name: String,
}

/// The kinds of column that PostgreSQL alone has.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Edition {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "editions")]
    pub(crate) book: Option<ForeignKey<Book>>,
    pub(crate) text: String,
    #[field(max_length = 20)]
    pub(crate) tags: Vec<String>,
    pub(crate) sizes: Option<Vec<Option<i32>>>,
    pub(crate) board: Vec<Vec<i64>>,
    pub(crate) ages: Range<i32>,
    pub(crate) keys: Option<Range<i64>>,
    pub(crate) prices: Option<Range<Decimal>>,
    pub(crate) stay: Option<Range<Date>>,
    pub(crate) shift: Option<Range<DateTime>>,
    pub(crate) facts: Option<HStore>,
    #[field(kind = SearchVectorField)]
    pub(crate) words: Option<String>,
}

/// Django's own.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    app = "contenttypes",
    table = "django_content_type",
    unique_together = [["app_label", "model"]],
    natural_key = ["app_label", "model"]
)]
pub(crate) struct ContentType {
    #[field(primary_key)]
    pub(crate) id: i32,
    #[field(max_length = 100)]
    pub(crate) app_label: String,
    #[field(max_length = 100)]
    pub(crate) model: String,
}

impl ContentTypes for ContentType {
    const APP_LABEL: Column<Self, String> = Self::APP_LABEL;
    const MODEL: Column<Self, String> = Self::MODEL;
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Label {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) text: String,
    #[field(on_delete = Cascade)]
    pub(crate) content_type: ForeignKey<ContentType>,
    pub(crate) object_id: i64,
    #[field(generic(content_type, object_id))]
    pub(crate) content_object: GenericForeignKey,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Sticker {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade)]
    pub(crate) label: ForeignKey<Label>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["id"])]
pub(crate) struct Remark {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) text: String,
    #[field(on_delete = Cascade)]
    pub(crate) about_type: Option<ForeignKey<ContentType>>,
    #[field(max_length = 40)]
    pub(crate) about_id: Option<String>,
    #[field(generic(about_type, about_id))]
    pub(crate) about: GenericForeignKey,
    #[field(related_query_name = "remark")]
    pub(crate) remarks: GenericRelation<Remark>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["id"], natural_key = ["title"])]
pub(crate) struct Album {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) title: String,
    #[field(related_query_name = "album")]
    pub(crate) labels: GenericRelation<Label>,
    #[field(key = about, related_query_name = "album")]
    pub(crate) remarks: GenericRelation<Remark>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["id"], natural_key = ["title", "album"])]
pub(crate) struct Song {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "songs")]
    pub(crate) album: ForeignKey<Album>,
    #[field(max_length = 20)]
    pub(crate) title: String,
    #[field(related_query_name = "song")]
    pub(crate) labels: GenericRelation<Label>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Ticket {
    #[field(primary_key, max_length = 10)]
    pub(crate) code: String,
    #[field(related_query_name = "ticket")]
    pub(crate) remarks: GenericRelation<Remark>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Visit {
    #[field(primary_key)]
    pub(crate) key: Uuid,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["name", "id"], get_latest_by = ["name"], natural_key = ["name"])]
pub(crate) struct Place {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
    #[field(on_delete = SetNull, related_name = "places")]
    pub(crate) owner: Option<ForeignKey<Author>>,
    #[field(related_name = "places")]
    pub(crate) tags: ManyToMany<Tag>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Restaurant {
    #[field(parent)]
    pub(crate) place: Place,
    #[field(default = false)]
    pub(crate) serves_pizza: bool,
    pub(crate) rating: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop", ordering = ["-name"])]
pub(crate) struct Cafe {
    #[field(parent)]
    pub(crate) restaurant: Restaurant,
    #[field(max_length = 20)]
    pub(crate) beans: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Bar {
    #[field(parent)]
    pub(crate) place: Place,
    pub(crate) beers: i32,
    #[field(on_delete = Cascade, related_name = "bars")]
    pub(crate) kept_by: Option<ForeignKey<Author>>,
    pub(crate) visits: GenericRelation<Label>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Visitor {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "visitors")]
    pub(crate) place: ForeignKey<Place>,
    #[field(on_delete = SetNull, related_name = "fans")]
    pub(crate) favourite: Option<ForeignKey<Restaurant>>,
    #[field(max_length = 10)]
    pub(crate) mood: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "shop")]
pub(crate) struct Menu {
    #[field(primary_key, one_to_one, on_delete = Cascade, related_name = "menu")]
    pub(crate) restaurant: ForeignKey<Restaurant>,
    #[field(max_length = 20)]
    pub(crate) text: String,
}

macro_rules! by_key {
    ($($app:literal $($name:ident)*;)*) => {
        $($(
            impl ToJson for $name {
                fn to_json(&self) -> Json {
                    self.pk().to_json()
                }
            }
        )*)*

        /// The models that a database has tables for, as deletion must know them.
        pub(crate) fn registry(dialect: Dialect) -> Registry {
            let apps = [$(AppConfig::new($app)$(.model::<$name>())*),*];
            let has_table = |meta: &&ModelMeta| meta.fields.iter().all(|field| field.kind.is_in(dialect));
            Registry::new(apps.into_iter().flat_map(|app| app.models).filter(has_table))
        }
    };
}

by_key! {
    "contenttypes" ContentType;
    "shop" Publisher Author Profile Tag Book Tagging Review Customer Purchase Line Warehouse Shelf Box Sensor Guard Memo Club
        Person Region Branch Album Song Ticket Visit Label Sticker Remark Place Restaurant Cafe Bar Visitor Menu Edition;
}
