//! The order of migrations: each after those that it depends on, and among these in the order that Django chooses, so
//! that both sides write the same rows in the same order. The rules are those of Django's `MigrationLoader` and
//! `MigrationGraph`.

use std::collections::{BTreeMap, BTreeSet};

use super::history::History;
use super::{AppConfig, Migration, MigrationError, MigrationName};

/// The migrations of all apps, as far as they count: of a squashed migration and those that it replaces, one or the others do.
pub(super) struct Graph<'a> {
    nodes: BTreeMap<MigrationName, Node<'a>>,
    replacing: Vec<(MigrationName, &'a Migration)>,
    applied: BTreeSet<MigrationName>,
    /// The apps that Django migrates.
    foreign: BTreeSet<&'static str>,
}

struct Node<'a> {
    migration: &'a Migration,
    parents: BTreeSet<MigrationName>,
    /// Migrations of apps that Django migrates, which this program does not list.
    outside: BTreeSet<MigrationName>,
}

/// In which order a walk goes through migrations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forwards,
    Backwards,
}

impl<'a> Graph<'a> {
    /// Reads the apps' migrations, with what the history says of them.
    pub(super) fn new(apps: &'a [AppConfig], history: &History) -> Result<Self, MigrationError> {
        let mut graph = Self::of_all(apps, history);
        for (name, migration) in graph.replacing.clone() {
            graph.replace(name, &migration.replaces, history);
        }
        graph.check()?;
        Ok(graph)
    }

    /// The same with every migration that is written, replaced or not.
    pub(super) fn with_replaced(apps: &'a [AppConfig], history: &History) -> Result<Self, MigrationError> {
        let mut graph = Self::of_all(apps, history);
        for (name, migration) in graph.replacing.clone() {
            graph.remove_replacement(name, &migration.replaces);
        }
        graph.check()?;
        Ok(graph)
    }

    fn of_all(apps: &'a [AppConfig], history: &History) -> Self {
        let foreign = apps.iter().filter(|app| app.managed_by_django).map(|app| app.label).collect();
        let mut graph =
            Self { nodes: BTreeMap::new(), replacing: Vec::new(), applied: BTreeSet::new(), foreign };
        for app in apps {
            graph.add(app);
        }
        graph.applied = graph.nodes.keys().copied().filter(|name| history.contains(*name)).collect();
        let all: BTreeSet<_> = graph.nodes.keys().copied().collect();
        for node in graph.nodes.values_mut() {
            let (known, unknown) = std::mem::take(&mut node.parents)
                .into_iter()
                .partition(|parent| all.contains(parent) || !graph.foreign.contains(parent.app));
            (node.parents, node.outside) = (known, unknown);
        }
        graph
    }

    fn add(&mut self, app: &'a AppConfig) {
        let names: BTreeSet<&str> = app.migrations.iter().map(|migration| migration.name).collect();
        let mut before = None;
        for migration in &app.migrations {
            let name = MigrationName { app: app.label, name: migration.name };
            let mut parents: BTreeSet<_> = migration.dependencies.iter().copied().collect();
            let is_beside = migration.replaces.iter().any(|replaced| names.contains(replaced.name));
            if !is_beside && parents.iter().all(|parent| parent.app != app.label) {
                parents.extend(before);
            }
            self.nodes.insert(name, Node { migration, parents, outside: BTreeSet::new() });
            if !migration.replaces.is_empty() {
                self.replacing.push((name, migration));
            }
            if !is_beside {
                before = Some(name);
            }
        }
    }

    /// Takes a squashed migration instead of those that it replaces, or the other way round where some of these are applied
    /// and others are not.
    fn replace(&mut self, name: MigrationName, replaced: &[MigrationName], history: &History) {
        let count = replaced.iter().filter(|replaced| history.contains(**replaced)).count();
        if count > 0 && count < replaced.len() {
            self.applied.remove(&name);
            self.remove_replacement(name, replaced);
            return;
        }
        if count == replaced.len() {
            self.applied.insert(name);
        } else {
            self.applied.remove(&name);
        }
        for one in replaced {
            let Some(node) = self.nodes.remove(one) else { continue };
            self.point(*one, |child| (*child != name && !replaced.contains(child)).then_some(name));
            let parents =
                node.parents.into_iter().filter(|parent| !replaced.contains(parent) && *parent != name);
            if let Some(replacement) = self.nodes.get_mut(&name) {
                replacement.parents.extend(parents);
                replacement.outside.extend(node.outside);
            }
        }
    }

    fn remove_replacement(&mut self, name: MigrationName, replaced: &[MigrationName]) {
        self.nodes.remove(&name);
        let there: Vec<_> = replaced.iter().filter(|one| self.nodes.contains_key(one)).copied().collect();
        let is_last =
            |one: &&MigrationName| !there.iter().any(|other| self.nodes[other].parents.contains(*one));
        let last: Vec<_> = there.iter().filter(is_last).copied().collect();
        for node in self.nodes.values_mut().filter(|node| node.parents.contains(&name)) {
            node.parents.remove(&name);
            node.parents.extend(&last);
        }
    }

    /// Lets what depended on a migration depend on another one, or on none.
    fn point(&mut self, from: MigrationName, to: impl Fn(&MigrationName) -> Option<MigrationName>) {
        for (name, node) in &mut self.nodes {
            if node.parents.remove(&from) {
                node.parents.extend(to(name));
            }
        }
    }

    fn check(&self) -> Result<(), MigrationError> {
        for (migration, node) in &self.nodes {
            if let Some(unknown) = node.parents.iter().find(|name| !self.nodes.contains_key(name)) {
                return Err(MigrationError::UnknownDependency {
                    migration: *migration,
                    dependency: *unknown,
                });
            }
        }
        self.order().map(drop)
    }

    /// The migration with this name.
    pub(super) fn migration(&self, name: MigrationName) -> &'a Migration {
        self.nodes[&name].migration
    }

    pub(super) fn contains(&self, name: MigrationName) -> bool {
        self.nodes.contains_key(&name)
    }

    /// Whether it counts as applied.
    pub(super) fn is_applied(&self, name: MigrationName) -> bool {
        self.applied.contains(&name)
    }

    /// Whether Django applies it.
    pub(super) fn is_foreign(&self, name: MigrationName) -> bool {
        self.foreign.contains(name.app)
    }

    /// What a migration depends on.
    pub(super) fn parents(&self, name: MigrationName) -> &BTreeSet<MigrationName> {
        &self.nodes[&name].parents
    }

    /// The squashed migrations that count as applied and are not recorded yet.
    pub(super) fn unrecorded(&self, history: &History) -> Vec<MigrationName> {
        let all_applied = |migration: &Migration| migration.replaces.iter().all(|one| history.contains(*one));
        let missing = self.replacing.iter().filter(|(name, migration)| {
            all_applied(migration) && !history.contains(*name) && !self.is_foreign(*name)
        });
        missing.map(|(name, _)| *name).collect()
    }

    /// Refuses a history in which a migration is applied before one that it depends on.
    pub(super) fn refuse_inconsistent(&self, history: &History) -> Result<(), MigrationError> {
        for (migration, node) in self.nodes.iter().filter(|(name, _)| history.contains(**name)) {
            let is_missing = |name: &&MigrationName| !history.contains(**name) && !self.is_applied(**name);
            if let Some(missing) = node.parents.iter().find(is_missing) {
                return Err(MigrationError::Inconsistent { migration: *migration, dependency: *missing });
            }
        }
        Ok(())
    }

    /// Refuses apps with several last migrations, as two branches of a program leave them.
    pub(super) fn refuse_conflicts(&self) -> Result<(), MigrationError> {
        match self.conflicts().into_iter().next() {
            Some((app, names)) => Err(MigrationError::Conflict { app, names }),
            None => Ok(()),
        }
    }

    /// The apps with several last migrations, and these.
    pub(super) fn conflicts(&self) -> BTreeMap<&'static str, Vec<&'static str>> {
        let mut leaves: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for leaf in self.leaves(None) {
            leaves.entry(leaf.app).or_default().push(leaf.name);
        }
        leaves.retain(|_, names| names.len() > 1);
        leaves
    }

    /// The migrations on which none of their own app depends.
    pub(super) fn leaves(&self, app: Option<&str>) -> Vec<MigrationName> {
        let is_last = |name: &&MigrationName| {
            !self.nodes.iter().any(|(other, node)| other.app == name.app && node.parents.contains(name))
        };
        let of_app = |name: &&MigrationName| app.is_none_or(|app| app == name.app);
        self.nodes.keys().filter(of_app).filter(is_last).copied().collect()
    }

    /// The migrations of an app that depend on none of it.
    pub(super) fn roots(&self, app: &str) -> Vec<MigrationName> {
        let is_first = |(name, node): &(&MigrationName, &Node<'_>)| {
            name.app == app && node.parents.iter().all(|parent| parent.app != app)
        };
        self.nodes.iter().filter(is_first).map(|(name, _)| *name).collect()
    }

    /// The migrations that depend on one.
    fn children(&self, name: MigrationName) -> impl DoubleEndedIterator<Item = MigrationName> {
        self.nodes.iter().filter(move |(_, node)| node.parents.contains(&name)).map(|(name, _)| *name)
    }

    /// Every migration: for the last one of each app, by label, what it needs and then itself. This is the order of
    /// `MigrationExecutor.migration_plan`.
    pub(super) fn order(&self) -> Result<Vec<MigrationName>, MigrationError> {
        let order = self.forwards(self.leaves(None))?;
        match self.nodes.keys().find(|name| !order.contains(*name)) {
            Some(unreached) => Err(MigrationError::Circular(*unreached)),
            None => Ok(order),
        }
    }

    /// What migrations need, and then they.
    pub(super) fn forwards(
        &self,
        targets: impl IntoIterator<Item = MigrationName>,
    ) -> Result<Vec<MigrationName>, MigrationError> {
        let mut walk = Walk::new(Direction::Forwards);
        for target in targets {
            walk.visit(self, target)?;
        }
        Ok(walk.order)
    }

    /// What depends on a migration, and then it.
    pub(super) fn backwards(&self, target: MigrationName) -> Result<Vec<MigrationName>, MigrationError> {
        let mut walk = Walk::new(Direction::Backwards);
        walk.visit(self, target)?;
        Ok(walk.order)
    }

    /// What is undone so that a migration is the last one of its app: Django undoes no more than that.
    pub(super) fn backwards_to(&self, target: MigrationName) -> Result<Vec<MigrationName>, MigrationError> {
        let mut order = Vec::new();
        for child in self.children(target).filter(|child| child.app == target.app) {
            order.extend(self.backwards(child)?);
        }
        Ok(order)
    }

    /// Refuses a migration that needs one which Django has not applied yet.
    pub(super) fn refuse_unready(
        &self,
        name: MigrationName,
        history: &History,
    ) -> Result<(), MigrationError> {
        let node = &self.nodes[&name];
        let foreign = node.parents.iter().filter(|parent| self.is_foreign(**parent)).chain(&node.outside);
        match foreign.copied().find(|parent| !history.contains(*parent)) {
            Some(dependency) => Err(MigrationError::WaitsForDjango { migration: name, dependency }),
            None => Ok(()),
        }
    }
}

/// Django's depth-first walk, in which of several migrations the greatest name comes first.
struct Walk {
    direction: Direction,
    order: Vec<MigrationName>,
    visited: BTreeSet<MigrationName>,
    open: BTreeSet<MigrationName>,
}

impl Walk {
    fn new(direction: Direction) -> Self {
        Self { direction, order: Vec::new(), visited: BTreeSet::new(), open: BTreeSet::new() }
    }

    fn visit(&mut self, graph: &Graph<'_>, name: MigrationName) -> Result<(), MigrationError> {
        if self.visited.contains(&name) {
            return Ok(());
        }
        if !self.open.insert(name) {
            return Err(MigrationError::Circular(name));
        }
        let next: Vec<_> = match self.direction {
            Direction::Forwards => graph.parents(name).iter().rev().copied().collect(),
            Direction::Backwards => graph.children(name).rev().collect(),
        };
        for next in next {
            self.visit(graph, next)?;
        }
        self.visited.insert(name);
        self.order.push(name);
        Ok(())
    }
}
