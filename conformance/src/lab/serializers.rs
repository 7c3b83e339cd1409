//! Serializers of DRF's tests that have no model: several fields, nested ones, lists, and methods of their own.

use std::sync::Arc;

use belleville::db::python::{self, int};
use belleville::db::{Value, ValueRef};
use belleville::exceptions::{Detail, ErrorDetail};
use belleville::json::{Dict, Json, write_str};
use belleville::prelude::*;
use belleville::serializers::fields::{
    BooleanField, CharField, ChoiceField, CreateOnlyDefault, DecimalField, Declared, DefaultValue, DictField,
    EmailField, Field, FieldOptions as _, HiddenField, IntegerField, JSONField, ListField, Messages,
    MultipleChoiceField, ReadOnlyField, UUIDField, Validate, ValidationError,
};
use belleville::serializers::{
    Context, ListSerializer, Methods, NestedSerializer, PlainSerializer, PrimaryKeyRelatedField,
    SerializerClass, Validated, ValidatedData, field, serializer_methods,
};

use super::models::ForeignKeyTarget;
use super::{Lab, of_json};

/// The serializer and what GET shows, as JSON; nothing where it shows the initial values.
type Row = (&'static str, fn() -> Arc<SerializerClass>, Option<&'static str>);

pub(super) fn labs() -> Vec<Lab> {
    let lab = |(name, class, shown): &Row| {
        let lab = Lab::new(name, class(), shown.map(str::to_owned));
        match *name {
            "object-list" => Lab { is_list: true, ..lab },
            "integer-list" => Lab { is_list: true, list: Arc::clone(IntegerListSerializer::class()), ..lab },
            "not-empty-stores" => Lab { list: Arc::clone(NotEmptyStoresSerializer::class()), ..lab },
            "refused-list" => Lab { list: Arc::clone(RefusingListSerializer::class()), ..lab },
            _ => lab,
        }
    };
    SERIALIZERS.iter().map(lab).collect()
}

const SERIALIZERS: &[Row] = &[
    ("source", of::<Source>, Some(r#"{"other": "abc"}"#)),
    (
        "callable-source",
        || plain([("example_field", text().source("example_callable").read_only())]),
        Some(r#"{"example_callable": "example callable value"}"#),
    ),
    ("read-only-field", read_only, Some(r#"{"read_only": 123, "writable": 456}"#)),
    ("write-only-field", of::<WriteOnly>, Some(r#"{"write_only": 123, "readable": 456}"#)),
    ("initial-fields", of::<Initial>, None),
    ("list-and-number", list_and_number, None),
    ("dict-and-number", dict_and_number, None),
    ("dict-and-text", dict_and_text, None),
    ("community", community, None),
    ("create-only-default", create_only_default, Some(r#"{"text": "example", "published": "2001-01-01"}"#)),
    ("context-default", context_default, Some(r#"{"context_set": "a", "always_set": "b"}"#)),
    ("method-field", method_field, Some(r#"{"example_field": 123}"#)),
    ("password", of::<Password>, None),
    ("example", of::<Example>, Some(r#"{"char": "abc", "integer": 123}"#)),
    ("non-field-error", of::<NonFieldError>, None),
    ("field-error", of::<FieldError>, None),
    ("several-errors", of::<SeveralErrors>, None),
    ("raised-error", raised_error, None),
    (
        "email-base",
        of::<EmailBase>,
        Some(
            r#"[{"id": 1, "name": "tom", "domain": "example.com"}, {"id": 2, "name": "ann", "domain": "example.com"}]"#,
        ),
    ),
    ("starred-source", starred_source, Some(r#"{"a": 1, "b": 2, "c": 3, "d": 4}"#)),
    (
        "nullable-starred-source",
        || plain([("nested", nested::<Nested1>().source("*").allow_null(true))]),
        None,
    ),
    ("starred-field", || plain([("field", PointField.source("*"))]), Some(r#"{"x": 1, "y": 2}"#)),
    (
        "not-required-output",
        of::<NotRequiredOutput>,
        Some(r#"[{"included": "abc"}, {"omitted": "x", "included": "abc"}]"#),
    ),
    (
        "default-output",
        default_output,
        Some(
            r#"[{"no_default": "abc"}, {"has_default": "def", "has_default_callable": "ghi", "no_default": "abc"}]"#,
        ),
    ),
    (
        "dotted-source",
        dotted_source,
        Some(
            r#"[{}, {"traversed": {}}, {"traversed": null}, {"traversed": {"attr": "abc"}}, {"a": {}}, {"a": null},
                {"a": {"b": {}}}, {"a": {"b": null}}, {"a": {"b": {"c": "abc"}, "d": "e"}}]"#,
        ),
    ),
    (
        "nested-defaults",
        || plain([("nested", nested::<DefaultsInNested>().allow_null(true))]),
        Some(
            r#"[{"nested": null}, {"nested": {}}, {"nested": {"a": "3", "b": {}}},
                {"nested": {"a": "3", "b": {"c": "4"}}}]"#,
        ),
    ),
    ("null-implies-default", null_implies_default, Some(r#"{"foo": null}"#)),
    ("default-inclusions", of::<DefaultInclusions>, Some(r#"{"char": "def", "integer": 123}"#)),
    (
        "inherited-fields",
        of::<InheritedFields>,
        Some(r#"{"f1": "1", "f2": 2, "f3": 3, "f4": "4", "f5": "5"}"#),
    ),
    ("disabled-field", of::<DisabledField>, Some(r#"{"f1": "1", "f2": "2"}"#)),
    ("pin", pin, None),
    ("overrides", of::<Overrides>, Some(r#"{"name": "abc"}"#)),
    ("context", context, Some(r#"{"name": "abc"}"#)),
    ("email-password", of::<EmailPassword>, Some(r#"{"email": "foo@example.com", "password": "123"}"#)),
    ("nested", of::<Nested>, Some(r#"{"nested": {"one": 1, "two": 2}}"#)),
    ("nested-initial", of::<Nested>, None),
    (
        "not-required-nested",
        || plain([("nested", nested::<One>().required(false))]),
        Some(r#"[{"nested": {"one": 1}}, {}]"#),
    ),
    ("null-nested", null_nested, Some(r#"[{"nested": null}, {"nested": {"one": 1}, "name": "x"}]"#)),
    ("default-nested", || plain([("nested", nested::<One>().default(of_json(r#"{"one": 5}"#)))]), None),
    (
        "nested-with-many",
        nested_with_many,
        Some(
            r#"{"allow_null": null, "not_allow_null": [], "allow_empty": [{"one": 1}], "not_allow_empty": [{"one": 2}]}"#,
        ),
    ),
    (
        "not-required-nested-with-many",
        || plain([("nested", nested::<One>().many(true).required(false))]),
        Some(r#"[{"nested": [{"one": 1}]}, {}]"#),
    ),
    (
        "deep",
        of::<Deep>,
        Some(r#"{"middle": {"inner": [{"one": 1, "two": 2}], "flag": true}, "title": "t"}"#),
    ),
    (
        "nested-with-list",
        || plain([("nested", nested::<NestedChoices>().into())]),
        Some(r#"{"nested": {"example": [1, 2]}}"#),
    ),
    // Its fields are nothing that a request sees.
    ("integer-list", of::<IntegerBoolean>, None),
    ("object-list", of::<IntegerBoolean>, None),
    ("nested-list", of::<NestedList>, Some(r#"{"integers": [123, 456], "booleans": [true, false]}"#)),
    (
        "lists-of-lists",
        lists_of_lists,
        Some(r#"{"integers": [[123, 456], [789, 0]], "booleans": [[true, true], []]}"#),
    ),
    ("refused-list", of::<Refused>, Some(r#"[{"name": "a"}, {"name": "b"}]"#)),
    ("list-data", || plain([("listdata", ListField::new().into())]), None),
    (
        "allow-empty-list",
        || plain([("ids", nested::<Id>().many(true).allow_empty(true).into())]),
        Some(r#"{"ids": [{"id": 1}]}"#),
    ),
    (
        "not-empty-list",
        || plain([("ids", nested::<Id>().many(true).allow_empty(false).into())]),
        Some(r#"{"ids": [{"id": 1}]}"#),
    ),
    (
        "update-store",
        of::<UpdateStore>,
        Some(r#"[{"update_field": 11, "store_field": 12}, {"update_field": 21, "store_field": 22}]"#),
    ),
    (
        "not-empty-stores",
        of::<UpdateStore>,
        Some(r#"[{"update_field": 11, "store_field": 12}, {"update_field": 21, "store_field": 22}]"#),
    ),
    (
        "list-as-field",
        of::<ListAsField>,
        Some(r#"{"extra_field": 1, "list_field": [{"update_field": 11, "store_field": 12}]}"#),
    ),
    ("length-limits", length_limits, None),
    ("bulk-book", of::<BulkBook>, None),
    ("num", of::<Num>, None),
    ("wrapped-lists", wrapped_lists, None),
    ("bound-fields", of::<BoundFields>, Some(BOUND)),
    ("bound-fields-initial", of::<BoundFields>, None),
    (
        "nested-bound-fields",
        of::<NestedBoundFields>,
        Some(
            r#"{"text": "x", "nested": {"text": "abc", "amount": 123, "bool_field": true, "null_field": null,
                "json_field": {"some": ["json"]}}}"#,
        ),
    ),
    ("nested-bound-fields-initial", of::<NestedBoundFields>, None),
    ("metadata", metadata, None),
    ("parent-error", of::<ParentError>, None),
];

fn of<S: PlainSerializer>() -> Arc<SerializerClass> {
    Arc::clone(S::class())
}

fn plain<const N: usize>(fields: [(&'static str, Declared); N]) -> Arc<SerializerClass> {
    with_methods(fields, Methods::new())
}

fn with_methods<const N: usize>(
    fields: [(&'static str, Declared); N],
    methods: Methods,
) -> Arc<SerializerClass> {
    SerializerClass::plain("Lab", fields, methods)
}

fn text() -> CharField {
    CharField::new()
}

fn integer() -> IntegerField {
    IntegerField::new()
}

fn nested<S: PlainSerializer>() -> NestedSerializer<S> {
    NestedSerializer::plain()
}

// tests/test_fields.py: source, write_only, initial, HTML input, defaults.

#[derive(Serializer)]
struct Source {
    #[field(source = "other")]
    example_field: String,
}

fn read_only() -> Arc<SerializerClass> {
    let read_only = ReadOnlyField::new().default("789".to_owned());
    plain([("read_only", read_only), ("writable", integer().into())])
}

#[derive(Serializer)]
struct WriteOnly {
    #[field(write_only)]
    write_only: i64,
    readable: i64,
}

#[derive(Serializer)]
struct Initial {
    #[field(initial = 123_i64)]
    initial_field: i64,
    blank_field: i64,
}

fn list_and_number() -> Arc<SerializerClass> {
    plain([("a", integer().into()), ("scores", ListField::new().default(of_json("[1, 3]")))])
}

fn dict_and_number() -> Arc<SerializerClass> {
    plain([("a", integer().into()), ("data", DictField::new().default(of_json(r#"{"x": "y"}"#)))])
}

fn dict_and_text() -> Arc<SerializerClass> {
    plain([("field_name", DictField::new().required(false)), ("other_field", text().required(false))])
}

fn community() -> Arc<SerializerClass> {
    let colour = text().max_length(7).label("Colors");
    plain([
        ("colors", ListField::new().child(colour).allow_null(true).required(false)),
        ("name", text().max_length(100).required(false)),
    ])
}

fn create_only_default() -> Arc<SerializerClass> {
    let day = CreateOnlyDefault::new("2001-01-01".to_owned());
    plain([("published", HiddenField::new().default(day)), ("text", text().into())])
}

fn context_default() -> Arc<SerializerClass> {
    let first = CreateOnlyDefault::new("for context_set".to_owned());
    let always = DefaultValue::Function(|_| Ok("for always_set".to_owned().into()));
    plain([("context_set", text().default(first)), ("always_set", text().default(always))])
}

fn method_field() -> Arc<SerializerClass> {
    let example = |data: &ValidatedData| data.get("example_field").cloned().unwrap_or(Validated::NULL);
    plain([
        (
            "example_field",
            Declared::method::<ValidatedData, _>(move |data: &ValidatedData| {
                let shown = example(data).into_json().map(|json| python::str_of(&json))?;
                Ok::<_, belleville::db::Error>(format!("ran get_example_field({shown})"))
            }),
        ),
        (
            "renamed",
            Declared::method::<ValidatedData, _>(move |data: &ValidatedData| {
                Validated::List(vec![example(data), Validated::NULL])
            }),
        ),
    ])
}

#[derive(Serializer)]
struct Password {
    password: String,
}

/// Django's own errors: `password` says which.
#[serializer_methods]
impl Password {
    fn validate_password(password: &str) -> Result<(), ValidationError> {
        let message = || ErrorDetail::new("exc_msg exc_param", "exc_code");
        match password {
            "one" => Err(message().into()),
            "list" => Err(Detail::from_iter([message(), ErrorDetail::new("second", "invalid")]).into()),
            "percent" => Err(ErrorDetail::new("exc_msg with %", "exc_code").into()),
            _ => Ok(()),
        }
    }

    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        let password: String = data.get("password").and_then(|text| text.read().ok()).unwrap_or_default();
        let invalid = |text: &str| Detail::message(ErrorDetail::new(text, "invalid"));
        match &*password {
            "dict" => {
                let detail = Detail::message(ErrorDetail::new("email error", "exc_code"));
                Err(Detail::Dict(vec![("email".to_owned(), detail)]).into())
            }
            "plain dict" => {
                let names = ["name error 1", "name error 2"].map(|text| ErrorDetail::new(text, "invalid"));
                let (email, names) = (invalid("email error"), Detail::from_iter(names));
                Err(Detail::Dict(vec![("email".to_owned(), email), ("name".to_owned(), names)]).into())
            }
            "list of dict" => Err(invalid("email error").into()),
            _ => Ok(()),
        }
    }
}

// tests/test_serializer.py.

/// The same fields with methods of their own.
macro_rules! examples {
    ($($name:ident)*) => {$(
        #[derive(Serializer)]
        struct $name {
            char: String,
            integer: i64,
        }
    )*};
}

examples! { Example NonFieldError FieldError SeveralErrors }

#[serializer_methods]
impl NonFieldError {
    fn validate(_: &mut ValidatedData) -> Result<(), ValidationError> {
        Err("Non field error".into())
    }
}

#[serializer_methods]
impl FieldError {
    fn validate(_: &mut ValidatedData) -> Result<(), ValidationError> {
        let detail = Detail::Text(ErrorDetail::new("Field error", "chosen"));
        Err(Detail::Dict(vec![("char".to_owned(), detail)]).into())
    }
}

/// Twice a number of any size, which is not below zero.
fn twice(digits: &str) -> Validated {
    let (mut doubled, mut carry) = (Vec::new(), 0);
    for digit in digits.bytes().rev() {
        let sum = (digit - b'0') * 2 + carry;
        doubled.push(b'0' + sum % 10);
        carry = sum / 10;
    }
    doubled.push(b'0' + carry);
    doubled.reverse();
    match int(&String::from_utf8_lossy(&doubled)) {
        Some(Json::Int(number)) => Validated::from(number),
        Some(large) => Validated::Value(Value::Json(large)),
        None => Validated::NULL,
    }
}

/// Errors of every shape: `char` says which.
#[serializer_methods]
impl SeveralErrors {
    fn validate_integer(number: Validated) -> Result<Validated, ValidationError> {
        let digits = match number.value() {
            Some(Value::Json(Json::BigInt(digits))) => digits.to_string(),
            Some(Value::Int(number)) => number.to_string(),
            _ => return Ok(number),
        };
        let messages = ["Below zero.", "And negative."].map(|text| ErrorDetail::new(text, "negative"));
        if digits.starts_with('-') { Err(Detail::from_iter(messages).into()) } else { Ok(twice(&digits)) }
    }

    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        let shape: String = data.get("char").and_then(|text| text.read().ok()).unwrap_or_default();
        let message = |text: &str| Detail::Text(ErrorDetail::new(text, "shaped"));
        let dict = |name: &str, detail| (name.to_owned(), detail);
        let detail = match &*shape {
            "list" => Detail::List(vec![message("One."), message("Two.")]),
            "nested" => Detail::Dict(vec![
                dict("char", Detail::Dict(vec![dict("deep", Detail::List(vec![message("Deep.")]))])),
                dict("other", message("Unknown field.")),
            ]),
            "mixed" => Detail::List(vec![
                Detail::Dict(vec![dict("char", Detail::List(vec![message("In a list.")]))]),
                message("Text."),
            ]),
            _ => {
                data.set("added", true);
                return Ok(());
            }
        };
        Err(detail.into())
    }
}

fn raised_error() -> Arc<SerializerClass> {
    let raised = Validate::new(|_, _| Err(Detail::Text(ErrorDetail::new("Raised error", "invalid"))));
    plain([("char", text().validator(raised)), ("integer", integer().into())])
}

#[derive(Serializer)]
struct EmailBase {
    id: i64,
    name: String,
    domain: String,
}

/// Neither direction is that of the fields.
#[serializer_methods]
impl EmailBase {
    fn to_internal_value(data: Json) -> Result<ValidatedData, ValidationError> {
        let email = data.get("email").map(python::str_of).unwrap_or_default();
        match (data.get("id"), email.split_once('@')) {
            (Some(Json::Int(id)), Some((name, domain))) => {
                let mut values = ValidatedData::new();
                values.set("id", *id);
                values.set("name", name.to_owned());
                values.set("domain", domain.to_owned());
                Ok(values)
            }
            _ => {
                let message = ErrorDetail::new("A number and an address, please.", "invalid");
                Err(Detail::Dict(vec![("email".to_owned(), Detail::message(message))]).into())
            }
        }
    }

    fn to_representation(data: &ValidatedData, _: Dict) -> Result<Dict> {
        let text = |name| data.get(name).map_or(Ok(String::new()), |value| value.read::<String, _>());
        let mut shown = Dict::new();
        shown.insert("id", data.get("id").map_or(Ok(0), |id| id.read::<i64, _>())?.into());
        shown.insert("email", format!("{}@{}", text("name")?, text("domain")?).into());
        Ok(shown)
    }
}

#[derive(Serializer)]
struct Nested1 {
    a: i64,
    b: i64,
}

#[derive(Serializer)]
struct Nested2 {
    c: i64,
    d: i64,
}

fn starred_source() -> Arc<SerializerClass> {
    plain([("nested1", nested::<Nested1>().source("*")), ("nested2", nested::<Nested2>().source("*"))])
}

/// A field of one's own, over two values of the object.
#[derive(Debug)]
struct PointField;

impl Field for PointField {
    fn error_messages(&self) -> Messages {
        &[("invalid", "Two numbers with a comma, not {input}.")]
    }

    fn to_internal_value(&self, data: &Json) -> std::result::Result<Validated, ValidationError> {
        let text = python::str_of(data);
        let numbers = text.split_once(',').and_then(|(x, y)| {
            let number = |text: &str| {
                text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok()).flatten()
            };
            Some((number(x)?, number(y)?))
        });
        let (x, y) = numbers.ok_or_else(|| ValidationError::of("invalid").with("input", &text))?;
        let mut point = ValidatedData::new();
        point.set("x", x);
        point.set("y", y);
        Ok(Validated::Dict(point))
    }

    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> belleville::db::Result<()> {
        Err(belleville::db::Error::refused("a point is two values of its object"))
    }

    fn represent(&self, value: &Validated, _: &Context<'_>, out: &mut Vec<u8>) -> belleville::db::Result<()> {
        let Validated::Dict(point) = value else {
            return Err(belleville::db::Error::refused("a point is two values of its object"));
        };
        let part = |name| point.get(name).map_or(Ok(0), |value| value.read::<i64, _>());
        write_str(out, &format!("{},{}", part("x")?, part("y")?));
        Ok(())
    }
}

#[derive(Serializer)]
struct NotRequiredOutput {
    omitted: Option<String>,
    included: String,
}

fn default_output() -> Arc<SerializerClass> {
    let callable = DefaultValue::Function(|_| Ok("y".to_owned().into()));
    plain([
        ("has_default", text().default("x".to_owned())),
        ("has_default_callable", text().default(callable)),
        ("no_default", text().into()),
    ])
}

fn dotted_source() -> Arc<SerializerClass> {
    plain([
        ("traversed", text().default("x".to_owned()).source("traversed.attr")),
        ("c", text().default("x".to_owned()).source("a.b.c")),
        ("d", text().source("a.d").required(false)),
    ])
}

#[derive(Serializer)]
struct DefaultsInNested {
    #[field(default = "1")]
    a: String,
    #[field(default = "2", source = "b.c")]
    c: String,
}

fn null_implies_default() -> Arc<SerializerClass> {
    plain([
        ("foo", text().allow_null(true)),
        ("bar", text().source("foo.bar").allow_null(true)),
        ("optional", text().required(false).allow_null(true)),
    ])
}

#[derive(Serializer)]
struct DefaultInclusions {
    #[field(default = "abc")]
    char: String,
    integer: i64,
}

#[derive(Serializer)]
struct InheritedFields {
    f1: String,
    f2: i64,
    f3: i64,
    f4: String,
    f5: String,
}

#[derive(Serializer)]
struct DisabledField {
    f2: String,
}

fn pin() -> Arc<SerializerClass> {
    let digits = Validate::new(|pin, _| {
        let pin: String = pin.read().unwrap_or_default();
        let is_pin = (4..=6).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit());
        if is_pin { Ok(()) } else { Err(Detail::Text(ErrorDetail::new("A PIN is 4-6 digits", "invalid"))) }
    });
    plain([("pin", text().validator(digits))])
}

#[derive(Serializer)]
struct Overrides {
    #[field(max_length = 5)]
    name: String,
}

/// Both directions overridden: keys are upper case outside.
#[serializer_methods]
impl Overrides {
    fn to_internal_value(data: Dict) -> Result<Dict> {
        Ok(renamed(&data, str::to_lowercase))
    }

    fn to_representation(_: &ValidatedData, data: Dict) -> Result<Dict> {
        Ok(renamed(&data, str::to_uppercase))
    }
}

fn renamed(data: &Dict, name: fn(&str) -> String) -> Dict {
    let mut renamed = Dict::new();
    for (key, value) in data.iter() {
        renamed.insert(name(key), value.clone());
    }
    renamed
}

/// What the context says: the method and a query parameter.
fn context() -> Arc<SerializerClass> {
    let method = |_: &ValidatedData, context: &Context<'_>| {
        context.request::<Request>().map(|request| request.method().to_owned())
    };
    let methods = Methods::new().validate_field("name", |name, context| {
        Box::pin(async move {
            let refused = context.request::<Request>()?.query_params().get("not");
            match refused.is_some_and(|refused| name.read::<String, _>().is_ok_and(|name| name == refused)) {
                true => Err(ValidationError::from("Not this one.").into()),
                false => Ok(name),
            }
        })
    });
    with_methods([("name", text().into()), ("method", Declared::method::<ValidatedData, _>(method))], methods)
}

// tests/test_write_only_fields.py.

#[derive(Serializer)]
struct EmailPassword {
    #[field(EmailField)]
    email: String,
    #[field(write_only)]
    password: String,
}

// tests/test_serializer_nested.py.

#[derive(Serializer)]
struct OneTwo {
    #[field(IntegerField, max_value = 10)]
    one: i64,
    #[field(IntegerField, max_value = 10)]
    two: i64,
}

#[derive(Serializer)]
struct Nested {
    nested: OneTwo,
}

#[derive(Serializer)]
struct One {
    #[field(IntegerField, max_value = 10)]
    one: i64,
}

#[derive(Serializer)]
struct NestedChoices {
    #[field(MultipleChoiceField, choices = [(1_i64, 1_i64), (2, 2), (3, 3)])]
    example: Vec<i64>,
}

fn null_nested() -> Arc<SerializerClass> {
    plain([("nested", nested::<One>().allow_null(true)), ("name", text().default("n".to_owned()))])
}

fn nested_with_many() -> Arc<SerializerClass> {
    let many = || nested::<One>().many(true);
    let methods = Methods::new().validate_field("allow_null", |value, _| {
        Box::pin(async move {
            Ok(match value {
                Validated::List(mut items) => {
                    items.reverse();
                    Validated::List(items)
                }
                value => value,
            })
        })
    });
    with_methods(
        [
            ("allow_null", many().allow_null(true)),
            ("not_allow_null", many().into()),
            ("allow_empty", many().allow_empty(true).into()),
            ("not_allow_empty", many().allow_empty(false).into()),
        ],
        methods,
    )
}

/// Three levels, with a rule at each.
#[derive(Serializer)]
struct Deep {
    middle: Middle,
    #[field(source = "title")]
    name: String,
}

#[derive(Serializer)]
struct Middle {
    #[field(max_length = 2)]
    inner: Vec<OneTwo>,
    #[field(BooleanField)]
    flag: bool,
}

#[serializer_methods]
impl Middle {
    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        let is_empty = matches!(data.get("inner"), Some(Validated::List(items)) if items.is_empty());
        if is_empty && data.get("flag") == Some(&true.into()) {
            return Err(ErrorDetail::new("A flag needs something inside.", "empty_flag").into());
        }
        Ok(())
    }
}

#[serializer_methods]
impl Deep {
    fn validate_middle(middle: Validated) -> Result<Validated, ValidationError> {
        let seven = |data: &ValidatedData| data.get("one") == Some(&7_i64.into());
        let inner = match &middle {
            Validated::Dict(data) => data.get("inner"),
            _ => None,
        };
        match inner {
            Some(Validated::List(items)) if matches!(&**items, [Validated::Dict(data)] if seven(data)) => {
                Err("Seven is taken.".into())
            }
            _ => Ok(middle),
        }
    }
}

// tests/test_serializer_lists.py and test_serializer_bulk_update.py.

#[derive(Serializer)]
struct IntegerBoolean {
    integer: i64,
    boolean: bool,
}

#[derive(ListSerializer)]
struct IntegerListSerializer {
    child: IntegerField,
}

#[derive(ListSerializer)]
struct BooleanListSerializer {
    child: BooleanField,
}

#[derive(Serializer)]
struct NestedList {
    #[field(IntegerListSerializer)]
    integers: Vec<i64>,
    #[field(BooleanListSerializer)]
    booleans: Vec<bool>,
}

#[derive(ListSerializer)]
struct IntegersListSerializer {
    child: IntegerListSerializer,
}

#[derive(ListSerializer)]
struct BooleansListSerializer {
    child: BooleanListSerializer,
}

fn lists_of_lists() -> Arc<SerializerClass> {
    plain([
        ("integers", field::<IntegersListSerializer, _>()),
        ("booleans", field::<BooleansListSerializer, _>()),
    ])
}

#[derive(Serializer)]
struct Refused {
    name: String,
}

#[derive(ListSerializer)]
struct RefusingListSerializer {
    child: Refused,
}

#[serializer_methods]
impl RefusingListSerializer {
    fn validate(items: &mut [ValidatedData]) -> Result<(), ValidationError> {
        match items.len() {
            1 => Ok(()),
            _ => Err(ErrorDetail::new("Exactly one, please.", "count").into()),
        }
    }
}

#[derive(ListSerializer)]
#[serializer(allow_empty = false)]
struct NotEmptyStoresSerializer {
    child: UpdateStore,
}

#[derive(Serializer)]
struct Id {
    id: i64,
}

#[derive(Serializer)]
struct UpdateStore {
    update_field: i64,
    store_field: i64,
}

#[derive(Serializer)]
struct ListAsField {
    extra_field: i64,
    list_field: Vec<UpdateStore>,
}

#[derive(Serializer)]
struct SomeInt {
    some_int: i64,
}

fn length_limits() -> Arc<SerializerClass> {
    let many = || nested::<SomeInt>().many(true);
    plain([
        ("at_most_five", many().max_length(5).required(false)),
        ("at_least_three", many().min_length(3).required(false)),
        ("between", many().min_length(3).max_length(5).required(false)),
    ])
}

#[derive(Serializer)]
struct BulkBook {
    id: i64,
    #[field(max_length = 100)]
    title: String,
    #[field(max_length = 100)]
    author: String,
}

#[derive(Serializer)]
struct Num {
    num: bool,
}

fn wrapped_lists() -> Arc<SerializerClass> {
    plain([
        ("list_serializer", nested::<Num>().many(true).into()),
        ("list_field", ListField::new().child(DictField::new().allow_empty(false)).into()),
    ])
}

// tests/test_bound_fields.py: what a form would show is the data of the fields.

const BOUND: &str = r#"{"text": "abc", "amount": 123, "bool_field": true, "null_field": null,
    "json_field": {"some": ["json"]}}"#;

#[derive(Serializer)]
struct BoundFields {
    #[field(max_length = 100)]
    text: String,
    amount: i64,
    bool_field: bool,
    #[field(IntegerField, allow_null, required = true)]
    null_field: Option<i64>,
    #[field(JSONField)]
    json_field: Json,
}

#[derive(Serializer)]
struct NestedBoundFields {
    #[field(max_length = 100)]
    text: String,
    nested: BoundFields,
}

#[derive(Serializer)]
struct ParentError {
    nested: One,
}

#[serializer_methods]
impl ParentError {
    fn validate_nested(_: Validated) -> Result<Validated, ValidationError> {
        Err(Detail::message(ErrorDetail::new("parent-level nested error", "invalid")).into())
    }
}

// tests/test_metadata.py.

fn metadata() -> Arc<SerializerClass> {
    let keys = PrimaryKeyRelatedField::<ForeignKeyTarget>::new;
    let groups = ChoiceField::new().group("Numbers", [(1_i64, "One"), (2, "Two")]).choice("x", "Else");
    plain([
        (
            "choice_field",
            ChoiceField::new().choices([("red", "red"), ("green", "green"), ("blue", "blue")]).into(),
        ),
        ("integer_field", IntegerField::new().min_value(1).max_value(1000).into()),
        ("char_field", text().min_length(3).max_length(40).required(false)),
        ("list_field", ListField::new().child(ListField::new().child(IntegerField::new())).into()),
        ("nested_field", nested::<Nested1>().into()),
        ("uuid_field", UUIDField::new().label("UUID field")),
        ("hidden_field", HiddenField::new().default(1_i64)),
        ("decimal_field", DecimalField::new(18, 4).into()),
        ("null_boolean_field", BooleanField::new().allow_null(true)),
        ("related_field", keys().queryset(ForeignKeyTarget::objects()).into()),
        ("many_related_field", keys().queryset(ForeignKeyTarget::objects()).many(true).into()),
        ("read_only_related_field", keys().read_only()),
        ("grouped_field", groups.help_text("Pick one").label("Of groups")),
    ])
}
