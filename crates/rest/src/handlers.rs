//! Handlers: the functions that answer requests, in several shapes.

use std::future::Future;
use std::sync::Arc;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::request::Request;
use crate::response::Response;

/// A handler: a function that answers a request, in one of these shapes. The compiler finds `Kind`.
///
/// | shape | |
/// |---|---|
/// | `async fn(Request) -> Result<Response>` | the usual one |
/// | `async fn(&Request) -> Result<Response>` | a function, not a closure: closures that borrow and are async are not understood by the compiler yet |
/// | `fn(Request) -> Result<Response>` | where nothing is waited for |
/// | `fn(&Request) -> Result<Response>` | as well; a closure names its type: `|request: &Request| ..` |
///
/// Each of them may return a plain [`Response`] when it cannot fail. A function that is not async blocks its thread,
/// and other requests wait: it should not read files or sleep.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::Json;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::views::View;
///
/// async fn slow(request: Request) -> Result<Response> {
///     Response::data(200, &Json::from(request.method()))
/// }
///
/// fn quick(request: &Request) -> Response {
///     Response::empty(if request.is_authenticated() { 204 } else { 401 })
/// }
///
/// let view = View::new("Example").get(slow).post(quick);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "a handler is `async fn(Request) -> Result<Response>`",
    note = "it may leave out `async`, take `&Request`, and return a plain `Response`; its only parameter is the request",
    note = "what is held across an `.await` has to be `Send`: no `Rc`, and no guard of a `std::sync::Mutex`"
)]
pub trait Handler<Kind>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_boxed(self) -> BoxedHandler;
}

/// A type-erased handler.
#[doc(hidden)]
#[derive(Clone)]
pub struct BoxedHandler(Arc<dyn Fn(Request) -> BoxFuture<'static, Result<Response>> + Send + Sync>);

impl BoxedHandler {
    pub(crate) fn new(
        handler: impl Fn(Request) -> BoxFuture<'static, Result<Response>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(handler))
    }

    pub(crate) fn call(&self, request: Request) -> BoxFuture<'static, Result<Response>> {
        (self.0)(request)
    }
}

impl std::fmt::Debug for BoxedHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BoxedHandler")
    }
}

/// What a handler may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "return `Result<Response>` or `Response`"
)]
pub trait Answer: Send + 'static {
    #[doc(hidden)]
    fn into_result(self) -> Result<Response>;
}

impl Answer for Response {
    fn into_result(self) -> Result<Response> {
        Ok(self)
    }
}

impl Answer for Result<Response> {
    fn into_result(self) -> Result<Response> {
        self
    }
}

macro_rules! kinds {
    ($($name:ident)*) => {$(
        #[doc(hidden)]
        #[derive(Debug)]
        pub struct $name;
    )*};
}

kinds! { Boxed AsyncByValue AsyncByReference ByValue ByReference }

impl Handler<Boxed> for BoxedHandler {
    fn into_boxed(self) -> BoxedHandler {
        self
    }
}

impl<F, Pending> Handler<AsyncByValue> for F
where
    F: Fn(Request) -> Pending + Send + Sync + 'static,
    Pending: Future + Send + 'static,
    Pending::Output: Answer,
{
    fn into_boxed(self) -> BoxedHandler {
        BoxedHandler::new(move |request| {
            let pending = self(request);
            Box::pin(async move { pending.await.into_result() })
        })
    }
}

impl<F, A> Handler<ByValue> for F
where
    F: Fn(Request) -> A + Send + Sync + 'static,
    A: Answer,
{
    fn into_boxed(self) -> BoxedHandler {
        BoxedHandler::new(move |request| Box::pin(std::future::ready(self(request).into_result())))
    }
}

impl<F, A> Handler<ByReference> for F
where
    F: Fn(&Request) -> A + Send + Sync + 'static,
    A: Answer,
{
    fn into_boxed(self) -> BoxedHandler {
        BoxedHandler::new(move |request| Box::pin(std::future::ready(self(&request).into_result())))
    }
}

impl<F> Handler<AsyncByReference> for F
where
    F: for<'a> Borrowing<'a> + Send + Sync + 'static,
{
    fn into_boxed(self) -> BoxedHandler {
        let handler = Arc::new(self);
        BoxedHandler::new(move |request| {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler.answer(&request).await })
        })
    }
}

/// An async function that borrows the request.
#[doc(hidden)]
pub trait Borrowing<'a> {
    #[doc(hidden)]
    fn answer(&self, request: &'a Request) -> BoxFuture<'a, Result<Response>>;
}

impl<'a, F, Pending> Borrowing<'a> for F
where
    F: Fn(&'a Request) -> Pending,
    Pending: Future + Send + 'a,
    Pending::Output: Answer,
{
    fn answer(&self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        let pending = self(request);
        Box::pin(async move { pending.await.into_result() })
    }
}
