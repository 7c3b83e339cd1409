//! How many rows of a list are counted for a page of it.

use std::ops::Range;

use belleville_db::{Database, Rows};

use crate::exceptions::Result;

/// How many rows of a list are counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Counting {
    /// All of them, as DRF does.
    #[default]
    All,
    /// So many, and those up to the end of the page.
    AtMost(u64),
    /// Those up to the end of the page, and no number is said.
    Nothing,
}

/// The rows of a page and what is known of those around them.
pub(super) struct Slice {
    pub(super) rows: Rows,
    /// Of the list's rows these are known: all, or some behind the page.
    pub(super) known: u64,
    /// What the body says.
    pub(super) count: Option<u64>,
}

impl Counting {
    /// The rows of a range, counted from 0. At least one row behind it is known, if there is one.
    pub(super) async fn slice(self, db: &Database, rows: Rows, range: Range<u64>) -> Result<Slice> {
        let most = match self {
            Self::All => {
                let (count, rows) = rows.counted_slice(db, range).await?;
                return Ok(Slice { rows, known: count, count: Some(count) });
            }
            Self::AtMost(most) => Some(most),
            Self::Nothing => None,
        };
        let end = range.end.saturating_add(1).max(most.unwrap_or(0));
        let known = rows.clone().slice(0..end).count(db).await?;
        Ok(Slice { rows: rows.slice(range), known, count: most.map(|most| known.min(most)) })
    }

    /// How many rows the list has; `None` where that would be more than are counted.
    pub(super) async fn all(self, db: &Database, rows: &Rows) -> Result<Option<u64>> {
        match self {
            Self::All => Ok(Some(rows.count(db).await?)),
            Self::AtMost(most) => {
                let count = rows.clone().slice(0..most.saturating_add(1)).count(db).await?;
                Ok(Some(count).filter(|count| *count <= most))
            }
            Self::Nothing => Ok(None),
        }
    }
}
