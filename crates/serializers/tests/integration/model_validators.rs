//! The validators of a model's field. Each row is what `serializer.errors` of DRF 3.18 has for the same model and input.

use belleville_db::json::parse;
use belleville_db::{Database, Detail, Error, Model, Registry};
use belleville_serializers::{Context, Input, ModelSerializer, Serializer, SerializerClass};

#[derive(Clone, Debug, Model)]
#[model(app = "stock")]
struct Parcel {
    #[field(primary_key)]
    id: i64,
    #[field(
        max_length = 9,
        validators = [regex(r"^[A-Z]+$", "Capitals, please.", code = "capitals"), min_length(2)]
    )]
    label: String,
    #[field(validators = [step(2, offset = 1), min_value(1, "Too few."), max_value(9.5)])]
    pieces: i32,
    #[field(validators = [min_length(3)])]
    note: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Parcel, fields = [label, pieces, note])]
struct ParcelSerializer;

/// The messages about a field, each with its code.
async fn messages(field: &str, value: &str) -> Vec<(String, String)> {
    let good = [("label", "\"AB\""), ("pieces", "3"), ("note", "\"abc\"")];
    let changed = good.map(|(name, usual)| (name, if name == field { value } else { usual }));
    let members = changed.map(|(name, value)| format!("\"{name}\":{value}"));
    let input = parse(&format!("{{{}}}", members.join(","))).unwrap();
    let class = SerializerClass::of::<ParcelSerializer>();
    let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
    let context = Context::new(&db);
    match Serializer::<Parcel>::for_create(&class, &Input::Json(&input), &context).await {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(Detail::Dict(fields))) => {
            assert_eq!(fields.len(), 1, "{fields:?}");
            let Detail::List(list) = &fields[0].1 else { panic!("{fields:?}") };
            let message = |detail: &Detail| match detail {
                Detail::Text(message) => (message.text.clone(), message.code.unwrap_or_default().to_owned()),
                other => panic!("{other:?}"),
            };
            list.iter().map(message).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_models_validators_check_input() {
    let step = "Ensure this value is a multiple of step size 2, starting from 1, e.g. 1, 3, 5, and so on.";
    let capitals = ("Capitals, please.", "capitals");
    for (field, value, expected) in [
        ("label", "\"a\"", &[capitals, ("Ensure this field has at least 2 characters.", "min_length")][..]),
        ("label", r#""AB\n""#, &[]),
        ("label", "\"AB\"", &[]),
        (
            "label",
            "\"abcdefghij\"",
            &[capitals, ("Ensure this field has no more than 9 characters.", "max_length")],
        ),
        ("pieces", "-1", &[("Ensure this value is greater than or equal to 1.", "min_value")]),
        ("pieces", "4", &[(step, "step_size")]),
        (
            "pieces",
            "\"10\"",
            &[(step, "step_size"), ("Ensure this value is less than or equal to 9.5.", "max_value")],
        ),
        ("pieces", "11", &[("Ensure this value is less than or equal to 9.5.", "max_value")]),
        ("pieces", "3", &[]),
        ("note", "\"ab\"", &[("Ensure this value has at least 3 characters (it has 2).", "min_length")]),
        ("note", "\"abc\"", &[]),
    ] {
        let found = messages(field, value).await;
        let found: Vec<_> = found.iter().map(|(text, code)| (text.as_str(), code.as_str())).collect();
        assert_eq!(found, expected, "{field} {value}");
    }
}
