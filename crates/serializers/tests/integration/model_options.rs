//! Options of a model's field that its serializers have too. Each row is what a `ModelSerializer` of DRF 3.18 says of the same
//! model and input.

use std::net::IpAddr;

use belleville_db::json::{JsonWriter, parse};
use belleville_db::{Database, Decimal, Dialect, Error, Model, Registry, Uuid};
use belleville_serializers::{Context, Input, ModelSerializer, Purpose, SerializerClass};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fields");

#[derive(Clone, Debug, Model)]
#[model(app = "stock")]
struct Crate {
    #[field(primary_key, default = Uuid::new_v4())]
    id: Uuid,
    #[field(max_length = 9, blank, choices = [("s", "Small"), ("l", "Large")])]
    size: String,
    #[field(choices = [(None, "Unknown"), (true, "Yes"), (false, "No")])]
    is_full: Option<bool>,
    #[field(max_digits = 4, decimal_places = 2, choices = [("9.90", "cheap"), ("20", "dear")])]
    price: Decimal,
    #[field(kind = SlugField, allow_unicode)]
    route: String,
    #[field(protocol = "IPv6")]
    scanner: IpAddr,
    #[field(kind = FilePathField, path = FOLDER, matching = "^f")]
    label: String,
    #[field(validators = [min_value(0.5), max_value(30)])]
    weight: f64,
    #[field(max_digits = 4, decimal_places = 2, validators = [min_value("0.01")])]
    value: Decimal,
    #[field(kind = PositiveSmallIntegerField)]
    pieces: i64,
}

#[derive(ModelSerializer)]
#[serializer(model = Crate, exclude = [id, pieces])]
struct CrateSerializer;

/// What is made of a field's input, as JSON, or what is wrong with it.
async fn validated(field: &str, input: &str) -> String {
    let label = format!("\"{FOLDER}/fields.jsonl\"");
    let good = [
        ("size", "\"s\""),
        ("is_full", "true"),
        ("price", "\"9.90\""),
        ("route", "\"a\""),
        ("scanner", "\"::1\""),
        ("label", &label),
        ("weight", "1"),
        ("value", "\"1\""),
    ];
    let members =
        good.map(|(name, usual)| format!("\"{name}\":{}", if name == field { input } else { usual }));
    let json = parse(&format!("{{{}}}", members.join(","))).unwrap();
    let class = SerializerClass::of::<CrateSerializer>();
    let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
    let context = Context::new(&db);
    match class.validate(&Input::Json(&json), Purpose::create(), &context).await {
        Ok(data) => {
            let shown = class.represent_values(&data, &context).await.unwrap();
            let mut written = Vec::new();
            parse(&String::from_utf8(shown).unwrap())
                .unwrap()
                .get(field)
                .unwrap()
                .write(&mut written)
                .unwrap();
            String::from_utf8(written).unwrap()
        }
        Err(Error::Invalid(detail)) => detail.to_string(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn serializers_have_the_options_of_the_models_fields() {
    for (field, input, expected) in [
        ("size", "\"\"", "\"\""),
        ("size", "\"x\"", r#"{"size":["\"x\" is not a valid choice."]}"#),
        ("is_full", "null", "null"),
        ("is_full", "\"False\"", "false"),
        ("is_full", "\"\"", r#"{"is_full":["\"\" is not a valid choice."]}"#),
        ("price", "9.9", r#"{"price":["\"9.9\" is not a valid choice."]}"#),
        ("price", "\"20\"", "20.0"),
        ("price", "\"20.00\"", r#"{"price":["\"20.00\" is not a valid choice."]}"#),
        ("route", "\"é-1\"", "\"é-1\""),
        (
            "route",
            "\"é 1\"",
            "{\"route\":[\"Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.\",\
             \"Enter a valid \\\"slug\\\" consisting of Unicode letters, numbers, underscores, or hyphens.\"]}",
        ),
        ("scanner", "\"1.2.3.4\"", r#"{"scanner":["Enter a valid IPv6 address."]}"#),
        ("scanner", "\"::FFFF:1.2.3.4\"", "\"::ffff:1.2.3.4\""),
        ("label", "\"\"", "\"\""),
        ("label", "\"nothing\"", r#"{"label":["\"nothing\" is not a valid path choice."]}"#),
        ("weight", "0.4", r#"{"weight":["Ensure this value is greater than or equal to 0.5."]}"#),
        ("weight", "31", r#"{"weight":["Ensure this value is less than or equal to 30."]}"#),
        ("value", "\"0\"", r#"{"value":["Ensure this value is greater than or equal to 0.01."]}"#),
    ] {
        assert_eq!(validated(field, input).await, expected, "{field}: {input}");
    }
}

/// What `OPTIONS` says of the fields of a serializer.
fn metadata<S: ModelSerializer>(dialect: Dialect) -> String {
    let class = SerializerClass::of::<S>();
    let written = JsonWriter::object_of(|fields| {
        for field in class.fields() {
            fields.key(field.bound.name).object(|facts| field.shape(dialect).write(facts));
        }
    });
    String::from_utf8(written).unwrap()
}

#[test]
fn metadata_has_the_options_of_the_models_fields() {
    let expected = [
        r#"{"size":{"type":"choice","required":false,"read_only":false,"label":"Size","#,
        r#""choices":[{"value":"s","display_name":"Small"},{"value":"l","display_name":"Large"}]},"#,
        r#""is_full":{"type":"choice","required":false,"read_only":false,"label":"Is full","#,
        r#""choices":[{"value":null,"display_name":"Unknown"},{"value":true,"display_name":"Yes"},{"value":false,"display_name":"No"}]},"#,
        r#""price":{"type":"choice","required":true,"read_only":false,"label":"Price","#,
        r#""choices":[{"value":9.9,"display_name":"cheap"},{"value":20.0,"display_name":"dear"}]},"#,
        r#""route":{"type":"slug","required":true,"read_only":false,"label":"Route","max_length":50},"#,
        r#""scanner":{"type":"string","required":true,"read_only":false,"label":"Scanner"},"#,
        r#""label":{"type":"choice","required":true,"read_only":false,"label":"Label","#,
        r#""choices":[{"value":"","display_name":"---------"},{"value":"FOLDER/fields.jsonl","display_name":"fields.jsonl"}]},"#,
        r#""weight":{"type":"float","required":true,"read_only":false,"label":"Weight","min_value":0.5,"max_value":30},"#,
        r#""value":{"type":"decimal","required":true,"read_only":false,"label":"Value","min_value":0.01,"max_digits":4,"decimal_places":2}}"#,
    ];
    let found = metadata::<CrateSerializer>(Dialect::Sqlite).replace(FOLDER, "FOLDER");
    assert_eq!(found, expected.concat());
}

#[derive(ModelSerializer)]
#[serializer(model = Crate, fields = [pk, pieces, more], extra_kwargs = [more(source = "pieces", read_only)])]
struct PiecesSerializer;

/// A column of SQLite holds 64 bits, whatever its kind.
#[test]
fn numbers_are_limited_as_the_column_is() {
    let of = |greatest: &str| {
        [
            r#"{"pk":{"type":"string","required":false,"read_only":false,"label":"Id"},"#,
            r#""pieces":{"type":"integer","required":true,"read_only":false,"label":"Pieces","min_value":0,"max_value":"#,
            greatest,
            r#"},"more":{"type":"integer","required":false,"read_only":true,"label":"More"}}"#,
        ]
        .concat()
    };
    assert_eq!(metadata::<PiecesSerializer>(Dialect::Sqlite), of("9223372036854775807"));
    assert_eq!(metadata::<PiecesSerializer>(Dialect::Postgres), of("32767"));
}
