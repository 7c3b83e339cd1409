//! A field's option is misspelt

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_lenght = 10)]
    //~^ unknown option `max_lenght`; did you mean `max_length`?
    text: String,
}

fn main() {}
