//! Turns: whose request begins next while the threads have more to do than they can.
//!
//! A handler that finds its rows in memory is done without waiting, so that a thread to which a hundred connections have
//! brought requests answers all of those before it looks at another client's. While requests come one upon the other, no
//! more of them than there are threads are therefore begun at once, each behind whatever else the threads have to do.
//! Of the others, which wait, each address gets the same share of the threads' time, whatever number of connections it
//! has, and who takes less than that does not wait for the others: start-time fair queueing (Goyal, Vin and Cheng, 1996).
//! Half the threads are kept from a single address, unless it is the only one there.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::address::AddressPrefix;

/// What a request costs at least, and as long as nobody knows what it costs.
const LEAST_COST: Duration = Duration::from_micros(20);

/// What it costs at most: a thread that the operating system has stopped is not what the request has cost.
const MOST_COST: Duration = Duration::from_micros(100);

/// Requests come one upon the other when less time than this is between them.
const CLOSE: Duration = Duration::from_micros(100);

/// An address is the only one there when no other has asked for anything for so long.
const LATELY: Duration = Duration::from_secs(1);

/// So many connections of an address that is the only one do not keep a newcomer waiting for long.
const FEW_CONNECTIONS: usize = 16;

/// Addresses that need not be remembered any more are looked for when there are so many more than wait.
const FEW: usize = 256;

/// The requests that wait to begin, and how many more may.
#[derive(Debug)]
pub(crate) struct Turns(Mutex<Waiting>);

#[derive(Debug)]
struct Waiting {
    /// How many more requests may be begun at once.
    free: usize,
    /// How many of an address may be, when others are there.
    most: usize,
    /// The address whose request begins next comes first. Of those of the same time, who took less than a share comes
    /// first, and then whoever has waited longer.
    order: BTreeMap<(Duration, bool, u64), AddressPrefix>,
    addresses: HashMap<AddressPrefix, Address>,
    /// The time of the request that was begun last: what each address may have had by now.
    now: Duration,
    number: u64,
    /// When a request last took a turn that was free.
    last: Option<Instant>,
    /// Who asked last, and when that last was somebody else than before.
    asked: Option<(AddressPrefix, Option<Instant>)>,
}

/// An address that waits, or had more than others lately.
#[derive(Debug, Default)]
struct Address {
    /// Its requests in the order of their coming.
    requests: VecDeque<oneshot::Sender<Turn>>,
    /// Whether the first of them stands in the order of all.
    is_in_order: bool,
    /// How many turns it has.
    begun: usize,
    /// When its next request may begin, as far as the others are concerned.
    next: Duration,
}

/// How a request has come.
pub(crate) struct Coming {
    /// Together with the one before it.
    pub(crate) was_pipelined: bool,
    /// How many connections its address has.
    pub(crate) connections: usize,
}

/// When a request begins.
enum Place {
    /// At once: the threads have time.
    Now,
    /// When the threads have done what they have to do: nobody else waits.
    Soon,
    /// When it is its turn.
    Later(oneshot::Receiver<Turn>),
}

impl Turns {
    /// So many requests are begun at once.
    pub(crate) fn new(at_once: usize) -> Self {
        Self(Mutex::new(Waiting {
            free: at_once,
            most: (at_once / 2).max(1),
            order: BTreeMap::new(),
            addresses: HashMap::new(),
            now: LEAST_COST,
            number: 0,
            last: None,
            asked: None,
        }))
    }

    /// Waits for the turn of an address's request.
    pub(crate) async fn next(self: &Arc<Self>, address: AddressPrefix, coming: Coming) -> Option<Turn> {
        let place = self.lock().enter(address, &coming);
        let mut turn = match place {
            Place::Now => return Some(self.turn(None)),
            Place::Soon => self.turn(Some(address)),
            // A turn that is not waited for any more goes to the next when the channel is dropped.
            Place::Later(turn) => turn.await.ok()?,
        };
        tokio::task::yield_now().await;
        turn.begun = Some(Instant::now());
        Some(turn)
    }

    fn turn(self: &Arc<Self>, address: Option<AddressPrefix>) -> Turn {
        Turn { turns: Some(Arc::clone(self)), address, begun: None }
    }

    /// Hands a turn on, after a request that took so long.
    fn release(self: &Arc<Self>, address: Option<AddressPrefix>, took: Duration) {
        let mut waiting = self.lock();
        waiting.free += 1;
        if let Some(address) = address {
            waiting.end(address, took);
        }
        while let Some((address, next)) = waiting.take_next() {
            if let Err(mut turn) = next.send(self.turn(Some(address))) {
                // Who is not there any more is passed over.
                turn.turns = None;
                waiting.free += 1;
                waiting.end(address, LEAST_COST);
            }
        }
        waiting.forget();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn enter(&mut self, prefix: AddressPrefix, coming: &Coming) -> Place {
        let now = Instant::now();
        match &mut self.asked {
            Some((last, since)) if *last != prefix => (*last, *since) = (prefix, Some(now)),
            Some(_) => {}
            None => self.asked = Some((prefix, None)),
        }
        let is_alone = self.is_alone(now);
        let most = if is_alone { usize::MAX } else { self.most };
        let must_wait = |address: &Address| address.begun >= most || !address.requests.is_empty();
        if self.free == 0 || self.addresses.get(&prefix).is_some_and(must_wait) {
            return Place::Later(self.wait(prefix));
        }
        self.free -= 1;
        let is_close = self.last.is_some_and(|last| now.duration_since(last) < CLOSE);
        self.last = Some(now);
        let is_calm = !is_close && !coming.was_pipelined;
        if is_calm || (is_alone && coming.connections <= FEW_CONNECTIONS) {
            return Place::Now;
        }
        self.begin(prefix);
        Place::Soon
    }

    /// Whether all requests of late came from one address.
    fn is_alone(&self, now: Instant) -> bool {
        let others = self.asked.and_then(|(_, since)| since);
        others.is_none_or(|since| now.duration_since(since) >= LATELY)
    }

    fn wait(&mut self, prefix: AddressPrefix) -> oneshot::Receiver<Turn> {
        if self.addresses.len() > FEW + 2 * self.order.len() {
            let now = self.now;
            self.addresses.retain(|_, address| address.is_at_work() || address.next > now);
        }
        let (request, turn) = oneshot::channel();
        self.addresses.entry(prefix).or_default().requests.push_back(request);
        self.line_up(prefix);
        turn
    }

    /// Gives an address its place in the order, if it waits and may have another turn.
    fn line_up(&mut self, prefix: AddressPrefix) {
        let most = if self.is_alone(Instant::now()) { usize::MAX } else { self.most };
        let Some(address) = self.addresses.get_mut(&prefix) else { return };
        if address.is_in_order || address.requests.is_empty() || address.begun >= most {
            return;
        }
        let has_had_a_share = address.next >= self.now;
        // What was not asked for earlier is not saved up.
        address.next = address.next.max(self.now);
        address.is_in_order = true;
        self.number += 1;
        self.order.insert((address.next, has_had_a_share, self.number), prefix);
    }

    fn begin(&mut self, prefix: AddressPrefix) {
        let address = self.addresses.entry(prefix).or_default();
        address.begun += 1;
        address.next = address.next.max(self.now) + LEAST_COST;
    }

    /// The next request that begins, if one may.
    fn take_next(&mut self) -> Option<(AddressPrefix, oneshot::Sender<Turn>)> {
        self.free.checked_sub(1)?;
        let ((time, ..), prefix) = self.order.pop_first()?;
        let address = self.addresses.get_mut(&prefix)?;
        address.is_in_order = false;
        let request = address.requests.pop_front()?;
        self.free -= 1;
        self.now = time;
        self.begin(prefix);
        self.line_up(prefix);
        Some((prefix, request))
    }

    /// An address's request took so long: its next one comes that much later.
    fn end(&mut self, prefix: AddressPrefix, took: Duration) {
        if let Some(address) = self.addresses.get_mut(&prefix) {
            address.begun -= 1;
            address.next += took.clamp(LEAST_COST, MOST_COST) - LEAST_COST;
            self.line_up(prefix);
        }
    }

    /// Where nobody waits and none has a turn, everybody begins anew.
    fn forget(&mut self) {
        if self.order.is_empty() && self.addresses.values().all(|address| !address.is_at_work()) {
            self.addresses.clear();
            self.now = LEAST_COST;
        }
    }
}

impl Address {
    fn is_at_work(&self) -> bool {
        self.begun > 0 || !self.requests.is_empty()
    }
}

/// The turn of one request, which goes to the next when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Option<Arc<Turns>>,
    /// The address of the request, where others may have to wait.
    address: Option<AddressPrefix>,
    begun: Option<Instant>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            turns.release(self.address, self.begun.map_or(Duration::ZERO, |begun| begun.elapsed()));
        }
    }
}

/// Work that gives its turn to the next as soon as it was begun.
pub(crate) struct Begun<'a, W> {
    work: Pin<&'a mut W>,
    turn: Option<Turn>,
}

impl<'a, W: Future> Begun<'a, W> {
    pub(crate) fn new(work: Pin<&'a mut W>, turn: Option<Turn>) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u8) -> AddressPrefix {
        AddressPrefix::of([192, 0, 2, number].into())
    }

    /// One request after the other is begun and ends; whose they are.
    fn order(
        waiting: &mut Waiting,
        many: usize,
        cost: impl Fn(AddressPrefix) -> Duration,
    ) -> Vec<AddressPrefix> {
        waiting.free = 1;
        let begun = (0..many).map_while(|_| {
            let (address, _) = waiting.take_next()?;
            waiting.end(address, cost(address));
            waiting.free = 1;
            Some(address)
        });
        let begun = begun.collect();
        waiting.free = 0;
        begun
    }

    #[test]
    fn addresses_take_turns() {
        let turns = Turns::new(0);
        let mut waiting = turns.lock();
        for number in [1, 1, 1, 2, 2, 3] {
            drop(waiting.wait(address(number)));
        }
        let expected: Vec<_> = [1, 2, 3, 1, 2, 1].map(address).into();
        assert_eq!(order(&mut waiting, 9, |_| LEAST_COST), expected);
    }

    #[test]
    fn who_takes_less_does_not_wait() {
        let turns = Turns::new(0);
        let mut waiting = turns.lock();
        for number in 0..200 {
            drop(waiting.wait(address(number % 5)));
        }
        order(&mut waiting, 50, |_| MOST_COST);
        for _ in 0..10 {
            drop(waiting.wait(address(9)));
            // A fifth of what each of the five takes, who all stand at the same time.
            assert_eq!(order(&mut waiting, 1, |_| MOST_COST / 5), [address(9)]);
            order(&mut waiting, 7, |_| MOST_COST);
        }
    }

    #[test]
    fn time_is_what_is_shared() {
        let turns = Turns::new(0);
        let mut waiting = turns.lock();
        for _ in 0..1000 {
            drop(waiting.wait(address(1)));
            drop(waiting.wait(address(2)));
        }
        let long = address(2);
        let cost = |address| if address == long { MOST_COST } else { LEAST_COST };
        let begun = order(&mut waiting, 600, cost);
        let of_long = begun.iter().filter(|address| **address == long).count();
        assert!((95..=105).contains(&of_long), "{of_long}");
    }

    #[test]
    fn one_address_does_not_have_all_turns() {
        let turns = Arc::new(Turns::new(4));
        let mut waiting = turns.lock();
        let coming = Coming { was_pipelined: true, connections: 1 };
        waiting.enter(address(9), &coming);
        let places = (0..4).map(|_| waiting.enter(address(1), &coming));
        let places: Vec<bool> = places.map(|place| matches!(place, Place::Later(_))).collect();
        assert_eq!(places, [false, false, true, true]);
        assert!(!matches!(waiting.enter(address(2), &coming), Place::Later(_)));
    }

    #[test]
    fn an_address_that_is_alone_has_all_turns_in_the_order_of_its_requests() {
        let turns = Arc::new(Turns::new(2));
        let coming = Coming { was_pipelined: true, connections: 100 };
        let mut waiting = turns.lock();
        let first: Vec<bool> =
            (0..2).map(|_| matches!(waiting.enter(address(1), &coming), Place::Soon)).collect();
        assert_eq!(first, [true, true]);
        let Place::Later(mut third) = waiting.enter(address(1), &coming) else { panic!("a third turn") };
        waiting.free += 1;
        assert!(matches!(waiting.enter(address(1), &coming), Place::Later(_)), "the third comes first");
        waiting.free -= 1;
        drop(waiting);
        turns.release(Some(address(1)), LEAST_COST);
        assert!(third.try_recv().is_ok());
    }

    #[test]
    fn who_has_gone_is_passed_over() {
        let turns = Arc::new(Turns::new(0));
        for number in 0..5 {
            drop(turns.lock().wait(address(number)));
        }
        let mut last = turns.lock().wait(address(5));
        turns.release(None, Duration::ZERO);
        drop(last.try_recv().expect("it is its turn"));
        assert_eq!(turns.lock().free, 1);
        assert!(turns.lock().addresses.is_empty());
    }
}
