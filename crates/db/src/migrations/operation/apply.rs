//! What an operation makes of the state of the program's tables.

use super::{Operation, Text};
use crate::constraints::Index;
use crate::migrations::state::{
    FieldState, ManyState, ProjectState, StateError, rename_in_rules, usual_table,
};
use crate::schema::index_name_of;

impl Operation {
    /// Changes the state as the operation changes the tables.
    pub(crate) fn apply(&self, app: &str, project: &mut ProjectState) -> Result<(), StateError> {
        let label = |name: &str| format!("{app}.{name}");
        match self {
            Self::CreateModel(model) => {
                if project.model(&label(&model.name)).is_some() {
                    return Err(StateError(format!("the model {} was created before", label(&model.name))));
                }
                project.create(app, model.clone());
            }
            Self::DeleteModel(name) => {
                project.expect(&label(name))?;
                project.unlink(&label(name));
                project.remove(&label(name));
            }
            Self::RenameModel { from, to } => rename_model(app, from, to, project)?,
            Self::AlterModelTable { model, table } => {
                let usual = usual_table(app, model);
                let (label, table) = (label(model), table.clone().filter(|table| *table != usual));
                project.expect_mut(&label)?.db_table = table;
                project.relink(&label)?;
            }
            Self::AlterManaged { model, managed } => {
                project.expect_mut(&label(model))?.managed = *managed;
            }
            Self::AlterUniqueTogether { model, sets } => {
                project.expect_mut(&label(model))?.unique_together.clone_from(sets);
            }
            Self::AddField { model, field } => {
                let state = project.expect_mut(&label(model))?;
                if state.field(&field.name).is_some() {
                    return Err(StateError(format!(
                        "the model {} has the field `{}` already",
                        label(model),
                        field.name
                    )));
                }
                state.fields.push(field.clone());
            }
            Self::AlterField { model, field } => {
                let label = label(model);
                *field_mut(project, &label, &field.name)? = field.clone();
            }
            Self::RewriteField { model, name } => {
                field_mut(project, &label(model), name)?;
            }
            Self::RenameField { model, from, to } => rename_field(&label(model), from, to, project)?,
            Self::RemoveField { model, name } => {
                let label = label(model);
                field_mut(project, &label, name)?;
                let state = project.expect_mut(&label)?;
                state.fields.retain(|field| field.name != *name);
                state.indexes.retain(|index| !index.keys.names().contains(&name.as_ref()));
            }
            Self::AddManyToMany { model, field } => {
                let label = label(model);
                let state = project.expect_mut(&label)?;
                if state.many.iter().any(|many| many.name == field.name) {
                    let name = &field.name;
                    return Err(StateError(format!("the model {label} has the field `{name}` already")));
                }
                state.many.push(field.clone());
                project.relink(&label)?;
            }
            Self::AlterManyToMany { model, field } => {
                let label = label(model);
                *many_mut(project, &label, &field.name)? = field.clone();
                project.relink(&label)?;
            }
            Self::RenameManyToMany { model, from, to } => {
                let label = label(model);
                project.unlink(&label);
                many_mut(project, &label, from)?.name = to.clone();
                project.relink(&label)?;
            }
            Self::RemoveManyToMany { model, name } => {
                let label = label(model);
                many_mut(project, &label, name)?;
                project.unlink(&label);
                project.expect_mut(&label)?.many.retain(|many| many.name != *name);
                project.relink(&label)?;
            }
            Self::AddIndex { model, index } => {
                let label = label(model);
                let index = named_index(&label, index, project)?;
                project.expect_mut(&label)?.indexes.push(index);
            }
            Self::RemoveIndex { model, name } => {
                let label = label(model);
                let indexes = &mut project.expect_mut(&label)?.indexes;
                let before = indexes.len();
                indexes.retain(|index| index.name != *name);
                if indexes.len() == before {
                    return Err(StateError(format!("the model {label} has no index `{name}`")));
                }
            }
            Self::RenameIndex { model, from, to } => {
                let label = label(model);
                let indexes = &mut project.expect_mut(&label)?.indexes;
                match indexes.iter_mut().find(|index| index.name == *from) {
                    Some(index) => index.name = to.clone(),
                    None => return Err(StateError(format!("the model {label} has no index `{from}`"))),
                }
            }
            Self::AddConstraint { model, constraint } => {
                project.expect_mut(&label(model))?.constraints.push(constraint.clone());
            }
            Self::RemoveConstraint { model, name } => {
                let label = label(model);
                let constraints = &mut project.expect_mut(&label)?.constraints;
                let before = constraints.len();
                constraints.retain(|constraint| constraint.name != *name);
                if constraints.len() == before {
                    return Err(StateError(format!("the model {label} has no constraint `{name}`")));
                }
            }
            Self::RunSql { .. } | Self::CreateExtension(_) | Self::Run { .. } => {}
        }
        Ok(())
    }
}

pub(crate) fn named_index(label: &str, index: &Index, project: &ProjectState) -> Result<Index, StateError> {
    let mut index = index.clone();
    if let Some(mistake) = index.mistake() {
        return Err(StateError(format!("{label}: the index `{}` {mistake}", index.name)));
    }
    if index.name.is_empty() {
        let columns = project.expect(label)?.columns(index.keys.fields());
        index.name = index_name_of(&project.table(label)?, &columns, index.method.suffix()).into();
    }
    Ok(index)
}

fn field_mut<'a>(
    project: &'a mut ProjectState,
    label: &str,
    name: &str,
) -> Result<&'a mut FieldState, StateError> {
    let model = project.expect_mut(label)?;
    let found = model.fields.iter_mut().find(|field| field.name == name);
    found.ok_or_else(|| StateError(format!("the model {label} has no field `{name}`")))
}

fn many_mut<'a>(
    project: &'a mut ProjectState,
    label: &str,
    name: &str,
) -> Result<&'a mut ManyState, StateError> {
    let found = project.expect_mut(label)?.many.iter_mut().find(|many| many.name == name);
    found.ok_or_else(|| StateError(format!("the model {label} has no many-to-many field `{name}`")))
}

fn rename_field(label: &str, from: &str, to: &Text, project: &mut ProjectState) -> Result<(), StateError> {
    field_mut(project, label, from)?.name = to.clone();
    // The renamed field comes last, as in Django's state: a table that is made anew later has its column there.
    let model = project.expect_mut(label)?;
    if let Some(position) = model.fields.iter().position(|field| field.name == *to) {
        let field = model.fields.remove(position);
        model.fields.push(field);
    }
    rename_in_rules(project.expect_mut(label)?, from, to);
    for model in project.models_mut() {
        for relation in model.fields.iter_mut().filter_map(|field| field.relation.as_mut()) {
            if relation.to == label && relation.to_field.as_deref() == Some(from) {
                relation.to_field = Some(to.clone());
            }
        }
    }
    Ok(())
}

fn rename_model(app: &str, from: &str, to: &Text, project: &mut ProjectState) -> Result<(), StateError> {
    let (before, after) = (format!("{app}.{from}"), format!("{app}.{to}"));
    project.expect(&before)?;
    let linked: Vec<String> = project.linked_to(&before);
    linked.iter().chain([&before]).for_each(|label| project.unlink(label));
    if let Some(mut model) = project.remove(&before) {
        model.name = to.clone();
        project.insert(after.clone(), model);
    }
    let put = |label: &mut Text| {
        if *label == before {
            *label = after.clone().into();
        }
    };
    for model in project.models_mut() {
        let relations = model.fields.iter_mut().filter_map(|field| field.relation.as_mut());
        relations.for_each(|relation| put(&mut relation.to));
        model.many.iter_mut().for_each(|many| put(&mut many.to));
    }
    for label in linked.iter().filter(|label| **label != before).chain([&after]) {
        project.relink(label)?;
    }
    Ok(())
}
