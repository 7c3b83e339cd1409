//! Rows that belong to the rows of another query: which ones there are, and where each of them is written.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;
use std::sync::LazyLock;

use belleville_db::{Value, ValueRef};

use crate::key::Key;

/// The keys that rows of a child are asked for by, each once.
#[derive(Default)]
pub(super) struct Owners {
    keys: Vec<Value>,
    numbers: HashMap<i64, usize, Mixing>,
    others: HashMap<Key, usize>,
}

impl Owners {
    /// The position of a key, which is added where it is new. Nothing belongs to NULL.
    pub(super) fn add(&mut self, key: ValueRef<'_>) -> Option<usize> {
        let new = self.keys.len();
        let at = match key {
            ValueRef::Null => return None,
            ValueRef::Int(number) => *self.numbers.entry(number).or_insert(new),
            key => *self.others.entry(Key::of_ref(key)).or_insert(new),
        };
        if at == new {
            self.keys.push(Key::of_ref(key).to_value());
        }
        Some(at)
    }

    /// The position of a key that was asked for.
    pub(super) fn find(&self, key: ValueRef<'_>) -> Option<usize> {
        match key {
            ValueRef::Null => None,
            ValueRef::Int(number) => self.numbers.get(&number).copied(),
            key => self.others.get(&Key::of_ref(key)).copied(),
        }
    }

    pub(super) fn keys(&self) -> &[Value] {
        &self.keys
    }
}

/// The rows of a child, written, by the positions of their owners.
pub(super) struct Children {
    pages: Vec<Vec<u8>>,
    rows: Vec<ChildRow>,
    /// The first and the last row of each owner.
    ends: Vec<Option<(usize, usize)>>,
}

struct ChildRow {
    page: usize,
    range: Range<usize>,
    /// The next row of the same owner.
    next: Option<usize>,
}

impl Children {
    pub(super) fn of(owners: &Owners) -> Self {
        let count = owners.keys.len();
        Self { pages: Vec::new(), rows: Vec::with_capacity(count), ends: vec![None; count] }
    }

    /// Adds written rows, each with the position of its owner.
    pub(super) fn add(&mut self, page: Vec<u8>, rows: impl IntoIterator<Item = (usize, Range<usize>)>) {
        for (owner, range) in rows {
            let Some(ends) = self.ends.get_mut(owner) else { continue };
            let new = self.rows.len();
            self.rows.push(ChildRow { page: self.pages.len(), range, next: None });
            match ends {
                None => *ends = Some((new, new)),
                Some((_, last)) => {
                    self.rows[*last].next = Some(new);
                    *last = new;
                }
            }
        }
        self.pages.push(page);
    }

    /// Writes the rows of an owner: all of them, or the only one.
    pub(super) fn write(&self, owner: Option<usize>, is_one: bool, out: &mut Vec<u8>) {
        let first = owner.and_then(|owner| self.ends.get(owner).copied().flatten()).map(|(first, _)| first);
        let row = |at: usize| &self.rows[at];
        if is_one {
            return out.extend_from_slice(first.map_or(b"null", |first| self.written(row(first))));
        }
        out.push(b'[');
        let rows = std::iter::successors(first.map(row), |last| last.next.map(row));
        for (index, row) in rows.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.written(row));
        }
        out.push(b']');
    }

    fn written(&self, row: &ChildRow) -> &[u8] {
        &self.pages[row.page][row.range.clone()]
    }
}

/// Mixes a number that is a key with one that only this process knows, so that nobody can choose keys to be slow.
#[derive(Clone, Copy)]
struct Mixing(u64);

impl Default for Mixing {
    fn default() -> Self {
        static SECRET: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        Self(*SECRET)
    }
}

impl BuildHasher for Mixing {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Mixing {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
