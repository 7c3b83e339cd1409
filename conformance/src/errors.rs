//! `/conformance/errors/<name>/`: each exception as a response, under the default authenticators and under Basic alone;
//! `/conformance/error-names/<name>/`: its codes.

use belleville::exceptions::{ApiException, Detail, ErrorDetail};
use belleville::prelude::*;

fn text(text: &str) -> Detail {
    Detail::from(text)
}

/// Makes an exception.
type Raise = fn() -> Error;

fn errors() -> Vec<(&'static str, Raise)> {
    vec![
        ("api-exception", || ApiException::default().into()),
        ("api-exception-text", || ApiException::new(500, "no_paper", "Out of paper.").into()),
        ("parse", || Error::parse(Error::MALFORMED_REQUEST)),
        ("parse-text", || Error::parse("No colon.").with_code("no_colon")),
        ("authentication-failed", || Error::authentication_failed(Error::AUTHENTICATION_FAILED)),
        ("authentication-failed-text", || {
            Error::authentication_failed(Detail::Dict(vec![
                ("detail".to_owned(), text("Old key.")),
                ("key".to_owned(), Detail::message("k")),
            ]))
            .with_code("old_key")
        }),
        ("not-authenticated", Error::not_authenticated),
        ("not-authenticated-text", || Error::not_authenticated_because("Who are you?").with_code("nobody")),
        ("permission-denied", Error::permission_denied),
        ("permission-denied-detail", || {
            Error::permission_denied_because(Detail::Dict(vec![
                ("reason".to_owned(), text("custom")),
                ("codes".to_owned(), Detail::List(vec![text("1"), text("2")])),
            ]))
        }),
        ("permission-denied-list", || {
            Error::permission_denied_because(Detail::List(vec![text("One."), text("Two.")]))
                .with_code("twice")
        }),
        ("not-found", Error::not_found),
        ("not-found-text", || Error::not_found_because("No such thing.").with_code("no_thing")),
        ("method-not-allowed", || Error::method_not_allowed("PATCH")),
        ("method-not-allowed-text", || {
            Error::method_not_allowed_because("Not on Sundays.").with_code("sunday")
        }),
        ("not-acceptable", Error::not_acceptable),
        ("not-acceptable-text", || Error::not_acceptable_because("Only paper.").with_code("paper")),
        ("unsupported-media-type", || Error::unsupported_media_type("text/odd")),
        ("unsupported-media-type-text", || {
            Error::unsupported_media_type_because("Odd texts are not read.").with_code("odd")
        }),
        ("throttled", || Error::throttled(Some(61.2))),
        ("throttled-forever", || Error::throttled(None)),
        ("throttled-0", || Error::throttled(Some(0.0))),
        ("throttled-0.2", || Error::throttled(Some(0.2))),
        ("throttled-1", || Error::throttled(Some(1.0))),
        ("throttled-1.01", || Error::throttled(Some(1.01))),
        ("throttled-text", || Error::throttled_because("Slow down.", Some(1.0)).with_code("slow")),
        ("throttled-text-forever", || Error::throttled_because("Slow down.", None)),
        ("validation", || Error::validation("Wrong.")),
        ("validation-default", || Error::validation(Error::INVALID_INPUT)),
        ("validation-code", || Error::validation("Wrong.").with_code("wrong")),
        ("validation-own-codes", || {
            let one = Detail::Text(ErrorDetail::new("One.", "one"));
            Error::validation(Detail::Dict(vec![
                ("a".to_owned(), Detail::List(vec![one, text("Two.")])),
                ("b".to_owned(), Detail::Dict(vec![("c".to_owned(), text("Three."))])),
            ]))
            .with_code("other")
        }),
        ("validation-list", || Error::validation(Detail::List(vec![text("One."), text("Two.")]))),
        ("validation-dict", || {
            Error::validation(Detail::Dict(vec![
                ("field".to_owned(), Detail::message("Bad.")),
                ("nested".to_owned(), Detail::Dict(vec![("inner".to_owned(), Detail::message("Worse."))])),
            ]))
        }),
        ("teapot", || ApiException::new(418, "teapot", "I am a teapot.").into()),
        ("django-404", || Error::not_found_because("gone")),
        ("django-404-bare", Error::not_found),
        ("django-403", || Error::permission_denied_because("no")),
        ("django-403-bare", Error::permission_denied),
        ("suspicious", || Error::suspicious("strange")),
        ("unhandled", || Error::internal("out of order")),
    ]
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = |class: &str| View::new(class).permission_classes(AllowAny).get(raise);
    urls.path("errors/<str:name>/", view("Raise"))
        .path("basic-errors/<str:name>/", view("Basic Raise").authentication_classes(BasicAuthentication))
        .path("error-names/<str:name>/", error_names())
}

fn error_names() -> View {
    View::new("Error Names")
        .description("What an exception says of its codes.")
        .permission_classes(AllowAny)
        .get(names)
}

fn asked_for(request: &Request) -> Error {
    let name = request.kwarg("name").unwrap_or_default();
    let known = errors().into_iter().find(|(known, _)| *known == name);
    known.map_or_else(Error::not_found, |(_, error)| error())
}

async fn raise(request: Request) -> Result<Response> {
    Err(asked_for(&request))
}

async fn names(request: Request) -> Result<Response> {
    match asked_for(&request) {
        Error::Api(exception) => {
            let names = Detail::Dict(vec![
                ("codes".to_owned(), exception.codes()),
                ("full".to_owned(), exception.full_details()),
            ]);
            Ok(Response::json(200, names.to_string().into_bytes()))
        }
        other => Err(other),
    }
}
