//! DRF's settings of serializers and of JSON.

use belleville::db::{Date, DateTime, Decimal, Duration, Time};
use belleville::exceptions::{Detail, ErrorDetail};
use belleville::json;
use belleville::prelude::*;
use belleville::serializers::fields::{BigIntegerField, DecimalField, ValidationError};
use belleville::serializers::{ValidatedData, serializer_methods};

use crate::server::Server;

#[derive(Serializer)]
struct Everything {
    #[field(required = false)]
    at: Option<DateTime>,
    day: Option<Date>,
    time: Option<Time>,
    #[field(DecimalField, decimal_places = 2_u16)]
    price: Option<Decimal>,
    #[field(BigIntegerField)]
    number: Option<i64>,
    name: Option<String>,
    length: Option<Duration>,
    ratio: Option<f64>,
}

#[serializer_methods]
impl Everything {
    fn validate(data: &mut ValidatedData) -> std::result::Result<(), ValidationError> {
        let name = data.get("name").and_then(|name| name.read::<String, _>().ok());
        match name.as_deref() {
            Some("refused") => Err(Detail::from(ErrorDetail::new("No.", "invalid")).into()),
            _ => Ok(()),
        }
    }
}

async fn echo(request: Request) -> Result<Response> {
    let everything: Everything = request.validated().await?;
    Response::of(200, &everything, &request).await
}

fn answer(settings: &str, body: &str) -> String {
    let view = View::new("Echo").permission_classes(belleville::permissions::AllowAny).post(echo);
    let text = format!("[rest_framework]\n{settings}");
    let server = Server::start(&text, &[], Urls::new().path("echo/", view));
    server.send("POST /echo/", "Content-Type: application/json", body).body
}

#[test]
fn settings_say_how_fields_read_and_show_values() {
    let day = r#"{"day": "02.01.2026"}"#;
    for (settings, body, expected) in [
        ("", r#"{"at": "2026-01-02T03:04:05"}"#, r#""at":"2026-01-02T03:04:05Z""#),
        (
            "datetime_format = '%d.%m.%Y %H:%M'",
            r#"{"at": "2026-01-02T03:04:05"}"#,
            r#""at":"02.01.2026 03:04""#,
        ),
        (
            "datetime_input_formats = ['%d.%m.%Y %H:%M']",
            r#"{"at": "02.01.2026 03:04"}"#,
            r#""at":"2026-01-02T03:04:00Z""#,
        ),
        (
            "datetime_input_formats = ['%d.%m.%Y %H:%M', 'iso-8601']",
            r#"{"at": "x"}"#,
            r#"{"at":["Datetime has wrong format. Use one of these formats instead: DD.MM.YYYY hh:mm, YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]}"#,
        ),
        ("date_format = '%A'", r#"{"day": "2026-01-02"}"#, r#""day":"Friday""#),
        ("date_input_formats = ['%d.%m.%Y']", day, r#""day":"2026-01-02""#),
        ("", day, r#"{"day":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]}"#),
        ("time_format = '%H Uhr'", r#"{"time": "07:08:09"}"#, r#""time":"07 Uhr""#),
        ("time_input_formats = ['%H.%M']", r#"{"time": "07.08"}"#, r#""time":"07:08:00""#),
        ("", r#"{"length": "3661.5"}"#, r#""length":"01:01:01.500000""#),
        ("duration_format = 'ISO-8601'", r#"{"length": "3661.5"}"#, r#""length":"P0DT01H01M01.500000S""#),
        ("duration_format = false", r#"{"length": "3661.5"}"#, r#""length":"3661.5""#),
        ("", r#"{"price": "1.5"}"#, r#""price":"1.50""#),
        ("coerce_decimal_to_string = false", r#"{"price": "1.5"}"#, r#""price":1.5"#),
        ("", r#"{"number": 5}"#, r#""number":5"#),
        ("coerce_bigint_to_string = true", r#"{"number": 5}"#, r#""number":"5""#),
        ("", r#"{"name": "refused"}"#, r#"{"non_field_errors":["No."]}"#),
        ("non_field_errors_key = '__all__'", r#"{"name": "refused"}"#, r#"{"__all__":["No."]}"#),
        (
            "non_field_errors_key = '__all__'",
            "5",
            r#"{"__all__":["Invalid data. Expected a dictionary, but got int."]}"#,
        ),
        ("unicode_json = false", r#"{"name": "\u00e9 \ud83d\ude00"}"#, r#""name":"\u00e9 \ud83d\ude00""#),
        (
            "compact_json = false",
            r#"{"number": 5, "name": "a,b:c"}"#,
            r#""number": 5, "name": "a,b:c", "length": null, "ratio": null}"#,
        ),
        (
            "",
            r#"{"ratio": NaN}"#,
            r#"{"detail":"JSON parse error - Out of range float values are not JSON compliant: 'NaN'"}"#,
        ),
        ("", r#"{"ratio": "nan"}"#, r#"{"ratio":["A valid number is required."]}"#),
        ("strict_json = false", r#"{"ratio": NaN}"#, r#"{"ratio":["A valid number is required."]}"#),
        ("strict_json = false", r#"{"number": NaN}"#, r#"{"number":["A valid biginteger is required."]}"#),
    ] {
        let found = answer(settings, body);
        assert!(found.contains(expected), "{settings} {body}: {found}");
    }
}

/// What a view answers of its own accord.
async fn infinite(_: Request) -> Result<Response> {
    Response::data(200, &json!({"ratio": f64::INFINITY, "none": f64::NAN}))
}

#[test]
fn numbers_that_are_not_finite_are_answered_where_json_is_not_strict() {
    let ratios = |settings: &str| {
        let view = View::new("Ratios").permission_classes(belleville::permissions::AllowAny).get(infinite);
        let text = format!("[rest_framework]\n{settings}");
        let answer = Server::start(&text, &[], Urls::new().path("ratios/", view)).get("/ratios/", "");
        (answer.status, answer.body)
    };
    assert_eq!(ratios("").0, 500);
    assert_eq!(ratios("strict_json = false"), (200, r#"{"ratio":Infinity,"none":NaN}"#.to_owned()));
}

#[test]
fn a_format_that_is_none_stops_the_start() {
    for (setting, expected) in [
        ("date_input_formats = ['%Q']", "rest_framework.date_input_formats has the input format `%Q`"),
        (
            "duration_format = 'weeks'",
            "rest_framework.duration_format is `weeks`: it is `django`, `iso-8601` or false",
        ),
    ] {
        let error = crate::start::application(&format!("[rest_framework]\n{setting}")).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
