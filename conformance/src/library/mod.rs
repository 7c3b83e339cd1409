//! `/conformance/books/`, `authors/`, `reviews/` and `genres/`: a small library.

mod lists;
mod migrations;
pub(crate) mod models;
mod serializers;
mod views;

use belleville::prelude::*;

use models::{Author, Book, Genre, Review};

pub(crate) fn app() -> AppConfig {
    AppConfig::new("conformance")
        .model::<Genre>()
        .model::<Author>()
        .model::<Book>()
        .model::<Review>()
        .migration(migrations::initial())
}

pub(crate) fn urls(urls: Urls) -> Urls {
    urls.include("", views::urls())
}
