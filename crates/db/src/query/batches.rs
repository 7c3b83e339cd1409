//! Rows and objects that are read in batches, so that they are never all in memory: Django's `iterator`.

use std::collections::VecDeque;
use std::fmt;

use super::output::{Output, Reading};
use super::prefetch::Fetch;
use super::select::Query;
use super::statement::Asked;
use crate::database::Cursor;
use crate::{Database, Model, Result, Row};

/// The rows of a query, read in batches: [`Rows::batches`](crate::Rows::batches).
pub struct RowBatches {
    db: Database,
    /// `None` after the last row.
    cursor: Option<Cursor>,
}

impl fmt::Debug for RowBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowBatches").field("has_more", &self.has_more()).finish_non_exhaustive()
    }
}

impl RowBatches {
    pub(super) async fn open(query: &Query, db: &Database, asked: Asked<'_>, size: usize) -> Result<Self> {
        let cursor = match query.finds_nothing() {
            true => None,
            false => Some(db.cursor(query.statement(db.target(), asked)?, size.max(1)).await?),
        };
        Ok(Self { db: db.clone(), cursor })
    }

    /// Whether there may be rows that were not read yet.
    pub fn has_more(&self) -> bool {
        self.cursor.is_some()
    }

    /// Calls `each` with each row of the next batch. The last batch may be empty.
    ///
    /// # Errors
    /// Any database error, or the first error that `each` returns. Nothing more is read then.
    pub async fn next(&mut self, each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send)) -> Result<()> {
        let Some(mut cursor) = self.cursor.take() else { return Ok(()) };
        if self.db.next_batch(&mut cursor, each).await? {
            self.cursor = Some(cursor);
        }
        Ok(())
    }
}

/// The items of a query, read in batches: [`QuerySet::iterator`](crate::QuerySet::iterator).
pub struct ObjectIterator<M, Out: Output<M>> {
    rows: RowBatches,
    query: Query,
    ready: VecDeque<Out::Item>,
}

impl<M, Out: Output<M>> fmt::Debug for ObjectIterator<M, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectIterator").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<M: Model, Out: Output<M>> ObjectIterator<M, Out> {
    pub(super) async fn open(query: Query, db: &Database, size: usize) -> Result<Self> {
        let rows = RowBatches::open(&query, db, Asked::Rows, size).await?;
        Ok(Self { rows, query, ready: VecDeque::new() })
    }

    /// The next item; `None` after the last one.
    ///
    /// # Errors
    /// Any database error, or a column value that is not of its field's type.
    pub async fn next(&mut self) -> Result<Option<Out::Item>> {
        while self.ready.is_empty() && self.rows.has_more() {
            self.read().await?;
        }
        Ok(self.ready.pop_front())
    }

    /// The items of the next batch, or what is left of this one; `None` after the last.
    ///
    /// # Errors
    /// As [`ObjectIterator::next`].
    pub async fn next_batch(&mut self) -> Result<Option<Vec<Out::Item>>> {
        while self.ready.is_empty() && self.rows.has_more() {
            self.read().await?;
        }
        Ok((!self.ready.is_empty()).then(|| std::mem::take(&mut self.ready).into()))
    }

    async fn read(&mut self) -> Result<()> {
        let (reading, ready) = (Reading::new(&self.query), &mut self.ready);
        let each = &mut |row: &dyn Row| {
            ready.push_back(Out::read(row, &reading)?);
            Ok(())
        };
        self.rows.next(each).await
    }
}

/// The items of a query with what belongs to each, read in batches:
/// [`Prefetched::iterator`](crate::Prefetched::iterator).
pub struct PrefetchIterator<F: Fetch> {
    rows: RowBatches,
    query: Query,
    fetched: F,
    ready: VecDeque<F::Item>,
}

impl<F: Fetch> fmt::Debug for PrefetchIterator<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrefetchIterator").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<F: Fetch> PrefetchIterator<F> {
    pub(super) async fn open(fetched: F, db: &Database, size: usize) -> Result<Self> {
        let query = fetched.query().0.clone();
        let rows = RowBatches::open(&query, db, Asked::Rows, size).await?;
        Ok(Self { rows, query, fetched, ready: VecDeque::new() })
    }

    /// The next item; `None` after the last one.
    ///
    /// # Errors
    /// As [`ObjectIterator::next`].
    pub async fn next(&mut self) -> Result<Option<F::Item>> {
        while self.ready.is_empty() && self.rows.has_more() {
            self.read().await?;
        }
        Ok(self.ready.pop_front())
    }

    /// The items of the next batch, or what is left of this one; `None` after the last.
    ///
    /// # Errors
    /// As [`ObjectIterator::next`].
    pub async fn next_batch(&mut self) -> Result<Option<Vec<F::Item>>> {
        while self.ready.is_empty() && self.rows.has_more() {
            self.read().await?;
        }
        Ok((!self.ready.is_empty()).then(|| std::mem::take(&mut self.ready).into()))
    }

    async fn read(&mut self) -> Result<()> {
        let (reading, mut read) = (Reading::new(&self.query), Vec::new());
        let each = &mut |row: &dyn Row| {
            read.push(((), F::read(row, &reading)?));
            Ok(())
        };
        self.rows.next(each).await?;
        let items = self.fetched.completed(&self.rows.db, read).await?;
        self.ready.extend(items.into_iter().map(|((), item)| item));
        Ok(())
    }
}
