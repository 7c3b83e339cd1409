//! A model has no primary key

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    //~^ mark exactly one field with #[field(primary_key)]
    #[field(max_length = 10)]
    text: String,
}

fn main() {}
