//! An app with a column of nearly every kind, of which Django's DDL is known.

use std::net::IpAddr;

use belleville_db::files::FieldFile;
use belleville_db::migrations::state::*;
use belleville_db::migrations::{AppConfig, Migration, unique};
use belleville_db::{
    Choices, Date, DateTime, Decimal, Duration, ForeignKey, ManyToMany, Model, Time, Uuid, json::Json, now,
};

#[derive(Clone, Debug, Model)]
#[model(app = "auth", table = "auth_user")]
pub(crate) struct User {
    #[field(primary_key)]
    pub(crate) id: i32,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "app")]
pub(crate) struct Category {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 50, unique)]
    pub(crate) name: String,
    #[field(kind = SlugField, max_length = 20, unique)]
    pub(crate) slug: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "app")]
pub(crate) struct Tag {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 30)]
    pub(crate) label: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "app")]
pub(crate) struct Note {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 40)]
    pub(crate) title: String,
    #[field(auto_now_add)]
    pub(crate) created: DateTime,
    #[field(default = 0)]
    pub(crate) rank: i32,
    #[field(on_delete = SetNull)]
    pub(crate) category: Option<ForeignKey<Category>>,
    #[field(on_delete = Cascade)]
    pub(crate) owner: ForeignKey<User>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    app = "app",
    unique_together = [["row", "num"]],
    constraints = [unique(name = "zone_label_uniq", fields = ["zone", "label"])],
)]
pub(crate) struct Seat {
    #[field(primary_key)]
    pub(crate) id: i64,
    pub(crate) row: i32,
    pub(crate) num: i32,
    #[field(max_length = 10)]
    pub(crate) note: String,
    #[field(max_length = 5)]
    pub(crate) zone: Option<String>,
    #[field(max_length = 5)]
    pub(crate) label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Size {
    #[choice("S", "Small")]
    Small,
    #[choice("M")]
    MiddleSized,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Level {
    #[choice(1, "Low")]
    Low,
    #[choice(9, "High")]
    High,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "app")]
pub(crate) struct Product {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
    #[field(max_length = 10, unique)]
    pub(crate) code: Option<String>,
    #[field(max_length = 30, blank)]
    pub(crate) blurb: String,
    #[field(blank)]
    pub(crate) body: String,
    #[field(max_digits = 6, decimal_places = 2)]
    pub(crate) price: Decimal,
    pub(crate) qty: i32,
    pub(crate) big: Option<i64>,
    pub(crate) small: Option<i16>,
    pub(crate) pos: Option<u32>,
    pub(crate) ratio: Option<f64>,
    #[field(default = true)]
    pub(crate) active: bool,
    pub(crate) maybe: Option<bool>,
    #[field(default = Size::Small)]
    pub(crate) size: Size,
    pub(crate) level: Option<Level>,
    pub(crate) born: Option<Date>,
    pub(crate) at: Option<DateTime>,
    pub(crate) tm: Option<Time>,
    pub(crate) dur: Option<Duration>,
    pub(crate) uid: Uuid,
    #[field(kind = EmailField)]
    pub(crate) email: String,
    #[field(kind = URLField)]
    pub(crate) url: String,
    pub(crate) ip: Option<IpAddr>,
    #[field(kind = SlugField)]
    pub(crate) slug: String,
    pub(crate) data: Option<Json>,
    #[field(kind = FileField)]
    pub(crate) doc: Option<FieldFile>,
    pub(crate) blob: Option<Vec<u8>>,
    #[field(default = now())]
    pub(crate) created: DateTime,
    #[field(auto_now)]
    pub(crate) updated: DateTime,
    #[field(on_delete = SetNull)]
    pub(crate) category: Option<ForeignKey<Category>>,
    pub(crate) tags: ManyToMany<Tag>,
}

pub(crate) fn initial() -> Migration {
    Migration::new("0001_initial")
        .depends_on("auth", "0001_initial")
        .create(model(
            "Category",
            [id(), char("name", 50).unique(), slug("slug", 20).without_index().unique()],
        ))
        .create(model("Tag", [id(), char("label", 30)]))
        .create(model(
            "Note",
            [
                id(),
                char("title", 40),
                date_time("created"),
                integer("rank"),
                foreign_key("category", "app.Category").null(),
                foreign_key("owner", "auth.User"),
            ],
        ))
        .create(
            model(
                "Seat",
                [
                    id(),
                    integer("row"),
                    integer("num"),
                    char("note", 10),
                    char("zone", 5).null(),
                    char("label", 5),
                ],
            )
            .unique_together(["row", "num"])
            .constraint(unique("zone_label_uniq", ["zone", "label"])),
        )
        .create(
            model(
                "Product",
                [
                    id(),
                    char("name", 20),
                    char("code", 10).null().unique(),
                    char("blurb", 30),
                    text("body"),
                    decimal("price", 6, 2),
                    integer("qty"),
                    big_integer("big").null(),
                    small_integer("small").null(),
                    positive_integer("pos").null(),
                    float("ratio").null(),
                    boolean("active"),
                    boolean("maybe").null(),
                    char("size", 1),
                    integer("level").null(),
                    date("born").null(),
                    date_time("at").null(),
                    time("tm").null(),
                    duration("dur").null(),
                    uuid("uid"),
                    email("email", 254),
                    url("url", 200),
                    ip_address("ip").null(),
                    slug("slug", 50),
                    json("data").null(),
                    file("doc", 100).null(),
                    binary("blob").null(),
                    date_time("created"),
                    date_time("updated"),
                    foreign_key("category", "app.Category").null(),
                ],
            )
            .many_to_many("tags", "app.Tag"),
        )
}

pub(crate) fn apps() -> [AppConfig; 2] {
    let auth = AppConfig::new("auth")
        .model::<User>()
        .migration(Migration::new("0001_initial").create(model("User", [auto("id")])));
    let app = AppConfig::new("app")
        .model::<Category>()
        .model::<Tag>()
        .model::<Note>()
        .model::<Seat>()
        .model::<Product>()
        .migration(initial());
    [auth, app]
}
