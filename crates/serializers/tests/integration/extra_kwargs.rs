//! Options that a serializer adds to a model's fields. Each row is what the same `extra_kwargs` give in DRF 3.18.

use belleville_db::Error;
use belleville_db::json::parse;
use belleville_serializers::{Context, Input, ModelSerializer, Purpose, SerializerClass};

use crate::stock::{Thing, filled};

#[derive(ModelSerializer)]
#[serializer(
    model = Thing,
    exclude = [done, color, at, region, origin],
    extra_kwargs = [
        name(min_length = 2, max_length = 3, allow_blank, trim_whitespace = false, error_messages = [("min_length", "Short.")]),
        mail(required, allow_null),
        size(min_value = 2, max_value = 4, default = 3),
    ]
)]
struct LimitedSerializer;

#[tokio::test]
async fn options_are_added_to_the_models() {
    let db = filled().await;
    let class = SerializerClass::of::<LimitedSerializer>();
    let names: Vec<_> = class.fields().iter().map(|field| field.bound.name).collect();
    assert_eq!(names, ["id", "name", "mail", "size"]);
    for (input, expected) in [
        (r#"{"name": "", "mail": null}"#, None),
        (r#"{"name": " b ", "mail": ""}"#, None),
        (r#"{"name": "a"}"#, Some(r#"{"name":["Short."],"mail":["This field is required."]}"#)),
        (
            r#"{"name": "abcd", "mail": "", "size": 1}"#,
            Some(
                r#"{"name":["Ensure this field has no more than 3 characters."],"size":["Ensure this value is greater than or equal to 2."]}"#,
            ),
        ),
        (
            r#"{"name": "ab", "mail": "", "size": 5}"#,
            Some(r#"{"size":["Ensure this value is less than or equal to 4."]}"#),
        ),
    ] {
        let json = parse(input).unwrap();
        let outcome = class.validate(&Input::Json(&json), Purpose::create(), &Context::new(&db)).await;
        match (outcome, expected) {
            (Ok(data), None) => assert_eq!(data.field(Thing::SIZE), Some(3), "{input}"),
            (Err(Error::Invalid(detail)), Some(expected)) => {
                assert_eq!(detail.to_string(), expected, "{input}")
            }
            (outcome, _) => panic!("{input}: {outcome:?}"),
        }
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Thing, fields = [id, done], extra_kwargs = [done(min_length = 2)])]
struct MistakenSerializer;

#[test]
#[should_panic(expected = "stock.Thing.done: a BooleanField takes no `min_length`, which extra_kwargs say")]
fn an_option_that_would_do_nothing_stops_the_start() {
    SerializerClass::of::<MistakenSerializer>();
}
