//! The addresses from which users have logged in recently. Failed logins from other addresses do not lock them out
//! there.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Key;

/// How long an address is remembered after a login.
const LATELY: Duration = Duration::from_secs(30 * 86_400);

/// How many names are remembered.
const MOST_NAMES: usize = 10_000;

/// How many names are removed at once when there are too many: those with the oldest logins.
const BATCH: usize = MOST_NAMES / 8;

/// How many addresses of one name are remembered: the last ones.
const MOST_ADDRESSES: usize = 8;

/// The addresses of successful logins, by name. Only a correct password adds to it.
#[derive(Debug, Default)]
pub(crate) struct FamiliarAddresses {
    /// The addresses by name; the last login is the last one.
    names: Mutex<HashMap<Key, Vec<(Key, Instant)>>>,
}

impl FamiliarAddresses {
    /// Remembers that a name has logged in from an address.
    pub(crate) fn remember(&self, name: Key, address: Key, now: Instant) {
        let mut names = self.lock();
        if names.len() >= MOST_NAMES && !names.contains_key(&name) {
            make_room(&mut names, now);
        }
        let addresses = names.entry(name).or_default();
        addresses.retain(|(known, _)| *known != address);
        if addresses.len() >= MOST_ADDRESSES {
            addresses.remove(0);
        }
        addresses.push((address, now));
    }

    /// Whether a name has logged in from an address recently.
    pub(crate) fn has(&self, name: Key, address: Key, now: Instant) -> bool {
        let names = self.lock();
        let addresses = names.get(&name).map(Vec::as_slice).unwrap_or_default();
        addresses.iter().any(|(known, at)| *known == address && now.duration_since(*at) < LATELY)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Vec<(Key, Instant)>>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(names: &mut HashMap<Key, Vec<(Key, Instant)>>, now: Instant) {
    let last = |addresses: &Vec<(Key, Instant)>| addresses.last().map(|(_, at)| *at);
    names.retain(|_, addresses| last(addresses).is_some_and(|at| now.duration_since(at) < LATELY));
    let surplus = names.len().saturating_sub(MOST_NAMES - BATCH);
    let mut by_age: Vec<_> = names.iter().map(|(name, addresses)| (last(addresses), *name)).collect();
    if surplus < by_age.len() {
        by_age.select_nth_unstable(surplus);
    }
    for (_, name) in by_age.into_iter().take(surplus) {
        names.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_familiar_for_a_while_and_to_its_name() {
        let familiar = FamiliarAddresses::default();
        let begun = Instant::now();
        familiar.remember(Key(1), Key(10), begun);
        assert!(familiar.has(Key(1), Key(10), begun + LATELY - Duration::from_secs(1)));
        assert!(!familiar.has(Key(1), Key(10), begun + LATELY));
        assert!(!familiar.has(Key(1), Key(11), begun) && !familiar.has(Key(2), Key(10), begun));
    }

    #[test]
    fn the_last_addresses_of_a_name_are_remembered() {
        let familiar = FamiliarAddresses::default();
        let begun = Instant::now();
        familiar.remember(Key(2), Key(0), begun);
        for address in 0..1000 {
            familiar.remember(Key(1), Key(0), begun);
            familiar.remember(Key(1), Key(address), begun);
        }
        let known = (0..1000).filter(|address| familiar.has(Key(1), Key(*address), begun)).count();
        assert_eq!(known, MOST_ADDRESSES);
        assert!(familiar.has(Key(1), Key(0), begun) && familiar.has(Key(1), Key(999), begun));
        assert!(familiar.has(Key(2), Key(0), begun));
    }

    #[test]
    fn of_too_many_names_those_that_came_last_are_remembered() {
        let familiar = FamiliarAddresses::default();
        let begun = Instant::now();
        let names = 3 * MOST_NAMES as u64;
        for name in 0..names {
            familiar.remember(Key(name), Key(0), begun + Duration::from_millis(name));
            assert!(familiar.lock().len() <= MOST_NAMES);
        }
        let lately = names - (MOST_NAMES - BATCH) as u64;
        assert!((lately..names).all(|name| familiar.has(Key(name), Key(0), begun)));
    }
}
