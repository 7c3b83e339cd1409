//! The changes: the models of an app before and after each. `django/changes` has the same models for Django.

#[macro_use]
mod declare;
mod added;
mod altered;
mod by_hand;
mod models;
mod postgresql;
mod prelude;
mod removed;
mod renamed;
mod rules;

use belleville_db::Dialect;
use belleville_db::migrations::{AppConfig, Migration};

pub(crate) use by_hand::SQUASHED;

/// A change of one app's models.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    /// The app's label, after which the change is called.
    pub(crate) app: &'static str,
    /// Adds the models before the change to the app.
    pub(crate) before: fn(AppConfig) -> AppConfig,
    /// Adds the models after it.
    pub(crate) after: fn(AppConfig) -> AppConfig,
}

/// All changes that a database can have, by the names of their apps.
pub(crate) fn all(dialect: Option<Dialect>) -> Vec<Change> {
    let mut changes = [
        added::all(),
        removed::all(),
        renamed::all(),
        altered::all(),
        rules::all(),
        models::all(),
        by_hand::all(),
    ]
    .concat();
    if dialect != Some(Dialect::Sqlite) {
        changes.extend(postgresql::all());
    }
    changes.sort_by_key(|change| change.app);
    changes
}

/// The migrations of an app that are written by hand. They come after those that are written for the models before the change.
pub(crate) fn by_hand(app: &str) -> Vec<Migration> {
    [by_hand::migrations(app), postgresql::migrations(app)].concat()
}
