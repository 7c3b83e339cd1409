//! Plans and applies migrations. Several processes may do so at once: each reads the history again after it has the
//! write lock.

use super::graph::Graph;
use super::history::{self, History};
use super::operation::Operation;
use super::state::ProjectState;
use super::{AppConfig, MigrationError, MigrationName};
use crate::schema::{SchemaEditor, SchemaStatement, constraint_names, lost_keys};
use crate::transaction::Begin;
use crate::{Database, Dialect, Error};

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
            let step = self.apply_next(db).await?;
            pending = step.left;
            count += usize::from(step.applied.is_some());
            step.applied.into_iter().for_each(&mut progress);
        }
        Ok(count)
    }

    /// The tables that the migrations make, applied or not.
    ///
    /// # Errors
    /// When the migrations contradict each other; see [`MigrationError`].
    pub fn state(&self) -> Result<ProjectState, MigrationError> {
        let graph = Graph::new(self.apps)?;
        let mut state = ProjectState::default();
        for name in graph.order()? {
            fold(&graph, name, &mut state)?;
        }
        Ok(state)
    }

    /// The statements of one migration, for people to read: Django's `sqlmigrate`.
    ///
    /// # Errors
    /// When the migrations contradict each other; see [`MigrationError`].
    pub fn sql(&self, migration: MigrationName, dialect: Dialect) -> Result<Vec<String>, MigrationError> {
        let graph = Graph::new(self.apps)?;
        let mut state = ProjectState::default();
        for name in graph.order()? {
            if name != migration {
                fold(&graph, name, &mut state)?;
                continue;
            }
            let mut editor = SchemaEditor::new(dialect);
            for operation in &graph.migration(name).operations {
                edit(&mut editor, name, operation, &mut state)?;
            }
            return Ok(editor.finish().iter().map(SchemaStatement::to_sql).collect());
        }
        Ok(Vec::new())
    }

    async fn apply_next(&self, db: &Database) -> Result<Applied, MigrationError> {
        let graph = Graph::new(self.apps)?;
        let pending = graph.pending(&History::read(db).await?)?;
        let mut operations = pending.iter().take(1).flat_map(|name| &graph.migration(*name).operations);
        let how = match operations.any(changes_tables) {
            // A table of SQLite is changed by making it anew, in which the keys that refer to it must not be followed.
            true => Begin::new().alone().without_keys(),
            false => Begin::new().alone(),
        };
        db.atomic_as(&how, async || apply_in_transaction(&graph, db, how).await).await
    }
}

async fn apply_in_transaction(
    graph: &Graph<'_>,
    db: &Database,
    how: Begin,
) -> Result<Applied, MigrationError> {
    history::make_table(db).await?;
    // Another process may have been faster.
    let pending = graph.pending(&History::read(db).await?)?;
    let Some(next) = pending.first().copied() else { return Ok(Applied { applied: None, left: 0 }) };
    let mut state = ProjectState::default();
    for name in graph.order()? {
        if name == next {
            apply(graph, name, &mut state, db).await?;
            break;
        }
        fold(graph, name, &mut state)?;
    }
    if how.is_without_keys() {
        let failed = |error| MigrationError::Failed(next, error);
        let lost = lost_keys(db).await.map_err(failed)?;
        if !lost.is_empty() {
            return Err(failed(Error::Database(format!(
                "keys refer to rows that are gone, in {}",
                lost.join(", ")
            ))));
        }
    }
    Ok(Applied { applied: Some(next), left: pending.len() - 1 })
}

/// The migration that a transaction applied, and how many are left after it.
struct Applied {
    applied: Option<MigrationName>,
    left: usize,
}

/// Whether an operation changes a table that may have rows.
fn changes_tables(operation: &Operation) -> bool {
    !matches!(
        operation,
        Operation::CreateModel(_) | Operation::AddIndex { .. } | Operation::AddManyToMany { .. }
    )
}

/// The state after a migration.
fn fold(graph: &Graph<'_>, name: MigrationName, state: &mut ProjectState) -> Result<(), MigrationError> {
    for operation in &graph.migration(name).operations {
        operation.apply(name.app, state).map_err(|error| MigrationError::State(name, error))?;
    }
    Ok(())
}

/// Adds the statements of an operation, and makes the state what it is after it.
fn edit(
    editor: &mut SchemaEditor,
    name: MigrationName,
    operation: &Operation,
    state: &mut ProjectState,
) -> Result<(), MigrationError> {
    let refused = |error| MigrationError::State(name, error);
    let before = state.clone();
    operation.apply(name.app, state).map_err(refused)?;
    editor.apply(name.app, operation, &before, state).map_err(refused)
}

async fn apply(
    graph: &Graph<'_>,
    name: MigrationName,
    state: &mut ProjectState,
    db: &Database,
) -> Result<(), MigrationError> {
    let failed = |error| MigrationError::Failed(name, error);
    let mut editor = SchemaEditor::new(db.dialect());
    for operation in &graph.migration(name).operations {
        edit(&mut editor, name, operation, state)?;
        // Each at once: a later one may ask for the names that an earlier one gives.
        run(db, editor.take()).await.map_err(failed)?;
        if let Operation::Run(step) = operation {
            step(db).await.map_err(failed)?;
        }
    }
    run(db, editor.finish()).await.map_err(failed)?;
    history::record(db, name).await.map_err(failed)
}

async fn run(db: &Database, statements: Vec<SchemaStatement>) -> Result<(), Error> {
    for statement in statements {
        let Some(wanted) = &statement.names else {
            db.batch(&statement.sql).await?;
            continue;
        };
        for name in constraint_names(db, wanted).await? {
            db.batch(&statement.sql.replace("{name}", &name)).await?;
        }
    }
    Ok(())
}
