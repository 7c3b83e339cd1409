//! A struct without `#[derive(Model)]` is used as a model

use belleville::prelude::*;

#[derive(Clone, Debug)]
struct Note {
    id: i64,
}

fn main() {
    let _ = Note { id: 1 };
    let _ = migrations::AppConfig::new("notes").model::<Note>();
    //~^ `Note` is not a model
    //~^ add #[derive(Model)] to it
}
