//! Migrations as data, and the code that applies them. The table `django_migrations` is shared with Django: the names
//! are Django's, and a migration that one side has applied counts as applied for the other.

pub mod autodetector;
mod error;
mod graph;
mod history;
mod migrator;
pub(crate) mod operation;
pub mod prelude;
mod run;
pub mod state;
mod user_model;
pub mod writer;

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use crate::{Model, ModelMeta};
use state::{FieldState, ManyState, ModelState};

pub use crate::constraints::{
    Deferrable, brin_index, btree_index, check, exclude, field, gin_index, gist_index, hash_index, index,
    spgist_index, unique,
};
pub use crate::generated::{Expression, abs, coalesce, concat, length, lower, trim, upper};
pub use error::MigrationError;
pub use migrator::{AppStatus, Applied, Fake, Migrator, Planned, Progress, Status, Target};
pub use operation::{Code, Operation, Sql, Step, by_database, noop};
pub use state::{ProjectState, StateError};
pub use user_model::AUTH_USER_MODEL;

type Text = Cow<'static, str>;

/// The models and the migrations of one app: Django's `AppConfig`. (A whole program is a `belleville::App`.)
///
/// A program lists its apps in the order of Django's `INSTALLED_APPS`.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The label: `projects`.
    pub label: &'static str,
    /// The models, in the order in which Django's `models.py` declares them: that of their rows in `dumpdata`.
    pub models: Vec<&'static ModelMeta>,
    /// The migrations, each of which depends on the one before where it says nothing else.
    pub migrations: Vec<Migration>,
    /// Django migrates the app: its migrations are neither applied nor written here.
    pub managed_by_django: bool,
    /// The source file that made this value: `makemigrations` writes into the folder `migrations` beside it.
    pub source: &'static str,
}

impl AppConfig {
    /// An app without models or migrations.
    #[track_caller]
    pub const fn new(label: &'static str) -> Self {
        Self {
            label,
            models: Vec::new(),
            migrations: Vec::new(),
            managed_by_django: false,
            source: Location::caller().file(),
        }
    }

    /// Leaves the app's tables to Django. `migrate` and `check` say where they are not what the models, and the migrations
    /// that are listed here, expect. Other apps may depend on any of its migrations.
    #[must_use]
    pub fn managed_by_django(self) -> Self {
        Self { managed_by_django: true, ..self }
    }

    /// Adds migrations, which are applied after those added before.
    #[must_use]
    pub fn migrations(mut self, migrations: impl IntoIterator<Item = Migration>) -> Self {
        self.migrations.extend(migrations);
        self
    }

    /// Adds a model, and after it Django's own tables of its many-to-many fields.
    #[must_use]
    pub fn model<M: Model>(mut self) -> Self {
        self.models.push(M::meta());
        let automatic = M::meta().many.iter().filter(|many| many.own_through.is_none());
        self.models.extend(automatic.map(|many| many.through()));
        self
    }

    /// Adds a migration, which is applied after those added before.
    #[must_use]
    pub fn migration(mut self, migration: Migration) -> Self {
        self.migrations.push(migration);
        self
    }
}

/// One step in the history of an app's tables, applied in one transaction with its row in `django_migrations`.
///
/// What it makes is said with values of its own and not with a struct: see [`state`].
///
/// ```
/// # extern crate belleville_db as belleville;
/// use belleville_db::migrations::Migration;
/// use belleville_db::migrations::state::*;
///
/// let initial = Migration::new("0001_initial")
///     .depends_on("auth", "0012_alter_user_first_name_max_length")
///     .create(model("Project", [id(), char("name", 100), foreign_key("owner", "auth.User")]));
/// let colour = Migration::new("0002_project_colour").add_field("Project", char("colour", 10).null());
/// assert_eq!(colour.name, "0002_project_colour");
/// # let _ = initial;
/// ```
#[derive(Clone, Debug)]
pub struct Migration {
    /// The name, without the app: `0001_initial`.
    pub name: &'static str,
    /// Migrations that must be applied before. One that names none of its own app depends on the one before it in the list.
    pub dependencies: Vec<MigrationName>,
    /// The migrations whose place it takes: it is a squashed one, or takes over an app from Django. It counts as applied
    /// where all of these are.
    pub replaces: Vec<MigrationName>,
    /// It is one of an app's first, though it depends on another of them: `migrate --fake-initial` looks for its tables.
    pub initial: bool,
    /// All is done in one transaction. SQLite's migrations always are.
    pub atomic: bool,
    /// The operations, in order. A migration that changes nothing in the database has none.
    pub operations: Vec<Operation>,
}

impl Migration {
    /// A migration without operations.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            dependencies: Vec::new(),
            replaces: Vec::new(),
            initial: false,
            atomic: true,
            operations: Vec::new(),
        }
    }

    /// Adds a dependency: this migration is applied first.
    #[must_use]
    pub fn depends_on(mut self, app: &'static str, name: &'static str) -> Self {
        self.dependencies.push(MigrationName { app, name });
        self
    }

    /// Takes the place of a migration, of its own app mostly: see [`Migration::replaces`](#structfield.replaces).
    #[must_use]
    pub fn replaces(mut self, app: &'static str, name: &'static str) -> Self {
        self.replaces.push(MigrationName { app, name });
        self
    }

    /// It is one of an app's first: see [`Migration::initial`](#structfield.initial).
    #[must_use]
    pub fn initial(self) -> Self {
        Self { initial: true, ..self }
    }

    /// With `false`, PostgreSQL runs each statement by itself, as `CREATE INDEX CONCURRENTLY` needs. A migration that fails
    /// leaves behind what it did until then, and is not recorded.
    #[must_use]
    pub fn atomic(self, atomic: bool) -> Self {
        Self { atomic, ..self }
    }

    fn with(mut self, operation: Operation) -> Self {
        self.operations.push(operation);
        self
    }

    /// Creates a model's table.
    #[must_use]
    pub fn create(self, model: ModelState) -> Self {
        self.with(Operation::CreateModel(model))
    }

    /// Drops a model's table.
    #[must_use]
    pub fn delete_model(self, name: impl Into<Text>) -> Self {
        self.with(Operation::DeleteModel(name.into()))
    }

    /// Gives a model another name, and its table too where it has the usual one.
    #[must_use]
    pub fn rename_model(self, from: impl Into<Text>, to: impl Into<Text>) -> Self {
        self.with(Operation::RenameModel { from: from.into(), to: to.into() })
    }

    /// Gives a model's table another name.
    #[must_use]
    pub fn alter_table(self, model: impl Into<Text>, table: impl Into<Text>) -> Self {
        self.with(Operation::AlterModelTable { model: model.into(), table: Some(table.into()) })
    }

    /// Gives a model's table its usual name.
    #[must_use]
    pub fn usual_table(self, model: impl Into<Text>) -> Self {
        self.with(Operation::AlterModelTable { model: model.into(), table: None })
    }

    /// Makes and changes the model's table from now on. The database stays as it is.
    #[must_use]
    pub fn manage(self, model: impl Into<Text>) -> Self {
        self.with(Operation::AlterManaged { model: model.into(), managed: true })
    }

    /// Neither makes nor changes the model's table any more. The database stays as it is.
    #[must_use]
    pub fn unmanage(self, model: impl Into<Text>) -> Self {
        self.with(Operation::AlterManaged { model: model.into(), managed: false })
    }

    /// Replaces the sets of fields that are unique together.
    #[must_use]
    pub fn alter_unique_together<S, N>(
        self,
        model: impl Into<Text>,
        sets: impl IntoIterator<Item = S>,
    ) -> Self
    where
        S: IntoIterator<Item = N>,
        N: Into<Text>,
    {
        let sets = sets.into_iter().map(|set| set.into_iter().map(Into::into).collect()).collect();
        self.with(Operation::AlterUniqueTogether { model: model.into(), sets })
    }

    /// Adds a column. Rows that are there get the field's `default`.
    #[must_use]
    pub fn add_field(self, model: impl Into<Text>, field: FieldState) -> Self {
        self.with(Operation::AddField { model: model.into(), field })
    }

    /// Changes a column into this one. Where it may no longer be NULL, rows in which it is get the field's `default`.
    #[must_use]
    pub fn alter_field(self, model: impl Into<Text>, field: FieldState) -> Self {
        self.with(Operation::AlterField { model: model.into(), field })
    }

    /// Changes an option of a field that its column does not show: see [`Operation::RewriteField`].
    #[must_use]
    pub fn rewrite_field(self, model: impl Into<Text>, name: impl Into<Text>) -> Self {
        self.with(Operation::RewriteField { model: model.into(), name: name.into() })
    }

    /// Gives a field another name, and its column too where it has the usual one.
    #[must_use]
    pub fn rename_field(self, model: impl Into<Text>, from: impl Into<Text>, to: impl Into<Text>) -> Self {
        self.with(Operation::RenameField { model: model.into(), from: from.into(), to: to.into() })
    }

    /// Drops a column.
    #[must_use]
    pub fn remove_field(self, model: impl Into<Text>, name: impl Into<Text>) -> Self {
        self.with(Operation::RemoveField { model: model.into(), name: name.into() })
    }

    /// Adds Django's own table of a many-to-many field: `add_many_to_many("Product", "tags", "shop.Tag")`.
    #[must_use]
    pub fn add_many_to_many(
        self,
        model: impl Into<Text>,
        name: impl Into<Text>,
        to: impl Into<Text>,
    ) -> Self {
        let field = ManyState { name: name.into(), to: to.into() };
        self.with(Operation::AddManyToMany { model: model.into(), field })
    }

    /// Changes the model on the other side of a many-to-many field.
    #[must_use]
    pub fn alter_many_to_many(
        self,
        model: impl Into<Text>,
        name: impl Into<Text>,
        to: impl Into<Text>,
    ) -> Self {
        let field = ManyState { name: name.into(), to: to.into() };
        self.with(Operation::AlterManyToMany { model: model.into(), field })
    }

    /// Gives a many-to-many field and its table another name.
    #[must_use]
    pub fn rename_many_to_many(
        self,
        model: impl Into<Text>,
        from: impl Into<Text>,
        to: impl Into<Text>,
    ) -> Self {
        self.with(Operation::RenameManyToMany { model: model.into(), from: from.into(), to: to.into() })
    }

    /// Drops the table of a many-to-many field.
    #[must_use]
    pub fn remove_many_to_many(self, model: impl Into<Text>, name: impl Into<Text>) -> Self {
        self.with(Operation::RemoveManyToMany { model: model.into(), name: name.into() })
    }

    /// Adds an index.
    #[must_use]
    pub fn add_index(self, model: impl Into<Text>, index: crate::Index) -> Self {
        self.with(Operation::AddIndex { model: model.into(), index })
    }

    /// Drops an index.
    #[must_use]
    pub fn remove_index(self, model: impl Into<Text>, name: impl Into<Text>) -> Self {
        self.with(Operation::RemoveIndex { model: model.into(), name: name.into() })
    }

    /// Gives an index another name.
    #[must_use]
    pub fn rename_index(self, model: impl Into<Text>, from: impl Into<Text>, to: impl Into<Text>) -> Self {
        self.with(Operation::RenameIndex { model: model.into(), from: from.into(), to: to.into() })
    }

    /// Adds a constraint.
    #[must_use]
    pub fn add_constraint(self, model: impl Into<Text>, constraint: crate::Constraint) -> Self {
        self.with(Operation::AddConstraint { model: model.into(), constraint })
    }

    /// Drops a constraint.
    #[must_use]
    pub fn remove_constraint(self, model: impl Into<Text>, name: impl Into<Text>) -> Self {
        self.with(Operation::RemoveConstraint { model: model.into(), name: name.into() })
    }

    /// Runs SQL: `run_sql("..")`, or `run_sql(by_database("..", ".."))` where it differs. The migration cannot be undone.
    #[must_use]
    pub fn run_sql(self, sql: impl Into<Sql>) -> Self {
        self.with(Operation::RunSql { sql: sql.into(), reverse: None })
    }

    /// Runs SQL, and other SQL when the migration is undone; an empty text where there is nothing to undo.
    #[must_use]
    pub fn run_sql_reversible(self, sql: impl Into<Sql>, reverse: impl Into<Sql>) -> Self {
        self.with(Operation::RunSql { sql: sql.into(), reverse: Some(reverse.into()) })
    }

    /// Makes an extension of PostgreSQL ready, which a column of `hstore` needs: `create_extension("hstore")`. On SQLite it does
    /// nothing.
    #[must_use]
    pub fn create_extension(self, name: impl Into<Text>) -> Self {
        self.with(Operation::CreateExtension(name.into()))
    }

    /// Runs code in the migration's transaction: an `async fn(&Database) -> Result<()>`. The migration cannot be undone. What
    /// the code knows of rows is what it says itself: a model of today may have columns that the table does not have yet.
    #[must_use]
    pub fn run(self, step: impl for<'a> Code<'a> + 'static) -> Self {
        self.with(Operation::Run { step: Step::new(step), reverse: None })
    }

    /// Runs code, and other code when the migration is undone; [`noop`] where there is nothing to undo.
    #[must_use]
    pub fn run_reversible(
        self,
        step: impl for<'a> Code<'a> + 'static,
        reverse: impl for<'a> Code<'a> + 'static,
    ) -> Self {
        self.with(Operation::Run { step: Step::new(step), reverse: Some(Step::new(reverse)) })
    }
}

/// A migration's full name, shown as `auth.0001_initial`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MigrationName {
    /// The app's label.
    pub app: &'static str,
    /// The name within the app.
    pub name: &'static str,
}

impl fmt::Display for MigrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}
