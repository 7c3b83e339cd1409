//! How fast a client takes an answer: who takes too little for too long is not waited for.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use super::alarm::Alarm;

/// How many bytes a client must take in `write_timeout`.
pub(super) const WRITE_WINDOW: usize = 65_536;

/// What a client takes of an answer, or of all answers of a connection.
#[derive(Default)]
pub(super) struct Taking {
    /// Since when it takes less than it should, and how much it has taken since then.
    blocked_since: Option<Instant>,
    taken: usize,
    alarm: Alarm,
}

impl Taking {
    /// Whether the client has not taken all that it was offered.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked_since.is_some()
    }

    /// The client has taken everything.
    pub(super) fn up_to_date(&mut self) {
        self.blocked_since = None;
    }

    /// The client has taken some bytes.
    pub(super) fn progress(&mut self, bytes: usize) {
        if self.blocked_since.is_some() {
            self.taken += bytes;
            if self.taken >= WRITE_WINDOW {
                self.blocked_since = None;
            }
        }
    }

    /// The client takes nothing: ready when that has gone on for longer than it may take for [`WRITE_WINDOW`] bytes.
    pub(super) fn poll_deadline(&mut self, cx: &mut Context<'_>, patience: Duration) -> Poll<()> {
        let since = *self.blocked_since.get_or_insert_with(|| {
            self.taken = 0;
            Instant::now()
        });
        self.alarm.poll(cx, since + patience)
    }
}
