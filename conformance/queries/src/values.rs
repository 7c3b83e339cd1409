//! Values as the tables write them.

use belleville_db::json::{self, Json};
use belleville_db::{Date, DateTime, Decimal, Duration, Time, Uuid};

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
