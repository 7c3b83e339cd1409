//! Turns: whose request begins next while the threads have more to do than they can.
//!
//! A handler that finds its rows in memory is done without waiting, so that a thread to which a hundred connections have
//! brought requests answers all of those before it looks at another client's. So many requests as there are threads are
//! therefore begun at once. Where more are there, each address gets the same share of the threads' time, whatever number
//! of connections it has and however long its requests take, and who takes less than that does not wait for the others:
//! start-time fair queueing (Goyal, Vin and Cheng, 1996).

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::address::AddressPrefix;

/// What a request costs at least, and as long as nobody knows what it costs.
const LEAST_COST: Duration = Duration::from_micros(20);

/// Addresses that need not be remembered any more are looked for when there are so many more than wait.
const FEW: usize = 256;

/// Who waits to begin, and how many more may.
#[derive(Debug)]
pub(super) struct Turns(Mutex<Waiting>);

#[derive(Debug)]
struct Waiting {
    /// How many more requests may be begun at once. While any may, nobody waits.
    free: usize,
    /// The address whose request begins next comes first. The number tells requests of the same time apart.
    order: BTreeMap<(Duration, u64), AddressPrefix>,
    addresses: HashMap<AddressPrefix, Address>,
    /// The time of the request that was begun last: what each address may have had by now.
    now: Duration,
    number: u64,
}

/// An address that waits, or had more than others lately.
#[derive(Debug, Default)]
struct Address {
    /// Its requests in the order of their coming; the first of them stands in the order of all.
    requests: VecDeque<oneshot::Sender<Turn>>,
    /// When its next request may begin, as far as the others are concerned.
    next: Duration,
}

impl Turns {
    /// So many requests are begun at once.
    pub(super) fn new(at_once: usize) -> Self {
        Self(Mutex::new(Waiting {
            free: at_once,
            order: BTreeMap::new(),
            addresses: HashMap::new(),
            now: Duration::ZERO,
            number: 0,
        }))
    }

    /// Waits for the turn of an address's request.
    pub(super) async fn next(self: &Arc<Self>, address: AddressPrefix) -> Option<Turn> {
        let turn = {
            let mut waiting = self.lock();
            if waiting.free > 0 {
                waiting.free -= 1;
                return Some(self.turn(None));
            }
            waiting.wait(address)
        };
        // A turn that is not waited for any more goes to the next when the channel is dropped.
        let mut turn = turn.await.ok()?;
        turn.begun = Some(Instant::now());
        Some(turn)
    }

    fn turn(self: &Arc<Self>, address: Option<AddressPrefix>) -> Turn {
        Turn { turns: Some(Arc::clone(self)), address, begun: None }
    }

    /// Hands a turn on, after a request that took so long.
    fn release(self: &Arc<Self>, address: Option<AddressPrefix>, took: Duration) {
        let mut waiting = self.lock();
        if let Some(address) = address {
            waiting.charge(address, took);
        }
        // Those who are not there any more are passed over.
        while let Some((address, next)) = waiting.take_next() {
            match next.send(self.turn(Some(address))) {
                Ok(()) => return,
                Err(mut turn) => turn.turns = None,
            }
        }
        waiting.free += 1;
        waiting.forget();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn wait(&mut self, address: AddressPrefix) -> oneshot::Receiver<Turn> {
        if self.addresses.len() > FEW + 2 * self.order.len() {
            let now = self.now;
            self.addresses.retain(|_, address| !address.requests.is_empty() || address.next > now);
        }
        let (request, turn) = oneshot::channel();
        let requests = &mut self.addresses.entry(address).or_default().requests;
        requests.push_back(request);
        if requests.len() == 1 {
            self.line_up(address);
        }
        turn
    }

    /// Gives an address its place in the order.
    fn line_up(&mut self, prefix: AddressPrefix) {
        let Some(address) = self.addresses.get_mut(&prefix) else { return };
        // What was not asked for earlier is not saved up.
        address.next = address.next.max(self.now);
        self.number += 1;
        self.order.insert((address.next, self.number), prefix);
    }

    fn take_next(&mut self) -> Option<(AddressPrefix, oneshot::Sender<Turn>)> {
        let ((time, _), prefix) = self.order.pop_first()?;
        self.now = time;
        let address = self.addresses.get_mut(&prefix)?;
        let request = address.requests.pop_front()?;
        address.next += LEAST_COST;
        if !address.requests.is_empty() {
            self.line_up(prefix);
        }
        Some((prefix, request))
    }

    /// An address's request took so long: its next one comes that much later.
    fn charge(&mut self, address: AddressPrefix, took: Duration) {
        if let Some(address) = self.addresses.get_mut(&address) {
            address.next += took.saturating_sub(LEAST_COST);
        }
    }

    /// Nobody waits: everybody begins anew.
    fn forget(&mut self) {
        self.addresses.clear();
        self.now = Duration::ZERO;
    }
}

/// The turn of one request, which goes to the next when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Option<Arc<Turns>>,
    /// Whose it is, where others had to wait.
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

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    fn address(number: u8) -> AddressPrefix {
        AddressPrefix::of([192, 0, 2, number].into())
    }

    /// The numbers of the addresses whose requests begin, one after the other.
    fn order(
        waiting: &mut Waiting,
        many: usize,
        cost: impl Fn(AddressPrefix) -> Duration,
    ) -> Vec<AddressPrefix> {
        let begun = (0..many).map_while(|_| {
            let (address, _) = waiting.take_next()?;
            waiting.charge(address, cost(address));
            Some(address)
        });
        begun.collect()
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
        order(&mut waiting, 50, |_| MILLISECOND);
        for _ in 0..10 {
            drop(waiting.wait(address(9)));
            // A tenth of what the five take in a round.
            assert_eq!(order(&mut waiting, 1, |_| MILLISECOND / 10), [address(9)]);
            order(&mut waiting, 5, |_| MILLISECOND);
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
        let begun =
            order(&mut waiting, 550, |address| if address == long { 10 * MILLISECOND } else { MILLISECOND });
        let of_long = begun.iter().filter(|address| **address == long).count();
        assert!((45..=55).contains(&of_long), "{of_long}");
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
