//! Rows that belong to the rows of another query: which ones there are, and where each of them is written.

use std::collections::HashMap;
use std::ops::Range;

use belleville_db::{Value, ValueRef};

use crate::key::{Key, Mixing};

/// The keys that rows of a child are asked for by, each once.
#[derive(Default)]
pub(super) struct Owners {
    /// Whole numbers, as long as they come in an order and no other key does: what most lists have.
    ordered: Vec<i64>,
    mixed: Option<Box<Mixed>>,
}

/// Keys in any order.
#[derive(Default)]
struct Mixed {
    keys: Vec<Value>,
    numbers: HashMap<i64, usize, Mixing>,
    others: HashMap<Key, usize>,
}

impl Owners {
    /// The position of a key, which is added where it is new. Nothing belongs to NULL.
    pub(super) fn add(&mut self, key: ValueRef<'_>) -> Option<usize> {
        match (key, &mut self.mixed) {
            (ValueRef::Null, _) => None,
            (ValueRef::Int(number), None) if continues(&self.ordered, number) => {
                self.ordered.push(number);
                Some(self.ordered.len() - 1)
            }
            (ValueRef::Int(number), None) if self.ordered.last() == Some(&number) => {
                Some(self.ordered.len() - 1)
            }
            (key, mixed) => {
                let mixed =
                    mixed.get_or_insert_with(|| Box::new(Mixed::of(std::mem::take(&mut self.ordered))));
                Some(mixed.add(key))
            }
        }
    }

    /// The position of a key that was asked for.
    pub(super) fn find(&self, key: ValueRef<'_>) -> Option<usize> {
        match (key, &self.mixed) {
            (ValueRef::Int(number), None) => position(&self.ordered, number),
            (_, None) | (ValueRef::Null, _) => None,
            (ValueRef::Int(number), Some(mixed)) => mixed.numbers.get(&number).copied(),
            (key, Some(mixed)) => mixed.others.get(&Key::of_ref(key)).copied(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.mixed.as_ref().map_or(self.ordered.len(), |mixed| mixed.keys.len())
    }

    pub(super) fn keys(&self) -> Vec<Value> {
        match &self.mixed {
            None => self.ordered.iter().copied().map(Value::Int).collect(),
            Some(mixed) => mixed.keys.clone(),
        }
    }
}

/// Whether a number can stand behind others, which then still rise or fall.
fn continues(ordered: &[i64], number: i64) -> bool {
    match *ordered {
        [] => true,
        [first] => number != first,
        [first, .., last] => {
            if first < last {
                number > last
            } else {
                number < last
            }
        }
    }
}

/// The position of a number among others that rise or fall.
fn position(ordered: &[i64], number: i64) -> Option<usize> {
    let (first, last) = (*ordered.first()?, *ordered.last()?);
    let rises = first <= last;
    // Keys without a gap between them.
    let distance = if rises { number.wrapping_sub(first) } else { first.wrapping_sub(number) };
    let at = usize::try_from(distance).ok()?;
    if ordered.get(at) == Some(&number) {
        return Some(at);
    }
    let found = match rises {
        true => ordered.binary_search(&number),
        false => ordered.binary_search_by(|known| number.cmp(known)),
    };
    found.ok()
}

impl Mixed {
    fn of(ordered: Vec<i64>) -> Self {
        let mut mixed = Self::default();
        for number in ordered {
            mixed.add(ValueRef::Int(number));
        }
        mixed
    }

    fn add(&mut self, key: ValueRef<'_>) -> usize {
        let new = self.keys.len();
        let at = match key {
            ValueRef::Int(number) => *self.numbers.entry(number).or_insert(new),
            key => *self.others.entry(Key::of_ref(key)).or_insert(new),
        };
        if at == new {
            self.keys.push(Key::of_ref(key).to_value());
        }
        at
    }
}

/// The rows of a child, written, by the positions of their owners.
pub(super) struct Children {
    pages: Vec<Vec<u8>>,
    rows: Vec<ChildRow>,
    /// The first and the last row of each owner.
    ends: Vec<(u32, u32)>,
}

struct ChildRow {
    page: u32,
    /// The next row of the same owner.
    next: u32,
    range: Range<usize>,
}

/// No row.
const NONE: u32 = u32::MAX;

impl Children {
    pub(super) fn of(owners: &Owners) -> Self {
        let count = owners.len();
        Self { pages: Vec::new(), rows: Vec::with_capacity(count), ends: vec![(NONE, NONE); count] }
    }

    /// Adds a written row of an owner, by its position; it is a range of the page that is added next.
    pub(super) fn add(&mut self, owner: usize, range: Range<usize>) {
        let (new, page) = (number_of(self.rows.len()), number_of(self.pages.len()));
        let Some((first, last)) = self.ends.get_mut(owner) else { return };
        self.rows.push(ChildRow { page, range, next: NONE });
        match self.rows.get_mut(*last as usize) {
            None => *first = new,
            Some(before) => before.next = new,
        }
        *last = new;
    }

    /// Adds the bytes of the rows that were added before it.
    pub(super) fn add_page(&mut self, page: Vec<u8>) {
        self.pages.push(page);
    }

    /// Writes the rows of an owner: all of them, or the only one.
    pub(super) fn write(&self, owner: Option<usize>, is_one: bool, out: &mut Vec<u8>) {
        let (first, _) = owner.and_then(|owner| self.ends.get(owner)).copied().unwrap_or((NONE, NONE));
        let mut row = self.rows.get(first as usize);
        if is_one {
            return out.extend_from_slice(row.map_or(b"null", |row| self.written(row)));
        }
        let mut before = b'[';
        while let Some(written) = row {
            out.push(before);
            before = b',';
            out.extend_from_slice(self.written(written));
            row = self.rows.get(written.next as usize);
        }
        out.extend_from_slice(if before == b'[' { b"[]" } else { b"]" });
    }

    fn written(&self, row: &ChildRow) -> &[u8] {
        &self.pages[row.page as usize][row.range.clone()]
    }
}

/// A position among rows, of which nobody reads as many as there are numbers.
fn number_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(NONE - 1)
}
