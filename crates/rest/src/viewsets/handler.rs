//! Actions as functions: methods that take the viewset and the request.

use std::future::Future;
use std::sync::Arc;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::handlers::{Answer, BoxedHandler};
use crate::request::Request;
use crate::response::Response;

/// An action of a viewset, or a method of an [`APIView`](crate::views::APIView): a method in one of these shapes. The compiler finds `Kind`.
///
/// | shape | |
/// |---|---|
/// | `async fn(&self, &Request) -> Result<Response>` | the usual one |
/// | `fn(&self, &Request) -> Result<Response>` | where nothing is waited for |
///
/// Each may return a plain [`Response`] when it cannot fail.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an action of `{V}`",
    label = "an action is `async fn(&self, request: &Request) -> Result<Response>`",
    note = "it may leave out `async`, and return a plain `Response`; `&self` is the viewset",
    note = "what is held across an `.await` has to be `Send`: no `Rc`, and no guard of a `std::sync::Mutex`"
)]
pub trait ActionHandler<V, Kind>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_action(self) -> BoxedAction<V>;
}

/// A type-erased action.
#[doc(hidden)]
pub struct BoxedAction<V>(Arc<Call<V>>);

type Call<V> = dyn Fn(Arc<V>, Request) -> BoxFuture<'static, Result<Response>> + Send + Sync;

impl<V> Clone for BoxedAction<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> std::fmt::Debug for BoxedAction<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BoxedAction")
    }
}

impl<V: Send + Sync + 'static> BoxedAction<V> {
    pub(super) fn new(
        action: impl Fn(Arc<V>, Request) -> BoxFuture<'static, Result<Response>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(action))
    }

    /// The handler of a view that has this viewset.
    pub(super) fn of(&self, viewset: &Arc<V>) -> BoxedHandler {
        let (action, viewset) = (Arc::clone(&self.0), Arc::clone(viewset));
        BoxedHandler::new(move |request| action(Arc::clone(&viewset), request))
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Async;

#[doc(hidden)]
#[derive(Debug)]
pub struct Quick;

/// An async method that borrows the viewset and the request.
#[doc(hidden)]
pub trait Acting<'a, V> {
    #[doc(hidden)]
    fn act(&self, viewset: &'a V, request: &'a Request) -> BoxFuture<'a, Result<Response>>;
}

impl<'a, V: 'a, F, Pending> Acting<'a, V> for F
where
    F: Fn(&'a V, &'a Request) -> Pending,
    Pending: Future + Send + 'a,
    Pending::Output: Answer,
{
    fn act(&self, viewset: &'a V, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        let pending = self(viewset, request);
        Box::pin(async move { pending.await.into_result() })
    }
}

impl<V, F> ActionHandler<V, Async> for F
where
    V: Send + Sync + 'static,
    F: for<'a> Acting<'a, V> + Send + Sync + 'static,
{
    fn into_action(self) -> BoxedAction<V> {
        let action = Arc::new(self);
        BoxedAction::new(move |viewset, request| {
            let action = Arc::clone(&action);
            Box::pin(async move { action.act(&viewset, &request).await })
        })
    }
}

impl<V, F, A> ActionHandler<V, Quick> for F
where
    V: Send + Sync + 'static,
    F: Fn(&V, &Request) -> A + Send + Sync + 'static,
    A: Answer,
{
    fn into_action(self) -> BoxedAction<V> {
        BoxedAction::new(move |viewset, request| {
            Box::pin(std::future::ready(self(&viewset, &request).into_result()))
        })
    }
}
