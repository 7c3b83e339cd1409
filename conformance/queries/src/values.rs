//! Values as the tables write them.

use belleville_db::json::{self, Json};
use belleville_db::{Date, DateTime, Decimal, Duration, Model, Own, QuerySet, Related, Time, Uuid};

use crate::models::{Author, Book, Line, Review, Tag};

fn parsed<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("a mistake in the table: {text}"))
}

pub(crate) fn date(text: &str) -> Date {
    parsed(text)
}

pub(crate) fn at(text: &str) -> DateTime {
    parsed(text)
}

pub(crate) fn time(text: &str) -> Time {
    parsed(text)
}

pub(crate) fn dec(text: &str) -> Decimal {
    parsed(text)
}

pub(crate) fn uuid(text: &str) -> Uuid {
    parsed(text)
}

pub(crate) fn hours(hours: i64) -> Duration {
    Duration::from_hours(hours)
}

pub(crate) fn js(text: &str) -> Json {
    json::loads(text).unwrap_or_else(|_| panic!("a mistake in the table: {text}"))
}

/// The ways that many rows of the tables go.
pub(crate) const REVIEWS: Related<Book, Review> = Review::BOOK.reverse();
pub(crate) const BOOKS: Related<Author, Book> = Book::AUTHOR.reverse();
pub(crate) const LINES: Related<Book, Line> = Line::BOOK.reverse();
pub(crate) const TAGS: Related<Book, Tag, Own> = Book::TAGS;

macro_rules! queries {
    ($($name:ident $model:ident)*) => {$(
        pub(crate) fn $name() -> QuerySet<$model> { $model::objects() }
    )*};
}

queries!(books Book authors Author reviews Review lines Line tags Tag);
