//! Values that name a row, as Django's fields read them in a query.

use belleville_db::json::Json;
use belleville_db::{ErrorDetail, Family, Uuid, Value, python};

/// What a value is as a key.
pub(super) enum Key {
    Value(Value),
    /// A key, but one that no column can hold.
    OfNoRow,
    /// Python raises `TypeError` or `ValueError`.
    WrongType,
    /// Django's field has a message of its own.
    Invalid(ErrorDetail),
}

pub(super) fn read(family: Family, given: &Json) -> Key {
    match family {
        Family::Text => text(given),
        Family::Uuid => uuid(given),
        _ => whole(given),
    }
}

/// Python makes a text of whatever is no text.
fn text(given: &Json) -> Key {
    match given {
        Json::Surrogates(_) => Key::WrongType,
        other => Key::Value(Value::Text(python::str_of(other))),
    }
}

/// Each way that Django's `UUIDField` reads.
fn uuid(given: &Json) -> Key {
    let uuid = match given {
        Json::Bool(b) => Some(Uuid::from_u128(u128::from(*b))),
        Json::Int(number) => u128::try_from(*number).ok().map(Uuid::from_u128),
        Json::BigInt(digits) => digits.parse().ok().map(Uuid::from_u128),
        Json::Str(text) => python::parse_uuid(text),
        _ => None,
    };
    match uuid {
        Some(uuid) => Key::Value(Value::Uuid(uuid)),
        None => Key::Invalid(invalid_uuid(&python::str_of(given))),
    }
}

/// The message of Django's `UUIDField`.
pub(super) fn invalid_uuid(shown: &str) -> ErrorDetail {
    ErrorDetail::new(format!("“{shown}” is not a valid UUID."), "invalid")
}

fn whole(given: &Json) -> Key {
    let number = match given {
        Json::Bool(b) => Some(i64::from(*b)),
        Json::Int(n) => Some(*n),
        Json::BigInt(_) => None,
        // Python's int() cuts the fraction off; a float cast saturates, and no key is that large.
        Json::Float(x) => Some(*x as i64),
        Json::Str(text) => match python::parse_int(text) {
            None if !python::is_int(text) => return Key::WrongType,
            number => number,
        },
        _ => return Key::WrongType,
    };
    number.map_or(Key::OfNoRow, |number| Key::Value(Value::Int(number)))
}
