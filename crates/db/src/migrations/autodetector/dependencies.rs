//! What an operation needs other operations to have done before.

use crate::migrations::operation::Operation;

/// An operation that was found, and what it needs.
#[derive(Clone, Debug)]
pub(super) struct Generated {
    pub(super) operation: Operation,
    pub(super) dependencies: Vec<Dependency>,
}

/// Something that must have been done to a model or a field before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    /// The model: `shop.Product`.
    pub(super) model: String,
    /// The field, where it is about one.
    pub(super) field: Option<String>,
    pub(super) kind: Kind,
}

/// What must have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Create,
    Remove,
    Alter,
    AlterTogether,
}

impl Dependency {
    pub(super) fn model(label: &str, kind: Kind) -> Self {
        Self { model: label.to_owned(), field: None, kind }
    }

    pub(super) fn field(label: &str, field: &str, kind: Kind) -> Self {
        Self { model: label.to_owned(), field: Some(field.to_owned()), kind }
    }

    /// Whether an operation of the model's app does it.
    pub(super) fn is_met_by(&self, operation: &Operation) -> bool {
        let name = super::name_of(&self.model);
        match (&self.field, self.kind, operation) {
            (None, Kind::Create, Operation::CreateModel(model)) => model.name == name,
            (None, Kind::Remove, Operation::DeleteModel(model)) => model == name,
            (Some(field), Kind::Create, Operation::CreateModel(model)) => {
                model.name == name && super::field_names(model).any(|known| known == *field)
            }
            (Some(field), Kind::Create, Operation::AddField { model, field: added }) => {
                model == name && added.name == *field
            }
            (Some(field), Kind::Create, Operation::AddManyToMany { model, field: added }) => {
                model == name && added.name == *field
            }
            (
                Some(field),
                Kind::Remove,
                Operation::RemoveField { model, name: removed }
                | Operation::RemoveManyToMany { model, name: removed },
            ) => model == name && removed == field,
            (Some(field), Kind::Alter, Operation::AlterField { model, field: altered }) => {
                model == name && altered.name == *field
            }
            (_, Kind::AlterTogether, Operation::AlterUniqueTogether { model, .. }) => model == name,
            _ => false,
        }
    }
}
