//! The request pipeline: what happens to every request to the API, in DRF's order. No policy stands here; each step asks
//! the module that has it.

use std::pin::pin;

use crate::exceptions::{Error, Result};
use crate::finalize::{cached, exception_response, finalized, only_json, varied};
use crate::policies::CompletePolicies;
use crate::request::Request;
use crate::response::Response;
use crate::views::View;
use crate::{authentication, cache_page, development, throttling, versioning};
use belleville_http::panics::caught;

/// Answers a request with a view.
pub(crate) async fn dispatch(view: &View, request: &Request) -> Response {
    let policies = view.policies_of(request.method());
    let handled = async {
        let answered = answer(view, policies, request).await;
        let answered = answered.or_else(|error| policies.exception_handler.answer(error, request));
        answered.and_then(|response| only_json(request, response))
    };
    match caught(pin!(handled)).await {
        Ok(response) => {
            let response = finalized(view, policies, request, response).await;
            cached(policies, request, response).await
        }
        Err(Error::Api(exception)) => {
            let response = exception_response(policies, request, &exception);
            finalized(view, policies, request, response).await
        }
        // A plain page (400, 500) is Django's, not the API's.
        Err(Error::Suspicious(reason)) => development::suspicious(request, &reason),
        Err(Error::BadRequest(reason)) => development::bad_request(request, &reason),
        Err(Error::Internal(failure)) => development::internal(request, &failure),
    }
}

async fn answer(view: &View, policies: &CompletePolicies, request: &Request) -> Result<Response> {
    negotiate(policies, request)?;
    determine_version(policies, request)?;
    authenticate(policies, request).await?;
    check_permissions(policies, request).await?;
    // Boxed, so that a view without throttles does not take the memory of theirs.
    if !policies.throttles().is_empty() {
        Box::pin(throttling::check(policies.throttles(), request)).await?;
    }
    if let Some(initial) = &view.hooks.initial {
        initial(request.clone()).await?;
    }
    // Boxed, as the throttles are.
    if policies.cache_page.is_some()
        && let Some(page) = Box::pin(cache_page::fetch(request)).await
    {
        return Ok(page);
    }
    handle(view, policies, request).await
}

fn negotiate(policies: &CompletePolicies, request: &Request) -> Result<()> {
    request.set_accepted(policies.negotiation.select_renderer(request, &policies.renderers)?);
    Ok(())
}

fn determine_version(policies: &CompletePolicies, request: &Request) -> Result<()> {
    match policies.scheme() {
        Some(scheme) => versioning::determine(scheme, request),
        None => Ok(()),
    }
}

async fn authenticate(policies: &CompletePolicies, request: &Request) -> Result<()> {
    let identity = authentication::identify(&policies.authenticators, request).await?;
    request.set_identity(identity);
    Ok(())
}

async fn check_permissions(policies: &CompletePolicies, request: &Request) -> Result<()> {
    for rule in &policies.permissions {
        if !rule.has_permission(request).await? {
            return Err(policies.refusal(request, rule));
        }
    }
    Ok(())
}

/// Calls the handler, in a transaction where the view says so. An error undoes it, also one of the API: DRF's `set_rollback`.
async fn handle(view: &View, policies: &CompletePolicies, request: &Request) -> Result<Response> {
    if !policies.atomic {
        return act(view, policies, request).await;
    }
    // Boxed, so that a view without a transaction does not take the memory of one.
    Box::pin(handle_atomically(view, policies, request)).await
}

async fn handle_atomically(view: &View, policies: &CompletePolicies, request: &Request) -> Result<Response> {
    // A client that sends slowly keeps nobody from the database.
    request.await_body().await;
    request.db().atomic(async || act(view, policies, request).await).await
}

async fn act(view: &View, policies: &CompletePolicies, request: &Request) -> Result<Response> {
    match view.handler(request.method()) {
        Some(handler) => Ok(varied(policies, handler.call(request.clone()).await?)),
        None => match policies.metadata.as_ref().filter(|_| request.method() == "OPTIONS") {
            Some(metadata) => metadata.determine(request, view).await,
            None => Err(Error::method_not_allowed(request.method())),
        },
    }
}
