//! Turns: a client with many connections does not keep the threads from everybody else.
//!
//! A handler that finds its rows in memory is done without waiting, so that a thread to which a hundred connections of one
//! client have brought requests answers all of those before it looks at another client's. The requests of an address
//! with more than [`FEW`] connections are therefore begun one after the other, each behind whatever else the threads
//! have to do.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many connections of one address at once are nothing special.
const FEW: usize = 16;

/// The requests of one address.
#[derive(Debug)]
pub(super) struct Turns {
    connections: AtomicUsize,
    next: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { connections: AtomicUsize::new(0), next: Arc::new(Semaphore::new(1)) }
    }
}

impl Turns {
    /// How many connections the address has.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// One more connection.
    pub(super) fn enter(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// One connection less.
    pub(super) fn leave(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }

    /// Does the work of a request when it is its turn.
    pub(super) async fn take<T>(&self, work: impl Future<Output = T>) -> T {
        if self.connections() <= FEW {
            return work.await;
        }
        // The semaphore is never closed; its waiters are served in the order of their coming.
        let permit = Arc::clone(&self.next).acquire_owned().await.ok();
        tokio::task::yield_now().await;
        Begun { work: std::pin::pin!(work), permit }.await
    }
}

/// Work that gives its turn to the next as soon as it was begun.
struct Begun<'a, W> {
    work: Pin<&'a mut W>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<W: Future> Future for Begun<'_, W> {
    type Output = W::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<W::Output> {
        let outcome = self.work.as_mut().poll(cx);
        self.permit = None;
        outcome
    }
}
