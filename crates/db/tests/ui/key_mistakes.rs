// A foreign key refers to the primary key or to a unique field, and its value has that field's type.
extern crate belleville_db as belleville;

use belleville_db::{ForeignKey, Model};

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Region {
    #[field(primary_key)]
    id: i64,
    #[field(unique, max_length = 5)]
    code: String,
    #[field(max_length = 5)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Town {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    region: ForeignKey<Region, { Region::CODE.field() }>,
    #[field(on_delete = Cascade)]
    other: ForeignKey<Region>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Street {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade, to_field = "code")]
    region: ForeignKey<Region>,
}

struct Loose {
    region: ForeignKey<Region, { Region::NAME.field() }>,
}

fn mistakes(town: &Town, region: &Region) {
    let _ = Town::objects().filter(Town::REGION.eq(region.id));
    let _ = ForeignKey::<Region, { Region::CODE.field() }>::by(region.id);
    let _ = Town { id: 1, region: town.other.clone(), other: region.into() };
    let _ = town.region.pk();
}

fn main() {}
