//! Validators and patterns, against what Django and Python say of the same values: `tests/vectors/validators.py` asks them.

use belleville_db::json::{Json, loads};
use belleville_db::python::{Regex, parse_decimal};
use belleville_db::validators::{self, Limit, Rule};
use belleville_db::{ErrorDetail, Model as _, Validator, Value, ValueRef};

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

mod sample {
    use belleville_db::json::Json;
    use belleville_db::validators::{Limit, Rule};
    use belleville_db::{Choices, Date, DateTime, Decimal, Duration, ErrorDetail, Model, Validator, now};

    pub(super) const ISBN: Validator =
        Validator::new(Rule::regex(r"^\d{13}$")).message("Enter 13 digits.").code("isbn");
    const LEAST_WAGE: i64 = 12;

    fn no_shouting(text: &str) -> Result<(), String> {
        if text.to_uppercase() == text { Err("Not in capitals, please.".to_owned()) } else { Ok(()) }
    }

    fn even(number: i32) -> Result<(), &'static str> {
        if number % 2 == 0 { Ok(()) } else { Err("Not even.") }
    }

    fn small(facts: &Json) -> Result<(), ErrorDetail> {
        if *facts == Json::Null { Ok(()) } else { Err(ErrorDetail::new("Too many facts.", "facts")) }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Choices)]
    pub(super) enum Size {
        #[choice(1, "Small")]
        Small,
    }

    fn never(_: &Size) -> Result<(), &'static str> {
        Err("No size is good.")
    }

    #[derive(Clone, Debug, Model)]
    #[model(app = "library")]
    pub(super) struct Book {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(max_length = 13, validators = [ISBN])]
        pub(super) isbn: String,
        #[field(validators = [min_value(0), max_value(5, "At most %(limit_value)s, not %(value)s.")])]
        pub(super) rating: Option<f64>,
        #[field(max_length = 20, blank, validators = [no_shouting, min_length(2), max_length(9)])]
        pub(super) title: String,
        #[field(validators = [min_length(2), max_length(4), custom(no_shouting, code = "loud")])]
        pub(super) text: String,
        #[field(validators = [even, step(3, offset = -1), min_value(-100)])]
        pub(super) pages: i32,
        #[field(max_digits = 6, decimal_places = 2, validators = [min_value("0.50"), step("0.05"), decimal(max_digits = 3)])]
        pub(super) price: Decimal,
        #[field(validators = [max_value(Date::constant(2026, 12, 31))])]
        pub(super) born: Date,
        #[field(validators = [max_value(now(), code = "future")])]
        pub(super) read: DateTime,
        #[field(validators = [min_value(Duration::from_secs(90))])]
        pub(super) length: Duration,
        #[field(validators = [min_value(LEAST_WAGE)])]
        pub(super) wage: i64,
        #[field(validators = [small])]
        pub(super) facts: Json,
        #[field(validators = [min_length(2)])]
        pub(super) cover: Vec<u8>,
        #[field(validators = [min_length(2)])]
        pub(super) tags: Vec<String>,
        #[field(validators = [never])]
        pub(super) size: Size,
        #[field(kind = URLField, validators = [url(schemes = ["https"]), prohibit_null_characters])]
        pub(super) link: String,
        #[field(kind = EmailField, validators = [email, email(allowlist = ["intranet"])])]
        pub(super) mail: String,
        #[field(kind = SlugField, validators = [slug, slug("Not so."), unicode_slug])]
        pub(super) slug: String,
        #[field(max_length = 99, validators = [
            regex("a", inverse_match = true), file_extension(["pdf"]), int_list, int_list(sep = ";"), ipv4, ipv6, ipv46,
        ])]
        pub(super) all: String,
    }

    /// What is wrong here can only be known when the program runs.
    #[derive(Clone, Debug, Model)]
    #[model(app = "library")]
    pub(super) struct Wrong {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(max_length = 9, validators = [regex("^(?=a)"), regex("(")])]
        pub(super) code: String,
        #[field(validators = [ISBN, max_value(5, "%(most)s"), min_value(0, "100% wrong"), step(0)])]
        pub(super) price: f64,
        #[field(validators = [HALF])]
        pub(super) half: f64,
    }

    const HALF: Validator = Validator::new(Rule::MinValue(Limit::Decimal("a half")));
}

#[test]
fn a_field_checks_by_its_validators_in_order() {
    use belleville_db::{Date, Duration};
    use sample::Book;
    let decimal = |text| Value::Decimal(parse_decimal(text).unwrap());
    let of = |text: &str| Value::Text(text.to_owned());
    let (far, near) = (Date::constant(2999, 1, 1), Date::constant(2026, 12, 31));
    // Each text is what the same validator of Django 5.2 says, or that of the declaration.
    for (field, value, expected) in [
        ("isbn", of("12"), vec![("Enter 13 digits.", "isbn")]),
        ("isbn", of("1234567890123"), vec![]),
        ("isbn", of(""), vec![]),
        ("rating", Value::Null, vec![]),
        (
            "rating",
            Value::Float(-1.0),
            vec![("Ensure this value is greater than or equal to 0.", "min_value")],
        ),
        ("rating", Value::Float(5.5), vec![("At most 5, not 5.5.", "max_value")]),
        (
            "title",
            of("A"),
            vec![
                ("Not in capitals, please.", "invalid"),
                ("Ensure this value has at least 2 characters (it has 1).", "min_length"),
            ],
        ),
        ("text", of("AB"), vec![("Not in capitals, please.", "loud")]),
        (
            "pages",
            Value::Int(-101),
            vec![
                ("Not even.", "invalid"),
                (
                    "Ensure this value is a multiple of step size 3, starting from -1, e.g. -1, 2, 5, and so on.",
                    "step_size",
                ),
                ("Ensure this value is greater than or equal to -100.", "min_value"),
            ],
        ),
        ("pages", Value::Int(2), vec![]),
        (
            "price",
            decimal("0.49"),
            vec![
                ("Ensure this value is greater than or equal to 0.50.", "min_value"),
                ("Ensure this value is a multiple of step size 0.05.", "step_size"),
            ],
        ),
        (
            "price",
            decimal("10.05"),
            vec![("Ensure that there are no more than 3 digits in total.", "max_digits")],
        ),
        ("born", Value::Date(near), vec![]),
        (
            "born",
            Value::Date(far),
            vec![("Ensure this value is less than or equal to 2026-12-31.", "max_value")],
        ),
        ("read", Value::DateTime(Date::constant(2020, 1, 1).at(0, 0, 0, 0)), vec![]),
        (
            "length",
            Value::Duration(Duration::from_secs(89)),
            vec![("Ensure this value is greater than or equal to 0:01:30.", "min_value")],
        ),
        ("wage", Value::Int(11), vec![("Ensure this value is greater than or equal to 12.", "min_value")]),
        ("facts", Value::Json(Json::Bool(true)), vec![("Too many facts.", "facts")]),
        (
            "cover",
            Value::Bytes(vec![1]),
            vec![("Ensure this value has at least 2 characters (it has 1).", "min_length")],
        ),
        (
            "tags",
            Value::Array(vec![of("a")]),
            vec![("Ensure this value has at least 2 characters (it has 1).", "min_length")],
        ),
        ("tags", Value::Array(vec![]), vec![]),
        ("size", Value::Int(1), vec![("No size is good.", "invalid")]),
        ("link", of("http://a.co"), vec![("Enter a valid URL.", "invalid")]),
        ("mail", of("a@intranet"), vec![("Enter a valid email address.", "invalid")]),
        // A value of another type is not let through.
        ("rating", of("5"), vec![("Enter a valid value.", "invalid"), ("At most 5, not 5.", "invalid")]),
    ] {
        let meta = &Book::META.fields[Book::META.position(field).unwrap()];
        let found = meta.run_validators(value.as_ref());
        let found: Vec<_> =
            found.iter().map(|refused| (refused.text.as_str(), refused.code.unwrap_or_default())).collect();
        assert_eq!(found, expected, "{field}: {value:?}");
    }
    let read = &Book::META.fields[Book::META.position("read").unwrap()];
    let found = read.run_validators(ValueRef::DateTime(far.at(0, 0, 0, 0)));
    assert_eq!((found.len(), found[0].code), (1, Some("future")));
    assert!(found[0].text.ends_with("+00:00."), "{}", found[0].text);
}

#[test]
fn a_serializer_takes_over_what_drf_takes_over() {
    // What `get_field_kwargs` of DRF 3.18 answers for the same fields, and how many validators remain.
    for (field, min_value, max_value, min_length, left) in [
        ("isbn", None, None, None, 1),
        ("rating", Some(Value::Int(0)), Some(Value::Int(5)), None, 0),
        ("title", None, None, Some(2), 1),
        ("text", None, None, None, 3),
        ("pages", Some(Value::Int(-100)), None, None, 2),
        ("wage", Some(Value::Int(12)), None, None, 0),
        ("born", None, None, None, 1),
        ("cover", None, None, None, 1),
        ("tags", None, None, None, 1),
        ("link", None, None, None, 1),
        ("mail", None, None, None, 1),
        ("slug", None, None, None, 2),
        ("all", None, None, None, 7),
    ] {
        let meta = &sample::Book::META.fields[sample::Book::META.position(field).unwrap()];
        let kwargs = meta.field_kwargs();
        let (least, most) =
            (kwargs.min_value.map(|limit| limit.value()), kwargs.max_value.map(|limit| limit.value()));
        let found = (least, most, kwargs.min_length, kwargs.validators.len());
        assert_eq!(found, (min_value, max_value, min_length, left), "{field}");
    }
}

#[test]
fn mistakes_in_validators_are_told_with_their_field() {
    assert_eq!(validators::mistakes(sample::Book::META), Vec::<String>::new());
    let mistakes = validators::mistakes(sample::Wrong::META);
    for (found, expected) in mistakes.iter().zip([
        "library.Wrong.code has a wrong validator: the pattern `^(?=a)`: look-ahead and look-behind are not supported (at character 4)",
        "library.Wrong.code has a wrong validator: the pattern `(`: missing ), unterminated subpattern (at character 1)",
        "library.Wrong.price has a wrong validator: RegexValidator is not for a FloatField",
        "library.Wrong.price has a wrong validator: its text has no `%(most)s`; it may have limit_value, show_value, value",
        "library.Wrong.price has a wrong validator: a percent sign in its text is written `%%`",
        "library.Wrong.price has a wrong validator: a step of 0 has no multiples",
        "library.Wrong.half has a wrong validator: `a half` is no decimal number",
    ]) {
        assert_eq!(found, expected);
    }
    assert_eq!(mistakes.len(), 7, "{mistakes:#?}");
}
