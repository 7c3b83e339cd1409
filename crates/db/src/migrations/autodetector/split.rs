//! Operations in migrations: sorted by what they need, and split where apps need each other.

use std::collections::{BTreeMap, BTreeSet};

use super::dependencies::{Dependency, Generated};
use super::{DetectError, NewDependency, NewMigration, app_of};
use crate::migrations::MigrationName;

type ByApp = BTreeMap<String, Vec<Generated>>;

/// Makes migrations of the operations of each app. Their names are numbers within the app as yet: `auto_1`.
pub(super) fn into_migrations(
    mut generated: ByApp,
    user_model: &str,
    leaves: &[MigrationName],
    existing: BTreeSet<String>,
) -> Result<Vec<NewMigration>, DetectError> {
    for (app, operations) in &mut generated {
        sort(app, operations)?;
    }
    let mut split =
        Split { waiting: generated, made: Vec::new(), user_model, leaves, existing, is_final: false };
    let mut before = split.count();
    while before > 0 {
        for app in split.waiting.keys().cloned().collect::<Vec<_>>() {
            split.take(&app);
        }
        let left = split.count();
        if left == before {
            if split.is_final {
                let apps: Vec<_> = split
                    .waiting
                    .iter()
                    .filter(|(_, left)| !left.is_empty())
                    .map(|(app, _)| app.as_str())
                    .collect();
                return Err(DetectError::Circular(apps.join(", ")));
            }
            split.is_final = true;
        }
        before = left;
    }
    let mut made = split.made;
    chain(&mut made);
    Ok(made)
}

/// Each migration of an app depends on the one before that is made with it.
fn chain(made: &mut [NewMigration]) {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for migration in made {
        if let Some(before) = last.insert(migration.app.clone(), migration.name.clone()) {
            migration.dependencies.push(NewDependency::Migration(migration.app.clone(), before));
        }
    }
}

/// Sorts an app's operations so that each comes after those that it needs; those that need nothing stay in their order. This is
/// the order of Python's `graphlib.TopologicalSorter`, which Django uses.
fn sort(app: &str, operations: &mut Vec<Generated>) -> Result<(), DetectError> {
    let needed: Vec<Vec<usize>> = operations
        .iter()
        .map(|one| {
            let own = one.dependencies.iter().filter(|dependency| app_of(&dependency.model) == app);
            own.flat_map(|dependency| {
                let met =
                    operations.iter().enumerate().filter(|(_, other)| dependency.is_met_by(&other.operation));
                met.map(|(at, _)| at)
            })
            .collect()
        })
        .collect();
    // The sorter meets a node when it is named first: by itself, or by one that needs it.
    let mut met: Vec<usize> = Vec::new();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
    for (at, needs) in needed.iter().enumerate() {
        for node in std::iter::once(at).chain(needs.iter().copied()) {
            if !met.contains(&node) {
                met.push(node);
            }
        }
        for need in needs {
            followers[*need].push(at);
        }
    }
    let mut open: Vec<usize> = needed.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = met.into_iter().filter(|at| open[*at] == 0).collect();
    let mut order = Vec::new();
    while !ready.is_empty() {
        let mut next = Vec::new();
        for at in ready {
            order.push(at);
            for follower in &followers[at] {
                open[*follower] -= 1;
                if open[*follower] == 0 {
                    next.push(*follower);
                }
            }
        }
        ready = next;
    }
    if order.len() < operations.len() {
        return Err(DetectError::Circular(app.to_owned()));
    }
    *operations = order.into_iter().map(|at| operations[at].clone()).collect();
    Ok(())
}

struct Split<'a> {
    waiting: ByApp,
    made: Vec<NewMigration>,
    user_model: &'a str,
    leaves: &'a [MigrationName],
    /// The apps that have models in the migrations that are there.
    existing: BTreeSet<String>,
    /// Nothing more can be taken whole: an app's migration is cut where it needs another app, and a migration that is written
    /// already is enough for a need that nothing new meets.
    is_final: bool,
}

impl Split<'_> {
    fn count(&self) -> usize {
        self.waiting.values().map(Vec::len).sum()
    }

    /// Takes the operations of an app that have what they need, if that makes a migration.
    fn take(&mut self, app: &str) {
        let operations = self.waiting.get(app).cloned().unwrap_or_default();
        let (mut taken, mut dependencies) = (0, BTreeSet::new());
        for one in &operations {
            let needs: Option<Vec<Option<NewDependency>>> = one
                .dependencies
                .iter()
                .filter(|dependency| app_of(&dependency.model) != app)
                .map(|dependency| self.met(dependency))
                .collect();
            let Some(needs) = needs else { break };
            dependencies.extend(needs.into_iter().flatten());
            taken += 1;
        }
        let is_whole = taken == operations.len();
        if taken == 0 || !(is_whole || self.is_final) {
            return;
        }
        let number = self.made.iter().filter(|migration| migration.app == app).count() + 1;
        self.made.push(NewMigration {
            app: app.to_owned(),
            name: format!("auto_{number}"),
            initial: !self.existing.contains(app),
            dependencies: dependencies.into_iter().collect(),
            replaces: Vec::new(),
            operations: operations[..taken].iter().map(|one| one.operation.clone()).collect(),
        });
        self.waiting.insert(app.to_owned(), operations[taken..].to_vec());
        self.is_final = false;
    }

    /// The migration of another app that meets a need; `None` where it is not made yet.
    fn met(&self, dependency: &Dependency) -> Option<Option<NewDependency>> {
        let app = app_of(&dependency.model);
        let waits = self.waiting.get(app).into_iter().flatten();
        if waits.into_iter().any(|other| dependency.is_met_by(&other.operation)) {
            return None;
        }
        if dependency.model == self.user_model {
            return Some(Some(NewDependency::UserModel));
        }
        let named = |name: &str| Some(Some(NewDependency::Migration(app.to_owned(), name.to_owned())));
        if let Some(made) = self.made.iter().rfind(|made| made.app == app) {
            return named(&made.name);
        }
        if !self.is_final {
            return None;
        }
        match self.leaves.iter().find(|leaf| leaf.app == app) {
            Some(leaf) => named(leaf.name),
            // An app that Django migrates and that lists no migrations: there is nothing to name.
            None => Some(None),
        }
    }
}
