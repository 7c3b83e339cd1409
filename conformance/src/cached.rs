//! `/conformance/cached/`: pages in the cache. Each says how often one was made at its address.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use belleville::http::HeaderName;
use belleville::http::header::{CACHE_CONTROL, ETAG, EXPIRES, SET_COOKIE, VARY};
use belleville::json;
use belleville::prelude::*;

/// How often a page was made, by its address.
static MADE: LazyLock<Mutex<HashMap<String, i64>>> = LazyLock::new(Mutex::default);

fn made(request: &Request) -> i64 {
    let address = format!("{} {}", request.method(), request.quoted_path_and_query(""));
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let number = made.entry(address).or_default();
    *number += 1;
    *number
}

fn page(request: &Request) -> Result<Response> {
    let status = request.kwarg("status").and_then(|status| status.parse().ok()).unwrap_or(200);
    let user = request.user().map(AuthUser::username).unwrap_or_default();
    Response::data(status, &json!({"user": user, "made": (made(request))}))
}

/// What a page says of itself, by a name.
fn headers(how: &str) -> &'static [(HeaderName, &'static str)] {
    const COOKIE: (HeaderName, &str) = (SET_COOKIE, "a=b; Path=/");
    match how {
        "private" => &[(CACHE_CONTROL, "private")],
        "upper" => &[(CACHE_CONTROL, "PRIVATE")],
        "no-store" => &[(CACHE_CONTROL, "max-age=5, no-store")],
        "no-cache" => &[(CACHE_CONTROL, "no-cache")],
        "no-cache-of" => &[(CACHE_CONTROL, "no-cache=\"set-cookie\"")],
        "public" => &[(CACHE_CONTROL, "public")],
        "short" => &[(CACHE_CONTROL, "max-age=10")],
        "long" => &[(CACHE_CONTROL, "max-age=600")],
        "zero" => &[(CACHE_CONTROL, "max-age=0")],
        "several" => &[(CACHE_CONTROL, "max-age=30, Must-Revalidate,no-transform")],
        "star" => &[(VARY, "*")],
        "varies" => &[(VARY, "X-Kind, x-other")],
        "expires" => &[(EXPIRES, "Thu, 02 Jan 2025 03:04:05 GMT")],
        "etag" => &[(ETAG, "\"v1\"")],
        "cookie" => &[COOKIE],
        "cookie-and-vary" => &[COOKIE, (VARY, "Cookie")],
        "cookie-and-kind" => &[COOKIE, (VARY, "X-Kind")],
        _ => &[],
    }
}

fn said(request: &Request) -> Result<Response> {
    let mut response = page(request)?;
    for (name, value) in headers(request.kwarg("how").unwrap_or_default()) {
        response.set_header(name.clone(), value);
    }
    Ok(response)
}

fn failing(request: &Request) -> Result<Response> {
    page(request)?;
    Err(if request.kwarg("name") == Some("missing") {
        Error::not_found()
    } else {
        Error::parse("Malformed request.")
    })
}

fn streamed(request: &Request) -> Response {
    let made = made(request);
    Response::stream(
        200,
        "text/plain",
        move |mut chunks| async move { chunks.send(format!("made {made}")).await },
    )
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = || View::new("Page").authentication_classes(BasicAuthentication).permission_classes(AllowAny);
    let of_sessions = || view().authentication_classes(SessionAuthentication);
    let cached = Urls::new()
        .path("headers/<str:how>/", view().get(said).post(said).cache_page(60))
        .path("status/<int:status>/", view().get(page).post(page).cache_page(60))
        .path("errors/<str:name>/", view().get(failing).post(failing).cache_page(60))
        .path("kinds/", view().get(page).post(page).cache_page(60).vary_on_headers(["X-Kind", "X-Other"]))
        .path("by-cookie/", view().get(page).post(page).cache_page(60).vary_on_headers(["Cookie"]))
        .path("members/", view().get(page).post(page).cache_page(60).permission_classes(IsAuthenticated))
        .path("sessions/", of_sessions().get(page).post(page).cache_page(60))
        .path(
            "sessions-by-cookie/",
            of_sessions().get(page).post(page).cache_page(60).vary_on_headers(["Cookie"]),
        )
        .path("not-at-all/", view().get(page).post(page).cache_page(0))
        .path("never/", view().get(page).post(page).never_cache())
        .path("streamed/", view().get(streamed).post(streamed).cache_page(60));
    urls.include("cached/", cached)
}
