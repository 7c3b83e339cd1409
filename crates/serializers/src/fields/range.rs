//! Ranges of PostgreSQL. Django REST framework has no field of them: its `ModelField` leaves input and output to the model's
//! field, `RangeField.to_python` and `value_to_string`. It answers 500 to much of what is no range; here that is an error of the
//! field, and an object is read as its text is.

use std::ops::Bound;

use belleville_db::datetime::{LocalDateTime, NotATime, TimeZone, parse_date, parse_datetime};
use belleville_db::json::{self, Dict, Json, write_str};
use belleville_db::python::DecimalParts;
use belleville_db::{
    Bounds, Date, DateTime, Decimal, Dialect, ErrorDetail, FieldKind, FieldValue, Result, Value, ValueRef,
    iso_8601, python,
};

use super::{Field, ValidationError, cannot_show};
use crate::Given;
use crate::validators::{too_great, too_small};
use crate::value::Validated;

type Read<T> = std::result::Result<T, ErrorDetail>;

/// The values between two bounds.
#[derive(Debug)]
pub(super) struct Range {
    /// The kind of the bounds.
    bound: FieldKind,
}

impl Range {
    /// The field of a range; `None` of another kind.
    pub(super) fn of(kind: FieldKind) -> Option<Self> {
        Some(Self { bound: kind.bound()? })
    }

    /// `[1, 5]`, of which the first belongs to the range and the second does not. Django takes no notice of what follows.
    fn of_list(&self, items: &[Json]) -> Read<Value> {
        let [lower, upper, ..] = items else { return Err(no_range()) };
        // Django gives the database the numbers as they are: `0.1` is no sum of powers of two.
        let [lower, upper] = [lower, upper].map(|item| match item {
            Json::Float(x) if x.is_finite() => self.value(&Json::from(python::float_repr(*x))),
            item => self.value(item),
        });
        self.between(lower?, upper?, "[)")
    }

    /// `{"lower": 1, "upper": 5, "bounds": "[)"}` or `{"empty": true}`: the arguments of psycopg's `Range`.
    fn of_dict(&self, dict: &Dict) -> Read<Value> {
        let (mut lower, mut upper, mut bounds, mut is_empty) = (Value::Null, Value::Null, "[)", false);
        for (key, value) in dict.iter() {
            match (key, value) {
                ("lower", value) => lower = self.value(value)?,
                ("upper", value) => upper = self.value(value)?,
                ("bounds", Json::Str(text)) => bounds = text,
                ("empty", value) => is_empty = python::is_truthy(value),
                _ => return Err(no_range()),
            }
        }
        if is_empty {
            return Ok(range(belleville_db::Range::empty()));
        }
        self.between(lower, upper, bounds)
    }

    fn between(&self, lower: Value, upper: Value, bounds: &str) -> Read<Value> {
        let (is_closed_below, is_closed_above) = match bounds {
            "[)" => (true, false),
            "[]" => (true, true),
            "()" => (false, false),
            "(]" => (false, true),
            _ => return Err(no_range()),
        };
        if is_greater(&lower, &upper) {
            let text = "The start of the range must not exceed the end of the range.";
            return Err(ErrorDetail::new(text, "bound_ordering"));
        }
        // PostgreSQL writes these as the next value, which there is none of.
        if !is_closed_below {
            self.refuse_last(&lower)?;
        }
        if is_closed_above {
            self.refuse_last(&upper)?;
        }
        let bound = |value: Value, is_closed: bool| match value {
            Value::Null => Bound::Unbounded,
            value if is_closed => Bound::Included(value),
            value => Bound::Excluded(value),
        };
        Ok(range(belleville_db::Range::new(bound(lower, is_closed_below), bound(upper, is_closed_above))))
    }

    fn refuse_last(&self, value: &Value) -> Read<()> {
        match value {
            Value::Int(number) if self.integers().is_some_and(|(_, last)| *number == last) => {
                Err(too_great(number - 1))
            }
            Value::Date(date) if *date == Date::MAX => Err(invalid_date(&date.to_string())),
            _ => Ok(()),
        }
    }

    /// The least and the greatest whole number, where bounds are such.
    fn integers(&self) -> Option<(i64, i64)> {
        self.bound.integer_range(Dialect::Postgres)
    }

    /// A bound, as the model field of its kind reads it.
    fn value(&self, given: &Json) -> Read<Value> {
        match (self.bound, given) {
            (_, Json::Null) => Ok(Value::Null),
            (FieldKind::DateField, Json::Str(text)) => date(text).map(Value::Date),
            (FieldKind::DateField, given) => Err(no_date(&python::str_of(given))),
            (FieldKind::DateTimeField, Json::Str(text)) => moment(text).map(Value::DateTime),
            (FieldKind::DateTimeField, given) => Err(no_moment(&python::str_of(given))),
            (FieldKind::DecimalField { .. }, given) => {
                decimal(given).map(Value::Decimal).ok_or_else(|| no_decimal(given))
            }
            (_, given) => self.integer(given),
        }
    }

    /// Python's `int()`.
    fn integer(&self, given: &Json) -> Read<Value> {
        let text = match given {
            Json::Bool(value) => i64::from(*value).to_string(),
            Json::Float(x) if x.is_finite() => format!("{:.0}", x.trunc()),
            Json::Int(_) | Json::BigInt(_) | Json::Str(_) => python::str_of(given),
            _ => return Err(no_integer(given)),
        };
        let (least, greatest) = self.integers().unwrap_or((i64::MIN, i64::MAX));
        match python::parse_int(&text) {
            Some(number) if number < least => Err(too_small(least)),
            Some(number) if number > greatest => Err(too_great(greatest)),
            Some(number) => Ok(Value::Int(number)),
            // A number of more than 64 bits.
            None if python::is_int(&text) && python::str_strip(&text).starts_with('-') => {
                Err(too_small(least))
            }
            None if python::is_int(&text) => Err(too_great(greatest)),
            None => Err(no_integer(given)),
        }
    }
}

impl Field for Range {
    fn to_internal_value(&self, data: &Json) -> std::result::Result<Validated, ValidationError> {
        let read = match data {
            Json::List(items) => self.of_list(items),
            Json::Dict(dict) => self.of_dict(dict),
            Json::Str(text) => match json::loads(text) {
                Ok(Json::Dict(dict)) => self.of_dict(&dict),
                _ => Err(no_range()),
            },
            _ => Err(no_range()),
        };
        read.map(Validated::Value).map_err(ValidationError::from)
    }

    fn refuse(&self, _: &Given<'_>) -> ValidationError {
        no_range().into()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let ValueRef::Range(range) = value else { return Err(cannot_show()) };
        write_str(out, &text(range)?);
        Ok(())
    }
}

fn range(range: belleville_db::Range<Value>) -> Value {
    Value::Range(Box::new(range))
}

fn is_greater(lower: &Value, upper: &Value) -> bool {
    match (lower, upper) {
        (Value::Int(lower), Value::Int(upper)) => lower > upper,
        (Value::Decimal(lower), Value::Decimal(upper)) => lower > upper,
        (Value::Date(lower), Value::Date(upper)) => lower > upper,
        (Value::DateTime(lower), Value::DateTime(upper)) => lower > upper,
        _ => false,
    }
}

/// Django's `DateField.to_python`.
fn date(text: &str) -> Read<Date> {
    parse_date(text).map_err(|wrong| match wrong {
        NotATime::Format => no_date(text),
        NotATime::Value => invalid_date(text),
    })
}

/// Django's `DateTimeField.to_python`: a point in time, or the beginning of a day. Without an offset it is of the program's time
/// zone.
fn moment(text: &str) -> Read<DateTime> {
    let local = match parse_datetime(text) {
        Ok(local) => local,
        Err(NotATime::Value) => return Err(invalid_moment(text)),
        Err(NotATime::Format) => match parse_date(text) {
            Ok(date) => LocalDateTime::naive(date.at(0, 0, 0, 0)),
            Err(NotATime::Value) => return Err(invalid_date(text)),
            Err(NotATime::Format) => return Err(no_moment(text)),
        },
    };
    local.in_time_zone(TimeZone::current()).in_utc().ok_or_else(|| invalid_moment(text))
}

/// Django's `DecimalField.to_python` without a number of digits.
fn decimal(given: &Json) -> Option<Decimal> {
    match given {
        Json::Bool(value) => Some(Decimal::from(i64::from(*value))),
        Json::Int(number) => Some(Decimal::from(*number)),
        Json::Float(x) => python::decimal_of_float(*x),
        Json::BigInt(_) | Json::Str(_) => python::parse_decimal(&python::str_of(given)),
        _ => None,
    }
}

fn no_range() -> ErrorDetail {
    let text = "Expected a list of two values, or an object with \"lower\", \"upper\" and \"bounds\".";
    ErrorDetail::new(text, "invalid")
}

fn no_integer(given: &Json) -> ErrorDetail {
    wrong(&python::str_of(given), "value must be an integer.", "invalid")
}

fn no_decimal(given: &Json) -> ErrorDetail {
    wrong(&python::str_of(given), "value must be a decimal number.", "invalid")
}

fn no_date(text: &str) -> ErrorDetail {
    wrong(text, "value has an invalid date format. It must be in YYYY-MM-DD format.", "invalid")
}

fn no_moment(text: &str) -> ErrorDetail {
    let what = "value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format.";
    wrong(text, what, "invalid")
}

fn invalid_date(text: &str) -> ErrorDetail {
    let what = "value has the correct format (YYYY-MM-DD) but it is an invalid date.";
    wrong(text, what, "invalid_date")
}

fn invalid_moment(text: &str) -> ErrorDetail {
    let what =
        "value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) but it is an invalid date/time.";
    wrong(text, what, "invalid_datetime")
}

fn wrong(text: &str, what: &str, code: &'static str) -> ErrorDetail {
    ErrorDetail::new(format!("\u{201c}{text}\u{201d} {what}"), code)
}

/// Django's text of a range in JSON (`value_to_string`), which Django REST framework shows as it is.
pub(super) fn text(range: &dyn Bounds) -> Result<String> {
    let Some([lower, upper]) = range.bounds() else { return Ok("{\"empty\": true}".to_owned()) };
    let open = if matches!(lower, Bound::Included(_)) { '[' } else { '(' };
    let close = if matches!(upper, Bound::Included(_)) { ']' } else { ')' };
    let (lower, upper) = (bound_text(lower)?, bound_text(upper)?);
    Ok(format!("{{\"bounds\": \"{open}{close}\", \"lower\": {lower}, \"upper\": {upper}}}"))
}

fn bound_text(bound: Bound<ValueRef<'_>>) -> Result<String> {
    let (Bound::Included(value) | Bound::Excluded(value)) = bound else { return Ok("null".to_owned()) };
    let text = match value {
        ValueRef::Int(number) => number.to_string(),
        ValueRef::Date(date) => date.to_string(),
        ValueRef::DateTime(at) => iso_8601(at).replace('Z', "+00:00"),
        value => DecimalParts::from(&Decimal::from_value(value)?).to_string(),
    };
    Ok(format!("\"{text}\""))
}
