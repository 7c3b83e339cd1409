//! Fields, against what Django REST framework's make of the same input: `tests/vectors/kinds.py` asks them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::LazyLock;

use belleville_db::files::UploadedFile;
use belleville_db::json::{Dict, Json, JsonWriter, loads};
use belleville_db::validators::{Rule, Validator};
use belleville_db::{
    Choices, Database, DateTime, Detail, Duration, FieldKind, FieldValue as _, Model, Registry, Time, Uuid,
    Value, ValueRef, python,
};

use super::declared::{ExtraKwargs, Kind};
use super::primitive::ref_of;
use super::*;
use crate::input::{FormValue, Input};
use crate::validation::Purpose;
use crate::{Context, Form};

fn vectors() -> Box<[Json]> {
    match loads(include_str!("../../tests/vectors/kinds.json")).unwrap() {
        Json::List(cases) => cases,
        _ => panic!("a list of cases"),
    }
}

fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    match json.get(key) {
        Some(Json::Str(text)) => Some(text),
        _ => None,
    }
}

fn list<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    match json.get(key) {
        Some(Json::List(items)) => items,
        _ => &[],
    }
}

fn pair(json: &Json) -> (&Json, &Json) {
    match json {
        Json::List(items) => (&items[0], &items[1]),
        _ => panic!("a pair"),
    }
}

fn str_of(json: &Json) -> &str {
    match json {
        Json::Str(text) => text,
        _ => panic!("a text"),
    }
}

/// Adds choices, of which those in a list are a group.
macro_rules! with_choices {
    ($field:expr, $choices:expr) => {
        $choices.iter().fold($field, |field, choice| match pair(choice) {
            (group, Json::List(inside)) => field.group(str_of(group).to_owned(), inside.iter().map(named)),
            (value, name) => field.choice(value.clone(), str_of(name).to_owned()),
        })
    };
}

/// The options of a case, taken one by one, so that none is overlooked.
struct Declaration<'a> {
    options: &'a Json,
    taken: Vec<&'static str>,
}

impl<'a> Declaration<'a> {
    fn get(&mut self, key: &'static str) -> Option<&'a Json> {
        self.taken.push(key);
        self.options.get(key)
    }

    fn is(&mut self, key: &'static str, usual: bool) -> bool {
        self.get(key).map_or(usual, |value| *value == Json::Bool(true))
    }

    fn number(&mut self, key: &'static str) -> Option<i64> {
        match self.get(key) {
            Some(Json::Int(number)) => Some(*number),
            _ => None,
        }
    }

    fn word(&mut self, key: &'static str) -> Option<&'static str> {
        self.get(key).map(|text| &*str_of(text).to_owned().leak())
    }

    fn text<R: TextRule>(&mut self, field: RuledText<R>) -> Declared {
        let mut field = field
            .allow_blank(self.is("allow_blank", false))
            .trim_whitespace(self.is("trim_whitespace", true));
        field.max_length = self.number("max_length").map(|number| number as u64);
        field.min_length = self.number("min_length").map(|number| number as u64);
        field.into()
    }

    fn whole<const BIG: bool>(&mut self) -> WholeNumber<BIG> {
        let mut field = WholeNumber::new();
        if let Some(least) = self.number("min_value") {
            field = field.min_value(least);
        }
        if let Some(greatest) = self.number("max_value") {
            field = field.max_value(greatest);
        }
        field
    }

    fn child(&mut self) -> Option<Declared> {
        self.get("child").map(|child| declared(text(child, "field").unwrap(), child.get("options").unwrap()))
    }

    fn field(&mut self, name: &str) -> Declared {
        match name {
            "BooleanField" => BooleanField::new().into(),
            "CharField" => self.text(CharField::new()),
            "EmailField" => self.text(EmailField::new()),
            "RegexField" => {
                let pattern = self.word("regex").unwrap();
                self.text(RegexField::new().regex(pattern))
            }
            "SlugField" => {
                let allow_unicode = self.is("allow_unicode", false);
                self.text(SlugField::new().allow_unicode(allow_unicode))
            }
            "URLField" => self.text(URLField::new()),
            "IPAddressField" => {
                let protocol = match self.word("protocol") {
                    None => Protocol::Both,
                    Some("ipv4" | "IPv4") => Protocol::Ipv4,
                    Some(_) => Protocol::Ipv6,
                };
                self.text(IPAddressField::new().protocol(protocol))
            }
            "UUIDField" => UUIDField::new()
                .format(match self.word("format") {
                    Some("hex") => UuidFormat::Hex,
                    Some("int") => UuidFormat::Int,
                    Some("urn") => UuidFormat::Urn,
                    _ => UuidFormat::HexVerbose,
                })
                .into(),
            "IntegerField" => self.whole::<false>().into(),
            "BigIntegerField" => {
                let as_text = self.is("coerce_to_string", false);
                self.whole::<true>().coerce_to_string(as_text).into()
            }
            "ChoiceField" => {
                let field = ChoiceField::new().allow_blank(self.is("allow_blank", false));
                with_choices!(field, self.choices()).into()
            }
            "MultipleChoiceField" => {
                let field = MultipleChoiceField::new()
                    .allow_blank(self.is("allow_blank", false))
                    .allow_empty(self.is("allow_empty", true));
                with_choices!(field, self.choices()).into()
            }
            "FilePathField" => {
                let field = FilePathField::new(root())
                    .recursive(self.is("recursive", false))
                    .allow_files(self.is("allow_files", true))
                    .allow_folders(self.is("allow_folders", false));
                self.word("match").map_or(field.clone(), |pattern| field.matching(pattern)).into()
            }
            "ListField" => {
                let mut field = ListField::new().allow_empty(self.is("allow_empty", true));
                if let Some(child) = self.child() {
                    field = field.child(child);
                }
                if let Some(least) = self.number("min_length") {
                    field = field.min_length(least as u64);
                }
                if let Some(most) = self.number("max_length") {
                    field = field.max_length(most as u64);
                }
                field.into()
            }
            "DictField" => {
                let field = DictField::new().allow_empty(self.is("allow_empty", true));
                match self.child() {
                    Some(child) => field.child(child).into(),
                    None => field.into(),
                }
            }
            "HStoreField" => {
                let field = HStoreField::new().allow_empty(self.is("allow_empty", true));
                match self.child() {
                    Some(child) => field.child(child).into(),
                    None => field.into(),
                }
            }
            "JSONField" => JSONField::new().binary(self.is("binary", false)).into(),
            "ReadOnlyField" => ReadOnlyField::new().read_only(),
            name => panic!("no field {name}"),
        }
    }

    fn choices(&mut self) -> &'a [Json] {
        self.taken.push("choices");
        list(self.options, "choices")
    }
}

fn named(choice: &Json) -> (Json, String) {
    let (value, name) = pair(choice);
    (value.clone(), str_of(name).to_owned())
}

fn declared(name: &str, options: &Json) -> Declared {
    let mut declaration = Declaration { options, taken: Vec::new() };
    let mut field = declaration.field(name);
    if declaration.get("required").is_some() {
        field = field.required(declaration.is("required", true));
    }
    if declaration.is("allow_null", false) {
        field = field.allow_null(true);
    }
    match declaration.get("default") {
        Some(Json::Str(text)) => field = field.default(text.to_string()),
        Some(Json::Bool(value)) => field = field.default(*value),
        _ => {}
    }
    if let Some(Json::Dict(messages)) = declaration.get("error_messages") {
        for (code, message) in messages.iter() {
            field = field.error_message(code.to_owned().leak(), str_of(message));
        }
    }
    if let Json::Dict(options) = options {
        for (option, _) in options.iter() {
            assert!(declaration.taken.contains(&option), "{name} has no option {option}");
        }
    }
    field
}

fn bound(case: &Json) -> BoundField {
    if let Some(name) = text(case, "model_field") {
        let position = Thing::META.position(name).unwrap();
        let mut field = of_model(
            name.to_owned().leak(),
            Thing::META,
            position,
            Options::default(),
            &ExtraKwargs::new(),
            None,
            None,
        );
        field.name = "f";
        return field;
    }
    let Declared { kind, options } = declared(text(case, "field").unwrap(), case.get("options").unwrap());
    let Kind::Field(field) = kind else { panic!("a field") };
    BoundField::new("f", field, options)
}

/// The script's `Thing`.
#[derive(Clone, Debug, Model)]
#[model(app = "shown")]
struct Thing {
    #[field(primary_key)]
    id: i64,
    flag: bool,
    maybe: Option<bool>,
    number: i64,
    #[field(kind = PositiveBigIntegerField, default = 3)]
    positive: i64,
    #[field(validators = [max_value(9), min_value(3), min_value(5)])]
    bounded: i64,
    #[field(validators = [min_value(0.5)])]
    halves: Option<i64>,
    #[field(max_length = 5, validators = [min_length(2)], help_text = "Two to five.", verbose_name = "full name")]
    name: String,
    #[field(max_length = 5, blank, validators = [CODE])]
    code: String,
    #[field(blank)]
    notes: String,
    story: Option<String>,
    #[field(kind = EmailField, max_length = 20)]
    mail: String,
    #[field(kind = URLField, max_length = 20, blank)]
    site: String,
    #[field(kind = SlugField)]
    slug: String,
    key: Uuid,
    #[field(blank)]
    ip: Option<IpAddr>,
    document: Json,
    settings: Option<Json>,
    hidden: Vec<u8>,
    #[field(editable = true, max_length = 2)]
    blob: Vec<u8>,
    color: Color,
    #[field(blank)]
    shade: Shade,
    level: Option<Level>,
    #[field(max_length = 5, editable = false)]
    stamp: String,
}

const CODE: Validator = Validator::new(Rule::regex("^[a-z]+$")).message("Letters only.").code("letters");

#[derive(Clone, Copy, Debug, PartialEq, Eq, Choices)]
enum Color {
    #[choice("r", "Red")]
    Red,
    #[choice("g", "Green")]
    Green,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Choices)]
enum Shade {
    #[choice("", "None")]
    None,
    #[choice("d", "Dark")]
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Choices)]
enum Level {
    #[choice(1, "Low")]
    Low,
    #[choice(2, "High")]
    High,
}

/// The files that the script has made too.
fn folder() -> PathBuf {
    let root = std::env::temp_dir().join(format!("belleville-paths-{}", std::process::id()));
    for name in ["a.txt", "b.txt", "folder/a.py", "folder/deep/ab", "__pycache__/a.pyc", "zoo/c"] {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    root
}

/// The script's `canonical`: a text of a value with its type.
fn canonical(value: &Validated) -> String {
    match value {
        Validated::Value(value) => canonical_value(value.as_ref()),
        Validated::Noted(noted) => canonical_value(noted.value.as_ref()),
        Validated::List(items) => joined('[', items.iter().map(canonical), ']'),
        Validated::Dict(pairs) => {
            joined('{', pairs.iter().map(|(key, value)| format!("{}:{}", quoted(key), canonical(value))), '}')
        }
    }
}

fn canonical_value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Uuid(uuid) => format!("uuid {uuid}"),
        ValueRef::Text(text) => quoted(text),
        ValueRef::File(file) => quoted(file.name()),
        ValueRef::Json(Json::List(items)) => {
            joined('[', items.iter().map(|item| canonical_value(ref_of(item))), ']')
        }
        ValueRef::Json(Json::Dict(pairs)) => {
            let pair = |(key, value)| format!("{}:{}", quoted(key), canonical_value(ref_of(value)));
            joined('{', pairs.iter().map(pair), '}')
        }
        ValueRef::Json(Json::Surrogates(points)) => Json::Surrogates(points.clone()).dumps().unwrap(),
        ValueRef::Json(json @ (Json::Str(_) | Json::Bool(_) | Json::Null)) => canonical_value(ref_of(json)),
        ValueRef::Bool(value) => value.to_string(),
        ValueRef::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("b'{digits}'")
        }
        ValueRef::HStore(pairs) => {
            let text = |text: &Option<String>| text.as_deref().map_or("null".to_owned(), quoted);
            joined('{', pairs.iter().map(|(key, value)| format!("{}:{}", quoted(key), text(value))), '}')
        }
        value => python::str_of_value(value),
    }
}

fn quoted(text: &str) -> String {
    Json::from(text).dumps().unwrap()
}

fn joined(open: char, items: impl Iterator<Item = String>, close: char) -> String {
    format!("{open}{}{close}", items.collect::<Vec<_>>().join(","))
}

/// The script's `errors_of`.
fn errors_of(detail: &Detail) -> Json {
    match detail {
        Detail::Text(error) => vec![Json::from(&*error.text), Json::from(error.code.unwrap())].into(),
        Detail::List(items) => items.iter().map(errors_of).collect::<Vec<_>>().into(),
        Detail::Dict(places) => {
            let mut dict = Dict::new();
            for (place, detail) in places {
                dict.insert(&**place, errors_of(detail));
            }
            Json::Dict(dict)
        }
    }
}

/// What the field makes of the input of a row: the value and how it is shown, or errors, or nothing.
#[derive(Debug, Default, PartialEq)]
struct Answer {
    value: Option<String>,
    shown: Option<String>,
    errors: Option<String>,
}

fn expected(row: &Json) -> Answer {
    Answer {
        value: text(row, "value").map(str::to_owned),
        shown: text(row, "shown").map(str::to_owned),
        errors: row.get("errors").map(|errors| errors.dumps().unwrap()),
    }
}

fn answer(field: &BoundField, row: &Json, db: &Database) -> Answer {
    let partial = row.get("partial") == Some(&Json::Bool(true));
    if row.get("form").is_some() {
        let file = |value: &Json| UploadedFile::new(text(value, "file")?, "x").ok();
        let files: Vec<_> = list(row, "form").iter().map(|item| file(pair(item).1)).collect();
        let mut form = Form::new();
        for ((name, value), file) in list(row, "form").iter().map(pair).zip(&files) {
            let value = match (value, file) {
                (_, Some(file)) => FormValue::File(file),
                (text, None) => FormValue::Text(str_of(text)),
            };
            form.push(str_of(name), value);
        }
        return answer_to(field, &Input::Form(form), partial, db);
    }
    let mut object = Dict::new();
    if let Some(json) = text(row, "json") {
        object.insert("f", loads(&json.replace("FOLDER", root())).unwrap());
    }
    answer_to(field, &Input::Json(&Json::Dict(object)), partial, db)
}

fn answer_to(field: &BoundField, input: &Input<'_>, partial: bool, db: &Database) -> Answer {
    if field.read_only {
        return Answer::default();
    }
    let context = Context::new(db);
    let mut reading = Reading::new(&context, Purpose::create().partial(partial));
    let at_once = read_at_once(field, input, &mut reading);
    reading.begin(Vec::new());
    let outcome = field.run_validation(&field.given(input, partial), &mut reading);
    if let Some(at_once) = at_once {
        assert!(
            matches!(&outcome, Ok(Outcome::Valid(value)) if *value == at_once),
            "{outcome:?} is {at_once:?} at once"
        );
    }
    match outcome {
        Ok(Outcome::Valid(value)) => Answer {
            shown: (!value.is_null() && !matches!(value.value(), Some(Value::Bytes(_))))
                .then(|| shown(|out| field.field.represent(&value, &context, out)))
                .flatten(),
            value: Some(canonical(&value).replace(root(), "FOLDER")),
            errors: None,
        },
        Ok(_) => Answer::default(),
        Err(detail) => Answer {
            errors: Some(errors_of(&detail).dumps().unwrap().replace(root(), "FOLDER")),
            ..Answer::default()
        },
    }
}

/// What the field makes of input that is right as it stands.
fn read_at_once(field: &BoundField, input: &Input<'_>, reading: &mut Reading<'_>) -> Option<Validated> {
    let Input::Json(json) = input else { return None };
    field.read_at_once(json.get("f").filter(|json| **json != Json::Null)?, reading)
}

fn shown(write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Option<String> {
    let mut out = Vec::new();
    write(&mut out).ok()?;
    Some(String::from_utf8(out).unwrap().replace(root(), "FOLDER"))
}

fn root() -> &'static str {
    static ROOT: LazyLock<String> = LazyLock::new(|| folder().to_str().unwrap().to_owned());
    &ROOT
}

/// JSON with a lone surrogate: DRF takes it and then cannot show it. Here it is refused.
fn is_unshowable(answer: &Answer) -> bool {
    answer.shown.is_none() && answer.value.as_ref().is_some_and(|value| value.contains("\\ud8"))
}

#[tokio::test]
async fn input_is_read_and_shown_as_drf_does() {
    let db = Database::open("sqlite://:memory:", Registry::new([])).unwrap();
    let mut wrong = Vec::new();
    let mut rows = 0;
    for case in vectors() {
        let field = bound(&case);
        for row in list(&case, "rows") {
            rows += 1;
            let (answer, expected) = (answer(&field, row, &db), expected(row));
            if answer != expected && !(is_unshowable(&expected) && answer.errors.is_some()) {
                wrong.push(format!(
                    "{} {} {}\n  expected {expected:?}\n  found    {answer:?}",
                    text(&case, "field").or(text(&case, "model_field")).unwrap(),
                    case.get("options").unwrap_or(&Json::Null).dumps().unwrap(),
                    row.dumps().unwrap()
                ));
            }
        }
    }
    assert!(rows > 1000, "the table is there");
    assert!(wrong.is_empty(), "{} of {rows} rows:\n{}", wrong.len(), wrong.join("\n"));
}

/// A value of the script's `canonical`, as a column has it.
fn value_of(text: &str) -> Value {
    match text.strip_prefix("uuid ") {
        Some(uuid) => Value::Uuid(python::parse_uuid(uuid).unwrap()),
        None => primitive::value_of(&loads(text).unwrap()),
    }
}

#[test]
fn values_of_columns_are_shown_as_drf_does() {
    let db = Database::open("sqlite://:memory:", Registry::new([])).unwrap();
    let context = Context::new(&db);
    for case in vectors() {
        let field = bound(&case);
        for (value, expected) in list(&case, "shown").iter().map(pair) {
            let (value, expected) = (value_of(str_of(value)), str_of(expected));
            let found = shown(|out| field.field.show(value.as_ref(), &context, out));
            assert_eq!(found.as_deref(), Some(expected), "{} {value:?}", text(&case, "field").unwrap());
            // SQLite has no type for these.
            let in_sqlite = match &value {
                Value::Uuid(uuid) => Value::Text(uuid.simple().to_string()),
                Value::Json(json) => Value::Text(json.dumps().unwrap()),
                _ => continue,
            };
            // This one knows no column here.
            if text(&case, "field") == Some("ReadOnlyField") {
                continue;
            }
            let found = shown(|out| field.field.show(in_sqlite.as_ref(), &context, out));
            assert_eq!(found.as_deref(), Some(expected), "{} {in_sqlite:?}", text(&case, "field").unwrap());
        }
    }
}

#[test]
fn read_only_fields_are_shown_as_drfs_encoder_does() {
    let decimal = FieldKind::DecimalField { max_digits: 5, decimal_places: 2 };
    let at = DateTime::from_value(ValueRef::Text("2026-01-02 03:04:05.600000")).unwrap();
    let time = Time::from_value(ValueRef::Text("03:04:05.000060")).unwrap();
    // A column's kind, its values, and what the encoder of Django REST framework 3.18 makes of Django's.
    for (kind, values, expected) in [
        (FieldKind::BooleanField, &[ValueRef::Int(1), ValueRef::Bool(true)][..], "true"),
        (decimal, &[ValueRef::Float(3.1)], "3.1"),
        (decimal, &[ValueRef::Int(3)], "3.0"),
        (FieldKind::DateField, &[ValueRef::Text("2026-01-02")], "\"2026-01-02\""),
        (
            FieldKind::DateTimeField,
            &[ValueRef::Text("2026-01-02 03:04:05.600000"), ValueRef::DateTime(at)],
            "\"2026-01-02T03:04:05.600000Z\"",
        ),
        (
            FieldKind::TimeField,
            &[ValueRef::Text("03:04:05.000060"), ValueRef::Time(time)],
            "\"03:04:05.000060\"",
        ),
        (FieldKind::DurationField, &[ValueRef::Int(86_400_000_005)], "\"86400.000005\""),
        (FieldKind::DurationField, &[ValueRef::Duration(Duration::from_secs(3))], "\"3.0\""),
        (
            FieldKind::UUIDField,
            &[ValueRef::Text("5ce0e9a55ffa654bcee01238041fb31a")],
            "\"5ce0e9a5-5ffa-654b-cee0-1238041fb31a\"",
        ),
        (FieldKind::JSONField, &[ValueRef::Text("{\"a\": [1]}")], "{\"a\":[1]}"),
        (FieldKind::BinaryField { max_length: None }, &[ValueRef::Bytes(b"abc")], "\"abc\""),
    ] {
        let mut field = ReadOnlyField::new();
        let model_field: &'static FieldMeta = Box::leak(Box::new(FieldMeta::new("f", kind)));
        let bind = Bind { name: "f", allow_null: false, required: None, model_field: Some(model_field) };
        field.bind(&bind);
        for value in values {
            let found = shown(|out| field.to_representation(*value, out));
            assert_eq!(found.as_deref(), Some(expected), "{value:?}");
        }
    }
}

#[test]
fn fields_of_a_model_are_declared_as_drf_does() {
    for case in vectors() {
        let Some(expected) = case.get("options_of") else { continue };
        let field = bound(&case);
        let mut out = Vec::new();
        JsonWriter::new(&mut out).object(|facts| field.shape().write(facts));
        let found = String::from_utf8(out).unwrap();
        let mut out = Vec::new();
        expected.write(&mut out).unwrap();
        assert_eq!(found, String::from_utf8(out).unwrap(), "{:?}", text(&case, "model_field"));
        let style = field.style.iter().fold(Dict::new(), |mut style, (name, value)| {
            style.insert(*name, value.clone());
            style
        });
        assert_eq!(case.get("style"), Some(&Json::Dict(style)), "{:?}", text(&case, "model_field"));
    }
}

#[test]
fn choices_are_drfs() {
    for case in vectors() {
        let Some(choices) = bound(&case).kind_shape().choices else { continue };
        let found = choices.iter().map(|choice| {
            let value = canonical_value(ref_of(&choice.value)).replace(root(), "FOLDER");
            vec![Json::from(value), choice.display_name.clone()].into()
        });
        let found: Json = found.collect::<Vec<Json>>().into();
        if case.get("choices").is_some() {
            assert_eq!(case.get("choices"), Some(&found), "{:?}", case.get("options"));
        }
    }
}

#[test]
fn mistakes_are_found_at_start() {
    let mistake = |declared: fn() -> Declared| {
        let caught = std::panic::catch_unwind(|| {
            let Declared { kind: Kind::Field(field), options } = declared() else { panic!("a field") };
            BoundField::new("f", field, options)
        });
        let message = caught.unwrap_err();
        let text = message.downcast_ref::<String>().cloned();
        text.or_else(|| message.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap()
    };
    for (declared, message) in [
        (
            (|| CharField::new().min_length(3).max_length(2).into()) as fn() -> Declared,
            "a field takes no value: its min_length 3 is above its max_length 2",
        ),
        (
            || ListField::new().min_length(3).max_length(2).into(),
            "a field takes no value: its min_length 3 is above its max_length 2",
        ),
        (
            || IntegerField::new().min_value(3).max_value(2).into(),
            "a field takes no value: its min_value 3 is above its max_value 2",
        ),
        (|| ChoiceField::new().into(), "a field of choices needs values: add `choices`"),
        (|| MultipleChoiceField::new().into(), "a field of choices needs values: add `choices`"),
        (|| RegexField::new().regex("[a").into(), "the pattern \"[a\" of a RegexField: "),
        (|| RegexField::new().into(), "a RegexField needs a pattern: add `regex`"),
        (|| FilePathField::new("").into(), "a FilePathField needs a folder: add `path`"),
        (|| FilePathField::new("/no such folder").into(), "the folder /no such folder of a FilePathField: "),
        (
            || FilePathField::new(root()).allow_files(false).into(),
            "a FilePathField takes files or folders: it has `allow_files` or `allow_folders`",
        ),
        (
            || HStoreField::new().child(IntegerField::new()).into(),
            "the values of an HStoreField are texts: its child is a CharField",
        ),
        (
            || ListField::new().child(CharField::new().source("a")).into(),
            "the child of a list or a dictionary has no `source`",
        ),
    ] {
        let found = mistake(declared);
        assert!(found.starts_with(message), "{found}");
    }
}
