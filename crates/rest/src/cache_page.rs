//! Pages in the cache: what Django's `cache_page` does with a view's answers.
//!
//! A page is kept by its URL and by the headers that its `Vary` names. What a page depends on is in its `Vary`: the cookies, if
//! anybody has asked for the session or the page has a CSRF token, and `Authorization`, if the request has it and the page is not
//! `public`. So no user sees another one's page.

use std::time::Duration;

use belleville_auth::crypto::sha256_base64;
use belleville_db::json::{Json, loads};
use belleville_http::http::header::{AGE, AUTHORIZATION, EXPIRES, HeaderName, HeaderValue, SET_COOKIE, VARY};
use belleville_http::response::parse_http_date;

use crate::exceptions::Result;
use crate::request::Request;
use crate::response::Response;

/// The answer is from the cache.
struct IsFromCache;

/// The page that the cache has for a request. Where the cache does not answer, there is none.
pub(crate) async fn fetch(request: &Request) -> Option<Response> {
    if !matches!(request.method(), "GET" | "HEAD") {
        return None;
    }
    let found = find(request).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a page is made, because the cache does not answer");
        None
    });
    let mut page = found?;
    set_age(&mut page);
    request.facts().get_or_insert_with(|| IsFromCache);
    Some(page)
}

async fn find(request: &Request) -> Result<Option<Response>> {
    let cache = request.cache()?;
    let Some(Json::List(names)) = cache.get(&key_of_headers(request)).await? else { return Ok(None) };
    let names: Vec<&str> = names.iter().filter_map(text).collect();
    for method in ["GET", "HEAD"] {
        if method == "HEAD" && request.method() != "HEAD" {
            break;
        }
        if let Some(page) = cache.get_bytes(&key_of_page(request, method, &names)).await? {
            return Ok(read(&page));
        }
    }
    Ok(None)
}

/// How long the page has been in the cache, by the time at which it is over.
fn set_age(page: &mut Response) {
    let expires = page.headers().get(EXPIRES).and_then(|value| parse_http_date(value.to_str().ok()?));
    if let (Some(max_age), Some(expires)) = (page.max_age(), expires) {
        let left = expires.duration_since(belleville_db::now()).as_secs();
        let age = i64::try_from(max_age).unwrap_or(i64::MAX).saturating_sub(left).max(0);
        page.set_header(AGE, &age.to_string());
    }
}

/// Says how long a page is good, and keeps it, if it may be kept.
pub(crate) async fn update(request: &Request, response: &mut Response, timeout: Duration) {
    let is_old = request.facts().get::<IsFromCache>().is_some();
    if is_old || !matches!(request.method(), "GET" | "HEAD") || !is_cacheable(response) {
        return;
    }
    response.expires_after(timeout);
    let has_credentials = request.headers().get(AUTHORIZATION).is_some_and(|value| !value.is_empty());
    if has_credentials && !response.has_cache_directive("public") {
        response.vary_on("Authorization");
    }
    // Django's middleware say so too, but after the page is kept, so that Django's page of one user is shown to another one.
    if request.has_used_session() || request.has_used_csrf_token() {
        response.vary_on("Cookie");
    }
    if response.status() == 200
        && !timeout.is_zero()
        && !is_of_one_request(request, response)
        && let Err(error) = keep(request, response, timeout).await
    {
        tracing::warn!(%error, "a page is not kept, because the cache does not answer");
    }
}

/// Django's rules.
fn is_cacheable(response: &Response) -> bool {
    let is_private =
        ["private", "no-cache", "no-store"].iter().any(|name| response.has_cache_directive(name));
    let is_refused = response.is_streamed()
        || is_private
        || sets_own_cookie(response)
        || names_in_vary(response).iter().any(|name| name == "*");
    matches!(response.status(), 200 | 304) && !is_refused
}

fn sets_own_cookie(response: &Response) -> bool {
    response.headers().contains_key(SET_COOKIE) && names_in_vary(response).iter().any(|name| name == "cookie")
}

/// A page that belongs to a cookie that comes with it: nobody else may see it, and the same visitor has the cookie the next time.
fn is_of_one_request(request: &Request, response: &Response) -> bool {
    sets_own_cookie(response) || request.has_used_new_csrf_token()
}

async fn keep(request: &Request, response: &Response, timeout: Duration) -> Result<()> {
    let Some(page) = written(response) else { return Ok(()) };
    let names = names_in_vary(response);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cache = request.cache()?;
    let list: Vec<Json> = names.iter().map(|name| Json::from(*name)).collect();
    cache.set(&key_of_headers(request), list, timeout).await?;
    cache.set_bytes(&key_of_page(request, request.method(), &names), page, timeout).await?;
    Ok(())
}

/// The names in `Vary`, in lower case and in one order.
fn names_in_vary(response: &Response) -> Vec<String> {
    let said = response.headers().get(VARY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut names: Vec<String> = said.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

fn url(request: &Request) -> String {
    let location = request.quoted_path_and_query("");
    sha256_base64(request.build_absolute_uri(&location).as_bytes())
}

/// Django's own keys have pickled objects of Python, and may be in the same cache.
fn key_of_headers(request: &Request) -> String {
    format!("belleville.cache_header.{}", url(request))
}

fn key_of_page(request: &Request, method: &str, names: &[&str]) -> String {
    let mut values = Vec::new();
    for name in names {
        // A header that is not there is another one than an empty one, and no value runs into the next one.
        let value = HeaderName::from_bytes(name.as_bytes()).ok().and_then(|name| request.headers().get(name));
        match value {
            None => values.extend(b"-,"),
            Some(value) => {
                values.extend(format!("{}:", value.len()).bytes());
                values.extend(value.as_bytes());
                values.push(b',');
            }
        }
    }
    format!("belleville.cache_page.{method}.{}.{}", url(request), sha256_base64(&values))
}

/// A page as the cache has it: its headers as a line of JSON, then its body. `None` when a header is no text.
fn written(response: &Response) -> Option<Vec<u8>> {
    let mut headers = Vec::new();
    for (name, value) in response.headers() {
        headers.push(Json::from(vec![Json::from(name.as_str()), Json::from(value.to_str().ok()?)]));
    }
    let mut page = Json::from(headers).dumps().ok()?.into_bytes();
    page.push(b'\n');
    page.extend(response.body());
    Some(page)
}

fn read(page: &[u8]) -> Option<Response> {
    let end = page.iter().position(|byte| *byte == b'\n')?;
    let headers = loads(std::str::from_utf8(&page[..end]).ok()?).ok()?;
    let mut response = Response::empty(200);
    let Json::List(headers) = headers else { return None };
    for header in &headers {
        let Json::List(header) = header else { return None };
        let (name, value) = (text(header.first()?)?, text(header.get(1)?)?);
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        response.headers_mut().append(name, HeaderValue::from_str(value).ok()?);
    }
    response.set_rendered(page[end + 1..].to_vec());
    Some(response)
}

fn text(json: &Json) -> Option<&str> {
    match json {
        Json::Str(text) => Some(text.as_str()),
        _ => None,
    }
}
