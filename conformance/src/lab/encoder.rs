//! Validated values as JSON: a value that JSON does not know stands in an object that names its type.

use belleville::db::Value;
use belleville::json::{Dict, Json};
use belleville::serializers::{Validated, ValidatedData};

/// The values of a serializer.
pub(super) fn encoded_data(data: &ValidatedData) -> Json {
    let mut dict = Dict::new();
    for (name, value) in data.iter() {
        dict.insert(name, encoded(value));
    }
    Json::Dict(dict)
}

fn encoded(value: &Validated) -> Json {
    match value {
        Validated::List(items) => items.iter().map(encoded).collect::<Vec<_>>().into(),
        Validated::Dict(data) => encoded_data(data),
        Validated::Value(value) => encoded_value(value),
        other => unreachable!("{other:?} is not known here"),
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
        other => named("unknown", format!("{other:?}")),
    }
}

/// A value under the name of its type.
fn named(kind: &str, text: String) -> Json {
    let mut dict = Dict::new();
    dict.insert(kind, text.into());
    Json::Dict(dict)
}
