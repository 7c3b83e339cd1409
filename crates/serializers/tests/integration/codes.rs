//! The codes of messages. Each row is what `serializer.errors` of DRF 3.18 has for the same model and input.

use belleville_db::json::{Json, parse};
use belleville_db::{Database, Error};
use belleville_serializers::{Context, Input, Serializer, SerializerClass};

use crate::stock::{Thing, ThingSerializer, filled};

/// The codes by field, as JSON; none for what is valid.
async fn codes(db: &Database, input: &Json) -> Option<String> {
    let class = SerializerClass::of::<ThingSerializer>();
    let context = Context::new(db);
    let serializer = Serializer::<Thing>::for_create(&class, &Input::Json(input), &context).await;
    match serializer {
        Ok(_) => None,
        Err(Error::Invalid(detail)) => Some(detail.codes("nothing").to_string()),
        Err(other) => panic!("{other}"),
    }
}

/// A good thing with one field changed, or without it.
fn thing(field: &str, value: &str) -> Json {
    let good = [
        ("name", "\"a\""),
        ("size", "1"),
        ("done", "true"),
        ("color", "\"r\""),
        ("at", "\"2020-01-01T00:00:00Z\""),
        ("region", "7"),
    ];
    let mut members: Vec<(&str, &str)> = good.into_iter().filter(|(name, _)| *name != field).collect();
    if !value.is_empty() {
        members.push((field, value));
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    parse(&format!("{{{}}}", members.join(","))).unwrap()
}

#[tokio::test]
async fn each_message_has_drfs_code() {
    let db = filled().await;
    let long = format!("\"{}\"", "1".repeat(1001));
    for (field, value, expected) in [
        ("name", "", &["required"][..]),
        ("name", "null", &["null"]),
        ("name", "\" \"", &["blank"]),
        ("name", "[]", &["invalid"]),
        ("name", "\"taken\"", &["unique"]),
        ("name", "\"toolong\"", &["max_length"]),
        ("name", "\"tak\\u0000en\"", &["max_length", "null_characters_not_allowed"]),
        ("name", "\"\\ud800\"", &["surrogate_characters_not_allowed"]),
        ("mail", "\"x\"", &["invalid"]),
        ("size", "\"x\"", &["invalid"]),
        ("size", &long, &["max_string_length"]),
        ("done", "\"x\"", &["invalid"]),
        ("color", "\"b\"", &["invalid_choice"]),
        ("at", "\"x\"", &["invalid"]),
        ("at", "\"0001-01-01T00:00:00+01:00\"", &["overflow"]),
        ("region", "\"x\"", &["incorrect_type"]),
        ("region", "99", &["does_not_exist"]),
        ("origin", "\"XX\"", &["does_not_exist"]),
        ("origin", "\"\\ud800\"", &["invalid"]),
        ("origin", "\"US\"", &[]),
    ] {
        let list = expected.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(",");
        let expected = (!expected.is_empty()).then(|| format!("{{\"{field}\":[{list}]}}"));
        assert_eq!(codes(&db, &thing(field, value)).await, expected, "{field} {value}");
    }
}

#[tokio::test]
async fn input_that_is_no_object_is_about_no_field() {
    let db = filled().await;
    for (input, code) in [("null", "null"), ("[]", "invalid")] {
        let expected = format!("{{\"non_field_errors\":[\"{code}\"]}}");
        assert_eq!(codes(&db, &parse(input).unwrap()).await, Some(expected), "{input}");
    }
}
