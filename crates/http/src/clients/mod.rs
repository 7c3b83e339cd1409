//! How much of the machine clients may take: connections, and memory for bodies.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use turns::{Coming, Turn, Turns};

use crate::address::AddressPrefix;

mod settings;
mod turns;

pub use settings::ServerSettings;
pub(crate) use turns::Begun;

/// How long a body waits for memory that other bodies have.
const PATIENCE: Duration = Duration::from_secs(5);

/// Memory for bodies is taken in steps of this many bytes.
const STEP: usize = 16_384;

/// Of bodies that nobody reads, so much is taken off the wire for an address at once...
pub(crate) const LINGER_STEP: usize = 65_536;

/// ... and then nothing for so long, whatever number of connections it has...
const LINGER_PAUSE: Duration = Duration::from_millis(1);

/// ... and so long nothing for any address.
const LINGER_PAUSE_OF_ALL: Duration = Duration::from_micros(500);

/// Descriptors that are not for connections: the database, the log, the listener.
const OTHER_DESCRIPTORS: usize = 64;

/// The most connections where nobody says otherwise.
const MOST_CONNECTIONS: usize = 10_000;

/// What all clients share.
#[derive(Debug)]
pub struct Limits {
    /// The most connections at once.
    connections: usize,
    places: Arc<Semaphore>,
    /// As many requests may be under way beside others on their connections.
    #[cfg(feature = "http2")]
    beside: Arc<Semaphore>,
    /// The most connections of one address; none behind a proxy, from whose address all of them come.
    per_address: Option<usize>,
    /// The order in which requests begin; behind a proxy, from whose address all of them come, there is none.
    turns: Option<Arc<Turns>>,
    bodies: Arc<Semaphore>,
    /// The most bytes of bodies of one address.
    bodies_per_address: usize,
    clients: Mutex<HashMap<AddressPrefix, Client>>,
    refusals: Mutex<Refusals>,
    /// When the next step of taking unread bodies off the wire may be made, whosever they are.
    next_step: Mutex<Option<Instant>>,
    /// Long documents are parsed and long answers compressed beside the requests, so many at once.
    pub(crate) long_work: Arc<Semaphore>,
}

/// What one address has.
#[derive(Debug)]
struct Client {
    /// How many bodies and connections look at this entry.
    holders: usize,
    bodies: Arc<Semaphore>,
    connections: Arc<AtomicUsize>,
    /// When the next step of taking unread bodies off the wire may be made.
    next_step: Option<Instant>,
}

/// Connections that were refused since the log was told.
#[derive(Debug, Default)]
struct Refusals {
    count: u64,
    told: Option<Instant>,
}

/// A connection's place, held until it is closed and its last handler is done.
#[derive(Debug)]
pub(crate) struct Place {
    limits: Arc<Limits>,
    prefix: AddressPrefix,
    /// How many connections its address has.
    connections: Arc<AtomicUsize>,
    _place: OwnedSemaphorePermit,
}

/// The place of a request beside others on its connection. It counts as a connection of its address, so that nobody has more
/// requests under way by having them on few connections.
#[cfg(feature = "http2")]
#[derive(Debug)]
pub(crate) struct Beside {
    connections: Arc<AtomicUsize>,
    _place: OwnedSemaphorePermit,
}

#[cfg(feature = "http2")]
impl Drop for Beside {
    fn drop(&mut self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Place {
    /// Waits until a request may begin, which came together with the one before it or not.
    pub(crate) async fn turn(&self, was_pipelined: bool) -> Option<Turn> {
        match &self.limits.turns {
            Some(turns) => {
                let connections = self.connections.load(Ordering::Relaxed);
                turns.next(self.prefix, Coming { was_pipelined, connections }).await
            }
            None => None,
        }
    }

    /// A place for another request on this connection, unless there are too many, in all or of its address.
    #[cfg(feature = "http2")]
    pub(crate) fn beside(&self) -> Option<Beside> {
        let place = Arc::clone(&self.limits.beside).try_acquire_owned().ok()?;
        let most = self.limits.per_address.unwrap_or(usize::MAX);
        let one_more = |count: usize| (count < most).then_some(count + 1);
        self.connections.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Beside { connections: Arc::clone(&self.connections), _place: place })
    }

    /// When the next [`LINGER_STEP`] bytes of a body that nobody reads may be taken off the wire. The moment is kept for
    /// the caller.
    pub(crate) fn next_step(&self) -> Instant {
        let now = Instant::now();
        let of_address = match self.limits.lock().get_mut(&self.prefix) {
            Some(client) => after_pause(&mut client.next_step, now, LINGER_PAUSE),
            None => now,
        };
        let mut next = self.limits.next_step.lock().unwrap_or_else(PoisonError::into_inner);
        of_address.max(after_pause(&mut next, now, LINGER_PAUSE_OF_ALL))
    }
}

/// The next moment, and then a pause.
fn after_pause(next: &mut Option<Instant>, now: Instant, pause: Duration) -> Instant {
    let moment = next.map_or(now, |next| next.max(now));
    *next = Some(moment + pause);
    moment
}

impl Drop for Place {
    fn drop(&mut self) {
        self.limits.leave(self.prefix, true);
    }
}

impl Limits {
    /// What the settings say; behind a proxy all connections come from its address.
    pub fn new(server: &ServerSettings, is_behind_proxy: bool) -> Self {
        let connections = match server.max_connections {
            0 => descriptors().saturating_sub(OTHER_DESCRIPTORS).clamp(1, MOST_CONNECTIONS),
            given => given as usize,
        };
        let per_address = Some(server.max_connections_per_address as usize);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            connections,
            places: Arc::new(Semaphore::new(connections)),
            #[cfg(feature = "http2")]
            beside: Arc::new(Semaphore::new(connections)),
            per_address: per_address.filter(|most| *most > 0 && !is_behind_proxy),
            turns: (!is_behind_proxy).then(|| Arc::new(Turns::new(cores))),
            bodies: Arc::new(Semaphore::new(server.body_memory as usize)),
            bodies_per_address: server.body_memory as usize / 2,
            clients: Mutex::default(),
            refusals: Mutex::default(),
            next_step: Mutex::default(),
            long_work: Arc::new(Semaphore::new((cores / 2).max(1))),
        }
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        self.connections.saturating_sub(self.places.available_permits())
    }

    /// A place for a connection, unless there are too many, in all or of its address.
    pub(crate) fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let prefix = AddressPrefix::of(peer);
        let mut clients = self.lock();
        let client = clients.entry(prefix).or_insert_with(|| Client::new(self.bodies_per_address));
        if self.per_address.is_some_and(|most| client.connections.load(Ordering::Relaxed) >= most) {
            return None;
        }
        client.connections.fetch_add(1, Ordering::Relaxed);
        client.holders += 1;
        let connections = Arc::clone(&client.connections);
        Some(Place { limits: Arc::clone(self), prefix, connections, _place: place })
    }

    fn leave(&self, prefix: AddressPrefix, is_connection: bool) {
        let mut clients = self.lock();
        let Some(client) = clients.get_mut(&prefix) else { return };
        if is_connection {
            client.connections.fetch_sub(1, Ordering::Relaxed);
        }
        client.holders -= 1;
        if client.holders == 0 {
            clients.remove(&prefix);
        }
    }

    /// Done when no connection is open any more.
    pub(crate) async fn emptied(&self) {
        let all = u32::try_from(self.connections).unwrap_or(u32::MAX);
        let _ = self.places.acquire_many(all).await;
    }

    /// Tells the log that a connection was refused, at most once a second.
    pub(crate) fn tell_refusal(&self, reason: &str) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.count += 1;
        if refusals.told.is_none_or(|told| told.elapsed() >= Duration::from_secs(1)) {
            tracing::warn!(count = refusals.count, "connections were refused: {reason}");
            *refusals = Refusals { count: 0, told: Some(Instant::now()) };
        }
    }

    /// Memory for the body of a client's request.
    pub(crate) fn body_memory(self: &Arc<Self>, address: Option<IpAddr>) -> BodyMemory {
        let prefix = address.map(AddressPrefix::of);
        let of_client = prefix.map(|prefix| {
            let mut clients = self.lock();
            let client = clients.entry(prefix).or_insert_with(|| Client::new(self.bodies_per_address));
            client.holders += 1;
            Arc::clone(&client.bodies)
        });
        BodyMemory { limits: Arc::clone(self), prefix, of_client, held: 0, permits: Vec::with_capacity(2) }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AddressPrefix, Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    fn new(bodies: usize) -> Self {
        let bodies = Arc::new(Semaphore::new(bodies));
        Self { holders: 0, bodies, connections: Arc::default(), next_step: None }
    }
}

/// The memory that one body may take, given back when this is dropped.
pub(crate) struct BodyMemory {
    limits: Arc<Limits>,
    prefix: Option<AddressPrefix>,
    of_client: Option<Arc<Semaphore>>,
    held: usize,
    permits: Vec<OwnedSemaphorePermit>,
}

/// Other bodies have all the memory there is for them.
#[derive(Debug)]
pub(crate) struct OutOfMemory;

impl BodyMemory {
    /// The most bytes that one client may have.
    pub(crate) fn most(&self) -> usize {
        self.limits.bodies_per_address
    }

    /// Makes sure that there is memory for so many bytes of a body that may have `most`, waiting a moment for it where
    /// there is not.
    pub(crate) async fn reserve(&mut self, bytes: usize, most: usize) -> Result<(), OutOfMemory> {
        if bytes <= self.held {
            return Ok(());
        }
        let more = (bytes - self.held).max(STEP.min(most.saturating_sub(self.held)));
        let more = u32::try_from(more).map_err(|_| OutOfMemory)?;
        // What is the address's own comes first: who has too much already waits for nobody else.
        let shared = [self.of_client.clone(), Some(Arc::clone(&self.limits.bodies))];
        for semaphore in shared.into_iter().flatten() {
            self.permits.push(take(semaphore, more).await?);
        }
        self.held += more as usize;
        Ok(())
    }
}

/// Takes a share, at once where there is enough.
async fn take(semaphore: Arc<Semaphore>, share: u32) -> Result<OwnedSemaphorePermit, OutOfMemory> {
    if let Ok(permit) = Arc::clone(&semaphore).try_acquire_many_owned(share) {
        return Ok(permit);
    }
    let permit = tokio::time::timeout(PATIENCE, semaphore.acquire_many_owned(share)).await;
    permit.ok().and_then(Result::ok).ok_or(OutOfMemory)
}

impl Drop for BodyMemory {
    fn drop(&mut self) {
        self.permits.clear();
        if let Some(prefix) = self.prefix {
            self.limits.leave(prefix, false);
        }
    }
}

impl std::fmt::Debug for BodyMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BodyMemory").field("held", &self.held).finish_non_exhaustive()
    }
}

/// How many descriptors the process may have: Linux says so in a file; elsewhere few are taken for granted.
fn descriptors() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next());
    match soft {
        Some("unlimited") => usize::MAX,
        Some(number) => number.parse().unwrap_or(256),
        None => 256,
    }
}
