//! New migrations as Rust source, and what `makemigrations --merge` and `squashmigrations` make of those that are there.

use std::fmt::Write as _;

use super::autodetector::{NewDependency, NewMigration, number_of, optimize, time_name};
use super::graph::Graph;
use super::history::History;
use super::operation::Operation;
use super::user_model::with_user_model_named;
use super::{AppConfig, MigrationError, MigrationName};

/// The most characters of the names that a merging migration is called after.
const MOST: usize = 47;

/// The source of new migrations, in the words of a program.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    /// The name under which the program imports Belleville: `belleville`.
    pub facade: &'a str,
    /// The label of the program's user model.
    pub user_model: &'a str,
}

impl Writer<'_> {
    /// The whole file of a migration: a function `migration`.
    pub fn source(&self, migration: &NewMigration) -> String {
        let mut source = String::new();
        for line in about(migration) {
            let _ = writeln!(source, "//! {line}");
        }
        let _ = writeln!(source, "\nuse {}::db::migrations::prelude::*;\n", self.facade);
        let has_code = migration.operations.iter().any(|one| matches!(one, Operation::Run { .. }));
        if has_code {
            source.push_str(
                "compile_error!(\"copy the functions that the old migrations run into this file, and name them below\");\n\n",
            );
        }
        let _ = writeln!(source, "/// `{}.{}`.", migration.app, migration.name);
        source.push_str("pub(super) fn migration() -> Migration {\n");
        let _ = write!(source, "    Migration::new({:?})", migration.name);
        let own = |dependency: &NewDependency| matches!(dependency, NewDependency::Migration(app, _) if *app == migration.app);
        if migration.initial && migration.dependencies.iter().any(own) {
            source.push_str("\n        .initial()");
        }
        for replaced in &migration.replaces {
            let _ = write!(source, "\n        .replaces({:?}, {:?})", replaced.app, replaced.name);
        }
        for dependency in &migration.dependencies {
            let _ = match dependency {
                NewDependency::UserModel => write!(source, "\n        .depends_on_user_model()"),
                NewDependency::Migration(app, name) => {
                    write!(source, "\n        .depends_on({app:?}, {name:?})")
                }
            };
        }
        for operation in &migration.operations {
            let operation = with_user_model_named(operation, self.user_model);
            let _ = write!(source, "\n        {}", operation.to_string().replace('\n', "\n        "));
        }
        source.push_str("\n}\n");
        source
    }
}

/// What a migration does, in a line or several.
fn about(migration: &NewMigration) -> Vec<String> {
    let lines: Vec<String> =
        migration.operations.iter().map(|operation| format!("{}.", operation.describe())).collect();
    match (lines.is_empty(), migration.dependencies.len()) {
        (false, _) => lines,
        (true, 2..) if !migration.replaces.is_empty() => vec!["Nothing.".to_owned()],
        (true, 2..) => vec!["Brings branches together.".to_owned()],
        (true, _) => vec!["What this migration does.".to_owned()],
    }
}

/// A branch of an app's migrations: its last migration, and the operations that the others do not have.
#[derive(Debug)]
pub struct Branch {
    /// The last migration.
    pub name: &'static str,
    /// What the branch does.
    pub operations: Vec<Operation>,
}

/// The branches of an app that has several last migrations; none of one that does not.
///
/// # Errors
/// When the migrations contradict each other; see [`MigrationError`].
pub fn branches(apps: &[AppConfig], app: &str) -> Result<Vec<Branch>, MigrationError> {
    let graph = Graph::new(apps, &History::default())?;
    let leaves = graph.leaves(Some(app));
    if leaves.len() < 2 {
        return Ok(Vec::new());
    }
    let ancestry: Vec<Vec<MigrationName>> = leaves
        .iter()
        .map(|leaf| Ok(graph.forwards([*leaf])?.into_iter().filter(|name| name.app == app).collect()))
        .collect::<Result<_, MigrationError>>()?;
    let is_common = |name: &MigrationName| ancestry.iter().all(|names| names.contains(name));
    let branch = |(leaf, names): (&MigrationName, &Vec<MigrationName>)| Branch {
        name: leaf.name,
        operations: names
            .iter()
            .filter(|name| !is_common(name))
            .flat_map(|name| graph.migration(*name).operations.clone())
            .collect(),
    };
    Ok(leaves.iter().zip(&ancestry).map(branch).collect())
}

/// A migration without operations that comes after all branches.
pub fn merging(app: &str, branches: &[Branch], name: Option<&str>) -> NewMigration {
    let number = branches.iter().filter_map(|branch| number_of(branch.name)).max().unwrap_or(1) + 1;
    let names: Vec<&str> = branches.iter().map(|branch| branch.name).collect();
    let joined = names.join("_");
    let called = match name {
        Some(name) => name.to_owned(),
        None if joined.chars().count() > MOST => format!("merge_{}", time_name()),
        None => format!("merge_{joined}"),
    };
    NewMigration {
        app: app.to_owned(),
        name: format!("{number:04}_{called}"),
        initial: false,
        dependencies: names
            .into_iter()
            .map(|name| NewDependency::Migration(app.to_owned(), name.to_owned()))
            .collect(),
        replaces: Vec::new(),
        operations: Vec::new(),
    }
}

/// A migration without operations, after the last one of an app: for a step of code or SQL.
///
/// # Errors
/// When the migrations contradict each other; see [`MigrationError`].
pub fn empty(apps: &[AppConfig], app: &str, name: Option<&str>) -> Result<NewMigration, MigrationError> {
    let leaves = Graph::new(apps, &History::default())?.leaves(Some(app));
    let last = leaves.first().map(|leaf| leaf.name);
    let number = last.and_then(number_of).unwrap_or(0) + 1;
    let called = match name {
        Some(name) => name.to_owned(),
        None if last.is_none() => "initial".to_owned(),
        None => format!("auto_{}", time_name()),
    };
    let before = last.map(|last| NewDependency::Migration(app.to_owned(), last.to_owned()));
    Ok(NewMigration {
        app: app.to_owned(),
        name: format!("{number:04}_{called}"),
        initial: false,
        dependencies: before.into_iter().collect(),
        replaces: Vec::new(),
        operations: Vec::new(),
    })
}

/// The migrations of an app from `first`, or its first one, to `last`.
///
/// # Errors
/// When the migrations contradict each other, one of them is a squashed one, or `first` comes after `last`.
pub fn to_squash(
    apps: &[AppConfig],
    first: Option<MigrationName>,
    last: MigrationName,
) -> Result<Vec<MigrationName>, MigrationError> {
    let graph = Graph::new(apps, &History::default())?;
    if !graph.contains(last) || first.is_some_and(|first| !graph.contains(first)) {
        return Err(MigrationError::Squashed(last));
    }
    let mut names: Vec<_> = graph.forwards([last])?.into_iter().filter(|name| name.app == last.app).collect();
    if let Some(first) = first {
        match names.iter().position(|name| *name == first) {
            Some(at) => drop(names.drain(..at)),
            None => return Err(MigrationError::NotBefore { first, last }),
        }
    }
    match names.iter().find(|name| !graph.migration(**name).replaces.is_empty()) {
        Some(squashed) => Err(MigrationError::Squashed(*squashed)),
        None => Ok(names),
    }
}

/// One migration that does what several do, which it replaces. Returns it and how many operations the several have.
///
/// # Errors
/// When the migrations contradict each other; see [`MigrationError`].
pub fn squashed(
    apps: &[AppConfig],
    names: &[MigrationName],
    name: String,
    user_model: &str,
    optimized: bool,
) -> Result<(NewMigration, usize), MigrationError> {
    let graph = Graph::new(apps, &History::default())?;
    let app = names.first().map_or("", |first| first.app);
    let mut operations = Vec::new();
    let mut dependencies: Vec<NewDependency> = Vec::new();
    for squashed in names {
        operations.extend(graph.migration(*squashed).operations.iter().cloned());
        let outside = graph.parents(*squashed).iter().filter(|parent| !names.contains(parent));
        dependencies.extend(
            outside.map(|parent| NewDependency::Migration(parent.app.to_owned(), parent.name.to_owned())),
        );
    }
    dependencies.sort();
    dependencies.dedup();
    let count = operations.len();
    let operations = if optimized { optimize(operations, app, user_model) } else { operations };
    let is_first = names.first().is_some_and(|first| graph.roots(app).contains(first));
    let new = NewMigration {
        app: app.to_owned(),
        name,
        initial: is_first,
        dependencies,
        replaces: names.to_vec(),
        operations,
    };
    Ok((new, count))
}
