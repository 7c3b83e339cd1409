//! Plans and applies migrations. Several processes may do so at once: each reads the history again after it has the
//! write lock.

use super::graph::Graph;
use super::history::{self, History};
use super::{AppConfig, MigrationError, MigrationName};
use crate::Database;

/// Plans and applies the migrations of some apps.
#[derive(Clone, Copy, Debug)]
pub struct Migrator<'a> {
    apps: &'a [AppConfig],
}

impl<'a> Migrator<'a> {
    /// A migrator of these apps.
    pub const fn new(apps: &'a [AppConfig]) -> Self {
        Self { apps }
    }

    /// The migrations that are not applied yet, in the order in which `migrate` applies them. Nothing is changed.
    ///
    /// # Errors
    /// When the history in the database or the apps' migrations are inconsistent; see [`MigrationError`].
    pub async fn plan(&self, db: &Database) -> Result<Vec<MigrationName>, MigrationError> {
        let history = History::read(db).await?;
        Graph::new(self.apps)?.pending(&history)
    }

    /// Applies the migrations that are not applied yet and returns how many there were. `progress` is called with
    /// each migration after it is committed.
    ///
    /// # Errors
    /// See [`MigrationError`]. Migrations that `progress` was called with stay applied; the failing one is rolled
    /// back.
    pub async fn migrate(
        &self,
        db: &Database,
        mut progress: impl FnMut(MigrationName) + Send,
    ) -> Result<usize, MigrationError> {
        let mut count = 0;
        // Planned first, so that a start with nothing to do does not wait for the write lock.
        let mut pending = self.plan(db).await?.len();
        while pending > 0 {
            let batch = self.apply_batch(db).await?;
            pending = batch.left;
            count += batch.applied.len();
            batch.applied.into_iter().for_each(&mut progress);
        }
        Ok(count)
    }

    async fn apply_batch(&self, db: &Database) -> Result<Batch, MigrationError> {
        let graph = Graph::new(self.apps)?;
        db.atomic(async || {
            history::make_table(db).await?;
            // Another process may have been faster.
            let mut applied = graph.pending(&History::read(db).await?)?;
            let left = applied.split_off(graph.first_batch(&applied)).len();
            for migration in &applied {
                apply(&graph, *migration, db).await?;
            }
            Ok(Batch { applied, left })
        })
        .await
    }
}

/// What one transaction applied, and how many migrations are left after it.
struct Batch {
    applied: Vec<MigrationName>,
    left: usize,
}

async fn apply(graph: &Graph<'_>, migration: MigrationName, db: &Database) -> Result<(), MigrationError> {
    let failed = |error| MigrationError::Failed(migration, error);
    for operation in &graph.migration(migration).operations {
        let statements = operation.statements();
        for sql in statements.map_err(|error| MigrationError::ColumnOrder(migration, error))? {
            db.batch(&sql).await.map_err(failed)?;
        }
    }
    history::record(db, migration).await.map_err(failed)
}
