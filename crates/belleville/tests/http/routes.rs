//! Converters of one's own, regular expressions and namespaces. The blocks of `docs/guide/routers.md` are pieces of this file.

use belleville::json;
use belleville::prelude::*;
use belleville::urls::PathConverter;

use crate::server::Server;

/// `2026`, and never `26`.
struct FourDigitYear;

impl PathConverter for FourDigitYear {
    fn regex(&self) -> &str {
        "[0-9]{4}"
    }

    fn to_url(&self, value: &str) -> Option<String> {
        Some(format!("{:04}", value.parse::<u16>().ok()?))
    }
}

fn own_paths() -> Urls {
    Urls::new()
        .register_converter("yyyy", FourDigitYear)
        .path("archive/<yyyy:year>/", View::new("Archive").get(told))
        .name("archive")
        .re_path("^letters/(?P<first>[a-z])(?P<rest>[a-z]*)/$", View::new("Letters").get(told))
        .name("letters")
}

fn polls() -> Urls {
    Urls::new()
        .path("", View::new("Polls").get(told))
        .name("index")
        .path("<int:pk>/", View::new("Poll").get(told))
        .name("detail")
        .app_name("polls")
}

fn namespaces() -> Urls {
    Urls::new()
        .include("authors/", polls().namespace("author-polls"))
        .include("readers/", polls().namespace("reader-polls"))
}

/// A viewset whose URLs say which texts they take.
struct Words;

#[viewset]
impl ViewSet for Words {
    const LOOKUP_URL_KWARG: &'static str = "word";
    const LOOKUP_VALUE_REGEX: Option<&'static str> = Some("[a-z]+");

    fn retrieve(&self, request: &Request) -> Result<Response> {
        told(request)
    }

    #[action(detail, url_path = r"letters/(?P<number>\d+)")]
    fn letter(&self, request: &Request) -> Result<Response> {
        told(request)
    }
}

/// What the path has said, and the application that the request is in.
fn told(request: &Request) -> Result<Response> {
    let kwargs: Vec<String> = request.kwargs().map(|(name, value)| format!("{name}={value}")).collect();
    let polls = request.reverse_in(request.namespace().unwrap_or_default(), "polls:index", ());
    Response::data(200, &json!({"kwargs": (kwargs.join(" ")), "polls": (polls.ok())}))
}

#[test]
fn routes_lead_both_ways() {
    let mut router = DefaultRouter::new();
    router.register("words", Words).basename("word");
    let urls = Urls::new().include("", own_paths()).include("", namespaces()).include("", router.urls());
    let open = "[rest_framework]\ndefault_permission_classes = ['AllowAny']";
    let server = Server::start(open, &[], urls);
    for (path, kwargs, polls) in [
        ("/archive/0033/", Some("year=0033"), "readers"),
        ("/archive/33/", None, ""),
        ("/letters/abc/", Some("first=a rest=bc"), "readers"),
        ("/letters/a/", Some("first=a rest="), "readers"),
        ("/letters/1/", None, ""),
        ("/authors/3/", Some("pk=3"), "authors"),
        ("/readers/3/", Some("pk=3"), "readers"),
        ("/words/abc/", Some("word=abc"), "readers"),
        ("/words/abc.json", Some("word=abc"), "readers"),
        ("/words/ABC/", None, ""),
        ("/words/abc/letters/2/", Some("word=abc number=2"), "readers"),
        ("/words/abc/letters/2.json", Some("word=abc number=2"), "readers"),
        ("/words/abc/letters/x/", None, ""),
    ] {
        let answer = server.get(path, "");
        match kwargs {
            None => assert_eq!(answer.status, 404, "{path}"),
            Some(kwargs) => {
                let expected =
                    format!("{{\"kwargs\":\"{kwargs}\",\"polls\":\"http://testserver/{polls}/\"}}");
                assert_eq!((answer.status, answer.body), (200, expected), "{path}");
            }
        }
    }
    let urls = server.application.urls();
    for (name, kwargs, expected) in [
        ("archive", vec![("year", "33")], Some("/archive/0033/")),
        ("archive", vec![("year", "x")], None),
        ("letters", vec![("first", "a"), ("rest", "bc")], Some("/letters/abc/")),
        ("letters", vec![("first", "ab"), ("rest", "c")], Some("/letters/abc/")),
        ("letters", vec![("first", "1"), ("rest", "")], None),
        ("polls:detail", vec![("pk", "1")], Some("/readers/1/")),
        ("author-polls:detail", vec![("pk", "1")], Some("/authors/1/")),
        ("word-letter", vec![("word", "abc"), ("number", "2")], Some("/words/abc/letters/2/")),
        (
            "word-letter",
            vec![("word", "abc"), ("number", "2"), ("format", "json")],
            Some("/words/abc/letters/2.json"),
        ),
        ("word-detail", vec![("word", "ABC")], None),
    ] {
        assert_eq!(urls.reverse(name, kwargs.clone()).ok().as_deref(), expected, "{name} {kwargs:?}");
    }
}
