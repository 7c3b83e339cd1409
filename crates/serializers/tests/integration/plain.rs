//! Serializers without a model, and the methods of serializers.

use belleville_db::json::parse;
use belleville_db::{Database, Error, Registry};
use belleville_serializers::fields::ValidationError;
use belleville_serializers::{
    Context, Input, PlainSerializer as _, Purpose, Serializer, ValidatedData, serializer_methods,
};

#[derive(Clone, Debug, PartialEq, Serializer)]
struct Range {
    low: i64,
    high: i64,
}

#[derive(Debug, PartialEq, Serializer)]
struct Register {
    #[field(max_length = 5)]
    username: String,
    #[field(EmailField)]
    email: Option<String>,
    #[field(IntegerField, min_value = 18, error_messages = [("min_value", "Come back at {min_value}.")])]
    age: Option<i64>,
    tags: Vec<String>,
    range: Range,
    ranges: Vec<Range>,
    #[field(write_only, default = "x")]
    secret: String,
}

#[serializer_methods]
impl Register {
    fn validate_username(username: &str) -> Result<(), ValidationError> {
        if username == "root" { Err("Not this one.".into()) } else { Ok(()) }
    }

    async fn validate(data: &mut ValidatedData, _: &Context<'_>) -> Result<(), ValidationError> {
        let tags: Vec<String> = data.get("tags").and_then(|tags| tags.read().ok()).unwrap_or_default();
        if tags.is_empty() { Err("No tags.".into()) } else { Ok(()) }
    }
}

use belleville_serializers::fields::{EmailField, IntegerField};

/// What `serializer.errors` of the same serializer in DRF 3.18 has, or its `data`.
#[tokio::test]
async fn a_struct_is_read_and_shown() {
    let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
    let (class, context) = (Register::class(), Context::new(&db));
    let ranges = r#""range": {"low": 1, "high": 2}, "ranges": [{"low": 3, "high": "4"}]"#;
    for (input, expected) in [
        (
            format!(r#"{{"username": " ann ", "age": 20, "tags": ["a", 1], {ranges}}}"#),
            r#"{"username":"ann","email":null,"age":20,"tags":["a","1"],"range":{"low":1,"high":2},"ranges":[{"low":3,"high":4}]}"#,
        ),
        (
            r#"{"username": "toolong", "email": "x", "age": 3, "tags": [[]], "range": 1, "ranges": [{}, {"low": 1, "high": 1}]}"#.to_owned(),
            r#"{"username":["Ensure this field has no more than 5 characters."],"email":["Enter a valid email address."],"age":["Come back at 18."],"tags":{"0":["Not a valid string."]},"range":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]},"ranges":{"0":{"low":["This field is required."],"high":["This field is required."]}}}"#,
        ),
        (
            format!(r#"{{"username": "root", "tags": [], {ranges}}}"#),
            r#"{"username":["Not this one."]}"#,
        ),
        (format!(r#"{{"username": "ann", "tags": [], {ranges}}}"#), r#"{"non_field_errors":["No tags."]}"#),
    ] {
        let json = parse(&input).unwrap();
        let outcome = class.validate(&Input::Json(&json), Purpose::create(), &context).await;
        let shown = match outcome {
            Ok(data) => {
                let register = Register::from_data(&data).unwrap();
                assert_eq!((&*register.secret, register.range.high), ("x", 2));
                String::from_utf8(class.represent_values(&register.to_data(), &context).await.unwrap()).unwrap()
            }
            Err(Error::Invalid(detail)) => detail.to_string(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(shown, expected, "{input}");
    }
}
