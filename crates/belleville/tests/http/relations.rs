//! References to other rows: keys of every kind.

use belleville::db::migrations::App;
use belleville::prelude::*;

use crate::server::Server;

/// A row whose key people choose.
#[derive(Clone, Debug, Model)]
#[model(app = "places")]
struct Country {
    #[field(primary_key, max_length = 10)]
    code: String,
}

/// A row whose key is a reference.
#[derive(Clone, Debug, Model)]
#[model(app = "places")]
struct Capital {
    #[field(primary_key, one_to_one, on_delete = Cascade)]
    country: ForeignKey<Country>,
    #[field(max_length = 10)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "places", ordering = ["id"])]
struct Visit {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    country: ForeignKey<Country>,
    #[field(on_delete = Cascade)]
    capital: Option<ForeignKey<Capital>>,
}

#[derive(ModelSerializer)]
#[serializer(model = Country, fields = [code])]
struct CountrySerializer;

#[derive(ModelSerializer)]
#[serializer(model = Capital, fields = [country, name])]
struct CapitalSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Visit, fields = [id, country, capital])]
struct VisitSerializer;

macro_rules! viewsets {
    ($($name:ident $model:ident $serializer:ident)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = $model;
            type Serializer = $serializer;

            fn permission_classes(&self, _: Action) -> Option<Vec<Rule>> {
                Some(vec![AllowAny.into()])
            }
        }
    )*};
}

viewsets!(
    Countries Country CountrySerializer
    Capitals Capital CapitalSerializer
    Visits Visit VisitSerializer
);

fn server() -> Server {
    let app = App::new("places").model::<Country>().model::<Capital>().model::<Visit>();
    let first = Migration::new("0001_initial").create::<Country>().create::<Capital>().create::<Visit>();
    let mut router = DefaultRouter::new();
    router.register("countries", Countries);
    router.register("capitals", Capitals);
    router.register("visits", Visits);
    Server::start_with("", &[], Urls::new().include("", router.urls()), vec![app.migration(first)], vec![])
}

/// What Django 5.2 with DRF 3.18 answers for a `ForeignKey` to a model whose key is a `CharField`.
#[test]
fn a_row_with_a_text_for_a_key_can_be_referred_to() {
    let server = server();
    let seen = |line: &str, body: &str| {
        let answer = server.send(line, "Content-Type: application/json", body);
        (answer.status, answer.body)
    };
    for code in ["x", "5", "True"] {
        assert_eq!(seen("POST /countries/", &format!("{{\"code\": \"{code}\"}}")).0, 201);
    }
    for (country, expected) in [("\"x\"", "x"), ("5", "5")] {
        let (status, body) = seen("POST /visits/", &format!("{{\"country\": {country}}}"));
        assert_eq!((status, body.contains(&format!("\"country\":\"{expected}\""))), (201, true), "{body}");
    }
    let unknown = |shown: &str| format!("Invalid pk \\\"{shown}\\\" - object does not exist.");
    for (country, message) in [
        ("\"y\"", unknown("y")),
        ("\"x \"", unknown("x ")),
        ("5.0", unknown("5.0")),
        ("1e30", unknown("1e+30")),
        ("1000000000000000000000000000000", unknown("1000000000000000000000000000000")),
        ("[]", unknown("[]")),
        ("{}", unknown("{}")),
        ("\"aaaaaaaaaaaaaaaaaaaa\"", unknown("aaaaaaaaaaaaaaaaaaaa")),
        ("true", "Incorrect type. Expected pk value, received bool.".to_owned()),
        ("\"\\ud800\"", "Incorrect type. Expected pk value, received str.".to_owned()),
        ("\"\"", "This field may not be null.".to_owned()),
        ("null", "This field may not be null.".to_owned()),
    ] {
        let answer = seen("POST /visits/", &format!("{{\"country\": {country}}}"));
        assert_eq!(answer, (400, format!("{{\"country\":[\"{message}\"]}}")), "{country}");
    }
    assert_eq!(seen("PATCH /visits/1/", "{\"country\": \"True\"}").0, 200);
    assert_eq!(seen("GET /visits/1/", "").1, "{\"id\":1,\"country\":\"True\",\"capital\":null}");
    assert_eq!(seen("POST /capitals/", "{\"country\": \"x\", \"name\": \"X\"}").0, 201);
    assert_eq!(seen("GET /capitals/x/", ""), (200, "{\"country\":\"x\",\"name\":\"X\"}".to_owned()));
    assert_eq!(seen("PATCH /visits/1/", "{\"capital\": \"x\"}").0, 200);
    assert_eq!(
        seen("PATCH /visits/1/", "{\"capital\": \"5\"}"),
        (400, format!("{{\"capital\":[\"{}\"]}}", unknown("5")))
    );
}
