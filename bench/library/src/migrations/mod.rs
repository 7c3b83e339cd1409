//! The migrations.

mod m0001_initial;

use belleville::db::migrations::Migration;

/// All of them.
pub(crate) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
