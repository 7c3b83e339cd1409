//! `/conformance/stock/`: keys that refer to another field than the primary key.

use belleville::db::migrations::state::*;
use belleville::db::{ForeignKey, Uuid};
use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "stock")]
pub(crate) struct Item {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 5, unique)]
    pub(crate) code: String,
    #[field(unique)]
    pub(crate) number: i32,
    #[field(unique)]
    pub(crate) serial: Uuid,
}

#[derive(Clone, Debug, Model)]
#[model(app = "stock", ordering = ["id"])]
struct Label {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade, related_name = "+")]
    code: ForeignKey<Item, { Item::CODE.field() }>,
    #[field(one_to_one, on_delete = SetNull, blank, related_name = "+")]
    number: Option<ForeignKey<Item, { Item::NUMBER.field() }>>,
    #[field(on_delete = Cascade, blank, related_name = "+")]
    serial: Option<ForeignKey<Item, { Item::SERIAL.field() }>>,
}

#[derive(ModelSerializer)]
#[serializer(model = Label, fields = [id, code, number, serial])]
struct LabelSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Label, fields = [id, code], querysets = [code = chosen_items])]
struct ChosenSerializer;

/// Those with a number of one digit.
fn chosen_items(_: &Request) -> Result<QuerySet<Item>> {
    Ok(Item::objects().filter(Item::NUMBER.lt(10)))
}

struct LabelViewSet;

impl ModelViewSet for LabelViewSet {
    type Model = Label;
    type Serializer = LabelSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

struct ChosenViewSet;

impl ModelViewSet for ChosenViewSet {
    type Model = Label;
    type Serializer = ChosenSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let mut router = SimpleRouter::new();
    router.register("labels", LabelViewSet);
    router.register("chosen", ChosenViewSet).basename("chosen");
    urls.include("stock/", router.urls())
}

pub(crate) fn app() -> migrations::AppConfig {
    let item =
        model("Item", [id(), char("code", 5).unique(), integer("number").unique(), uuid("serial").unique()]);
    let label = model(
        "Label",
        [
            id(),
            foreign_key("code", "stock.Item").to_field("code"),
            one_to_one("number", "stock.Item").to_field("number").null(),
            foreign_key("serial", "stock.Item").to_field("serial").null(),
        ],
    );
    migrations::AppConfig::new("stock")
        .model::<Item>()
        .model::<Label>()
        .migration(Migration::new("0001_initial").create(item).create(label))
}
