//! Lists and dictionaries: arrays and hstores of PostgreSQL, as Django REST framework's `ListField` and `HStoreField`.

use std::collections::BTreeMap;

use belleville_db::{Choice, Dialect, FieldKind, HStore, InputKind, Value};

use super::FieldType;
use super::validation::{
    Outcome, boolean, chosen, integer, invalid, is_blank_text, point_in_time, text, valid,
};
use crate::exceptions::Detail;
use crate::json::{Dict, Json};
use crate::parsers::QueryDict;

impl FieldType {
    /// The field of what is in an array.
    pub(super) fn of_child(kind: FieldKind) -> Self {
        if let FieldKind::ArrayField { base, size } = kind {
            return Self::List {
                child: Box::new(Self::of_child(*base)),
                allow_null: false,
                allow_empty: false,
                max_items: size,
            };
        }
        match kind.row().input {
            InputKind::Boolean => Self::Boolean,
            InputKind::DateTime => Self::DateTime,
            InputKind::Integer => {
                let (min_value, max_value) =
                    kind.integer_range(Dialect::Postgres).unwrap_or((i64::MIN, i64::MAX));
                Self::Integer { min_value, max_value }
            }
            input @ (InputKind::Char | InputKind::Email) => Self::Char {
                max_length: kind.max_length(),
                allow_blank: false,
                is_email: input == InputKind::Email,
            },
            InputKind::Dict => Self::Dict,
            _ => Self::ReadOnly { kind },
        }
    }

    /// The innermost lists allow `null` (PostgreSQL has none in the place of a list), and have the choices.
    pub(super) fn with_items(self, null: bool, choices: &'static [Choice]) -> Self {
        match self {
            Self::List { child, allow_empty, max_items, .. } => {
                let allow_null = null && !matches!(*child, Self::List { .. });
                let child = Box::new(child.with_items(null, choices));
                Self::List { child, allow_null, allow_empty, max_items }
            }
            _ if !choices.is_empty() => Self::Choice { choices, allow_blank: false },
            other => other,
        }
    }
}

/// A list whose items are of a field.
pub(super) fn list(
    json: &Json,
    child: &FieldType,
    allow_null: bool,
    allow_empty: bool,
    max_items: Option<u32>,
) -> Outcome {
    let Json::List(items) = json else {
        return invalid(format!("Expected a list of items but got type \"{}\".", json.python_type_name()));
    };
    if items.is_empty() && !allow_empty {
        return invalid("This list may not be empty.");
    }
    let (mut values, mut errors) = (Vec::with_capacity(items.len()), Vec::new());
    for (index, item) in items.iter().enumerate() {
        match run(child, allow_null, item) {
            Ok(value) => values.push(value),
            Err(detail) => errors.push((index.to_string(), detail)),
        }
    }
    if !errors.is_empty() {
        return Outcome::Nested(Detail::Dict(errors));
    }
    let too_many = max_items
        .filter(|most| values.len() > *most as usize)
        .map(|most| format!("List contains {} items, it should contain no more than {most}.", values.len()));
    Outcome::Valid(Value::Array(values), too_many.into_iter().collect())
}

/// Texts by their keys, each of which may be null.
pub(super) fn dict(json: &Json) -> Outcome {
    let Json::Dict(pairs) = json else {
        return invalid(format!(
            "Expected a dictionary of items but got type \"{}\".",
            json.python_type_name()
        ));
    };
    let child = FieldType::Char { max_length: None, allow_blank: true, is_email: false };
    let (mut texts, mut errors) = (HStore::new(), Vec::new());
    for (key, value) in pairs.iter() {
        match run(&child, true, value) {
            Ok(Value::Text(text)) => drop(texts.insert(key.to_owned(), Some(text))),
            Ok(_) => drop(texts.insert(key.to_owned(), None)),
            Err(detail) => errors.push((key.to_owned(), detail)),
        }
    }
    if errors.is_empty() { valid(Value::HStore(texts)) } else { Outcome::Nested(Detail::Dict(errors)) }
}

/// DRF's `run_validation` of what is in a list or a dictionary.
fn run(field: &FieldType, allow_null: bool, json: &Json) -> Result<Value, Detail> {
    let outcome = match (field, json) {
        (_, Json::Null) if allow_null => valid(Value::Null),
        (_, Json::Null) => invalid("This field may not be null."),
        (FieldType::Char { allow_blank, .. }, Json::Str(blank)) if is_blank_text(blank) => {
            if *allow_blank {
                valid(Value::Text(String::new()))
            } else {
                invalid("This field may not be blank.")
            }
        }
        (FieldType::Char { max_length, is_email, .. }, json) => text(&[], json, *max_length, *is_email),
        (FieldType::Boolean, json) => boolean(json, allow_null),
        (FieldType::Integer { min_value, max_value }, json) => integer(json, *min_value, *max_value),
        (FieldType::DateTime, json) => point_in_time(json),
        (FieldType::Choice { choices, allow_blank }, json) => chosen(json, choices, *allow_blank),
        (FieldType::List { child, allow_null, allow_empty, max_items }, json) => {
            list(json, child, *allow_null, *allow_empty, *max_items)
        }
        (FieldType::Dict, json) => dict(json),
        // The serializer takes no list of these from input.
        _ => Outcome::Skip,
    };
    match outcome {
        Outcome::Skip => Ok(Value::Null),
        Outcome::Valid(value, messages) if messages.is_empty() => Ok(value),
        Outcome::Valid(_, messages) | Outcome::Invalid(messages) => {
            Err(Detail::List(messages.into_iter().map(Detail::Text).collect()))
        }
        Outcome::Nested(detail) => Err(detail),
    }
}

/// The list that a form has under a name: the name several times, or `tags[0]`, `tags[1]`.
pub(super) fn list_in_form(name: &str, form: &QueryDict) -> Option<Json> {
    let same = form.getlist(name);
    if !same.is_empty() {
        return Some(same.iter().map(|text| Json::from(text.as_str())).collect::<Vec<_>>().into());
    }
    let last = |(key, texts): (&'_ str, &'_ [String])| {
        Some((key.strip_prefix(name)?.to_owned(), texts.last()?.clone()))
    };
    indexed(form.lists().filter_map(last))
}

/// The values under `[0]`, `[1]` and so on. What has something behind that is itself a list.
fn indexed(entries: impl Iterator<Item = (String, String)>) -> Option<Json> {
    let mut items: BTreeMap<u64, (Option<String>, Vec<(String, String)>)> = BTreeMap::new();
    for (key, text) in entries {
        let Some((index, rest)) = key.strip_prefix('[').and_then(|key| key.split_once(']')) else { continue };
        let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let Some(index) = index.parse().ok().filter(|_| is_number) else { continue };
        let item = items.entry(index).or_default();
        if rest.is_empty() {
            item.0 = Some(text);
        } else {
            item.1.push((rest.to_owned(), text));
        }
    }
    if items.is_empty() {
        return None;
    }
    let item = |(text, inside): (Option<String>, Vec<(String, String)>)| match text {
        Some(text) => Json::from(text),
        None => indexed(inside.into_iter()).unwrap_or_else(|| Vec::<Json>::new().into()),
    };
    Some(items.into_values().map(item).collect::<Vec<_>>().into())
}

/// The dictionary that a form has under a name: `facts.color`. The name alone is an empty one.
pub(super) fn dict_in_form(name: &str, form: &QueryDict) -> Option<Json> {
    let mut dict = Dict::new();
    for (key, texts) in form.lists() {
        let inner =
            key.strip_prefix(name).and_then(|key| key.strip_prefix('.')).filter(|key| !key.is_empty());
        if let (Some(inner), Some(text)) = (inner, texts.last()) {
            dict.insert(inner, Json::from(text.as_str()));
        }
    }
    (dict.iter().len() > 0 || form.get(name).is_some()).then_some(Json::Dict(dict))
}
