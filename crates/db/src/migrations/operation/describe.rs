//! Operations in words: what `makemigrations` and `migrate --plan` show, and what a migration is called after. The words are
//! Django's (`Operation.describe` and `migration_name_fragment`).

use super::{Operation, Text};
use crate::constraints::IndexKeys;

impl Operation {
    /// What it does: `Add field due to task`.
    pub fn describe(&self) -> String {
        let model = self.model_name().unwrap_or_default();
        match self {
            Self::CreateModel(model) => format!("Create model {}", model.name),
            Self::DeleteModel(name) => format!("Delete model {name}"),
            Self::RenameModel { from, to } => format!("Rename model {from} to {to}"),
            Self::AlterModelTable { table, .. } => {
                format!("Rename table for {model} to {}", table.as_deref().unwrap_or("(default)"))
            }
            Self::AlterManaged { .. } => format!("Change Meta options on {model}"),
            Self::AlterUniqueTogether { sets, .. } => {
                format!("Alter unique_together for {model} ({} constraint(s))", sets.len())
            }
            Self::AddField { field, .. } => format!("Add field {} to {model}", field.name),
            Self::AddManyToMany { field, .. } => format!("Add field {} to {model}", field.name),
            Self::AlterField { field, .. } => format!("Alter field {} on {model}", field.name),
            Self::AlterManyToMany { field, .. } => format!("Alter field {} on {model}", field.name),
            Self::RewriteField { name, .. } => format!("Alter field {name} on {model}"),
            Self::RenameField { from, to, .. } | Self::RenameManyToMany { from, to, .. } => {
                format!("Rename field {from} on {model} to {to}")
            }
            Self::RemoveField { name, .. } | Self::RemoveManyToMany { name, .. } => {
                format!("Remove field {name} from {model}")
            }
            Self::AddIndex { index, .. } => {
                let fields = index.keys.fields().join(", ");
                match index.keys {
                    IndexKeys::Fields(_) => {
                        format!("Create index {} on field(s) {fields} of model {model}", index.name)
                    }
                    IndexKeys::Expressions(_) => {
                        format!("Create index {} on {} on model {model}", index.name, index.keys)
                    }
                }
            }
            Self::RemoveIndex { name, .. } => format!("Remove index {name} from {model}"),
            Self::RenameIndex { from, to, .. } => format!("Rename index {from} on {model} to {to}"),
            Self::AddConstraint { constraint, .. } => {
                format!("Create constraint {} on model {model}", constraint.name)
            }
            Self::RemoveConstraint { name, .. } => format!("Remove constraint {name} from model {model}"),
            Self::RunSql { .. } => "Raw SQL operation".to_owned(),
            Self::CreateExtension(name) => format!("Creates extension {name}"),
            Self::Run { .. } => "Raw Rust operation".to_owned(),
        }
    }

    /// The sign before the words, which shows what kind of change it is.
    pub const fn sign(&self) -> char {
        match self {
            Self::CreateModel(_)
            | Self::AddField { .. }
            | Self::AddManyToMany { .. }
            | Self::AddIndex { .. }
            | Self::AddConstraint { .. }
            | Self::CreateExtension(_) => '+',
            Self::DeleteModel(_)
            | Self::RemoveField { .. }
            | Self::RemoveManyToMany { .. }
            | Self::RemoveIndex { .. }
            | Self::RemoveConstraint { .. } => '-',
            Self::RunSql { .. } => 's',
            Self::Run { .. } => 'r',
            _ => '~',
        }
    }

    /// What a migration of this operation alone is called after: `task_due`. None of code and SQL.
    pub fn name_fragment(&self) -> Option<String> {
        let model = self.model_name().unwrap_or_default();
        let lower = |name: &Text| name.to_lowercase();
        Some(match self {
            Self::CreateModel(_) => model,
            Self::DeleteModel(_) => format!("delete_{model}"),
            Self::RenameModel { to, .. } => format!("rename_{model}_{}", lower(to)),
            Self::AlterModelTable { .. } => format!("alter_{model}_table"),
            Self::AlterManaged { .. } => format!("alter_{model}_options"),
            Self::AlterUniqueTogether { .. } => format!("alter_{model}_unique_together"),
            Self::AddField { field, .. } => format!("{model}_{}", lower(&field.name)),
            Self::AddManyToMany { field, .. } => format!("{model}_{}", lower(&field.name)),
            Self::AlterField { field, .. } => format!("alter_{model}_{}", lower(&field.name)),
            Self::AlterManyToMany { field, .. } => format!("alter_{model}_{}", lower(&field.name)),
            Self::RewriteField { name, .. } => format!("alter_{model}_{}", lower(name)),
            Self::RenameField { from, to, .. } | Self::RenameManyToMany { from, to, .. } => {
                format!("rename_{}_{model}_{}", lower(from), lower(to))
            }
            Self::RemoveField { name, .. } | Self::RemoveManyToMany { name, .. } => {
                format!("remove_{model}_{}", lower(name))
            }
            Self::AddIndex { index, .. } => format!("{model}_{}", lower(&index.name)),
            Self::RemoveIndex { name, .. } => format!("remove_{model}_{}", lower(name)),
            Self::RenameIndex { from, to, .. } => format!("rename_{}_{}", lower(from), lower(to)),
            Self::AddConstraint { constraint, .. } => format!("{model}_{}", lower(&constraint.name)),
            Self::RemoveConstraint { name, .. } => format!("remove_{model}_{}", lower(name)),
            Self::CreateExtension(name) => format!("create_extension_{name}"),
            Self::RunSql { .. } | Self::Run { .. } => return None,
        })
    }
}
