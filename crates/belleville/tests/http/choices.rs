//! Fields with choices, as input and in what `OPTIONS` tells. What is expected is what Django REST framework answers for the
//! same models.

use belleville::db::Choices;
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::prelude::*;

use crate::server::Server;

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
enum Status {
    #[choice("draft")]
    Draft,
    #[choice("done", "All done")]
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
enum Mood {
    #[choice("", "Unknown")]
    Unknown,
    #[choice("good")]
    Good,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
enum Level {
    #[choice(1)]
    Low,
    #[choice(10)]
    High,
}

#[derive(Clone, Debug, Model)]
#[model(app = "chores", ordering = ["id"])]
struct Chore {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    status: Status,
    #[field(max_length = 10, blank, default = Mood::Unknown)]
    mood: Mood,
    #[field(max_length = 10, default = Status::Draft)]
    defaulted: Status,
    #[field(max_length = 10)]
    nullable: Option<Status>,
    #[field(max_length = 10, blank)]
    blankable: Option<Status>,
    level: Level,
    #[field(blank)]
    level_null: Option<Level>,
    #[field(unique, default = Level::Low, help_text = "hint")]
    once: Level,
    #[field(max_length = 10, default = Status::Done)]
    shown: Status,
}

#[derive(ModelSerializer)]
#[serializer(
    model = Chore,
    fields = [status, mood, defaulted, nullable, blankable, level, level_null, once, shown],
    read_only_fields = [shown]
)]
struct ChoreSerializer;

struct Chores;

impl ModelViewSet for Chores {
    type Model = Chore;
    type Serializer = ChoreSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).authentication_classes(());
    }
}

fn server() -> Server {
    let first = Migration::new("0001_initial").create(ModelState::of::<Chore>());
    let app = AppConfig::new("chores").model::<Chore>().migration(first);
    let mut router = DefaultRouter::new();
    router.register("chores", Chores);
    Server::start_with("", &[], Urls::new().include("", router.urls()), vec![app], vec![])
}

/// Posts a chore with one field of one's own, and forgets it again.
fn post(server: &Server, field: &str, json: &str) -> (u16, String) {
    let others = [("status", "\"draft\""), ("level", "1")];
    let others = others.iter().filter(|(name, _)| *name != field);
    let pairs: Vec<String> = others.map(|(name, value)| format!("\"{name}\":{value}")).collect();
    let body = format!("{{{},\"{field}\":{json}}}", pairs.join(","));
    let answer = server.send("POST /chores/", "Content-Type: application/json", &body);
    let db = &server.application.db;
    server.runtime.block_on(Chore::objects().delete(db)).unwrap();
    (answer.status, answer.body)
}

#[test]
fn a_value_that_is_no_choice_is_refused() {
    let server = server();
    for field in ["status", "mood", "defaulted", "nullable", "blankable", "level", "level_null", "once"] {
        for (json, shown) in [
            ("\"x\"", "x"),
            ("\"  \"", "  "),
            ("\" draft \"", " draft "),
            ("\" 1 \"", " 1 "),
            ("true", "True"),
            ("2", "2"),
            ("1.0", "1.0"),
            ("1e400", "inf"),
            ("12345678901234567890123", "12345678901234567890123"),
            ("[]", "[]"),
            ("{\"a\":[1,\"x\",null]}", "{'a': [1, 'x', None]}"),
            ("[\"draft\"]", "['draft']"),
            ("\"DRAFT\"", "DRAFT"),
            ("\"١\"", "١"),
        ] {
            let expected = format!("{{\"{field}\":[\"\\\"{shown}\\\" is not a valid choice.\"]}}");
            assert_eq!(post(&server, field, json), (400, expected), "{field} {json}");
        }
    }
    // Django REST framework answers 500.
    let (status, body) = post(&server, "status", "\"\\ud800\"");
    assert!(status == 400 && body.contains("is not a valid choice."), "{status} {body}");
    for (field, json) in
        [("status", "\"\""), ("defaulted", "\"\""), ("nullable", "\"\""), ("level_null", "\"\"")]
    {
        let expected = format!("{{\"{field}\":[\"\\\"\\\" is not a valid choice.\"]}}");
        assert_eq!(post(&server, field, json), (400, expected));
    }
    for field in ["status", "mood", "defaulted", "level", "once"] {
        let expected = format!("{{\"{field}\":[\"This field may not be null.\"]}}");
        assert_eq!(post(&server, field, "null"), (400, expected));
    }
    let answer = server.send("POST /chores/", "Content-Type: application/json", "{}");
    let required = r#"{"status":["This field is required."],"level":["This field is required."]}"#;
    assert_eq!((answer.status, answer.body.as_str()), (400, required));
    assert_eq!(server.get("/chores/", "").body, "[]");
}

#[test]
fn a_choice_is_found_by_what_it_is_written_as() {
    let server = server();
    for (field, json, stored) in [
        ("status", "\"done\"", "\"done\""),
        ("mood", "\"\"", "\"\""),
        ("mood", "\"good\"", "\"good\""),
        ("nullable", "null", "null"),
        ("nullable", "\"draft\"", "\"draft\""),
        // The type of the field has no empty text, which Django would store.
        ("blankable", "\"\"", "null"),
        ("level", "1", "1"),
        ("level", "\"10\"", "10"),
        ("level_null", "null", "null"),
        ("level_null", "10", "10"),
    ] {
        let (status, body) = post(&server, field, json);
        assert_eq!(status, 201, "{field} {json}: {body}");
        assert!(body.contains(&format!("\"{field}\":{stored}")), "{field} {json}: {body}");
    }
    let form =
        |body: &str| server.send("POST /chores/", "Content-Type: application/x-www-form-urlencoded", body);
    let refused = form("status=draft&level=1&defaulted=&level_null=&mood=x");
    assert_eq!(refused.body, r#"{"mood":["\"x\" is not a valid choice."]}"#);
    let stored = form("status=draft&level=10&defaulted=&level_null=&mood=");
    let expected = r#"{"status":"draft","mood":"","defaulted":"draft","nullable":null,"blankable":null,"level":10,"level_null":null,"once":1,"shown":"done"}"#;
    assert_eq!((stored.status, stored.body.as_str()), (201, expected));
    let again = form("status=draft&level=1&once=1");
    assert_eq!(again.body, r#"{"once":["chore with this once already exists."]}"#);
    assert_eq!(server.get("/chores/", "").body, format!("[{expected}]"));
    let boundary = "Content-Type: multipart/form-data; boundary=b";
    let file =
        "--b\r\nContent-Disposition: form-data; name=\"status\"; filename=\"f.txt\"\r\n\r\nx\r\n--b--\r\n";
    let refused = server.send("PATCH /chores/2/", boundary, file);
    assert_eq!(refused.status, 404);
    let [only] =
        server.runtime.block_on(Chore::objects().all(&server.application.db)).unwrap().try_into().unwrap();
    let refused = server.send(&format!("PATCH /chores/{}/", only.id), boundary, file);
    assert_eq!(refused.body, r#"{"status":["\"f.txt\" is not a valid choice."]}"#);
}

#[test]
fn options_lists_the_choices() {
    let server = server();
    let told = server.send("OPTIONS /chores/", "", "").body;
    let texts = r#"[{"value":"draft","display_name":"Draft"},{"value":"done","display_name":"All done"}]"#;
    let numbers = r#"[{"value":1,"display_name":"Low"},{"value":10,"display_name":"High"}]"#;
    for expected in [
        format!(
            r#""status":{{"type":"choice","required":true,"read_only":false,"label":"Status","choices":{texts}}}"#
        ),
        format!(
            r#""level":{{"type":"choice","required":true,"read_only":false,"label":"Level","choices":{numbers}}}"#
        ),
        format!(
            r#""once":{{"type":"choice","required":false,"read_only":false,"label":"Once","help_text":"hint","choices":{numbers}}}"#
        ),
        r#""shown":{"type":"choice","required":false,"read_only":true,"label":"Shown"}"#.to_owned(),
    ] {
        assert!(told.contains(&expected), "{expected}\n{told}");
    }
}
