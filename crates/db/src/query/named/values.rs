//! Values of JSON, or written as text, for a kind of field.

use std::ops::Bound;
use std::str::FromStr;

use super::WrongValue;
use crate::datetime::{LocalDateTime, parse_date, parse_datetime, parse_duration};
use crate::json::{self, Json};
use crate::{Date, DateTime, Decimal, Duration, Family, FieldKind, HStore, Range, Time, Uuid, Value};

fn expected<T>(what: &str) -> Result<T, WrongValue> {
    Err(WrongValue(format!("expected {what}")))
}

/// The value for a field of this family.
fn of(family: Family, value: &Json) -> Result<Value, WrongValue> {
    match family {
        Family::Boolean => boolean(value).map(Value::Bool),
        Family::Integer => whole(value).map(Value::Int),
        Family::Float => float(value).map(Value::Float),
        Family::Decimal => decimal(value).map(Value::Decimal),
        Family::Text => text(value).map(Value::Text),
        Family::Date => parsed::<Date>(value, "a date: 2026-12-31").map(Value::Date),
        Family::Time => parsed::<Time>(value, "a time: 23:59:59").map(Value::Time),
        Family::DateTime => datetime(value).map(Value::DateTime),
        Family::Duration => duration(value).map(Value::Duration),
        Family::Uuid => parsed::<Uuid>(value, "a UUID").map(Value::Uuid),
        Family::IpAddress => parsed(value, "an IP address").map(Value::IpAddress),
        Family::Json => Ok(Value::Json(value.clone())),
        Family::HStore => pairs(value).map(Value::HStore),
        Family::SearchVector => text(value).map(Value::Text),
        Family::Array | Family::Range | Family::Binary | Family::Key => {
            expected("a field that can be compared with a text")
        }
    }
}

/// An array of values of a kind.
fn array(base: FieldKind, value: &Json) -> Result<Value, WrongValue> {
    let items = list(value)?.iter().map(|item| match item {
        // The null of a document is a value.
        Json::Null if base.row().family != Family::Json => Ok(Value::Null),
        item => of_kind(base, item),
    });
    items.collect::<Result<_, _>>().map(Value::Array)
}

/// A range as Django takes one: its two bounds, of which the upper one does not belong to it and each may be null.
pub(super) fn range(bounds: FieldKind, value: &Json) -> Result<Value, WrongValue> {
    let Ok([lower, upper]) = list(value) else { return expected("two bounds") };
    let bound = |value: &Json| match value {
        Json::Null => Ok(None),
        value => of(bounds.row().family, value).map(Some),
    };
    let lower = bound(lower)?.map_or(Bound::Unbounded, Bound::Included);
    let upper = bound(upper)?.map_or(Bound::Unbounded, Bound::Excluded);
    Ok(Value::Range(Box::new(Range::new(lower, upper))))
}

/// The value for a field of this kind.
pub(super) fn of_kind(kind: FieldKind, value: &Json) -> Result<Value, WrongValue> {
    match (kind.base(), kind.bound()) {
        (Some(base), _) => array(base, value),
        (_, Some(bounds)) => range(bounds, value),
        _ => of(kind.row().family, value),
    }
}

/// A value of a kind, written as text.
pub(crate) fn value_of_text(kind: FieldKind, text: &str) -> Result<Value, WrongValue> {
    let value = match kind {
        FieldKind::JSONField | FieldKind::HStoreField => match json::loads(text) {
            Ok(value) => value,
            Err(_) => return expected("JSON"),
        },
        FieldKind::ArrayField { .. } => text.split(',').map(Json::from).collect::<Vec<_>>().into(),
        _ => Json::from(text),
    };
    of_kind(kind, &value)
}

/// The texts of an hstore. As in Django a number is its text.
fn pairs(value: &Json) -> Result<HStore, WrongValue> {
    let Json::Dict(pairs) = value else { return expected("an object of texts") };
    let pair = |(key, value): (&str, &Json)| {
        let value = match value {
            Json::Null => None,
            value => Some(text(value)?),
        };
        Ok((key.to_owned(), value))
    };
    pairs.iter().map(pair).collect()
}

pub(super) fn list(value: &Json) -> Result<&[Json], WrongValue> {
    match value {
        Json::List(values) => Ok(values),
        _ => expected("a list"),
    }
}

pub(super) fn text(value: &Json) -> Result<String, WrongValue> {
    match value {
        Json::Str(text) => Ok(text.as_str().to_owned()),
        Json::Int(n) => Ok(n.to_string()),
        Json::BigInt(digits) => Ok(digits.to_string()),
        Json::Float(x) => Ok(x.to_string()),
        _ => expected("a text"),
    }
}

pub(super) fn key(value: &Json) -> Result<Value, WrongValue> {
    match value {
        Json::Int(n) => Ok(Value::Int(*n)),
        value => text(value).map(Value::Text),
    }
}

/// What Django's forms and query strings have for true and false, and JSON's own.
pub(super) fn boolean(value: &Json) -> Result<bool, WrongValue> {
    match value {
        Json::Bool(b) => Ok(*b),
        Json::Int(0) => Ok(false),
        Json::Int(1) => Ok(true),
        Json::Str(text) => match text.as_str() {
            "true" | "True" | "1" => Ok(true),
            "false" | "False" | "0" => Ok(false),
            _ => expected("true or false"),
        },
        _ => expected("true or false"),
    }
}

fn whole(value: &Json) -> Result<i64, WrongValue> {
    match value {
        Json::Int(n) => Ok(*n),
        Json::Str(text) => text.as_str().trim().parse().or_else(|_| expected("a whole number of 64 bits")),
        _ => expected("a whole number of 64 bits"),
    }
}

fn float(value: &Json) -> Result<f64, WrongValue> {
    let number = match value {
        Json::Int(n) => Some(*n as f64),
        Json::Float(x) => Some(*x),
        Json::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).map_or_else(|| expected("a number"), Ok)
}

fn decimal(value: &Json) -> Result<Decimal, WrongValue> {
    let text = match value {
        Json::Float(x) => x.to_string(),
        value => text(value).or_else(|_| expected("a decimal"))?,
    };
    // A long exponent would be written out by the database.
    let is_short = text.len() <= 100 && !text.contains(['e', 'E']);
    Decimal::from_str(text.trim()).ok().filter(|_| is_short).map_or_else(|| expected("a decimal"), Ok)
}

/// A datetime, or the beginning of a day. Where it has no offset, clocks show it: see [`has_offset`].
fn datetime(value: &Json) -> Result<DateTime, WrongValue> {
    let text = text(value).or_else(|_| expected("a datetime"))?;
    let read = read_datetime(&text).and_then(|local| local.in_utc());
    read.map_or_else(|| expected("a datetime: 2026-12-31T23:59:59Z"), Ok)
}

/// Whether a text that is a datetime says how far it is from UTC.
pub(super) fn has_offset(value: &Json) -> bool {
    text(value).ok().and_then(|text| read_datetime(&text)).is_some_and(|local| local.offset.is_some())
}

fn read_datetime(text: &str) -> Option<LocalDateTime> {
    let text = text.trim();
    let midnight = |_| parse_date(text).map(|date| LocalDateTime::naive(date.at(0, 0, 0, 0)));
    parse_datetime(text).or_else(midnight).ok()
}

/// What Django's `parse_duration` reads.
fn duration(value: &Json) -> Result<Duration, WrongValue> {
    let text = text(value).or_else(|_| expected("a duration"))?;
    parse_duration(text.trim())
        .ok()
        .flatten()
        .map_or_else(|| expected("a duration: 1 02:03:04.5, or seconds"), Ok)
}

fn parsed<T: FromStr>(value: &Json, what: &str) -> Result<T, WrongValue> {
    match value {
        Json::Str(text) => text.as_str().trim().parse().or_else(|_| expected(what)),
        _ => expected(what),
    }
}
