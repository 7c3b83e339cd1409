//! What new migrations are called.

use std::collections::{BTreeMap, BTreeSet};

use super::{NewDependency, NewMigration};
use crate::migrations::MigrationName;
use crate::now;

/// The most characters of a name that is made of several operations.
const MOST: usize = 52;

/// Gives migrations their numbers and names, and lets those of apps that have some depend on the last one.
pub(super) fn name_all(migrations: &mut [NewMigration], leaves: &[MigrationName], name: Option<&str>) {
    let mut next: BTreeMap<String, u32> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for migration in migrations.iter_mut() {
        let leaf = leaves.iter().find(|leaf| leaf.app == migration.app);
        let is_first = !next.contains_key(&migration.app);
        let number = next
            .entry(migration.app.clone())
            .or_insert_with(|| leaf.and_then(|leaf| number_of(leaf.name)).unwrap_or(0) + 1);
        if let (true, Some(leaf)) = (is_first, leaf) {
            let before = NewDependency::Migration(leaf.app.to_owned(), leaf.name.to_owned());
            migration.dependencies.push(before);
        }
        let called = match name {
            Some(name) => name.to_owned(),
            None => suggested(migration),
        };
        let called = format!("{number:04}_{called}");
        *number += 1;
        let before = std::mem::replace(&mut migration.name, called.clone());
        names.insert((migration.app.clone(), before), called);
    }
    for migration in migrations {
        for dependency in &mut migration.dependencies {
            if let NewDependency::Migration(app, name) = dependency
                && let Some(called) = names.get(&(app.clone(), name.clone()))
            {
                name.clone_from(called);
            }
        }
        migration.dependencies.sort();
        migration.dependencies.dedup();
    }
}

/// The migrations of these apps, and of those that they depend on; of all where none is named.
pub(super) fn only_of(migrations: Vec<NewMigration>, apps: &[&str]) -> Vec<NewMigration> {
    if apps.is_empty() {
        return migrations;
    }
    let mut wanted: BTreeSet<String> = apps.iter().map(|app| (*app).to_owned()).collect();
    loop {
        let needed: BTreeSet<String> = migrations
            .iter()
            .filter(|migration| wanted.contains(&migration.app))
            .flat_map(|migration| &migration.dependencies)
            .filter_map(|dependency| match dependency {
                NewDependency::Migration(app, _) => Some(app.clone()),
                NewDependency::UserModel => None,
            })
            .collect();
        let before = wanted.len();
        wanted.extend(needed);
        if wanted.len() == before {
            break;
        }
    }
    migrations.into_iter().filter(|migration| wanted.contains(&migration.app)).collect()
}

/// The number at the beginning of a name; of a squashed migration the number of the last one that it replaces.
pub(crate) fn number_of(name: &str) -> Option<u32> {
    let last = name.rsplit_once("_squashed_").map_or(name, |(_, last)| last);
    let digits: String = last.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What the operations are called together: `Migration.suggest_name` of Django.
fn suggested(migration: &NewMigration) -> String {
    if migration.initial {
        return "initial".to_owned();
    }
    let fragments: Option<Vec<String>> = migration.operations.iter().map(|one| one.name_fragment()).collect();
    let Some([first, rest @ ..]) = fragments.as_deref() else { return format!("auto_{}", time_name()) };
    let mut name = only_words(first);
    for fragment in rest {
        let longer = format!("{name}_{}", only_words(fragment));
        if longer.chars().count() > MOST {
            name.push_str("_and_more");
            break;
        }
        name = longer;
    }
    name.chars().take(100).collect()
}

/// The present in a name, in UTC: `20261128_1801`.
pub(crate) fn time_name() -> String {
    let at: String = now().to_string().chars().filter(char::is_ascii_digit).collect();
    format!("{}_{}", &at[..8], &at[8..12])
}

/// Each run of characters that are not of a word becomes one `_`.
fn only_words(text: &str) -> String {
    let mut name = String::new();
    let mut was_word = true;
    for c in text.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        if is_word {
            name.push(c);
        } else if was_word {
            name.push('_');
        }
        was_word = is_word;
    }
    name
}
