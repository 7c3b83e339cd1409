// The database computes a generated field, of what it knows.
extern crate belleville_db as belleville;

use belleville_db::Model;

#[derive(Clone, Debug, Model)]
#[model(app = "shop")]
struct Line {
    #[field(primary_key)]
    id: i64,
    price: i64,
    #[field(generated = price * 2)]
    total: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop")]
struct Wrong {
    #[field(primary_key)]
    id: i64,
    price: i64,
    #[field(generated = prize * 2)]
    total: i64,
    #[field(generated = tax(price))]
    tax: i64,
    #[field(generated = price, default = 1)]
    given: i64,
    #[field(db_persist = false)]
    plain: i64,
}

fn mistakes() {
    let _ = Line::TOTAL.set(3);
}

fn main() {}
