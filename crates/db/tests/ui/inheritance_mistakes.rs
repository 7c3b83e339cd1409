// A child has one parent, a primary key that it does not declare, and no field that its parent has.
extern crate belleville_db as belleville;

use belleville_db::{ForeignKey, Model};

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Place {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Thing {
    #[field(primary_key)]
    key: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town", unique_together = [["name", "beers"]])]
struct Bar {
    #[field(parent, on_delete = Cascade)]
    place: Place,
    #[field(parent)]
    thing: Thing,
    #[field(primary_key)]
    number: i64,
    beers: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Cafe {
    #[field(parent)]
    place: Option<Place>,
    #[field(one_to_one, parent)]
    other: ForeignKey<Place>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Inn {
    #[field(parent)]
    place: Place,
    #[field(max_length = 9)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town", ordering = ["nmae"])]
struct Hall {
    #[field(parent)]
    place: Place,
    seats: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct Plain {
    id: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Kiosk {
    #[field(parent)]
    plain: Plain,
    papers: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "town")]
struct Shop {
    #[field(parent)]
    place: Place,
    open: bool,
}

fn mistakes() {
    let _ = Shop::objects().filter(Place::NAME.eq("a"));
    let _ = Shop::objects().filter(Shop::PLACE.to(Shop::OPEN).eq(true));
    let _ = Shop::PLACE.key().set(1);
}

fn main() {}
