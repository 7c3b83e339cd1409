//! Kinds of fields as the derive declares them. What each does with input is tested beside them; here are their options by name.

use std::net::IpAddr;

use belleville_db::json::{Json, parse};
use belleville_db::{Database, Error, Registry, Uuid};
use belleville_serializers::fields::{
    BigIntegerField, ChoiceField, MultipleChoiceField, Protocol, RegexField, SlugField, UUIDField, UuidFormat,
};
use belleville_serializers::{Context, Input, PlainSerializer as _, Purpose, Serializer};

#[derive(Debug, Serializer)]
struct Profile {
    #[field(RegexField, regex = "^[a-z]+$", min_length = 2)]
    nick: String,
    #[field(SlugField, allow_unicode)]
    place: String,
    #[field(ChoiceField, choices = [("r", "Red"), ("g", "Green")])]
    color: String,
    #[field(MultipleChoiceField, choices = [(1, "One"), (2, "Two")], allow_empty = false)]
    levels: Vec<i64>,
    #[field(protocol = Protocol::Ipv4)]
    address: IpAddr,
    #[field(UUIDField, format = UuidFormat::Urn)]
    key: Uuid,
    facts: Json,
    #[field(BigIntegerField, coerce_to_string)]
    big: i64,
}

/// What `serializer.data` or `serializer.errors` of the same serializer in DRF 3.18 has.
#[tokio::test]
async fn options_have_drfs_names() {
    let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
    let (class, context) = (Profile::class(), Context::new(&db));
    for (input, expected) in [
        (
            r#"{"nick":"ann","place":"zürich","color":"g","levels":["2",1,2],"address":"10.0.0.1","key":1,"facts":{"a":[1]},"big":"7"}"#,
            r#"{"nick":"ann","place":"zürich","color":"g","levels":[2,1],"address":"10.0.0.1","key":"urn:uuid:00000000-0000-0000-0000-000000000001","facts":{"a":[1]},"big":"7"}"#,
        ),
        (
            r#"{"nick":"A","place":"a b","color":"b","levels":[],"address":"::1","key":"x","facts":1e999,"big":"x"}"#,
            r#"{"nick":["Ensure this field has at least 2 characters.","This value does not match the required pattern."],"place":["Enter a valid \"slug\" consisting of Unicode letters, numbers, underscores, or hyphens."],"color":["\"b\" is not a valid choice."],"levels":["This selection may not be empty."],"address":["Enter a valid IPv4 address."],"key":["Must be a valid UUID."],"facts":["Value must be valid JSON."],"big":["A valid biginteger is required."]}"#,
        ),
    ] {
        let json = parse(input).unwrap();
        let found = match class.validate(&Input::Json(&json), Purpose::create(), &context).await {
            Ok(data) => {
                let profile = Profile::from_data(&data).unwrap();
                let shown = class.represent_values(&profile.to_data(), &context).await.unwrap();
                String::from_utf8(shown).unwrap()
            }
            Err(Error::Invalid(detail)) => detail.to_string(),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected);
    }
}
