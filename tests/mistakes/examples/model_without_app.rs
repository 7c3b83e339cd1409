//! A model does not say its app

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
struct Note {
    //~^ say which app the model belongs to
    #[field(primary_key)]
    id: i64,
}

fn main() {}
