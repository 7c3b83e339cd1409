//! Whether what was written is still as it was written, as far as a program can know without reading it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::query::statement::Statement;
use crate::{Database, Dialect, FieldValue as _, Result, Row};

/// What has been written through a database's handles.
#[derive(Debug)]
pub(crate) struct Writes {
    /// How many statements that may write have been run.
    count: AtomicU64,
    /// Whether the database has triggers, once it was asked.
    triggers: Mutex<Option<bool>>,
}

/// More statements than any database is asked in a program's life. Each counts from a multiple of it, so that the numbers of two
/// databases differ.
const APART: u64 = 1 << 40;

impl Default for Writes {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { count: AtomicU64::new(NEXT.fetch_add(APART, Ordering::Relaxed)), triggers: Mutex::default() }
    }
}

impl Writes {
    /// A statement that may write is run.
    pub(crate) fn note(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    /// SQL of any kind is run, which may make triggers.
    pub(crate) fn note_any(&self) {
        self.note();
        *self.triggers.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Database {
    /// A number that is another one after each statement by which the program has written something to this database. Two that are
    /// the same say that the program has written nothing in between; of other programs they say nothing.
    pub fn writes(&self) -> u64 {
        self.written().count.load(Ordering::Acquire)
    }

    /// Whether the database has triggers, so that its rows may be others than those that were written. It is asked once.
    ///
    /// # Errors
    /// Any database error.
    pub async fn has_triggers(&self) -> Result<bool> {
        let known = *self.written().triggers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known {
            return Ok(known);
        }
        // Boxed, because it is asked once.
        Box::pin(self.look_for_triggers()).await
    }

    async fn look_for_triggers(&self) -> Result<bool> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')",
            // PostgreSQL has foreign keys as triggers of its own. Rules change what is written too.
            Dialect::Postgres => {
                "SELECT EXISTS (SELECT 1 FROM pg_trigger WHERE NOT tgisinternal) OR EXISTS \
                 (SELECT 1 FROM pg_rules WHERE schemaname NOT IN ('pg_catalog', 'information_schema'))"
            }
        };
        let mut found = true;
        let each = &mut |row: &dyn Row| {
            found = bool::from_value(row.get(0)?)?;
            Ok(())
        };
        self.select_unnoted(&Statement::new(sql, Vec::new()), each).await?;
        *self.written().triggers.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(found)
    }
}
