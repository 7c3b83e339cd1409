//! What becomes of a handler's answer or error: DRF's `handle_exception` and `finalize_response`.

use std::pin::pin;

use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};

use crate::exceptions::{ApiException, Error, Failure, Result};
use crate::policies::{CompletePolicies, RestFramework};
use crate::printable::Quoted;
use crate::request::Request;
use crate::response::Response;
use crate::views::View;
use crate::{cache_page, development, reports, throttling};
use belleville_http::panics::caught;
use belleville_http::problem;

/// Refuses numbers that are not finite, which are no JSON, unless the setting `strict_json` is off.
pub(crate) fn only_json(request: &Request, mut response: Response) -> Result<Response> {
    let Some(error) = response.take_not_finite() else { return Ok(response) };
    let is_strict = request.services().get::<RestFramework>().is_none_or(|settings| settings.strict_json);
    if is_strict { Err(error) } else { Ok(response) }
}

/// The challenge of the first authenticator decides between 401 and 403, whichever of them refused.
pub(crate) fn exception_response(
    policies: &CompletePolicies,
    request: &Request,
    exception: &ApiException,
) -> Response {
    request.set_error_code(exception.code());
    if exception.status() == 500 {
        let failure = Failure::without_place(exception.detail().to_string());
        failure.log();
        reports::tell(request, 500, &failure);
    }
    if let Some(reason) = exception.reason() {
        match exception.status() {
            503 => tracing::warn!(reason = %Quoted(reason), "the database or the cache is not available"),
            _ => tracing::warn!(reason = %Quoted(reason), "a constraint refused the change"),
        }
    }
    let mut response = Response::json(exception.status(), Vec::new());
    if exception.is_authentication() {
        let challenge = match policies.challenge {
            Some(challenge) => Some(challenge(request)),
            None => policies.authenticators.first().and_then(|first| first.authenticate_header(request)),
        };
        match challenge {
            Some(challenge) => response.set_header(WWW_AUTHENTICATE, &challenge),
            None => response.set_status(403),
        }
    }
    if let Some(seconds) = exception.retry_after() {
        response.set_header(RETRY_AFTER, &seconds.to_string());
    }
    if policies.problem_details {
        response.set_compact_json(exception.problem(response.status()));
        response.set_header(CONTENT_TYPE, problem::MEDIA_TYPE);
    } else {
        response.set_compact_json(exception.body(&policies.non_field_errors_key));
    }
    response
}

/// Puts a page into the cache where the view says so.
pub(crate) async fn cached(
    policies: &CompletePolicies,
    request: &Request,
    mut response: Response,
) -> Response {
    if let Some(timeout) = policies.cache_page {
        Box::pin(cache_page::update(request, &mut response, timeout)).await;
    }
    response
}

/// The answer as it is sent: with the headers that say what it depends on, changed by the view's own hook, and rendered if its handler has
/// not done so.
pub(crate) async fn finalized(
    view: &View,
    policies: &CompletePolicies,
    request: &Request,
    response: Response,
) -> Response {
    let mut response = with_headers(view, policies, request, response);
    if let Some(finalize_response) = &view.hooks.finalize_response {
        response = match caught(pin!(finalize_response(request.clone(), response))).await {
            Ok(changed) => changed,
            Err(Error::Api(exception)) => {
                with_headers(view, policies, request, exception_response(policies, request, &exception))
            }
            Err(Error::Suspicious(reason)) => return development::suspicious(request, &reason),
            Err(Error::BadRequest(reason)) => return development::bad_request(request, &reason),
            Err(Error::Internal(failure)) => return development::internal(request, &failure),
        };
    }
    if response.is_rendered() {
        return response;
    }
    let renderers = &policies.renderers;
    let renderer = request.accepted().and_then(|accepted| renderers.get(accepted.index));
    if let Some(renderer) = renderer.or(renderers.first()) {
        renderer.render(request, &mut response).await;
    }
    response
}

/// A handler's answer, with the headers on which the policies say that it depends. An error depends on none of them.
pub(crate) fn varied(policies: &CompletePolicies, mut response: Response) -> Response {
    policies.vary_on_headers.iter().for_each(|name| response.vary_on(name));
    response
}

/// Says what the answer depends on.
fn with_headers(
    view: &View,
    policies: &CompletePolicies,
    request: &Request,
    mut response: Response,
) -> Response {
    response.headers_mut().insert(ALLOW, view.allow_header());
    if !policies.throttles().is_empty() {
        throttling::finish(request, &mut response);
    }
    if policies.never_cache {
        response.never_cache();
    }
    if policies.renderers.len() > 1 {
        response.vary_on("Accept");
    }
    response
}
