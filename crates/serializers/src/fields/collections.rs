//! Lists and dictionaries: arrays and hstores of PostgreSQL, as DRF's `ListField` and `HStoreField`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use belleville_db::json::{Dict, Json, ObjectWriter, write_str};
use belleville_db::{
    Detail, Dialect, ErrorDetail, FieldKind, FieldMeta, HStore, InputKind, Result, Value, ValueRef,
};

use super::char::{Char, not_a_string};
use super::integer::Integer;
use super::{Blank, FieldType, boolean, cannot_show, choice, datetime, in_list, null, read_only};
use crate::input::{Form, Given};

/// Several values.
#[derive(Debug)]
pub(super) struct List {
    child: Box<dyn FieldType>,
    /// `null` is accepted among them.
    allow_null: bool,
    allow_empty: bool,
    max_items: Option<u32>,
    /// How many lists are in one another, this one among them.
    levels: usize,
}

impl List {
    /// The field of an array; `None` of another field.
    pub(super) fn of(field: &FieldMeta) -> Option<Self> {
        let list = Self::of_kind(field, field.kind)?;
        Some(Self { allow_empty: field.blank, ..list })
    }

    fn of_kind(field: &FieldMeta, kind: FieldKind) -> Option<Self> {
        let FieldKind::ArrayField { base, size } = kind else { return None };
        // PostgreSQL has no NULL in the place of a list.
        let allow_null = field.null_inside && base.base().is_none();
        let levels = std::iter::successors(Some(kind), |kind| kind.base()).count() - 1;
        Some(Self { child: child(field, *base), allow_null, allow_empty: false, max_items: size, levels })
    }
}

/// The field of what is in an array.
fn child(field: &FieldMeta, kind: FieldKind) -> Box<dyn FieldType> {
    if let Some(list) = List::of_kind(field, kind) {
        return Box::new(list);
    }
    if !field.choices.is_empty() {
        return Box::new(choice::Choice { choices: field.choices, allow_blank: false });
    }
    match kind.row().input {
        InputKind::Boolean => Box::new(boolean::Boolean { allow_null: field.null_inside }),
        InputKind::DateTime => Box::new(datetime::DateTime),
        InputKind::Integer => {
            let (min_value, max_value) =
                kind.integer_range(Dialect::Postgres).unwrap_or((i64::MIN, i64::MAX));
            Box::new(Integer { min_value, max_value })
        }
        input @ (InputKind::Char | InputKind::Email) => Box::new(Char {
            max_length: kind.max_length(),
            allow_blank: false,
            is_email: input == InputKind::Email,
        }),
        InputKind::Dict => Box::new(Texts),
        _ => Box::new(read_only::ReadOnly { kind }),
    }
}

impl FieldType for List {
    fn name(&self) -> &'static str {
        "list"
    }

    fn describe_child(&self, facts: &mut ObjectWriter<'_>, label: &str) {
        facts.key("child").object(|facts| describe(facts, &*self.child, !self.allow_null, label));
    }

    fn initial(&self) -> Json {
        Vec::<Json>::new().into()
    }

    /// The name several times, or `tags[0]`, `tags[1]`.
    fn in_form(&self, name: &str, form: &dyn Form) -> Option<Given<'static>> {
        let same = form.texts(name);
        let joined = if same.is_empty() {
            let last = form.last_texts().into_iter();
            indexed(&mut last.filter_map(|(key, text)| Some((key.strip_prefix(name)?, text))), self.levels)
        } else {
            Some(same.into_iter().map(Json::from).collect::<Vec<_>>().into())
        };
        Some(joined.map_or(Given::Missing, |json| Given::Value(Cow::Owned(json))))
    }

    fn takes_input(&self) -> bool {
        self.child.takes_input()
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        let Json::List(items) = given else {
            let text = format!("Expected a list of items but got type \"{}\".", given.python_type_name());
            return Err(ErrorDetail::new(text, "not_a_list").into());
        };
        if items.is_empty() && !self.allow_empty {
            return Err(ErrorDetail::new("This list may not be empty.", "empty").into());
        }
        let items = items.iter().enumerate().map(|(index, item)| (index.to_string(), item));
        let values = each(items, &*self.child, self.allow_null)?;
        Ok(Value::Array(values.into_iter().map(|(_, value)| value).collect()))
    }

    fn validate(&self, value: &Value, _: &Json) -> Vec<ErrorDetail> {
        let Value::Array(items) = value else { return Vec::new() };
        if let Some(most) = self.max_items.filter(|most| items.len() > *most as usize) {
            let text = format!("List contains {} items, it should contain no more than {most}.", items.len());
            return vec![ErrorDetail::new(text, "max_length")];
        }
        let mut sizes = items.iter().map(sizes);
        let first = sizes.next();
        if sizes.all(|other| Some(other) == first) {
            return Vec::new();
        }
        // Django REST framework leaves it to the database, so that Django answers 500. The words are those of Django's forms.
        vec![ErrorDetail::new("Nested arrays must have the same length.", "nested_array_mismatch")]
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        ErrorDetail::new("Expected a list of items but got type \"InMemoryUploadedFile\".", "not_a_list")
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        let ValueRef::Array(items) = value else { return Err(cannot_show()) };
        out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match item {
                ValueRef::Null => out.extend_from_slice(b"null"),
                item => self.child.write(out, item)?,
            }
        }
        out.push(b']');
        Ok(())
    }
}

/// How long an array and those in it are; nothing of any other value.
fn sizes(value: &Value) -> Vec<usize> {
    let arrays = std::iter::successors(Some(value), |value| match value {
        Value::Array(items) => items.first(),
        _ => None,
    });
    let size = |value: &Value| match value {
        Value::Array(items) => Some(items.len()),
        _ => None,
    };
    arrays.map_while(size).collect()
}

/// Texts by their keys, each of which may be null.
#[derive(Debug)]
pub(super) struct Texts;

const TEXT: Char = Char { max_length: None, allow_blank: true, is_email: false };

impl FieldType for Texts {
    fn name(&self) -> &'static str {
        "nested object"
    }

    fn describe_child(&self, facts: &mut ObjectWriter<'_>, _: &str) {
        facts.key("child").object(|facts| describe(facts, &TEXT, true, ""));
    }

    fn initial(&self) -> Json {
        Json::Dict(Dict::new())
    }

    /// `facts.color`; the name alone is an empty dictionary.
    fn in_form(&self, name: &str, form: &dyn Form) -> Option<Given<'static>> {
        let mut dict = Dict::new();
        for (key, text) in form.last_texts() {
            let inner = key.strip_prefix(name).and_then(|key| key.strip_prefix('.'));
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                dict.insert(inner, Json::from(text));
            }
        }
        let is_there = dict.iter().len() > 0 || form.text(name).is_some();
        Some(if is_there { Given::Value(Cow::Owned(Json::Dict(dict))) } else { Given::Missing })
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        let Json::Dict(pairs) = given else {
            let text =
                format!("Expected a dictionary of items but got type \"{}\".", given.python_type_name());
            return Err(ErrorDetail::new(text, "not_a_dict").into());
        };
        let texts = each(pairs.iter().map(|(key, value)| (key.to_owned(), value)), &TEXT, true)?;
        let text = |(key, value)| match value {
            Value::Text(text) => (key, Some(text)),
            _ => (key, None),
        };
        Ok(Value::HStore(texts.into_iter().map(text).collect()))
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        not_a_string()
    }

    /// In the order of the server: shorter keys first.
    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        let ValueRef::HStore(pairs) = value else { return Err(cannot_show()) };
        write_texts(out, pairs);
        Ok(())
    }
}

fn write_texts(out: &mut Vec<u8>, pairs: &HStore) {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort_by_key(|(key, _)| key.len());
    out.push(b'{');
    for (index, (key, text)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_str(out, key);
        out.push(b':');
        match text {
            Some(text) => write_str(out, text),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

/// What `OPTIONS` says of the field of what is inside.
fn describe(facts: &mut ObjectWriter<'_>, field: &dyn FieldType, required: bool, label: &str) {
    facts.key("type").text(field.name());
    facts.key("required").boolean(required);
    facts.key("read_only").boolean(false);
    if !label.is_empty() {
        facts.key("label").text(label);
    }
    field.describe(facts);
    field.describe_child(facts, label);
}

/// The value of each item, or what is wrong with some of them by their places.
fn each<'a>(
    items: impl Iterator<Item = (String, &'a Json)>,
    child: &dyn FieldType,
    allow_null: bool,
) -> Result<Vec<(String, Value)>, Detail> {
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for (place, item) in items {
        match run_validation(child, allow_null, item) {
            Ok(value) => values.push((place, value)),
            Err(detail) => errors.push((place, detail)),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(Detail::Dict(errors)) }
}

/// DRF's `run_validation` of the field of what is inside.
fn run_validation(child: &dyn FieldType, allow_null: bool, json: &Json) -> Result<Value, Detail> {
    let blank = match json {
        Json::Null => Blank::Null,
        Json::Str(text) => child.blank(text),
        _ => Blank::Value,
    };
    match blank {
        Blank::Null if allow_null => return Ok(Value::Null),
        Blank::Null => return Err(Detail::message(null())),
        Blank::Allowed => return Ok(Value::Text(String::new())),
        Blank::Refused(message) => return Err(Detail::message(message)),
        Blank::Value => {}
    }
    let value = child.to_internal_value(json).map_err(in_list)?;
    let messages = child.validate(&value, json);
    if messages.is_empty() { Ok(value) } else { Err(messages.into_iter().collect()) }
}

/// What a form has at a place of a list: a text, or names behind the place.
#[derive(Default)]
struct Place<'a> {
    text: Option<&'a str>,
    inside: Vec<(&'a str, &'a str)>,
}

/// The values under `[0]`, `[1]` and so on. What has something behind that is itself a list, as often as there are lists in one
/// another; what is left then is a dictionary, as in DRF.
fn indexed<'a>(entries: &mut dyn Iterator<Item = (&'a str, &'a str)>, levels: usize) -> Option<Json> {
    let mut places: BTreeMap<u64, Place<'a>> = BTreeMap::new();
    for (key, text) in entries {
        let Some((index, rest)) = key.strip_prefix('[').and_then(|key| key.split_once(']')) else { continue };
        let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let Some(index) = index.parse().ok().filter(|_| is_number) else { continue };
        let place = places.entry(index).or_default();
        if rest.is_empty() {
            place.text = Some(text);
        } else {
            place.inside.push((rest, text));
        }
    }
    if places.is_empty() {
        return None;
    }
    let value = |place: Place<'_>| match place.text {
        Some(text) => Json::from(text),
        None if levels > 1 => {
            indexed(&mut place.inside.into_iter(), levels - 1).unwrap_or_else(|| Vec::<Json>::new().into())
        }
        None => Json::Dict(Dict::new()),
    };
    Some(places.into_values().map(value).collect::<Vec<_>>().into())
}
