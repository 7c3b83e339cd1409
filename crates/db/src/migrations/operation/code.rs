//! Operations as the Rust code that makes them.

use std::fmt;

use super::Operation;
use crate::migrations::state::LabelCode;

/// The operation as a migration is written: the method of [`Migration`](crate::migrations::Migration) that adds it.
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
            Self::AlterManaged { model, managed: true } => write!(f, ".manage({model:?})"),
            Self::AlterManaged { model, managed: false } => write!(f, ".unmanage({model:?})"),
            Self::AlterUniqueTogether { model, sets } if sets.is_empty() => {
                write!(f, ".alter_unique_together({model:?}, [[\"\"; 0]; 0])")
            }
            Self::AlterUniqueTogether { model, sets }
                if sets.iter().all(|set| set.len() == sets[0].len()) =>
            {
                write!(f, ".alter_unique_together({model:?}, {sets:?})")
            }
            Self::AlterUniqueTogether { model, sets } => {
                let sets: Vec<String> = sets.iter().map(|set| format!("vec!{set:?}")).collect();
                write!(f, ".alter_unique_together({model:?}, [{}])", sets.join(", "))
            }
            Self::AddField { model, field } => write!(f, ".add_field({model:?}, {field})"),
            Self::AlterField { model, field } => write!(f, ".alter_field({model:?}, {field})"),
            Self::RewriteField { model, name } => write!(f, ".rewrite_field({model:?}, {name:?})"),
            Self::RenameField { model, from, to } => write!(f, ".rename_field({model:?}, {from:?}, {to:?})"),
            Self::RemoveField { model, name } => write!(f, ".remove_field({model:?}, {name:?})"),
            Self::AddManyToMany { model, field } => {
                write!(f, ".add_many_to_many({model:?}, {:?}, {})", field.name, LabelCode(&field.to))
            }
            Self::AlterManyToMany { model, field } => {
                write!(f, ".alter_many_to_many({model:?}, {:?}, {})", field.name, LabelCode(&field.to))
            }
            Self::RenameManyToMany { model, from, to } => {
                write!(f, ".rename_many_to_many({model:?}, {from:?}, {to:?})")
            }
            Self::RemoveManyToMany { model, name } => write!(f, ".remove_many_to_many({model:?}, {name:?})"),
            Self::AddIndex { model, index } => write!(f, ".add_index({model:?}, {index})"),
            Self::RemoveIndex { model, name } => write!(f, ".remove_index({model:?}, {name:?})"),
            Self::RenameIndex { model, from, to } => write!(f, ".rename_index({model:?}, {from:?}, {to:?})"),
            Self::AddConstraint { model, constraint } => {
                write!(f, ".add_constraint({model:?}, {constraint})")
            }
            Self::RemoveConstraint { model, name } => write!(f, ".remove_constraint({model:?}, {name:?})"),
            Self::RunSql { sql, reverse: None } => write!(f, ".run_sql({sql})"),
            Self::RunSql { sql, reverse: Some(reverse) } => {
                write!(f, ".run_sql_reversible({sql}, {reverse})")
            }
            Self::CreateExtension(name) => write!(f, ".create_extension({name:?})"),
            // A function has no text; whoever reads the code puts its name here.
            Self::Run { reverse: None, .. } => f.write_str(".run(forwards)"),
            Self::Run { reverse: Some(_), .. } => f.write_str(".run_reversible(forwards, backwards)"),
        }
    }
}
