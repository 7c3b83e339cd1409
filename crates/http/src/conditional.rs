//! Conditional requests: what Django's `condition` and its `ConditionalGetMiddleware` do with `ETag` and `Last-Modified`.

use belleville_auth::crypto::md5_hex;
use belleville_db::DateTime;
use http::header::{
    CACHE_CONTROL, CONTENT_LOCATION, DATE, ETAG, EXPIRES, HeaderName, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED, SET_COOKIE, VARY,
};

use crate::cookies::{http_date, parse_http_date};
use crate::exceptions::Result;
use crate::request::HttpRequest;
use crate::response::Response;

/// What a client without a copy of the answer needs of an answer that it has a copy of.
const KEPT: [HeaderName; 8] =
    [CACHE_CONTROL, CONTENT_LOCATION, DATE, ETAG, EXPIRES, LAST_MODIFIED, VARY, SET_COOKIE];

/// What is known of something before it is answered with: by which a client's copy is found to be the same, and a change to be
/// meant for what is there.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Validators {
    etag: Option<String>,
    last_modified: Option<DateTime>,
}

impl Validators {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `ETag`, which becomes a strong one where it is not quoted.
    pub fn etag(self, etag: &str) -> Self {
        Self { etag: Some(quoted_etag(etag)), ..self }
    }

    /// When it was changed last.
    pub fn last_modified(self, at: DateTime) -> Self {
        // HTTP knows whole seconds: what is left out is left out on both sides of a comparison.
        Self { last_modified: parse_http_date(&http_date(at)).or(Some(at)), ..self }
    }
}

impl HttpRequest {
    /// Answers a request unless its conditions say that it need not or must not be: Django's decorators `condition`, `etag` and
    /// `last_modified`. A client that has the same gets 304, and whoever wants to change something else than what is there
    /// gets 412; `answer` is not asked then. The answer to GET and HEAD has the validators as headers.
    ///
    /// ```
    /// # extern crate belleville_http as belleville;
    /// # use belleville::exceptions::Result;
    /// # use belleville::request::HttpRequest as Request;
    /// use belleville::response::{Response, Validators};
    ///
    /// async fn prices(request: Request) -> Result<Response> {
    ///     let version = 7;
    ///     let known = Validators::new().etag(&format!("prices-{version}"));
    ///     request.condition(known, async || Ok(Response::text(200, "much work"))).await
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of `answer`.
    pub async fn condition(
        &self,
        validators: Validators,
        answer: impl AsyncFnOnce() -> Result<Response>,
    ) -> Result<Response> {
        let Validators { etag, last_modified } = validators;
        let mut response = match verdict(self, etag.as_deref(), last_modified) {
            Verdict::Answer => answer().await?,
            Verdict::NotModified => Response::empty(304),
            Verdict::Failed => Response::html(412, ""),
        };
        if matches!(self.method(), "GET" | "HEAD") {
            if let Some(at) = last_modified.filter(|_| !response.headers().contains_key(LAST_MODIFIED)) {
                response.set_header(LAST_MODIFIED, &http_date(at));
            }
            if let Some(etag) = etag.filter(|_| !response.headers().contains_key(ETAG)) {
                response.set_header(ETAG, &etag);
            }
        }
        Ok(response)
    }
}

/// Gives the answer to a GET an `ETag` by its content, and answers 304 in its place where the client has the same.
pub fn finish(request: &HttpRequest, response: &mut Response) {
    if request.method() != "GET" {
        return;
    }
    let body = response.body();
    if !body.is_empty() && !response.headers().contains_key(ETAG) && may_be_stored(response) {
        let etag = format!("\"{}\"", md5_hex(body));
        response.set_header(ETAG, &etag);
    }
    let text = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
    let etag = text(ETAG).filter(|etag| !etag.is_empty());
    let last_modified = text(LAST_MODIFIED).and_then(parse_http_date);
    if !(200..300).contains(&response.status()) || (etag.is_none() && last_modified.is_none()) {
        return;
    }
    match verdict(request, etag, last_modified) {
        Verdict::Answer => {}
        Verdict::NotModified => {
            let mut short = Response::empty(304);
            for name in KEPT {
                for value in response.headers().get_all(&name) {
                    short.headers_mut().append(name.clone(), value.clone());
                }
            }
            *response = short;
        }
        Verdict::Failed => *response = Response::html(412, ""),
    }
}

/// Whether no `Cache-Control` forbids to keep the answer.
fn may_be_stored(response: &Response) -> bool {
    let said = response.headers().get(CACHE_CONTROL).map(|value| value.as_bytes()).unwrap_or_default();
    !said.split(|byte| *byte == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(b"no-store"))
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Answer,
    NotModified,
    Failed,
}

/// What the conditions of a request say of something with these validators, in the order of RFC 9110, section 13.2.2.
fn verdict(request: &HttpRequest, etag: Option<&str>, last_modified: Option<DateTime>) -> Verdict {
    let header = |name| request.header_text(&name);
    let etags = |name| ETags::of(&header(name).unwrap_or_default());
    let date = |name| header(name).and_then(|text| parse_http_date(&text));
    let is_read = matches!(request.method(), "GET" | "HEAD");
    let (wanted, known) = (etags(IF_MATCH), etags(IF_NONE_MATCH));
    if !wanted.are_none() && !wanted.match_strongly(etag) {
        return Verdict::Failed;
    }
    if wanted.are_none()
        && let Some(since) = date(IF_UNMODIFIED_SINCE)
        && last_modified.is_none_or(|at| at > since)
    {
        return Verdict::Failed;
    }
    if !known.are_none() && known.match_weakly(etag) {
        return if is_read { Verdict::NotModified } else { Verdict::Failed };
    }
    if known.are_none()
        && is_read
        && let Some(since) = date(IF_MODIFIED_SINCE)
        && last_modified.is_some_and(|at| at <= since)
    {
        return Verdict::NotModified;
    }
    Verdict::Answer
}

/// The values of `If-Match` and `If-None-Match`.
enum ETags {
    Any,
    These(Vec<String>),
}

impl ETags {
    fn of(header: &str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        let etags = header.split(',').map(str::trim).filter(|etag| is_quoted(etag));
        Self::These(etags.map(str::to_owned).collect())
    }

    fn are_none(&self) -> bool {
        matches!(self, Self::These(etags) if etags.is_empty())
    }

    fn match_strongly(&self, etag: Option<&str>) -> bool {
        match (self, etag) {
            (_, None) => false,
            (Self::Any, _) => true,
            (Self::These(etags), Some(etag)) => {
                !etag.starts_with("W/") && etags.iter().any(|one| one == etag)
            }
        }
    }

    fn match_weakly(&self, etag: Option<&str>) -> bool {
        match (self, etag) {
            (_, None) => false,
            (Self::Any, _) => true,
            (Self::These(etags), Some(etag)) => etags.iter().any(|one| opaque(one) == opaque(etag)),
        }
    }
}

/// An `ETag` without the mark of a weak one.
fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag)
}

fn is_quoted(etag: &str) -> bool {
    let text = opaque(etag).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    text.is_some_and(|text| !text.contains('"'))
}

/// An `ETag` as it is, or in quotes: Django's `quote_etag`.
pub(crate) fn quoted_etag(etag: &str) -> String {
    if is_quoted(etag) { etag.to_owned() } else { format!("\"{etag}\"") }
}
