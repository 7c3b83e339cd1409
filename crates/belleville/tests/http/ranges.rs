//! Ranges over HTTP, on the PostgreSQL that `BELLEVILLE_TEST_POSTGRES_URL` names.

use belleville::db::functions::raw;
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::db::{Date, Decimal, Range, Registry};
use belleville::prelude::*;

use crate::server::Server;

#[derive(Clone, Debug, Model)]
#[model(app = "spans", ordering = ["id"])]
struct Span {
    #[field(primary_key)]
    id: i64,
    ages: Range<i32>,
    keys: Option<Range<i64>>,
    amounts: Option<Range<Decimal>>,
    stay: Option<Range<Date>>,
    shift: Option<Range<DateTime>>,
}

#[derive(ModelSerializer)]
#[serializer(model = Span, fields = [id, ages, keys, amounts, stay, shift], read_only_fields = [id])]
struct SpanSerializer;

struct SpanViewSet;

impl ModelViewSet for SpanViewSet {
    type Model = Span;
    type Serializer = SpanSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

/// A server with a schema of its own.
fn server(schema: &str) -> Option<Server> {
    let url = std::env::var("BELLEVILLE_TEST_POSTGRES_URL").ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Database::open(&url, Registry::default()).unwrap();
        raw(format!("CREATE SCHEMA {schema}")).execute(&db).await.unwrap();
    });
    let url = format!("{url}?search_path={schema}");
    let migration = Migration::new("0001_initial").create(ModelState::of::<Span>());
    let app = AppConfig::new("spans").model::<Span>().migration(migration);
    let mut router = DefaultRouter::new();
    router.register("spans", SpanViewSet);
    let urls = Urls::new().include("", router.urls());
    Some(Server::start_with("", &[("DATABASE_URL", &url)], urls, vec![app], vec![]))
}

const JSON: &str = "Content-Type: application/json";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// What Django REST framework 3.18.3 answers to these bodies, with the same model on PostgreSQL. The key is left out.
const ANSWERS: [(&str, u16, &str); 35] = [
    (
        r#"{"ages": "{\"lower\": 1, \"upper\": 5}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"5\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": "{\"lower\": \"1\", \"upper\": \" 5 \", \"bounds\": \"[]\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[]\", \"lower\": \"1\", \"upper\": \"5\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": "{\"lower\": 1.9, \"upper\": 2.9}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": "{}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"()\", \"lower\": null, \"upper\": null}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": "{\"empty\": true}"}"#,
        201,
        r#"{"ages":"{\"empty\": true}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": "{\"upper\": 5, \"empty\": false}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"()\", \"lower\": null, \"upper\": \"5\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 5]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"5\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": ["1", "5"]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"5\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [null, 5]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"()\", \"lower\": null, \"upper\": \"5\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2, 3]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (r#"{"ages": null}"#, 400, r#"{"ages":["This field may not be null."]}"#),
    (r#"{}"#, 400, r#"{"ages":["This field is required."]}"#),
    (
        r#"{"ages": [1, 2], "keys": null, "amounts": null}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (r#"{"ages": "{\"lower\": \"a\"}"}"#, 400, r#"{"ages":["“a” value must be an integer."]}"#),
    (r#"{"ages": "{\"lower\": [], \"upper\": 5}"}"#, 400, r#"{"ages":["“[]” value must be an integer."]}"#),
    (
        r#"{"ages": "{\"lower\": null, \"upper\": \"1_000\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"()\", \"lower\": null, \"upper\": \"1000\"}","keys":null,"amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "keys": [9007199254740993, 9007199254740995]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":"{\"bounds\": \"[)\", \"lower\": \"9007199254740993\", \"upper\": \"9007199254740995\"}","amounts":null,"stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": "{\"lower\": \"1.50\", \"upper\": 2}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":"{\"bounds\": \"[)\", \"lower\": \"1.50\", \"upper\": \"2\"}","stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": "{\"lower\": 0.1, \"upper\": \"1E+2\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":"{\"bounds\": \"[)\", \"lower\": \"0.1000000000000000055511151231\", \"upper\": \"1E+2\"}","stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": "{\"lower\": \" 1_0.5 \", \"upper\": 1.2e1, \"bounds\": \"()\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":"{\"bounds\": \"()\", \"lower\": \"10.5\", \"upper\": \"12\"}","stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": ["1.5", "2"]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":"{\"bounds\": \"[)\", \"lower\": \"1.5\", \"upper\": \"2\"}","stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": [0.1, 0.30]}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":"{\"bounds\": \"[)\", \"lower\": \"0.1\", \"upper\": \"0.3\"}","stay":null,"shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": "{\"lower\": \"a\"}"}"#,
        400,
        r#"{"amounts":["“a” value must be a decimal number."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": "{\"lower\": \"NaN\"}"}"#,
        400,
        r#"{"amounts":["“NaN” value must be a decimal number."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "amounts": "{\"lower\": {\"a\": 1}}"}"#,
        400,
        r#"{"amounts":["“{'a': 1}” value must be a decimal number."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "stay": "{\"lower\": \"2024-01-01\", \"upper\": \"2024-2-1\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":"{\"bounds\": \"[)\", \"lower\": \"2024-01-01\", \"upper\": \"2024-02-01\"}","shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "stay": "{\"lower\": \"20240101\", \"bounds\": \"(]\", \"upper\": \"2024-W05-1\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":"{\"bounds\": \"(]\", \"lower\": \"2024-01-01\", \"upper\": \"2024-01-29\"}","shift":null}"#,
    ),
    (
        r#"{"ages": [1, 2], "stay": "{\"lower\": \"2024-13-01\"}"}"#,
        400,
        r#"{"stay":["“2024-13-01” value has the correct format (YYYY-MM-DD) but it is an invalid date."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "stay": "{\"upper\": \"x\"}"}"#,
        400,
        r#"{"stay":["“x” value has an invalid date format. It must be in YYYY-MM-DD format."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "stay": "{\"lower\": \"2024-01-01T10:00\"}"}"#,
        400,
        r#"{"stay":["“2024-01-01T10:00” value has an invalid date format. It must be in YYYY-MM-DD format."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "shift": "{\"lower\": \"2024-01-01T00:00:00.5Z\", \"upper\": \"2024-02-01 01:00Z\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":null,"shift":"{\"bounds\": \"[)\", \"lower\": \"2024-01-01T00:00:00.500000+00:00\", \"upper\": \"2024-02-01T01:00:00+00:00\"}"}"#,
    ),
    (
        r#"{"ages": [1, 2], "shift": "{\"lower\": \"x\"}"}"#,
        400,
        r#"{"shift":["“x” value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "shift": "{\"lower\": \"2024-13-01 10:00\"}"}"#,
        400,
        r#"{"shift":["“2024-13-01 10:00” value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) but it is an invalid date/time."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "shift": "{\"lower\": \"2024-02-30\"}"}"#,
        400,
        r#"{"shift":["“2024-02-30” value has the correct format (YYYY-MM-DD) but it is an invalid date."]}"#,
    ),
    (
        r#"{"ages": [1, 2], "shift": "{\"lower\": \"2024-01-01 1:2Z\"}"}"#,
        201,
        r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"2\"}","keys":null,"amounts":null,"stay":null,"shift":"{\"bounds\": \"[)\", \"lower\": \"2024-01-01T01:02:00+00:00\", \"upper\": null}"}"#,
    ),
];

/// The answer, without the key of a new row.
fn without_key(body: &str) -> String {
    match body.split_once(',') {
        Some((key, rest)) if key.starts_with("{\"id\":") => format!("{{{rest}"),
        _ => body.to_owned(),
    }
}

#[test]
fn ranges_are_read_and_shown_as_drf_does() {
    let Some(server) = server("read_spans") else { return };
    for (body, status, expected) in ANSWERS {
        let answer = server.send("POST /spans/", JSON, body);
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        assert_eq!(without_key(&answer.body), expected, "{body}");
    }
}

const NO_RANGE: &str =
    r#"{"ages":["Expected a list of two values, or an object with \"lower\", \"upper\" and \"bounds\"."]}"#;

/// What Django REST framework answers 500 to.
#[test]
fn what_is_no_range_is_told() {
    let Some(server) = server("refused_spans") else { return };
    for given in [
        "5",
        "true",
        "[]",
        "[1]",
        r#""""#,
        r#""abc""#,
        r#""null""#,
        r#""5""#,
        r#""[1, 5]""#,
        r#""[1,5)""#,
        r#"{"x": 1}"#,
        r#"{"lower": 1, "bounds": "<>"}"#,
        r#"{"lower": 1, "bounds": null}"#,
    ] {
        let answer = server.send("POST /spans/", JSON, &format!(r#"{{"ages": {given}}}"#));
        assert_eq!((answer.status, answer.body.as_str()), (400, NO_RANGE), "{given}");
    }
    let order = "The start of the range must not exceed the end of the range.";
    for (field, given, expected) in [
        ("ages", r#"[5, 1]"#, order),
        ("amounts", r#"["2.5", 1]"#, order),
        ("stay", r#"["2024-01-02", "2024-01-01"]"#, order),
        ("ages", r#"["a", 5]"#, "\u{201c}a\u{201d} value must be an integer."),
        ("ages", "[1, 2147483648]", "Ensure this value is less than or equal to 2147483647."),
        ("ages", "[-99999999999999999999, 1]", "Ensure this value is greater than or equal to -2147483648."),
        // PostgreSQL writes it as the number after it.
        (
            "ages",
            r#"{"upper": 2147483647, "bounds": "(]"}"#,
            "Ensure this value is less than or equal to 2147483646.",
        ),
        (
            "amounts",
            r#"["1e999999999", null]"#,
            "\u{201c}1e999999999\u{201d} value must be a decimal number.",
        ),
        (
            "stay",
            "[5, null]",
            "\u{201c}5\u{201d} value has an invalid date format. It must be in YYYY-MM-DD format.",
        ),
        (
            "shift",
            r#"["9999-12-31T23:00-02:00", null]"#,
            "\u{201c}9999-12-31T23:00-02:00\u{201d} value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) but it \
             is an invalid date/time.",
        ),
    ] {
        let answer = server.send("PATCH /spans/1/", JSON, &format!(r#"{{"{field}": {given}}}"#));
        let made = server.send("POST /spans/", JSON, &format!(r#"{{"ages": [1, 2], "{field}": {given}}}"#));
        assert_eq!((made.status, made.body), (400, format!(r#"{{"{field}":["{expected}"]}}"#)), "{given}");
        assert!([400, 404].contains(&answer.status), "{given}: {}", answer.body);
    }
    // An object is read as its text is.
    let answer = server.send("POST /spans/", JSON, r#"{"ages": {"lower": 1, "upper": 5, "bounds": "(]"}}"#);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let days = r#"{"ages": [1, 2], "stay": ["2024-01-01", null]}"#;
    assert_eq!(server.send("POST /spans/", JSON, days).status, 201);
    // What is shown can be sent back. A form has a text.
    let shown = server.get("/spans/1/", "").body;
    assert!(
        shown.contains(r#""ages":"{\"bounds\": \"[)\", \"lower\": \"2\", \"upper\": \"6\"}""#),
        "{shown}"
    );
    let answer = server.send("PUT /spans/1/", JSON, &shown);
    assert_eq!((answer.status, answer.body), (200, shown));
    let form = "ages=%7B%22lower%22%3A+3%7D&keys=";
    let answer = server.send("POST /spans/", FORM, form);
    let expected = r#"{"ages":"{\"bounds\": \"[)\", \"lower\": \"3\", \"upper\": null}","keys":null,"#;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(without_key(&answer.body).starts_with(expected), "{}", answer.body);
    assert_eq!(server.send("POST /spans/", FORM, "ages=").body, NO_RANGE);
}
