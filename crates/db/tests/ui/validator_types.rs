// What a validator is given has the type of the field.
extern crate belleville_db as belleville;

use belleville_db::validators::Rule;
use belleville_db::{Date, Model, now};

const ISBN: Rule = Rule::regex("^a$");
const LEAST: f64 = 1.5;

fn even(number: i64) -> Result<(), String> {
    if number % 2 == 0 { Ok(()) } else { Err("Not even.".to_owned()) }
}

fn short(_: &str) -> bool {
    true
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9, validators = [even, short, ISBN, unknown_function])]
    title: String,
    #[field(validators = [max_value(now())])]
    born: Date,
    #[field(validators = [even, min_value(LEAST), custom(even, code = 7)])]
    pages: i32,
    #[field(max_length = 9, validators = [min_length("3"), regex(5)])]
    isbn: String,
}

fn main() {}
