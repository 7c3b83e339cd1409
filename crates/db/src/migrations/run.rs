//! Runs one migration after the other. Each transaction begins with the lock and with the history as it is then, so that
//! several processes that start together do each migration once.

use super::graph::Graph;
use super::history::{self, History};
use super::migrator::{Step, planned, steps};
use super::state::link_label;
use super::{Fake, Migration, MigrationError, MigrationName, Migrator, Operation, Progress, Target};
use crate::schema::{
    How, SchemaEditor, SchemaStatement, constraint_names, lost_keys, tables_are_there, triggers,
};
use crate::transaction::{Begin, outside};
use crate::{Database, Dialect, Error};

/// Which steps of a plan are taken. The direction is chosen once: what another process does in the meantime does not turn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Forwards,
    Backwards,
    /// Nothing is left but to record squashed migrations.
    Record,
}

/// What is run.
pub(super) struct Run<'a, 'b> {
    pub(super) migrator: Migrator<'a>,
    pub(super) db: &'b Database,
    pub(super) target: Target,
    pub(super) fake: Fake,
}

type Report<'a> = &'a mut (dyn FnMut(Progress) + Send);

impl<'a> Run<'a, '_> {
    /// Takes the next step; `false` where there is none.
    pub(super) async fn next(&self, way: Way, progress: Report<'_>) -> Result<bool, MigrationError> {
        let history = History::read(self.db).await?;
        let graph = self.migrator.graph_for(self.target, &history)?;
        let Some(next) = first(&graph, self.target, way)? else { return Ok(false) };
        let changes = graph.migration(next).operations.iter().any(changes_tables);
        let how = match changes || way == Way::Backwards {
            // A table of SQLite is changed by making it anew, in which the keys that refer to it must not be followed.
            true => Begin::new().alone().without_keys(),
            false => Begin::new().alone(),
        };
        let done = self.db.atomic_as(&how, async || self.take(way, how, progress).await).await?;
        let Some((name, faked)) = done else { return Ok(false) };
        progress(Progress::Done { name, faked });
        Ok(true)
    }

    /// Takes a step in the transaction; returns the migration and whether it was only recorded.
    async fn take(
        &self,
        way: Way,
        how: Begin,
        progress: Report<'_>,
    ) -> Result<Option<(MigrationName, bool)>, MigrationError> {
        history::make_table(self.db).await?;
        // Another process may have been faster.
        let history = History::read(self.db).await?;
        let graph = self.migrator.graph_for(self.target, &history)?;
        let Some(next) = first(&graph, self.target, way)? else { return Ok(None) };
        let backwards = way == Way::Backwards;
        if !backwards {
            graph.refuse_unready(next, &history)?;
        }
        progress(Progress::Begins { name: next, backwards });
        let order = graph.order()?;
        let applied = order.iter().copied().filter(|name| graph.is_applied(*name));
        // What comes later in the order has nothing to say of a migration that is undone.
        let before: Vec<_> = match backwards {
            true => applied.take_while(|name| *name != next).collect(),
            false => applied.collect(),
        };
        let state = self.migrator.state_after(&graph, before)?;
        let migration = graph.migration(next);
        let faked = match self.fake {
            Fake::Not => false,
            Fake::All => true,
            Fake::Initial => {
                !backwards && self.is_made(&graph, next, &steps(&graph, next, &state, false)?).await?
            }
        };
        if !faked {
            let steps = steps(&graph, next, &state, backwards)?;
            self.perform(next, migration, &steps, backwards).await?;
        }
        let failed = |error| MigrationError::Failed(next, error);
        record(self.db, next, migration, backwards).await.map_err(failed)?;
        if how.is_without_keys() {
            refuse_lost_keys(self.db, next).await?;
        }
        Ok(Some((next, faked)))
    }

    async fn perform(
        &self,
        name: MigrationName,
        migration: &Migration,
        steps: &[Step],
        backwards: bool,
    ) -> Result<(), MigrationError> {
        // SQLite has one writer: beside the lock nothing could be written.
        if migration.atomic || self.db.dialect() == Dialect::Sqlite {
            return perform(self.db, name, steps, backwards).await;
        }
        // The transaction around it holds the lock, and sees nothing. Its last query would keep what that saw until another one
        // is begun, and `CREATE INDEX CONCURRENTLY` waits for everybody who sees an older state.
        self.db.batch("SELECT 1").await.map_err(|error| MigrationError::Failed(name, error))?;
        outside(perform(self.db, name, steps, backwards)).await
    }

    /// Whether all that the first migration of an app makes is there: Django's `detect_soft_applied`.
    async fn is_made(
        &self,
        graph: &Graph<'_>,
        name: MigrationName,
        steps: &[Step],
    ) -> Result<bool, MigrationError> {
        let is_later = graph.parents(name).iter().any(|parent| parent.app == name.app);
        if is_later && !graph.migration(name).initial {
            return Ok(false);
        }
        let Some(last) = steps.last() else { return Ok(false) };
        let refused = |error| MigrationError::State(name, error);
        let mut tables: Vec<(String, Option<String>)> = Vec::new();
        for step in steps {
            let label = |model: &str| format!("{}.{model}", name.app);
            let managed = |label: &str| last.to.model(label).is_some_and(|model| model.managed);
            match &step.operation {
                Operation::CreateModel(model) if managed(&label(&model.name)) => {
                    tables.push((last.to.table(&label(&model.name)).map_err(refused)?, None));
                }
                Operation::AddField { model, field } if managed(&label(model)) => {
                    tables.push((last.to.table(&label(model)).map_err(refused)?, Some(field.column())));
                }
                Operation::AddManyToMany { model, field } if managed(&label(model)) => {
                    let link = link_label(&label(model), &field.name);
                    tables.push((last.to.table(&link).map_err(refused)?, None));
                }
                _ => {}
            }
        }
        Ok(!tables.is_empty() && tables_are_there(self.db, &tables).await?)
    }

    /// Records the squashed migrations of which all that they replace are applied.
    pub(super) async fn record_replacing(&self) -> Result<(), MigrationError> {
        let is_needed = |history: &History| -> Result<Vec<MigrationName>, MigrationError> {
            Ok(self.migrator.graph_for(Target::All, history)?.unrecorded(history))
        };
        if is_needed(&History::read(self.db).await?)?.is_empty() {
            return Ok(());
        }
        self.db
            .atomic_alone(async || {
                for name in is_needed(&History::read(self.db).await?)? {
                    history::record(self.db, name).await?;
                }
                Ok(())
            })
            .await
    }
}

/// The first step of a plan in this direction.
fn first(graph: &Graph<'_>, target: Target, way: Way) -> Result<Option<MigrationName>, MigrationError> {
    let backwards = way == Way::Backwards;
    let plan = planned(graph, target)?;
    Ok(plan.into_iter().find(|(_, undone)| *undone == backwards).map(|(name, _)| name))
}

/// Whether an operation changes a table that may have rows.
fn changes_tables(operation: &Operation) -> bool {
    !matches!(
        operation,
        Operation::CreateModel(_) | Operation::AddIndex { .. } | Operation::AddManyToMany { .. }
    )
}

/// A migration that replaces others is recorded by their names; itself it is recorded at the end.
async fn record(
    db: &Database,
    name: MigrationName,
    migration: &Migration,
    backwards: bool,
) -> Result<(), Error> {
    if backwards {
        for replaced in &migration.replaces {
            history::forget(db, replaced.app, replaced.name).await?;
        }
        history::forget(db, name.app, name.name).await?;
    } else if migration.replaces.is_empty() {
        history::record(db, name).await?;
    } else {
        for replaced in &migration.replaces {
            history::record(db, *replaced).await?;
        }
    }
    Ok(())
}

async fn refuse_lost_keys(db: &Database, name: MigrationName) -> Result<(), MigrationError> {
    let failed = |error| MigrationError::Failed(name, error);
    let lost = lost_keys(db).await.map_err(failed)?;
    if lost.is_empty() {
        return Ok(());
    }
    Err(failed(Error::Database(format!("keys refer to rows that are gone, in {}", lost.join(", ")))))
}

async fn perform(
    db: &Database,
    name: MigrationName,
    steps: &[Step],
    backwards: bool,
) -> Result<(), MigrationError> {
    let failed = |error| MigrationError::Failed(name, error);
    let mut editor = SchemaEditor::new(db.dialect(), backwards);
    for Step { operation, from, to, .. } in steps {
        let refused = |error| MigrationError::State(name, error);
        editor.apply(name.app, operation, from, to).map_err(refused)?;
        // Each at once: a later one may ask for the names that an earlier one gives.
        run(db, editor.take()).await.map_err(failed)?;
        if let Operation::Run { step, .. } = operation {
            step.run(db).await.map_err(failed)?;
        }
    }
    run(db, editor.finish()).await.map_err(failed)
}

async fn run(db: &Database, statements: Vec<SchemaStatement>) -> Result<(), Error> {
    let mut kept = Vec::new();
    for SchemaStatement { sql, run } in statements {
        match run {
            How::Once => db.batch(&sql).await?,
            How::ForEach(wanted) => {
                for name in constraint_names(db, &wanted).await? {
                    db.batch(&sql.replace("{name}", &name)).await?;
                }
            }
            How::BeforeReplacing(table) => {
                kept = triggers(db, &table).await?;
                db.batch(&sql).await?;
            }
            How::Replacing => {
                // Otherwise SQLite looks for the table in the triggers and views of others, and it is not there.
                db.batch("PRAGMA legacy_alter_table = ON").await?;
                let renamed = db.batch(&sql).await;
                db.batch("PRAGMA legacy_alter_table = OFF").await?;
                renamed?;
                for trigger in kept.drain(..) {
                    db.batch(&trigger).await?;
                }
            }
        }
    }
    Ok(())
}
