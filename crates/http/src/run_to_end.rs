//! Work that is finished whether anybody waits for it or not.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::sync::Notify;

/// Whether the client still waits for an answer.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    gone: AtomicBool,
    left: Notify,
}

impl Presence {
    /// Done when the client has hung up; never while it waits.
    pub(crate) async fn ended(&self) {
        let left = self.left.notified();
        tokio::pin!(left);
        left.as_mut().enable();
        if !self.gone.load(Ordering::Acquire) {
            left.await;
        }
    }

    fn end(&self) {
        self.gone.store(true, Ordering::Release);
        self.left.notify_waiters();
    }
}

/// A future that goes on as a task of its own when it is dropped before its end: a client that hangs up neither leaves a
/// handler half done nor gets a login attempt that does not count.
pub(crate) struct RunToEnd<T: Send + 'static> {
    work: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    presence: Arc<Presence>,
}

impl<T: Send + 'static> RunToEnd<T> {
    pub(crate) fn new(presence: Arc<Presence>, work: impl Future<Output = T> + Send + 'static) -> Self {
        Self { work: Some(Box::pin(work)), presence }
    }
}

impl<T: Send + 'static> Future for RunToEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(work) = &mut self.work else { return Poll::Pending };
        let outcome = work.as_mut().poll(cx);
        if outcome.is_ready() {
            self.work = None;
        }
        outcome
    }
}

impl<T: Send + 'static> Drop for RunToEnd<T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        self.presence.end();
        // Without a runtime the program is ending.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(work);
        }
    }
}
