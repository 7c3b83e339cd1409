//! Whole numbers of every size: what is taken, and rows that another program wrote.

use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::prelude::*;

use crate::server::Server;

/// A number in a type of each size.
#[derive(Clone, Debug, Model)]
#[model(app = "counts", ordering = ["id"])]
struct Count {
    #[field(primary_key)]
    id: i64,
    small: Option<i16>,
    number: Option<i32>,
    big: Option<i64>,
    positive_small: Option<u16>,
    positive: Option<u32>,
    /// A column of Django's `IntegerField` in a type that holds what SQLite does.
    #[field(kind = IntegerField)]
    wide: Option<i64>,
}

#[derive(ModelSerializer)]
#[serializer(model = Count, fields = [id, small, number, big, positive_small, positive, wide])]
struct CountSerializer;

struct CountViewSet;

impl ModelViewSet for CountViewSet {
    type Model = Count;
    type Serializer = CountSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

/// The same table as another program knows it.
#[derive(Clone, Debug, Model)]
#[model(app = "counts", table = "counts_count")]
struct Foreign {
    #[field(primary_key)]
    id: i64,
    number: Option<i64>,
    positive: Option<i64>,
}

fn server() -> Server {
    let app = AppConfig::new("counts").model::<Count>();
    let app = app.migration(Migration::new("0001_initial").create(ModelState::of::<Count>()));
    let mut router = DefaultRouter::new();
    router.register("counts", CountViewSet);
    Server::start_with("", &[], Urls::new().include("", router.urls()), vec![app], vec![])
}

const JSON: &str = "Content-Type: application/json";

/// The texts are DRF's, and so are the limits of `wide`, `big` and the least of the positive kinds on SQLite. There Django
/// takes 64 bits for the other columns too; here they are those of the field's type, as Django has them on PostgreSQL.
#[test]
fn a_number_that_the_field_cannot_hold_is_refused_before_anything_is_written() {
    let server = server();
    for (field, least, greatest) in [
        ("small", i64::from(i16::MIN), i64::from(i16::MAX)),
        ("number", i64::from(i32::MIN), i64::from(i32::MAX)),
        ("big", i64::MIN, i64::MAX),
        ("positive_small", 0, i64::from(u16::MAX)),
        ("positive", 0, i64::from(u32::MAX)),
        ("wide", i64::MIN, i64::MAX),
    ] {
        let post = |number: i128| {
            let answer = server.send("POST /counts/", JSON, &format!("{{\"{field}\": {number}}}"));
            (answer.status, answer.body)
        };
        let too_great =
            format!("{{\"{field}\":[\"Ensure this value is less than or equal to {greatest}.\"]}}");
        let too_small =
            format!("{{\"{field}\":[\"Ensure this value is greater than or equal to {least}.\"]}}");
        assert_eq!(post(i128::from(greatest) + 1), (400, too_great.clone()));
        assert_eq!(post(10_i128.pow(30)), (400, too_great));
        assert_eq!(post(i128::from(least) - 1), (400, too_small.clone()));
        assert_eq!(post(-(10_i128.pow(30))), (400, too_small));
        for number in [least, greatest] {
            let (status, body) = post(i128::from(number));
            assert_eq!(status, 201, "{field} {number}: {body}");
            assert!(body.contains(&format!("\"{field}\":{number}")), "{body}");
        }
        let options = server.send("OPTIONS /counts/", "", "").body;
        let limits = format!("\"min_value\":{least},\"max_value\":{greatest}");
        let described = options.split(&format!("\"{field}\":{{")).nth(1).unwrap();
        assert!(described.split('}').next().unwrap().contains(&limits), "{field}: {described}");
    }
    let rows = server.runtime.block_on(Count::objects().count(&server.application.db)).unwrap();
    assert_eq!(rows, 12, "two of each field");
}

#[test]
fn a_row_of_another_program_is_shown_changed_and_deleted() {
    let server = server();
    server.runtime.block_on(async {
        for id in 1..=3 {
            let row = [
                Foreign::ID.set(id),
                Foreign::NUMBER.set(if id == 2 { 5_000_000_000 } else { 1 }),
                Foreign::POSITIVE.set(if id == 2 { 5_000_000_000 } else { 2 }),
            ];
            Foreign::objects().create(&server.application.db, row).await.unwrap();
        }
    });
    let row = |number: i64, small: &str| {
        format!(
            "{{\"id\":2,\"small\":{small},\"number\":{number},\"big\":null,\"positive_small\":null,\
             \"positive\":5000000000,\"wide\":null}}"
        )
    };
    let seen = |line: &str, body: &str| {
        let answer = server.send(line, JSON, body);
        (answer.status, answer.body)
    };
    assert!(seen("GET /counts/", "").1.contains(&row(5_000_000_000, "null")));
    assert_eq!(seen("GET /counts/2/", ""), (200, row(5_000_000_000, "null")));
    assert_eq!(seen("GET /counts/1/", "").0, 200);
    // What is changed is written, and nothing else.
    assert_eq!(seen("PATCH /counts/2/", "{\"small\": 3}"), (200, row(5_000_000_000, "3")));
    assert_eq!(seen("PUT /counts/2/", "{\"number\": 4}"), (200, row(4, "3")));
    assert_eq!(seen("GET /counts/2/", ""), (200, row(4, "3")));
    assert_eq!(seen("DELETE /counts/2/", ""), (204, String::new()));
    assert_eq!(seen("GET /counts/2/", "").0, 404);
}
