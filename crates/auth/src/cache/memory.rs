//! A cache in the memory of this process: Django's `LocMemCache`. It is bounded: by the number of entries, and by their bytes.
//! When there is no room, those that were used longest ago go.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;
use super::pickle::{self, Plain};
use crate::db::json::Json;

/// About what an entry takes besides its key and its value.
const OF_ENTRY: usize = 128;

pub(super) struct Memory {
    limits: Limits,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    entries: HashMap<String, Entry>,
    /// The keys in the order in which they were used.
    by_use: BTreeMap<u64, String>,
    uses: u64,
    bytes: usize,
}

struct Entry {
    value: Vec<u8>,
    expires: Option<Instant>,
    used: u64,
}

impl Entry {
    fn is_over(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

impl Memory {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, table: Mutex::default() }
    }

    pub(super) fn get(&self, key: &str, now: Instant) -> Option<Vec<u8>> {
        let mut table = self.lock();
        table.find(key, now)?;
        table.touch(key);
        table.entries.get(key).map(|entry| entry.value.clone())
    }

    pub(super) fn set(&self, key: &str, value: Vec<u8>, timeout: Option<Duration>, now: Instant) {
        self.lock().set(key, value, timeout.map(|timeout| now + timeout), self.limits);
    }

    pub(super) fn add(&self, key: &str, value: Vec<u8>, timeout: Option<Duration>, now: Instant) -> bool {
        let mut table = self.lock();
        if table.find(key, now).is_some() {
            return false;
        }
        table.set(key, value, timeout.map(|timeout| now + timeout), self.limits);
        true
    }

    pub(super) fn touch(&self, key: &str, timeout: Option<Duration>, now: Instant) -> bool {
        let mut table = self.lock();
        let Some(entry) = table.find(key, now) else { return false };
        entry.expires = timeout.map(|timeout| now + timeout);
        true
    }

    pub(super) fn delete(&self, key: &str, now: Instant) -> bool {
        let mut table = self.lock();
        let was_there = table.find(key, now).is_some();
        table.remove(key);
        was_there
    }

    /// Adds to a whole number, which keeps its time to expire.
    pub(super) fn incr(&self, key: &str, delta: i64, now: Instant) -> Option<i64> {
        let mut table = self.lock();
        let entry = table.find(key, now)?;
        let Some(Plain::Json(Json::Int(number))) = pickle::loads(&entry.value) else { return None };
        let number = number.checked_add(delta)?;
        let (value, expires) = (pickle::dumps(&Plain::Json(Json::Int(number))), entry.expires);
        table.set(key, value, expires, self.limits);
        Some(number)
    }

    pub(super) fn clear(&self) {
        *self.lock() = Table::default();
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// The entry of a key. One that is over is removed.
    fn find(&mut self, key: &str, now: Instant) -> Option<&mut Entry> {
        if self.entries.get(key)?.is_over(now) {
            self.remove(key);
        }
        self.entries.get_mut(key)
    }

    fn touch(&mut self, key: &str) {
        self.uses += 1;
        let Some(entry) = self.entries.get_mut(key) else { return };
        if let Some(key) = self.by_use.remove(&entry.used) {
            entry.used = self.uses;
            self.by_use.insert(self.uses, key);
        }
    }

    fn set(&mut self, key: &str, value: Vec<u8>, expires: Option<Instant>, limits: Limits) {
        self.remove(key);
        let size = size(key, &value);
        // It would take the place of everything else.
        if size > limits.bytes {
            return;
        }
        if self.entries.len() >= limits.entries {
            self.cull(limits.cull_frequency);
        }
        while self.bytes + size > limits.bytes && self.remove_oldest() {}
        self.uses += 1;
        self.bytes += size;
        self.by_use.insert(self.uses, key.to_owned());
        self.entries.insert(key.to_owned(), Entry { value, expires, used: self.uses });
    }

    /// Removes one in so many entries; all of them when it is 0.
    fn cull(&mut self, frequency: usize) {
        match self.entries.len().checked_div(frequency) {
            Some(surplus) => (0..surplus.max(1)).for_each(|_| {
                self.remove_oldest();
            }),
            None => *self = Self::default(),
        }
    }

    fn remove_oldest(&mut self) -> bool {
        let oldest = self.by_use.first_key_value().map(|(_, key)| key.clone());
        oldest.inspect(|key| self.remove(key)).is_some()
    }

    fn remove(&mut self, key: &str) {
        if let Some((key, entry)) = self.entries.remove_entry(key) {
            self.by_use.remove(&entry.used);
            self.bytes -= size(&key, &entry.value);
        }
    }
}

fn size(key: &str, value: &[u8]) -> usize {
    2 * key.len() + value.len() + OF_ENTRY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(entries: usize, bytes: usize, cull_frequency: usize) -> Memory {
        Memory::new(Limits { entries, bytes, cull_frequency })
    }

    fn keys(memory: &Memory) -> Vec<String> {
        let mut keys: Vec<_> = memory.lock().entries.keys().cloned().collect();
        keys.sort();
        keys
    }

    #[test]
    fn what_was_used_longest_ago_goes() {
        let now = Instant::now();
        // What is left after a thirty-first key is what Django's `LocMemCache` has with these two options.
        for (cull_frequency, left) in [(3, 21), (2, 16), (0, 1)] {
            let memory = memory(30, 1 << 20, cull_frequency);
            (0..30).for_each(|at| memory.set(&format!("{at:02}"), vec![1], None, now));
            assert!(memory.get("00", now).is_some());
            memory.set("new", vec![1], None, now);
            assert_eq!(keys(&memory).len(), left, "{cull_frequency}");
            assert_eq!(memory.get("00", now).is_some(), cull_frequency != 0);
            assert!(memory.get("01", now).is_none() && memory.get("new", now).is_some());
        }
    }

    #[test]
    fn bytes_are_bounded() {
        let now = Instant::now();
        let memory = memory(1000, 10_000, 3);
        for at in 0..500 {
            memory.set(&at.to_string(), vec![0; at], None, now);
            let table = memory.lock();
            assert!(table.bytes <= 10_000);
            assert_eq!(
                table.bytes,
                table.entries.iter().map(|(key, entry)| size(key, &entry.value)).sum::<usize>()
            );
        }
        assert!(memory.get("499", now).is_some() && memory.get("1", now).is_none());
        memory.set("499", vec![0; 20_000], None, now);
        assert!(memory.get("499", now).is_none() && memory.get("498", now).is_some());
    }

    #[test]
    fn entries_end() {
        let memory = memory(10, 1 << 20, 3);
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        memory.set("a", vec![1], Some(Duration::from_secs(5)), begun);
        assert!(memory.get("a", after(4)).is_some());
        assert!(!memory.add("a", vec![2], None, after(4)));
        assert!(memory.touch("a", Some(Duration::from_secs(5)), after(4)));
        assert!(memory.get("a", after(8)).is_some() && memory.get("a", after(9)).is_none());
        assert!(!memory.touch("a", None, after(9)) && !memory.delete("a", after(9)));
        assert!(memory.add("a", vec![2], None, after(9)) && memory.delete("a", after(99)));
    }
}
