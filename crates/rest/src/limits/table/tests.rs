//! The table under a clock that the test moves.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn limit(key: u64, failures: usize) -> Limit {
    Limit::new(Key(key), Rate { failures, period: MINUTE })
}

/// A table, and the time that it is told.
struct Clock {
    table: Table,
    now: Instant,
}

impl Clock {
    fn new() -> Self {
        Self { table: Table::default(), now: Instant::now() }
    }

    fn arrive(&mut self, limits: &[Limit]) -> Arrival {
        self.table.arrive(limits.to_vec(), self.now)
    }

    fn verdict(&mut self, limits: &[Limit]) -> Verdict {
        match self.arrive(limits) {
            Arrival::Answered(verdict) => verdict,
            Arrival::Waits { .. } => panic!("it waits"),
        }
    }

    fn waits(&mut self, limits: &[Limit]) -> oneshot::Receiver<Verdict> {
        match self.arrive(limits) {
            Arrival::Waits { answer, .. } => answer,
            Arrival::Answered(verdict) => panic!("{verdict:?}"),
        }
    }

    fn end(&mut self, limits: &[Limit], failed: bool) {
        let keys: Vec<Key> = limits.iter().map(|limit| limit.key).collect();
        self.table.end(&keys, failed, self.now);
    }

    fn fail(&mut self, limits: &[Limit]) -> Verdict {
        let verdict = self.verdict(limits);
        if verdict == Verdict::Go {
            self.end(limits, true);
        }
        verdict
    }

    fn later(&mut self, time: Duration) {
        self.now += time;
    }
}

fn answer(waiter: &mut oneshot::Receiver<Verdict>) -> Option<Verdict> {
    waiter.try_recv().ok()
}

#[test]
fn failures_are_counted_as_drf_counts_requests() {
    let mut clock = Clock::new();
    let three = [limit(1, 3)];
    for _ in 0..3 {
        assert_eq!(clock.fail(&three), Verdict::Go);
        clock.later(MINUTE / 4);
    }
    assert_eq!(clock.fail(&three), Verdict::Throttled(MINUTE / 4));
    clock.later(MINUTE / 4);
    assert_eq!(clock.fail(&three), Verdict::Go);
    assert_eq!(clock.fail(&three), Verdict::Throttled(MINUTE / 4));
    // Of several limits the longest wait is told; another key is another count.
    assert_eq!(clock.fail(&[limit(2, 1)]), Verdict::Go);
    assert_eq!(clock.fail(&[limit(1, 3), limit(2, 1)]), Verdict::Throttled(MINUTE));
    assert_eq!(clock.fail(&[limit(3, 1)]), Verdict::Go);
}

#[test]
fn what_ended_well_leaves_nothing() {
    let mut clock = Clock::new();
    for key in 0..100 {
        let limits = [limit(key, 1), limit(key + 100, 1)];
        assert_eq!(clock.verdict(&limits), Verdict::Go);
        clock.end(&limits, false);
    }
    assert!(clock.table.counts.is_empty());
}

#[test]
fn as_many_wait_as_may_not_fail_and_one_goes_when_one_has_ended() {
    let mut clock = Clock::new();
    let two = [limit(1, 2)];
    assert_eq!((clock.verdict(&two), clock.verdict(&two)), (Verdict::Go, Verdict::Go));
    let mut waiting: Vec<_> = (0..4).map(|_| clock.waits(&two)).collect();
    clock.end(&two, false);
    let answers: Vec<_> = waiting.iter_mut().map(answer).collect();
    assert_eq!(answers, [Some(Verdict::Go), None, None, None]);
    // Whoever comes now does not overtake those who wait.
    let mut last = clock.waits(&two);
    clock.end(&two, true);
    assert_eq!(waiting.iter_mut().skip(1).map(answer).collect::<Vec<_>>(), [None, None, None]);
    clock.end(&two, true);
    for waiter in waiting.iter_mut().skip(1).chain([&mut last]) {
        assert_eq!(answer(waiter), Some(Verdict::Throttled(MINUTE)));
    }
}

#[test]
fn who_waits_and_leaves_is_not_waited_for() {
    let mut clock = Clock::new();
    let one = [limit(1, 1)];
    assert_eq!(clock.verdict(&one), Verdict::Go);
    let Arrival::Waits { number, .. } = clock.arrive(&one) else { panic!("it waits") };
    let mut second = clock.waits(&one);
    clock.table.leave(&[Key(1)], number);
    clock.end(&one, false);
    assert_eq!(answer(&mut second), Some(Verdict::Go));
    clock.end(&one, false);
    assert!(clock.table.counts.is_empty());
}

#[test]
fn who_waits_at_two_limits_keeps_the_place_in_line() {
    let mut clock = Clock::new();
    let (first, second) = (limit(1, 1), limit(2, 1));
    assert_eq!(clock.verdict(&[first]), Verdict::Go);
    assert_eq!(clock.verdict(&[second]), Verdict::Go);
    let mut both = clock.waits(&[first, second]);
    let mut later = clock.waits(&[second]);
    clock.end(&[first], false);
    assert_eq!(answer(&mut both), None);
    clock.end(&[second], false);
    assert_eq!((answer(&mut both), answer(&mut later)), (Some(Verdict::Go), None));
    clock.end(&[first, second], false);
    assert_eq!(answer(&mut later), Some(Verdict::Go));
}

#[test]
fn failures_that_are_over_let_those_who_wait_go_first() {
    let mut clock = Clock::new();
    let two = [limit(1, 2)];
    assert_eq!((clock.fail(&two), clock.verdict(&two)), (Verdict::Go, Verdict::Go));
    let mut first = clock.waits(&two);
    clock.later(MINUTE);
    let mut second = clock.waits(&two);
    assert_eq!((answer(&mut first), answer(&mut second)), (Some(Verdict::Go), None));
}

#[test]
fn not_all_the_world_waits() {
    let mut clock = Clock::new();
    let one = [limit(1, 1)];
    assert_eq!(clock.verdict(&one), Verdict::Go);
    let waiting: Vec<_> = (0..MOST_WAITING).map(|_| clock.waits(&one)).collect();
    assert_eq!(clock.verdict(&one), Verdict::NoRoom);
    drop(waiting);
}

#[test]
fn whom_a_limit_does_not_refuse_goes_and_is_counted() {
    let mut clock = Clock::new();
    let spared = [limit(1, 2).that_only_counts()];
    for _ in 0..5 {
        assert_eq!(clock.fail(&spared), Verdict::Go);
    }
    assert_eq!(clock.fail(&[limit(1, 2)]), Verdict::Throttled(MINUTE));
    assert_eq!(clock.table.counts[&Key(1)].failures.len(), 2, "no more is kept than is needed");
}

#[test]
fn a_flood_of_others_does_not_make_a_count_at_its_limit_forgotten() {
    let mut clock = Clock::new();
    let victim = [limit(0, 10)];
    let near = [limit(1, 10)];
    for _ in 0..10 {
        assert_eq!(clock.fail(&victim), Verdict::Go);
    }
    for _ in 0..9 {
        assert_eq!(clock.fail(&near), Verdict::Go);
    }
    clock.later(Duration::from_secs(1));
    for other in 2..3 * MOST as u64 {
        assert_eq!(clock.fail(&[limit(other, 10)]), Verdict::Go);
    }
    assert!(clock.table.counts.len() <= MOST, "{}", clock.table.counts.len());
    assert_eq!(clock.fail(&victim), Verdict::Throttled(Duration::from_secs(59)));
    // Those that have failed less go before those that have failed often.
    assert_eq!(clock.fail(&near), Verdict::Go);
    assert_eq!(clock.fail(&near), Verdict::Throttled(Duration::from_secs(59)));
}

#[test]
fn those_that_are_over_go_first() {
    let mut clock = Clock::new();
    for key in 0..MOST as u64 / 2 {
        clock.fail(&[limit(key, 1)]);
    }
    clock.later(MINUTE);
    for key in MOST as u64 / 2..MOST as u64 + 1 {
        assert_eq!(clock.fail(&[limit(key, 2)]), Verdict::Go);
    }
    assert_eq!(clock.table.counts.len(), MOST / 2 + 1);
}

#[test]
fn a_table_that_is_full_of_those_at_their_limit_takes_nobody_new_for_a_while() {
    let mut clock = Clock::new();
    for key in 0..MOST as u64 {
        assert_eq!(clock.fail(&[limit(key, 1)]), Verdict::Go);
    }
    let new = [limit(MOST as u64, 1)];
    assert_eq!(clock.fail(&new), Verdict::NoRoom);
    assert_eq!(clock.fail(&[limit(0, 1)]), Verdict::Throttled(MINUTE));
    assert_eq!(clock.fail(&[new[0].that_finds_room()]), Verdict::Go);
    assert_eq!(clock.fail(&[new[0].that_finds_room()]), Verdict::Throttled(MINUTE));
    let newer = [limit(MOST as u64 + 1, 1)];
    clock.later(MINUTE - RESPITE / 2);
    assert_eq!(clock.fail(&newer), Verdict::NoRoom);
    clock.later(RESPITE);
    assert_eq!(clock.fail(&newer), Verdict::Go);
}

/// How long an attempt takes, from its arrival to its end, while others flood the table:
/// `cargo test --release -p belleville-rest --lib -- --ignored --nocapture cost`.
#[test]
#[ignore = "it measures"]
fn the_cost_of_an_attempt() {
    for (what, failures) in [("below their limit", 10), ("at their limit", 1)] {
        let mut clock = Clock::new();
        for key in 0..MOST as u64 {
            clock.fail(&[limit(key, failures)]);
        }
        let (mut longest, begun) = (Duration::ZERO, Instant::now());
        let attempts = 1_000_000;
        for key in 0..attempts {
            let one = Instant::now();
            let keys = MOST as u64 + 3 * key;
            clock.fail(&[limit(keys, 10), limit(keys + 1, 10), limit(keys + 2, 10)]);
            longest = longest.max(one.elapsed());
        }
        let each = begun.elapsed().as_nanos() / u128::from(attempts);
        println!("full of those {what}: {each} ns each, {longest:?} at the longest");
    }
}
