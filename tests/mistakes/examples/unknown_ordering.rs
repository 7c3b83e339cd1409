//! A model is ordered by a field that it does not have

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["-titel"])]
//~^ the model has no field `-titel`
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
}

fn main() {}
