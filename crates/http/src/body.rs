//! The body of a request: read only when a view asks for it, up to the view's limit.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::arriving::{Arriving, Broken};
use crate::clients::{BodyMemory, Limits, ServerSettings};
use crate::exceptions::{ApiException, Error, Result};
use crate::parsers::{QueryDict, UploadSettings};

/// How much of bodies is read, for how long, and what their parsers may do.
#[derive(Clone, Debug)]
pub struct BodyLimits {
    pub(crate) most: usize,
    pub(crate) timeout: Duration,
    pub(crate) uploads: UploadSettings,
    pub(crate) clients: Arc<Limits>,
    pub(crate) temporary_folder: Option<Arc<Path>>,
    pub(crate) strict_json: bool,
}

impl BodyLimits {
    /// What the settings say; all clients share the memory for bodies.
    pub fn new(server: &ServerSettings, uploads: UploadSettings, clients: Arc<Limits>) -> Self {
        let timeout = Duration::from_secs(server.body_timeout);
        let most = server.max_body_size as usize;
        Self { most, timeout, uploads, clients, temporary_folder: None, strict_json: true }
    }

    /// Sets the folder of the files of long bodies: the setting `file_upload_temp_dir`.
    #[must_use]
    pub fn with_temporary_folder(self, folder: Option<&Path>) -> Self {
        Self { temporary_folder: folder.map(Arc::from), ..self }
    }

    /// Sets whether JSON has no `NaN` and no `Infinity`: the setting `strict_json`.
    #[must_use]
    pub fn with_strict_json(self, strict_json: bool) -> Self {
        Self { strict_json, ..self }
    }
}

/// A body that is read at most once.
pub(crate) struct Body {
    /// The length in the head; unknown for a chunked body.
    announced: Option<u64>,
    state: Mutex<State>,
}

enum State {
    Unread(Arriving),
    /// The bytes, and their share of the memory for bodies.
    Read {
        bytes: Bytes,
        _memory: Option<BodyMemory>,
    },
    /// It could not be read; whether the rest of it may still arrive.
    Failed(BodyError, bool),
    /// It was parsed as it arrived.
    Parsed(Parsed),
    /// It was read and dropped, or its reader has stopped.
    Gone,
}

/// What became of a body that was parsed as it arrived.
struct Parsed {
    /// The name of the parser.
    parser: &'static str,
    outcome: Result<QueryDict>,
    /// It was refused before all of it was read.
    has_rest: bool,
    _memory: BodyMemory,
}

/// A body, as far as it has arrived.
pub(crate) enum Arrived<'a> {
    /// All of it.
    Whole(Bytes),
    /// There is more than may be in memory.
    InPieces(Pieces<'a>),
    /// A parser of this name has read it as it arrived.
    Parsed(&'static str, Result<QueryDict>),
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

/// How much of a body that is parsed as it arrives is parsed at once.
const PARSED_AT_ONCE: usize = 131_072;

/// How a body is to be read.
pub(crate) struct Reading {
    /// The most bytes.
    pub(crate) limit: usize,
    pub(crate) timeout: Duration,
    pub(crate) memory: BodyMemory,
}

impl Body {
    pub(crate) fn new(incoming: Arriving) -> Self {
        let announced = incoming.announced();
        let state = if incoming.has_ended() {
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
            *state = Box::pin(self.read_all(incoming, reading().in_memory())).await;
        }
        state.bytes()
    }

    /// The bytes, unless there are more than may be in memory.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub(crate) async fn arrive(&self, reading: Reading, most_in_memory: usize) -> Result<Arrived<'_>> {
        let mut state = self.state.lock().await;
        if let State::Unread(incoming) = &*state
            && incoming.announced().is_none_or(|length| length > most_in_memory as u64)
            && let State::Unread(incoming) = std::mem::replace(&mut *state, State::Gone)
        {
            return self.begin(state, incoming, reading, most_in_memory).await;
        }
        if let State::Unread(_) = &*state
            && let State::Unread(incoming) = std::mem::replace(&mut *state, State::Gone)
        {
            *state = self.read_all(incoming, reading).await;
        }
        match &*state {
            State::Parsed(parsed) => Ok(Arrived::Parsed(parsed.parser, parsed.outcome())),
            state => state.bytes().map(Arrived::Whole),
        }
    }

    /// Begins to read a body that may be long.
    async fn begin<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        incoming: Arriving,
        reading: Reading,
        most_in_memory: usize,
    ) -> Result<Arrived<'a>> {
        let mut arrival = match self.arrival(incoming, reading) {
            Ok(arrival) => arrival,
            Err(error) => {
                *state = State::Failed(error, true);
                return Err(error.into());
            }
        };
        // Of a body without a length only its end tells how long it is.
        let enough = if self.is_announced() { 0 } else { most_in_memory.saturating_add(1) };
        match arrival.more(0, enough).await {
            Ok(bytes) if bytes.len() <= most_in_memory && arrival.has_ended => {
                *state = State::Read { bytes: bytes.clone(), _memory: Some(arrival.reading.memory) };
                Ok(Arrived::Whole(bytes))
            }
            Ok(begun) => Ok(Arrived::InPieces(Pieces { state, begun, arrival })),
            Err(error) => {
                *state = error.state();
                Err(error.into())
            }
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
        if matches!(&*state, State::Read { .. } | State::Parsed(_)) {
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
            State::Parsed(parsed) if parsed.has_rest => Unread::Rest,
            State::Read { .. } | State::Parsed(_) | State::Gone => Unread::Nothing,
        }
    }

    async fn read_all(&self, incoming: Arriving, reading: Reading) -> State {
        let mut arrival = match self.arrival(incoming, reading) {
            Ok(arrival) => arrival,
            Err(error) => return State::Failed(error, true),
        };
        match arrival.more(0, usize::MAX).await {
            Ok(bytes) => State::Read { bytes, _memory: Some(arrival.reading.memory) },
            Err(error) => error.state(),
        }
    }

    fn arrival(&self, incoming: Arriving, reading: Reading) -> std::result::Result<Arrival, BodyError> {
        if self.announced.is_some_and(|length| length > reading.limit as u64) {
            return Err(BodyError::TooLong);
        }
        let announced = self.announced.and_then(|length| usize::try_from(length).ok());
        let deadline = Instant::now() + reading.timeout;
        Ok(Arrival { incoming, announced, deadline, reading, read: 0, has_ended: false })
    }
}

impl State {
    fn bytes(&self) -> Result<Bytes> {
        match self {
            Self::Read { bytes, .. } => Ok(bytes.clone()),
            Self::Failed(error, _) => Err((*error).into()),
            Self::Parsed(_) => {
                Err(Error::internal("the body was parsed as it arrived, and is not in memory"))
            }
            Self::Unread(_) | Self::Gone => Err(Error::internal("the body is gone")),
        }
    }
}

impl Parsed {
    fn outcome(&self) -> Result<QueryDict> {
        match &self.outcome {
            Ok(form) => Ok(form.clone()),
            Err(error) => Err(error.again()),
        }
    }
}

impl Reading {
    /// The same for a body all of which is to be in memory: it may have no more than there is for one client.
    fn in_memory(self) -> Self {
        Self { limit: self.limit.min(self.memory.most()), ..self }
    }
}

/// A body that is arriving.
struct Arrival {
    incoming: Arriving,
    announced: Option<usize>,
    deadline: Instant,
    reading: Reading,
    read: usize,
    has_ended: bool,
}

impl Arrival {
    /// Reads on until there is enough, or to the end. So many bytes of what came before are still in memory.
    async fn more(&mut self, held: usize, enough: usize) -> std::result::Result<Bytes, BodyError> {
        let deadline = self.deadline;
        let gathered = tokio::time::timeout_at(deadline, self.gather(held, enough)).await;
        gathered.unwrap_or(Err(BodyError::TimedOut))
    }

    async fn gather(&mut self, held: usize, enough: usize) -> std::result::Result<Bytes, BodyError> {
        let limit = self.reading.limit;
        let coming = self.announced.map_or(limit, |length| length.min(limit)).saturating_sub(self.read);
        let most = coming.min(enough.saturating_add(PIECE));
        let memory = &mut self.reading.memory;
        let mut whole = BytesMut::with_capacity(self.announced.map_or(0, |_| most));
        while whole.len() < enough {
            // Bytes without memory for them stay in the socket.
            let next = held + coming.min(whole.len() + PIECE);
            memory.reserve(next, held + most).await.map_err(|_| BodyError::OutOfMemory)?;
            let Some(chunk) = self.incoming.next().await else {
                self.has_ended = true;
                break;
            };
            let chunk = chunk.map_err(|Broken| BodyError::Broken)?;
            self.read += chunk.len();
            if self.read > limit {
                return Err(BodyError::TooLong);
            }
            let next = held + whole.len() + chunk.len();
            memory.reserve(next, held + most).await.map_err(|_| BodyError::OutOfMemory)?;
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }
}

/// The pieces of a body that is too long for the memory.
pub(crate) struct Pieces<'a> {
    state: MutexGuard<'a, State>,
    begun: Bytes,
    arrival: Arrival,
}

impl Pieces<'_> {
    /// The next piece, while so many bytes of those before it are still in memory.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub(crate) async fn next(&mut self, held: usize) -> Result<Option<Bytes>> {
        if !self.begun.is_empty() {
            return Ok(Some(std::mem::take(&mut self.begun)));
        }
        match self.arrival.more(held, PARSED_AT_ONCE).await {
            Ok(piece) => Ok(Some(piece).filter(|piece| !piece.is_empty())),
            Err(error) => {
                *self.state = error.state();
                Err(error.into())
            }
        }
    }

    /// Keeps what a parser has made of the body, for who asks for it again.
    pub(crate) fn keep(mut self, parser: &'static str, outcome: Result<QueryDict>) {
        if matches!(&*self.state, State::Gone) {
            let has_rest = !self.arrival.has_ended;
            *self.state =
                State::Parsed(Parsed { parser, outcome, has_rest, _memory: self.arrival.reading.memory });
        }
    }
}

/// What is left of a body when its request is answered.
pub(crate) enum Unread {
    /// All was read.
    Nothing,
    /// It was not read.
    All(Arriving),
    /// Reading it was stopped.
    Rest,
    /// Its end is unknown.
    Broken,
}

impl BodyError {
    /// What is left of a body for this reason.
    fn state(self) -> State {
        State::Failed(self, self != Self::Broken)
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => {
                Self::suspicious("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")
            }
            BodyError::Broken => Self::bad_request("the body ended early or its chunks are malformed"),
            BodyError::TimedOut => {
                ApiException::new(408, "request_timeout", "The request's body took too long to arrive.")
                    .into()
            }
            BodyError::OutOfMemory => Self::busy(),
        }
    }
}
