//! Views with a serializer that has no model, and errors as problem details.

use belleville::json::Json;
use belleville::prelude::*;
use belleville::serializers::fields::ValidationError;
use belleville::serializers::{PlainSerializer as _, Purpose, ValidatedData, serializer_methods};

use crate::server::{Answer, Server};

#[derive(Serializer)]
struct Line {
    #[field(max_length = 3)]
    word: String,
    #[field(write_only, default = "x")]
    secret: String,
}

#[derive(Serializer)]
struct Page {
    title: String,
    #[field(source = "pages")]
    number: i64,
    lines: Vec<Line>,
}

#[serializer_methods]
impl Page {
    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        let is_before_the_first =
            data.get("pages").is_some_and(|number| number.read::<i64, _>().is_ok_and(|n| n < 1));
        if is_before_the_first { Err([("number", "Begin at 1.")].into()) } else { Ok(()) }
    }
}

async fn turn(request: &Request) -> Result<Response> {
    let page: Page = request.validated().await?;
    let next = Page { number: page.number + 1, ..page };
    Response::of(201, &next, request).await
}

/// A book of pages, as they are.
async fn bind(request: &Request) -> Result<Response> {
    let pages: Vec<Page> = request.validated_many().await?;
    Response::of_all(201, &pages, request).await
}

/// The names of what would be changed.
async fn changed(request: &Request) -> Result<Response> {
    let data = request.validated_data::<Line>(Purpose::update().partial(true)).await?;
    let names = data.iter().map(|(name, _)| Json::from(name)).collect::<Vec<_>>();
    Response::data(200, &names)
}

/// What is shown of validated values.
async fn kept(request: &Request) -> Result<Response> {
    let data = request.validated_data::<Line>(Purpose::create()).await?;
    Response::of_data::<Line>(200, &data, request).await
}

fn urls() -> Urls {
    let view =
        View::new("Turn").permission_classes(AllowAny).serializer_class(Page::class().clone()).post(turn);
    let book = View::new("Book").permission_classes(AllowAny).post(bind);
    let line = View::new("Line").permission_classes(AllowAny).patch(changed).post(kept);
    let closed = View::new("Closed").permission_classes(IsAuthenticated).post(turn);
    Urls::new().path("turn/", view).path("line/", line).path("book/", book).path("closed/", closed)
}

fn post(server: &Server, body: &str) -> Answer {
    server.send("POST /turn/", "Content-Type: application/json\r\n", body)
}

const MISTAKES: &str = r#"{"title": "", "lines": [{"word": "a"}, {"word": "abcd"}, 1]}"#;

/// What the same serializer in DRF 3.18 answers.
#[test]
fn a_struct_is_read_from_a_request_and_answered() {
    let server = Server::start("", &[], urls());
    let good = r#"{"title": " a ", "number": "7", "lines": [{"word": "b", "secret": "c"}]}"#;
    let answer = post(&server, good);
    assert_eq!((answer.status, &*answer.body), (201, r#"{"title":"a","number":8,"lines":[{"word":"b"}]}"#));
    let answer = post(&server, MISTAKES);
    let expected = r#"{"title":["This field may not be blank."],"number":["This field is required."],"lines":{"1":{"word":["Ensure this field has no more than 3 characters."]},"2":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}}}"#;
    assert_eq!((answer.status, &*answer.body), (400, expected));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = post(&server, r#"{"title": "a", "number": 0, "lines": []}"#);
    assert_eq!((answer.status, &*answer.body), (400, r#"{"number":["Begin at 1."]}"#));
    let answer = server.send("OPTIONS /turn/", "", "");
    let expected = r#""actions":{"POST":{"title":{"type":"string","required":true,"read_only":false,"label":"Title"},"number":{"type":"integer","required":true,"read_only":false,"label":"Number"},"lines":{"type":"field","required":true,"read_only":false,"label":"Lines","child":{"type":"nested object","required":true,"read_only":false,"children":{"word":{"type":"string","required":true,"read_only":false,"label":"Word","max_length":3},"secret":{"type":"string","required":false,"read_only":false,"label":"Secret"}}}}}}"#;
    assert!(answer.body.contains(expected), "{}", answer.body);
}

#[test]
fn several_are_read_and_answered() {
    let server = Server::start("", &[], urls());
    let post = |body: &str| server.send("POST /book/", "Content-Type: application/json\r\n", body);
    let answer = post(
        r#"[{"title": "a", "number": 1, "lines": []}, {"title": "b", "number": "2", "lines": [{"word": "c"}]}]"#,
    );
    let expected = r#"[{"title":"a","number":1,"lines":[]},{"title":"b","number":2,"lines":[{"word":"c"}]}]"#;
    assert_eq!((answer.status, &*answer.body), (201, expected));
    let answer = post(r#"[{"title": "a", "number": 1, "lines": []}, {"title": "b"}]"#);
    let expected = r#"{"1":{"number":["This field is required."],"lines":["This field is required."]}}"#;
    assert_eq!((answer.status, &*answer.body), (400, expected));
}

#[test]
fn values_are_read_as_far_as_they_are_there() {
    let server = Server::start("", &[], urls());
    for (request, body, status, expected) in [
        ("PATCH /line/", "{}", 200, "[]"),
        ("PATCH /line/", r#"{"secret": "a"}"#, 200, r#"["secret"]"#),
        (
            "PATCH /line/",
            r#"{"word": "abcd"}"#,
            400,
            r#"{"word":["Ensure this field has no more than 3 characters."]}"#,
        ),
        ("POST /line/", r#"{"word": "abc"}"#, 200, r#"{"word":"abc"}"#),
        ("POST /line/", "{}", 400, r#"{"word":["This field is required."]}"#),
    ] {
        let answer = server.send(request, "Content-Type: application/json\r\n", body);
        assert_eq!((answer.status, &*answer.body), (status, expected), "{request} {body}");
    }
}

/// RFC 9457 has the members and the pointers (RFC 6901, in a fragment).
#[test]
fn errors_are_problem_details_where_the_settings_say_so() {
    let server = Server::start("[rest_framework]\nproblem_details = true", &[], urls());
    let answer = post(&server, MISTAKES);
    let expected = r##"{"title":"Bad Request","status":400,"detail":"Invalid input.","code":"invalid","errors":[{"detail":"This field may not be blank.","code":"blank","pointer":"#/title"},{"detail":"This field is required.","code":"required","pointer":"#/number"},{"detail":"Ensure this field has no more than 3 characters.","code":"max_length","pointer":"#/lines/1/word"},{"detail":"Invalid data. Expected a dictionary, but got int.","code":"invalid","pointer":"#/lines/2"}]}"##;
    assert_eq!((answer.status, &*answer.body), (400, expected));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let answer = post(&server, "{");
    let expected = r#"{"title":"Bad Request","status":400,"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)","code":"parse_error"}"#;
    assert_eq!((answer.status, &*answer.body), (400, expected));
    // The first authenticator has no challenge, so that 401 is 403.
    let answer = server.send("POST /closed/", "", "");
    let expected = r#"{"title":"Forbidden","status":403,"detail":"Authentication credentials were not provided.","code":"not_authenticated"}"#;
    assert_eq!((answer.status, &*answer.body), (403, expected));
    let answer = server.get("/turn/", "");
    let expected = r#"{"title":"Method Not Allowed","status":405,"detail":"Method \"GET\" not allowed.","code":"method_not_allowed"}"#;
    assert_eq!((answer.status, &*answer.body), (405, expected));
    let answer = post(&server, "[]");
    assert!(answer.body.contains(r##""pointer":"#"}"##), "{}", answer.body);
}
