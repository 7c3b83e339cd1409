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

    /// Waits for the turn of a request, where its address has to take turns.
    pub(super) async fn next(&self) -> Option<Turn> {
        if self.connections() <= FEW {
            return None;
        }
        // The semaphore is never closed; its waiters are served in the order of their coming.
        let permit = Arc::clone(&self.next).acquire_owned().await.ok()?;
        tokio::task::yield_now().await;
        Some(Turn { _permit: permit })
    }
}

/// The turn of one request.
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// Work that gives its turn to the next as soon as it was begun.
pub(super) struct Begun<'a, W> {
    work: Pin<&'a mut W>,
    turn: Option<Turn>,
}

impl<'a, W: Future> Begun<'a, W> {
    pub(super) fn new(work: Pin<&'a mut W>, turn: Option<Turn>) -> Self {
        Self { work, turn }
    }
}

impl<W: Future> Future for Begun<'_, W> {
    type Output = W::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<W::Output> {
        let outcome = self.work.as_mut().poll(cx);
        self.turn = None;
        outcome
    }
}
