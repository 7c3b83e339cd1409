//! What the server sends of values that are made of others: arrays, ranges, hstores; and of those that have only a text.

use std::ops::Bound;

use tokio_postgres::types::{Kind, Type};

use super::row::{self, damaged};
use super::text;
use crate::{Error, HStore, Range, Result, Value};

/// The value, with copies of what is in it.
pub(super) fn value(kind: &Type, bytes: &[u8]) -> Result<Value> {
    if let Some(value) = row::value(kind, bytes)? {
        return Ok(value.to_owned());
    }
    let mut bytes = Bytes { kind, left: bytes };
    match kind.kind() {
        Kind::Array(inner) => array(&mut bytes, inner),
        Kind::Range(inner) => range(&mut bytes, inner).map(|range| Value::Range(Box::new(range))),
        Kind::Domain(inner) => value(inner, bytes.left),
        _ if kind.name() == "hstore" => hstore(&mut bytes).map(Value::HStore),
        _ => text::of(kind, bytes.left)
            .map(Value::Text)
            .ok_or_else(|| Error::Decode(format!("a column of PostgreSQL's type `{kind}` cannot be read"))),
    }
}

/// The bytes that are left of a value.
struct Bytes<'a> {
    kind: &'a Type,
    left: &'a [u8],
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, left) = self.left.split_at_checked(count).ok_or_else(|| damaged(self.kind))?;
        self.left = left;
        Ok(taken)
    }

    fn number(&mut self) -> Result<i32> {
        let bytes = self.take(4)?.try_into().map_err(|_| damaged(self.kind))?;
        Ok(i32::from_be_bytes(bytes))
    }

    fn count(&mut self) -> Result<usize> {
        self.number()?.try_into().map_err(|_| damaged(self.kind))
    }

    /// What has its length before it; `None` for NULL, whose length is -1.
    fn sized(&mut self) -> Result<Option<&'a [u8]>> {
        match self.number()? {
            -1 => Ok(None),
            length => self.take(length.try_into().map_err(|_| damaged(self.kind))?).map(Some),
        }
    }

    fn text(&self, bytes: &[u8]) -> Result<String> {
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| damaged(self.kind))
    }
}

/// How many dimensions, whether there are NULLs, the type of the values; of each dimension its size and its first index.
fn array(bytes: &mut Bytes<'_>, inner: &Type) -> Result<Value> {
    let dimensions = bytes.count()?;
    bytes.take(8)?;
    let mut sizes = Vec::new();
    for _ in 0..dimensions {
        sizes.push(bytes.count()?);
        bytes.take(4)?;
    }
    if sizes.is_empty() { Ok(Value::Array(Vec::new())) } else { part(bytes, inner, &sizes) }
}

/// The values of one dimension, which are arrays where there are more.
fn part(bytes: &mut Bytes<'_>, inner: &Type, sizes: &[usize]) -> Result<Value> {
    let Some((size, rest)) = sizes.split_first() else {
        return bytes.sized()?.map_or(Ok(Value::Null), |bytes| value(inner, bytes));
    };
    (0..*size).map(|_| part(bytes, inner, rest)).collect::<Result<_>>().map(Value::Array)
}

/// A byte of flags, and the bounds that there are.
fn range(bytes: &mut Bytes<'_>, inner: &Type) -> Result<Range<Value>> {
    const EMPTY: u8 = 0x01;
    const HAS_LOWER: u8 = 0x02;
    const HAS_UPPER: u8 = 0x04;
    const NO_LOWER: u8 = 0x08;
    const NO_UPPER: u8 = 0x10;
    let flags = bytes.take(1)?[0];
    if flags & EMPTY != 0 {
        return Ok(Range::empty());
    }
    let mut bound = |belongs: u8, unbounded: u8| -> Result<Bound<Value>> {
        if flags & unbounded != 0 {
            return Ok(Bound::Unbounded);
        }
        let Some(sent) = bytes.sized()? else { return Err(damaged(inner)) };
        let value = value(inner, sent)?;
        Ok(if flags & belongs != 0 { Bound::Included(value) } else { Bound::Excluded(value) })
    };
    let lower = bound(HAS_LOWER, NO_LOWER)?;
    Ok(Range::new(lower, bound(HAS_UPPER, NO_UPPER)?))
}

/// How many pairs; of each the key and the text.
fn hstore(bytes: &mut Bytes<'_>) -> Result<HStore> {
    let mut pairs = HStore::new();
    for _ in 0..bytes.count()? {
        let key = bytes.sized()?.ok_or_else(|| damaged(bytes.kind))?;
        let key = bytes.text(key)?;
        let value = bytes.sized()?.map(|text| bytes.text(text)).transpose()?;
        pairs.insert(key, value);
    }
    Ok(pairs)
}
