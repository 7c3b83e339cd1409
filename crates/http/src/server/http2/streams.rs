//! The requests of a connection that are not over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::clients::Beside;

/// Counts them.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// Requests whose handler is not done or whose answer is not handed over.
    under_way: AtomicUsize,
    /// The last of them has ended.
    ended: Notify,
    /// The client has not taken what is written.
    is_blocked: AtomicBool,
}

impl Streams {
    /// A request begins; it is under way until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>, beside: Option<Beside>) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        UnderWay { streams: Arc::clone(self), _beside: beside }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Whether the connection waits for nothing but a request.
    pub(super) fn is_idle(&self) -> bool {
        self.count() == 0 && !self.is_blocked.load(Ordering::Acquire)
    }

    pub(super) fn set_blocked(&self, is_blocked: bool) {
        self.is_blocked.store(is_blocked, Ordering::Release);
    }

    /// Done when the last of them has ended.
    pub(super) async fn ended(&self) {
        self.ended.notified().await;
    }
}

/// A request that is not over.
#[derive(Debug)]
pub(super) struct UnderWay {
    streams: Arc<Streams>,
    /// Its place, where it is not the only one.
    _beside: Option<Beside>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if self.streams.under_way.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.streams.ended.notify_one();
        }
    }
}
