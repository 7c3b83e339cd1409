//! A bookshop: each kind of relation and of column. `django/shop/models.py` has the same models.

use belleville_db::json::Json;
use belleville_db::migrations::AppConfig;
use belleville_db::{Date, DateTime, Decimal, Duration, ForeignKey, ManyToMany, Model, Registry, Time, Uuid};

macro_rules! models {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Model)]
            pub(crate) struct $name { $($(#[$field_meta])* pub(crate) $field: $type,)* }

            impl crate::results::ToJson for $name {
                fn to_json(&self) -> Json { self.id.into() }
            }
        )*

        /// The models, as deletion must know them.
        pub(crate) fn registry() -> Registry {
            let app = AppConfig::new("shop");
            $(let app = app.model::<$name>();)*
            Registry::new(app.models.iter().copied())
        }
    };
}

models! {
    #[model(app = "shop")]
    Publisher {
        #[field(primary_key)] id: i64,
        #[field(max_length = 50, unique)] name: String,
        #[field(max_length = 2)] country: Option<String>,
        founded: Option<i32>,
    }
    #[model(app = "shop", ordering = ["name", "id"])]
    Author {
        #[field(primary_key)] id: i64,
        #[field(max_length = 100)] name: String,
        #[field(max_length = 100, unique)] email: Option<String>,
        born: Option<Date>,
        score: Option<f64>,
        #[field(on_delete = SetNull, related_name = "authors")] publisher: Option<ForeignKey<Publisher>>,
        #[field(on_delete = SetNull, related_name = "pupils")] mentor: Option<ForeignKey<Author>>,
    }
    #[model(app = "shop")]
    Profile {
        #[field(primary_key)] id: i64,
        #[field(one_to_one, on_delete = Cascade, related_name = "profile")] author: ForeignKey<Author>,
        bio: String,
        #[field(max_length = 100)] website: Option<String>,
    }
    #[model(app = "shop")]
    Tag {
        #[field(primary_key)] id: i64,
        #[field(max_length = 30, unique)] name: String,
        #[field(max_length = 10)] color: Option<String>,
    }
    #[model(app = "shop", ordering = ["id"])]
    Book {
        #[field(primary_key)] id: i64,
        #[field(max_length = 100)] title: String,
        #[field(max_length = 20, unique)] isbn: Option<String>,
        blurb: String,
        #[field(on_delete = Cascade, related_name = "books")] author: ForeignKey<Author>,
        #[field(on_delete = SetNull, related_name = "edited")] editor: Option<ForeignKey<Author>>,
        pages: Option<u32>,
        #[field(default = 0)] stock: i32,
        #[field(max_digits = 8, decimal_places = 2)] price: Decimal,
        #[field(max_digits = 5, decimal_places = 2)] discount: Option<Decimal>,
        rating: Option<f64>,
        published: Option<Date>,
        opens: Option<Time>,
        created: DateTime,
        sold: Option<DateTime>,
        reading: Option<Duration>,
        code: Uuid,
        meta: Option<Json>,
        #[field(default = true)] available: bool,
        featured: Option<bool>,
        #[field(through = Tagging, related_name = "books")] tags: ManyToMany<Tag>,
    }
    #[model(app = "shop", unique_together = [["book", "tag"]])]
    Tagging {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Cascade, related_name = "taggings")] book: ForeignKey<Book>,
        #[field(on_delete = Cascade, related_name = "taggings")] tag: ForeignKey<Tag>,
        #[field(default = 1)] weight: i32,
    }
    #[model(app = "shop")]
    Review {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Cascade, related_name = "reviews")] book: ForeignKey<Book>,
        #[field(on_delete = SetNull, related_name = "reviews")] reviewer: Option<ForeignKey<Author>>,
        stars: i16,
        text: String,
        helpful: Option<i32>,
        made: DateTime,
    }
    #[model(app = "shop")]
    Customer {
        #[field(primary_key)] id: i64,
        #[field(max_length = 100, unique)] email: String,
        #[field(max_length = 50)] city: Option<String>,
        #[field(default = false)] vip: bool,
    }
    #[model(app = "shop")]
    Purchase {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Protect, related_name = "purchases")] customer: ForeignKey<Customer>,
        placed: DateTime,
        paid: Option<DateTime>,
    }
    #[model(app = "shop", ordering = ["-quantity", "id"])]
    Line {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Cascade, related_name = "lines")] purchase: ForeignKey<Purchase>,
        #[field(on_delete = Protect, related_name = "lines")] book: ForeignKey<Book>,
        quantity: u16,
        #[field(max_digits = 8, decimal_places = 2)] unit: Decimal,
    }
    #[model(app = "shop")]
    Warehouse {
        #[field(primary_key)] id: i64,
        #[field(max_length = 20)] name: String,
    }
    #[model(app = "shop")]
    Shelf {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Cascade, related_name = "shelves")] warehouse: ForeignKey<Warehouse>,
    }
    #[model(app = "shop")]
    Box {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Cascade, related_name = "boxes")] warehouse: Option<ForeignKey<Warehouse>>,
        #[field(on_delete = Restrict, related_name = "boxes")] shelf: ForeignKey<Shelf>,
    }
    #[model(app = "shop")]
    Sensor {
        #[field(primary_key)] id: i64,
        #[field(on_delete = SetDefault, default = ForeignKey::<Warehouse>::new(1), related_name = "sensors")] warehouse: ForeignKey<Warehouse>,
        #[field(on_delete = Set(ForeignKey::<Warehouse>::new(2)), related_name = "backups")] backup: ForeignKey<Warehouse>,
    }
    #[model(app = "shop")]
    Guard {
        #[field(primary_key)] id: i64,
        #[field(on_delete = Protect, related_name = "guards")] warehouse: ForeignKey<Warehouse>,
        #[field(on_delete = SetNull, related_name = "guards")] shelf: Option<ForeignKey<Shelf>>,
    }
    #[model(app = "shop")]
    Memo {
        #[field(primary_key)] id: i64,
        #[field(on_delete = DoNothing, db_constraint = false, related_name = "memos")] warehouse: ForeignKey<Warehouse>,
    }
}
