//! What a migration does, and what it makes of the state of the program's tables.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::state::{
    FieldState, ManyState, ModelState, ProjectState, StateError, link, rename_in_rules, usual_table,
};
use crate::constraints::{Constraint, Index};
use crate::schema::index_name_of;
use crate::{Database, Result};

type Text = Cow<'static, str>;

/// Code of a migration: it moves rows where SQL alone cannot say how.
pub type Step = for<'a> fn(&'a Database) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

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
    /// Runs SQL, which is said for each database apart where they differ.
    RunSql {
        /// For SQLite.
        sqlite: Text,
        /// For PostgreSQL.
        postgres: Text,
    },
    /// Makes an extension of PostgreSQL ready (`hstore`), where it is not yet. On SQLite it does nothing.
    CreateExtension(Text),
    /// Runs code in the migration's transaction.
    Run(Step),
}

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
                project.remove(&label(name));
            }
            Self::RenameModel { from, to } => rename_model(app, from, to, project)?,
            Self::AlterModelTable { model, table } => {
                let usual = usual_table(app, model);
                let table = table.clone().filter(|table| *table != usual);
                project.expect_mut(&label(model))?.db_table = table;
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
                let link = link(&label, &project.table(&label)?, project.expect(&label)?, field);
                project.insert(format!("{app}.{}", link.name), link);
            }
            Self::RemoveManyToMany { model, name } => {
                let label = label(&format!("{model}_{name}"));
                project.expect(&label)?;
                project.remove(&label);
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
            Self::RunSql { .. } | Self::CreateExtension(_) | Self::Run(_) => {}
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
    if let Some(mut model) = project.remove(&before) {
        model.name = to.clone();
        project.insert(after.clone(), model);
    }
    for model in project.models_mut() {
        for relation in model.fields.iter_mut().filter_map(|field| field.relation.as_mut()) {
            if relation.to == before {
                relation.to = after.clone().into();
            }
        }
    }
    Ok(())
}

/// The operation as a migration is written: the method of [`Migration`](super::Migration) that adds it.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateModel(model) => write!(f, ".create({model})"),
            Self::DeleteModel(name) => write!(f, ".delete_model({name:?})"),
            Self::RenameModel { from, to } => write!(f, ".rename_model({from:?}, {to:?})"),
            Self::AlterModelTable { model, table: Some(table) } => {
                write!(f, ".alter_table({model:?}, {table:?})")
            }
            Self::AlterModelTable { model, table: None } => write!(f, ".usual_table({model:?})"),
            Self::AlterUniqueTogether { model, sets } => {
                write!(f, ".alter_unique_together({model:?}, {sets:?})")
            }
            Self::AddField { model, field } => write!(f, ".add_field({model:?}, {field})"),
            Self::AlterField { model, field } => write!(f, ".alter_field({model:?}, {field})"),
            Self::RewriteField { model, name } => write!(f, ".rewrite_field({model:?}, {name:?})"),
            Self::RenameField { model, from, to } => write!(f, ".rename_field({model:?}, {from:?}, {to:?})"),
            Self::RemoveField { model, name } => write!(f, ".remove_field({model:?}, {name:?})"),
            Self::AddManyToMany { model, field } => {
                write!(f, ".add_many_to_many({model:?}, {:?}, {:?})", field.name, field.to)
            }
            Self::RemoveManyToMany { model, name } => write!(f, ".remove_many_to_many({model:?}, {name:?})"),
            Self::AddIndex { model, index } => write!(f, ".add_index({model:?}, {index})"),
            Self::RemoveIndex { model, name } => write!(f, ".remove_index({model:?}, {name:?})"),
            Self::RenameIndex { model, from, to } => write!(f, ".rename_index({model:?}, {from:?}, {to:?})"),
            Self::AddConstraint { model, constraint } => {
                write!(f, ".add_constraint({model:?}, {constraint})")
            }
            Self::RemoveConstraint { model, name } => write!(f, ".remove_constraint({model:?}, {name:?})"),
            Self::RunSql { sqlite, postgres } if sqlite == postgres => write!(f, ".run_sql({sqlite:?})"),
            Self::RunSql { sqlite, postgres } => write!(f, ".run_sql_by_database({sqlite:?}, {postgres:?})"),
            Self::CreateExtension(name) => write!(f, ".create_extension({name:?})"),
            Self::Run(_) => f.write_str(".run(/* the function */)"),
        }
    }
}
