//! What a program does around its views.

use std::sync::Arc;

use super::{Stack, plain_error};
use crate::BoxFuture;
use crate::request::Request;
use crate::response::Response;

/// Something that is done for every request, before and after what comes further inside.
///
/// It may look at the request, keep facts about it ([`HttpRequest::facts`](belleville_http::request::HttpRequest::facts)), answer
/// itself without calling `next`, and change the answer. It runs behind Django's own middleware: the host is checked, and a
/// session is saved and headers of security are added after it. Who the user is, is known after `next`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::http::HeaderName;
/// use belleville::middleware::{Middleware, Next};
/// use belleville::request::Request;
/// use belleville::response::Response;
///
/// /// Says in each answer which program gave it.
/// struct PoweredBy;
///
/// impl Middleware for PoweredBy {
///     async fn handle(&self, request: &Request, next: Next<'_>) -> Response {
///         let mut response = next.run(request).await;
///         response.set_header(HeaderName::from_static("x-powered-by"), "belleville");
///         response
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a middleware",
    label = "implement Middleware for it: `async fn handle(&self, &Request, Next<'_>) -> Response`"
)]
pub trait Middleware: Send + Sync + 'static {
    /// Answers a request, as a rule by `next.run(request).await`.
    fn handle(&self, request: &Request, next: Next<'_>) -> impl Future<Output = Response> + Send;
}

/// What answers a request further inside: the next middleware, or the view.
#[derive(Debug)]
pub struct Next<'a> {
    stack: &'a Stack,
    others: &'a [BoxedMiddleware],
}

impl<'a> Next<'a> {
    /// All of the program's own middleware.
    pub(super) fn first(stack: &'a Stack) -> Self {
        Self { stack, others: &stack.own }
    }

    /// The answer.
    pub async fn run(self, request: &Request) -> Response {
        match self.others {
            [] => {
                super::viewed(self.stack, request).await.unwrap_or_else(|error| plain_error(request, &error))
            }
            [first, others @ ..] => first.0.handle(request, Self { others, ..self }).await,
        }
    }
}

/// A type-erased middleware.
#[derive(Clone)]
pub struct BoxedMiddleware(Arc<dyn DynMiddleware>);

impl<M: Middleware> From<M> for BoxedMiddleware {
    fn from(middleware: M) -> Self {
        Self(Arc::new(middleware))
    }
}

impl std::fmt::Debug for BoxedMiddleware {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

/// The object-safe form of [`Middleware`].
trait DynMiddleware: Send + Sync {
    fn handle<'a>(&'a self, request: &'a Request, next: Next<'a>) -> BoxFuture<'a, Response>;
    fn name(&self) -> &'static str;
}

impl<M: Middleware> DynMiddleware for M {
    fn handle<'a>(&'a self, request: &'a Request, next: Next<'a>) -> BoxFuture<'a, Response> {
        Box::pin(Middleware::handle(self, request, next))
    }

    fn name(&self) -> &'static str {
        crate::python::class_name::<M>()
    }
}
