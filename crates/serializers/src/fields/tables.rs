//! The fields of dates, times and numbers beside those of DRF: each line of `tests/fields` is a field with input, and what DRF
//! answers, which `conformance/python_tables.py` has written.

use belleville_db::datetime::TimeZone;
use belleville_db::json::{self, Json};
use belleville_db::python::Rounding;
use belleville_db::{Database, DateTime, Decimal, Detail, Duration, Registry, Value};

use super::bound::Outcome;
use super::{
    BoundField, DateField, DateTimeField, DecimalField, Declared, DurationField, FieldOptions as _,
    FloatField, Reading, TimeField,
};
use crate::Context;
use crate::input::Given;
use crate::validation::Purpose;

/// The field of a name, as `FIELDS` in the script has it.
fn field(name: &str) -> BoundField {
    let berlin = || TimeZone::named("Europe/Berlin").expect("Berlin");
    let declared: Declared = match name {
        "datetime" | "datetime, New York" => DateTimeField::new().into(),
        "datetime, format" => DateTimeField::new().format("%A %d.%m.%Y %H:%M:%S.%f %Z %z").into(),
        "datetime, unformatted" | "datetime, New York, unformatted" => {
            DateTimeField::new().unformatted().into()
        }
        "datetime, input formats" => {
            DateTimeField::new().input_formats(["%d.%m.%Y %H:%M", "iso-8601", "%d/%m/%y %I %p"]).into()
        }
        "datetime, input format with a zone" => {
            DateTimeField::new().input_formats(["%Y-%m-%d %H:%M:%S %z", "%b"]).into()
        }
        "datetime, Berlin" => DateTimeField::new().default_timezone(berlin()).into(),
        "datetime, Berlin, format" => DateTimeField::new()
            .default_timezone(berlin())
            .format("%d.%m.%Y %H:%M %Z %z")
            .input_formats(["%d.%m.%Y %H:%M"])
            .into(),
        "date" => DateField::new().into(),
        "date, formats" => DateField::new()
            .format("%d %B %Y, day %j %H")
            .input_formats(["%d.%m.%Y", "ISO-8601", "%A %d %b %y"])
            .into(),
        "date, unformatted" => DateField::new().unformatted().input_formats(["%Y%j"]).into(),
        "time" => TimeField::new().into(),
        "time, formats" => TimeField::new()
            .format("%I.%M %p on %d.%m.%Y")
            .input_formats(["%I.%M %p", "%H%M%S", "iso-8601"])
            .into(),
        "time, unformatted" => TimeField::new().unformatted().into(),
        "duration" => DurationField::new().into(),
        "duration, iso" => DurationField::new().format("ISO-8601").into(),
        "duration, unformatted" => DurationField::new().unformatted().into(),
        "duration, limits" => DurationField::new()
            .min_value(Duration::from_secs(10))
            .max_value(Duration::from_hours(3 * 24 + 4) + Duration::from_micros(5))
            .into(),
        "float" => FloatField::new().into(),
        "float, limits" => FloatField::new().min_value(1).max_value(10.5).into(),
        "decimal" => DecimalField::new(5, 2).into(),
        "decimal, null" => DecimalField::new(5, 2).allow_null(true),
        "decimal, no limits" => DecimalField::new(None, None).into(),
        "decimal, places" => DecimalField::new(None, 2).into(),
        "decimal, digits" => DecimalField::new(4, None).into(),
        "decimal, whole" => DecimalField::new(10, 0).into(),
        "decimal, number" => DecimalField::new(12, 4).coerce_to_string(false).into(),
        "decimal, normalized" => DecimalField::new(12, 4).normalize_output(true).into(),
        "decimal, rounded up" => DecimalField::new(12, 2).rounding(Rounding::Up).into(),
        "decimal, limits" => DecimalField::new(6, 2)
            .min_value("0.50".parse::<Decimal>().expect("a number"))
            .max_value(100)
            .into(),
        other => panic!("no field: {other}"),
    };
    BoundField::child(declared)
}

/// Calls `answer` with each field and its input in the time zone that the name says, and tells every difference.
fn compare(table: &str, answer: impl Fn(&BoundField, &Json) -> Json) {
    let mut differences = Vec::new();
    for line in table.lines() {
        let Ok(Json::List(call)) = json::loads(line) else { panic!("no call: {line}") };
        let [Json::Str(name), given, expected] = &call[..] else { panic!("no call: {line}") };
        let zone = if name.contains("New York") { "America/New_York" } else { "UTC" };
        let zone = TimeZone::named(zone).expect("a time zone");
        let found = zone.during(|| answer(&field(name), given));
        let is_alike = match expected.get("raises") {
            // Where Django fails, it is an error of the field.
            Some(_) => found.get("value").is_none(),
            None => found == *expected,
        };
        if !is_alike {
            differences.push(format!("{line}\n  ours: {}", found.dumps().expect("JSON")));
        }
    }
    assert!(table.lines().count() > 100);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

fn answered(name: &str, answer: Json) -> Json {
    let mut dict = json::Dict::new();
    dict.insert(name.to_owned(), answer);
    Json::Dict(dict)
}

fn parsed(written: &[u8]) -> Json {
    let text = std::str::from_utf8(written).expect("UTF-8");
    answered("value", json::loads(text).expect("JSON"))
}

fn errors(detail: &Detail) -> Json {
    let Detail::List(messages) = detail else { panic!("no list: {detail:?}") };
    let message = |message: &Detail| match message {
        Detail::Text(message) => Json::from(vec![Json::from(&*message.text), Json::from(message.code)]),
        other => panic!("no message: {other:?}"),
    };
    answered("errors", messages.iter().map(message).collect::<Vec<_>>().into())
}

#[test]
fn input_is_read_as_drf_reads_it() {
    let db = Database::open("sqlite://:memory:", Registry::default()).expect("a database");
    let context = Context::new(&db);
    compare(include_str!("../../tests/fields/fields.jsonl"), |field, given| {
        let outcome =
            field.run_validation(&Given::from(given), &mut Reading::new(&context, Purpose::create()));
        match outcome {
            Ok(Outcome::Valid(value)) if value.is_null() => answered("value", Json::Null),
            Ok(Outcome::Valid(value)) => {
                let mut out = Vec::new();
                match field.field.represent(&value, &context, &mut out) {
                    Ok(()) => parsed(&out),
                    Err(_) => answered("error", Json::Null),
                }
            }
            Ok(other) => panic!("not valid: {other:?}"),
            Err(detail) => errors(&detail),
        }
    });
}

#[test]
fn values_are_shown_as_drf_shows_them() {
    compare(include_str!("../../tests/fields/shown_fields.jsonl"), |field, value| {
        let Json::Str(text) = value else { panic!("no text: {value:?}") };
        let value = match field.kind_shape().format {
            Some("date-time") => Value::DateTime(text.parse::<DateTime>().expect("a datetime")),
            Some("date") => Value::Date(text.parse().expect("a date")),
            Some("time") => Value::Time(text.parse().expect("a time")),
            Some("duration") => Value::Duration(Duration::from_micros(text.parse().expect("a number"))),
            Some("double") => Value::Float(text.parse().expect("a number")),
            _ => Value::Decimal(text.parse().expect("a decimal")),
        };
        let mut out = Vec::new();
        match field.field.to_representation(value.as_ref(), &mut out) {
            Ok(()) => parsed(&out),
            Err(_) => answered("error", Json::Null),
        }
    });
}
