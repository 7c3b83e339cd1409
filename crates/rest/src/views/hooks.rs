//! What a view does before its handler and with its answer, where it says so: DRF's `initial` and `finalize_response`.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::request::Request;
use crate::response::Response;

type Initial = dyn Fn(Request) -> BoxFuture<'static, Result<()>> + Send + Sync;

type FinalizeResponse = dyn Fn(Request, Response) -> BoxFuture<'static, Result<Response>> + Send + Sync;

/// The hooks that a view overrides. One that overrides none has none, and pays for none.
#[derive(Clone, Default)]
pub(crate) struct ViewHooks {
    pub(crate) initial: Option<Arc<Initial>>,
    pub(crate) finalize_response: Option<Arc<FinalizeResponse>>,
}

/// The hooks of an `Arc` of a `V` that has them.
macro_rules! hooks_of {
    ($view:expr) => {{
        use $crate::views::hooks::{ViewHooks, overrides_finalize_response, overrides_initial};
        let mut hooks = ViewHooks::default();
        if overrides_initial::<V, _>(V::initial) {
            let view = Arc::clone($view);
            hooks.initial = Some(Arc::new(move |request| {
                let view = Arc::clone(&view);
                Box::pin(async move { view.initial(&request).await })
            }));
        }
        if overrides_finalize_response::<V, _>(V::finalize_response) {
            let view = Arc::clone($view);
            hooks.finalize_response = Some(Arc::new(move |request, response| {
                let view = Arc::clone(&view);
                Box::pin(async move { view.finalize_response(&request, response).await })
            }));
        }
        hooks
    }};
}

pub(crate) use hooks_of;

/// The future of a hook that is not overridden: it has its value already. No override returns it, so that its type tells.
pub(crate) struct Usual<T>(Option<T>);

impl<T> Usual<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T: Unpin> Future for Usual<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        self.0.take().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Whether `initial` is an override.
pub(crate) fn overrides_initial<'a, V: 'a, R>(_: impl FnOnce(&'a V, &'a Request) -> R) -> bool {
    type_name::<R>() != type_name::<Usual<Result<()>>>()
}

/// Whether `finalize_response` is an override.
pub(crate) fn overrides_finalize_response<'a, V: 'a, R>(
    _: impl FnOnce(&'a V, &'a Request, Response) -> R,
) -> bool {
    type_name::<R>() != type_name::<Usual<Result<Response>>>()
}
