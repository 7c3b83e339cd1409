//! Python's `str()` of a column's value, as messages of validators show it.

use std::ops::Bound;

use super::{DecimalParts, float_repr, repr_of, str_of};
use crate::datetime::{stored, time_text};
use crate::json::Json;
use crate::{Duration, ValueRef};

/// Python's `str()` of a value: `None`, `True`, `1.0`, `2026-01-02 03:04:05+00:00`, `1 day, 0:00:00`.
pub fn str_of_value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "None".to_owned(),
        ValueRef::Bool(value) => repr_of(&Json::Bool(value)),
        ValueRef::Int(number) => number.to_string(),
        ValueRef::Float(number) => float_repr(number),
        ValueRef::Text(text) => text.to_owned(),
        ValueRef::File(upload) => upload.name().to_owned(),
        ValueRef::DateTime(at) => format!("{}+00:00", stored(at)),
        ValueRef::Date(date) => date.to_string(),
        ValueRef::Time(time) => time_text(time),
        ValueRef::Duration(length) => timedelta_str(length),
        ValueRef::Decimal(number) => DecimalParts::from(number).to_string(),
        ValueRef::Numeric(number) => number
            .to_decimal()
            .map_or_else(|| number.to_string(), |number| DecimalParts::from(&number).to_string()),
        ValueRef::Uuid(uuid) => uuid.to_string(),
        ValueRef::Json(json) => str_of(json),
        ValueRef::Bytes(bytes) => format!("b'{}'", bytes.escape_ascii()),
        ValueRef::IpAddress(address) => address.to_string(),
        ValueRef::Array(items) => {
            let items: Vec<String> = items.iter().map(repr_of_value).collect();
            format!("[{}]", items.join(", "))
        }
        ValueRef::Range(range) => match range.bounds() {
            None => "empty".to_owned(),
            Some([lower, upper]) => {
                let open = if matches!(lower, Bound::Included(_)) { '[' } else { '(' };
                let close = if matches!(upper, Bound::Included(_)) { ']' } else { ')' };
                format!("{open}{}, {}{close}", bound_str(lower), bound_str(upper))
            }
        },
        ValueRef::HStore(pairs) => {
            let text = |text: &str| repr_of(&Json::from(text));
            let pairs = pairs.iter().map(|(key, value)| {
                format!("{}: {}", text(key), value.as_deref().map_or_else(|| "None".to_owned(), text))
            });
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

fn repr_of_value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => repr_of(&Json::from(text)),
        value => str_of_value(value),
    }
}

fn bound_str(bound: Bound<ValueRef<'_>>) -> String {
    match bound {
        Bound::Included(value) | Bound::Excluded(value) => str_of_value(value),
        Bound::Unbounded => "None".to_owned(),
    }
}

/// Python's `str()` of a `timedelta`: `-1 day, 23:59:59.999999`.
fn timedelta_str(length: Duration) -> String {
    const DAY: i128 = 86_400_000_000;
    let micros = length.as_micros();
    let (days, clock) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (seconds, micros) = (clock / 1_000_000, clock % 1_000_000);
    let days = match days {
        0 => String::new(),
        -1 | 1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    let fraction = if micros > 0 { format!(".{micros:06}") } else { String::new() };
    format!("{days}{}:{:02}:{:02}{fraction}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, Time, Value};

    #[test]
    fn values_are_shown_as_python_shows_them() {
        // Each row is what `str()` of Python 3.11 answers.
        let decimal = |text| Value::Decimal(crate::python::parse_decimal(text).expect(text));
        let length = |micros| Value::Duration(Duration::from_micros(micros));
        for (value, expected) in [
            (Value::Null, "None"),
            (Value::Bool(true), "True"),
            (Value::Float(5.0), "5.0"),
            (Value::Date(Date::constant(2026, 1, 2)), "2026-01-02"),
            (Value::DateTime(Date::constant(2026, 1, 2).at(3, 4, 5, 0)), "2026-01-02 03:04:05+00:00"),
            (Value::DateTime(Date::constant(26, 1, 2).at(3, 4, 5, 1000)), "0026-01-02 03:04:05.000001+00:00"),
            (Value::Time(Time::constant(3, 4, 0, 0)), "03:04:00"),
            (length(0), "0:00:00"),
            (length(86_400_000_000), "1 day, 0:00:00"),
            (length(-1), "-1 day, 23:59:59.999999"),
            (length(176_461_500_000), "2 days, 1:01:01.500000"),
            (decimal("1.50"), "1.50"),
            (decimal("-0.05"), "-0.05"),
            (decimal("0.00"), "0.00"),
            (decimal("1E+2"), "1E+2"),
            (decimal("12E+3"), "1.2E+4"),
            (decimal("0.0000001"), "1E-7"),
            (decimal("0.000001"), "0.000001"),
            (Value::Array(vec![Value::Int(1), Value::Text("it's".to_owned())]), "[1, \"it's\"]"),
        ] {
            assert_eq!(str_of_value(value.as_ref()), expected);
        }
    }
}
