//! References to other rows: keys of every kind.

use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
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

            fn configure(&self, config: &mut Config<Self>) {
                config.permission_classes(AllowAny);
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
    let app = AppConfig::new("places").model::<Country>().model::<Capital>().model::<Visit>();
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Country>())
        .create(ModelState::of::<Capital>())
        .create(ModelState::of::<Visit>());
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

/// A visit that goes to one of the countries that the user may know of.
#[derive(ModelSerializer)]
#[serializer(model = Visit, fields = [id, country, capital], querysets = [country = countries_of, capital = capitals_of])]
struct LimitedSerializer;

/// Countries that begin with the first letter of the user's name.
fn countries_of(request: &Request) -> Result<QuerySet<Country>> {
    let letter = request.user()?.username().get(..1).unwrap_or_default().to_owned();
    Ok(Country::objects().filter(Country::CODE.starts_with(&letter)))
}

fn capitals_of(request: &Request) -> Result<QuerySet<Capital>> {
    let letter = request.user()?.username().get(..1).unwrap_or_default().to_owned();
    Ok(Capital::objects().filter(Capital::COUNTRY.to(Country::CODE).starts_with(&letter)))
}

/// A header that says nothing of whom a request is from.
const NOBODY: &str = "X-Nobody: 1";

viewsets!(LimitedVisits Visit LimitedSerializer);

/// What does not exist for a request cannot be named by it, and the answer does not tell it from what does not exist at all.
#[test]
fn a_reference_may_be_restricted_by_the_request() {
    let app = AppConfig::new("places").model::<Country>().model::<Capital>().model::<Visit>();
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Country>())
        .create(ModelState::of::<Capital>())
        .create(ModelState::of::<Visit>());
    let mut router = DefaultRouter::new();
    router.register("countries", Countries);
    router.register("capitals", Capitals);
    router.register("visits", LimitedVisits);
    let urls = Urls::new().include("", router.urls());
    let token = [("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "TokenAuthentication")];
    let server = Server::start_with("", &token, urls, vec![app.migration(first)], vec![]);
    let seen = |line: &str, who: &str, body: &str| {
        let headers = format!("{who}\nContent-Type: application/json");
        let answer = server.send(line, &headers, body);
        (answer.status, answer.body)
    };
    for code in ["a", "alba", "b"] {
        let body = format!("{{\"code\": \"{code}\", \"country\": \"{code}\", \"name\": \"N\"}}");
        assert_eq!(seen("POST /countries/", NOBODY, &body).0, 201);
        assert_eq!(seen("POST /capitals/", NOBODY, &body).0, 201);
    }
    let [alice, bob] = ["alice", "bob"].map(|name| server.token(name));
    let unknown = |field: &str, code: &str| {
        (400, format!("{{\"{field}\":[\"Invalid pk \\\"{code}\\\" - object does not exist.\"]}}"))
    };
    let visit = |code: &str| format!("{{\"country\": \"{code}\", \"capital\": \"{code}\"}}");
    assert_eq!(seen("POST /visits/", &alice, &visit("alba")).0, 201);
    assert_eq!(seen("POST /visits/", &bob, &visit("b")).0, 201);
    for (line, who, field, code) in [
        ("POST /visits/", &alice, "country", "b"),
        ("POST /visits/", &alice, "country", "zz"),
        ("POST /visits/", &bob, "country", "a"),
        ("PATCH /visits/1/", &alice, "country", "b"),
        ("PATCH /visits/1/", &alice, "capital", "b"),
        ("PATCH /visits/1/", &bob, "capital", "alba"),
    ] {
        assert_eq!(seen(line, who, &format!("{{\"{field}\": \"{code}\"}}")), unknown(field, code));
    }
    assert_eq!(seen("PATCH /visits/1/", &alice, &visit("a")).0, 200);
    assert_eq!(seen("PATCH /visits/1/", &alice, "{\"capital\": null}").0, 200);
    // Nobody has countries of their own.
    let anonymous = seen("POST /visits/", NOBODY, &visit("a"));
    assert_eq!(anonymous, (401, "{\"detail\":\"Authentication credentials were not provided.\"}".to_owned()));
    assert_eq!(
        seen("GET /visits/1/", NOBODY, ""),
        (200, "{\"id\":1,\"country\":\"a\",\"capital\":null}".to_owned())
    );
}
