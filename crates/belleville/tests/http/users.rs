//! Django's own `User` through a serializer: what is taken and what is said, as Django 5.2 with DRF 3.18 has it.

use belleville::auth::models::Group;
use belleville::prelude::*;

use crate::server::Server;

#[derive(ModelSerializer)]
#[serializer(
    model = User,
    fields = [id, username, password, first_name, last_name, email, is_staff, is_active, is_superuser, last_login]
)]
struct UserSerializer;

#[derive(ModelSerializer)]
#[serializer(model = User, fields = [last_login, date_joined])]
struct TimesSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Group, fields = [id, name])]
struct GroupSerializer;

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

viewsets!(Users User UserSerializer Groups Group GroupSerializer);

struct Times;

impl ModelViewSet for Times {
    type Model = User;
    type Serializer = TimesSerializer;

    const ACTIONS: &'static [Action] = &[Action::PartialUpdate];

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

fn server() -> Server {
    let mut router = DefaultRouter::new();
    router.register("users", Users);
    router.register("groups", Groups);
    router.register("times", Times).basename("times");
    Server::start("", &[], Urls::new().include("", router.urls()))
}

const JSON: &str = "Content-Type: application/json";
const INVALID_NAME: &str =
    "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
const WRONG_TIME: &str = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
const INVALID_EMAIL: &str = "Enter a valid email address.";
const NULL: &str = "Null characters are not allowed.";

fn at_most(characters: usize) -> String {
    format!("Ensure this field has no more than {characters} characters.")
}

/// The messages of a field, as the answer has them.
fn messages(field: &str, messages: &[&str]) -> String {
    format!("{{\"{field}\":[\"{}\"]}}", messages.join("\",\""))
}

#[test]
fn what_is_wrong_is_told_in_djangos_words() {
    let server = server();
    let x = |count: usize| format!("\"{}\"", "x".repeat(count));
    let (long, longer) = (at_most(150), at_most(254));
    for (field, value, expected) in [
        ("username", "\"alice\"".to_owned(), vec!["A user with that username already exists."]),
        ("username", "\"alice \"".to_owned(), vec!["A user with that username already exists."]),
        ("username", "\"a b\"".to_owned(), vec![INVALID_NAME]),
        ("username", "\"a/b\"".to_owned(), vec![INVALID_NAME]),
        ("username", "\"ⓐ\"".to_owned(), vec![INVALID_NAME]),
        ("username", "\"a\\u0000b\"".to_owned(), vec![INVALID_NAME, NULL]),
        ("username", format!("\"{}\"", "!".repeat(151)), vec![INVALID_NAME, &long]),
        ("username", x(151), vec![&long]),
        ("username", "\"\"".to_owned(), vec!["This field may not be blank."]),
        ("username", "\"  \"".to_owned(), vec!["This field may not be blank."]),
        ("username", "null".to_owned(), vec!["This field may not be null."]),
        ("username", "true".to_owned(), vec!["Not a valid string."]),
        ("email", "\"nope\"".to_owned(), vec![INVALID_EMAIL]),
        ("email", "\"a@b\"".to_owned(), vec![INVALID_EMAIL]),
        ("email", "\"a@b.c\"".to_owned(), vec![INVALID_EMAIL]),
        ("email", "5".to_owned(), vec![INVALID_EMAIL]),
        ("email", "null".to_owned(), vec!["This field may not be null."]),
        ("email", format!("\"{}@b.co\"", "x".repeat(250)), vec![&longer]),
        ("email", format!("\"{}\"", "nope".repeat(80)), vec![&longer, INVALID_EMAIL]),
        ("email", "\"a@b\\u0000.co\"".to_owned(), vec![NULL, INVALID_EMAIL]),
        ("first_name", x(151), vec![&long]),
        ("first_name", "null".to_owned(), vec!["This field may not be null."]),
        ("last_name", "[]".to_owned(), vec!["Not a valid string."]),
        ("password", "\"\"".to_owned(), vec!["This field may not be blank."]),
        ("password", x(129), vec![&at_most(128)]),
        ("is_staff", "null".to_owned(), vec!["This field may not be null."]),
        ("is_staff", "\"maybe\"".to_owned(), vec!["Must be a valid boolean."]),
        ("last_login", "\"\"".to_owned(), vec![WRONG_TIME]),
        ("last_login", "\"yesterday\"".to_owned(), vec![WRONG_TIME]),
        ("last_login", "\"2020-02-30T00:00:00Z\"".to_owned(), vec![WRONG_TIME]),
        ("last_login", "5".to_owned(), vec![WRONG_TIME]),
        ("last_login", "[]".to_owned(), vec![WRONG_TIME]),
        ("last_login", "\"0001-01-01T00:00:00+01:00\"".to_owned(), vec!["Datetime value out of range."]),
    ] {
        let other = if field == "username" {
            "\"password\": \"p\""
        } else {
            "\"username\": \"new\", \"password\": \"p\""
        };
        // A name that comes twice is its last value.
        let answer = server.send("POST /users/", JSON, &format!("{{{other}, \"{field}\": {value}}}"));
        assert_eq!((answer.status, answer.body), (400, messages(field, &expected)), "{field}: {value}");
    }
    let required = "{\"username\":[\"This field is required.\"],\"password\":[\"This field is required.\"]}";
    assert_eq!(server.send("POST /users/", JSON, "{}").body, required);
}

#[test]
fn every_field_that_may_be_written_is_kept_as_it_came() {
    let server = server();
    let whole = "{\"username\": \" ﬁnn@x.org \", \"password\": \"p\", \"first_name\": 5, \"last_name\": \"\", \
                 \"email\": \" A@B.CO \", \"is_staff\": \"true\"}";
    let answer = server.send("POST /users/", JSON, whole);
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (
            201,
            "{\"id\":4,\"username\":\"ﬁnn@x.org\",\"password\":\"p\",\"first_name\":\"5\",\"last_name\":\"\",\
             \"email\":\"A@B.CO\",\"is_staff\":true,\"is_active\":true,\"is_superuser\":false,\"last_login\":null}"
        )
    );
    for (body, status) in [
        ("{\"username\": \"ALICE\"}", 200),
        ("{\"username\": \"ALICE\"}", 200),
        ("{\"username\": \"alice\"}", 400),
        ("{\"email\": \"\"}", 200),
        ("{\"email\": \"a@exämple.com\", \"first_name\": \"\"}", 200),
    ] {
        assert_eq!(server.send("PATCH /users/4/", JSON, body).status, status, "{body}");
    }
    let form = "Content-Type: application/x-www-form-urlencoded";
    assert_eq!(server.send("POST /users/", form, "username=formed&password=p&email=").status, 201);
    assert_eq!(server.user("formed").email, "");
    // What is fine in a row that another program wrote is not asked again, what is not fine is told as often as it is wrong.
    server.runtime.block_on(async {
        let row = [User::USERNAME.set("a b"), User::PASSWORD.set("p")];
        User::objects().create(&server.application.db, row).await.unwrap();
    });
    assert_eq!(server.send("PATCH /users/6/", JSON, "{\"first_name\": \"A\"}").status, 200);
    assert_eq!(
        server.send("POST /users/", JSON, "{\"username\": \"a b\", \"password\": \"p\"}").body,
        messages("username", &[INVALID_NAME, "A user with that username already exists."])
    );
}

#[test]
fn the_fields_are_described_as_djangos() {
    let server = server();
    let options = server.send("OPTIONS /users/", "", "").body;
    for field in [
        "\"username\":{\"type\":\"string\",\"required\":true,\"read_only\":false,\"label\":\"Username\",\"help_text\":\"Required. \
         150 characters or fewer. Letters, digits and @/./+/-/_ only.\",\"max_length\":150}",
        "\"password\":{\"type\":\"string\",\"required\":true,\"read_only\":false,\"label\":\"Password\",\"max_length\":128}",
        "\"first_name\":{\"type\":\"string\",\"required\":false,\"read_only\":false,\"label\":\"First name\",\"max_length\":150}",
        "\"email\":{\"type\":\"email\",\"required\":false,\"read_only\":false,\"label\":\"Email address\",\"max_length\":254}",
        "\"is_active\":{\"type\":\"boolean\",\"required\":false,\"read_only\":false,\"label\":\"Active\",\"help_text\":\"Designates \
         whether this user should be treated as active. Unselect this instead of deleting accounts.\"}",
    ] {
        assert!(options.contains(field), "{field}\n{options}");
    }
}

#[test]
fn a_point_in_time_is_kept_in_utc() {
    let server = server();
    for (sent, shown) in [
        ("\"2020-01-02T03:04:05+02:00\"", "\"2020-01-02T01:04:05Z\""),
        ("\"2020-01-02\"", "\"2020-01-02T00:00:00Z\""),
        ("\"2020-1-2 3:4:5,6\"", "\"2020-01-02T03:04:05.600000Z\""),
        ("null", "null"),
    ] {
        let body = format!("{{\"last_login\": {sent}, \"date_joined\": \"2001-02-03T04:05:06Z\"}}");
        let answer = server.send("PATCH /times/1/", JSON, &body);
        let expected = format!("{{\"last_login\":{shown},\"date_joined\":\"2001-02-03T04:05:06Z\"}}");
        assert_eq!((answer.status, answer.body), (200, expected), "{sent}");
    }
    let form = "Content-Type: application/x-www-form-urlencoded";
    assert_eq!(
        server.send("PATCH /times/1/", form, "last_login=&date_joined=2001-02-03").body,
        "{\"last_login\":null,\"date_joined\":\"2001-02-03T00:00:00Z\"}"
    );
    assert_eq!(
        server.send("PATCH /times/1/", JSON, "{\"date_joined\": null}").body,
        messages("date_joined", &["This field may not be null."])
    );
}

/// A model that words nothing itself has DRF's words.
#[test]
fn a_group_is_unique_in_drfs_words() {
    let server = server();
    assert_eq!(server.send("POST /groups/", JSON, "{\"name\": \"g\"}").status, 201);
    for (name, expected) in [
        ("g".to_owned(), "group with this name already exists."),
        (String::new(), "This field may not be blank."),
        ("x".repeat(151), &at_most(150)),
    ] {
        let answer = server.send("POST /groups/", JSON, &format!("{{\"name\": \"{name}\"}}"));
        assert_eq!((answer.status, answer.body), (400, messages("name", &[expected])));
    }
}
