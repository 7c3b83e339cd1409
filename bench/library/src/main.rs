//! A library's API, whose serializers have relations. `instructions.py` counts what they cost, beside `by_hand`.

mod migrations;
mod models;
mod serializers;
mod views;

use std::process::ExitCode;

use belleville::prelude::*;

use models::{Author, Book, Genre};

fn main() -> ExitCode {
    App::new("library", env!("CARGO_MANIFEST_DIR"), views::urls).app(library()).run()
}

/// The app `library`: its models and its migrations.
fn library() -> AppConfig {
    AppConfig::new("library").model::<Author>().model::<Genre>().model::<Book>().migrations(migrations::all())
}
