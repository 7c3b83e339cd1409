//! Options that belong to fields of other kinds, and choices that are no values of a field.

extern crate belleville_db as belleville;

use belleville_db::{Decimal, Model};

#[derive(Clone, Debug, Model)]
#[model(app = "stock")]
struct Crate {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9, choices = [(1, "Small"), ("l", "Large"), (None, "Unknown")])]
    size: String,
    #[field(choices = [("1", "One"), (2.5, "Two and a half")])]
    pieces: i32,
    #[field(max_digits = 4, decimal_places = 2, choices = [(9.9, "cheap"), ("much", "dear")])]
    price: Decimal,
    #[field(max_length = 9, allow_unicode)]
    route: String,
    #[field(protocol = "IPv4")]
    floor: i16,
    #[field(kind = GenericIPAddressField, protocol = "IPv5")]
    scanner: String,
    #[field(max_length = 9, path = "/srv")]
    label: String,
    #[field(kind = FilePathField, recursive)]
    photo: String,
}

fn main() {}
