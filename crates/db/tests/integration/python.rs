//! Texts, dates, times and numbers beside what CPython, Django and Django REST framework make of them: each line of
//! `tests/python` is a call and its answer, which `conformance/python_tables.py` has written.

use belleville_db::datetime::{
    BadFormat, InputFormat, LocalDateTime, NotATime, duration_iso_string, duration_string, parse_date,
    parse_datetime, parse_duration, parse_time, strftime, time_text, timedelta_text, total_seconds,
};
use belleville_db::json::{self, Json};
use belleville_db::python::{DecimalParts, Rounding, float_repr, parse_float};
use belleville_db::{DateTime, Duration, TimeZone};

/// Every call of a table gets its answer.
fn compare(table: &str, answer: impl Fn(&[Json]) -> Json) {
    let mut differences = Vec::new();
    for line in table.lines() {
        let Ok(Json::List(call)) = json::loads(line) else { panic!("no call: {line}") };
        let (expected, arguments) = call.split_last().expect("an answer");
        let found = answer(arguments);
        if found != *expected {
            differences.push(format!("{line}\n  ours: {}", found.dumps().expect("JSON")));
        }
    }
    assert!(table.lines().count() > 100);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

fn text(json: &Json) -> &str {
    match json {
        Json::Str(text) => text,
        other => panic!("no text: {other:?}"),
    }
}

fn number(json: &Json) -> i64 {
    match json {
        Json::Int(number) => *number,
        other => panic!("no number: {other:?}"),
    }
}

fn datetime(json: &Json) -> DateTime {
    text(json).parse().expect("a datetime")
}

fn zone(json: &Json) -> TimeZone {
    TimeZone::named(text(json)).expect("a time zone")
}

/// What Python's functions return, `None` as null and an error as false.
fn read<T>(value: Result<T, NotATime>, shown: impl Fn(T) -> String) -> Json {
    match value {
        Ok(value) => Json::from(shown(value)),
        Err(NotATime::Format) => Json::Null,
        Err(NotATime::Value) => Json::Bool(false),
    }
}

macro_rules! table {
    ($name:literal) => {
        include_str!(concat!("../python/", $name, ".jsonl"))
    };
}

#[test]
fn datetimes_are_formatted() {
    compare(table!("strftime"), |call| {
        let (at, format) = (datetime(&call[1]), text(&call[0]));
        Json::from(match &call[2] {
            Json::Null => strftime(format, &LocalDateTime::naive(at), None),
            Json::Int(micros) => {
                let offset = Duration::from_micros(*micros);
                strftime(format, &LocalDateTime { at: at + offset, offset: Some(offset) }, None)
            }
            name => {
                let zone = zone(name);
                strftime(format, &zone.to_local(at).expect("a local time"), Some(&zone.abbreviation(at)))
            }
        })
    });
}

#[test]
fn datetimes_are_read_by_a_format() {
    compare(table!("strptime"), |call| match InputFormat::new(text(&call[0]), &[]) {
        Ok(format) => format.parse(text(&call[1])).map(|at| at.isoformat()).into(),
        Err(BadFormat::Directive(_) | BadFormat::Stray | BadFormat::Twice(_)) => Json::from("bad format"),
    });
}

#[test]
fn dates_and_times_are_read() {
    compare(table!("parse_date"), |call| read(parse_date(text(&call[0])), |date| date.to_string()));
    compare(table!("parse_time"), |call| read(parse_time(text(&call[0])), time_text));
    compare(table!("parse_datetime"), |call| read(parse_datetime(text(&call[0])), |at| at.isoformat()));
}

#[test]
fn lengths_of_time_are_read_and_shown() {
    compare(table!("parse_duration"), |call| match parse_duration(text(&call[0])) {
        Ok(None) => Json::Null,
        Ok(Some(length)) => json::loads(&length.as_micros().to_string()).expect("a number"),
        Err(_) => Json::from("overflow"),
    });
    compare(table!("durations"), |call| {
        let micros: i128 = call[0].dumps().expect("JSON").parse().expect("a number");
        let length = Duration::from_micros_i128(micros);
        let texts = [duration_string(length), duration_iso_string(length), timedelta_text(length)];
        let mut shown: Vec<_> = texts.map(Json::from).into();
        shown.push(Json::from(total_seconds(length)));
        shown.into()
    });
}

#[test]
fn points_in_time_are_local_ones() {
    compare(table!("shown"), |call| {
        zone(&call[1]).to_local(datetime(&call[0])).map(|at| at.iso_8601()).into()
    });
    compare(table!("make_aware"), |call| {
        let utc = zone(&call[1]).make_aware(datetime(&call[0])).in_utc();
        utc.map(|utc| LocalDateTime::naive(utc).isoformat()).into()
    });
}

#[test]
fn decimals_are_read_rounded_and_shown() {
    compare(table!("decimals"), |call| {
        let Some(number) = DecimalParts::parse(text(&call[0])) else { return Json::Null };
        let count = number.count_digits();
        let is_short = count.total < 1500;
        let counts = [count.total, count.whole, count.places];
        vec![
            Json::from(number.to_string()),
            is_short.then(|| number.to_fixed()).into(),
            is_short.then(|| number.normalize().to_string()).into(),
            Json::from(float_repr(number.to_f64())),
            counts.map(|count| Json::Int(count.try_into().expect("digits"))).to_vec().into(),
        ]
        .into()
    });
    compare(table!("quantize"), |call| {
        let rounding = match text(&call[2]) {
            "ROUND_UP" => Rounding::Up,
            "ROUND_DOWN" => Rounding::Down,
            "ROUND_CEILING" => Rounding::Ceiling,
            "ROUND_FLOOR" => Rounding::Floor,
            "ROUND_HALF_UP" => Rounding::HalfUp,
            "ROUND_HALF_DOWN" => Rounding::HalfDown,
            "ROUND_HALF_EVEN" => Rounding::HalfEven,
            "ROUND_05UP" => Rounding::ZeroFiveUp,
            other => panic!("no rounding: {other}"),
        };
        let precision = if call[3] == Json::Null { None } else { Some(number(&call[3]) as u32) };
        let given = DecimalParts::parse(text(&call[0])).expect("a number");
        given.quantize(number(&call[1]) as u16, rounding, precision).map(|number| number.to_string()).into()
    });
}

#[test]
fn floats_are_read() {
    compare(table!("floats"), |call| parse_float(text(&call[0])).map(float_repr).into());
}
