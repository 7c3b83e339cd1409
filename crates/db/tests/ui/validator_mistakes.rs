// Each mistake in a validator is told at its own token.
extern crate belleville_db as belleville;

use belleville_db::json::Json;
use belleville_db::{Date, Decimal, ForeignKey, Model};

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Author {
    #[field(primary_key)]
    id: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct OfAnotherSort {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9, validators = [min_value(0)])]
    title: String,
    #[field(validators = [regex("^a")])]
    rating: Option<f64>,
    #[field(validators = [min_length(3), email, step(5)])]
    born: Date,
    #[field(validators = [decimal(max_digits = 3), slug, ipv4])]
    pages: i32,
    #[field(validators = [max_length(3)])]
    facts: Json,
    #[field(on_delete = Cascade, validators = [min_value(1)])]
    author: ForeignKey<Author>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct WrittenWrongly {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9, validators = [min_lenght(3), matches("a"), regex, url(scheme = ["https"])])]
    title: String,
    #[field(max_digits = 6, decimal_places = 2, validators = [min_value(0.5), max_value("a lot")])]
    price: Decimal,
    #[field(validators = [min_value("1900-01-01")])]
    born: Date,
    #[field(validators = [min_value(), max_value(1, 2), step(5, 2), custom])]
    pages: i32,
    #[field(validators = [custom("even")])]
    copies: i32,
}

fn main() {}
