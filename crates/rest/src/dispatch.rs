//! The request pipeline: what happens to every request to the API, in DRF's order. No policy stands here; each step asks
//! the module that has it.

use std::pin::pin;

use http::header::{ACCEPT, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};

use crate::exceptions::{ApiException, Error, Result};
use crate::printable::Quoted;
use crate::request::Request;
use crate::response::Response;
use crate::views::View;
use crate::{authentication, development, metadata, negotiation};
use belleville_http::panics::caught;
use belleville_http::problem;

/// Answers a request with a view.
pub(crate) async fn dispatch(view: &View, request: &Request) -> Response {
    let handled = async {
        match (answer(view, request).await, view.exception_handler) {
            (Err(error), Some(handler)) => handler(error, request),
            (answered, _) => answered,
        }
    };
    match caught(pin!(handled)).await {
        Ok(response) => finalized(view, request, response).await,
        Err(Error::Api(exception)) => {
            finalized(view, request, exception_response(view, request, &exception)).await
        }
        // A plain page (400, 500) is Django's, not the API's.
        Err(Error::Suspicious(reason)) => development::suspicious(request, &reason),
        Err(Error::Internal(failure)) => development::internal(request, &failure),
    }
}

async fn answer(view: &View, request: &Request) -> Result<Response> {
    negotiate(view, request)?;
    authenticate(view, request).await?;
    check_permissions(view, request).await?;
    handle(view, request).await
}

fn negotiate(view: &View, request: &Request) -> Result<()> {
    // As in DRF, the query is not looked at where the URL has a format.
    let format = match request.format_suffix() {
        Some(format) => Some(format),
        None if request.query_string().is_empty() => None,
        None => request.readable_query()?.get("format"),
    };
    let accept = request.header_text(&ACCEPT);
    request.set_accepted(negotiation::select(view.renderers(), format, accept.as_deref())?);
    Ok(())
}

async fn authenticate(view: &View, request: &Request) -> Result<()> {
    let identity = authentication::identify(view.authenticators(), request).await?;
    request.set_identity(identity);
    Ok(())
}

async fn check_permissions(view: &View, request: &Request) -> Result<()> {
    for rule in view.permissions(request.method()) {
        if !rule.has_permission(request).await? {
            return Err(view.refusal(request, rule));
        }
    }
    Ok(())
}

/// Calls the handler, in a transaction where the view says so. An error undoes it, also one of the API: DRF's `set_rollback`.
async fn handle(view: &View, request: &Request) -> Result<Response> {
    if !view.is_atomic() {
        return act(view, request).await;
    }
    // Boxed, so that a view without a transaction does not take the memory of one.
    Box::pin(handle_atomically(view, request)).await
}

async fn handle_atomically(view: &View, request: &Request) -> Result<Response> {
    // A client that sends slowly keeps nobody from the database.
    request.await_body().await;
    request.db().atomic(async || act(view, request).await).await
}

async fn act(view: &View, request: &Request) -> Result<Response> {
    match view.handler(request.method()) {
        Some(handler) => handler.call(request.clone()).await,
        None if request.method() == "OPTIONS" => Box::pin(metadata::options(view, request)).await,
        None => Err(Error::method_not_allowed(request.method())),
    }
}

/// The challenge of the first authenticator decides between 401 and 403, whichever of them refused.
fn exception_response(view: &View, request: &Request, exception: &ApiException) -> Response {
    request.set_error_code(exception.code());
    if let Some(reason) = exception.reason() {
        match exception.status() {
            503 => tracing::warn!(reason = %Quoted(reason), "the database is not available"),
            _ => tracing::warn!(reason = %Quoted(reason), "a constraint refused the change"),
        }
    }
    let mut response = Response::json(exception.status(), Vec::new());
    if exception.is_authentication() {
        let challenge = match view.challenge {
            Some(challenge) => Some(challenge(request)),
            None => view.authenticators().first().and_then(|first| first.authenticate_header(request)),
        };
        match challenge {
            Some(challenge) => response.set_header(WWW_AUTHENTICATE, &challenge),
            None => response.set_status(403),
        }
    }
    if let Some(seconds) = exception.retry_after() {
        response.set_header(RETRY_AFTER, &seconds.to_string());
    }
    if view.has_problem_details() {
        response.set_compact_json(exception.problem(response.status()));
        response.set_header(CONTENT_TYPE, problem::MEDIA_TYPE);
    } else {
        response.set_compact_json(exception.body());
    }
    response
}

/// Renders the answer, if its handler has not done so, and says what it depends on.
async fn finalized(view: &View, request: &Request, mut response: Response) -> Response {
    response.headers_mut().insert(ALLOW, view.allow_header());
    if view.renderers().len() > 1 {
        response.vary_on("Accept");
    }
    if response.is_rendered() {
        return response;
    }
    let renderer = request.accepted().and_then(|accepted| view.renderers().get(accepted.index));
    if let Some(renderer) = renderer.or(view.renderers().first()) {
        renderer.render(request, &mut response).await;
    }
    response
}
