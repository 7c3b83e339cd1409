//! Validators and patterns, against what Django and Python say of the same values: `tests/vectors/validators.py` asks them.

use belleville_db::json::{Json, loads};
use belleville_db::python::{Regex, parse_decimal};
use belleville_db::validators::{self, Limit, Rule};
use belleville_db::{ErrorDetail, Validator, Value, ValueRef};

fn table(name: &str) -> Vec<Vec<Json>> {
    let all = loads(include_str!("../vectors/validators.json")).unwrap();
    let rows = list(all.get(name).unwrap()).iter().map(|row| list(row).to_vec()).collect::<Vec<_>>();
    assert!(rows.len() > 10, "{name}");
    rows
}

fn list(json: &Json) -> &[Json] {
    match json {
        Json::List(items) => items,
        other => panic!("{other:?} is no list"),
    }
}

fn text(json: &Json) -> &'static str {
    match json {
        Json::Str(text) => Box::leak(text.to_string().into_boxed_str()),
        other => panic!("{other:?} is no text"),
    }
}

fn texts(json: &Json) -> &'static [&'static str] {
    Box::leak(list(json).iter().map(text).collect())
}

fn is_true(json: &Json) -> bool {
    *json == Json::Bool(true)
}

/// Compares every row before it fails, so that all differences are seen.
fn same<T: PartialEq + std::fmt::Debug>(rows: impl IntoIterator<Item = (String, T, T)>) {
    let different: Vec<_> = rows.into_iter().filter(|(_, found, expected)| found != expected).collect();
    assert!(different.is_empty(), "(row, found, expected): {different:#?}");
}

#[test]
fn addresses_and_slugs_are_djangos() {
    same(table("email").iter().map(|row| {
        let given = text(&row[0]);
        (format!("{given:?}"), validators::is_email(given), is_true(&row[1]))
    }));
    same(table("slug").iter().map(|row| {
        let given = text(&row[0]);
        let found = (validators::is_slug(given), validators::is_unicode_slug(given));
        (format!("{given:?}"), found, (is_true(&row[1]), is_true(&row[2])))
    }));
    same(table("int_list").iter().map(|row| {
        let found = validators::is_int_list(text(&row[0]), text(&row[1]), is_true(&row[2]));
        (format!("{row:?}"), found, is_true(&row[3]))
    }));
}

#[test]
fn urls_are_djangos() {
    same(table("url").iter().map(|row| {
        let given = text(&row[0]);
        let found = validators::is_url(given, validators::DEFAULT_SCHEMES);
        (format!("{given:?}"), found, is_true(&row[1]))
    }));
    same(table("schemes").iter().map(|row| {
        let schemes = if row[1] == Json::Null { validators::DEFAULT_SCHEMES } else { texts(&row[1]) };
        (format!("{row:?}"), validators::is_url(text(&row[0]), schemes), is_true(&row[2]))
    }));
}

#[test]
fn addresses_of_the_internet_are_djangos() {
    same(table("ip").iter().map(|row| {
        let given = text(&row[0]);
        let cleaned = |unpack| validators::clean_ipv6_address(given, unpack);
        let found = (
            validators::is_ipv4_address(given),
            validators::is_ipv6_address(given),
            cleaned(false),
            cleaned(true),
        );
        let expected = |json: &Json| (*json != Json::Null).then(|| text(json).to_owned());
        let expected = (is_true(&row[1]), is_true(&row[2]), expected(&row[3]), expected(&row[4]));
        (format!("{given:?}"), found, expected)
    }));
}

fn refusal(json: &Json) -> Option<(&'static str, Option<&'static str>)> {
    (*json != Json::Null).then(|| (text(&list(json)[0]), Some(text(&list(json)[1]))))
}

fn told(found: &Result<(), ErrorDetail>) -> Option<(&str, Option<&'static str>)> {
    found.as_ref().err().map(|refused| (refused.text.as_str(), refused.code))
}

#[test]
fn extensions_of_files_are_djangos() {
    for row in table("extension") {
        let validator = Validator::new(Rule::FileExtension(texts(&row[1])));
        let found = validator.check(ValueRef::Text(text(&row[0])));
        assert_eq!(told(&found), refusal(&row[2]), "{row:?}");
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::Int(number) => Value::Int(*number),
        Json::Str(text) => Value::Text(text.to_string()),
        other => match (other.get("decimal"), other.get("float")) {
            (Some(number), _) => Value::Decimal(parse_decimal(text(number)).unwrap()),
            (_, Some(number)) => Value::Float(text(number).parse().unwrap()),
            _ => panic!("{other:?} is no value"),
        },
    }
}

fn limit(json: &Json) -> Limit {
    match value(json) {
        Value::Int(number) => Limit::Int(number),
        Value::Float(number) => Limit::Float(number),
        _ => Limit::Decimal(text(json.get("decimal").unwrap())),
    }
}

fn number(json: &Json) -> Option<u32> {
    match json {
        Json::Int(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}

fn validator(spec: &[Json]) -> Validator {
    let rule = match text(&spec[0]) {
        "min_value" => Rule::MinValue(limit(&spec[1])),
        "max_value" => Rule::MaxValue(limit(&spec[1])),
        "step" => {
            let offset = (spec[2] != Json::Null).then(|| limit(&spec[2]));
            return Validator::new(Rule::Step { size: limit(&spec[1]), offset });
        }
        "min_length" => Rule::MinLength(number(&spec[1]).unwrap()),
        "max_length" => Rule::MaxLength(number(&spec[1]).unwrap()),
        "decimal" => {
            let (max_digits, decimal_places) = (number(&spec[1]), number(&spec[2]));
            return Validator::new(Rule::Decimal { max_digits, decimal_places });
        }
        "regex" => Rule::regex(text(&spec[1])),
        "int_list" => Rule::IntList { separator: text(&spec[1]), allow_negative: false },
        "null" => Rule::ProhibitNullCharacters,
        "email" => Rule::email(),
        "url" => Rule::url(),
        "slug" => Rule::Slug,
        "unicode_slug" => Rule::UnicodeSlug,
        "ipv4" => Rule::Ipv4,
        "ipv6" => Rule::Ipv6,
        "ipv46" => Rule::Ipv46,
        "comma" => return Validator::COMMA_SEPARATED_INTEGERS,
        other => panic!("{other} is no rule"),
    };
    match spec.get(2) {
        Some(message) => Validator::new(rule).message(text(message)),
        None => Validator::new(rule),
    }
}

#[test]
fn rules_texts_and_codes_are_djangos() {
    for row in table("rule") {
        let given = value(&row[1]);
        let found = validator(list(&row[0])).check(given.as_ref());
        assert_eq!(told(&found), refusal(&row[2]), "{row:?}");
    }
}

/// Whether a pattern is found in a text; none where the pattern is refused.
fn found(pattern: &str, given: &str) -> Result<Option<bool>, String> {
    match Regex::new(pattern) {
        Ok(regex) => Ok(Some(regex.search(given))),
        Err(error) if error.to_string().contains("not supported") => Err(error.to_string()),
        Err(_) => Ok(None),
    }
}

fn expected(json: &Json) -> Option<bool> {
    if let Json::Bool(found) = json { Some(*found) } else { None }
}

#[test]
fn patterns_are_pythons() {
    same(table("regex").iter().map(|row| {
        let found = found(text(&row[0]), text(&row[1]));
        (format!("{:?}, {:?}", row[0], row[1]), found, Ok(expected(&row[2])))
    }));
    let random = table("random_regex");
    let known = random.iter().filter_map(|row| Some((row, found(text(&row[0]), text(&row[1])).ok()?)));
    let rows: Vec<_> = known.map(|(row, found)| (format!("{row:?}"), found, expected(&row[2]))).collect();
    assert!(rows.len() * 10 > random.len() * 8, "most of the random patterns are supported: {}", rows.len());
    same(rows);
}

#[test]
fn what_a_pattern_cannot_ask_for_is_said() {
    for (pattern, expected) in [
        ("a(?=b)", "look-ahead and look-behind are not supported (at character 4)"),
        ("(?<!a)b", "look-ahead and look-behind are not supported (at character 3)"),
        (r"(a)\1", "references to groups are not supported (at character 5)"),
        ("(?P<a>b)(?P=a)", "references to groups are not supported (at character 12)"),
        ("(?>a)", "atomic groups and possessive repeats are not supported (at character 3)"),
        ("a++", "atomic groups and possessive repeats are not supported (at character 3)"),
        (
            r"a$\n",
            "`$` before something that may match a line break is not supported; \\Z is the end of the text (at character 4)",
        ),
    ] {
        assert_eq!(
            Regex::new(pattern).map(drop).map_err(|error| error.to_string()),
            Err(expected.to_owned())
        );
    }
}
