//! Plans and applies migrations. Several processes may do so at once: each reads the history again after it has the
//! write lock.

use super::graph::Graph;
use super::history::{self, History};
use super::run::{Run, Way};
use super::state::ProjectState;
use super::{AppConfig, MigrationError, MigrationName, Operation};
use crate::schema::SchemaEditor;
use crate::{Database, DateTime, Dialect};

/// Plans and applies the migrations of some apps.
#[derive(Clone, Copy, Debug)]
pub struct Migrator<'a> {
    apps: &'a [AppConfig],
}

/// Up to where to migrate: what the arguments of `migrate` say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// All migrations of all apps.
    All,
    /// All migrations of an app, and what they need.
    App(&'static str),
    /// Up to this migration, forwards or, where it is applied, backwards.
    Migration(MigrationName),
    /// Back to before the first migration of an app.
    Zero(&'static str),
}

/// One step of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The migration.
    pub name: MigrationName,
    /// It is undone.
    pub backwards: bool,
    /// What it does.
    pub operations: &'a [Operation],
}

/// Whether migrations are only recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fake {
    /// They are run.
    #[default]
    Not,
    /// They are recorded as applied, or undone, and not run.
    All,
    /// The first migration of an app is recorded and not run where all its tables are there.
    Initial,
}

/// How far `migrate` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A migration begins.
    Begins {
        /// The migration.
        name: MigrationName,
        /// It is undone.
        backwards: bool,
    },
    /// A migration is committed.
    Done {
        /// The migration.
        name: MigrationName,
        /// It was only recorded.
        faked: bool,
    },
}

/// The migrations of an app, for `showmigrations`.
#[derive(Clone, Debug)]
pub struct AppStatus {
    /// The app's label.
    pub app: &'static str,
    /// Django applies them.
    pub managed_by_django: bool,
    /// The migrations, from the oldest to the newest.
    pub migrations: Vec<Status>,
}

/// What is known of one migration.
#[derive(Clone, Debug)]
pub struct Status {
    /// The migration.
    pub name: MigrationName,
    /// Whether it is applied.
    pub applied: Applied,
    /// How many migrations it replaces.
    pub replaces: usize,
    /// What it depends on.
    pub dependencies: Vec<MigrationName>,
}

/// Whether a migration is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is not.
    No,
    /// All that it replaces are, and `migrate` records it.
    Unrecorded,
    /// It was applied at this time.
    At(DateTime),
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
        Ok(self.plan_to(db, Target::All).await?.into_iter().map(|planned| planned.name).collect())
    }

    /// What there is to do to get to a target. Nothing is changed.
    ///
    /// # Errors
    /// As [`Migrator::plan`], and when Django migrates the target's app.
    pub async fn plan_to(&self, db: &Database, target: Target) -> Result<Vec<Planned<'a>>, MigrationError> {
        let history = History::read(db).await?;
        let graph = self.graph_for(target, &history)?;
        Ok(planned(&graph, target)?
            .into_iter()
            .map(|(name, backwards)| Planned {
                name,
                backwards,
                operations: &graph.migration(name).operations,
            })
            .collect())
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
        let done = |step| match step {
            Progress::Done { name, .. } => progress(name),
            Progress::Begins { .. } => {}
        };
        self.migrate_to(db, Target::All, Fake::Not, done).await
    }

    /// Applies or undoes migrations up to a target, each in a transaction of its own, and returns how many there were.
    ///
    /// # Errors
    /// See [`MigrationError`]. What was done before stays; the failing migration is rolled back, unless it is not atomic.
    pub async fn migrate_to(
        &self,
        db: &Database,
        target: Target,
        fake: Fake,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<usize, MigrationError> {
        // Planned first, so that a start with nothing to do does not wait for the write lock.
        let history = History::read(db).await?;
        let graph = self.graph_for(target, &history)?;
        let plan = planned(&graph, target)?;
        let mut way = match plan.first() {
            Some((_, true)) => Way::Backwards,
            Some((_, false)) => Way::Forwards,
            None if graph.unrecorded(&history).is_empty() => return Ok(0),
            None => Way::Record,
        };
        let run = Run { migrator: *self, db, target, fake };
        let mut count = 0;
        while way != Way::Record {
            match run.next(way, &mut progress).await? {
                true => count += 1,
                false => way = Way::Record,
            }
        }
        run.record_replacing().await?;
        Ok(count)
    }

    /// The tables that the migrations make, applied or not. Of an app that Django migrates they are those of its models.
    ///
    /// # Errors
    /// When the migrations contradict each other; see [`MigrationError`].
    pub fn state(&self) -> Result<ProjectState, MigrationError> {
        let graph = Graph::new(self.apps, &History::default())?;
        self.state_after(&graph, graph.order()?)
    }

    /// The state after these migrations.
    pub(super) fn state_after(
        &self,
        graph: &Graph<'_>,
        names: impl IntoIterator<Item = MigrationName>,
    ) -> Result<ProjectState, MigrationError> {
        let foreign = self.apps.iter().filter(|app| app.managed_by_django);
        let mut state = ProjectState::from_models(foreign.flat_map(|app| app.models.iter().copied()));
        for name in names.into_iter().filter(|name| !graph.is_foreign(*name)) {
            fold(graph, name, &mut state)?;
        }
        Ok(state)
    }

    /// The statements of one migration, without comments.
    ///
    /// # Errors
    /// When the migrations contradict each other; see [`MigrationError`].
    pub fn sql(&self, migration: MigrationName, dialect: Dialect) -> Result<Vec<String>, MigrationError> {
        let mut statements = Vec::new();
        self.edited(migration, dialect, false, |_, sql| statements.extend(sql))?;
        Ok(statements)
    }

    /// The statements of one migration, or of undoing it, for people to read: the lines of Django's `sqlmigrate`.
    ///
    /// # Errors
    /// When the migrations contradict each other or it cannot be undone; see [`MigrationError`].
    pub fn sql_text(
        &self,
        migration: MigrationName,
        dialect: Dialect,
        backwards: bool,
    ) -> Result<Vec<String>, MigrationError> {
        let mut lines = Vec::new();
        self.edited(migration, dialect, backwards, |operation, sql| {
            if let Some(operation) = operation {
                let is_code = matches!(operation, Operation::Run { .. });
                lines.push("--".to_owned());
                lines.push(format!("-- {}", operation.describe()));
                lines.push("--".to_owned());
                if is_code {
                    lines.push("-- THIS OPERATION CANNOT BE WRITTEN AS SQL".to_owned());
                }
                if sql.is_empty() && !is_code {
                    lines.push("-- (no-op)".to_owned());
                }
            }
            lines.extend(sql.into_iter().map(|sql| if sql.ends_with(';') { sql } else { format!("{sql};") }));
        })?;
        let graph = Graph::with_replaced(self.apps, &History::default());
        let atomic = graph.is_ok_and(|graph| !graph.contains(migration) || graph.migration(migration).atomic);
        if atomic && !lines.is_empty() {
            lines.insert(0, "BEGIN;".to_owned());
            lines.push("COMMIT;".to_owned());
        }
        Ok(lines)
    }

    /// Calls `each` with each operation and its statements, and at the end with those that waited.
    fn edited(
        &self,
        migration: MigrationName,
        dialect: Dialect,
        backwards: bool,
        mut each: impl FnMut(Option<&Operation>, Vec<String>),
    ) -> Result<(), MigrationError> {
        let graph = self.graph_with(migration, &History::default())?;
        let before = graph.forwards([migration])?.into_iter().filter(|name| *name != migration);
        let state = self.state_after(&graph, before)?;
        let mut editor = SchemaEditor::new(dialect, backwards);
        for step in steps(&graph, migration, &state, backwards)? {
            let refused = |error| MigrationError::State(migration, error);
            editor.apply(migration.app, &step.operation, &step.from, &step.to).map_err(refused)?;
            let shown = if backwards { step.undoes.as_ref() } else { None };
            let sql = editor.take().iter().map(crate::schema::SchemaStatement::to_sql).collect();
            each(Some(shown.unwrap_or(&step.operation)), sql);
        }
        each(None, editor.finish().iter().map(crate::schema::SchemaStatement::to_sql).collect());
        Ok(())
    }

    /// The app with a label that has migrations.
    ///
    /// # Errors
    /// When there is none.
    pub fn app(&self, label: &str) -> Result<&'a AppConfig, MigrationError> {
        let found = self.apps.iter().find(|app| app.label == label && !app.migrations.is_empty());
        found.ok_or_else(|| MigrationError::UnknownApp(label.to_owned()))
    }

    /// The migration of an app whose name is this or begins so.
    ///
    /// # Errors
    /// When there is no app or no migration, or several begin so.
    pub fn find(&self, app: &str, beginning: &str) -> Result<MigrationName, MigrationError> {
        let app = self.app(app)?;
        let names: Vec<_> = app.migrations.iter().map(|migration| migration.name).collect();
        let exact = names.iter().filter(|name| **name == beginning).copied();
        let fitting: Vec<_> = names.iter().filter(|name| name.starts_with(beginning)).copied().collect();
        match exact.chain((fitting.len() == 1).then(|| fitting[0])).next() {
            Some(name) => Ok(MigrationName { app: app.label, name }),
            None => {
                Err(MigrationError::UnknownMigration { app: app.label, name: beginning.to_owned(), fitting })
            }
        }
    }

    /// The migrations of all apps, by label, with what is known of them.
    ///
    /// # Errors
    /// As [`Migrator::plan`].
    pub async fn status(&self, db: &Database) -> Result<Vec<AppStatus>, MigrationError> {
        let history = History::read(db).await?;
        let graph = Graph::new(self.apps, &history)?;
        let mut apps: Vec<&AppConfig> = self.apps.iter().filter(|app| !app.migrations.is_empty()).collect();
        apps.sort_by_key(|app| app.label);
        let of_app = |app: &&AppConfig| {
            let order = graph.forwards(graph.leaves(Some(app.label)))?;
            let names = order.into_iter().filter(|name| name.app == app.label);
            Ok(AppStatus {
                app: app.label,
                managed_by_django: app.managed_by_django,
                migrations: names.map(|name| status(&graph, name, &history)).collect(),
            })
        };
        apps.iter().map(of_app).collect()
    }

    /// All migrations in the order in which they are applied.
    ///
    /// # Errors
    /// As [`Migrator::plan`].
    pub async fn status_in_order(&self, db: &Database) -> Result<Vec<Status>, MigrationError> {
        let history = History::read(db).await?;
        let graph = Graph::new(self.apps, &history)?;
        Ok(graph.order()?.into_iter().map(|name| status(&graph, name, &history)).collect())
    }

    /// Takes the migrations of an app that are applied and not there any more out of the history, and returns their names.
    ///
    /// # Errors
    /// When there is no such app, Django migrates it, or a squashed migration still says that it replaces one of them.
    pub async fn prune(&self, db: &Database, app: &str) -> Result<Vec<String>, MigrationError> {
        let app = self.app(app)?;
        if app.managed_by_django {
            // What is not listed here is Django's, and not gone.
            return Err(MigrationError::ManagedByDjango(app.label));
        }
        let known = |name: &&str| app.migrations.iter().any(|migration| migration.name == *name);
        db.atomic_alone(async || {
            let history = History::read(db).await?;
            let gone: Vec<String> =
                history.of_app(app.label).filter(|name| !known(name)).map(str::to_owned).collect();
            for migration in &app.migrations {
                let is_gone =
                    |one: &&MigrationName| one.app == app.label && gone.iter().any(|name| *name == one.name);
                if let Some(replaced) = migration.replaces.iter().find(is_gone) {
                    return Err(MigrationError::Replaced {
                        migration: MigrationName { app: app.label, name: migration.name },
                        replaced: *replaced,
                    });
                }
            }
            for name in &gone {
                history::forget(db, app.label, name).await?;
            }
            Ok(gone)
        })
        .await
    }

    /// Where the history does not fit to an app that Django migrates: a line for each migration that is listed here and not
    /// applied, or applied and not listed here. An app that lists none is not compared.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn out_of_step(&self, db: &Database) -> Result<Vec<String>, MigrationError> {
        let history = History::read(db).await?;
        let mut lines = Vec::new();
        for app in self.apps.iter().filter(|app| app.managed_by_django && !app.migrations.is_empty()) {
            let label = app.label;
            let listed: Vec<&str> = app.migrations.iter().map(|migration| migration.name).collect();
            for name in listed.iter().filter(|name| !history.contains(MigrationName { app: label, name })) {
                lines.push(format!(
                    "{label}.{name} is not applied, and the app is managed by Django: run `manage.py migrate {label}`"
                ));
            }
            for name in history.of_app(label).filter(|name| !listed.contains(name)) {
                lines.push(format!(
                    "{label}.{name} was applied by Django and is not known here: add it to the app's list when the models \
                     fit to it"
                ));
            }
        }
        Ok(lines)
    }

    /// The apps with several last migrations, as two branches of a program leave them, and these.
    ///
    /// # Errors
    /// When the migrations contradict each other; see [`MigrationError`].
    pub fn conflicts(&self) -> Result<Vec<(&'static str, Vec<&'static str>)>, MigrationError> {
        Ok(Graph::new(self.apps, &History::default())?.conflicts().into_iter().collect())
    }

    /// The last migration of each app.
    ///
    /// # Errors
    /// When the migrations contradict each other; see [`MigrationError`].
    pub fn leaves(&self) -> Result<Vec<MigrationName>, MigrationError> {
        Ok(Graph::new(self.apps, &History::default())?.leaves(None))
    }

    /// The graph in which a target is: one that was replaced is found among the migrations as they were.
    pub(super) fn graph_for(&self, target: Target, history: &History) -> Result<Graph<'a>, MigrationError> {
        let graph = match target {
            Target::Migration(name) => self.graph_with(name, history)?,
            _ => Graph::new(self.apps, history)?,
        };
        graph.refuse_inconsistent(history)?;
        graph.refuse_conflicts()?;
        let app = match target {
            Target::All => return Ok(graph),
            Target::App(app) | Target::Zero(app) => app,
            Target::Migration(name) => name.app,
        };
        match self.apps.iter().find(|known| known.label == app && known.managed_by_django) {
            Some(app) => Err(MigrationError::ManagedByDjango(app.label)),
            None => Ok(graph),
        }
    }

    fn graph_with(&self, name: MigrationName, history: &History) -> Result<Graph<'a>, MigrationError> {
        let graph = Graph::new(self.apps, history)?;
        if graph.contains(name) {
            return Ok(graph);
        }
        let graph = Graph::with_replaced(self.apps, history)?;
        match graph.contains(name) {
            true => Ok(graph),
            false => Err(MigrationError::UnknownMigration {
                app: name.app,
                name: name.name.to_owned(),
                fitting: Vec::new(),
            }),
        }
    }
}

fn status(graph: &Graph<'_>, name: MigrationName, history: &History) -> Status {
    let applied = match history.applied_at(name) {
        Some(at) if graph.is_applied(name) => Applied::At(at),
        _ if graph.is_applied(name) => Applied::Unrecorded,
        _ => Applied::No,
    };
    let dependencies = graph.parents(name).iter().copied().collect();
    Status { name, applied, replaces: graph.migration(name).replaces.len(), dependencies }
}

/// The steps to a target: a migration, and whether it is undone.
pub(super) fn planned(
    graph: &Graph<'_>,
    target: Target,
) -> Result<Vec<(MigrationName, bool)>, MigrationError> {
    let undone = |order: Vec<MigrationName>| {
        let mut steps: Vec<(MigrationName, bool)> = Vec::new();
        for name in order.into_iter().filter(|name| graph.is_applied(*name)) {
            if !steps.contains(&(name, true)) {
                steps.push((name, true));
            }
        }
        steps
    };
    let wanted = match target {
        Target::Zero(app) => {
            let mut order = Vec::new();
            for root in graph.roots(app) {
                order.extend(graph.backwards(root)?);
            }
            return Ok(undone(order));
        }
        Target::Migration(name) if graph.is_applied(name) => return Ok(undone(graph.backwards_to(name)?)),
        Target::Migration(name) => graph.forwards([name])?,
        Target::App(app) => graph.forwards(graph.leaves(Some(app)))?,
        Target::All => graph.order()?,
    };
    let is_next =
        |name: &MigrationName| wanted.contains(name) && !graph.is_applied(*name) && !graph.is_foreign(*name);
    Ok(graph.order()?.into_iter().filter(is_next).map(|name| (name, false)).collect())
}

/// An operation with the states on both sides of it.
pub(super) struct Step {
    pub(super) operation: Operation,
    pub(super) from: ProjectState,
    pub(super) to: ProjectState,
    /// The operation that it undoes.
    pub(super) undoes: Option<Operation>,
}

/// The operations of a migration that is applied to a state, or what undoes them in the other direction.
pub(super) fn steps(
    graph: &Graph<'_>,
    name: MigrationName,
    before: &ProjectState,
    backwards: bool,
) -> Result<Vec<Step>, MigrationError> {
    let refused = |error| MigrationError::State(name, error);
    let mut steps = Vec::new();
    let mut state = before.clone();
    for operation in &graph.migration(name).operations {
        let mut after = state.clone();
        operation.apply(name.app, &mut after).map_err(refused)?;
        steps.push(if backwards {
            let operation_back = operation.reversed(name.app, &state).map_err(refused)?;
            Step {
                operation: operation_back,
                from: after.clone(),
                to: state,
                undoes: Some(operation.clone()),
            }
        } else {
            Step { operation: operation.clone(), from: state, to: after.clone(), undoes: None }
        });
        state = after;
    }
    if backwards {
        steps.reverse();
    }
    Ok(steps)
}

/// The state after a migration.
fn fold(graph: &Graph<'_>, name: MigrationName, state: &mut ProjectState) -> Result<(), MigrationError> {
    for operation in &graph.migration(name).operations {
        operation.apply(name.app, state).map_err(|error| MigrationError::State(name, error))?;
    }
    Ok(())
}
