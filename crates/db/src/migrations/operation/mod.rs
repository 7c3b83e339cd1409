//! What a migration does, and what it makes of the state of the program's tables.

mod apply;
mod code;
mod describe;
mod reverse;
mod step;

use std::borrow::Cow;

use super::state::{FieldState, ManyState, ModelState};
use crate::constraints::{Constraint, Index};

pub(crate) use apply::named_index;
pub use step::{Code, Sql, Step, by_database, noop};

type Text = Cow<'static, str>;

/// What a migration does to the database. Models are named without their app, which is the migration's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Creates a model's table, its indexes and the tables of its many-to-many fields.
    CreateModel(ModelState),
    /// Drops a model's table.
    DeleteModel(Text),
    /// Gives a model another name, and its table too where it has the usual one.
    RenameModel {
        /// The name before.
        from: Text,
        /// The name after.
        to: Text,
    },
    /// Gives a model's table another name; none for the usual one.
    AlterModelTable {
        /// The model.
        model: Text,
        /// The table.
        table: Option<Text>,
    },
    /// Replaces the sets of fields that are unique together.
    AlterUniqueTogether {
        /// The model.
        model: Text,
        /// The sets.
        sets: Vec<Vec<Text>>,
    },
    /// Adds a column.
    AddField {
        /// The model.
        model: Text,
        /// The field.
        field: FieldState,
    },
    /// Changes a column.
    AlterField {
        /// The model.
        model: Text,
        /// The field as it becomes; it has the name of the one before.
        field: FieldState,
    },
    /// Changes an option of a field that its column does not show. On SQLite Django makes the table anew, whereby the
    /// column becomes the last one.
    RewriteField {
        /// The model.
        model: Text,
        /// The field.
        name: Text,
    },
    /// Gives a field another name, and its column too where it has the usual one.
    RenameField {
        /// The model.
        model: Text,
        /// The name before.
        from: Text,
        /// The name after.
        to: Text,
    },
    /// Drops a column.
    RemoveField {
        /// The model.
        model: Text,
        /// The field.
        name: Text,
    },
    /// Adds Django's own table of a many-to-many field.
    AddManyToMany {
        /// The model.
        model: Text,
        /// The field.
        field: ManyState,
    },
    /// Changes the model on the other side of a many-to-many field.
    AlterManyToMany {
        /// The model.
        model: Text,
        /// The field as it becomes; it has the name of the one before.
        field: ManyState,
    },
    /// Gives a many-to-many field and its table another name.
    RenameManyToMany {
        /// The model.
        model: Text,
        /// The name before.
        from: Text,
        /// The name after.
        to: Text,
    },
    /// Drops the table of a many-to-many field.
    RemoveManyToMany {
        /// The model.
        model: Text,
        /// The field.
        name: Text,
    },
    /// Adds an index with a name.
    AddIndex {
        /// The model.
        model: Text,
        /// The index.
        index: Index,
    },
    /// Drops an index with a name.
    RemoveIndex {
        /// The model.
        model: Text,
        /// The index.
        name: Text,
    },
    /// Gives an index another name.
    RenameIndex {
        /// The model.
        model: Text,
        /// The name before.
        from: Text,
        /// The name after.
        to: Text,
    },
    /// Adds a constraint with a name.
    AddConstraint {
        /// The model.
        model: Text,
        /// The constraint.
        constraint: Constraint,
    },
    /// Drops a constraint with a name.
    RemoveConstraint {
        /// The model.
        model: Text,
        /// The constraint.
        name: Text,
    },
    /// Says whether migrations make and change the table. The database stays as it is.
    AlterManaged {
        /// The model.
        model: Text,
        /// Migrations make and change it.
        managed: bool,
    },
    /// Runs SQL.
    RunSql {
        /// What is run.
        sql: Sql,
        /// What undoes it; without it the migration cannot be undone.
        reverse: Option<Sql>,
    },
    /// Makes an extension of PostgreSQL ready (`hstore`), where it is not yet. On SQLite it does nothing.
    CreateExtension(Text),
    /// Runs code in the migration's transaction.
    Run {
        /// The code.
        step: Step,
        /// What undoes it; without it the migration cannot be undone.
        reverse: Option<Step>,
    },
}

impl Operation {
    /// The model that it is about, by its name in lower case: what Django's `model_name` says.
    pub fn model_name(&self) -> Option<String> {
        let name = match self {
            Self::CreateModel(model) => &model.name,
            Self::DeleteModel(name) | Self::RenameModel { from: name, .. } => name,
            Self::AlterModelTable { model, .. }
            | Self::AlterManaged { model, .. }
            | Self::AlterUniqueTogether { model, .. }
            | Self::AddField { model, .. }
            | Self::AlterField { model, .. }
            | Self::RewriteField { model, .. }
            | Self::RenameField { model, .. }
            | Self::RemoveField { model, .. }
            | Self::AddManyToMany { model, .. }
            | Self::AlterManyToMany { model, .. }
            | Self::RenameManyToMany { model, .. }
            | Self::RemoveManyToMany { model, .. }
            | Self::AddIndex { model, .. }
            | Self::RemoveIndex { model, .. }
            | Self::RenameIndex { model, .. }
            | Self::AddConstraint { model, .. }
            | Self::RemoveConstraint { model, .. } => model,
            Self::RunSql { .. } | Self::CreateExtension(_) | Self::Run { .. } => return None,
        };
        Some(name.to_lowercase())
    }
}
