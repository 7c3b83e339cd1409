//! What undoes an operation.

use super::{Operation, apply::named_index};
use crate::constraints::{Constraint, Index};
use crate::migrations::state::{FieldState, ManyState, ModelState, ProjectState, StateError};

impl Operation {
    /// Whether something undoes it.
    pub fn is_reversible(&self) -> bool {
        !matches!(self, Self::RunSql { reverse: None, .. } | Self::Run { reverse: None, .. })
    }

    /// The operation that undoes this one, which was applied to a state.
    ///
    /// # Errors
    /// Where nothing undoes it, or it does not fit to the state.
    pub(crate) fn reversed(&self, app: &str, before: &ProjectState) -> Result<Self, StateError> {
        let state = |model: &str| before.expect(&format!("{app}.{model}"));
        Ok(match self {
            Self::CreateModel(model) => Self::DeleteModel(model.name.clone()),
            Self::DeleteModel(name) => Self::CreateModel(state(name)?.clone()),
            Self::RenameModel { from, to } => Self::RenameModel { from: to.clone(), to: from.clone() },
            Self::AlterModelTable { model, .. } => {
                Self::AlterModelTable { model: model.clone(), table: state(model)?.db_table.clone() }
            }
            Self::AlterManaged { model, .. } => {
                Self::AlterManaged { model: model.clone(), managed: state(model)?.managed }
            }
            Self::AlterUniqueTogether { model, .. } => Self::AlterUniqueTogether {
                model: model.clone(),
                sets: state(model)?.unique_together.clone(),
            },
            Self::AddField { model, field } => {
                Self::RemoveField { model: model.clone(), name: field.name.clone() }
            }
            Self::RemoveField { model, name } => {
                Self::AddField { model: model.clone(), field: field(state(model)?, name)?.clone() }
            }
            Self::AlterField { model, field: after } => {
                Self::AlterField { model: model.clone(), field: field(state(model)?, &after.name)?.clone() }
            }
            Self::RewriteField { .. } => self.clone(),
            Self::RenameField { model, from, to } => {
                Self::RenameField { model: model.clone(), from: to.clone(), to: from.clone() }
            }
            Self::AddManyToMany { model, field } => {
                Self::RemoveManyToMany { model: model.clone(), name: field.name.clone() }
            }
            Self::RemoveManyToMany { model, name } => {
                Self::AddManyToMany { model: model.clone(), field: many(state(model)?, name)?.clone() }
            }
            Self::AlterManyToMany { model, field } => Self::AlterManyToMany {
                model: model.clone(),
                field: many(state(model)?, &field.name)?.clone(),
            },
            Self::RenameManyToMany { model, from, to } => {
                Self::RenameManyToMany { model: model.clone(), from: to.clone(), to: from.clone() }
            }
            Self::AddIndex { model, index } => Self::RemoveIndex {
                model: model.clone(),
                name: named_index(&format!("{app}.{model}"), index, before)?.name,
            },
            Self::RemoveIndex { model, name } => {
                Self::AddIndex { model: model.clone(), index: index(state(model)?, name)?.clone() }
            }
            Self::RenameIndex { model, from, to } => {
                Self::RenameIndex { model: model.clone(), from: to.clone(), to: from.clone() }
            }
            Self::AddConstraint { model, constraint } => {
                Self::RemoveConstraint { model: model.clone(), name: constraint.name.clone() }
            }
            Self::RemoveConstraint { model, name } => Self::AddConstraint {
                model: model.clone(),
                constraint: constraint(state(model)?, name)?.clone(),
            },
            Self::CreateExtension(name) => Self::RunSql {
                sql: super::by_database("", format!("DROP EXTENSION IF EXISTS \"{name}\"")),
                reverse: None,
            },
            Self::RunSql { reverse: Some(reverse), sql } => {
                Self::RunSql { sql: reverse.clone(), reverse: Some(sql.clone()) }
            }
            Self::Run { reverse: Some(reverse), step } => {
                Self::Run { step: reverse.clone(), reverse: Some(step.clone()) }
            }
            Self::RunSql { reverse: None, .. } | Self::Run { reverse: None, .. } => {
                return Err(StateError(format!(
                    "it cannot be undone: \"{self}\" does not say what undoes it; write `run_reversible` or \
                     `run_sql_reversible` (with `noop` or \"\" where there is nothing to undo)"
                )));
            }
        })
    }
}

fn missing(model: &ModelState, what: &str, name: &str) -> StateError {
    StateError(format!("the model {} has no {what} `{name}`", model.name))
}

fn field<'a>(model: &'a ModelState, name: &str) -> Result<&'a FieldState, StateError> {
    model.field(name).ok_or_else(|| missing(model, "field", name))
}

fn many<'a>(model: &'a ModelState, name: &str) -> Result<&'a ManyState, StateError> {
    let found = model.many.iter().find(|many| many.name == name);
    found.ok_or_else(|| missing(model, "many-to-many field", name))
}

fn index<'a>(model: &'a ModelState, name: &str) -> Result<&'a Index, StateError> {
    model.indexes.iter().find(|index| index.name == name).ok_or_else(|| missing(model, "index", name))
}

fn constraint<'a>(model: &'a ModelState, name: &str) -> Result<&'a Constraint, StateError> {
    let found = model.constraints.iter().find(|constraint| constraint.name == name);
    found.ok_or_else(|| missing(model, "constraint", name))
}
