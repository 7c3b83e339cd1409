//! Declarations that are wrong stop the start, with a message that says where and how to fix it.

use belleville::json::{Dict, Json};
use belleville::prelude::*;

use crate::server::{Server, settings};

async fn kwargs(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    for name in ["int", "str", "slug", "uuid", "path"] {
        if let Some(value) = request.kwarg(name) {
            body.insert(name, Json::from(value));
        }
    }
    Response::data(200, &Json::Dict(body))
}

async fn next_year(request: Request) -> Result<Response> {
    let year: u16 = request.kwarg_as("year")?;
    Response::data(200, &Json::Int(i64::from(year) + 1))
}

fn view() -> View {
    View::new("Kwargs").permission_classes([AllowAny.into()]).get(kwargs)
}

/// Each expectation is that of Django's `path()` with the same routes.
#[test]
fn routes_take_djangos_converters() {
    let urls = Urls::new()
        .path("a/<int:int>/", view())
        .path("a/<uuid:uuid>/", view())
        .path("a/<slug:slug>/", view())
        .path("a/<str>/", view())
        .path("a/<path:path>/", view())
        .include("b/<int:int>/", Urls::new().path("<slug:slug>/", view()))
        .path("year/<year>/", View::new("Year").permission_classes([AllowAny.into()]).get(next_year));
    let server = Server::start("", &[], urls);
    let uuid = "075194d3-6885-417e-a8a8-6c931e272f00";
    for (path, status, body) in [
        ("/a/12/", 200, r#"{"int":"12"}"#.to_owned()),
        ("/a/012/", 200, r#"{"int":"12"}"#.to_owned()),
        (&format!("/a/{uuid}/"), 200, format!(r#"{{"uuid":"{uuid}"}}"#)),
        ("/a/x-1_y/", 200, r#"{"slug":"x-1_y"}"#.to_owned()),
        ("/a/x.y/", 200, r#"{"str":"x.y"}"#.to_owned()),
        ("/a/x%20y/", 200, r#"{"str":"x y"}"#.to_owned()),
        ("/a/x/y.z/", 200, r#"{"path":"x/y.z"}"#.to_owned()),
        ("/b/7/tea/", 200, r#"{"int":"7","slug":"tea"}"#.to_owned()),
        ("/year/2026/", 200, "2027".to_owned()),
    ] {
        let answer = server.get(path, "");
        assert_eq!((answer.status, answer.body), (status, body), "{path}");
    }
    for path in ["/b/x/tea/", "/year/soon/", "/year/70000/", "/a//"] {
        assert_eq!(server.get(path, "").status, 404, "{path}");
    }
}

/// What an application says of its URLs when it starts.
fn refused(urls: Urls) -> String {
    let settings = settings("", &[], "sqlite://:memory:");
    let db = Database::open(&settings.database_url, belleville::db::Registry::default()).unwrap();
    let started = belleville::application::Application::new(settings, db, urls, vec![], Default::default());
    started.map(drop).unwrap_err().to_string()
}

#[test]
fn routes_that_cannot_work_stop_the_start() {
    for (urls, part) in [
        (Urls::new().path("/a/", view()), "the route `/a/` begins with a slash"),
        (Urls::new().include("/api/", Urls::new()), "the route `/api/` begins with a slash"),
        (Urls::new().include("api/", Urls::new().path("/a/", view())), "write `a/`"),
        (Urls::new().path("a/<itn:pk>/", view()), "did you mean `int`?"),
        (Urls::new().path("a/<pk/", view()), "unmatched `<`"),
        (Urls::new().path("a/<pk>/b/<pk>/", view()), "the route `/a/<pk>/b/<pk>/` has the name `pk` twice"),
        (
            Urls::new().include("a/<int:pk>/", Urls::new().path("<int:pk>/", view())),
            "has the name `pk` twice: give one of them another name",
        ),
        (
            Urls::new().path("a/<int:a>/", view()).include("a/", Urls::new().path("<int:b>/", view())),
            "two routes answer `/a/<int:b>/`: Kwargs, and then Kwargs, which no request reaches",
        ),
    ] {
        let error = refused(urls);
        assert!(error.contains(part), "{part}: {error}");
    }
    // All of them at once.
    let error = refused(Urls::new().path("/a/", view()).path("b/<x:y>/", view()));
    assert_eq!(error.lines().count(), 2, "{error}");
    // Routes that differ in what they take may overlap: the first that fits answers, as in Django.
    assert!(Urls::new().path("a/<int:a>/", view()).path("a/<a>/", view()).mistakes().is_empty());
}
