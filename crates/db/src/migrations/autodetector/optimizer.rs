//! Fewer operations that do the same: the rules of Django's `MigrationOptimizer` and of its operations' `reduce`.

use crate::migrations::operation::Operation;
use crate::migrations::state::{FieldState, ManyState, ModelState, Text, rename_in_rules};

/// What becomes of two operations, one after the other.
enum Reduced {
    /// These take the place of both.
    To(Vec<Operation>),
    /// They do not touch each other, so that their order does not matter.
    Independent,
    /// Their order matters.
    Ordered,
}

/// Reduces the operations of one migration. Keys to the user model may be told by another name than its label.
pub(crate) fn optimize(mut operations: Vec<Operation>, app: &str, user_model: &str) -> Vec<Operation> {
    let context = Context { app, user_model };
    while let Some(fewer) = context.reduced_once(&operations) {
        operations = fewer;
    }
    operations
}

struct Context<'a> {
    app: &'a str,
    user_model: &'a str,
}

impl Context<'_> {
    fn reduced_once(&self, operations: &[Operation]) -> Option<Vec<Operation>> {
        for (i, operation) in operations.iter().enumerate() {
            // Whether the first may move to the right, to the second.
            let mut right = true;
            for (j, other) in operations.iter().enumerate().skip(i + 1) {
                match self.reduce(operation, other) {
                    Reduced::To(result) => {
                        let between = &operations[i + 1..j];
                        let moves_left = || {
                            between.iter().all(|one| matches!(self.reduce(one, other), Reduced::Independent))
                        };
                        let middle = if right {
                            [between, &result].concat()
                        } else if moves_left() {
                            [&result, between].concat()
                        } else {
                            break;
                        };
                        return Some([&operations[..i], &middle, &operations[j + 1..]].concat());
                    }
                    Reduced::Independent => {}
                    Reduced::Ordered => right = false,
                }
            }
        }
        None
    }

    fn reduce(&self, one: &Operation, other: &Operation) -> Reduced {
        if let Some(result) = merged(one, other) {
            return Reduced::To(result);
        }
        let name = one.model_name().unwrap_or_default();
        let independent = match one {
            Operation::CreateModel(_)
            | Operation::DeleteModel(_)
            | Operation::AlterModelTable { .. }
            | Operation::AlterManaged { .. }
            | Operation::AlterUniqueTogether { .. } => !self.references_model(other, &name),
            Operation::RenameModel { to, .. } => !self.references_model(other, to),
            Operation::RenameField { from, to, .. } | Operation::RenameManyToMany { from, to, .. } => {
                !self.references_field(other, &name, from) && !self.references_field(other, &name, to)
            }
            Operation::AddField { field: FieldState { name: field, .. }, .. }
            | Operation::AlterField { field: FieldState { name: field, .. }, .. }
            | Operation::AddManyToMany { field: ManyState { name: field, .. }, .. }
            | Operation::AlterManyToMany { field: ManyState { name: field, .. }, .. }
            | Operation::RewriteField { name: field, .. }
            | Operation::RemoveField { name: field, .. }
            | Operation::RemoveManyToMany { name: field, .. } => !self.references_field(other, &name, field),
            _ => false,
        };
        if independent { Reduced::Independent } else { Reduced::Ordered }
    }

    /// Whether an operation has to do with a model of the app.
    fn references_model(&self, operation: &Operation, name: &str) -> bool {
        let is = |other: &str| other.eq_ignore_ascii_case(name);
        match operation {
            Operation::CreateModel(model) => {
                is(&model.name)
                    || model.fields.iter().any(|field| self.refers(field, name))
                    || model.many.iter().any(|many| self.is_label(&many.to, name))
            }
            Operation::DeleteModel(_) => true,
            Operation::RenameModel { from, to } => is(from) || is(to),
            Operation::AlterModelTable { model, .. }
            | Operation::AlterManaged { model, .. }
            | Operation::AlterUniqueTogether { model, .. }
            | Operation::RemoveField { model, .. }
            | Operation::RewriteField { model, .. }
            | Operation::RenameField { model, .. }
            | Operation::RenameManyToMany { model, .. }
            | Operation::RemoveManyToMany { model, .. } => is(model),
            Operation::AddField { model, field } | Operation::AlterField { model, field } => {
                is(model) || self.refers(field, name)
            }
            Operation::AddManyToMany { model, field } | Operation::AlterManyToMany { model, field } => {
                is(model) || self.is_label(&field.to, name)
            }
            _ => true,
        }
    }

    /// Whether an operation has to do with a field of a model of the app.
    fn references_field(&self, operation: &Operation, model_name: &str, name: &str) -> bool {
        let is_model = |other: &str| other.eq_ignore_ascii_case(model_name);
        match operation {
            Operation::AddField { model, field } | Operation::AlterField { model, field } => {
                is_model(model) && field.name == name || self.refers_to_field(field, model_name, name)
            }
            Operation::AddManyToMany { model, field } | Operation::AlterManyToMany { model, field } => {
                is_model(model) && field.name == name || self.is_label(&field.to, model_name)
            }
            Operation::RemoveField { model, name: other }
            | Operation::RewriteField { model, name: other }
            | Operation::RemoveManyToMany { model, name: other } => is_model(model) && other == name,
            Operation::RenameField { model, from, to } | Operation::RenameManyToMany { model, from, to } => {
                is_model(model) && (from == name || to == name)
            }
            Operation::AlterUniqueTogether { model, sets } => {
                is_model(model) && (sets.is_empty() || sets.iter().flatten().any(|field| field == name))
            }
            other => self.references_model(other, model_name),
        }
    }

    fn refers(&self, field: &FieldState, model: &str) -> bool {
        field.relation.as_ref().is_some_and(|relation| self.is_label(&relation.to, model))
    }

    fn refers_to_field(&self, field: &FieldState, model: &str, name: &str) -> bool {
        let Some(relation) = &field.relation else { return false };
        self.is_label(&relation.to, model)
            && relation.to_field.as_ref().is_none_or(|to_field| to_field == name)
    }

    fn is_label(&self, label: &str, model: &str) -> bool {
        let label = if label == crate::migrations::AUTH_USER_MODEL { self.user_model } else { label };
        label.split_once('.').is_some_and(|(app, name)| app == self.app && name.eq_ignore_ascii_case(model))
    }
}

/// What two operations become together, where they do.
fn merged(one: &Operation, other: &Operation) -> Option<Vec<Operation>> {
    match one {
        Operation::CreateModel(model) => created_and(model, other),
        Operation::RenameModel { from, to } => match other {
            Operation::RenameModel { from: middle, to: last } if to == middle => {
                Some(vec![Operation::RenameModel { from: from.clone(), to: last.clone() }])
            }
            _ => None,
        },
        Operation::AlterModelTable { model, .. } => match other {
            Operation::AlterModelTable { model: same, .. } if model == same => Some(vec![other.clone()]),
            _ => deleted(model, other),
        },
        Operation::AlterManaged { model, .. } => match other {
            Operation::AlterManaged { model: same, .. } if model == same => Some(vec![other.clone()]),
            _ => deleted(model, other),
        },
        Operation::AlterUniqueTogether { model, .. } => match other {
            Operation::AlterUniqueTogether { model: same, .. } if model == same => Some(vec![other.clone()]),
            _ => deleted(model, other),
        },
        Operation::AddField { model, field } => added_and(model, field, other),
        Operation::AddManyToMany { model, field } => match other {
            Operation::RemoveManyToMany { model: same, name } if same == model && *name == field.name => {
                Some(Vec::new())
            }
            Operation::AlterManyToMany { model: same, field: after }
                if same == model && after.name == field.name =>
            {
                Some(vec![Operation::AddManyToMany { model: model.clone(), field: after.clone() }])
            }
            Operation::RenameManyToMany { model: same, from, to } if same == model && *from == field.name => {
                let field = ManyState { name: to.clone(), to: field.to.clone() };
                Some(vec![Operation::AddManyToMany { model: model.clone(), field }])
            }
            _ => None,
        },
        Operation::RemoveField { model, .. } | Operation::RemoveManyToMany { model, .. } => {
            deleted(model, other)
        }
        Operation::AlterField { model, field } => match other {
            Operation::AlterField { model: same, field: after }
                if same == model && after.name == field.name =>
            {
                Some(vec![other.clone()])
            }
            Operation::RemoveField { model: same, name } if same == model && *name == field.name => {
                Some(vec![other.clone()])
            }
            Operation::RenameField { model: same, from, to }
                if same == model && *from == field.name && field.db_column.is_none() =>
            {
                let field = FieldState { name: to.clone(), ..field.clone() };
                Some(vec![other.clone(), Operation::AlterField { model: model.clone(), field }])
            }
            _ => None,
        },
        Operation::RenameField { model, from, to } => match other {
            Operation::RenameField { model: same, from: middle, to: last }
                if same == model && middle == to =>
            {
                let (model, from, to) = (model.clone(), from.clone(), last.clone());
                Some(vec![Operation::RenameField { model, from, to }])
            }
            _ => None,
        },
        Operation::AddIndex { model, index } => match other {
            Operation::RemoveIndex { name, .. } if *name == index.name => Some(Vec::new()),
            Operation::RenameIndex { from, to, .. } if *from == index.name => {
                let index = crate::Index { name: to.clone(), ..index.clone() };
                Some(vec![Operation::AddIndex { model: model.clone(), index }])
            }
            _ => None,
        },
        Operation::RenameIndex { model, from, to } => match other {
            Operation::RenameIndex { model: same, from: middle, to: last }
                if same == model && middle == to =>
            {
                let (model, from, to) = (model.clone(), from.clone(), last.clone());
                Some(vec![Operation::RenameIndex { model, from, to }])
            }
            _ => None,
        },
        Operation::AddConstraint { model, constraint } => match other {
            Operation::RemoveConstraint { model: same, name }
                if same == model && *name == constraint.name =>
            {
                Some(Vec::new())
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is done to a model that is deleted then need not be done.
fn deleted(model: &Text, other: &Operation) -> Option<Vec<Operation>> {
    matches!(other, Operation::DeleteModel(name) if name == model).then(|| vec![other.clone()])
}

fn added_and(model: &Text, field: &FieldState, other: &Operation) -> Option<Vec<Operation>> {
    let added = |field: FieldState| Some(vec![Operation::AddField { model: model.clone(), field }]);
    match other {
        Operation::AlterField { model: same, field: after } if same == model && after.name == field.name => {
            added(after.clone())
        }
        Operation::RemoveField { model: same, name } if same == model && *name == field.name => {
            Some(Vec::new())
        }
        Operation::RenameField { model: same, from, to } if same == model && *from == field.name => {
            added(FieldState { name: to.clone(), ..field.clone() })
        }
        _ => None,
    }
}

/// A model that is created with what is done to it afterwards.
fn created_and(model: &ModelState, other: &Operation) -> Option<Vec<Operation>> {
    if let Operation::DeleteModel(name) = other {
        return (*name == model.name).then(Vec::new);
    }
    if other.model_name()? != model.name.to_lowercase() {
        return None;
    }
    let mut model = model.clone();
    match other {
        Operation::RenameModel { to, .. } => model.name = to.clone(),
        Operation::AlterModelTable { table, .. } => model.db_table.clone_from(table),
        Operation::AlterManaged { managed, .. } => model.managed = *managed,
        Operation::AlterUniqueTogether { sets, .. } => model.unique_together.clone_from(sets),
        Operation::AddField { field, .. } => model.fields.push(field.clone()),
        Operation::AlterField { field, .. } => {
            let known = model.fields.iter_mut().find(|known| known.name == field.name)?;
            *known = field.clone();
        }
        Operation::RemoveField { name, .. } => {
            model.fields.retain(|field| field.name != *name);
            model.unique_together.iter_mut().for_each(|set| set.retain(|field| field != name));
            model.unique_together.retain(|set| !set.is_empty());
        }
        Operation::RenameField { from, to, .. } => {
            model.fields.iter_mut().find(|field| field.name == *from)?.name = to.clone();
            rename_in_rules(&mut model, from, to);
        }
        Operation::AddManyToMany { field, .. } => model.many.push(field.clone()),
        Operation::AlterManyToMany { field, .. } => {
            *model.many.iter_mut().find(|many| many.name == field.name)? = field.clone();
        }
        Operation::RenameManyToMany { from, to, .. } => {
            model.many.iter_mut().find(|many| many.name == *from)?.name = to.clone();
        }
        Operation::RemoveManyToMany { name, .. } => model.many.retain(|many| many.name != *name),
        Operation::AddIndex { index, .. } => model.indexes.push(index.clone()),
        Operation::RemoveIndex { name, .. } => model.indexes.retain(|index| index.name != *name),
        Operation::AddConstraint { constraint, .. } => model.constraints.push(constraint.clone()),
        Operation::RemoveConstraint { name, .. } => {
            model.constraints.retain(|constraint| constraint.name != *name);
        }
        _ => return None,
    }
    Some(vec![Operation::CreateModel(model)])
}
