//! What a client still sends when its last answer is written is taken off the wire, so that the client is there to read
//! the answer: what is left unread makes the operating system reset the connection.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::alarm::Alarm;
use super::wire::Wire;
use crate::clients::{LINGER_STEP, Place};

/// As much as this is taken off the wire.
const MOST_LINGERED: usize = 4 * 1024 * 1024;

/// Takes off the wire what nobody reads.
pub(super) struct Lingering {
    until: Instant,
    /// When the next step may be made.
    step: Instant,
    alarm: Alarm,
    length: usize,
}

impl Lingering {
    /// Begins now, and lasts for so long at most.
    pub(super) fn new(place: &Place, patience: Duration) -> Self {
        let now = Instant::now();
        Self { until: now + patience, step: place.next_step().into(), alarm: Alarm::default(), length: 0 }
    }

    /// Ready when nothing more comes, or enough has come. `follow` is told what comes, and says whether there may be more.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        wire: &mut Wire,
        place: &Place,
        mut follow: impl FnMut(&[u8]) -> bool,
    ) -> Poll<()> {
        let mut scratch = [MaybeUninit::uninit(); LINGER_STEP];
        let mut is_more = follow(&[]);
        while is_more && self.length < MOST_LINGERED {
            let now = Instant::now();
            if now >= self.until {
                break;
            }
            if now < self.step {
                ready!(self.alarm.poll(cx, self.step.min(self.until)));
            }
            let mut buf = ReadBuf::uninit(&mut scratch);
            match Pin::new(&mut *wire).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    is_more = follow(buf.filled());
                    self.length += buf.filled().len();
                    self.step = place.next_step().into();
                }
                Poll::Ready(_) => break,
                Poll::Pending => ready!(self.alarm.poll(cx, self.until)),
            }
        }
        Poll::Ready(())
    }
}
