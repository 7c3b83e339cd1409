//! A query whose rows are read a batch at a time. The statement stays open on a connection of its own, which a thread of the
//! blocking pool has meanwhile: it reads ahead by one batch, and waits until that is taken.

use std::ops::Range;

use rusqlite::Connection;
use rusqlite::types::ValueRef as Stored;
use tokio::sync::mpsc;

use super::statement::{self, BEGUN};
use crate::backends::Each;
use crate::query::statement::Statement;
use crate::{Error, Result, Row, ValueRef, failed_statement};

/// A batch ends when it has so many bytes, however few rows they are.
const MOST_BYTES: usize = 1_048_576;

/// How many bytes a batch has room for at first.
const USUAL_BYTES: usize = 32_768;

/// A query that is read. When it is dropped, its thread ends.
pub(crate) struct Cursor(mpsc::Receiver<Result<Batch>>);

impl Cursor {
    /// Where the batches come from, and where they are sent to.
    pub(super) fn channel() -> (mpsc::Sender<Result<Batch>>, Self) {
        let (sender, batches) = mpsc::channel(1);
        (sender, Self(batches))
    }

    /// Calls `each` with each row of the next batch; whether there may be another one.
    pub(crate) async fn next(&mut self, each: Each<'_>) -> Result<bool> {
        let batch = self.0.recv().await.ok_or_else(ended_early)??;
        for at in 0..batch.rows {
            each(&BatchRow { batch: &batch, first: at * batch.columns })?;
        }
        Ok(!batch.is_last)
    }
}

fn ended_early() -> Error {
    Error::Database("the thread that read the rows has ended".to_owned())
}

/// Rows as SQLite has them.
#[derive(Default)]
pub(super) struct Batch {
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
    /// The texts and bytes of all of them.
    bytes: Vec<u8>,
    is_last: bool,
}

#[derive(Clone)]
enum Cell {
    Null,
    Int(i64),
    Float(f64),
    Text(Range<usize>),
    Bytes(Range<usize>),
}

impl Batch {
    fn add(&mut self, row: &rusqlite::Row<'_>) -> Result<()> {
        for index in 0..self.columns {
            let cell = match row.get_ref(index)? {
                Stored::Null => Cell::Null,
                Stored::Integer(n) => Cell::Int(n),
                Stored::Real(x) => Cell::Float(x),
                Stored::Text(bytes) => Cell::Text(self.keep(bytes)),
                Stored::Blob(bytes) => Cell::Bytes(self.keep(bytes)),
            };
            self.cells.push(cell);
        }
        self.rows += 1;
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let first = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        first..self.bytes.len()
    }
}

struct BatchRow<'a> {
    batch: &'a Batch,
    /// The position of its first cell.
    first: usize,
}

impl Row for BatchRow<'_> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        let cell = (index < self.batch.columns).then(|| &self.batch.cells[self.first + index]);
        match cell {
            Some(Cell::Null) => Ok(ValueRef::Null),
            Some(Cell::Int(n)) => Ok(ValueRef::Int(*n)),
            Some(Cell::Float(x)) => Ok(ValueRef::Float(*x)),
            Some(Cell::Text(range)) => statement::text(&self.batch.bytes[range.clone()]),
            Some(Cell::Bytes(range)) => Ok(ValueRef::Bytes(&self.batch.bytes[range.clone()])),
            None => Err(Error::Decode(format!("the row has no column {index}"))),
        }
    }
}

/// Reads the rows of a query, and hands them over in batches of so many, until nobody takes them any more.
pub(super) fn read(
    connection: &Connection,
    statement: &Statement,
    size: usize,
    batches: &mpsc::Sender<Result<Batch>>,
) {
    if let Err(error) = read_all(connection, statement, size, batches) {
        failed_statement::remember(&error, &statement.sql);
        let _ = batches.blocking_send(Err(error));
    }
}

fn read_all(
    connection: &Connection,
    statement: &Statement,
    size: usize,
    batches: &mpsc::Sender<Result<Batch>>,
) -> Result<()> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let columns = prepared.column_count();
    let mut rows = prepared.query(statement::parameters(statement))?;
    loop {
        // The time in which nobody asks is not the statement's.
        BEGUN.set(None);
        let mut batch = Batch { columns, bytes: Vec::with_capacity(USUAL_BYTES), ..Batch::default() };
        while batch.rows < size && batch.bytes.len() < MOST_BYTES {
            match rows.next()? {
                Some(row) => batch.add(row)?,
                None => {
                    batch.is_last = true;
                    break;
                }
            }
        }
        let is_last = batch.is_last;
        if batches.blocking_send(Ok(batch)).is_err() || is_last {
            return Ok(());
        }
    }
}
