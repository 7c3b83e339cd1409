//! `/conformance/conditional/`: Django's `condition`, and answers of which the setting `conditional_get` makes something.

use belleville::db::DateTime;
use belleville::http::HeaderName;
use belleville::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LOCATION, ETAG, EXPIRES, LAST_MODIFIED, SET_COOKIE, VARY,
};
use belleville::json;
use belleville::prelude::*;
use belleville::response::Validators;

const THEN: &str = "Thu, 02 Jan 2025 03:04:05 GMT";

fn changed() -> DateTime {
    DateTime::constant(2025, 1, 2, 3, 4, 5, 600_000_000)
}

fn validators(how: &str) -> Validators {
    let validators = Validators::new();
    match how {
        "both" => validators.etag("v1").last_modified(changed()),
        "etag" => validators.etag("v1"),
        "weak" => validators.etag("W/\"v1\"").last_modified(changed()),
        "quoted" => validators.etag("\"v1\""),
        "comma" => validators.etag("v1,v2"),
        "modified" => validators.last_modified(changed()),
        _ => validators,
    }
}

async fn known(request: Request) -> Result<Response> {
    let validators = validators(request.kwarg("how").unwrap_or_default());
    let answer = async || match request.method() {
        "DELETE" => Ok(Response::empty(204)),
        "POST" => Response::data(201, &json!({"method": "POST"})),
        method => Response::data(200, &json!({"method": method})),
    };
    request.condition(validators, answer).await
}

fn headers(how: &str) -> Vec<(HeaderName, &'static str)> {
    match how {
        "no-store" => vec![(CACHE_CONTROL, "private, No-Store")],
        "private" => vec![(CACHE_CONTROL, "private, max-age=5")],
        "own" => vec![(ETAG, "\"own\"")],
        "weak" => vec![(ETAG, "W/\"own\"")],
        "blank" => vec![(ETAG, "")],
        "modified" => vec![(LAST_MODIFIED, THEN)],
        "broken" => vec![(LAST_MODIFIED, "yesterday")],
        "described" => vec![
            (CONTENT_LOCATION, "/here/"),
            (EXPIRES, THEN),
            (VARY, "X-Kind"),
            (HeaderName::from_static("x-own"), "1"),
            (CONTENT_LANGUAGE, "en"),
            (SET_COOKIE, "a=b; Path=/"),
        ],
        _ => Vec::new(),
    }
}

fn made(request: &Request) -> Result<Response> {
    let how = request.kwarg("how").unwrap_or_default();
    if how == "streamed" {
        return Ok(Response::stream(
            200,
            "text/plain",
            |mut chunks| async move { chunks.send("hello").await },
        ));
    }
    if how == "empty" {
        return Ok(Response::empty(200));
    }
    if let Ok(status) = how.parse() {
        return Response::data(status, &json!({"status": how}));
    }
    let mut response = Response::data(200, &json!({"how": how}))?;
    for (name, value) in headers(how) {
        response.set_header(name, value);
    }
    Ok(response)
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    let conditional = Urls::new()
        .path("known/<str:how>/", view("Known").get(known).post(known).put(known).delete(known))
        .path("made/<str:how>/", view("Made").get(made).post(made));
    urls.include("conditional/", conditional)
}
