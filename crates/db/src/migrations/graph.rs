//! The order of migrations: each after those that it depends on, and among these in the order that Django chooses, so
//! that both sides write the same rows in the same order.

use std::collections::{BTreeMap, BTreeSet};

use super::history::History;
use super::{AppConfig, Migration, MigrationError, MigrationName};

/// The migrations of all apps.
pub(super) struct Graph<'a> {
    nodes: BTreeMap<MigrationName, Node<'a>>,
    /// The migrations by app and then by history: the order in which a missing one is looked for.
    listed: Vec<MigrationName>,
}

struct Node<'a> {
    migration: &'a Migration,
    dependencies: BTreeSet<MigrationName>,
}

impl<'a> Graph<'a> {
    /// Reads the apps' migrations.
    pub(super) fn new(apps: &'a [AppConfig]) -> Result<Self, MigrationError> {
        let mut graph = Self { nodes: BTreeMap::new(), listed: Vec::new() };
        for app in apps {
            graph.add(app);
        }
        graph.check_dependencies()?;
        Ok(graph)
    }

    fn add(&mut self, app: &'a AppConfig) {
        let mut before = None;
        for migration in &app.migrations {
            let name = MigrationName { app: app.label, name: migration.name };
            let dependencies = migration.dependencies.iter().copied().chain(before).collect();
            self.nodes.insert(name, Node { migration, dependencies });
            self.listed.push(name);
            before = Some(name);
        }
    }

    fn check_dependencies(&self) -> Result<(), MigrationError> {
        for (migration, node) in &self.nodes {
            if let Some(unknown) = node.dependencies.iter().find(|name| !self.nodes.contains_key(name)) {
                return Err(MigrationError::UnknownDependency {
                    migration: *migration,
                    dependency: *unknown,
                });
            }
        }
        Ok(())
    }

    /// The migration with this name.
    pub(super) fn migration(&self, name: MigrationName) -> &'a Migration {
        self.nodes[&name].migration
    }

    /// What is not applied yet, in the order of application.
    pub(super) fn pending(&self, history: &History) -> Result<Vec<MigrationName>, MigrationError> {
        self.refuse_inconsistent(history)?;
        let order = self.order()?;
        Ok(order.into_iter().filter(|name| !history.contains(*name)).collect())
    }

    fn refuse_inconsistent(&self, history: &History) -> Result<(), MigrationError> {
        for (migration, node) in self.nodes.iter().filter(|(name, _)| history.contains(**name)) {
            if let Some(missing) = node.dependencies.iter().find(|name| !history.contains(**name)) {
                return Err(MigrationError::Inconsistent { migration: *migration, dependency: *missing });
            }
        }
        Ok(())
    }

    /// Every migration: for the last one of each app, by label, what it needs and then itself. This is the order of
    /// `MigrationExecutor.migration_plan`.
    pub(super) fn order(&self) -> Result<Vec<MigrationName>, MigrationError> {
        let mut walk = Walk::default();
        for leaf in self.nodes.keys().filter(|name| self.is_last_of_app(**name)) {
            walk.visit(self, *leaf)?;
        }
        match self.nodes.keys().find(|name| !walk.visited.contains(*name)) {
            Some(unreached) => Err(MigrationError::Circular(*unreached)),
            None => Ok(walk.order),
        }
    }

    fn is_last_of_app(&self, name: MigrationName) -> bool {
        !self.nodes.iter().any(|(other, node)| other.app == name.app && node.dependencies.contains(&name))
    }
}

/// Django's depth-first walk, in which of several dependencies the greatest name comes first.
#[derive(Default)]
struct Walk {
    order: Vec<MigrationName>,
    visited: BTreeSet<MigrationName>,
    open: BTreeSet<MigrationName>,
}

impl Walk {
    fn visit(&mut self, graph: &Graph<'_>, name: MigrationName) -> Result<(), MigrationError> {
        if self.visited.contains(&name) {
            return Ok(());
        }
        if !self.open.insert(name) {
            return Err(MigrationError::Circular(name));
        }
        for dependency in graph.nodes[&name].dependencies.iter().rev() {
            self.visit(graph, *dependency)?;
        }
        self.visited.insert(name);
        self.order.push(name);
        Ok(())
    }
}
