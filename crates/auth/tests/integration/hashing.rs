use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use belleville_auth::hashers::{
    BCryptPasswordHasher, HashError, Md5PasswordHasher, PasswordHasher, PasswordHashers, Verification,
};
use belleville_auth::hashing::{Busy, HashingError, HashingLimits, HashingPool};

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts").block_on(future)
}

fn limits(threads: usize, queue_length: usize, wait_timeout: Duration) -> HashingLimits {
    HashingLimits { threads, queue_length, wait_timeout }
}

fn pool(hasher: impl PasswordHasher + 'static, limits: HashingLimits) -> Arc<HashingPool> {
    Arc::new(HashingPool::new(PasswordHashers::new(Box::new(hasher), []), limits).expect("threads start"))
}

const LONG: Duration = Duration::from_secs(600);

/// A hasher that says what it begins with and ends when it is told to; it panics at the password "panic".
struct Gate {
    begun: Sender<String>,
    may_end: Mutex<Receiver<()>>,
}

impl Gate {
    fn new() -> (Self, Receiver<String>, Sender<()>) {
        let (begun, has_begun) = channel();
        let (end, may_end) = channel();
        (Self { begun, may_end: Mutex::new(may_end) }, has_begun, end)
    }
}

impl PasswordHasher for Gate {
    fn algorithm(&self) -> &'static str {
        "gate"
    }

    fn encode(&self, password: &str, _salt: &str) -> Result<String, HashError> {
        assert_ne!(password, "panic", "as asked");
        self.begun.send(password.to_owned()).expect("the test listens");
        self.may_end.lock().expect("the gate is whole").recv().expect("the test answers");
        Ok(format!("gate${password}"))
    }

    fn verify(&self, _password: &str, _encoded: &str) -> Result<bool, HashError> {
        Err(HashError::Malformed)
    }
}

#[test]
fn the_pool_checks_and_makes() {
    let pool = pool(Md5PasswordHasher, limits(2, 4, LONG));
    let encoded = block_on(pool.make("secret")).expect("there is room");
    assert_eq!(block_on(pool.check("secret", &encoded)), Ok(Verification::Right { must_update: false }));
    assert_eq!(block_on(pool.check("Secret", &encoded)), Ok(Verification::Wrong));
}

#[test]
fn known_and_unknown_users_cost_the_same() {
    let pool = pool(Md5PasswordHasher, limits(1, 4, LONG));
    let encoded = block_on(pool.make("secret")).expect("there is room");
    let cost = |ask: &dyn Fn()| {
        let before = pool.operations();
        ask();
        pool.operations() - before
    };
    let check = |encoded: &str| assert_eq!(block_on(pool.check("wrong", encoded)), Ok(Verification::Wrong));
    assert_eq!(cost(&|| check(&encoded)), 1);
    assert_eq!(cost(&|| check("!unusable")), 1);
    assert_eq!(cost(&|| check("md5$malformed")), 1);
    assert_eq!(cost(&|| block_on(pool.burn()).expect("there is room")), 1);
}

#[test]
fn who_finds_the_queue_full_is_told_at_once() {
    let (gate, has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 1, LONG));
    let asking = |password: &'static str| {
        let pool = Arc::clone(&pool);
        thread::spawn(move || block_on(pool.make(password)))
    };
    let first = asking("first");
    has_begun.recv().expect("the first is being hashed");
    // One of these two waits in the queue of one; the other must be refused while nothing moves.
    let (second, third) = (asking("second"), asking("third"));
    let deadline = Instant::now() + LONG;
    while !second.is_finished() && !third.is_finished() && Instant::now() < deadline {
        thread::yield_now();
    }
    let (refused, queued) = if second.is_finished() { (second, third) } else { (third, second) };
    assert_eq!(refused.join().expect("no panic"), Err(HashingError::Busy(Busy)));
    for _ in 0..2 {
        end.send(()).expect("the gate waits");
    }
    assert_eq!(first.join().expect("no panic"), Ok("gate$first".to_owned()));
    assert!(queued.join().expect("no panic").is_ok());
}

#[test]
fn who_waits_too_long_is_not_hashed() {
    let (gate, has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 4, Duration::ZERO));
    // With no patience at all, even an idle pool is too slow. Were it not, the gate would say so and not wait.
    drop(end);
    assert_eq!(block_on(pool.make("late")), Err(HashingError::Busy(Busy)));
    assert!(has_begun.try_recv().is_err() && pool.operations() == 0);
}

#[test]
fn who_stops_waiting_is_not_hashed() {
    let (gate, has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 4, LONG));
    let first = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || block_on(pool.make("first")))
    };
    has_begun.recv().expect("the first is being hashed");
    block_on(async {
        let mut abandoned = Box::pin(pool.make("abandoned"));
        std::future::poll_fn(|context| {
            assert!(abandoned.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    });
    // One more than is needed, so that hashing the abandoned one would show as an operation and not as a standstill.
    for _ in 0..3 {
        end.send(()).expect("the gate is there");
    }
    assert!(first.join().expect("no panic").is_ok());
    assert_eq!(block_on(pool.make("last")), Ok("gate$last".to_owned()));
    assert_eq!(pool.operations(), 2);
}

#[test]
fn who_stops_waiting_leaves_a_place() {
    let (gate, has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 2, LONG));
    let first = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || block_on(pool.make("first")))
    };
    has_begun.recv().expect("the first is being hashed");
    for _ in 0..100 {
        let mut abandoned = Box::pin(pool.make("abandoned"));
        let looked = std::future::poll_fn(|context| std::task::Poll::Ready(abandoned.as_mut().poll(context)));
        assert!(block_on(looked).is_pending(), "there is room");
    }
    let waiting: Vec<_> = ["second", "third"]
        .map(|password| {
            let pool = Arc::clone(&pool);
            thread::spawn(move || block_on(pool.make(password)))
        })
        .into();
    for _ in 0..3 {
        end.send(()).expect("the gate waits");
    }
    assert!(first.join().expect("no panic").is_ok());
    for caller in waiting {
        assert!(caller.join().expect("no panic").is_ok());
    }
    assert_eq!(pool.operations(), 3);
}

/// A caller that waits on a thread of its own.
fn caller(
    pool: &Arc<HashingPool>,
    client: u64,
    password: &'static str,
) -> thread::JoinHandle<Result<String, HashingError>> {
    let pool = Arc::clone(pool);
    thread::spawn(move || block_on(pool.for_client(client).make(password)))
}

/// Polls a call once, so that it is in the queue from here on.
fn queued<F: Future>(call: F) -> std::pin::Pin<Box<F>> {
    let mut call = Box::pin(call);
    let looked =
        std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_pending()));
    assert!(block_on(looked), "it waits");
    call
}

#[test]
fn clients_take_turns() {
    let (gate, has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 10, LONG));
    let first = caller(&pool, 1, "first");
    has_begun.recv().expect("the first is being hashed");
    let greedy: Vec<_> = (0..3).map(|_| queued(pool.for_client(1).make("greedy"))).collect();
    let modest = queued(pool.for_client(2).make("modest"));
    for _ in 0..5 {
        end.send(()).expect("the gate waits");
    }
    assert!(first.join().expect("no panic").is_ok());
    for call in greedy.into_iter().chain([modest]) {
        assert!(block_on(call).is_ok());
    }
    let order: Vec<String> = has_begun.try_iter().collect();
    assert_eq!(order, ["greedy", "modest", "greedy", "greedy"]);
}

#[test]
fn who_takes_most_of_a_full_queue_makes_room() {
    let (gate, has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 4, LONG));
    let first = caller(&pool, 1, "first");
    has_begun.recv().expect("the first is being hashed");
    let mut greedy: Vec<_> = (0..4).map(|_| queued(pool.for_client(1).make("greedy"))).collect();
    assert_eq!(block_on(pool.for_client(1).make("one more")), Err(HashingError::Busy(Busy)));
    let modest = queued(pool.for_client(2).make("modest"));
    let last = greedy.pop().expect("it is there");
    assert_eq!(block_on(last), Err(HashingError::Busy(Busy)), "it made room");
    // Two of each now: nobody is greedier than the other.
    let second = queued(pool.for_client(2).make("second"));
    assert_eq!(block_on(pool.for_client(2).make("third")), Err(HashingError::Busy(Busy)));
    assert_eq!(block_on(greedy.pop().expect("it is there")), Err(HashingError::Busy(Busy)));
    for _ in 0..5 {
        end.send(()).expect("the gate waits");
    }
    assert!(first.join().expect("no panic").is_ok());
    for call in [modest, second] {
        assert!(block_on(call).is_ok());
    }
    for call in greedy {
        assert!(block_on(call).is_ok());
    }
}

#[test]
fn a_panic_costs_an_answer_and_not_a_thread() {
    let (gate, _has_begun, end) = Gate::new();
    let pool = pool(gate, limits(1, 4, LONG));
    assert_eq!(block_on(pool.make("panic")), Err(HashingError::Busy(Busy)));
    end.send(()).expect("the gate is there");
    assert_eq!(block_on(pool.make("fine")), Ok("gate$fine".to_owned()));
}

#[test]
fn a_password_that_the_hasher_refuses_is_an_error_of_its_own() {
    let pool = pool(BCryptPasswordHasher { rounds: 4 }, limits(1, 1, LONG));
    let outcome = block_on(pool.make(&"x".repeat(73)));
    assert_eq!(outcome, Err(HashingError::Hash(HashError::PasswordTooLong)));
}

#[test]
fn the_default_leaves_cores_to_the_requests() {
    let limits = HashingLimits::default();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    assert!(limits.threads >= 1 && limits.threads <= cores.max(1));
    assert_eq!((limits.queue_length, limits.wait_timeout), (64, Duration::from_secs(10)));
}
