//! Validated values as JSON, and back: a value that JSON does not know stands in an object that names its type.

use belleville::db::datetime::{self, TimeZone, parse_date, parse_datetime, parse_time};
use belleville::db::python::{DecimalParts, parse_decimal};
use belleville::db::{Duration, ModelMeta, Uuid, Value};
use belleville::json::{Dict, Json};
use belleville::serializers::fields::Field;
use belleville::serializers::{Note, Related, SerializerClass, Validated, ValidatedData};

/// The values of a serializer. A row of a model is its key, under the name of the model.
pub(super) fn encoded_data(class: &SerializerClass, data: &ValidatedData) -> Json {
    let mut dict = Dict::new();
    for (name, value) in data.iter() {
        let field = class.fields().iter().find(|field| field.bound.name == name);
        let model = field.and_then(|field| model_of(&*field.bound.field));
        dict.insert(name, encoded(model, value));
    }
    Json::Dict(dict)
}

/// The model whose rows a field names.
fn model_of(field: &dyn Field) -> Option<&'static ModelMeta> {
    match field.child_field() {
        Some(child) => model_of(&*child.field),
        None => field.relation().map(Related::to),
    }
}

/// An item of a list.
pub(super) fn encoded_item(class: &SerializerClass, item: &Validated) -> Json {
    match item {
        Validated::Dict(data) => encoded_data(class, data),
        item => encoded(None, item),
    }
}

fn encoded(model: Option<&ModelMeta>, value: &Validated) -> Json {
    match (model, value) {
        (_, Validated::List(items)) => {
            items.iter().map(|item| encoded(model, item)).collect::<Vec<_>>().into()
        }
        (_, Validated::Dict(data)) => {
            let mut dict = Dict::new();
            data.iter().for_each(|(name, value)| dict.insert(name, encoded(model, value)));
            Json::Dict(dict)
        }
        (_, Validated::Noted(noted)) => match (&noted.value, &noted.note) {
            (Value::Decimal(zero), Note::MinusZero) => {
                named("decimal", DecimalParts::from(zero).with_minus().to_string())
            }
            (value, _) => encoded_value(value),
        },
        (Some(model), Validated::Value(key)) if !key.is_null() => named(model.name, encoded_value(key)),
        (_, Validated::Value(value)) => encoded_value(value),
        (_, other) => unreachable!("{other:?} is not known here"),
    }
}

fn encoded_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => text.into(),
        Value::Json(json) => json.clone(),
        Value::Array(items) => items.iter().map(encoded_value).collect::<Vec<_>>().into(),
        Value::HStore(texts) => {
            let mut dict = Dict::new();
            for (key, text) in texts {
                dict.insert(key.as_str(), text.clone().into());
            }
            Json::Dict(dict)
        }
        Value::Uuid(uuid) => named("uuid", uuid.to_string()),
        Value::Decimal(number) => named("decimal", DecimalParts::from(number).to_string()),
        Value::DateTime(at) => named("datetime", datetime::iso_8601(*at).replace('Z', "+00:00")),
        Value::Date(date) => named("date", date.to_string()),
        Value::Time(time) => named("time", datetime::time_text(*time)),
        Value::Duration(length) => named("microseconds", length.as_micros().to_string()),
        Value::File(file) => {
            let size = i64::try_from(file.size()).unwrap_or(i64::MAX);
            named("file", vec![Json::from(file.name()), Json::from(size)])
        }
        other => named("unknown", format!("{other:?}")),
    }
}

/// A value under the name of its type.
fn named(kind: &str, value: impl Into<Json>) -> Json {
    let mut dict = Dict::new();
    dict.insert(kind, value.into());
    Json::Dict(dict)
}

/// A value as validation would have made it, from the JSON that it would be written as.
pub(super) fn decoded(json: &Json) -> Validated {
    match json {
        Json::Null => Validated::NULL,
        Json::Bool(value) => (*value).into(),
        Json::Int(number) => (*number).into(),
        Json::Float(number) => (*number).into(),
        Json::Str(text) => text.as_str().to_owned().into(),
        Json::List(items) => Validated::List(items.iter().map(decoded).collect()),
        Json::Dict(dict) => decoded_dict(dict),
        Json::BigInt(_) | Json::Surrogates(_) => Validated::Value(Value::Json(json.clone())),
    }
}

fn decoded_dict(dict: &Dict) -> Validated {
    if let Some((kind, Json::Str(text))) = dict.iter().next().filter(|_| dict.iter().len() == 1)
        && let Some(value) = of_type(kind, text.as_str())
    {
        return Validated::Value(value);
    }
    let members = dict.iter().map(|(name, member)| (name.to_owned().into(), decoded(member)));
    Validated::Dict(members.collect())
}

/// A value of a type, from its text. A datetime without an offset is of the program's time zone.
fn of_type(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "uuid" => Uuid::parse_str(text).ok().map(Value::Uuid),
        "decimal" => parse_decimal(text).map(Value::Decimal),
        "datetime" => {
            let local = parse_datetime(text).ok()?.in_time_zone(TimeZone::current());
            local.in_utc().map(Value::DateTime)
        }
        "date" => parse_date(text).ok().map(Value::Date),
        "time" => parse_time(text).ok().map(Value::Time),
        "microseconds" => {
            let micros: i128 = text.parse().ok()?;
            let seconds = i64::try_from(micros.div_euclid(1_000_000)).ok()?;
            let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).ok()?;
            Some(Value::Duration(Duration::new(seconds, nanos)))
        }
        _ => None,
    }
}
