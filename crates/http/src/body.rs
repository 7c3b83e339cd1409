//! The body of a request: read only when a view asks for it, up to the view's limit.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::sync::Mutex;

use crate::clients::{BodyMemory, Limits, ServerSettings};
use crate::exceptions::{ApiException, Error, Result};
use crate::parsers::UploadSettings;

/// How much of bodies is read, and for how long.
#[derive(Clone, Debug)]
pub struct BodyLimits {
    pub(crate) most: usize,
    pub(crate) timeout: Duration,
    pub(crate) uploads: UploadSettings,
    pub(crate) clients: Arc<Limits>,
}

impl BodyLimits {
    /// What the settings say; all clients share the memory for bodies.
    pub fn new(server: &ServerSettings, uploads: UploadSettings, clients: Arc<Limits>) -> Self {
        let timeout = Duration::from_secs(server.body_timeout);
        Self { most: server.max_body_size as usize, timeout, uploads, clients }
    }
}

/// A body that is read at most once.
pub(crate) struct Body {
    /// The length in the head; unknown for a chunked body.
    announced: Option<u64>,
    state: Mutex<State>,
}

enum State {
    Unread(Incoming),
    /// The bytes, and their share of the memory for bodies.
    Read {
        bytes: Bytes,
        _memory: Option<BodyMemory>,
    },
    /// It could not be read; whether the rest of it may still arrive.
    Failed(BodyError, bool),
    /// It was read and dropped, or its reader has stopped.
    Gone,
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is longer than Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`, or than the view's own limit.
    TooLong,
    /// It ended early, or its chunks are malformed.
    Broken,
    /// It took too long.
    TimedOut,
    /// Other bodies use all of the memory.
    OutOfMemory,
}

/// How much may arrive at once.
const PIECE: usize = 8192;

/// How a body is to be read.
pub(crate) struct Reading {
    /// The most bytes.
    pub(crate) limit: usize,
    pub(crate) timeout: Duration,
    pub(crate) memory: BodyMemory,
}

impl Body {
    pub(crate) fn new(incoming: Incoming) -> Self {
        let announced = incoming.size_hint().exact();
        let state = if incoming.is_end_stream() {
            State::Read { bytes: Bytes::new(), _memory: None }
        } else {
            State::Unread(incoming)
        };
        Self { announced, state: Mutex::new(state) }
    }

    /// A body that is already in memory.
    pub(crate) fn whole(bytes: Bytes) -> Self {
        let announced = Some(bytes.len() as u64);
        Self { announced, state: Mutex::new(State::Read { bytes, _memory: None }) }
    }

    /// Whether there is no body, by the head.
    pub(crate) fn is_absent(&self) -> bool {
        self.announced == Some(0)
    }

    /// Whether the head has the length.
    pub(crate) fn is_announced(&self) -> bool {
        self.announced.is_some()
    }

    /// The bytes, read at first use.
    ///
    /// # Errors
    /// 400 when it is too long or broken, 408 when it takes too long, 503 when there is no memory for it.
    pub(crate) async fn read(&self, reading: impl FnOnce() -> Reading) -> Result<Bytes> {
        let mut state = self.state.lock().await;
        if let State::Unread(_) = &*state
            && let State::Unread(incoming) = std::mem::replace(&mut *state, State::Gone)
        {
            // Boxed, so that a request whose body was read or has none does not take the memory of its reading.
            *state = Box::pin(self.read_all(incoming, reading())).await;
        }
        match &*state {
            State::Read { bytes, .. } => Ok(bytes.clone()),
            State::Failed(error, _) => Err((*error).into()),
            State::Unread(_) | State::Gone => Err(Error::internal("the body is gone")),
        }
    }

    /// The bytes, when somebody has read them. What is on the wire stays there.
    pub(crate) fn read_already(&self) -> Option<Bytes> {
        match &*self.state.try_lock().ok()? {
            State::Read { bytes, .. } => Some(bytes.clone()),
            _ => None,
        }
    }

    /// Drops the bytes, when they were read and are not needed any more.
    pub(crate) async fn let_go(&self) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::Read { .. }) {
            *state = State::Gone;
        }
    }

    /// The part that was not read, when the request is answered.
    pub(crate) fn unread(&self) -> Unread {
        let Ok(mut state) = self.state.try_lock() else { return Unread::Nothing };
        match std::mem::replace(&mut *state, State::Gone) {
            State::Unread(incoming) => Unread::All(incoming),
            State::Failed(_, true) => Unread::Rest,
            State::Failed(_, false) => Unread::Broken,
            State::Read { .. } | State::Gone => Unread::Nothing,
        }
    }

    async fn read_all(&self, mut incoming: Incoming, reading: Reading) -> State {
        if self.announced.is_some_and(|length| length > reading.limit as u64) {
            return State::Failed(BodyError::TooLong, true);
        }
        let Reading { limit, timeout, mut memory } = reading;
        let collected = collect(&mut incoming, self.announced, limit, &mut memory);
        let outcome = tokio::time::timeout(timeout, collected).await;
        match outcome.unwrap_or(Err(BodyError::TimedOut)) {
            Ok(bytes) => State::Read { bytes, _memory: Some(memory) },
            Err(BodyError::Broken) => State::Failed(BodyError::Broken, false),
            Err(error) => State::Failed(error, true),
        }
    }
}

/// What is left of a body when its request is answered.
pub(crate) enum Unread {
    /// All was read.
    Nothing,
    /// It was not read.
    All(Incoming),
    /// Reading it was stopped.
    Rest,
    /// Its end is unknown.
    Broken,
}

async fn collect(
    incoming: &mut Incoming,
    announced: Option<u64>,
    limit: usize,
    memory: &mut BodyMemory,
) -> std::result::Result<Bytes, BodyError> {
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    let most = announced.map_or(limit, |length| length.min(limit));
    let mut whole = BytesMut::with_capacity(announced.map_or(0, |_| most));
    loop {
        // Bytes without memory for them stay in the socket.
        memory.reserve(most.min(whole.len() + PIECE), most).await.map_err(|_| BodyError::OutOfMemory)?;
        let Some(frame) = incoming.frame().await else { return Ok(whole.freeze()) };
        let Ok(chunk) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        if whole.len() + chunk.len() > limit {
            return Err(BodyError::TooLong);
        }
        memory.reserve(whole.len() + chunk.len(), most).await.map_err(|_| BodyError::OutOfMemory)?;
        whole.extend_from_slice(&chunk);
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::suspicious("the body is longer than it may be"),
            BodyError::Broken => Self::suspicious("the body ended early or its chunks are malformed"),
            BodyError::TimedOut => {
                ApiException::new(408, "request_timeout", "The request's body took too long to arrive.")
                    .into()
            }
            BodyError::OutOfMemory => Self::busy(),
        }
    }
}
