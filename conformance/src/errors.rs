//! `/conformance/errors/<name>/`: each exception as a response, under the default authenticators and under Basic alone.

use belleville::exceptions::{ApiException, Detail};
use belleville::prelude::*;

fn text(text: &str) -> Detail {
    Detail::from(text)
}

/// Makes an exception.
type Raise = fn() -> Error;

fn errors() -> Vec<(&'static str, Raise)> {
    vec![
        ("parse", || Error::parse("Malformed request.")),
        ("authentication-failed", || Error::authentication_failed("Incorrect authentication credentials.")),
        ("not-authenticated", Error::not_authenticated),
        ("permission-denied", Error::permission_denied),
        ("permission-denied-detail", || {
            Error::permission_denied_because(Detail::Dict(vec![
                ("reason".to_owned(), text("custom")),
                ("codes".to_owned(), Detail::List(vec![text("1"), text("2")])),
            ]))
        }),
        ("not-found", Error::not_found),
        ("method-not-allowed", || Error::method_not_allowed("PATCH")),
        ("not-acceptable", Error::not_acceptable),
        ("unsupported-media-type", || Error::unsupported_media_type("text/odd")),
        ("throttled", || Error::throttled(Some(61.2))),
        ("throttled-forever", || Error::throttled(None)),
        ("validation", || Error::validation("Wrong.")),
        ("validation-list", || Error::validation(Detail::List(vec![text("One."), text("Two.")]))),
        ("validation-dict", || {
            Error::validation(Detail::Dict(vec![
                ("field".to_owned(), Detail::message("Bad.")),
                ("nested".to_owned(), Detail::Dict(vec![("inner".to_owned(), Detail::message("Worse."))])),
            ]))
        }),
        ("teapot", || ApiException::new(418, "teapot", "I am a teapot.").into()),
        ("django-404", || Error::not_found_because("gone")),
        ("django-403", || Error::permission_denied_because("no")),
        ("unhandled", || Error::internal("out of order")),
    ]
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = |class: &str| View::new(class).permission_classes(AllowAny).get(raise);
    urls.path("errors/<str:name>/", view("Raise"))
        .path("basic-errors/<str:name>/", view("Basic Raise").authentication_classes(BasicAuthentication))
}

async fn raise(request: Request) -> Result<Response> {
    let name = request.kwarg("name").unwrap_or_default();
    let known = errors().into_iter().find(|(known, _)| *known == name);
    Err(known.map_or_else(Error::not_found, |(_, error)| error()))
}
